// ProcessObject: a process by its pidfd. A Windows process started by another one also has a shared
// page (ProcessPage), in which it leaves its full 32-bit exit code and what others ask about it;
// for Linux programs, and processes started from a shell, the code is made from how they ended.
// Nothing is left behind: a child whose last handle is closed before it ends is reaped when it
// ends.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "abi/process.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "core/process/remote_channel.h"
#include "core/wait/waitable.h"
#include "object/object.h"

namespace lsw {

// First page of the memfd a child is started with; mapped by both for as long as they live.
struct ProcessPage {
    static constexpr uint64_t kMagic = 0x3165676150775351;
    uint64_t magic;
    std::atomic<uint32_t> has_exit_code;
    std::atomic<uint32_t> exit_code;
    std::atomic<uint32_t> suspend_count;  // of the first thread before it runs; a futex word
    std::atomic<uint32_t> priority_class;
    std::atomic<uint64_t> peb_address;
    std::atomic<uint64_t> early_request;   // of one who asked before there was a handler; 0: nobody
    std::atomic<uint32_t> takes_requests;  // remote_channel.h
    uint32_t parent_pid;
    uint32_t job_kill_on_close;
    char16_t image_path[1024];  // zero-terminated DOS path
};
static_assert(sizeof(ProcessPage) <= 4096);

// This process's own page; null for one started from a shell.
ProcessPage* own_process_page();
void set_own_process_page(ProcessPage* page, int memory_fd);

// Leaves the full exit code for whoever asks; once. Safe in a signal handler.
void record_exit_code(uint32_t code);

class ProcessObject final : public Object, public Waitable {
public:
    static constexpr ObjectType kType = ObjectType::Process;

    // `page` may be null; takes over its mapping and `memory`, the memfd it is in.
    ProcessObject(pid_t pid, UniqueFd pidfd, ProcessPage* page, UniqueFd memory, bool is_child);

    // Any process of this user. Errors: STATUS_INVALID_CID, STATUS_ACCESS_DENIED.
    static Result<Ref<ProcessObject>> open(pid_t pid);

    Waitable* waitable() override { return this; }
    SyncRecord* record() override;
    int poll_descriptor() override { return pidfd_.get(); }

    pid_t pid() const { return pid_; }
    bool is_current() const;
    int pidfd() const { return pidfd_.get(); }
    int memory_fd() const { return memory_.get(); }
    ProcessPage* page() const { return page_; }
    RemoteChannel& channel() { return channel_; }

    DWORD exit_code();  // STILL_ACTIVE while it runs
    bool has_ended();
    Result<void> terminate(uint32_t code);

    // 100 ns ticks: creation and exit as system time, the others as spans. Kept when it ended.
    struct Times {
        int64_t creation = 0, exit = 0, kernel = 0, user = 0;
    };
    Times times();

private:
    ~ProcessObject() override;
    void reap();  // under the lock
    Times read_times() const;

    const pid_t pid_;
    UniqueFd pidfd_;
    ProcessPage* page_;
    UniqueFd memory_;
    const bool is_child_;
    RemoteChannel channel_;
    std::mutex lock_;
    SyncRecord* record_ = nullptr;
    bool ended_ = false;
    uint32_t code_ = 0;
    Times last_times_;
};

// Whether this process was created suspended and has not been resumed yet.
bool waits_for_resume();
// Sleeps until resume() when this process was created suspended.
void wait_for_resume();

// The object behind a process handle, GetCurrentProcess()'s pseudo handle among them.
Result<Ref<ProcessObject>> process_from_handle(HANDLE handle, ACCESS_MASK access = 0);

// Windows code of a Linux end ("exit status", or a signal).
uint32_t code_of_exit(int status);
uint32_t code_of_signal(int signal);

// What /proc says of any process.
struct ProcessFacts {
    pid_t pid = 0, parent = 0;
    unsigned threads = 0;
    std::string name;
    uint64_t start_ticks = 0;  // clock ticks since boot
};
bool read_process(pid_t pid, ProcessFacts& out);
std::vector<pid_t> list_processes();
// Processes that descend from one of `roots`, by parent ids as they are now.
std::vector<pid_t> descendants(std::set<pid_t> roots);
// DOS path of its program: the Windows one where it runs one.
std::u16string process_image_path(ProcessObject& process);

}  // namespace lsw
