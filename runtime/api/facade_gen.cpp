// Build-time generator of the façade images (README.md here): writes one blob that api/facade.S embeds,
// facade_index.inc with one row per module, and what tracing must know of all of them: facade_calls.h, and a blob of
// plans (trace/plan_gen.h). Reads only the rows' text, never the functions.
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
#include "abi/services.h"

#include "api/trace/plan_gen.h"

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
    lsw::trace::RowText text = {};
};

struct Module {
    const char* dll;
    std::span<const Row> rows;
};

#define FUNCTION(exported, ...) {Kind::Function, exported, "", 0, 1, 0, {__VA_ARGS__}},
#define TEXT_OF(...) #__VA_ARGS__  // of what its macros expand to
#define API(ret, name, params, header, coverage, note) FUNCTION(#name, "", #name, #ret "|" #params, #header ".h")
#define API_NAMED(ret, name, params, header, coverage, note, exported) \
    FUNCTION(exported, "", #name, #ret "|" #params, #header ".h")
#define API_STUB(ret, name, params, header, result, error, note) \
    FUNCTION(#name, "", #name, #ret "|" #params, #header ".h")
#define API_ALIAS(name, target, header) FUNCTION(#name, "", TEXT_OF(target), "", #header ".h")
#define API_SHARED(name, target, header, coverage, note) FUNCTION(#name, "", TEXT_OF(target), "", #header ".h")
#define API_FORWARD(name, target, header) {Kind::Forward, #name, target},
#define API_DATA(type, name, count, header, note) \
    {Kind::Data, #name, "", sizeof(type) * count, alignof(type)},
#define API_DATA_NAMED(type, name, count, header, note, exported) \
    {Kind::Data, exported, "", sizeof(type) * count, alignof(type)},
#define API_IN(space, ret, name, params, header, coverage, note) \
    FUNCTION(#name, #space, #name, #ret "|" #params, #header ".h")
#define API_IN_NAMED(space, ret, name, params, header, coverage, note, exported) \
    FUNCTION(exported, #space, #name, #ret "|" #params, #header ".h")
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
    // Those with a slot: the module's rows, not the further names of services.
    uint32_t function_count() const {
        uint32_t count = 0;
        for (const Row& row : module_.rows) count += row.kind == Kind::Function;
        return count;
    }
    // Calls visit(row, rva) for each data export.
    template <class Visit>
    void for_each_data(Visit visit) const {
        for (const Symbol& symbol : symbols_)
            if (symbol.row->kind == Kind::Data) visit(static_cast<uint32_t>(symbol.row - &*module_.rows.begin()), symbol.rva);
    }
    // Calls visit(function, number, stub_rva) for each service among the module's functions.
    template <class Visit>
    void for_each_service(Visit visit) const {
        uint32_t function = 0;
        for (const Row& row : module_.rows) {
            if (row.kind != Kind::Function) continue;
            int64_t number = service_of(row);
            if (number >= 0) visit(function, static_cast<uint32_t>(number), plain_stub_rva(function));
            ++function;
        }
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
    static std::map<std::string_view, uint32_t> number_services() {
        std::map<std::string_view, uint32_t> numbers;
        for (uint32_t number = 0; number < lsw::kServiceCount; ++number) numbers[lsw::service_name(number)] = number;
        return numbers;
    }
    // Number of a row that is a service of ntdll; -1 for all others.
    int64_t service_of(const Row& row) const {
        static const auto numbers = number_services();
        if (!is_ntdll_ || row.kind != Kind::Function) return -1;
        auto found = numbers.find(row.name);
        return found == numbers.end() ? int64_t{-1} : int64_t{found->second};
    }
    // `jmp [slot]`, one for each function row in their order.
    uint32_t plain_stub_rva(uint32_t function) const {
        return services_rva_ + (is_ntdll_ ? lsw::kServiceCount * kServiceStubBytes : 0) + function * kStubBytes;
    }
    uint32_t service_rva(int64_t number) const {
        return services_rva_ + static_cast<uint32_t>(number) * kServiceStubBytes;
    }
    void add_service_names();
    void write_service_stub(uint32_t number);

    const Module& module_;
    const bool is_ntdll_ = strcmp(module_.dll, "ntdll.dll") == 0;
    std::vector<uint8_t> bytes_;
    std::vector<Row> service_rows_;  // of services without a row of their own, and of all the Zw names
    std::vector<std::string> zw_names_;
    uint32_t services_rva_ = 0;
    std::vector<Symbol> symbols_;
    uint32_t exports_rva_ = kPage, exports_size_ = 0;
    uint32_t text_rva_ = 0, text_end_ = 0, data_rva_ = 0, data_end_ = 0;
};

// ntdll exports every service under two names, whether we have it or not: programs sort the exports to learn the numbers.
void Image::add_service_names() {
    std::map<std::string_view, bool> named;
    for (const Row& row : module_.rows) named[row.name] = true;
    zw_names_.reserve(lsw::kServiceCount);
    for (uint32_t number = 0; number < lsw::kServiceCount; ++number) {
        std::string_view name = lsw::service_name(number);
        if (!named[name]) service_rows_.push_back({Kind::Function, name, ""});
        zw_names_.push_back(std::string("Zw").append(name.substr(2)));
        if (!named[zw_names_.back()]) service_rows_.push_back({Kind::Function, zw_names_.back(), ""});
    }
}

// Addresses first: the export directory's size depends on names only, the rest follows.
void Image::place() {
    if (is_ntdll_) add_service_names();
    uint32_t count = 0, names_bytes = static_cast<uint32_t>(strlen(module_.dll)) + 1;
    for (const Row& row : service_rows_) {
        ++count;
        names_bytes += static_cast<uint32_t>(row.name.size()) + 2;
    }
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
    // Services first, in the order of their numbers, as in Windows.
    services_rva_ = text_rva_;
    uint32_t text = text_rva_ + (is_ntdll_ ? lsw::kServiceCount * kServiceStubBytes : 0);
    for (const Row& row : module_.rows) {
        if (row.kind != Kind::Function) continue;
        int64_t number = service_of(row);
        symbols_.push_back({&row, number >= 0 ? service_rva(number) : text, 0});
        text += kStubBytes;  // a service's too: its stub jumps there, through the page of services
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
    for (const Row& row : service_rows_) {
        Row nt{Kind::Function, "", ""};
        std::string name = std::string("Nt").append(row.name.substr(2));
        nt.name = name;
        symbols_.push_back({&row, service_rva(service_of(nt)), 0});
    }
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

// The usual bytes, which programs read the number from. KUSER_SHARED_DATA.SystemCall is 1, so the `jne` is taken: no trap.
// The jump names its slot absolutely, so that a copy of the stub works as well.
void Image::write_service_stub(uint32_t number) {
    static const uint8_t pattern[] = {0x4C, 0x8B, 0xD1, 0xB8, 0,    0,    0,    0,    0xF6, 0x04, 0x25, 0x08,
                                      0x03, 0xFE, 0x7F, 0x01, 0x75, 0x03, 0x0F, 0x05, 0xC3, 0xFF, 0x24, 0x25};
    uint8_t* code = bytes_.data() + service_rva(number);
    memset(code, 0xCC, kServiceStubBytes);
    memcpy(code, pattern, sizeof pattern);
    memcpy(code + 4, &number, 4);
    auto slot = static_cast<uint32_t>(lsw::kServiceSlotsAddress + number * 8);
    memcpy(code + sizeof pattern, &slot, 4);
}

void Image::write_stubs() {
    uint32_t slot = data_rva_;
    if (is_ntdll_)
        for (uint32_t number = 0; number < lsw::kServiceCount; ++number) write_service_stub(number);
    for (uint32_t function = 0; function < function_count(); ++function, slot += 8) {
        uint32_t rva = plain_stub_rva(function);
        uint8_t* code = bytes_.data() + rva;
        auto displacement = static_cast<int32_t>(slot - (rva + 6));
        memset(code, 0xCC, kStubBytes);
        code[0] = 0xFF;
        code[1] = 0x25;
        memcpy(code + 2, &displacement, 4);
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
    // Slots alone are written by lsw, which opens them first (trace/process.cpp): then no start needs to.
    bool has_data = std::ranges::any_of(module_.rows, [](const Row& row) { return row.kind == Kind::Data; });
    section(2, ".data", data_rva_, data_end_, has_data ? 0xC0000040 : 0x40000040);
}

std::vector<uint8_t> Image::build() {
    place();
    assign_ordinals();
    write_exports();
    write_stubs();
    write_headers();
    return bytes_;
}

std::vector<lsw::trace::PlanRow> plan_rows() {
    std::vector<lsw::trace::PlanRow> out;
    for (size_t module = 0; module < std::size(kModules); ++module) {
        const auto& rows = kModules[module].rows;
        for (size_t row = 0; row < rows.size(); ++row)
            if (rows[row].kind == Kind::Function)
                out.push_back({kModules[module].dll, module, row, rows[row].name, rows[row].text});
    }
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: facade_gen BLOB INDEX CALLS PLANS\n");
        return 2;
    }
    FILE* blob = fopen(argv[1], "wb");
    FILE* index = fopen(argv[2], "w");
    FILE* calls = fopen(argv[3], "w");
    FILE* plans = fopen(argv[4], "wb");
    if (!blob || !index || !calls || !plans) return 1;
    uint32_t offset = 0, first_call = 0, data_exports = 0;
    uint64_t hash = 0xCBF2'9CE4'8422'2325;
    for (const Module& module : kModules) {
        Image image(module);
        std::vector<uint8_t> bytes = image.build();
        fwrite(bytes.data(), 1, bytes.size(), blob);
        fprintf(index, "FACADE(\"%s\", 0x%x, 0x%zx, 0x%x, %u, %u)\n", module.dll, offset, bytes.size(),
                image.slots_rva(), first_call, data_exports);
        image.for_each_data([&](uint32_t row, uint32_t rva) {
            fprintf(index, "DATA_EXPORT(%u, 0x%x)\n", row, rva);
            ++data_exports;
        });
        offset += static_cast<uint32_t>(bytes.size());
        first_call += image.function_count();
        for (uint8_t byte : bytes) hash = (hash ^ byte) * 0x100'0000'01B3;
        image.for_each_service([&](uint32_t function, uint32_t number, uint32_t stub_rva) {
            fprintf(index, "SERVICE_FUNCTION(%u, 0x%x, 0x%x)\n", function, number, stub_rva);
        });
    }
    fprintf(calls, "/* Exports that are functions, of all modules, and what tells one build's rows from another's. */\n"
            "#define LSW_FACADE_CALLS %u\n#define LSW_FACADE_HASH 0x%llx\n",
            first_call, static_cast<unsigned long long>(hash));
    std::vector<lsw::trace::CallPlan> made = lsw::trace::make_plans(plan_rows());
    fwrite(made.data(), sizeof made[0], made.size(), plans);
    return made.size() != first_call || fclose(blob) || fclose(index) || fclose(calls) || fclose(plans) ? 1 : 0;
}
