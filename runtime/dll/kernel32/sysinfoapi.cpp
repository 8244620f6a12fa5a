// sysinfoapi.h: the machine, the version, the system's directories. Clocks of this header are in
// the time room.
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "abi/layout.h"
#include "base/text.h"
#include "core/system/system_info.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;

namespace {

constexpr std::u16string_view kWindows = u"C:\\Windows", kSystem32 = u"C:\\Windows\\system32";

BOOL fail(DWORD error) { return set_last_error(error), FALSE; }

// Directory functions: the length without terminator, or the size needed with it.
UINT give_wide(std::u16string_view text, LPWSTR out, UINT room) {
    if (room <= text.size() || !out) return static_cast<UINT>(text.size() + 1);
    std::copy(text.begin(), text.end(), out);
    out[text.size()] = 0;
    return static_cast<UINT>(text.size());
}

UINT give_bytes(const std::string& text, LPSTR out, UINT room) {
    if (room <= text.size() || !out) return static_cast<UINT>(text.size() + 1);
    memcpy(out, text.c_str(), text.size() + 1);
    return static_cast<UINT>(text.size());
}

template <class Char>
BOOL fill_version(OsVersionInfo<Char>* info) {
    bool extended = info->dwOSVersionInfoSize == sizeof(OsVersionInfoEx<Char>);
    if (!extended && info->dwOSVersionInfoSize != sizeof(OsVersionInfo<Char>))
        return fail(ERROR_INSUFFICIENT_BUFFER);
    info->dwMajorVersion = kMajorVersion;
    info->dwMinorVersion = kMinorVersion;
    info->dwBuildNumber = kBuildNumber;
    info->dwPlatformId = 2;
    memset(info->szCSDVersion, 0, sizeof info->szCSDVersion);
    if (extended) {
        auto* more = static_cast<OsVersionInfoEx<Char>*>(info);
        more->wServicePackMajor = more->wServicePackMinor = 0;
        more->wSuiteMask = 0x100;  // VER_SUITE_SINGLEUSERTS
        more->wProductType = 1;    // VER_NT_WORKSTATION
        more->wReserved = 0;
    }
    return TRUE;
}

// One comparison of VerifyVersionInfo: the condition of a member is three bits of the mask.
bool holds(DWORD have, DWORD want, unsigned condition) {
    switch (condition) {
        case 1:
            return have == want;
        case 2:
            return have > want;
        case 3:
            return have >= want;
        case 4:
            return have < want;
        case 5:
            return have <= want;
        case 6:
            return (have & want) == want;
        case 7:
            return want == 0 || (have & want) != 0;
        default:
            return false;
    }
}

struct RelationHeader {
    DWORD relationship, size;
};

// Records of SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX, whose size depends on their kind.
class RelationWriter {
public:
    void processor(DWORD relationship, uint64_t mask, BYTE flags) {
        BYTE record[48] = {};
        *reinterpret_cast<RelationHeader*>(record) = {relationship, sizeof record};
        record[8] = flags;
        record[30] = 1;  // GroupCount
        group(record + 32, mask);
        append(record, sizeof record);
    }
    void numa_node(uint64_t mask) {
        BYTE record[48] = {};
        *reinterpret_cast<RelationHeader*>(record) = {1, sizeof record};
        group(record + 32, mask);
        append(record, sizeof record);
    }
    void cache(const ProcessorTopology::Cache& cache) {
        BYTE record[56] = {};
        *reinterpret_cast<RelationHeader*>(record) = {2, sizeof record};
        record[8] = cache.level;
        record[9] = cache.associativity;
        memcpy(record + 10, &cache.line_bytes, 2);
        memcpy(record + 12, &cache.size_bytes, 4);
        memcpy(record + 16, &cache.type, 4);
        group(record + 40, cache.mask);
        append(record, sizeof record);
    }
    void groups(uint64_t mask) {
        BYTE record[80] = {};
        *reinterpret_cast<RelationHeader*>(record) = {4, sizeof record};
        record[8] = record[10] = 1;  // MaximumGroupCount, ActiveGroupCount
        record[32] = record[33] = static_cast<BYTE>(__builtin_popcountll(mask));
        memcpy(record + 72, &mask, 8);
        append(record, sizeof record);
    }
    const std::vector<BYTE>& bytes() const { return bytes_; }

private:
    static void group(BYTE* at, uint64_t mask) { memcpy(at, &mask, 8); }
    void append(const BYTE* record, size_t size) {
        bytes_.insert(bytes_.end(), record, record + size);
    }
    std::vector<BYTE> bytes_;
};

}  // namespace

