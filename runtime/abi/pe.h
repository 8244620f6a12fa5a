// Layout of PE32+ images ("PE Format"; "winnt.h header"): names exact, sizes asserted.
// Nothing here checks anything: loader/pe reads these structures out of untrusted bytes.
#pragma once

#include "abi/types.h"

inline constexpr WORD IMAGE_DOS_SIGNATURE = 0x5A4D;       // MZ
inline constexpr DWORD IMAGE_NT_SIGNATURE = 0x00004550;   // PE\0\0
inline constexpr WORD IMAGE_NT_OPTIONAL_HDR32_MAGIC = 0x10B;
inline constexpr WORD IMAGE_NT_OPTIONAL_HDR64_MAGIC = 0x20B;

inline constexpr WORD IMAGE_FILE_MACHINE_I386 = 0x014C;
inline constexpr WORD IMAGE_FILE_MACHINE_ARMNT = 0x01C4;
inline constexpr WORD IMAGE_FILE_MACHINE_AMD64 = 0x8664;
inline constexpr WORD IMAGE_FILE_MACHINE_ARM64 = 0xAA64;

// IMAGE_FILE_HEADER.Characteristics
inline constexpr WORD IMAGE_FILE_RELOCS_STRIPPED = 0x0001;
inline constexpr WORD IMAGE_FILE_EXECUTABLE_IMAGE = 0x0002;
inline constexpr WORD IMAGE_FILE_LARGE_ADDRESS_AWARE = 0x0020;
inline constexpr WORD IMAGE_FILE_DLL = 0x2000;

inline constexpr WORD IMAGE_SUBSYSTEM_NATIVE = 1;
inline constexpr WORD IMAGE_SUBSYSTEM_WINDOWS_GUI = 2;
inline constexpr WORD IMAGE_SUBSYSTEM_WINDOWS_CUI = 3;
inline constexpr WORD IMAGE_SUBSYSTEM_EFI_APPLICATION = 10;
inline constexpr WORD IMAGE_SUBSYSTEM_EFI_ROM = 13;

inline constexpr WORD IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA = 0x0020;
inline constexpr WORD IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE = 0x0040;
inline constexpr WORD IMAGE_DLLCHARACTERISTICS_NX_COMPAT = 0x0100;
inline constexpr WORD IMAGE_DLLCHARACTERISTICS_GUARD_CF = 0x4000;

inline constexpr unsigned IMAGE_NUMBEROF_DIRECTORY_ENTRIES = 16;
inline constexpr unsigned IMAGE_DIRECTORY_ENTRY_EXPORT = 0;
inline constexpr unsigned IMAGE_DIRECTORY_ENTRY_IMPORT = 1;
inline constexpr unsigned IMAGE_DIRECTORY_ENTRY_RESOURCE = 2;
inline constexpr unsigned IMAGE_DIRECTORY_ENTRY_EXCEPTION = 3;
inline constexpr unsigned IMAGE_DIRECTORY_ENTRY_SECURITY = 4;
inline constexpr unsigned IMAGE_DIRECTORY_ENTRY_BASERELOC = 5;
inline constexpr unsigned IMAGE_DIRECTORY_ENTRY_DEBUG = 6;
inline constexpr unsigned IMAGE_DIRECTORY_ENTRY_TLS = 9;
inline constexpr unsigned IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG = 10;
inline constexpr unsigned IMAGE_DIRECTORY_ENTRY_BOUND_IMPORT = 11;
inline constexpr unsigned IMAGE_DIRECTORY_ENTRY_IAT = 12;
inline constexpr unsigned IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT = 13;
inline constexpr unsigned IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR = 14;

// IMAGE_SECTION_HEADER.Characteristics
inline constexpr DWORD IMAGE_SCN_CNT_CODE = 0x00000020;
inline constexpr DWORD IMAGE_SCN_CNT_INITIALIZED_DATA = 0x00000040;
inline constexpr DWORD IMAGE_SCN_CNT_UNINITIALIZED_DATA = 0x00000080;
inline constexpr DWORD IMAGE_SCN_MEM_DISCARDABLE = 0x02000000;
inline constexpr DWORD IMAGE_SCN_MEM_SHARED = 0x10000000;
inline constexpr DWORD IMAGE_SCN_MEM_EXECUTE = 0x20000000;
inline constexpr DWORD IMAGE_SCN_MEM_READ = 0x40000000;
inline constexpr DWORD IMAGE_SCN_MEM_WRITE = 0x80000000;

