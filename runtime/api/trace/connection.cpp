#include "api/trace/connection.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "api/trace/record.h"

namespace lsw::trace {
namespace {

bool same_user(int socket, int tracer) {
    ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid == tracer &&
           (peer.uid == geteuid() || peer.uid == 0);
}

int32_t thread_offset() {
    uint64_t fs;
    asm("movq %%fs:0, %0" : "=r"(fs));
    return static_cast<int32_t>(reinterpret_cast<uint64_t>(&lsw_trace_thread) - fs);
}

bool receive(int socket, int (&fds)[3]) {
    Welcome welcome{};
    iovec body{&welcome, sizeof welcome};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof fds)];
    msghdr message{};
    message.msg_iov = &body;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    ssize_t got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    cmsghdr* header = got == sizeof welcome ? CMSG_FIRSTHDR(&message) : nullptr;
    if (!header || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(sizeof fds)) return false;
    memcpy(fds, CMSG_DATA(header), sizeof fds);
    return welcome.magic == kPlanMagic && welcome.refused == 0;
}

void* map(int fd, size_t size, int protection) {
    void* at = mmap(nullptr, size, protection, MAP_SHARED | MAP_NORESERVE, fd, 0);
    return at == MAP_FAILED ? nullptr : at;
}

bool map_all(const int (&fds)[3], Connection& out) {
    constexpr size_t kPlanBytes = plan_bytes(LSW_FACADE_CALLS);
    struct stat info;
    if (fstat(fds[0], &info) != 0 || info.st_size < static_cast<off_t>(kPlanBytes)) return false;
    auto* plan = static_cast<const PlanHeader*>(map(fds[0], kPlanBytes, PROT_READ));
    if (!plan) return false;
    bool fits = plan->magic == kPlanMagic && plan->call_count == LSW_FACADE_CALLS && plan->build == LSW_FACADE_HASH &&
                fstat(fds[1], &info) == 0 && static_cast<uint64_t>(info.st_size) >= plan->data_bytes;
    auto* data = fits ? map(fds[1], plan->data_bytes, PROT_READ | PROT_WRITE) : nullptr;
    if (!data) {
        munmap(const_cast<PlanHeader*>(plan), kPlanBytes);
        return false;
    }
    out.plan = plan;
    out.data = static_cast<DataHeader*>(data);
    return true;
}

}  // namespace

TracerAddress tracer_address(int tracer) {
    TracerAddress out{};
    auto& address = reinterpret_cast<sockaddr_un&>(out.bytes);
    address.sun_family = AF_UNIX;
    constexpr char kName[] = "lsw-trace-";
    char* at = address.sun_path + 1;
    memcpy(at, kName, sizeof kName - 1);
    at += sizeof kName - 1;
    char digits[16];
    int count = 0;
    for (unsigned value = static_cast<unsigned>(tracer); value || count == 0; value /= 10)
        digits[count++] = static_cast<char>('0' + value % 10);
    while (count > 0) *at++ = digits[--count];
    out.size_bytes = static_cast<uint32_t>(at - out.bytes);
    return out;
}

bool connect_to_tracer(int tracer, Connection& out) {
    int socket = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (socket < 0) return false;
    TracerAddress address = tracer_address(tracer);
    Hello hello{kDataMagic, LSW_FACADE_CALLS, LSW_FACADE_HASH, getpid(), thread_offset()};
    int fds[3] = {-1, -1, -1};
    bool ok = connect(socket, reinterpret_cast<sockaddr*>(address.bytes), address.size_bytes) == 0 &&
              same_user(socket, tracer) && send(socket, &hello, sizeof hello, MSG_NOSIGNAL) == sizeof hello &&
              receive(socket, fds) && map_all(fds, out);
    for (int i = 0; i < 2; ++i)
        if (fds[i] >= 0) close(fds[i]);
    if (!ok) {
        if (fds[2] >= 0) close(fds[2]);
        close(socket);
        return false;
    }
    out.socket = socket;
    out.wake = fds[2];
    return true;
}

}  // namespace lsw::trace
