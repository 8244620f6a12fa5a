// memoryapi.h: virtual memory and file mappings, over ntdll's services.
#include <linux/membarrier.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>

#include "abi/layout.h"
#include "base/text.h"
#include "core/memory/address_space.h"
#include "core/memory/section.h"
#include "core/process/remote_calls.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"
#include "dll/ntdll/ntdll.h"

using namespace lsw;

namespace {

HANDLE self() { return reinterpret_cast<HANDLE>(static_cast<intptr_t>(-1)); }

template <class T>
T* fail(NTSTATUS status) {
    set_last_error_from(status);
    return nullptr;
}

DWORD protection_of_access(DWORD access) {
    bool execute = access & FILE_MAP_EXECUTE;
    // FILE_MAP_ALL_ACCESS holds FILE_MAP_COPY's bit too, so writing is looked at first.
    if (access & FILE_MAP_WRITE) return execute ? PAGE_EXECUTE_READWRITE : PAGE_READWRITE;
    if (access & FILE_MAP_COPY) return execute ? PAGE_EXECUTE_WRITECOPY : PAGE_WRITECOPY;
    if (access & FILE_MAP_READ) return execute ? PAGE_EXECUTE_READ : PAGE_READONLY;
    return PAGE_NOACCESS;
}

// Names live in \BaseNamedObjects; "Local\" and "Global\" lead there too.
struct ObjectName {
    UNICODE_STRING text{};
    OBJECT_ATTRIBUTES attributes{sizeof(OBJECT_ATTRIBUTES), nullptr, nullptr, 0, nullptr, nullptr};

    ObjectName(LPCWSTR name, bool inherit, ULONG extra) {
        attributes.Attributes = extra | (inherit ? OBJ_INHERIT : 0);
        if (!name) return;
        auto bytes = static_cast<USHORT>(length16(name) * 2);
        text = {bytes, static_cast<USHORT>(bytes + 2), const_cast<LPWSTR>(name)};
        attributes.ObjectName = &text;
    }
};

HANDLE create_mapping(HANDLE file, bool inherit, DWORD protect, uint64_t size, LPCWSTR name) {
    constexpr DWORD kAttributes = 0xFF000000;
    ObjectName object(name, inherit, OBJ_OPENIF);
    LARGE_INTEGER maximum;
    maximum.QuadPart = static_cast<LONGLONG>(size);
    HANDLE handle = nullptr;
    NTSTATUS status = ntdll::NtCreateSection(&handle, SECTION_ALL_ACCESS, &object.attributes, size ? &maximum : nullptr,
                                             protect & ~kAttributes, protect & kAttributes,
                                             file == INVALID_HANDLE_VALUE ? nullptr : file);
    if (!NT_SUCCESS(status)) return fail<void>(status);
    set_last_error(status == STATUS_OBJECT_NAME_EXISTS ? ERROR_ALREADY_EXISTS : ERROR_SUCCESS);
    return handle;
}

bool inherits(const SECURITY_ATTRIBUTES* attributes) { return attributes && attributes->bInheritHandle; }

}  // namespace

LPVOID kernel32::VirtualAlloc(LPVOID lpAddress, SIZE_T dwSize, DWORD flAllocationType, DWORD flProtect) {
    return VirtualAllocEx(self(), lpAddress, dwSize, flAllocationType, flProtect);
}

LPVOID kernel32::VirtualAllocEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize, DWORD flAllocationType,
                                DWORD flProtect) {
    // The placeholder flags are VirtualAlloc2's.
    if (flAllocationType & (MEM_RESERVE_PLACEHOLDER | MEM_REPLACE_PLACEHOLDER)) return fail<void>(STATUS_INVALID_PARAMETER);
    NTSTATUS status = ntdll::NtAllocateVirtualMemory(hProcess, &lpAddress, 0, &dwSize, flAllocationType, flProtect);
    return NT_SUCCESS(status) ? lpAddress : fail<void>(status);
}

LPVOID kernel32::VirtualAllocExNuma(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize, DWORD flAllocationType,
                                    DWORD flProtect, DWORD) {
    return VirtualAllocEx(hProcess, lpAddress, dwSize, flAllocationType, flProtect);
}

