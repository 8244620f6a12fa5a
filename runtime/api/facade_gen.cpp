// Build-time generator of the façade images (README.md here): writes one blob that api/facade.S embeds,
// facade_index.inc with one row per module, and facade_calls.h with what tracing must know of all of them. Reads only
// the rows' names, never the functions.
// The file layout equals the memory layout, so a module is mapped with one call.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "abi/pe.h"

// Data rows need the size of their types.
#include "abi/data_exports.h"

namespace {

enum class Kind { Function, Data, Forward, Ordinal };

// Views, so that thousands of rows are constant data: as strings they take minutes to compile.
struct Row {
    Kind kind;
    std::string_view name;
    std::string_view forward;
    uint32_t data_size_bytes = 0;
    uint32_t data_alignment = 1;
    uint16_t ordinal = 0;
};

struct Service {
    const char* name;
    uint32_t number;
};

const Service kServices[] = {
#define SERVICE(name, number, arguments, tier) {#name, number},
#include "abi/services.inc"
#undef SERVICE
};

struct Module {
    const char* dll;
    std::span<const Row> rows;
};

#define API(ret, name, params, header, coverage, note) {Kind::Function, #name, ""},
#define API_NAMED(ret, name, params, header, coverage, note, exported) {Kind::Function, exported, ""},
#define API_STUB(ret, name, params, header, result, error, note) {Kind::Function, #name, ""},
#define API_ALIAS(name, target, header) {Kind::Function, #name, ""},
#define API_SHARED(name, target, header, coverage, note) {Kind::Function, #name, ""},
#define API_FORWARD(name, target, header) {Kind::Forward, #name, target},
#define API_DATA(type, name, count, header, note) \
    {Kind::Data, #name, "", sizeof(type) * count, alignof(type)},
#define API_IN(space, ret, name, params, header, coverage, note) {Kind::Function, #name, ""},
#define API_IN_NAMED(space, ret, name, params, header, coverage, note, exported) {Kind::Function, exported, ""},
#define API_ORDINAL(name, number) {Kind::Ordinal, #name, "", 0, 1, number},

#include "facade_modules.inc"

constexpr uint32_t kPage = 4096;
constexpr uint32_t kStubBytes = 16;
constexpr uint32_t kServiceStubBytes = 32;

uint32_t align(uint32_t value, uint32_t to) { return (value + to - 1) / to * to; }

class Image {
public:
    explicit Image(const Module& module) : module_(module) {}

    std::vector<uint8_t> build();
    uint32_t slots_rva() const { return data_rva_; }
    uint32_t data_end_rva() const { return data_end_; }
    uint32_t function_count() const {
        uint32_t count = 0;
        for (const Symbol& symbol : symbols_) count += symbol.row->kind == Kind::Function;
        return count;
    }

private:
    struct Symbol {
        const Row* row;
        uint32_t rva;
        uint16_t ordinal;
    };

    void place();
    void assign_ordinals();
    void write_exports();
    void write_stubs();
    void write_headers();
    template <class T>
    T* at(uint32_t rva) {
        if (bytes_.size() < rva + sizeof(T)) bytes_.resize(rva + sizeof(T));
        return reinterpret_cast<T*>(bytes_.data() + rva);
    }
    uint32_t put_string(uint32_t rva, std::string_view text) {
        if (bytes_.size() < rva + text.size() + 1) bytes_.resize(rva + text.size() + 1);
        memcpy(bytes_.data() + rva, text.data(), text.size());
        bytes_[rva + text.size()] = 0;
        return rva + static_cast<uint32_t>(text.size()) + 1;
    }
    static const Service* service_of(const Row& row) {
        for (const Service& service : kServices)
            if (row.name == service.name) return &service;
        return nullptr;
    }

    const Module& module_;
    std::vector<uint8_t> bytes_;
    std::vector<Symbol> symbols_;
    uint32_t exports_rva_ = kPage, exports_size_ = 0;
    uint32_t text_rva_ = 0, text_end_ = 0, data_rva_ = 0, data_end_ = 0;
};

// Addresses first: the export directory's size depends on names only, the rest follows.
void Image::place() {
    uint32_t count = 0, names_bytes = static_cast<uint32_t>(strlen(module_.dll)) + 1;
    for (const Row& row : module_.rows) {
        if (row.kind == Kind::Ordinal) continue;
        ++count;
        names_bytes += static_cast<uint32_t>(row.name.size() + row.forward.size()) + 2;
    }
    uint32_t highest_ordinal = count;
    for (const Row& row : module_.rows)
        highest_ordinal = std::max<uint32_t>(highest_ordinal, row.ordinal + count);
    exports_size_ = sizeof(IMAGE_EXPORT_DIRECTORY) + highest_ordinal * 4 + count * 6 + names_bytes + 16;
    text_rva_ = align(exports_rva_ + exports_size_, kPage);
    bool is_ntdll = strcmp(module_.dll, "ntdll.dll") == 0;
    uint32_t text = text_rva_;
    for (const Row& row : module_.rows) {
        if (row.kind != Kind::Function) continue;
        symbols_.push_back({&row, text, 0});
        text += is_ntdll && service_of(row) ? kServiceStubBytes : kStubBytes;
    }
    text_end_ = text;
    data_rva_ = align(std::max(text, text_rva_ + 1), kPage);
    uint32_t data = data_rva_ + static_cast<uint32_t>(symbols_.size()) * 8;
    for (const Row& row : module_.rows) {
        if (row.kind == Kind::Data) {
            data = align(data, std::max<uint32_t>(row.data_alignment, 8));
            symbols_.push_back({&row, data, 0});
            data += row.data_size_bytes;
        } else if (row.kind == Kind::Forward) {
            symbols_.push_back({&row, 0, 0});
        }
    }
    data_end_ = std::max(data, data_rva_ + 8);
    bytes_.resize(align(data_end_, kPage));
}

void Image::assign_ordinals() {
    std::map<std::string_view, uint16_t> fixed;
    uint16_t next = 1;
    for (const Row& row : module_.rows)
        if (row.kind == Kind::Ordinal) {
            fixed[row.name] = row.ordinal;
            next = std::max<uint16_t>(next, row.ordinal + 1);
        }
    for (Symbol& symbol : symbols_) {
        auto found = fixed.find(symbol.row->name);
        symbol.ordinal = found != fixed.end() ? found->second : next++;
    }
}

void Image::write_exports() {
    uint16_t base = 0xFFFF, top = 0;
    for (const Symbol& symbol : symbols_) {
        base = std::min(base, symbol.ordinal);
        top = std::max(top, symbol.ordinal);
    }
    if (symbols_.empty()) base = 1, top = 0;
    uint32_t functions = symbols_.empty() ? 0 : top - base + 1u;
    uint32_t names = static_cast<uint32_t>(symbols_.size());
    uint32_t functions_rva = exports_rva_ + sizeof(IMAGE_EXPORT_DIRECTORY);
    uint32_t names_rva = functions_rva + functions * 4;
    uint32_t ordinals_rva = names_rva + names * 4;
    uint32_t text = ordinals_rva + names * 2;
    uint32_t name_rva = text;
    text = put_string(text, module_.dll);

    std::vector<Symbol> sorted = symbols_;
    std::sort(sorted.begin(), sorted.end(),
              [](const Symbol& a, const Symbol& b) { return a.row->name < b.row->name; });
    for (uint32_t i = 0; i < names; ++i) {
        if (i > 0 && sorted[i].row->name == sorted[i - 1].row->name) {
            fprintf(stderr, "%s: %.*s has two rows\n", module_.dll, static_cast<int>(sorted[i].row->name.size()),
                    sorted[i].row->name.data());
            exit(1);
        }
        *at<uint32_t>(names_rva + i * 4) = text;
        *at<uint16_t>(ordinals_rva + i * 2) = static_cast<uint16_t>(sorted[i].ordinal - base);
        text = put_string(text, sorted[i].row->name);
        uint32_t rva = sorted[i].rva;
        if (sorted[i].row->kind == Kind::Forward) {
            rva = text;
            text = put_string(text, sorted[i].row->forward);
        }
        *at<uint32_t>(functions_rva + (sorted[i].ordinal - base) * 4u) = rva;
    }
    if (text > exports_rva_ + exports_size_) abort();
    auto* directory = at<IMAGE_EXPORT_DIRECTORY>(exports_rva_);
    directory->Name = name_rva;
    directory->Base = base;
    directory->NumberOfFunctions = functions;
    directory->NumberOfNames = names;
    directory->AddressOfFunctions = functions_rva;
    directory->AddressOfNames = names_rva;
    directory->AddressOfNameOrdinals = ordinals_rva;
}

void Image::write_stubs() {
    uint32_t slot = data_rva_;
    bool is_ntdll = strcmp(module_.dll, "ntdll.dll") == 0;
    auto jump_to_slot = [&](uint8_t* code, uint32_t rva) {
        int32_t displacement = static_cast<int32_t>(slot - (rva + 6));
        code[0] = 0xFF;
        code[1] = 0x25;
        memcpy(code + 2, &displacement, 4);
    };
    for (const Symbol& symbol : symbols_) {
        if (symbol.row->kind != Kind::Function) break;
        uint8_t* code = bytes_.data() + symbol.rva;
        const Service* service = is_ntdll ? service_of(*symbol.row) : nullptr;
        if (service) {
            static const uint8_t pattern[] = {0x4C, 0x8B, 0xD1, 0xB8, 0,    0,    0,    0,   0xF6, 0x04, 0x25,
                                              0x08, 0x03, 0xFE, 0x7F, 0x01, 0x75, 0x03, 0x0F, 0x05, 0xC3};
            memset(code, 0xCC, kServiceStubBytes);
            memcpy(code, pattern, sizeof pattern);
            memcpy(code + 4, &service->number, 4);
            jump_to_slot(code + sizeof pattern, symbol.rva + sizeof pattern);
        } else {
            memset(code, 0xCC, kStubBytes);
            jump_to_slot(code, symbol.rva);
        }
        slot += 8;
    }
}

void Image::write_headers() {
    auto* dos = at<IMAGE_DOS_HEADER>(0);
    dos->e_magic = 0x5A4D;
    dos->e_lfanew = 0x80;
    auto* nt = at<IMAGE_NT_HEADERS64>(0x80);
    nt->Signature = 0x4550;
    nt->FileHeader.Machine = 0x8664;
    nt->FileHeader.NumberOfSections = 3;
    nt->FileHeader.TimeDateStamp = 0x65000000;
    nt->FileHeader.SizeOfOptionalHeader = sizeof(IMAGE_OPTIONAL_HEADER64);
    nt->FileHeader.Characteristics = 0x2022;  // executable, large address aware, DLL
    IMAGE_OPTIONAL_HEADER64& optional = nt->OptionalHeader;
    optional.Magic = 0x20B;
    optional.SizeOfCode = data_rva_ - text_rva_;
    optional.BaseOfCode = text_rva_;
    optional.ImageBase = 0x180000000;
    optional.SectionAlignment = optional.FileAlignment = kPage;
    optional.MajorOperatingSystemVersion = optional.MajorSubsystemVersion = 10;
    optional.SizeOfImage = static_cast<uint32_t>(bytes_.size());
    optional.SizeOfHeaders = kPage;
    optional.Subsystem = 3;
    optional.DllCharacteristics = 0x160;
    optional.NumberOfRvaAndSizes = 16;
    optional.DataDirectory[0] = {exports_rva_, exports_size_};
    auto* sections = at<IMAGE_SECTION_HEADER>(0x80 + sizeof(IMAGE_NT_HEADERS64));
    auto section = [&](int i, const char* name, uint32_t rva, uint32_t end, uint32_t flags) {
        memcpy(sections[i].Name, name, strlen(name));
        sections[i].VirtualAddress = sections[i].PointerToRawData = rva;
        sections[i].Misc.VirtualSize = end - rva;
        sections[i].SizeOfRawData = align(end, kPage) - rva;
        sections[i].Characteristics = flags;
    };
    section(0, ".rdata", exports_rva_, text_rva_, 0x40000040);
    section(1, ".text", text_rva_, data_rva_, 0x60000020);
    section(2, ".data", data_rva_, data_end_, 0xC0000040);
}

std::vector<uint8_t> Image::build() {
    place();
    assign_ordinals();
    write_exports();
    write_stubs();
    write_headers();
    return bytes_;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: facade_gen BLOB INDEX CALLS\n");
        return 2;
    }
    FILE* blob = fopen(argv[1], "wb");
    FILE* index = fopen(argv[2], "w");
    FILE* calls = fopen(argv[3], "w");
    if (!blob || !index || !calls) return 1;
    uint32_t offset = 0, first_call = 0;
    uint64_t hash = 0xCBF2'9CE4'8422'2325;
    for (const Module& module : kModules) {
        Image image(module);
        std::vector<uint8_t> bytes = image.build();
        fwrite(bytes.data(), 1, bytes.size(), blob);
        fprintf(index, "FACADE(\"%s\", 0x%x, 0x%zx, 0x%x, 0x%x, %u)\n", module.dll, offset, bytes.size(),
                image.slots_rva(), image.data_end_rva(), first_call);
        offset += static_cast<uint32_t>(bytes.size());
        first_call += image.function_count();
        for (uint8_t byte : bytes) hash = (hash ^ byte) * 0x100'0000'01B3;
    }
    fprintf(calls, "/* Exports that are functions, of all modules, and what tells one build's rows from another's. */\n"
            "#define LSW_FACADE_CALLS %u\n#define LSW_FACADE_HASH 0x%llx\n",
            first_call, static_cast<unsigned long long>(hash));
    return fclose(blob) || fclose(index) || fclose(calls) ? 1 : 0;
}
