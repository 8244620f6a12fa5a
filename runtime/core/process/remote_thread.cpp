#include "core/process/remote_thread.h"

#include <fcntl.h>
#include <poll.h>

#include <cstring>

#include "core/exception/suspension.h"
#include "core/process/remote_channel.h"
#include "core/runtime.h"
#include "core/wait/arena.h"
#include "core/wait/bridge.h"

namespace lsw {
namespace {

RemoteMessage request(RemoteCall call, DWORD id, uint64_t value = 0) {
    RemoteMessage message;
    message.code = static_cast<uint32_t>(call);
    message.values[0] = id;
    message.values[1] = value;
    return message;
}

// The process that a thread of any process belongs to; 0 when there is none.
pid_t process_of_thread(DWORD id) {
    int pid = 0;
    if (FILE* file = fopen(("/proc/" + std::to_string(id) + "/status").c_str(), "re")) {
        char line[256];
        while (fgets(line, sizeof line, file))
            if (sscanf(line, "Tgid: %d", &pid) == 1) break;
        fclose(file);
    }
    return pid;
}

}  // namespace

RemoteThread::~RemoteThread() {
    if (!record_) return;
    bridge_forget(*this);
    release_record(record_);
}

SyncRecord* RemoteThread::record() {
    if (!ended_.valid()) return process_->record();
    std::lock_guard guard(lock_);
    if (!record_) {
        auto made = allocate_record(SyncKind::Descriptor);
        if (made.ok()) record_ = *made;
    }
    return record_;
}

DWORD RemoteThread::exit_code() {
    if (!ended_.valid()) return process_->exit_code();
    std::lock_guard guard(lock_);
    if (known_) return code_;
    pollfd entry{ended_.get(), POLLIN, 0};
    if (poll(&entry, 1, 0) != 1) return STILL_ACTIVE;
    // Nothing but an end: the process was killed.
    if (read(ended_.get(), &code_, sizeof code_) != sizeof code_) code_ = process_->exit_code();
    known_ = true;
    return code_;
}

bool RemoteThread::not_begun() const {
    return !ended_.valid() && process_->page() && process_->page()->suspend_count.load() > 0;
}

Result<uint32_t> RemoteThread::suspend() {
    ProcessPage* page = process_->page();
    if (not_begun()) {
        uint32_t count = page->suspend_count.load();
        while (count && !page->suspend_count.compare_exchange_weak(count, count + 1)) {
        }
        if (count) return Result<uint32_t>(std::move(count));
    }
    RemoteMessage message = request(RemoteCall::SuspendThread, id_);
    if (NTSTATUS status = process_->channel().call(*process_, message); !NT_SUCCESS(status)) return Status(status);
    return Result<uint32_t>(static_cast<uint32_t>(message.values[0]));
}

Result<uint32_t> RemoteThread::resume() {
    ProcessPage* page = process_->page();
    if (not_begun()) {
        uint32_t count = page->suspend_count.load();
        while (count && !page->suspend_count.compare_exchange_weak(count, count - 1)) {
        }
        if (count == 1) futex_wake(&page->suspend_count, INT_MAX, FutexScope::Shared);
        if (count) return Result<uint32_t>(std::move(count));
    }
    if (process_->has_ended()) return Result<uint32_t>(0u);
    if (!page && !is_windows_process(process_->pid())) return Result<uint32_t>(0u);
    RemoteMessage message = request(RemoteCall::ResumeThread, id_);
    if (NTSTATUS status = process_->channel().call(*process_, message); !NT_SUCCESS(status)) return Status(status);
    return Result<uint32_t>(static_cast<uint32_t>(message.values[0]));
}

NTSTATUS RemoteThread::read_context(CONTEXT* context) {
    RemoteMessage message = request(RemoteCall::ReadContext, id_, context->ContextFlags);
    NTSTATUS status = process_->channel().call(*process_, message);
    if (!NT_SUCCESS(status)) return status;
    if (message.data_bytes != sizeof(CONTEXT)) return STATUS_UNSUCCESSFUL;
    CONTEXT& got = *reinterpret_cast<CONTEXT*>(message.data);
    seh::copy_context(context, got, context->ContextFlags);
    return status;
}

NTSTATUS RemoteThread::write_context(const CONTEXT& context) {
    RemoteMessage message = request(RemoteCall::WriteContext, id_);
    static_assert(sizeof context <= sizeof message.data);
    memcpy(message.data, &context, sizeof context);
    message.data_bytes = sizeof context;
    return process_->channel().call(*process_, message);
}

NTSTATUS RemoteThread::terminate(DWORD code) {
    RemoteMessage message = request(RemoteCall::TerminateThread, id_, code);
    return process_->channel().call(*process_, message);
}

NTSTATUS RemoteThread::queue_apc(const Apc& apc) {
    RemoteMessage message = request(RemoteCall::QueueApc, id_, reinterpret_cast<uint64_t>(apc.routine));
    for (int i = 0; i < 3; ++i) message.values[2 + i] = apc.arguments[i];
    return process_->channel().call(*process_, message);
}

Result<RemoteThread::Facts> RemoteThread::facts() {
    RemoteMessage message = request(RemoteCall::QueryThread, id_);
    if (NTSTATUS status = process_->channel().call(*process_, message); !NT_SUCCESS(status)) return Status(status);
    if (message.data_bytes != sizeof(Facts)) return Status(STATUS_UNSUCCESSFUL);
    Facts facts;
    memcpy(&facts, message.data, sizeof facts);
    return facts;
}

Result<Ref<RemoteThread>> open_remote_thread(DWORD id) {
    pid_t pid = id ? process_of_thread(id) : 0;
    if (pid == 0) return Status(STATUS_INVALID_CID);
    Ref<ProcessObject> process = LSW_TRY(ProcessObject::open(pid));
    if (static_cast<pid_t>(id) == pid) return make_object<RemoteThread>(std::move(process));
    RemoteMessage message = request(RemoteCall::WatchThread, id);
    UniqueFd ended;
    NTSTATUS status = process->channel().call(*process, message, -1, &ended);
    if (!NT_SUCCESS(status)) return Status(status);
    return make_object<RemoteThread>(std::move(process), id, std::move(ended));
}

Result<Ref<RemoteThread>> create_remote_thread(Ref<ProcessObject> process, const ThreadAttributes& attributes) {
    RemoteMessage message = request(RemoteCall::CreateThread, 0);
    message.values[0] = reinterpret_cast<uint64_t>(attributes.routine);
    message.values[1] = reinterpret_cast<uint64_t>(attributes.parameter);
    message.values[2] = attributes.stack_reserve_bytes;
    message.values[3] = attributes.stack_commit_bytes;
    message.values[4] = attributes.suspended;
    UniqueFd ended;
    NTSTATUS status = process->channel().call(*process, message, -1, &ended);
    if (!NT_SUCCESS(status)) return Status(status);
    return make_object<RemoteThread>(std::move(process), static_cast<DWORD>(message.values[0]), std::move(ended));
}

Ref<RemoteThread> remote_thread_from_handle(HANDLE handle, ACCESS_MASK access) {
    auto found = runtime().handles.get<RemoteThread>(handle, access);
    return found.ok() ? std::move(*found) : nullptr;
}

}  // namespace lsw