PVOID kernel32::VirtualAlloc2(HANDLE Process, PVOID BaseAddress, SIZE_T Size, ULONG AllocationType,
                              ULONG PageProtection, MEM_EXTENDED_PARAMETER* ExtendedParameters, ULONG ParameterCount) {
    NTSTATUS status = ntdll::NtAllocateVirtualMemoryEx(Process ? Process : self(), &BaseAddress, &Size, AllocationType,
                                                       PageProtection, ExtendedParameters, ParameterCount);
    return NT_SUCCESS(status) ? BaseAddress : fail<void>(status);
}

BOOL kernel32::VirtualFree(LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType) {
    return VirtualFreeEx(self(), lpAddress, dwSize, dwFreeType);
}

BOOL kernel32::VirtualFreeEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType) {
    constexpr DWORD kPlaceholderFlags = MEM_PRESERVE_PLACEHOLDER | MEM_COALESCE_PLACEHOLDERS;
    if (dwFreeType == MEM_RELEASE && dwSize != 0) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    if (dwFreeType & ~(MEM_RELEASE | MEM_DECOMMIT | kPlaceholderFlags))
        return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    return win32_result(ntdll::NtFreeVirtualMemory(hProcess, &lpAddress, &dwSize, dwFreeType));
}

BOOL kernel32::VirtualProtect(LPVOID lpAddress, SIZE_T dwSize, DWORD flNewProtect, PDWORD lpflOldProtect) {
    return VirtualProtectEx(self(), lpAddress, dwSize, flNewProtect, lpflOldProtect);
}

BOOL kernel32::VirtualProtectEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize, DWORD flNewProtect,
                                PDWORD lpflOldProtect) {
    if (!lpflOldProtect) return set_last_error(ERROR_NOACCESS), FALSE;
    return win32_result(ntdll::NtProtectVirtualMemory(hProcess, &lpAddress, &dwSize, flNewProtect, lpflOldProtect));
}

SIZE_T kernel32::VirtualQuery(LPCVOID lpAddress, PMEMORY_BASIC_INFORMATION lpBuffer, SIZE_T dwLength) {
    return VirtualQueryEx(self(), lpAddress, lpBuffer, dwLength);
}

SIZE_T kernel32::VirtualQueryEx(HANDLE hProcess, LPCVOID lpAddress, PMEMORY_BASIC_INFORMATION lpBuffer,
                                SIZE_T dwLength) {
    SIZE_T written = 0;
    NTSTATUS status = ntdll::NtQueryVirtualMemory(hProcess, const_cast<void*>(lpAddress), 0, lpBuffer, dwLength, &written);
    if (!NT_SUCCESS(status)) return set_last_error_from(status), 0;
    return written;
}

BOOL kernel32::VirtualLock(LPVOID lpAddress, SIZE_T dwSize) {
    if (mlock(lpAddress, dwSize) == 0) return TRUE;
    set_last_error(errno == ENOMEM ? ERROR_WORKING_SET_QUOTA : ERROR_NOACCESS);
    return FALSE;
}

BOOL kernel32::VirtualUnlock(LPVOID lpAddress, SIZE_T dwSize) {
    if (munlock(lpAddress, dwSize) == 0) return TRUE;
    set_last_error(ERROR_NOT_LOCKED);
    return FALSE;
}

DWORD kernel32::DiscardVirtualMemory(PVOID VirtualAddress, SIZE_T Size) {
    // Private pages that may be written, in one piece; of others the contents would come back from a file.
    auto start = reinterpret_cast<uint64_t>(VirtualAddress);
    auto region = address_space().query(start);
    if (start % kPageSize || Size == 0 || Size % kPageSize || !region.ok() || region->State != MEM_COMMIT ||
        region->Type != MEM_PRIVATE || region->Protect != PAGE_READWRITE ||
        Size > reinterpret_cast<uint64_t>(region->BaseAddress) + region->RegionSize - start)
        return ERROR_INVALID_PARAMETER;
    return madvise(VirtualAddress, Size, MADV_DONTNEED) == 0 ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER;
}

BOOL kernel32::PrefetchVirtualMemory(HANDLE, ULONG_PTR NumberOfEntries, WIN32_MEMORY_RANGE_ENTRY* VirtualAddresses,
                                     ULONG) {
    for (ULONG_PTR i = 0; i < NumberOfEntries; ++i)
        madvise(VirtualAddresses[i].VirtualAddress, VirtualAddresses[i].NumberOfBytes, MADV_WILLNEED);
    return TRUE;
}