void kernel32::GetSystemInfo(LPSYSTEM_INFO lpSystemInfo) {
    ProcessorId id = processor_id();
    lpSystemInfo->wProcessorArchitecture = 9;  // PROCESSOR_ARCHITECTURE_AMD64
    lpSystemInfo->wReserved = 0;
    lpSystemInfo->dwPageSize = kPageSize;
    lpSystemInfo->lpMinimumApplicationAddress = reinterpret_cast<LPVOID>(kAllocationGranularity);
    lpSystemInfo->lpMaximumApplicationAddress =
        reinterpret_cast<LPVOID>(kGuestLimit - kAllocationGranularity - 1);
    lpSystemInfo->dwActiveProcessorMask = processor_mask();
    lpSystemInfo->dwNumberOfProcessors = processor_count();
    lpSystemInfo->dwProcessorType = 8664;
    lpSystemInfo->dwAllocationGranularity = kAllocationGranularity;
    lpSystemInfo->wProcessorLevel = id.level;
    lpSystemInfo->wProcessorRevision = id.revision;
}

void kernel32::GetNativeSystemInfo(LPSYSTEM_INFO lpSystemInfo) { GetSystemInfo(lpSystemInfo); }

BOOL kernel32::GlobalMemoryStatusEx(LPMEMORYSTATUSEX lpBuffer) {
    if (!lpBuffer || lpBuffer->dwLength != sizeof *lpBuffer) return fail(ERROR_INVALID_PARAMETER);
    MemoryInfo info = memory_info();
    lpBuffer->dwMemoryLoad =
        info.total ? static_cast<DWORD>((info.total - info.available) * 100 / info.total) : 0;
    lpBuffer->ullTotalPhys = info.total;
    lpBuffer->ullAvailPhys = info.available;
    lpBuffer->ullTotalPageFile = info.total + info.swap_total;
    lpBuffer->ullAvailPageFile = info.available + info.swap_free;
    lpBuffer->ullTotalVirtual = lpBuffer->ullAvailVirtual =
        kGuestLimit - 2 * kAllocationGranularity;
    lpBuffer->ullAvailExtendedVirtual = 0;
    return TRUE;
}

BOOL kernel32::GetPhysicallyInstalledSystemMemory(PULONGLONG TotalMemoryInKilobytes) {
    if (!TotalMemoryInKilobytes) return fail(ERROR_INVALID_PARAMETER);
    *TotalMemoryInKilobytes = memory_info().total / 1024;
    return TRUE;
}

void kernel32::GlobalMemoryStatus(LPMEMORYSTATUS lpBuffer) {
    MEMORYSTATUSEX more{};
    more.dwLength = sizeof more;
    GlobalMemoryStatusEx(&more);
    *lpBuffer = {sizeof *lpBuffer,     more.dwMemoryLoad,     more.ullTotalPhys,
                 more.ullAvailPhys,    more.ullTotalPageFile, more.ullAvailPageFile,
                 more.ullTotalVirtual, more.ullAvailVirtual};
}

DWORD kernel32::GetVersion() { return kMajorVersion | kMinorVersion << 8 | kBuildNumber << 16; }

BOOL kernel32::GetVersionExW(LPOSVERSIONINFOW lpVersionInformation) {
    return fill_version(lpVersionInformation);
}
BOOL kernel32::GetVersionExA(LPOSVERSIONINFOA lpVersionInformation) {
    return fill_version(lpVersionInformation);
}