inline constexpr ULONGLONG IMAGE_ORDINAL_FLAG64 = 0x8000000000000000;

inline constexpr WORD IMAGE_REL_BASED_ABSOLUTE = 0;
inline constexpr WORD IMAGE_REL_BASED_HIGH = 1;
inline constexpr WORD IMAGE_REL_BASED_LOW = 2;
inline constexpr WORD IMAGE_REL_BASED_HIGHLOW = 3;
inline constexpr WORD IMAGE_REL_BASED_HIGHADJ = 4;
inline constexpr WORD IMAGE_REL_BASED_DIR64 = 10;

inline constexpr DWORD IMAGE_RESOURCE_NAME_IS_STRING = 0x80000000;
inline constexpr DWORD IMAGE_RESOURCE_DATA_IS_DIRECTORY = 0x80000000;

inline constexpr DWORD COMIMAGE_FLAGS_ILONLY = 0x1;

// IMAGE_LOAD_CONFIG_DIRECTORY64.GuardFlags
inline constexpr DWORD IMAGE_GUARD_CF_INSTRUMENTED = 0x00000100;
inline constexpr DWORD IMAGE_GUARD_CF_FUNCTION_TABLE_PRESENT = 0x00000400;

struct IMAGE_DOS_HEADER {
    WORD e_magic;
    WORD e_cblp;
    WORD e_cp;
    WORD e_crlc;
    WORD e_cparhdr;
    WORD e_minalloc;
    WORD e_maxalloc;
    WORD e_ss;
    WORD e_sp;
    WORD e_csum;
    WORD e_ip;
    WORD e_cs;
    WORD e_lfarlc;
    WORD e_ovno;
    WORD e_res[4];
    WORD e_oemid;
    WORD e_oeminfo;
    WORD e_res2[10];
    LONG e_lfanew;
};
static_assert(sizeof(IMAGE_DOS_HEADER) == 64);

struct IMAGE_FILE_HEADER {
    WORD Machine;
    WORD NumberOfSections;
    DWORD TimeDateStamp;
    DWORD PointerToSymbolTable;
    DWORD NumberOfSymbols;
    WORD SizeOfOptionalHeader;
    WORD Characteristics;
};
static_assert(sizeof(IMAGE_FILE_HEADER) == 20);

struct IMAGE_DATA_DIRECTORY {
    DWORD VirtualAddress;
    DWORD Size;
};
static_assert(sizeof(IMAGE_DATA_DIRECTORY) == 8);

struct IMAGE_OPTIONAL_HEADER64 {
    WORD Magic;
    BYTE MajorLinkerVersion;
    BYTE MinorLinkerVersion;
    DWORD SizeOfCode;
    DWORD SizeOfInitializedData;
    DWORD SizeOfUninitializedData;
    DWORD AddressOfEntryPoint;
    DWORD BaseOfCode;
    ULONGLONG ImageBase;
    DWORD SectionAlignment;
    DWORD FileAlignment;
    WORD MajorOperatingSystemVersion;
    WORD MinorOperatingSystemVersion;
    WORD MajorImageVersion;
    WORD MinorImageVersion;
    WORD MajorSubsystemVersion;
    WORD MinorSubsystemVersion;
    DWORD Win32VersionValue;
    DWORD SizeOfImage;
    DWORD SizeOfHeaders;
    DWORD CheckSum;
    WORD Subsystem;
    WORD DllCharacteristics;
    ULONGLONG SizeOfStackReserve;
    ULONGLONG SizeOfStackCommit;
    ULONGLONG SizeOfHeapReserve;
    ULONGLONG SizeOfHeapCommit;
    DWORD LoaderFlags;
    DWORD NumberOfRvaAndSizes;
    IMAGE_DATA_DIRECTORY DataDirectory[IMAGE_NUMBEROF_DIRECTORY_ENTRIES];
};
using IMAGE_OPTIONAL_HEADER = IMAGE_OPTIONAL_HEADER64;
static_assert(sizeof(IMAGE_OPTIONAL_HEADER64) == 240);
static_assert(offsetof(IMAGE_OPTIONAL_HEADER64, ImageBase) == 24);
static_assert(offsetof(IMAGE_OPTIONAL_HEADER64, DataDirectory) == 112);