SIZE_T kernel32::GetLargePageMinimum() { return 0; }  // large pages are not offered

BOOL kernel32::GetProcessWorkingSetSize(HANDLE, PSIZE_T lpMinimumWorkingSetSize, PSIZE_T lpMaximumWorkingSetSize) {
    *lpMinimumWorkingSetSize = 200 << 10;  // Windows' defaults
    *lpMaximumWorkingSetSize = 1380 << 10;
    return TRUE;
}

BOOL kernel32::SetProcessWorkingSetSize(HANDLE, SIZE_T, SIZE_T) { return TRUE; }  // a hint: Linux trims by itself

// Every other thread passes a full barrier: membarrier(2), or the interrupt that a protection change sends around.
void kernel32::FlushProcessWriteBuffers() {
    static const bool registered = syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
    if (registered && syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0) return;
    void* page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return;
    *static_cast<volatile char*>(page) = 1;
    mprotect(page, 4096, PROT_NONE);
    munmap(page, 4096);
}

BOOL kernel32::FlushInstructionCache(HANDLE, LPCVOID, SIZE_T) { return TRUE; }  // x86 keeps it coherent

BOOL kernel32::ReadProcessMemory(HANDLE hProcess, LPCVOID lpBaseAddress, LPVOID lpBuffer, SIZE_T nSize,
                                 PSIZE_T lpNumberOfBytesRead) {
    return win32_result(ntdll::NtReadVirtualMemory(hProcess, const_cast<void*>(lpBaseAddress), lpBuffer, nSize,
                                                   lpNumberOfBytesRead));
}

BOOL kernel32::WriteProcessMemory(HANDLE hProcess, LPVOID lpBaseAddress, LPCVOID lpBuffer, SIZE_T nSize,
                                  PSIZE_T lpNumberOfBytesWritten) {
    return win32_result(ntdll::NtWriteVirtualMemory(hProcess, lpBaseAddress, const_cast<void*>(lpBuffer), nSize,
                                                    lpNumberOfBytesWritten));
}

HANDLE kernel32::CreateFileMappingW(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes, DWORD flProtect,
                                    DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow, LPCWSTR lpName) {
    uint64_t size = uint64_t{dwMaximumSizeHigh} << 32 | dwMaximumSizeLow;
    return create_mapping(hFile, inherits(lpFileMappingAttributes), flProtect, size, lpName);
}

HANDLE kernel32::CreateFileMappingA(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes, DWORD flProtect,
                                    DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow, LPCSTR lpName) {
    std::u16string name = lpName ? utf16_from_utf8(lpName) : std::u16string();
    return CreateFileMappingW(hFile, lpFileMappingAttributes, flProtect, dwMaximumSizeHigh, dwMaximumSizeLow,
                              lpName ? name.c_str() : nullptr);
}

HANDLE kernel32::CreateFileMappingFromApp(HANDLE hFile, LPSECURITY_ATTRIBUTES SecurityAttributes, ULONG PageProtection,
                                          ULONG64 MaximumSize, PCWSTR Name) {
    return create_mapping(hFile, inherits(SecurityAttributes), PageProtection, MaximumSize, Name);
}

HANDLE kernel32::OpenFileMappingW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName) {
    if (!lpName) return fail<void>(STATUS_INVALID_PARAMETER);
    ObjectName object(lpName, bInheritHandle, 0);
    HANDLE handle = nullptr;
    NTSTATUS status = ntdll::NtOpenSection(&handle, dwDesiredAccess, &object.attributes);
    return NT_SUCCESS(status) ? handle : fail<void>(status);
}

HANDLE kernel32::OpenFileMappingA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName) {
    if (!lpName) return fail<void>(STATUS_INVALID_PARAMETER);
    return OpenFileMappingW(dwDesiredAccess, bInheritHandle, utf16_from_utf8(lpName).c_str());
}

LPVOID kernel32::MapViewOfFile(HANDLE hFileMappingObject, DWORD dwDesiredAccess, DWORD dwFileOffsetHigh,
                               DWORD dwFileOffsetLow, SIZE_T dwNumberOfBytesToMap) {
    return MapViewOfFileEx(hFileMappingObject, dwDesiredAccess, dwFileOffsetHigh, dwFileOffsetLow, dwNumberOfBytesToMap,
                           nullptr);
}

