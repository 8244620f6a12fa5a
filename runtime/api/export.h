// What a row of an .api.inc becomes: one Export; and per module one ExportTable. See README.md in this folder.
// Rules: plain constant data; order of the rows is the order of the façade's slots.
#pragma once

#include <cstdint>
#include <span>

namespace lsw::api {

enum class Kind : uint8_t { Function, Alias, Stub, Data, Forward, Ordinal };
enum class Coverage : uint8_t { full, partial, stub };

struct Export {
    Kind kind;
    Coverage coverage;
    uint16_t ordinal;         // Kind::Ordinal only
    uint16_t data_alignment;  // Kind::Data only
    uint32_t data_size_bytes;
    const char* name;
    const void* target;     // function; for Data the address of our pointer to it
    const char* signature;  // "BOOL|(HANDLE hObject)"
    const char* header;
    const char* note;  // Forward: the target "DLL.Name"
};

struct ExportTable {
    const char* dll;     // "kernel32.dll"
    std::span<const Export> rows;
    void (*on_load)();  // after the façade is mapped, before anything binds to it; may be null
};

// All built-in modules, in the order of LSW_DLLS. They are registered by main, since api stands below dll.
std::span<const ExportTable> builtin_modules();
void register_builtin_modules(std::span<const ExportTable> modules);

// A call of an API_STUB body: logged once per row when verbose.
void report_stub_call(const char* dll, const char* name);

}  // namespace lsw::api