struct IMAGE_NT_HEADERS64 {
    DWORD Signature;
    IMAGE_FILE_HEADER FileHeader;
    IMAGE_OPTIONAL_HEADER64 OptionalHeader;
};
using IMAGE_NT_HEADERS = IMAGE_NT_HEADERS64;
using PIMAGE_NT_HEADERS = IMAGE_NT_HEADERS*;
static_assert(sizeof(IMAGE_NT_HEADERS64) == 264);

struct IMAGE_SECTION_HEADER {
    BYTE Name[8];
    union {
        DWORD PhysicalAddress;
        DWORD VirtualSize;
    } Misc;
    DWORD VirtualAddress;
    DWORD SizeOfRawData;
    DWORD PointerToRawData;
    DWORD PointerToRelocations;
    DWORD PointerToLinenumbers;
    WORD NumberOfRelocations;
    WORD NumberOfLinenumbers;
    DWORD Characteristics;
};
using PIMAGE_SECTION_HEADER = IMAGE_SECTION_HEADER*;
static_assert(sizeof(IMAGE_SECTION_HEADER) == 40);

struct IMAGE_EXPORT_DIRECTORY {
    DWORD Characteristics;
    DWORD TimeDateStamp;
    WORD MajorVersion;
    WORD MinorVersion;
    DWORD Name;
    DWORD Base;
    DWORD NumberOfFunctions;
    DWORD NumberOfNames;
    DWORD AddressOfFunctions;
    DWORD AddressOfNames;
    DWORD AddressOfNameOrdinals;
};
static_assert(sizeof(IMAGE_EXPORT_DIRECTORY) == 40);

struct IMAGE_IMPORT_DESCRIPTOR {
    DWORD OriginalFirstThunk;
    DWORD TimeDateStamp;
    DWORD ForwarderChain;
    DWORD Name;
    DWORD FirstThunk;
};
static_assert(sizeof(IMAGE_IMPORT_DESCRIPTOR) == 20);

struct IMAGE_DELAYLOAD_DESCRIPTOR {
    union {
        DWORD AllAttributes;
        struct {
            DWORD RvaBased : 1;
            DWORD ReservedAttributes : 31;
        };
    } Attributes;
    DWORD DllNameRVA;
    DWORD ModuleHandleRVA;
    DWORD ImportAddressTableRVA;
    DWORD ImportNameTableRVA;
    DWORD BoundImportAddressTableRVA;
    DWORD UnloadInformationTableRVA;
    DWORD TimeDateStamp;
};
static_assert(sizeof(IMAGE_DELAYLOAD_DESCRIPTOR) == 32);

struct IMAGE_BASE_RELOCATION {
    DWORD VirtualAddress;
    DWORD SizeOfBlock;
};
static_assert(sizeof(IMAGE_BASE_RELOCATION) == 8);

struct IMAGE_TLS_DIRECTORY64 {
    ULONGLONG StartAddressOfRawData;
    ULONGLONG EndAddressOfRawData;
    ULONGLONG AddressOfIndex;
    ULONGLONG AddressOfCallBacks;
    DWORD SizeOfZeroFill;
    DWORD Characteristics;
};
using IMAGE_TLS_DIRECTORY = IMAGE_TLS_DIRECTORY64;
static_assert(sizeof(IMAGE_TLS_DIRECTORY64) == 40);

using PIMAGE_TLS_CALLBACK = void(WINAPI*)(PVOID DllHandle, DWORD Reason, PVOID Reserved);

struct IMAGE_LOAD_CONFIG_CODE_INTEGRITY {
    WORD Flags;
    WORD Catalog;
    DWORD CatalogOffset;
    DWORD Reserved;
};

