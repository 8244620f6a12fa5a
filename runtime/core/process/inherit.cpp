#include "core/process/inherit.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "core/console/console.h"
#include "core/file/file_object.h"
#include "core/io/io_object.h"
#include "core/memory/section.h"
#include "core/pipe/named_pipe.h"
#include "core/pipe/pipe_object.h"
#include "core/process/process_object.h"
#include "core/process/remote_thread.h"
#include "core/runtime.h"
#include "core/socket/socket.h"
#include "core/wait/arena.h"
#include "core/wait/sync_objects.h"

namespace lsw {
namespace {

using Kind = InheritedHandle::Kind;

// A server end that waits for its client: the other process waits at the same listener.
bool describe_server(PipeServer& server, InheritedHandle& out) {
    const NamedPipeSettings& settings = server.settings();
    server.mark_shared();
    out.kind = Kind::PipeServer;
    out.fd = server.listener();
    out.options = settings.open_mode;
    out.object_access = settings.pipe_mode;
    out.extra = settings.maximum_instances;
    out.offset = uint64_t{settings.out_buffer_bytes} << 32 | settings.in_buffer_bytes;
    return out.fd >= 0;
}

bool describe_io(IoObject& object, InheritedHandle& out) {
    out.fd = object.fd();
    if (PipeObject* pipe = object.as_pipe(); pipe && out.fd < 0 && pipe->server()) return describe_server(*pipe->server(), out);
    if (out.fd < 0) return false;
    if (file::FileObject* file = object.as_file()) {
        out.kind = Kind::File;
        out.options = file->options();
        out.object_access = file->access();
    } else if (PipeObject* pipe = object.as_pipe()) {
        out.kind = Kind::Pipe;
        pipe->mark_shared();
        out.options = pipe->flags();
    } else if (ConsoleObject* console = object.as_console()) {
        out.kind = Kind::Console;
        out.options = console->is_input();
    } else if (SocketObject* socket = object.as_socket()) {
        out.kind = Kind::Socket;
        const auto& kind = socket->kind();
        out.options = static_cast<uint32_t>(kind.family | kind.type << 8 | kind.protocol << 16);
        out.extra = static_cast<uint32_t>(socket->state()) | (socket->nonblocking ? 0x100u : 0u) |
                    (socket->is_synchronous() ? 0u : 0x200u);
    } else {
        out.kind = Kind::Stream;
        out.options = static_cast<uint32_t>(object.file_type());
    }
    return true;
}

std::string path_behind(int fd) {
    char path[4096];
    ssize_t length = readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), path, sizeof path);
    return length > 0 ? std::string(path, static_cast<size_t>(length)) : std::string();
}

Ref<Object> make_file(const InheritedHandle& in, UniqueFd fd) {
    struct stat info;
    if (fstat(fd.get(), &info) != 0) return nullptr;
    file::FileObject::Setup setup;
    setup.path = path_behind(fd.get());
    setup.path_only = fcntl(fd.get(), F_GETFL) & O_PATH;
    setup.fd = std::move(fd);
    setup.mode = info.st_mode;
    setup.options = in.options;
    setup.access = in.object_access;
    return make_object<file::FileObject>(std::move(setup));
}

Ref<Object> make_socket(const InheritedHandle& in, UniqueFd fd) {
    SocketObject::Kind kind{static_cast<int>(in.options & 0xFF), static_cast<int>(in.options >> 8 & 0xFF),
                            static_cast<int>(in.options >> 16)};
    auto state = static_cast<SocketObject::State>(in.extra & 0xFF);
    auto socket = make_object<SocketObject>(std::move(fd), kind, (in.extra & 0x200) != 0, state);
    socket->nonblocking = (in.extra & 0x100) != 0;
    return socket;
}

}  // namespace

