// What a row of an .api.inc becomes: one Export; and per module one ExportTable. See README.md in this folder.
// Rules: plain constant data; order of the rows is the order of the façade's slots.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace lsw::api {

enum class Kind : uint8_t { Function, Alias, Stub, Data, Forward, Ordinal };
enum class Coverage : uint8_t { full, partial, stub };

// A row as the binary keeps it: no pointers, so that nothing of it is relocated at start and its pages stay the
// file's. The texts lie one behind the other at `text` in the module's kTexts.
struct PackedExport {
    Kind kind;
    Coverage coverage;
    uint16_t ordinal;         // Kind::Ordinal only
    uint16_t data_alignment;  // Kind::Data only
    uint16_t signature;       // of each text its start, from that of the name
    uint16_t header;
    uint16_t note;
    uint32_t data_size_bytes;
    uint32_t text;
};

// Turns the size of each row's texts, which is all that a row can know of them, into their place.
template <size_t N>
consteval std::array<PackedExport, N> place_texts(const PackedExport (&rows)[N]) {
    std::array<PackedExport, N> placed{};
    uint32_t at = 0;
    for (size_t i = 0; i < N; ++i) {
        placed[i] = rows[i];
        placed[i].text = at;
        at += rows[i].text;
    }
    return placed;
}

// A row as the code reads it.
struct Export {
    Kind kind;
    Coverage coverage;
    uint16_t ordinal;
    uint16_t data_alignment;
    uint32_t data_size_bytes;
    const char* name;
    const void* target;     // function; for Data the address of our pointer to it
    const char* signature;  // "BOOL|(HANDLE hObject)"
    const char* header;
    const char* note;  // Forward: the target "DLL.Name"
};

// The rows of a module, in their order.
class Rows {
public:
    constexpr Rows(const PackedExport* packed, const void* const* targets, const char* texts, size_t count)
        : packed_(packed), targets_(targets), texts_(texts), count_(count) {}

    size_t size() const { return count_; }
    Export operator[](size_t index) const {
        const PackedExport& row = packed_[index];
        const char* name = texts_ + row.text;
        return {row.kind, row.coverage, row.ordinal, row.data_alignment, row.data_size_bytes, name,
                targets_[index], name + row.signature, name + row.header, name + row.note};
    }

    struct Iterator {
        const Rows* rows;
        size_t index;
        Export operator*() const { return (*rows)[index]; }
        Iterator& operator++() {
            ++index;
            return *this;
        }
        bool operator!=(const Iterator& other) const { return index != other.index; }
    };
    Iterator begin() const { return {this, 0}; }
    Iterator end() const { return {this, count_}; }

private:
    const PackedExport* packed_;
    const void* const* targets_;
    const char* texts_;
    size_t count_;
};

struct ExportTable {
    const char* dll;     // "kernel32.dll"
    const Rows& rows;
    void (*on_load)();  // after the façade is mapped, before anything binds to it; may be null
};

// All built-in modules, in the order of LSW_DLLS. They are registered by main, since api stands below dll.
std::span<const ExportTable> builtin_modules();
void register_builtin_modules(std::span<const ExportTable> modules);

// A call of an API_STUB body: logged once per row when verbose.
void report_stub_call(const char* dll, const char* name);

}  // namespace lsw::api
