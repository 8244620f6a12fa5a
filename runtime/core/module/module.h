// Module and ModuleTable: the loaded images of the process, PE files and built-in modules alike, as Windows' loader
// keeps them: PEB lists, reference counts, initialisation order, thread-local storage, GetProcAddress.
// Rules: everything runs under the loader lock (recursive, held during DllMain as on Windows); built-in modules and
// modules of the static import graph are never unloaded. Not here: bytes of PE files (loader/), search paths (search.h).
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abi/peb.h"
#include "api/export.h"
#include "base/result.h"
#include "core/module/dll_directories.h"
#include "loader/image/mapped_image.h"
#include "loader/pe/exports.h"
#include "loader/pe/imports.h"
#include "loader/pe/tls.h"

namespace lsw {

inline constexpr DWORD DLL_PROCESS_DETACH = 0;
inline constexpr DWORD DLL_PROCESS_ATTACH = 1;
inline constexpr DWORD DLL_THREAD_ATTACH = 2;
inline constexpr DWORD DLL_THREAD_DETACH = 3;

struct Module {
    LDR_DATA_TABLE_ENTRY ldr{};       // first: programs walk PEB lists into it
    std::u16string full_name;         // C:\Windows\System32\kernel32.dll, Z:\home\me\app.exe
    std::u16string base_name;
    std::string linux_path;           // empty for built-in modules
    image::MappedImage image;
    const api::ExportTable* builtin = nullptr;
    std::optional<pe::ExportTable> exports;  // of the image; absent when it has none
    std::vector<Module*> dependencies;
    int references = 0;               // LoadLibrary calls and dependents; pinned ones count as 1 << 30
    bool initialised = false;         // DllMain(DLL_PROCESS_ATTACH) has run
    bool initialising = false;
    bool thread_calls = true;         // cleared by DisableThreadLibraryCalls
    bool data_file = false;           // LOAD_LIBRARY_AS_DATAFILE
    int tls_index = -1;
    pe::TlsInfo tls;                  // valid when tls_index >= 0

    std::byte* base() const { return image.base; }
    bool contains(const void* address) const {
        auto at = static_cast<const std::byte*>(address);
        return at >= image.base && at < image.base + image.size_bytes;
    }
};

class ModuleTable {
public:
    // Built-in modules every process has (ntdll, kernel32, kernelbase) and the program itself.
    Result<Module*> start(const std::string& program_linux_path);

    // Loads `name` (with or without directory and .dll) or adds a reference. `from` is the importing module or nullptr.
    // Errors: STATUS_DLL_NOT_FOUND, STATUS_INVALID_IMAGE_FORMAT, STATUS_DLL_INIT_FAILED, STATUS_NO_MEMORY.
    struct LoadOptions {
        bool as_data_file = false;
        bool resolve = true;   // map imports and run DllMain
        std::u16string extra_directory;  // LOAD_WITH_ALTERED_SEARCH_PATH: searched first
        uint32_t search_flags = 0;       // LOAD_LIBRARY_SEARCH_*
    };
    Result<Module*> load(std::u16string_view name, const LoadOptions& options);
    Result<void> unload(Module* module);

    Module* find(std::u16string_view base_name);   // loaded modules only; with or without .dll; API sets resolved
    Module* find_address(const void* address);
    Module* program() { return program_; }
    Module* from_handle(HMODULE handle);           // nullptr means the program; checked

    // Address of an export, following forwarders (which may load modules).
    // Errors: STATUS_ENTRYPOINT_NOT_FOUND, STATUS_ORDINAL_NOT_FOUND.
    Result<void*> find_export(Module* module, std::string_view name, uint16_t hint = pe::kNoHint);
    Result<void*> find_export(Module* module, uint16_t ordinal);

    // DllMain and TLS callbacks of all modules for a thread that begins or ends (runs on that thread).
    void thread_attach();
    void thread_detach();
    // DLL_PROCESS_ATTACH for the static import graph, dependencies first, then the program's TLS callbacks.
    Result<void> initialise_program();
    // DLL_PROCESS_DETACH in reverse order of initialisation.
    void process_detach();

    // Thread-local storage of images (`__declspec(thread)`): sets up and frees the calling thread's blocks.
    Result<void> allocate_tls_blocks(TEB* teb);
    void free_tls_blocks(TEB* teb);

    // Under loader_lock().
    DllDirectories& directories() { return directories_; }
    std::recursive_mutex& loader_lock() { return lock_; }
    const std::vector<std::unique_ptr<Module>>& all() const { return modules_; }
    const std::string& failure() const { return failure_; }  // text of the last failed start or load

private:
    Module* add_builtin(const api::ExportTable& table);
    Result<Module*> add_file(const std::string& linux_path, bool is_program, const LoadOptions& options);
    std::u16string directory_for_dependencies(const Module* from) const;
    Result<Module*> load_dependency(std::u16string_view name, Module* from);
    Result<void> bind(Module* module);
    Result<void> bind_one(Module* module, Module* dependency, const pe::ImportModule& imports);
    Result<void> initialise(Module* module);
    void link_into_peb(Module* module);
    Result<void> register_tls(Module* module);
    void call_tls_callbacks(Module* module, DWORD reason);
    BOOL call_entry(Module* module, DWORD reason, void* reserved);
    Result<void*> resolve_forwarder(std::string_view target, Module* from);
    Module* add(std::unique_ptr<Module> module);
    template <class Visit>
    void for_each_thread_tls_vector(Visit visit) {
        for (void** vector : tls_vectors_) visit(vector);
    }
    void drop(Module* module);

    std::recursive_mutex lock_;
    DllDirectories directories_;
    std::vector<std::unique_ptr<Module>> modules_;
    std::vector<Module*> initialisation_order_;
    std::vector<Module*> tls_modules_;  // index is the TLS index; nullptr when freed
    std::vector<void**> tls_vectors_;   // of the running threads
    Module* program_ = nullptr;
    std::string failure_;
    int forwarder_depth_ = 0;
};

}  // namespace lsw