// Doc: "VerifyVersionInfoW function (winbase.h)": major, minor and service pack are compared as one
// number.
BOOL kernel32::VerifyVersionInfoW(LPOSVERSIONINFOEXW lpVersionInformation, DWORD dwTypeMask,
                                  DWORDLONG dwlConditionMask) {
    enum {
        Minor = 1,
        Major = 2,
        Build = 4,
        Platform = 8,
        SpMinor = 0x10,
        SpMajor = 0x20,
        Suite = 0x40,
        Product = 0x80
    };
    if (!dwTypeMask || !dwlConditionMask) return fail(ERROR_BAD_ARGUMENTS);
    auto condition = [&](unsigned bit) {
        return static_cast<unsigned>(dwlConditionMask >> (bit * 3)) & 7;
    };
    const OsVersionInfoEx<WCHAR>& want = *lpVersionInformation;
    bool ok = true;
    if (dwTypeMask & Product) ok = ok && holds(1, want.wProductType, condition(7));
    if (dwTypeMask & Suite) ok = ok && holds(0x100, want.wSuiteMask, condition(6));
    if (dwTypeMask & Platform) ok = ok && holds(2, want.dwPlatformId, condition(3));
    if (dwTypeMask & Build) ok = ok && holds(kBuildNumber, want.dwBuildNumber, condition(2));
    struct Part {
        DWORD type, bit, have, wanted;
    };
    const Part parts[] = {{Major, 1, kMajorVersion, want.dwMajorVersion},
                          {Minor, 0, kMinorVersion, want.dwMinorVersion},
                          {SpMajor, 5, 0, want.wServicePackMajor},
                          {SpMinor, 4, 0, want.wServicePackMinor}};
    for (const Part& part : parts) {
        if (!(dwTypeMask & part.type)) continue;
        unsigned how = condition(part.bit);
        if (part.have == part.wanted && how >= 1 && how <= 5 && &part != &parts[3]) {
            if (how == 1 || how == 3 || how == 5) continue;  // the next member decides
            bool more = false;
            for (const Part* next = &part + 1; next < std::end(parts); ++next)
                more = more || dwTypeMask & next->type;
            if (more) continue;
        }
        ok = ok && holds(part.have, part.wanted, how);
        if (part.have != part.wanted) break;
    }
    return ok ? TRUE : fail(ERROR_OLD_WIN_VERSION);
}

BOOL kernel32::VerifyVersionInfoA(LPOSVERSIONINFOEXA lpVersionInformation, DWORD dwTypeMask,
                                  DWORDLONG dwlConditionMask) {
    OsVersionInfoEx<WCHAR> wide{};
    wide.dwMajorVersion = lpVersionInformation->dwMajorVersion;
    wide.dwMinorVersion = lpVersionInformation->dwMinorVersion;
    wide.dwBuildNumber = lpVersionInformation->dwBuildNumber;
    wide.dwPlatformId = lpVersionInformation->dwPlatformId;
    wide.wServicePackMajor = lpVersionInformation->wServicePackMajor;
    wide.wServicePackMinor = lpVersionInformation->wServicePackMinor;
    wide.wSuiteMask = lpVersionInformation->wSuiteMask;
    wide.wProductType = lpVersionInformation->wProductType;
    return VerifyVersionInfoW(&wide, dwTypeMask, dwlConditionMask);
}

BOOL kernel32::GetProductInfo(DWORD, DWORD, DWORD, DWORD, PDWORD pdwReturnedProductType) {
    if (!pdwReturnedProductType) return FALSE;
    *pdwReturnedProductType = 0x30;  // PRODUCT_PROFESSIONAL
    return TRUE;
}

BOOL kernel32::GetLogicalProcessorInformation(PSYSTEM_LOGICAL_PROCESSOR_INFORMATION Buffer,
                                              PDWORD ReturnedLength) {
    if (!ReturnedLength) return fail(ERROR_INVALID_PARAMETER);
    ProcessorTopology topology = processor_topology();
    std::vector<SYSTEM_LOGICAL_PROCESSOR_INFORMATION> records;
    auto add = [&](uint64_t mask, DWORD relationship) -> SYSTEM_LOGICAL_PROCESSOR_INFORMATION& {
        records.push_back({mask, relationship, {}});
        return records.back();
    };
    for (uint64_t mask : topology.cores) add(mask, 0).CoreFlags = (mask & (mask - 1)) != 0;
    for (const auto& cache : topology.caches)
        add(cache.mask, 2).Cache = {cache.level, cache.associativity, cache.line_bytes,
                                    cache.size_bytes, cache.type};
    for (uint64_t mask : topology.packages) add(mask, 3);
    add(processor_mask(), 1).NodeNumber = 0;
    DWORD needed = static_cast<DWORD>(records.size() * sizeof records[0]), room = *ReturnedLength;
    *ReturnedLength = needed;
    if (room < needed || !Buffer) return fail(ERROR_INSUFFICIENT_BUFFER);
    memcpy(Buffer, records.data(), needed);
    return TRUE;
}