bool describe_handle(HANDLE value, const HandleTable::Entry& entry, InheritedHandle& out) {
    out.value = reinterpret_cast<uint64_t>(value);
    out.access = entry.info.access;
    Object* object = entry.object.get();
    switch (object->type()) {
        case ObjectType::File:
            return describe_io(*static_cast<IoObject*>(object), out);
        case ObjectType::Event:
        case ObjectType::Mutant:
        case ObjectType::Semaphore:
        case ObjectType::Timer: {
            auto where = locate_record(static_cast<SyncObject*>(object)->record());
            if (!where.ok()) return false;
            out.kind = Kind::Sync;
            out.fd = where->fd;
            out.offset = where->offset;
            return true;
        }
        case ObjectType::Process: {
            auto* process = static_cast<ProcessObject*>(object);
            out.kind = Kind::Process;
            out.fd = process->pidfd();
            out.offset = static_cast<uint64_t>(process->pid());
            return out.fd >= 0;
        }
        case ObjectType::Thread:
            out.kind = Kind::Thread;
            out.offset = static_cast<uint64_t>(getpid());
            out.extra = static_cast<Thread*>(object)->id();
            return true;
        case ObjectType::RemoteThread:
            out.kind = Kind::Thread;
            out.offset = static_cast<uint64_t>(static_cast<RemoteThread*>(object)->process().pid());
            out.extra = static_cast<RemoteThread*>(object)->id();
            return true;
        case ObjectType::Section: {
            auto* section = static_cast<Section*>(object);
            out.kind = Kind::Section;
            out.fd = section->fd();
            out.options = section->protect();
            out.offset = section->size_bytes();
            out.object_access = section->attributes();
            out.extra = static_cast<uint32_t>(section->offset());
            return true;
        }
        default:
            return false;
    }
}

void collect_inherited(bool inherit, std::span<const HANDLE> list,
                       std::vector<InheritedHandle>& out, std::vector<Ref<Object>>& holders) {
    if (!inherit) return;
    runtime().handles.for_each([&](HANDLE value, const HandleTable::Entry& entry) {
        if (!entry.info.inherit) return;
        // Handle lists may carry tag bits; the value without them counts.
        auto same = [&](HANDLE other) {
            return (reinterpret_cast<uintptr_t>(other) & ~3ull) ==
                   reinterpret_cast<uintptr_t>(value);
        };
        if (!list.empty() && std::none_of(list.begin(), list.end(), same)) return;
        InheritedHandle description;
        if (!describe_handle(value, entry, description)) return;
        out.push_back(description);
        holders.push_back(entry.object);
    });
}

Ref<Object> object_from_description(const InheritedHandle& in, UniqueFd fd) {
    switch (in.kind) {
        case Kind::File:
            return make_file(in, std::move(fd));
        case Kind::Stream:
            return make_object<StreamObject>(std::move(fd), static_cast<FileType>(in.options));
        case Kind::Console:
            return make_object<ConsoleObject>(std::move(fd), in.options
                                                                 ? ConsoleObject::Side::Input
                                                                 : ConsoleObject::Side::Output);
        case Kind::Pipe:
            return make_object<PipeObject>(std::move(fd), in.options);
        case Kind::PipeServer: {
            constexpr uint32_t kFirstInstance = 0x80000;  // FILE_FLAG_FIRST_PIPE_INSTANCE: it was
            return adopt_server_end(std::move(fd), {in.options & ~kFirstInstance, in.object_access, in.extra,
                                                    static_cast<uint32_t>(in.offset >> 32),
                                                    static_cast<uint32_t>(in.offset), 0});
        }
        case Kind::Socket:
            return make_socket(in, std::move(fd));
        case Kind::Sync: {
            auto record = import_record(std::move(fd), in.offset);
            return record.ok() ? object_for_record(*record) : nullptr;
        }
        case Kind::Process: {
            auto opened = ProcessObject::open(static_cast<pid_t>(in.offset));
            return opened.ok() ? Ref<Object>(std::move(*opened)) : nullptr;
        }
        case Kind::Thread: {
            if (in.offset == static_cast<uint64_t>(getpid())) return find_thread(in.extra);
            auto opened = open_remote_thread(in.extra);
            return opened.ok() ? Ref<Object>(std::move(*opened)) : nullptr;
        }
        case Kind::Section: {
            std::string path = in.extra ? "" : path_behind(fd.get());
            return Section::adopt(std::move(fd), std::move(path), in.offset, in.options, in.object_access, in.extra);
        }
    }
    return nullptr;
}

void restore_handles(const StartupBlock& block) {
    for (const InheritedHandle& in : block.handles) {
        // Several handles may share one descriptor: each gets its own, and the handed-down ones are
        // closed at the end.
        UniqueFd fd(fcntl(in.fd, F_DUPFD_CLOEXEC, 3));
        if (!fd.valid() && in.kind != Kind::Thread) continue;
        Ref<Object> object = object_from_description(in, std::move(fd));
        if (!object) continue;
        (void)runtime().handles.insert_at(reinterpret_cast<HANDLE>(in.value), std::move(object),
                                          {in.access, true, false});
    }
    for (const InheritedHandle& in : block.handles)
        if (in.fd > 2 && fcntl(in.fd, F_GETFD) == 0)
            close(in.fd);  // without FD_CLOEXEC: one that was handed down
}

}  // namespace lsw
