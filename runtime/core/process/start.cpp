#include "core/process/start.h"

#include <asm/prctl.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "abi/layout.h"
#include "api/missing.h"
#include "api/trace/trace.h"
#include "base/guest_map.h"
#include "base/log.h"
#include "base/text.h"
#include "core/debug/port.h"
#include "core/exception/faults.h"
#include "core/exception/host_exceptions.h"
#include "core/exception/kernel_calls.h"
#include "core/exception/raw_syscalls.h"
#include "core/exception/stack_samples.h"
#include "core/file/current_directory.h"
#include "core/file/file_object.h"
#include "core/io/std_handles.h"
#include "core/memory/address_space.h"
#include "core/memory/heap.h"
#include "core/path/linux_names.h"
#include "core/process/builtin_program.h"
#include "core/process/command_line.h"
#include "core/process/descriptor_limit.h"
#include "core/console/console.h"
#include "core/pipe/named_pipe.h"
#include "core/process/environment.h"
#include "core/process/inherit.h"
#include "core/process/job_keeper.h"
#include "core/process/process_object.h"
#include "core/exception/suspension.h"
#include "core/socket/afd.h"
#include "core/system/system_info.h"
#include "core/process/startup_block.h"
#include "core/teb.h"
#include "core/thread/guest_stack.h"
#include "core/thread/thread.h"
#include "core/time/user_shared_data.h"
#include "core/wait/arena.h"
#include "loader/image/late_sections.h"

