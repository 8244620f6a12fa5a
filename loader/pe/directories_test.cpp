// Imports, exports, relocations, TLS and load configuration: good tables, then hostile ones.
#include <gtest/gtest.h>

#include "loader/pe/exports.h"
#include "loader/pe/imports.h"
#include "loader/pe/load_config.h"
#include "loader/pe/relocations.h"
#include "loader/pe/test_image.h"
#include "loader/pe/tls.h"

namespace lsw::pe {
namespace {

using test::TestImage;

// A parsed image together with the bytes it shows.
struct Held {
    std::vector<std::byte> bytes;
    ImageView view;
    explicit Held(TestImage& image) : bytes(image.file()) {
        auto parsed = ImageView::parse_file(bytes);
        EXPECT_TRUE(parsed.ok()) << describe(parsed.error);
        view = *parsed;
    }
};

// One section at 0x1000 holding every table of a test.
TestImage one_section(uint32_t size = 0x1000) {
    TestImage image;
    image.add_section(".data", size);
    return image;
}

TestImage with_imports() {
    auto image = one_section();
    IMAGE_IMPORT_DESCRIPTOR descriptor{0x1100, 0, 0, 0x1300, 0x1200};
    image.put(0x1000, descriptor);
    image.set_directory(IMAGE_DIRECTORY_ENTRY_IMPORT, 0x1000, 40);
    image.put_string(0x1300, "KERNEL32.dll");
    image.put<ULONGLONG>(0x1100, 0x1400);
    image.put<ULONGLONG>(0x1108, IMAGE_ORDINAL_FLAG64 | 17);
    image.put<WORD>(0x1400, 7);
    image.put_string(0x1402, "CloseHandle");
    return image;
}

TEST(Imports, NamesAndOrdinals) {
    auto image = with_imports();
    Held held(image);
    ImportModules modules(held.view);
    ImportModule module;
    ASSERT_TRUE(modules.next(module));
    EXPECT_EQ(module.dll_name, "KERNEL32.dll");
    ImportEntries entries(held.view, module.lookup_rva, module.address_rva);
    ImportEntry entry;
    ASSERT_TRUE(entries.next(entry));
    EXPECT_EQ(entry.name, "CloseHandle");
    EXPECT_EQ(entry.hint, 7);
    EXPECT_EQ(entry.slot_rva, 0x1200u);
    ASSERT_TRUE(entries.next(entry));
    EXPECT_TRUE(entry.by_ordinal);
    EXPECT_EQ(entry.ordinal, 17);
    EXPECT_EQ(entry.slot_rva, 0x1208u);
    EXPECT_FALSE(entries.next(entry));
    EXPECT_FALSE(entries.malformed());
    EXPECT_FALSE(modules.next(module));
    EXPECT_FALSE(modules.malformed());
}

TEST(Imports, WithoutLookupTableTheSlotsAreRead) {
    auto image = with_imports();
    IMAGE_IMPORT_DESCRIPTOR descriptor{0, 0, 0, 0x1300, 0x1100};
    image.put(0x1000, descriptor);
    Held held(image);
    ImportModules modules(held.view);
    ImportModule module;
    ASSERT_TRUE(modules.next(module));
    EXPECT_EQ(module.lookup_rva, 0x1100u);
}

TEST(Imports, MalformedTablesEnd) {
    ImportModule module;
    ImportEntry entry;
    {
        auto image = with_imports();
        image.set_directory(IMAGE_DIRECTORY_ENTRY_IMPORT, 0x9000, 40);
        Held held(image);
        ImportModules modules(held.view);
        EXPECT_FALSE(modules.next(module));
        EXPECT_TRUE(modules.malformed());
    }
    {
        auto image = with_imports();
        image.put<ULONGLONG>(0x1100, 0xFFFFFFFF);  // name far outside
        Held held(image);
        ImportEntries entries(held.view, 0x1100, 0x1200);
        EXPECT_FALSE(entries.next(entry));
        EXPECT_TRUE(entries.malformed());
    }
    {
        auto image = with_imports();
        Held held(image);
        ImportEntries entries(held.view, 0x1100, 0xFFFFFFFC);  // slots outside the image
        EXPECT_FALSE(entries.next(entry));
        EXPECT_TRUE(entries.malformed());
    }
    {
        auto image = one_section();
        // Descriptors up to the section's end, none of which ends the table.
        for (Rva rva = 0x1000; rva + sizeof(IMAGE_IMPORT_DESCRIPTOR) <= 0x1F00; rva += 20) {
            image.put(rva, IMAGE_IMPORT_DESCRIPTOR{0x1100, 0, 0, 0x1FF0, 0x1100});
        }
        image.put_string(0x1FF0, "x.dll");
        image.set_directory(IMAGE_DIRECTORY_ENTRY_IMPORT, 0x1000, 20);
        Held held(image);
        unsigned count = 0;
        for (ImportModules modules(held.view); modules.next(module);) ++count;
        EXPECT_LT(count, kMaxImportModules);
    }
}

TEST(DelayImports, RvaBased) {
    auto image = with_imports();
    IMAGE_DELAYLOAD_DESCRIPTOR descriptor{};
    descriptor.Attributes.AllAttributes = 1;
    descriptor.DllNameRVA = 0x1300;
    descriptor.ModuleHandleRVA = 0x1500;
    descriptor.ImportAddressTableRVA = 0x1200;
    descriptor.ImportNameTableRVA = 0x1100;
    image.put(0x1600, descriptor);
    image.set_directory(IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT, 0x1600, sizeof descriptor);
    {
        Held held(image);
        DelayImportModules modules(held.view);
        DelayImportModule module;
        ASSERT_TRUE(modules.next(module));
        EXPECT_EQ(module.dll_name, "KERNEL32.dll");
        EXPECT_EQ(module.module_handle_rva, 0x1500u);
        EXPECT_FALSE(modules.next(module));
        EXPECT_FALSE(modules.malformed());
    }
    descriptor.Attributes.AllAttributes = 0;
    image.put(0x1600, descriptor);
    Held held(image);
    DelayImportModules modules(held.view);
    DelayImportModule module;
    EXPECT_FALSE(modules.next(module));
    EXPECT_TRUE(modules.malformed());
}

// Exports "Alpha" (ordinal 5), "Beta" -> other.Gamma (ordinal 6), ordinal 7 without a name.
TestImage with_exports() {
    auto image = one_section();
    IMAGE_EXPORT_DIRECTORY directory{};
    directory.Name = 0x1300;
    directory.Base = 5;
    directory.NumberOfFunctions = 3;
    directory.NumberOfNames = 2;
    directory.AddressOfFunctions = 0x1100;
    directory.AddressOfNames = 0x1120;
    directory.AddressOfNameOrdinals = 0x1140;
    image.put(0x1000, directory);
    image.set_directory(IMAGE_DIRECTORY_ENTRY_EXPORT, 0x1000, 0x400);
    image.put<DWORD>(0x1100, 0x1800);
    image.put<DWORD>(0x1104, 0x1380);  // inside the directory: a forwarder
    image.put<DWORD>(0x1108, 0x1900);
    image.put<DWORD>(0x1120, 0x1310);
    image.put<DWORD>(0x1124, 0x1320);
    image.put<WORD>(0x1140, 0);
    image.put<WORD>(0x1142, 1);
    image.put_string(0x1300, "test.dll");
    image.put_string(0x1310, "Alpha");
    image.put_string(0x1320, "Beta");
    image.put_string(0x1380, "other.Gamma");
    return image;
}

TEST(Exports, ByNameByOrdinalAndForwarded) {
    auto image = with_exports();
    Held held(image);
    auto table = ExportTable::open(held.view);
    ASSERT_TRUE(table);
    EXPECT_EQ(table->dll_name(), "test.dll");
    EXPECT_EQ(table->find("Alpha")->rva, 0x1800u);
    EXPECT_EQ(table->find("Alpha", 1)->rva, 0x1800u) << "a wrong hint does no harm";
    EXPECT_EQ(table->find("Alpha")->ordinal, 5);
    EXPECT_EQ(table->find("Beta", 1)->forwarder, "other.Gamma");
    EXPECT_FALSE(table->find("Bet"));
    EXPECT_FALSE(table->find("Betas"));
    EXPECT_FALSE(table->find("alpha")) << "names keep their case";
    EXPECT_FALSE(table->find(""));
    EXPECT_EQ(table->find(uint16_t{7})->rva, 0x1900u);
    EXPECT_FALSE(table->find(uint16_t{4}));
    EXPECT_FALSE(table->find(uint16_t{8}));
    EXPECT_EQ(find_export(held.view, "Alpha")->rva, 0x1800u);
}

TEST(Exports, UnsortedNamesAreFound) {
    auto image = with_exports();
    image.put<DWORD>(0x1120, 0x1320);
    image.put<DWORD>(0x1124, 0x1310);
    Held held(image);
    EXPECT_EQ(find_export(held.view, "Beta")->rva, 0x1800u);
    EXPECT_EQ(find_export(held.view, "Alpha")->forwarder, "other.Gamma");
}

TEST(Exports, HostileCountsAndTargets) {
    auto image = with_exports();
    IMAGE_EXPORT_DIRECTORY directory{};
    std::memcpy(&directory, image.at(0x1000), sizeof directory);
    auto open_with = [&](auto change) {
        auto copy = directory;
        change(copy);
        image.put(0x1000, copy);
        Held held(image);
        return ExportTable::open(held.view).has_value();
    };
    EXPECT_FALSE(open_with([](auto& d) { d.NumberOfFunctions = 0xFFFFFFFF; }));
    EXPECT_FALSE(open_with([](auto& d) { d.NumberOfFunctions = 0x4000'0000; }));
    EXPECT_FALSE(open_with([](auto& d) { d.NumberOfNames = 0x4000'0001; }));
    EXPECT_FALSE(open_with([](auto& d) { d.AddressOfNames = 0xFFFFFFFF; }));
    EXPECT_TRUE(open_with([](auto&) {}));
    image.put<DWORD>(0x1100, 0xFFFFFFF0);
    image.put<WORD>(0x1142, 0xFFFF);
    Held held(image);
    EXPECT_FALSE(find_export(held.view, "Alpha"));
    EXPECT_FALSE(find_export(held.view, "Beta"));
}

TEST(Relocations, EveryTypeMovesItsField) {
    auto image = one_section();
    image.put<ULONGLONG>(0x1800, test::kBase + 0x1234);
    image.put<DWORD>(0x1810, 0x1000);
    image.put<WORD>(0x1820, 0x1);
    image.put<WORD>(0x1830, 0x1);
    image.put(0x1000, IMAGE_BASE_RELOCATION{0x1000, 8 + 10});
    const WORD entries[] = {IMAGE_REL_BASED_DIR64 << 12 | 0x800, IMAGE_REL_BASED_HIGHLOW << 12 | 0x810,
                            IMAGE_REL_BASED_HIGH << 12 | 0x820, IMAGE_REL_BASED_LOW << 12 | 0x830, 0};
    image.put(0x1008, entries);
    image.set_directory(IMAGE_DIRECTORY_ENTRY_BASERELOC, 0x1000, 8 + 10);
    auto memory = image.mapped();
    auto view = ImageView::from_mapped(memory.data(), memory.size(), test::kBase);
    ASSERT_TRUE(view.ok());
    ASSERT_EQ(apply_relocations(*view, memory, 0x1'0002'0003), ParseError::None);
    auto get = [&]<class T>(T, Rva rva) {
        T value;
        std::memcpy(&value, memory.data() + rva, sizeof value);
        return value;
    };
    EXPECT_EQ(get(ULONGLONG{}, 0x1800), test::kBase + 0x1234 + 0x1'0002'0003);
    EXPECT_EQ(get(DWORD{}, 0x1810), 0x1000u + 0x0002'0003);
    EXPECT_EQ(get(WORD{}, 0x1820), 1 + 2);
    EXPECT_EQ(get(WORD{}, 0x1830), 1 + 3);
    // Back again.
    ASSERT_EQ(apply_relocations(*view, memory, -0x1'0002'0003), ParseError::None);
    EXPECT_EQ(get(ULONGLONG{}, 0x1800), test::kBase + 0x1234);
}

TEST(Relocations, MalformedOnesAreRefused) {
    auto relocate = [](IMAGE_BASE_RELOCATION block, WORD entry, uint32_t size) {
        auto image = one_section();
        image.put(0x1000, block);
        image.put(0x1008, entry);
        image.set_directory(IMAGE_DIRECTORY_ENTRY_BASERELOC, 0x1000, size);
        auto memory = image.mapped();
        auto view = ImageView::from_mapped(memory.data(), memory.size(), test::kBase);
        EXPECT_TRUE(view.ok());
        return apply_relocations(*view, memory, 0x10000);
    };
    constexpr WORD dir64 = IMAGE_REL_BASED_DIR64 << 12;
    EXPECT_EQ(relocate({0x1000, 10}, dir64, 10), ParseError::None);
    EXPECT_EQ(relocate({0x1000, 10}, dir64 | 0xFF9, 10), ParseError::BadRelocation) << "past the end";
    EXPECT_EQ(relocate({0xFFFFF000, 10}, dir64 | 0xFFF, 10), ParseError::BadRelocation);
    EXPECT_EQ(relocate({0x1000, 4}, dir64, 10), ParseError::BadRelocation) << "block too small";
    EXPECT_EQ(relocate({0x1000, 12}, dir64, 10), ParseError::BadRelocation) << "block too large";
    EXPECT_EQ(relocate({0x1000, 10}, dir64, 0xFFFFFF), ParseError::BadRelocation);
    EXPECT_EQ(relocate({0x1000, 10}, 0x7000, 10), ParseError::BadRelocation) << "unknown type";
    EXPECT_EQ(relocate({0, 0}, 0, 10), ParseError::None) << "zero padding ends the list";
}

TEST(Tls, TemplateIndexAndCallbacks) {
    auto image = one_section();
    IMAGE_TLS_DIRECTORY64 directory{};
    directory.StartAddressOfRawData = test::kBase + 0x1800;
    directory.EndAddressOfRawData = test::kBase + 0x1820;
    directory.AddressOfIndex = test::kBase + 0x1900;
    directory.AddressOfCallBacks = test::kBase + 0x1A00;
    directory.SizeOfZeroFill = 64;
    directory.Characteristics = 0x00700000;  // 64-byte alignment
    image.put(0x1000, directory);
    image.put<ULONGLONG>(0x1A00, test::kBase + 0x1010);
    image.put<ULONGLONG>(0x1A08, test::kBase + 0x1020);
    image.set_directory(IMAGE_DIRECTORY_ENTRY_TLS, 0x1000, sizeof directory);
    Held held(image);
    auto tls = read_tls(held.view);
    ASSERT_TRUE(tls.ok() && *tls);
    const TlsInfo& info = **tls;
    EXPECT_EQ(info.template_rva, 0x1800u);
    EXPECT_EQ(info.template_size, 32u);
    EXPECT_EQ(info.zero_size, 64u);
    EXPECT_EQ(info.alignment, 64u);
    EXPECT_EQ(info.index_rva, 0x1900u);
    TlsCallbacks callbacks(held.view, info);
    Rva callback = 0;
    ASSERT_TRUE(callbacks.next(callback));
    EXPECT_EQ(callback, 0x1010u);
    ASSERT_TRUE(callbacks.next(callback));
    EXPECT_EQ(callback, 0x1020u);
    EXPECT_FALSE(callbacks.next(callback));

    auto error_with = [&](auto change) {
        auto copy = directory;
        change(copy);
        image.put(0x1000, copy);
        Held again(image);
        return read_tls(again.view).error;
    };
    EXPECT_EQ(error_with([](auto& d) { d.StartAddressOfRawData = 1; }), ParseError::BadDirectory);
    EXPECT_EQ(error_with([](auto& d) { d.EndAddressOfRawData = ~0ull; }), ParseError::BadDirectory);
    EXPECT_EQ(error_with([](auto& d) { d.EndAddressOfRawData -= 0x100; }), ParseError::BadDirectory);
    EXPECT_EQ(error_with([](auto& d) { d.SizeOfZeroFill = 0xFFFFFFFF; }), ParseError::BadDirectory);
    EXPECT_EQ(error_with([](auto& d) { d.AddressOfIndex = test::kBase + 0x1FFE; }),
              ParseError::BadDirectory);
    EXPECT_EQ(error_with([](auto& d) { d.AddressOfCallBacks = 8; }), ParseError::BadDirectory);
}

TEST(Tls, NoneIsNoError) {
    auto image = one_section();
    Held held(image);
    auto tls = read_tls(held.view);
    EXPECT_TRUE(tls.ok());
    EXPECT_FALSE(tls->has_value());
}

TEST(LoadConfig, FieldsBeyondItsSizeAreAbsent) {
    auto image = one_section();
    IMAGE_LOAD_CONFIG_DIRECTORY64 directory{};
    directory.Size = offsetof(IMAGE_LOAD_CONFIG_DIRECTORY64, GuardCFCheckFunctionPointer);
    directory.SecurityCookie = test::kBase + 0x1800;
    directory.GuardCFCheckFunctionPointer = test::kBase + 0x1808;
    image.put(0x1000, directory);
    image.set_directory(IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG, 0x1000, 64);
    {
        Held held(image);
        auto config = read_load_config(held.view);
        ASSERT_TRUE(config.ok() && *config);
        EXPECT_EQ((*config)->security_cookie_rva, 0x1800u);
        EXPECT_EQ((*config)->guard_check_pointer_rva, 0u);
    }
    directory.Size = 0xFFFFFFFF;
    directory.GuardCFFunctionTable = test::kBase + 0x1F00;
    directory.GuardCFFunctionCount = ~0ull;
    image.put(0x1000, directory);
    Held held(image);
    auto config = read_load_config(held.view);
    ASSERT_TRUE(config.ok() && *config);
    EXPECT_EQ((*config)->guard_check_pointer_rva, 0x1808u);
    EXPECT_EQ((*config)->guard_function_count, 0u) << "a table that reaches outside is ignored";
}

}  // namespace
}  // namespace lsw::pe