struct IMAGE_LOAD_CONFIG_DIRECTORY64 {
    DWORD Size;
    DWORD TimeDateStamp;
    WORD MajorVersion;
    WORD MinorVersion;
    DWORD GlobalFlagsClear;
    DWORD GlobalFlagsSet;
    DWORD CriticalSectionDefaultTimeout;
    ULONGLONG DeCommitFreeBlockThreshold;
    ULONGLONG DeCommitTotalFreeThreshold;
    ULONGLONG LockPrefixTable;
    ULONGLONG MaximumAllocationSize;
    ULONGLONG VirtualMemoryThreshold;
    ULONGLONG ProcessAffinityMask;
    DWORD ProcessHeapFlags;
    WORD CSDVersion;
    WORD DependentLoadFlags;
    ULONGLONG EditList;
    ULONGLONG SecurityCookie;  // VA
    ULONGLONG SEHandlerTable;
    ULONGLONG SEHandlerCount;
    ULONGLONG GuardCFCheckFunctionPointer;     // VA of a pointer
    ULONGLONG GuardCFDispatchFunctionPointer;  // VA of a pointer
    ULONGLONG GuardCFFunctionTable;            // VA
    ULONGLONG GuardCFFunctionCount;
    DWORD GuardFlags;
    IMAGE_LOAD_CONFIG_CODE_INTEGRITY CodeIntegrity;
    ULONGLONG GuardAddressTakenIatEntryTable;
    ULONGLONG GuardAddressTakenIatEntryCount;
    ULONGLONG GuardLongJumpTargetTable;
    ULONGLONG GuardLongJumpTargetCount;
    ULONGLONG DynamicValueRelocTable;
    ULONGLONG CHPEMetadataPointer;
    ULONGLONG GuardRFFailureRoutine;
    ULONGLONG GuardRFFailureRoutineFunctionPointer;
    DWORD DynamicValueRelocTableOffset;
    WORD DynamicValueRelocTableSection;
    WORD Reserved2;
    ULONGLONG GuardRFVerifyStackPointerFunctionPointer;
    DWORD HotPatchTableOffset;
    DWORD Reserved3;
    ULONGLONG EnclaveConfigurationPointer;
    ULONGLONG VolatileMetadataPointer;
    ULONGLONG GuardEHContinuationTable;
    ULONGLONG GuardEHContinuationCount;
    ULONGLONG GuardXFGCheckFunctionPointer;
    ULONGLONG GuardXFGDispatchFunctionPointer;
    ULONGLONG GuardXFGTableDispatchFunctionPointer;
    ULONGLONG CastGuardOsDeterminedFailureMode;
    ULONGLONG GuardMemcpyFunctionPointer;
};
static_assert(offsetof(IMAGE_LOAD_CONFIG_DIRECTORY64, SecurityCookie) == 88);
static_assert(offsetof(IMAGE_LOAD_CONFIG_DIRECTORY64, GuardCFCheckFunctionPointer) == 112);
static_assert(offsetof(IMAGE_LOAD_CONFIG_DIRECTORY64, GuardFlags) == 144);
static_assert(offsetof(IMAGE_LOAD_CONFIG_DIRECTORY64, GuardEHContinuationTable) == 264);
static_assert(sizeof(IMAGE_LOAD_CONFIG_DIRECTORY64) == 320);

struct IMAGE_RESOURCE_DIRECTORY {
    DWORD Characteristics;
    DWORD TimeDateStamp;
    WORD MajorVersion;
    WORD MinorVersion;
    WORD NumberOfNamedEntries;
    WORD NumberOfIdEntries;
};
static_assert(sizeof(IMAGE_RESOURCE_DIRECTORY) == 16);

struct IMAGE_RESOURCE_DIRECTORY_ENTRY {
    DWORD Name;          // an id, or with the top bit the offset of a counted UTF-16 string
    DWORD OffsetToData;  // a data entry, or with the top bit a directory
};
static_assert(sizeof(IMAGE_RESOURCE_DIRECTORY_ENTRY) == 8);

struct IMAGE_RESOURCE_DATA_ENTRY {
    DWORD OffsetToData;  // an RVA, unlike every other offset of the tree
    DWORD Size;
    DWORD CodePage;
    DWORD Reserved;
};
static_assert(sizeof(IMAGE_RESOURCE_DATA_ENTRY) == 16);

struct IMAGE_COR20_HEADER {
    DWORD cb;
    WORD MajorRuntimeVersion;
    WORD MinorRuntimeVersion;
    IMAGE_DATA_DIRECTORY MetaData;
    DWORD Flags;
    DWORD EntryPointToken;
    IMAGE_DATA_DIRECTORY Resources;
    IMAGE_DATA_DIRECTORY StrongNameSignature;
    IMAGE_DATA_DIRECTORY CodeManagerTable;
    IMAGE_DATA_DIRECTORY VTableFixups;
    IMAGE_DATA_DIRECTORY ExportAddressTableJumps;
    IMAGE_DATA_DIRECTORY ManagedNativeHeader;
};
static_assert(sizeof(IMAGE_COR20_HEADER) == 72);