namespace lsw {
namespace {

// TEB, PEB and what they point to, in one mapping.
struct FirstPages {
    alignas(0x1000) TEB teb;
    alignas(0x1000) PEB peb;
    PEB_LDR_DATA ldr;
    RTL_USER_PROCESS_PARAMETERS parameters;
};

void make_list(LIST_ENTRY& head) { head.Flink = head.Blink = &head; }

// Strings that live as long as the process.
UNICODE_STRING keep(std::u16string text) {
    auto* kept = new std::u16string(std::move(text));
    auto bytes = static_cast<USHORT>(kept->size() * 2);
    return {bytes, static_cast<USHORT>(bytes + 2), kept->data()};
}

void fill_peb(FirstPages& pages) {
    PEB& peb = pages.peb;
    peb.Ldr = &pages.ldr;
    pages.ldr.Length = sizeof(PEB_LDR_DATA);
    pages.ldr.Initialized = TRUE;
    make_list(pages.ldr.InLoadOrderModuleList);
    make_list(pages.ldr.InMemoryOrderModuleList);
    make_list(pages.ldr.InInitializationOrderModuleList);
    peb.ProcessParameters = &pages.parameters;
    peb.NumberOfProcessors = processor_count();
    peb.OSMajorVersion = 10;
    peb.OSBuildNumber = 19045;  // Windows 10 22H2
    peb.OSPlatformId = 2;
    peb.ImageSubsystem = 3;
    peb.ImageSubsystemMajorVersion = 10;
    peb.SessionId = 1;
    peb.ActiveProcessAffinityMask = peb.NumberOfProcessors >= 64 ? ~0ull : (1ull << peb.NumberOfProcessors) - 1;
    peb.HeapSegmentReserve = 0x100000;
    peb.HeapSegmentCommit = 0x2000;
}

void fill_parameters(RTL_USER_PROCESS_PARAMETERS& parameters, const Options& options) {
    constexpr ULONG kNormalized = 1;
    parameters.MaximumLength = parameters.Length = sizeof parameters;
    parameters.Flags = kNormalized;
    std::u16string program = dos_path_from_linux(options.program);
    std::u16string directory = dos_path_from_linux(".");
    if (directory.ends_with(u"\\.")) directory.pop_back();
    parameters.CurrentDirectory.DosPath = keep(std::move(directory));
    parameters.CommandLine = keep(options.command_line.empty() ? build_command_line(program, options.arguments)
                                                               : options.command_line);
    parameters.ImagePathName = keep(std::move(program));
    parameters.WindowTitle = parameters.ImagePathName;
    parameters.DesktopInfo = keep(u"WinSta0\\Default");
    adopt_linux_environment(environ);
}

// What another Windows program's CreateProcess said.
void take_parameters(RTL_USER_PROCESS_PARAMETERS& parameters, const StartupBlock& block) {
    constexpr ULONG kNormalized = 1;
    parameters.MaximumLength = parameters.Length = sizeof parameters;
    parameters.Flags = kNormalized;
    parameters.CurrentDirectory.DosPath = keep(block.directory);
    parameters.CommandLine = keep(block.command_line);
    parameters.ImagePathName = keep(block.image_path);
    parameters.WindowTitle = keep(block.title);
    parameters.DesktopInfo = keep(block.desktop);
    parameters.ShellInfo = keep(block.shell_info);
    if (!block.runtime_data.empty()) {
        auto* data = new std::string(block.runtime_data);
        auto size = static_cast<USHORT>(data->size());
        parameters.RuntimeData = {size, size, reinterpret_cast<PWSTR>(data->data())};
    }
    parameters.StartingX = block.x, parameters.StartingY = block.y;
    parameters.CountX = block.width, parameters.CountY = block.height;
    parameters.CountCharsX = block.columns, parameters.CountCharsY = block.rows;
    parameters.FillAttribute = block.fill_attribute;
    parameters.WindowFlags = block.window_flags;
    parameters.ShowWindowFlags = block.show_window;
    adopt_environment(block.environment);
}

FirstPages* make_first_thread(const Options& options) {
    auto pages = map_guest(nullptr, sizeof(FirstPages), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (!pages.ok()) fatal(kExitInternal, "no memory for the process block");
    auto* first = reinterpret_cast<FirstPages*>(*pages);
    address_space().adopt(reinterpret_cast<uint64_t>(first), sizeof(FirstPages), RegionType::Private, PAGE_READWRITE, {},
                          {}, true);
    first->peb.ProcessHeap = &process_heap();
    first->teb.NtTib.Self = &first->teb.NtTib;
    first->teb.ProcessEnvironmentBlock = &first->peb;
    first->teb.ClientId = {reinterpret_cast<HANDLE>(static_cast<uintptr_t>(getpid())),
                           reinterpret_cast<HANDLE>(static_cast<uintptr_t>(gettid()))};
    fill_peb(*first);
    runtime().peb = &first->peb;
    if (ProcessPage* page = own_process_page()) page->peb_address = reinterpret_cast<uint64_t>(&first->peb);
    if (options.startup)
        take_parameters(first->parameters, *options.startup);
    else
        fill_parameters(first->parameters, options);
    syscall(SYS_arch_prctl, ARCH_SET_GS, &first->teb);
    return first;
}

std::string describe_code_address(const void* address) {
    Module* module = runtime().modules.find_address(address);
    char text[64];
    if (!module) {
        snprintf(text, sizeof text, "%p", address);
        return text;
    }
    snprintf(text, sizeof text, "+0x%zx",
             static_cast<size_t>(static_cast<const std::byte*>(address) - module->base()));
    return utf8_from_utf16(module->base_name) + text;
}

NTSTATUS classify_fault(uint64_t address, ULONG_PTR) {
    return address_space().consume_guard(address) ? STATUS_GUARD_PAGE_VIOLATION : STATUS_ACCESS_VIOLATION;
}

// On the guest stack: what BaseProcessStart does.
void program_main(void*) {
    ModuleTable& modules = runtime().modules;
    wait_for_resume();
    Thread& self = *current_thread();
    seh::wait_before_start(self);
    debug::process_started();
    self.suspension.started = false;  // until the program's own code runs others see its entry
    if (!modules.initialise_program().ok()) fatal(kExitCannotRun, "%s", modules.failure().c_str());
    Module* program = modules.program();
    if (const BuiltinProgram* builtin = builtin_program_at(runtime().options.program)) exit_process(builtin->main());
    if (!program->ldr.EntryPoint) exit_process(0);
    seh::wait_before_start(self);
    using Entry = DWORD(WINAPI*)(PEB*);
    exit_thread(reinterpret_cast<Entry>(self.attributes.routine)(static_cast<PEB*>(self.attributes.parameter)));
}

}  // namespace

// Before any code of the program is mapped: breakpoints are written into code as it is in the file.
void begin_as_debuggee(int socket) {
    fcntl(socket, F_SETFD, FD_CLOEXEC);
    runtime().options.raw_calls.patch = false;
    debug::begin(UniqueFd(socket));
}

// What `ps -o comm` shows.
static void name_process(const std::string& program) {
    prctl(PR_SET_NAME, program.c_str() + program.rfind('/') + 1);
}

void run_program(Options options) {
    // What the kernel completes no tracer sees.
    if (getenv(trace::kTracerVariable)) options.raw_calls.kernel = seh::UseKernel::Never;
    trace::begin();
    Runtime& process = runtime();
    process.options = std::move(options);
    api::describe_address = describe_code_address;
    FirstPages* first = make_first_thread(process.options);
    process.peb = &first->peb;
    adopt_first_thread(&first->teb);
    raise_descriptor_limit();
    signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error code to Windows programs
    register_pipe_device();
    register_afd_device();
    register_console_device();
    if (const StartupBlock* startup = process.options.startup) {
        restore_handles(*startup);
        take_std_handles(first->parameters, startup->std_handles);
        if (startup->process_group) ignore_control_c(true);
    } else {
        open_std_handles(first->parameters);
    }
    file::open_current_directory();
    name_process(process.options.program);
    bool debugged = process.options.startup && process.options.startup->debug_fd;
    if (debugged) begin_as_debuggee(static_cast<int>(process.options.startup->debug_fd));
    if (waits_for_resume() || debugged) image::read_images_at_once();  // its creator may want to look at it
    auto program = process.modules.start(process.options.program);
    if (!program.ok()) fatal(kExitCannotRun, "%s", process.modules.failure().c_str());
    first->peb.ImageBaseAddress = (*program)->base();
    current_thread()->attributes.routine = reinterpret_cast<ThreadRoutine>((*program)->ldr.EntryPoint);
    current_thread()->attributes.parameter = &first->peb;
    const pe::ImageView& view = (*program)->image.view;
    first->peb.ImageSubsystem = view.subsystem();
    if (!process.modules.allocate_tls_blocks(&first->teb).ok()) fatal(kExitInternal, "no memory for thread storage");
    auto stack = GuestStack::allocate(view.stack_reserve(), view.stack_commit());
    if (!stack.ok()) {
        fatal(kExitCannotRun, "%s: no memory for its stack of %llu bytes", process.options.program.c_str(),
              static_cast<unsigned long long>(view.stack_reserve()));
    }
    stack->publish(&first->teb);
    reserve_user_shared_data();
    seh::install_fault_handlers();
    seh::install_host_exceptions();
    seh::install_stack_samples();  // a sample needs the thread's TEB, and may fault
    seh::set_fault_classifier(classify_fault);
    seh::install_raw_syscalls(process.options.raw_calls);
    seh::begin_guest_thread();
    accept_remote_calls();
    run_first_thread(*stack, program_main);
}

int linux_exit_status(uint32_t code) {
    int low = static_cast<int>(code & 0xFF);
    return low == 0 && code != 0 ? 1 : low;
}

namespace {

// What lasted as long as this process's handles.
void end_what_handles_kept() {
    restore_terminal();
    end_kept_processes();
    file::delete_at_exit();
}

void write_exit_code(uint32_t code) {
    if (uint64_t calls = g_verbose ? seh::count_kernel_calls() : 0)
        log_debug("raw calls: the kernel completed %llu", static_cast<unsigned long long>(calls));
    release_all_mapped_records();
    const std::string& file = runtime().options.exit_code_file;
    if (!file.empty()) {
        FILE* out = fopen(file.c_str(), "w");
        if (out) {
            fprintf(out, "%u\n", code);
            fclose(out);
        }
    }
}

}  // namespace

void exit_now(uint32_t code) {
    record_exit_code(code);
    debug::process_ends(code);
    end_what_handles_kept();
    write_exit_code(code);
    _exit(linux_exit_status(code));
}

void exit_now_by_signal(uint32_t code, int signal) {
    record_exit_code(code);
    debug::process_ends(code);
    end_what_handles_kept();
    write_exit_code(code);
    _exit(128 + signal);
}

void exit_process(uint32_t code) {
    // A second call from a DllMain or callback of the first one ends the process at once.
    if (!begin_process_exit(code)) exit_now(code);
    runtime().modules.process_detach();
    if (runtime().after_detach) runtime().after_detach();
    exit_now(code);
}

}  // namespace lsw
