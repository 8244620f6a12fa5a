// Named pipes: \\.\pipe\NAME is a listening Unix socket in a directory of the user's, named after a
// hash of the name; all server ends of a name in one process share it. A client in the same process
// gets the other end of a fresh pipe or socket pair at once, so that the many programs that make
// "anonymous" overlapped pipes this way never touch it. Differs from Windows: a client of another
// process may connect before a server end is free, and then waits for it.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "core/pipe/pipe_object.h"

namespace lsw {

struct NamedPipeSettings {
    uint32_t open_mode = 0;  // PIPE_ACCESS_* and FILE_FLAG_*
    uint32_t pipe_mode = 0;  // PIPE_TYPE_*, PIPE_READMODE_*, PIPE_NOWAIT
    uint32_t maximum_instances = 255;
    uint32_t out_buffer_bytes = 0, in_buffer_bytes = 0;
    uint32_t default_timeout_ms = 0;
};

class PipeServer final : public Object {
public:
    PipeServer(std::u16string name, std::string path, UniqueFd listener,
               const NamedPipeSettings& settings)
        : Object(ObjectType::Other),
          name_(std::move(name)),
          path_(std::move(path)),
          listener_(std::move(listener)),
          settings_(settings) {}

    int listener() const { return listener_.get(); }
    const NamedPipeSettings& settings() const { return settings_; }
    const std::u16string& name() const { return name_; }
    void remove(PipeObject& end);
    uint32_t instances();
    // Another process has the listener too: the name outlives the ends of this one.
    void mark_shared() { shared_ = true; }

private:
    ~PipeServer() override;
    friend Result<Ref<PipeObject>> create_named_pipe(std::u16string_view, const NamedPipeSettings&);
    friend Ref<PipeObject> adopt_server_end(UniqueFd, const NamedPipeSettings&);
    friend Ref<PipeObject> create_unnamed_pipe(const NamedPipeSettings&);
    friend Result<Ref<PipeObject>> open_named_pipe(std::u16string_view, ACCESS_MASK, bool);
    friend Result<void> wait_named_pipe(std::u16string_view, uint32_t);

    const std::u16string name_;
    const std::string path_;
    UniqueFd listener_;
    const NamedPipeSettings settings_;
    std::vector<PipeObject*> ends_;  // under the registry's lock
    std::atomic<bool> shared_{false};
};

// A new server end. Errors: STATUS_ACCESS_DENIED (FILE_FLAG_FIRST_PIPE_INSTANCE and the name
// exists, or another type), STATUS_INSTANCE_NOT_AVAILABLE (as many as the first one allowed).
Result<Ref<PipeObject>> create_named_pipe(std::u16string_view name,
                                          const NamedPipeSettings& settings);

// A waiting server end that another process handed over: `listener` is its name's.
Ref<PipeObject> adopt_server_end(UniqueFd listener, const NamedPipeSettings& settings);

// A server end that only a client in this process, given the end itself, can connect to.
Ref<PipeObject> create_unnamed_pipe(const NamedPipeSettings& settings);
// The client end of a waiting server end. Errors: STATUS_PIPE_NOT_AVAILABLE (it has a client), STATUS_ACCESS_DENIED (a
// direction it does not have).
Result<Ref<PipeObject>> open_pipe_end(PipeObject& server_end, ACCESS_MASK access, bool overlapped);

// \Device\NamedPipe itself: a root for relative names.
class PipeDirectory final : public IoObject {
public:
    Result<uint64_t> read(void*, uint32_t, int64_t) override { return Status(STATUS_INVALID_DEVICE_REQUEST); }
    Result<uint64_t> write(const void*, uint32_t, int64_t) override { return Status(STATUS_INVALID_DEVICE_REQUEST); }
    FileType file_type() const override { return FileType::Unknown; }
    bool is_pipe_directory() const override { return true; }
};

// A client end. Errors: STATUS_OBJECT_NAME_NOT_FOUND, STATUS_PIPE_NOT_AVAILABLE (all busy).
Result<Ref<PipeObject>> open_named_pipe(std::u16string_view name, ACCESS_MASK access,
                                        bool overlapped);

// Until an end is free: at most so long; 0: as the server's first end said, 0xFFFFFFFF: for ever. Errors:
// STATUS_OBJECT_NAME_NOT_FOUND, STATUS_IO_TIMEOUT. Differs from Windows: a name of another process counts as free.
Result<void> wait_named_pipe(std::u16string_view name, uint32_t timeout_ms);
// Whoever waits so is to look again.
void pipe_end_is_free();

// Makes CreateFile find pipes (core/file/open.h).
void register_pipe_device();

}  // namespace lsw