BOOL kernel32::GetLogicalProcessorInformationEx(LOGICAL_PROCESSOR_RELATIONSHIP RelationshipType,
                                                PSYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX Buffer,
                                                PDWORD ReturnedLength) {
    constexpr DWORD kAll = 0xFFFF;
    if (!ReturnedLength) return fail(ERROR_INVALID_PARAMETER);
    if (RelationshipType > 4 && RelationshipType != kAll) return fail(ERROR_INVALID_PARAMETER);
    auto wanted = [&](DWORD kind) { return RelationshipType == kind || RelationshipType == kAll; };
    ProcessorTopology topology = processor_topology();
    RelationWriter writer;
    if (wanted(0))
        for (uint64_t mask : topology.cores) writer.processor(0, mask, (mask & (mask - 1)) != 0);
    if (wanted(2))
        for (const auto& cache : topology.caches) writer.cache(cache);
    if (wanted(1)) writer.numa_node(processor_mask());
    if (wanted(3))
        for (uint64_t mask : topology.packages) writer.processor(3, mask, 0);
    if (wanted(4)) writer.groups(processor_mask());
    DWORD needed = static_cast<DWORD>(writer.bytes().size()), room = *ReturnedLength;
    *ReturnedLength = needed;
    if (room < needed || !Buffer) return fail(ERROR_INSUFFICIENT_BUFFER);
    memcpy(Buffer, writer.bytes().data(), needed);
    return TRUE;
}

DWORD kernel32::GetActiveProcessorCount(WORD GroupNumber) {
    return GroupNumber == 0 || GroupNumber == 0xFFFF ? processor_count() : 0;
}
DWORD kernel32::GetMaximumProcessorCount(WORD GroupNumber) {
    return GetActiveProcessorCount(GroupNumber);
}
WORD kernel32::GetActiveProcessorGroupCount() { return 1; }
WORD kernel32::GetMaximumProcessorGroupCount() { return 1; }

BOOL kernel32::GetNumaHighestNodeNumber(PULONG HighestNodeNumber) {
    return *HighestNodeNumber = 0, TRUE;
}

BOOL kernel32::GetNumaNodeProcessorMask(UCHAR Node, PULONGLONG ProcessorMask) {
    if (Node) return fail(ERROR_INVALID_PARAMETER);
    return *ProcessorMask = processor_mask(), TRUE;
}

BOOL kernel32::GetNumaNodeProcessorMaskEx(USHORT Node, PGROUP_AFFINITY ProcessorMask) {
    if (Node) return fail(ERROR_INVALID_PARAMETER);
    *ProcessorMask = {processor_mask(), 0, {}};
    return TRUE;
}

BOOL kernel32::IsProcessorFeaturePresent(DWORD ProcessorFeature) {
    return processor_feature(ProcessorFeature);
}

BOOL kernel32::GetSystemTimes(PFILETIME lpIdleTime, PFILETIME lpKernelTime, PFILETIME lpUserTime) {
    SystemTimes times = system_times();
    auto put = [](PFILETIME out, uint64_t value) {
        if (out) *out = {static_cast<DWORD>(value), static_cast<DWORD>(value >> 32)};
    };
    put(lpIdleTime, times.idle), put(lpKernelTime, times.kernel), put(lpUserTime, times.user);
    return TRUE;
}

