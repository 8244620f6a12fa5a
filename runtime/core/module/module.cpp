// Loading, reference counts and initialisation order; binding of imports is in bind.cpp, thread-local storage in tls.cpp.
#include "core/module/module.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "api/facade.h"
#include "api/trace/trace.h"
#include "abi/layout.h"
#include "base/log.h"
#include "base/low_addresses.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "core/debug/port.h"
#include "core/exception/function_tables.h"
#include "core/memory/address_space.h"
#include "core/module/search.h"
#include "core/path/builtin_files.h"
#include "core/path/linux_names.h"
#include "core/process/builtin_program.h"
#include "core/teb.h"
#include "loader/image/own_pages.h"

namespace lsw {
namespace {

constexpr int kPinned = 1 << 30;

constexpr ULONG kLdrImageDll = 0x4;
constexpr ULONG kLdrProcessAttachCalled = 0x80000;
constexpr ULONG kLdrEntryProcessed = 0x4000;

std::string file_name_of(std::string_view path) {
    size_t slash = path.find_last_of("/\\");
    return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::string directory_of(const std::string& path) {
    size_t slash = path.find_last_of('/');
    return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

// Names that begin in the current directory, spelled from the root.
std::string absolute(const std::string& path) {
    char directory[PATH_MAX];
    if (path.starts_with('/') || !realpath(directory_of(path).c_str(), directory)) return path;
    return std::string(directory) + "/" + file_name_of(path);
}

bool is_same_file(const std::string& path, const struct stat& wanted) {
    struct stat info;
    return stat(path.c_str(), &info) == 0 && info.st_ino == wanted.st_ino && info.st_dev == wanted.st_dev;
}

void insert_tail(LIST_ENTRY& head, LIST_ENTRY& entry) {
    entry.Flink = &head;
    entry.Blink = head.Blink;
    head.Blink->Flink = &entry;
    head.Blink = &entry;
}

// Unwind data of the image, for exceptions that pass through it.
void register_functions(const Module& module) {
    IMAGE_DATA_DIRECTORY directory = module.image.view.directory(IMAGE_DIRECTORY_ENTRY_EXCEPTION);
    auto bytes = module.image.view.bytes_at(directory.VirtualAddress, directory.Size);
    seh::function_tables().add_image(reinterpret_cast<uint64_t>(module.base()),
                                     module.image.size_bytes,
                                     reinterpret_cast<const RUNTIME_FUNCTION*>(bytes.data()),
                                     static_cast<uint32_t>(bytes.size() / sizeof(RUNTIME_FUNCTION)));
}

void remove(LIST_ENTRY& entry) {
    if (!entry.Flink) return;
    entry.Flink->Blink = entry.Blink;
    entry.Blink->Flink = entry.Flink;
    entry = {};
}

UNICODE_STRING view_of(std::u16string& text) {
    auto bytes = static_cast<USHORT>(std::min<size_t>(text.size() * 2, 0xFFFC));
    return {bytes, static_cast<USHORT>(bytes + 2), text.data()};
}

// Read-only view of a whole file while its headers are parsed and its sections placed.
class FileView {
public:
    FileView(int fd, size_t size_bytes) : size_(size_bytes) {
        data_ = size_ ? mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
    }
    ~FileView() {
        if (data_ != MAP_FAILED) munmap(data_, size_);
    }
    std::span<const std::byte> bytes() const {
        return data_ == MAP_FAILED ? std::span<const std::byte>()
                                   : std::span(static_cast<const std::byte*>(data_), size_);
    }

private:
    void* data_ = MAP_FAILED;
    size_t size_ = 0;
};

}  // namespace

namespace {

// Tells AddressSpace about an image: one run per section, as VirtualQuery shows them.
void register_image(const Module& module) {
    auto base = reinterpret_cast<uint64_t>(module.base());
    std::vector<PageRun> runs{{base, base + kPageSize, PAGE_READONLY}};
    for (const IMAGE_SECTION_HEADER& section : module.image.view.sections()) {
        pe::SectionRange range = module.image.view.section_range(section);
        bool write = section.Characteristics & IMAGE_SCN_MEM_WRITE;
        bool execute = section.Characteristics & IMAGE_SCN_MEM_EXECUTE;
        DWORD protect = execute ? (write ? PAGE_EXECUTE_WRITECOPY : PAGE_EXECUTE_READ)
                                : (write ? PAGE_WRITECOPY : PAGE_READONLY);
        runs.push_back({base + range.rva, base + range.rva + range.virtual_size, protect});
    }
    address_space().adopt(base, module.image.size_bytes, RegionType::Image, PAGE_EXECUTE_WRITECOPY, std::move(runs),
                          module.linux_path, true);
    trace::module_loaded(base, module.image.size_bytes,
                         module.builtin ? module.builtin->dll : module.linux_path.c_str());
}

}  // namespace

Module* ModuleTable::add(std::unique_ptr<Module> module) {
    register_image(*module);
    Module* added = module.get();
    added->exports = pe::ExportTable::open(added->image.view);
    modules_.push_back(std::move(module));
    added->ldr.DllBase = added->image.base;
    added->ldr.SizeOfImage = static_cast<ULONG>(added->image.size_bytes);
    added->ldr.OriginalBase = reinterpret_cast<ULONG_PTR>(added->image.base);
    added->ldr.FullDllName = view_of(added->full_name);
    added->ldr.BaseDllName = view_of(added->base_name);
    added->ldr.Flags = kLdrImageDll | kLdrEntryProcessed;
    added->ldr.LoadCount = 0xFFFF;
    added->ldr.ReferenceCount = 1;
    if (added->data_file) return added;
    link_into_peb(added);
    if (!added->data_file) debug::module_loaded(*added);
    register_functions(*added);
    return added;
}

void ModuleTable::link_into_peb(Module* module) {
    PEB_LDR_DATA* ldr = current_peb()->Ldr;
    insert_tail(ldr->InLoadOrderModuleList, module->ldr.InLoadOrderLinks);
    insert_tail(ldr->InMemoryOrderModuleList, module->ldr.InMemoryOrderLinks);
    module->ldr.HashLinks = {&module->ldr.HashLinks, &module->ldr.HashLinks};
}

Module* ModuleTable::add_builtin(const api::ExportTable& table) {
    auto mapped = api::map_facade(table);
    if (!mapped.ok()) return nullptr;
    auto module = std::make_unique<Module>();
    module->image = {mapped->base, mapped->size_bytes,
                     *pe::ImageView::from_mapped(mapped->base, mapped->size_bytes), false};
    module->builtin = &table;
    module->base_name = utf16_from_utf8(table.dll);
    module->full_name = u"C:\\Windows\\System32\\" + module->base_name;
    module->references = kPinned;
    module->initialised = true;
    if (table.on_load) table.on_load();
    return add(std::move(module));
}

Result<Module*> ModuleTable::start(const std::string& program_linux_path) {
    auto guard = std::lock_guard(lock_);
    auto program = add_file(program_linux_path, true, {});
    if (!program.ok()) return Status(program.status());
    program_ = *program;
    if (!(program_->image.view.file_header().Characteristics & IMAGE_FILE_LARGE_ADDRESS_AWARE)) prefer_low_addresses();
    for (const char* name : {"ntdll.dll", "kernel32.dll", "kernelbase.dll"})
        if (const api::ExportTable* table = find_builtin(name); table && !add_builtin(*table))
            return Status(STATUS_NO_MEMORY);
    LSW_CHECK(bind(program_));
    return program_;
}

Result<Module*> ModuleTable::add_file(const std::string& linux_path, bool is_program,
                                      const LoadOptions& options) {
    // Non-blocking: a named pipe without a writer would be waited for.
    UniqueFd fd(open(linux_path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd.valid() && is_program && builtin_program_at(linux_path)) {
        auto image = path::open_builtin_file(linux_path);
        if (image.ok()) fd = std::move(*image);
    }
    struct stat info {};
    if (!fd.valid() || fstat(fd.get(), &info) != 0) {
        failure_ = linux_path + ": " + strerror(errno);
        return Status(errno == ENOENT ? STATUS_DLL_NOT_FOUND : status_from_errno(errno));
    }
    if (!S_ISREG(info.st_mode)) {
        failure_ = linux_path + (S_ISDIR(info.st_mode) ? ": is a directory" : ": not a regular file");
        return Status(STATUS_INVALID_IMAGE_FORMAT);
    }
    FileView file(fd.get(), static_cast<size_t>(info.st_size));
    auto view = pe::ImageView::parse_file(file.bytes());
    if (!view.ok()) {
        failure_ = linux_path + ": " + pe::describe(view.error);
        return Status(STATUS_INVALID_IMAGE_FORMAT);
    }
    if (is_program && view->is_dll()) {
        failure_ = linux_path + ": a DLL, not a program";
        return Status(STATUS_INVALID_IMAGE_FORMAT);
    }
    if (is_program && view->subsystem() != IMAGE_SUBSYSTEM_WINDOWS_CUI &&
        view->subsystem() != IMAGE_SUBSYSTEM_WINDOWS_GUI) {
        failure_ = linux_path + ": a driver or firmware image, not a program";
        return Status(STATUS_INVALID_IMAGE_FORMAT);
    }
    auto image = trace::wants_own_pages() ? image::map_into_own_pages(fd.get(), *view) : image::map(fd.get(), *view);
    if (!image.ok()) {
        failure_ = linux_path + ": could not be mapped (" +
                   (status_name(image.status()) ? status_name(image.status()) : "unknown") + ")";
        return Status(image.status());
    }
    auto module = std::make_unique<Module>();
    module->image = *image;
    module->linux_path = linux_path;
    module->full_name = dos_path_from_linux(linux_path);
    module->base_name = utf16_from_linux(file_name_of(linux_path));
    module->data_file = options.as_data_file;
    module->references = is_program ? kPinned : 1;
    if (uint32_t entry = image->view.entry_rva(); entry != 0) module->ldr.EntryPoint = image->base + entry;
    return add(std::move(module));
}

Module* ModuleTable::find(std::u16string_view name) {
    auto guard = std::lock_guard(lock_);
    std::string text = utf8_from_utf16(name);
    bool has_directory = text.find_first_of("/\\") != std::string::npos;
    std::u16string wanted = utf16_from_utf8(host_module_name(file_name_of(text)));
    if (has_directory) {
        // "GetModuleHandleW function": with a path, the path must match too.
        std::string file = linux_path_from_dos(name);
        for (const auto& module : modules_)
            if (!module->data_file && (equal_ignore_case(module->full_name, name) ||
                                       (!file.empty() && module->linux_path == file)))
                return module.get();
        return nullptr;
    }
    for (const auto& module : modules_)
        if (!module->data_file && (equal_ignore_case(module->base_name, wanted) ||
                                   equal_ignore_case(module->base_name, name)))
            return module.get();
    return nullptr;
}

Module* ModuleTable::find_address(const void* address) {
    auto guard = std::lock_guard(lock_);
    for (const auto& module : modules_)
        if (module->contains(address)) return module.get();
    return nullptr;
}

Module* ModuleTable::from_handle(HMODULE handle) {
    if (!handle) return program_;
    auto guard = std::lock_guard(lock_);
    // The low bits mark LOAD_LIBRARY_AS_DATAFILE handles.
    auto base = reinterpret_cast<uintptr_t>(handle) & ~uintptr_t{3};
    for (const auto& module : modules_)
        if (reinterpret_cast<uintptr_t>(module->base()) == base) return module.get();
    return nullptr;
}

// Where a DLL name leads: an already loaded module, a built-in one, or a file.
Result<Module*> ModuleTable::load(std::u16string_view name, const LoadOptions& options) {
    auto guard = std::lock_guard(lock_);
    if (Module* loaded = options.as_data_file ? nullptr : find(name)) {
        if (loaded->references < kPinned) ++loaded->references;
        return loaded;
    }
    std::string text = linux_from_utf16(name);
    std::string base = host_module_name(file_name_of(text));
    const api::ExportTable* table = find_builtin(base);
    if (table && !prefers_file(base)) {
        Module* module = add_builtin(*table);
        if (!module) return Status(STATUS_NO_MEMORY);
        return module;
    }
    std::string path;
    if (text.find_first_of("/\\") != std::string::npos) {
        path = linux_path_from_dos(name);
        if (file_name_of(path).find('.') == std::string::npos) path += ".dll";
        path = find_in_directory(directory_of(path), file_name_of(path));
    } else {
        DllDirectories::Search search{program_ ? directory_of(program_->linux_path) : ".", {}, options.search_flags};
        if (!options.extra_directory.empty()) search.first.push_back(linux_path_from_dos(options.extra_directory));
        path = directories_.find(base, search);
    }
    if (path.empty()) {
        if (table) return add_builtin(*table);
        failure_ = base + ": not found";
        return Status(STATUS_DLL_NOT_FOUND);
    }
    path = absolute(path);  // the program may change the working directory later
    struct stat wanted {};
    bool known = stat(path.c_str(), &wanted) == 0;
    for (const auto& module : modules_) {  // found under another spelling, or through a link
        if (module->linux_path.empty() || module->data_file != options.as_data_file) continue;
        if (module->linux_path != path && !(known && is_same_file(module->linux_path, wanted))) continue;
        if (module->references < kPinned) ++module->references;
        return module.get();
    }
    Module* module = LSW_TRY(add_file(path, false, options));
    if (options.as_data_file) return module;
    Result<void> ready = bind(module);
    if (ready.ok() && options.resolve && program_ && program_->initialised) ready = initialise(module);
    if (!ready.ok()) {
        drop(module);
        return Status(ready.status());
    }
    return module;
}

Result<void> ModuleTable::unload(Module* module) {
    auto guard = std::lock_guard(lock_);
    if (module->references >= kPinned) return {};
    if (--module->references > 0) return {};
    if (module->initialised) {
        call_entry(module, DLL_PROCESS_DETACH, nullptr);
        call_tls_callbacks(module, DLL_PROCESS_DETACH);
        std::erase(initialisation_order_, module);
        remove(module->ldr.InInitializationOrderLinks);
    }
    drop(module);
    return {};
}

void ModuleTable::drop(Module* module) {
    trace::module_unloaded(reinterpret_cast<uint64_t>(module->base()));
    if (module->tls_index >= 0) tls_modules_[module->tls_index] = nullptr;
    remove(module->ldr.InLoadOrderLinks);
    remove(module->ldr.InMemoryOrderLinks);
    std::vector<Module*> dependencies = std::move(module->dependencies);
    if (!module->data_file)
        seh::function_tables().remove_image(reinterpret_cast<uint64_t>(module->base()));
    address_space().forget(reinterpret_cast<uint64_t>(module->base()));
    image::unmap(module->image);
    debug::module_unloaded(reinterpret_cast<uint64_t>(module->base()));
    std::erase_if(modules_, [&](const auto& held) { return held.get() == module; });
    for (Module* dependency : dependencies) (void)unload(dependency);
}

// Dependencies first; a cycle stops at the module that is already being initialised.
Result<void> ModuleTable::initialise(Module* module) {
    if (module->initialised || module->initialising) return {};
    module->initialising = true;
    for (Module* dependency : module->dependencies) LSW_CHECK(initialise(dependency));
    insert_tail(current_peb()->Ldr->InInitializationOrderModuleList, module->ldr.InInitializationOrderLinks);
    initialisation_order_.push_back(module);
    bool is_static = !program_->initialised;
    call_tls_callbacks(module, DLL_PROCESS_ATTACH);
    if (module != program_) {
        BOOL accepted = call_entry(module, DLL_PROCESS_ATTACH, reinterpret_cast<void*>(is_static ? 1 : 0));
        if (!accepted) {
            failure_ = module->linux_path + ": DllMain returned FALSE";
            // "The system immediately calls your entry-point function with DLL_PROCESS_DETACH" (DllMain entry point).
            call_entry(module, DLL_PROCESS_DETACH, nullptr);
            std::erase(initialisation_order_, module);
            remove(module->ldr.InInitializationOrderLinks);
            module->initialising = false;
            return STATUS_DLL_INIT_FAILED;
        }
    }
    module->ldr.Flags |= kLdrProcessAttachCalled;
    module->initialised = true;
    module->initialising = false;
    return {};
}

Result<void> ModuleTable::initialise_program() {
    auto guard = std::lock_guard(lock_);
    return initialise(program_);
}

BOOL ModuleTable::call_entry(Module* module, DWORD reason, void* reserved) {
    if (!module->ldr.EntryPoint || module == program_) return TRUE;
    using DllMain = BOOL(WINAPI*)(HINSTANCE, DWORD, LPVOID);
    log_debug("%s: DllMain(%u)", module->linux_path.c_str(), reason);
    return reinterpret_cast<DllMain>(module->ldr.EntryPoint)(module->base(), reason, reserved);
}

void ModuleTable::thread_attach() {
    auto guard = std::lock_guard(lock_);
    for (size_t i = 0; i < initialisation_order_.size(); ++i) {
        Module* module = initialisation_order_[i];
        if (!module->thread_calls) continue;
        call_tls_callbacks(module, DLL_THREAD_ATTACH);
        call_entry(module, DLL_THREAD_ATTACH, nullptr);
    }
}

void ModuleTable::thread_detach() {
    auto guard = std::lock_guard(lock_);
    for (size_t i = initialisation_order_.size(); i-- > 0;) {
        if (i >= initialisation_order_.size()) continue;
        Module* module = initialisation_order_[i];
        if (!module->thread_calls) continue;
        call_entry(module, DLL_THREAD_DETACH, nullptr);
        call_tls_callbacks(module, DLL_THREAD_DETACH);
    }
}

void ModuleTable::process_detach() {
    auto guard = std::lock_guard(lock_);
    current_peb()->Ldr->ShutdownInProgress = TRUE;
    while (!initialisation_order_.empty()) {
        Module* module = initialisation_order_.back();
        initialisation_order_.pop_back();
        call_entry(module, DLL_PROCESS_DETACH, reinterpret_cast<void*>(1));
        call_tls_callbacks(module, DLL_PROCESS_DETACH);
    }
}

}  // namespace lsw
