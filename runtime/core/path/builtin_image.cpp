// See builtin_image.h. Doc: "PE Format", "VS_VERSIONINFO structure".
#include "core/path/builtin_image.h"

#include <cstring>

#include "abi/pe.h"
#include "base/text.h"

namespace lsw::path {
namespace {

constexpr uint32_t kPage = 0x1000, kFileAlignment = 0x200, kText = kPage, kResources = 2 * kPage;
constexpr DWORD kVersionHigh = 10 << 16 | 0, kVersionLow = 19041 << 16 | 4522;
constexpr const char16_t* kVersionText = u"10.0.19041.4522";

void put16(std::string& out, uint32_t value) {
    out.push_back(static_cast<char>(value));
    out.push_back(static_cast<char>(value >> 8));
}

void put32(std::string& out, uint32_t value) {
    put16(out, value & 0xFFFF);
    put16(out, value >> 16);
}

void pad4(std::string& out) { out.resize((out.size() + 3) & ~size_t{3}); }

// A node of the version tree: length, length of the value, type, key, then value and children.
template <class Fill>
void block(std::string& out, std::u16string_view key, uint32_t value_length, bool text, Fill fill) {
    pad4(out);
    size_t start = out.size();
    put16(out, 0);
    put16(out, value_length);
    put16(out, text);
    for (char16_t unit : key) put16(out, unit);
    put16(out, 0);
    pad4(out);
    fill();
    auto length = static_cast<uint16_t>(out.size() - start);
    memcpy(out.data() + start, &length, 2);
}

void text_block(std::string& out, std::u16string_view key, std::u16string_view value) {
    block(out, key, static_cast<uint32_t>(value.size() + 1), true, [&] {
        for (char16_t unit : value) put16(out, unit);
        put16(out, 0);
    });
}

void put_fixed_info(std::string& out, bool dll) {
    const uint32_t fixed[13] = {0xFEEF04BD,
                                0x10000,
                                kVersionHigh,
                                kVersionLow,
                                kVersionHigh,
                                kVersionLow,
                                0x3F,
                                0,
                                0x40004,
                                dll ? 2u : 1u,
                                0,
                                0,
                                0};
    for (uint32_t word : fixed) put32(out, word);
}

// Type 16, name 1, language 0x409, and the data behind it.
std::string resource_section(std::string_view name) {
    std::string version = builtin_version_resource(name), out;
    auto directory = [&](uint32_t id, uint32_t target) {
        out.append(12, '\0');
        put16(out, 0);
        put16(out, 1);
        put32(out, id);
        put32(out, target);
    };
    directory(16, 0x80000018);
    directory(1, 0x80000030);
    directory(0x409, 0x48);
    put32(out, kResources + 0x58);
    put32(out, static_cast<uint32_t>(version.size()));
    put32(out, 0);
    put32(out, 0);
    return out += version;
}

IMAGE_SECTION_HEADER section(const char* name, uint32_t rva, uint32_t size, uint32_t at,
                             DWORD flags) {
    IMAGE_SECTION_HEADER out{};
    memcpy(out.Name, name, strlen(name));
    out.Misc.VirtualSize = size;
    out.VirtualAddress = rva;
    out.SizeOfRawData = (size + kFileAlignment - 1) / kFileAlignment * kFileAlignment;
    out.PointerToRawData = at;
    out.Characteristics = flags;
    return out;
}

}  // namespace

std::string builtin_version_resource(std::string_view name) {
    std::string out;
    bool dll = name.ends_with(".dll");
    std::u16string wide = utf16_from_linux(name);
    block(out, u"VS_VERSION_INFO", 52, false, [&] {
        put_fixed_info(out, dll);
        block(out, u"StringFileInfo", 0, true, [&] {
            block(out, u"040904B0", 0, true, [&] {
                text_block(out, u"CompanyName", u"LSW");
                text_block(out, u"FileDescription", wide);
                text_block(out, u"FileVersion", kVersionText);
                text_block(out, u"InternalName", wide.substr(0, wide.rfind(u'.')));
                text_block(out, u"OriginalFilename", wide);
                text_block(out, u"ProductName", u"Linux Subsystem for Windows");
                text_block(out, u"ProductVersion", kVersionText);
            });
        });
        block(out, u"VarFileInfo", 0, true,
              [&] { block(out, u"Translation", 4, false, [&] { put32(out, 0x04B00409); }); });
    });
    return out;
}

std::string builtin_image(std::string_view name) {
    bool dll = name.ends_with(".dll");
    std::string resources = resource_section(name);
    IMAGE_DOS_HEADER dos{};
    dos.e_magic = IMAGE_DOS_SIGNATURE;
    dos.e_lfanew = sizeof dos;
    IMAGE_FILE_HEADER file{};
    file.Machine = IMAGE_FILE_MACHINE_AMD64;
    file.NumberOfSections = 2;
    file.SizeOfOptionalHeader = sizeof(IMAGE_OPTIONAL_HEADER64);
    file.Characteristics = static_cast<WORD>(
        IMAGE_FILE_EXECUTABLE_IMAGE | IMAGE_FILE_LARGE_ADDRESS_AWARE | (dll ? IMAGE_FILE_DLL : 0));
    IMAGE_OPTIONAL_HEADER64 optional{};
    optional.Magic = IMAGE_NT_OPTIONAL_HDR64_MAGIC;
    optional.AddressOfEntryPoint = optional.BaseOfCode = kText;
    optional.ImageBase = dll ? 0x180000000 : 0x140000000;
    optional.SectionAlignment = kPage;
    optional.FileAlignment = kFileAlignment;
    optional.MajorOperatingSystemVersion = optional.MajorSubsystemVersion = 10;
    optional.SizeOfCode = kFileAlignment;
    optional.SizeOfImage = 3 * kPage;
    optional.SizeOfHeaders = kFileAlignment;
    optional.Subsystem = IMAGE_SUBSYSTEM_WINDOWS_CUI;
    optional.DllCharacteristics = IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA |
                                  IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE |
                                  IMAGE_DLLCHARACTERISTICS_NX_COMPAT;
    optional.SizeOfStackReserve = 8 << 20;  // batch files nest
    optional.SizeOfStackCommit = 0x10000;
    optional.SizeOfHeapReserve = 0x100000;
    optional.SizeOfHeapCommit = kPage;
    optional.NumberOfRvaAndSizes = IMAGE_NUMBEROF_DIRECTORY_ENTRIES;
    optional.DataDirectory[IMAGE_DIRECTORY_ENTRY_RESOURCE] = {kResources,
                                                              static_cast<DWORD>(resources.size())};
    IMAGE_SECTION_HEADER sections[] = {
        section(".text", kText, 8, kFileAlignment,
                IMAGE_SCN_CNT_CODE | IMAGE_SCN_MEM_EXECUTE | IMAGE_SCN_MEM_READ),
        section(".rsrc", kResources, static_cast<uint32_t>(resources.size()), 2 * kFileAlignment,
                IMAGE_SCN_CNT_INITIALIZED_DATA | IMAGE_SCN_MEM_READ)};
    std::string out;
    auto append = [&](const auto& part) {
        out.append(reinterpret_cast<const char*>(&part), sizeof part);
    };
    append(dos);
    append(IMAGE_NT_SIGNATURE);
    append(file);
    append(optional);
    append(sections);
    out.resize(kFileAlignment);
    out.append(dll ? "\xB8\x01\0\0\0\xC3" : "\x31\xC0\xC3",
               dll ? 6 : 3);  // mov eax, 1 / xor eax, eax; ret
    out.resize(2 * kFileAlignment);
    out += resources;
    out.resize((out.size() + kFileAlignment - 1) / kFileAlignment * kFileAlignment);
    return out;
}

}  // namespace lsw::path
