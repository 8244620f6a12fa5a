// RemoteThread: a thread of another process: the first one of a child, what CreateRemoteThread made, what OpenThread found.
// What is done to it is asked of its process (remote_channel.h); its end is seen without asking.
#pragma once

#include "abi/context.h"
#include "core/process/process_object.h"
#include "core/thread/apc.h"
#include "core/thread/thread.h"

namespace lsw {

class RemoteThread final : public Object, public Waitable {
public:
    static constexpr ObjectType kType = ObjectType::RemoteThread;
    // The first thread, whose end is taken for the process's.
    explicit RemoteThread(Ref<ProcessObject> process)
        : Object(kType), process_(std::move(process)), id_(static_cast<DWORD>(process_->pid())) {}
    // `ended` is a pipe into which the process writes the thread's exit code.
    RemoteThread(Ref<ProcessObject> process, DWORD id, UniqueFd ended)
        : Object(kType), process_(std::move(process)), id_(id), ended_(std::move(ended)) {}

    Waitable* waitable() override { return this; }
    SyncRecord* record() override;
    int poll_descriptor() override { return ended_.valid() ? ended_.get() : process_->poll_descriptor(); }

    ProcessObject& process() { return *process_; }
    const Ref<ProcessObject>& process_reference() { return process_; }
    DWORD id() const { return id_; }
    DWORD exit_code();  // STILL_ACTIVE while it runs

    // The first two return the count before. Errors: those of the process's own functions and of a remote call.
    Result<uint32_t> suspend();
    Result<uint32_t> resume();
    NTSTATUS read_context(CONTEXT* context);
    NTSTATUS write_context(const CONTEXT& context);
    NTSTATUS terminate(DWORD code);
    NTSTATUS queue_apc(const Apc& apc);
    struct Facts {
        uint64_t teb = 0, start_address = 0;
        Thread::Times times{};
        int priority = 0;
    };
    Result<Facts> facts();

private:
    ~RemoteThread() override;
    // While the first thread of a child that was created suspended has not begun, the count lies in the process's page.
    bool not_begun() const;

    Ref<ProcessObject> process_;
    const DWORD id_;
    UniqueFd ended_;
    std::mutex lock_;
    SyncRecord* record_ = nullptr;
    bool known_ = false;
    DWORD code_ = 0;
};

// Errors: STATUS_INVALID_CID, those of a remote call.
Result<Ref<RemoteThread>> open_remote_thread(DWORD id);
Result<Ref<RemoteThread>> create_remote_thread(Ref<ProcessObject> process, const ThreadAttributes& attributes);

// The thread behind a handle if it is another process's; null for all other handles.
Ref<RemoteThread> remote_thread_from_handle(HANDLE handle, ACCESS_MASK access = 0);

}  // namespace lsw