LPVOID kernel32::MapViewOfFileEx(HANDLE hFileMappingObject, DWORD dwDesiredAccess, DWORD dwFileOffsetHigh,
                                 DWORD dwFileOffsetLow, SIZE_T dwNumberOfBytesToMap, LPVOID lpBaseAddress) {
    LARGE_INTEGER offset;
    offset.QuadPart = static_cast<LONGLONG>(uint64_t{dwFileOffsetHigh} << 32 | dwFileOffsetLow);
    NTSTATUS status = ntdll::NtMapViewOfSection(hFileMappingObject, self(), &lpBaseAddress, 0, 0, &offset,
                                                &dwNumberOfBytesToMap, 1, 0, protection_of_access(dwDesiredAccess));
    return NT_SUCCESS(status) ? lpBaseAddress : fail<void>(status);
}

PVOID kernel32::MapViewOfFile3(HANDLE FileMapping, HANDLE Process, PVOID BaseAddress, ULONG64 Offset, SIZE_T ViewSize,
                               ULONG AllocationType, ULONG PageProtection, MEM_EXTENDED_PARAMETER* ExtendedParameters,
                               ULONG ParameterCount) {
    auto section = runtime().handles.get<Section>(FileMapping);
    if (!section.ok()) return fail<void>(section.status());
    Section::ViewRequest request{.address = reinterpret_cast<uint64_t>(BaseAddress), .offset = Offset,
                                 .size_bytes = ViewSize, .protect = PageProtection,
                                 .replace_placeholder = (AllocationType & MEM_REPLACE_PLACEHOLDER) != 0};
    for (ULONG i = 0; i < ParameterCount; ++i)
        if (ExtendedParameters[i].Type == MemExtendedParameterAddressRequirements) {
            auto* bounds = static_cast<MEM_ADDRESS_REQUIREMENTS*>(ExtendedParameters[i].Pointer);
            request.lowest = reinterpret_cast<uint64_t>(bounds->LowestStartingAddress);
            request.highest = reinterpret_cast<uint64_t>(bounds->HighestEndingAddress);
            request.alignment = bounds->Alignment;
        }
    auto process = process_from_handle(Process ? Process : self());
    if (!process.ok()) return fail<void>(process.status());
    auto view = (*process)->is_current() ? (*section)->map(request) : remote_map(**process, **section, request);
    return view.ok() ? reinterpret_cast<PVOID>(view->address) : fail<void>(view.status());
}

BOOL kernel32::UnmapViewOfFile(LPCVOID lpBaseAddress) {
    return win32_result(ntdll::NtUnmapViewOfSection(self(), const_cast<void*>(lpBaseAddress)));
}

BOOL kernel32::UnmapViewOfFile2(HANDLE Process, PVOID BaseAddress, ULONG UnmapFlags) {
    return win32_result(ntdll::NtUnmapViewOfSectionEx(Process, BaseAddress, UnmapFlags));
}

BOOL kernel32::UnmapViewOfFileEx(PVOID BaseAddress, ULONG UnmapFlags) {
    return win32_result(ntdll::NtUnmapViewOfSectionEx(self(), BaseAddress, UnmapFlags));
}

BOOL kernel32::FlushViewOfFile(LPCVOID lpBaseAddress, SIZE_T dwNumberOfBytesToFlush) {
    MEMORY_BASIC_INFORMATION info;
    if (!VirtualQuery(lpBaseAddress, &info, sizeof info) || info.State != MEM_COMMIT)
        return set_last_error(ERROR_INVALID_ADDRESS), FALSE;
    auto start = reinterpret_cast<uintptr_t>(lpBaseAddress) & ~uintptr_t{0xFFF};
    uintptr_t end = reinterpret_cast<uintptr_t>(info.BaseAddress) + info.RegionSize;
    if (dwNumberOfBytesToFlush)
        end = std::min(end, reinterpret_cast<uintptr_t>(lpBaseAddress) + dwNumberOfBytesToFlush);
    if (msync(reinterpret_cast<void*>(start), end - start, MS_SYNC) == 0) return TRUE;
    return set_last_error_from(status_from_errno(errno));
}
