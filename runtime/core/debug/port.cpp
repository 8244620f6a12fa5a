#include "core/debug/port.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "abi/layout.h"
#include "base/guest_map.h"
#include "base/host_thread.h"
#include "core/debug/protocol.h"
#include "core/exception/frames.h"
#include "core/exception/suspension.h"
#include "core/exception/trampolines.h"
#include "core/memory/address_space.h"
#include "core/memory/remote_memory.h"
#include "core/process/start.h"
#include "core/runtime.h"
#include "core/thread/thread.h"
#include "core/wait/futex.h"
#include "loader/unwind/context_switch.h"

namespace lsw::debug {

std::atomic<bool> g_debugged{false};

namespace {

constexpr NTSTATUS kDebuggerInactive = static_cast<NTSTATUS>(0xC0000354);

struct Port {
    UniqueFd socket;
    std::mutex events;  // held while one is open
    std::atomic<uint32_t> answered{0};  // futex
    std::atomic<uint32_t> answer{0};
    std::atomic<bool> kill_on_exit{true};
    std::atomic<bool> ending{false};  // the debugger may hang up
    std::atomic<bool> attached{false};   // the debugger came later; a thread of its own tells it everything
    std::atomic<bool> announced{false};  // the debugger has been told of the process
    std::mutex shown_lock;
    std::map<const Thread*, CONTEXT*> shown;
};

Port& port() {
    static Port& instance = *new Port;
    return instance;
}

void end_debugging() {
    g_debugged = false;
    if (PEB* peb = runtime().peb) peb->BeingDebugged = FALSE;
    port().answer = static_cast<uint32_t>(kContinue);
    port().answered = 1;
    futex_wake(&port().answered, INT_MAX, FutexScope::Private);
}

void* take_orders(void*) {
    pthread_detach(pthread_self());
    Port& all = port();
    Order order;
    for (;;) {
        ssize_t got = recv(all.socket.get(), &order, sizeof order, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got != sizeof order) break;
        if (order.kind == OrderKind::KillOnExit) {
            all.kill_on_exit = order.value != 0;
        } else if (order.kind == OrderKind::Detach) {
            end_debugging();
            shutdown(all.socket.get(), SHUT_RDWR);
            return nullptr;
        } else {
            all.answer = order.value;
            all.answered = 1;
            futex_wake(&all.answered, INT_MAX, FutexScope::Private);
        }
    }
    if (all.ending) return nullptr;
    if (all.kill_on_exit) exit_now(static_cast<uint32_t>(kDebuggerInactive));
    end_debugging();
    return nullptr;
}

// The others, stopped for as long as this lives.
class OthersStopped {
public:
    explicit OthersStopped(const Thread* self) {
        for (Ref<Thread>& thread : all_threads())
            if (thread.get() != self && seh::suspend(*thread).ok()) stopped_.push_back(std::move(thread));
    }
    ~OthersStopped() {
        for (Ref<Thread>& thread : stopped_) resume_thread(*thread);
    }
    OthersStopped(const OthersStopped&) = delete;
    OthersStopped& operator=(const OthersStopped&) = delete;

private:
    std::vector<Ref<Thread>> stopped_;
};

void show(Thread* thread, CONTEXT* context) {
    std::lock_guard guard(port().shown_lock);
    if (context)
        port().shown[thread] = context;
    else
        port().shown.erase(thread);
}

// The state in which the calling thread will return to the program; where it has none of its own, its start.
void caller_context(CONTEXT& context) {
    unwind::lsw_capture_context(&context);
    seh::FrameWalk walk(&context, true);
    seh::Frame frame;
    bool found = true;
    while (found && !is_guest_address(context.Rip)) found = walk.step(UNW_FLAG_NHANDLER, &frame);
    if (found) return;
    Thread& self = *current_thread();
    Module* program = runtime().modules.program();
    context = {};
    context.ContextFlags = CONTEXT_FULL;
    context.MxCsr = context.FltSave.MxCsr = 0x1F80;
    context.FltSave.ControlWord = 0x27F;
    context.EFlags = 0x202;
    auto routine = reinterpret_cast<uint64_t>(self.attributes.routine);
    context.Rip = routine ? routine : program ? reinterpret_cast<uint64_t>(program->ldr.EntryPoint) : breakpoint_code();
    context.Rcx = reinterpret_cast<uint64_t>(self.attributes.parameter);
    context.Rsp = reinterpret_cast<uint64_t>(self.stack.high()) - 128 - 8;
}

// A thread that others have suspended tells nothing until it goes on.
std::unique_lock<std::mutex> take_turn() {
    Port& all = port();
    Thread* self = current_thread();
    for (;;) {
        std::unique_lock<std::mutex> turn(all.events);
        uint32_t suspended = self->suspend_count.load();
        if (suspended == 0) return turn;
        turn.unlock();
        futex_wait(&self->suspend_count, suspended, FutexScope::Private);
    }
}

NTSTATUS tell(Event& event, CONTEXT* context) {
    Port& all = port();
    auto turn = take_turn();
    if (!is_debugged()) return kContinue;
    Thread* self = current_thread();
    bool own = event.thread == 0;
    if (own) event.thread = self->id();
    OthersStopped stopped(self);
    if (own) show(self, context);
    all.answered = 0;
    ssize_t sent = send(all.socket.get(), &event, sizeof event, MSG_NOSIGNAL);
    while (sent == sizeof event && is_debugged() && all.answered.load() == 0)
        futex_wait(&all.answered, 0, FutexScope::Private);
    show(self, nullptr);
    return sent == sizeof event ? static_cast<NTSTATUS>(all.answer.load()) : kContinue;
}

// Event and context together are 4 KB: not for the program's stack.
struct Report {
    Event event;
    CONTEXT context;
    explicit Report(EventKind kind) { event.kind = kind; }
    void tell() {
        caller_context(context);
        debug::tell(event, &context);
    }
};

std::unique_ptr<Report> report(EventKind kind) { return std::make_unique<Report>(kind); }

void fill_module(Event& event, const Module& module) {
    event.base = reinterpret_cast<uint64_t>(module.base());
    event.name = reinterpret_cast<uint64_t>(&module.ldr.FullDllName.Buffer);
    strncpy(event.path, module.linux_path.c_str(), sizeof event.path - 1);
}

bool tells() { return is_debugged() && port().announced && current_thread(); }

void tell_process(const Thread& first) {
    Module* program = runtime().modules.program();
    auto made = report(EventKind::CreateProcess);
    fill_module(made->event, *program);
    made->event.start = reinterpret_cast<uint64_t>(program->ldr.EntryPoint);
    made->event.teb = reinterpret_cast<uint64_t>(first.teb);
    if (&first != current_thread()) made->event.thread = first.id();
    made->tell();
    port().announced = true;  // from here on the program may see it, too
    if (is_debugged()) runtime().peb->BeingDebugged = TRUE;
}

std::vector<const Module*> loaded_modules() {
    std::vector<const Module*> all;
    std::lock_guard guard(runtime().modules.loader_lock());
    for (const auto& module : runtime().modules.all())
        if (!module->data_file && module.get() != runtime().modules.program()) all.push_back(module.get());
    return all;
}

void tell_thread(const Thread& thread) {
    auto made = report(EventKind::CreateThread);
    made->event.start = reinterpret_cast<uint64_t>(thread.attributes.routine);
    made->event.teb = reinterpret_cast<uint64_t>(thread.teb);
    if (&thread != current_thread()) made->event.thread = thread.id();
    made->tell();
}

void break_here() { reinterpret_cast<void (*)()>(breakpoint_code())(); }

}  // namespace

uint64_t breakpoint_code() {
    static const uint64_t address = [] {
        constexpr uint8_t kCode[] = {0xCC, 0xC3};
        constexpr size_t kBytes = 0x1000;
        auto page = map_guest(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (!page.ok()) return uint64_t{0};
        memcpy(*page, kCode, sizeof kCode);
        mprotect(*page, kBytes, PROT_READ | PROT_EXEC);
        auto at = reinterpret_cast<uint64_t>(*page);
        address_space().adopt(at, kBytes, RegionType::Private, PAGE_EXECUTE_READ, {}, {}, true);
        return at;
    }();
    return address;
}

bool begin(UniqueFd socket) {
    if (is_debugged()) return false;
    Port& all = port();
    all.socket = std::move(socket);
    (void)breakpoint_code();
    if (!all.attached) runtime().peb->BeingDebugged = TRUE;
    g_debugged = true;
    pthread_t thread;
    return start_host_thread(&thread, take_orders, nullptr);
}

// What a debugger that came later has missed, told by a thread for it alone.
DWORD WINAPI tell_everything(void*) {
    std::vector<Ref<Thread>> threads = all_threads();
    const Thread* first = current_thread();
    for (const Ref<Thread>& thread : threads)
        if (thread->id() == static_cast<DWORD>(getpid())) first = thread.get();
    tell_process(*first);
    for (const Ref<Thread>& thread : threads)
        if (thread.get() != first && !thread->has_ended()) tell_thread(*thread);
    for (const Module* module : loaded_modules()) module_loaded(*module);
    if (is_debugged()) break_here();
    return 0;
}

NTSTATUS attach(UniqueFd socket) {
    port().attached = true;
    if (!begin(std::move(socket))) return STATUS_PORT_ALREADY_SET;
    auto thread = create_thread({tell_everything, nullptr, 0, 0, false});
    return thread.status();
}

void process_started() {
    if (!is_debugged() || port().attached) return;
    tell_process(*current_thread());
    for (const Module* module : loaded_modules()) module_loaded(*module);
    if (is_debugged()) break_here();
}

void thread_started() {
    if (tells()) tell_thread(*current_thread());
}

void thread_ends(uint32_t code) {
    if (!tells()) return;
    auto made = report(EventKind::ExitThread);
    made->event.code = code;
    made->tell();
}

void process_ends(uint32_t code) {
    if (!tells()) return;
    port().ending = true;
    auto made = report(EventKind::ExitProcess);
    made->event.code = code;
    made->tell();
}

void module_loaded(const Module& module) {
    if (!tells()) return;
    auto made = report(EventKind::LoadDll);
    fill_module(made->event, module);
    made->tell();
}

void module_unloaded(uint64_t base) {
    if (!tells()) return;
    auto made = report(EventKind::UnloadDll);
    made->event.base = base;
    made->tell();
}

void output_string(const void* text, size_t characters, bool wide) {
    if (!tells()) return;
    auto made = report(EventKind::OutputString);
    made->event.base = reinterpret_cast<uint64_t>(text);
    made->event.start = characters;
    made->event.code = wide;
    made->tell();
}

bool exception(EXCEPTION_RECORD* record, CONTEXT* context, bool first_chance) {
    if (!tells()) return false;
    auto made = report(EventKind::Exception);
    made->event.record = *record;
    made->event.first_chance = first_chance;
    // A debugger sees registers as the processor left them, behind the int3; handlers see them in front of it.
    uint8_t code = 0;
    bool trapped = record->ExceptionCode == static_cast<DWORD>(STATUS_BREAKPOINT) &&
                   reinterpret_cast<uint64_t>(record->ExceptionAddress) == context->Rip;
    if (trapped && is_guest_address(context->Rip)) {
        auto moved = read_remote(getpid(), context->Rip, &code, 1);
        if (moved.ok() && code == 0xCC) context->Rip += 1;
    }
    CONTEXT& shown = made->context;
    shown = *context;
    // What happened in a function of ours is shown as at the call of it.
    if (!is_guest_address(shown.Rip)) {
        seh::FrameWalk walk(&shown, false);
        seh::Frame frame;
        bool found = true;
        while (found && !is_guest_address(shown.Rip)) found = walk.step(UNW_FLAG_NHANDLER, &frame);
        if (!found) shown = *context;
    }
    auto before = std::make_unique<CONTEXT>(shown);
    NTSTATUS answer = tell(made->event, &shown);
    if (memcmp(before.get(), &shown, sizeof shown) != 0) *context = shown;
    if (answer != kExceptionNotHandled) return true;
    if (code == 0xCC) context->Rip -= 1;
    return false;
}

CONTEXT* shown_context(const Thread& thread) {
    std::lock_guard guard(port().shown_lock);
    auto found = port().shown.find(&thread);
    return found == port().shown.end() ? nullptr : found->second;
}

}  // namespace lsw::debug