UINT kernel32::GetSystemDirectoryW(LPWSTR lpBuffer, UINT uSize) {
    return give_wide(kSystem32, lpBuffer, uSize);
}
UINT kernel32::GetSystemDirectoryA(LPSTR lpBuffer, UINT uSize) {
    return give_bytes(utf8_from_utf16(kSystem32), lpBuffer, uSize);
}
UINT kernel32::GetWindowsDirectoryW(LPWSTR lpBuffer, UINT uSize) {
    return give_wide(kWindows, lpBuffer, uSize);
}
UINT kernel32::GetWindowsDirectoryA(LPSTR lpBuffer, UINT uSize) {
    return give_bytes(utf8_from_utf16(kWindows), lpBuffer, uSize);
}
UINT kernel32::GetSystemWindowsDirectoryW(LPWSTR lpBuffer, UINT uSize) {
    return give_wide(kWindows, lpBuffer, uSize);
}
UINT kernel32::GetSystemWindowsDirectoryA(LPSTR lpBuffer, UINT uSize) {
    return give_bytes(utf8_from_utf16(kWindows), lpBuffer, uSize);
}

// No 32-bit subsystem here: "the function fails on 32-bit Windows" is the documented way to say so.
UINT kernel32::GetSystemWow64DirectoryW(LPWSTR, UINT) {
    return static_cast<UINT>(fail(ERROR_CALL_NOT_IMPLEMENTED));
}
UINT kernel32::GetSystemWow64DirectoryA(LPSTR, UINT) {
    return static_cast<UINT>(fail(ERROR_CALL_NOT_IMPLEMENTED));
}

// Doc: "GetComputerNameExW function (sysinfoapi.h)": size with the terminator on failure, without
// it on success.
BOOL kernel32::GetComputerNameExW(COMPUTER_NAME_FORMAT NameType, LPWSTR lpBuffer, LPDWORD nSize) {
    if (!nSize || NameType > 7) return fail(ERROR_INVALID_PARAMETER);
    std::u16string name;
    if (NameType % 4 != 2) name = computer_name(NameType % 4 != 0);  // 2 and 6 are domains: none
    DWORD room = *nSize;
    if (!lpBuffer || room <= name.size()) {
        *nSize = static_cast<DWORD>(name.size() + 1);
        return fail(ERROR_MORE_DATA);
    }
    *nSize = give_wide(name, lpBuffer, room);
    return TRUE;
}

BOOL kernel32::GetComputerNameExA(COMPUTER_NAME_FORMAT NameType, LPSTR lpBuffer, LPDWORD nSize) {
    WCHAR wide[256];
    DWORD wide_room = 256;
    if (!nSize || !GetComputerNameExW(NameType, wide, &wide_room))
        return fail(ERROR_INVALID_PARAMETER);
    std::string name = utf8_from_utf16({wide, wide_room});
    DWORD room = *nSize;
    if (!lpBuffer || room <= name.size()) {
        *nSize = static_cast<DWORD>(name.size() + 1);
        return fail(ERROR_MORE_DATA);
    }
    *nSize = give_bytes(name, lpBuffer, room);
    return TRUE;
}

BOOL kernel32::GetComputerNameW(LPWSTR lpBuffer, LPDWORD nSize) {
    if (GetComputerNameExW(0, lpBuffer, nSize)) return TRUE;
    return last_error() == ERROR_MORE_DATA ? fail(ERROR_BUFFER_OVERFLOW) : FALSE;
}

BOOL kernel32::GetComputerNameA(LPSTR lpBuffer, LPDWORD nSize) {
    if (GetComputerNameExA(0, lpBuffer, nSize)) return TRUE;
    return last_error() == ERROR_MORE_DATA ? fail(ERROR_BUFFER_OVERFLOW) : FALSE;
}

// No firmware tables are shown: an empty enumeration, and "not found" for each.
UINT kernel32::EnumSystemFirmwareTables(DWORD, PVOID, DWORD) { return 0; }
UINT kernel32::GetSystemFirmwareTable(DWORD, DWORD, PVOID, DWORD) {
    return static_cast<UINT>(fail(ERROR_NOT_FOUND));
}

BOOL kernel32::GetSystemPowerStatus(LPSYSTEM_POWER_STATUS lpSystemPowerStatus) {
    *lpSystemPowerStatus = {1, 128, 255, 0, 0xFFFFFFFF, 0xFFFFFFFF};  // mains, no battery
    return TRUE;
}
