// Generates the seeds (see pe_seeds.h), so that no binary has to be kept in the repository.
#include "fuzz/pe_seeds.h"

#include "loader/pe/test_image.h"

namespace lsw::pe {
namespace {

using test::kBase;
using test::TestImage;

// Each function fills its own quarter kilobyte of the one section, which starts at kData.
constexpr Rva kData = 0x1000;

void add_imports(TestImage& image) {
    constexpr Rva at = kData;
    image.put(at, IMAGE_IMPORT_DESCRIPTOR{at + 0x40, 0, 0, at + 0x80, at + 0x60});
    image.put<ULONGLONG>(at + 0x40, at + 0x90);
    image.put<ULONGLONG>(at + 0x48, IMAGE_ORDINAL_FLAG64 | 3);
    image.put_string(at + 0x80, "a.dll");
    image.put_string(at + 0x92, "CloseHandle");
    image.set_directory(IMAGE_DIRECTORY_ENTRY_IMPORT, at, 40);
    IMAGE_DELAYLOAD_DESCRIPTOR delay{};
    delay.Attributes.AllAttributes = 1;
    delay.DllNameRVA = at + 0x80;
    delay.ModuleHandleRVA = at + 0xA8;
    delay.ImportAddressTableRVA = at + 0x60;
    delay.ImportNameTableRVA = at + 0x40;
    image.put(at + 0xB0, delay);
    image.set_directory(IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT, at + 0xB0, sizeof delay);
}

void add_exports(TestImage& image) {
    constexpr Rva at = kData + 0x100;
    IMAGE_EXPORT_DIRECTORY directory{};
    directory.Name = at + 0x80;
    directory.Base = 1;
    directory.NumberOfFunctions = 3;
    directory.NumberOfNames = 2;
    directory.AddressOfFunctions = at + 0x30;
    directory.AddressOfNames = at + 0x40;
    directory.AddressOfNameOrdinals = at + 0x50;
    image.put(at, directory);
    const DWORD functions[] = {kData, at + 0xA0, 0};
    const DWORD names[] = {at + 0x88, at + 0x90};
    const WORD ordinals[] = {0, 1};
    image.put(at + 0x30, functions);
    image.put(at + 0x40, names);
    image.put(at + 0x50, ordinals);
    image.put_string(at + 0x80, "b.dll");
    image.put_string(at + 0x88, "Close");
    image.put_string(at + 0x90, "Open");
    image.put_string(at + 0xA0, "c.Open");
    image.set_directory(IMAGE_DIRECTORY_ENTRY_EXPORT, at, 0xB0);
}

void add_relocations(TestImage& image) {
    constexpr Rva at = kData + 0x200;
    image.put(at, IMAGE_BASE_RELOCATION{kData, 16});
    const WORD entries[] = {0xA3F0, 0x33E8, 0x13E4, 0x0000};
    image.put(at + 8, entries);
    image.put(at + 16, IMAGE_BASE_RELOCATION{kData, 10});
    image.put<WORD>(at + 24, 0x23E0);
    image.set_directory(IMAGE_DIRECTORY_ENTRY_BASERELOC, at, 26);
}

void add_tls(TestImage& image) {
    constexpr Rva at = kData + 0x240;
    IMAGE_TLS_DIRECTORY64 tls{};
    tls.StartAddressOfRawData = kBase + at;
    tls.EndAddressOfRawData = kBase + at + 8;
    tls.AddressOfIndex = kBase + at + 0x38;
    tls.AddressOfCallBacks = kBase + at + 0x28;
    tls.SizeOfZeroFill = 8;
    tls.Characteristics = 0x00500000;
    image.put(at, tls);
    image.put<ULONGLONG>(at + 0x28, kBase + kData);
    image.set_directory(IMAGE_DIRECTORY_ENTRY_TLS, at, sizeof tls);
}

void add_load_config(TestImage& image) {
    constexpr Rva at = kData + 0x280;
    IMAGE_LOAD_CONFIG_DIRECTORY64 config{};
    config.Size = sizeof config;
    config.SecurityCookie = kBase + at;
    config.GuardCFCheckFunctionPointer = kBase + at + 8;
    config.GuardCFFunctionTable = kBase + at;
    config.GuardCFFunctionCount = 4;
    config.GuardFlags = 0x10000500;
    image.put(at, config);
    image.set_directory(IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG, at, 0x140);
}

void add_resources(TestImage& image) {
    constexpr Rva at = kData + 0x400;
    constexpr DWORD directory = IMAGE_RESOURCE_DATA_IS_DIRECTORY;
    auto put = [&](Rva offset, WORD named, IMAGE_RESOURCE_DIRECTORY_ENTRY entry) {
        IMAGE_RESOURCE_DIRECTORY header{};
        header.NumberOfNamedEntries = named;
        header.NumberOfIdEntries = 1 - named;
        image.put(at + offset, header);
        image.put<IMAGE_RESOURCE_DIRECTORY_ENTRY>(at + offset + sizeof header, entry);
    };
    put(0x00, 0, {6, 0x20 | directory});
    put(0x20, 1, {0x60 | directory, 0x40 | directory});
    put(0x40, 0, {0x409, 0x70});
    image.put<WORD>(at + 0x60, 2);
    image.put(at + 0x62, u"AB");
    image.put(at + 0x70, IMAGE_RESOURCE_DATA_ENTRY{at + 0x80, 16, 0, 0});
    image.set_directory(IMAGE_DIRECTORY_ENTRY_RESOURCE, at, 0x90);
}

}  // namespace

std::vector<Seed> pe_seeds() {
    struct Part {
        const char* name;
        void (*add)(TestImage&);
    };
    const Part parts[] = {{"imports", add_imports},         {"exports", add_exports},
                          {"relocations", add_relocations}, {"tls", add_tls},
                          {"load_config", add_load_config}, {"resources", add_resources}};
    std::vector<Seed> seeds;
    TestImage all;
    all.add_section(".all", 0x600);
    all.add_section(".bss", 0);
    for (const auto& part : parts) {
        TestImage image;
        image.add_section(".data", 0x600);
        part.add(image);
        part.add(all);
        seeds.push_back({part.name, image.file()});
    }
    seeds.push_back({"all", all.file()});
    // Sections below page size: the file is its own image.
    TestImage flat;
    flat.optional().SectionAlignment = 0x200;
    flat.optional().SizeOfImage = test::kHeaderSize;
    flat.add_section(".flat", 0x200);
    flat.optional().SizeOfImage = 0x600;
    seeds.push_back({"flat", flat.file()});
    return seeds;
}

}  // namespace lsw::pe
