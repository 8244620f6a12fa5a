// Memory constants and structures (memoryapi.h, winnt.h).
#pragma once

#include "abi/types.h"

inline constexpr DWORD PAGE_NOACCESS = 0x01;
inline constexpr DWORD PAGE_READONLY = 0x02;
inline constexpr DWORD PAGE_READWRITE = 0x04;
inline constexpr DWORD PAGE_WRITECOPY = 0x08;
inline constexpr DWORD PAGE_EXECUTE = 0x10;
inline constexpr DWORD PAGE_EXECUTE_READ = 0x20;
inline constexpr DWORD PAGE_EXECUTE_READWRITE = 0x40;
inline constexpr DWORD PAGE_EXECUTE_WRITECOPY = 0x80;
inline constexpr DWORD PAGE_GUARD = 0x100;
inline constexpr DWORD PAGE_NOCACHE = 0x200;
inline constexpr DWORD PAGE_WRITECOMBINE = 0x400;
inline constexpr DWORD PAGE_TARGETS_INVALID = 0x40000000;

inline constexpr DWORD MEM_COMMIT = 0x1000;
inline constexpr DWORD MEM_RESERVE = 0x2000;
inline constexpr DWORD MEM_DECOMMIT = 0x4000;
inline constexpr DWORD MEM_REPLACE_PLACEHOLDER = 0x4000;
inline constexpr DWORD MEM_RELEASE = 0x8000;
inline constexpr DWORD MEM_FREE = 0x10000;
inline constexpr DWORD MEM_PRIVATE = 0x20000;
inline constexpr DWORD MEM_MAPPED = 0x40000;
inline constexpr DWORD MEM_RESERVE_PLACEHOLDER = 0x40000;
inline constexpr DWORD MEM_RESET = 0x80000;
inline constexpr DWORD MEM_TOP_DOWN = 0x100000;
inline constexpr DWORD MEM_WRITE_WATCH = 0x200000;
inline constexpr DWORD MEM_PHYSICAL = 0x400000;
inline constexpr DWORD MEM_RESET_UNDO = 0x1000000;
inline constexpr DWORD MEM_LARGE_PAGES = 0x20000000;
inline constexpr DWORD MEM_IMAGE = 0x1000000;
inline constexpr DWORD MEM_COALESCE_PLACEHOLDERS = 0x1;
inline constexpr DWORD MEM_PRESERVE_PLACEHOLDER = 0x2;

inline constexpr DWORD SEC_IMAGE = 0x1000000;
inline constexpr DWORD SEC_RESERVE = 0x4000000;
inline constexpr DWORD SEC_COMMIT = 0x8000000;
inline constexpr DWORD SEC_NOCACHE = 0x10000000;
inline constexpr DWORD SEC_LARGE_PAGES = 0x80000000;
inline constexpr DWORD SEC_IMAGE_NO_EXECUTE = 0x11000000;

inline constexpr DWORD SECTION_QUERY = 0x1;
inline constexpr DWORD SECTION_MAP_WRITE = 0x2;
inline constexpr DWORD SECTION_MAP_READ = 0x4;
inline constexpr DWORD SECTION_MAP_EXECUTE = 0x8;
inline constexpr DWORD SECTION_EXTEND_SIZE = 0x10;
inline constexpr DWORD SECTION_ALL_ACCESS = 0xF001F;
inline constexpr DWORD FILE_MAP_COPY = 0x1;
inline constexpr DWORD FILE_MAP_WRITE = SECTION_MAP_WRITE;
inline constexpr DWORD FILE_MAP_READ = SECTION_MAP_READ;
inline constexpr DWORD FILE_MAP_EXECUTE = 0x20;

struct MEMORY_BASIC_INFORMATION {
    PVOID BaseAddress;
    PVOID AllocationBase;
    DWORD AllocationProtect;
    WORD PartitionId;
    SIZE_T RegionSize;
    DWORD State;
    DWORD Protect;
    DWORD Type;
};
using PMEMORY_BASIC_INFORMATION = MEMORY_BASIC_INFORMATION*;
static_assert(sizeof(MEMORY_BASIC_INFORMATION) == 48);

struct MEM_ADDRESS_REQUIREMENTS {
    PVOID LowestStartingAddress;
    PVOID HighestEndingAddress;
    SIZE_T Alignment;
};

struct MEM_EXTENDED_PARAMETER {
    DWORD64 Type : 8;
    DWORD64 Reserved : 56;
    union {
        DWORD64 ULong64;
        PVOID Pointer;
        SIZE_T Size;
        HANDLE Handle;
        DWORD ULong;
    };
};
static_assert(sizeof(MEM_EXTENDED_PARAMETER) == 16);
inline constexpr DWORD64 MemExtendedParameterAddressRequirements = 1;

struct WIN32_MEMORY_RANGE_ENTRY {
    PVOID VirtualAddress;
    SIZE_T NumberOfBytes;
};

inline constexpr DWORD HEAP_NO_SERIALIZE = 0x1;
inline constexpr DWORD HEAP_GROWABLE = 0x2;
inline constexpr DWORD HEAP_GENERATE_EXCEPTIONS = 0x4;
inline constexpr DWORD HEAP_ZERO_MEMORY = 0x8;
inline constexpr DWORD HEAP_REALLOC_IN_PLACE_ONLY = 0x10;
inline constexpr DWORD HEAP_CREATE_ENABLE_EXECUTE = 0x40000;

struct PROCESS_HEAP_ENTRY {
    PVOID lpData;
    DWORD cbData;
    BYTE cbOverhead;
    BYTE iRegionIndex;
    WORD wFlags;
    union {
        struct {
            HANDLE hMem;
            DWORD dwReserved[3];
        } Block;
        struct {
            DWORD dwCommittedSize;
            DWORD dwUnCommittedSize;
            LPVOID lpFirstBlock;
            LPVOID lpLastBlock;
        } Region;
    };
};
using LPPROCESS_HEAP_ENTRY = PROCESS_HEAP_ENTRY*;
static_assert(sizeof(PROCESS_HEAP_ENTRY) == 40);
inline constexpr WORD PROCESS_HEAP_ENTRY_BUSY = 4;

inline constexpr UINT GMEM_MOVEABLE = 0x2;
inline constexpr UINT GMEM_ZEROINIT = 0x40;
inline constexpr UINT GMEM_MODIFY = 0x80;
inline constexpr UINT GMEM_DISCARDED = 0x4000;
inline constexpr UINT GMEM_INVALID_HANDLE = 0x8000;
