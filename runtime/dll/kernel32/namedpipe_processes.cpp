// namedpipeapi.h: which processes hold the ends of a pipe. The kernel remembers who made or connected a socket.
#include <sys/socket.h>
#include <unistd.h>

#include "core/pipe/pipe_object.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "dll/kernel32/pipes.h"

using namespace lsw;

namespace {

BOOL process_of(HANDLE handle, bool of_server, PULONG out) {
    auto object = runtime().handles.get<IoObject>(handle);
    if (!object.ok()) return set_last_error_from(object.status());
    PipeObject* pipe = (*object)->as_pipe();
    if (!pipe) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    bool is_server = pipe->flags() & PipeObject::kServerEnd;
    *out = static_cast<ULONG>(getpid());
    if (is_server == of_server) return TRUE;
    ucred peer{};
    socklen_t size = sizeof peer;
    if (getsockopt(pipe->fd(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid != 0)
        *out = static_cast<ULONG>(peer.pid);
    return TRUE;
}

}  // namespace

BOOL kernel32::GetNamedPipeClientProcessId(HANDLE Pipe, PULONG ClientProcessId) {
    return process_of(Pipe, false, ClientProcessId);
}

BOOL kernel32::GetNamedPipeServerProcessId(HANDLE Pipe, PULONG ServerProcessId) {
    return process_of(Pipe, true, ServerProcessId);
}
