// ntifs.h: virtual memory and sections. The work is in core/memory.
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "abi/file.h"
#include "base/status.h"
#include "base/text.h"
#include "core/exception/call_sites.h"
#include "core/io/io_object.h"
#include "core/memory/address_space.h"
#include "core/memory/named_section.h"
#include "core/memory/remote_memory.h"
#include "core/path/linux_names.h"
#include "core/process/process_object.h"
#include "core/process/remote_calls.h"
#include "core/runtime.h"
#include "dll/ntdll/ntdll.h"

using namespace lsw;

namespace {

constexpr ACCESS_MASK PROCESS_VM_OPERATION = 0x8, PROCESS_VM_READ = 0x10, PROCESS_VM_WRITE = 0x20;

bool is_self(HANDLE process) { return process == reinterpret_cast<HANDLE>(static_cast<intptr_t>(-1)); }

// Another process; null for this one, whose pseudo handle and real handles mean the same.
Result<Ref<ProcessObject>> other_process(HANDLE process, ACCESS_MASK access = PROCESS_VM_OPERATION) {
    if (is_self(process)) return Ref<ProcessObject>();
    auto object = LSW_TRY(runtime().handles.get<ProcessObject>(process, access));
    if (object->is_current()) return Ref<ProcessObject>();
    if (object->has_ended()) return Status(STATUS_PROCESS_IS_TERMINATING);
    return object;
}

NTSTATUS tell_moved(const Result<size_t>& moved, SIZE_T size, PSIZE_T out) {
    if (out) *out = moved.ok() ? moved.value() : 0;
    if (!moved.ok()) return moved.status();
    return moved.value() == size ? STATUS_SUCCESS : STATUS_PARTIAL_COPY;
}

NTSTATUS read_extended(const MEM_EXTENDED_PARAMETER* parameters, ULONG count, uint64_t& lowest, uint64_t& highest,
                       uint64_t& alignment) {
    if (count && !parameters) return STATUS_INVALID_PARAMETER;
    for (ULONG i = 0; i < count; ++i) {
        if (parameters[i].Type != MemExtendedParameterAddressRequirements) continue;  // NUMA node and others: hints
        auto* bounds = static_cast<const MEM_ADDRESS_REQUIREMENTS*>(parameters[i].Pointer);
        if (!bounds) return STATUS_INVALID_PARAMETER;
        lowest = reinterpret_cast<uint64_t>(bounds->LowestStartingAddress);
        highest = reinterpret_cast<uint64_t>(bounds->HighestEndingAddress);
        alignment = bounds->Alignment;
        bool bad = (alignment & (alignment - 1)) || (alignment && alignment < 0x10000) || lowest % 0x10000 ||
                   (highest && (highest + 1) % 0x10000) || (highest && lowest >= highest);
        if (bad) return STATUS_INVALID_PARAMETER;
    }
    return STATUS_SUCCESS;
}

NTSTATUS allocate(HANDLE process, PVOID* base, PSIZE_T size, AllocationRequest request) {
    auto other = other_process(process);
    if (!other.ok()) return other.status();
    request.address = reinterpret_cast<uint64_t>(*base);
    request.size_bytes = *size;
    auto range = *other ? remote_allocate(**other, request) : address_space().allocate(request);
    if (!range.ok()) return range.status();
    *base = reinterpret_cast<PVOID>(range->address);
    *size = range->size_bytes;
    return STATUS_SUCCESS;
}

std::string path_of(int fd) {
    char link[64], target[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = fd >= 0 ? readlink(link, target, sizeof target) : -1;
    return length > 0 ? std::string(target, static_cast<size_t>(length)) : std::string();
}

std::u16string section_name(const OBJECT_ATTRIBUTES* attributes) {
    if (!attributes || !attributes->ObjectName || !attributes->ObjectName->Buffer) return {};
    std::u16string_view name(attributes->ObjectName->Buffer, attributes->ObjectName->Length / 2);
    size_t slash = name.find_last_of(u'\\');
    if (slash != std::u16string_view::npos) name.remove_prefix(slash + 1);
    return std::u16string(name);
}

// Copies between two ranges of this process without risking a fault of ours: the kernel checks both.
NTSTATUS copy_memory(const void* from, void* to, SIZE_T size, PSIZE_T moved) {
    if (moved) *moved = 0;
    seh::show_call_sites(from, size);
    iovec local{to, size}, remote{const_cast<void*>(from), size};
    ssize_t done = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
    if (done < 0) return STATUS_ACCESS_VIOLATION;
    if (moved) *moved = static_cast<SIZE_T>(done);
    return static_cast<SIZE_T>(done) == size ? STATUS_SUCCESS : STATUS_PARTIAL_COPY;
}

// The access that a file's handle needs for a section of this protection. Programs ask which protections work to learn how a
// file was opened ("CreateFileMappingW function (memoryapi.h)").
ACCESS_MASK file_access_for(ULONG protect) {
    switch (protect & 0xFF) {
        case PAGE_READWRITE: return FILE_READ_DATA | FILE_WRITE_DATA;
        case PAGE_EXECUTE: return FILE_EXECUTE;
        case PAGE_EXECUTE_READ:
        case PAGE_EXECUTE_WRITECOPY: return FILE_READ_DATA | FILE_EXECUTE;
        case PAGE_EXECUTE_READWRITE: return FILE_READ_DATA | FILE_WRITE_DATA | FILE_EXECUTE;
        default: return FILE_READ_DATA;
    }
}

}  // namespace

NTSTATUS ntdll::NtAllocateVirtualMemory(HANDLE ProcessHandle, PVOID* BaseAddress, ULONG_PTR ZeroBits,
                                        PSIZE_T RegionSize, ULONG AllocationType, ULONG Protect) {
    if (!BaseAddress || !RegionSize) return STATUS_ACCESS_VIOLATION;
    AllocationRequest request{.type = AllocationType, .protect = Protect};
    // Up to 32 it counts leading zero bits of a 32-bit address; beyond, it is a mask of allowed bits.
    if (ZeroBits > 0 && ZeroBits < 32) request.highest = (uint64_t{1} << (32 - ZeroBits)) - 1;
    if (ZeroBits >= 32) request.highest = ZeroBits | 0xFFFF;
    return allocate(ProcessHandle, BaseAddress, RegionSize, request);
}

NTSTATUS ntdll::NtAllocateVirtualMemoryEx(HANDLE ProcessHandle, PVOID* BaseAddress, PSIZE_T RegionSize,
                                          ULONG AllocationType, ULONG PageProtection,
                                          MEM_EXTENDED_PARAMETER* ExtendedParameters, ULONG ExtendedParameterCount) {
    if (!BaseAddress || !RegionSize) return STATUS_ACCESS_VIOLATION;
    AllocationRequest request{.type = AllocationType, .protect = PageProtection};
    NTSTATUS status = read_extended(ExtendedParameters, ExtendedParameterCount, request.lowest, request.highest,
                                    request.alignment);
    if (!NT_SUCCESS(status)) return status;
    if (*BaseAddress && (request.lowest || request.highest || request.alignment)) return STATUS_INVALID_PARAMETER;
    return allocate(ProcessHandle, BaseAddress, RegionSize, request);
}

NTSTATUS ntdll::NtFreeVirtualMemory(HANDLE ProcessHandle, PVOID* BaseAddress, PSIZE_T RegionSize, ULONG FreeType) {
    auto other = other_process(ProcessHandle);
    if (!other.ok()) return other.status();
    if (!BaseAddress || !RegionSize) return STATUS_ACCESS_VIOLATION;
    auto address = reinterpret_cast<uint64_t>(*BaseAddress);
    auto range = *other ? remote_free(**other, address, *RegionSize, FreeType)
                        : address_space().free(address, *RegionSize, FreeType);
    if (!range.ok()) return range.status();
    *BaseAddress = reinterpret_cast<PVOID>(range->address);
    *RegionSize = range->size_bytes;
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtProtectVirtualMemory(HANDLE ProcessHandle, PVOID* BaseAddress, PSIZE_T RegionSize, ULONG NewProtect,
                                       PULONG OldProtect) {
    auto other = other_process(ProcessHandle);
    if (!other.ok()) return other.status();
    if (!BaseAddress || !RegionSize || !OldProtect) return STATUS_ACCESS_VIOLATION;
    auto address = reinterpret_cast<uint64_t>(*BaseAddress);
    auto old = *other ? remote_protect(**other, address, *RegionSize, NewProtect)
                      : address_space().protect(address, *RegionSize, NewProtect);
    if (!old.ok()) return old.status();
    uint64_t start = address & ~uint64_t{0xFFF};
    *RegionSize = (address + *RegionSize + 0xFFF - start) & ~uint64_t{0xFFF};
    *BaseAddress = reinterpret_cast<PVOID>(start);
    *OldProtect = *old;
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtQueryVirtualMemory(HANDLE ProcessHandle, PVOID BaseAddress, ULONG MemoryInformationClass,
                                     PVOID MemoryInformation, SIZE_T MemoryInformationLength, PSIZE_T ReturnLength) {
    constexpr ULONG kBasic = 0, kMappedFilename = 2;
    auto other = other_process(ProcessHandle, PROCESS_QUERY_LIMITED_INFORMATION);
    if (!other.ok()) return other.status();
    if (MemoryInformationClass == kBasic) {
        if (MemoryInformationLength < sizeof(MEMORY_BASIC_INFORMATION)) return STATUS_INFO_LENGTH_MISMATCH;
        auto address = reinterpret_cast<uint64_t>(BaseAddress);
        // What it has reserved only a process of ours can tell; of others what Linux shows has to do.
        auto info = *other ? remote_query(**other, address) : address_space().query(address);
        if (!info.ok() && *other && info.status() != STATUS_INVALID_PARAMETER) info = query_remote((*other)->pid(), address);
        if (!info.ok()) return info.status();
        memcpy(MemoryInformation, &*info, sizeof(MEMORY_BASIC_INFORMATION));
        if (ReturnLength) *ReturnLength = sizeof(MEMORY_BASIC_INFORMATION);
        return STATUS_SUCCESS;
    }
    if (MemoryInformationClass != kMappedFilename) return STATUS_INVALID_INFO_CLASS;
    if (*other) return STATUS_NOT_SUPPORTED;
    std::string file = address_space().file_at(reinterpret_cast<uint64_t>(BaseAddress));
    if (file.empty()) return STATUS_INVALID_PARAMETER;
    std::u16string name = u"\\Device\\HarddiskVolume1" + dos_path_from_linux(file).substr(2);
    SIZE_T needed = sizeof(UNICODE_STRING) + (name.size() + 1) * 2;
    if (ReturnLength) *ReturnLength = needed;
    if (MemoryInformationLength < needed) return STATUS_BUFFER_OVERFLOW;
    auto* text = static_cast<UNICODE_STRING*>(MemoryInformation);
    text->Length = static_cast<USHORT>(name.size() * 2);
    text->MaximumLength = static_cast<USHORT>(text->Length + 2);
    text->Buffer = reinterpret_cast<PWSTR>(text + 1);
    memcpy(text->Buffer, name.c_str(), text->MaximumLength);
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtReadVirtualMemory(HANDLE ProcessHandle, PVOID BaseAddress, PVOID Buffer, SIZE_T NumberOfBytesToRead,
                                    PSIZE_T NumberOfBytesRead) {
    auto other = other_process(ProcessHandle, PROCESS_VM_READ);
    if (!other.ok()) return other.status();
    if (*other)
        return tell_moved(read_remote((*other)->pid(), reinterpret_cast<uint64_t>(BaseAddress), Buffer, NumberOfBytesToRead),
                          NumberOfBytesToRead, NumberOfBytesRead);
    return copy_memory(BaseAddress, Buffer, NumberOfBytesToRead, NumberOfBytesRead);
}

NTSTATUS ntdll::NtWriteVirtualMemory(HANDLE ProcessHandle, PVOID BaseAddress, PVOID Buffer,
                                     SIZE_T NumberOfBytesToWrite, PSIZE_T NumberOfBytesWritten) {
    auto other = other_process(ProcessHandle, PROCESS_VM_WRITE);
    if (!other.ok()) return other.status();
    if (*other)
        return tell_moved(write_remote((*other)->pid(), reinterpret_cast<uint64_t>(BaseAddress), Buffer, NumberOfBytesToWrite),
                          NumberOfBytesToWrite, NumberOfBytesWritten);
    return copy_memory(Buffer, BaseAddress, NumberOfBytesToWrite, NumberOfBytesWritten);
}

NTSTATUS ntdll::NtFlushInstructionCache(HANDLE, PVOID, SIZE_T) { return STATUS_SUCCESS; }

NTSTATUS ntdll::NtCreateSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes,
                                PLARGE_INTEGER MaximumSize, ULONG SectionPageProtection, ULONG AllocationAttributes,
                                HANDLE FileHandle) {
    if (!SectionHandle) return STATUS_ACCESS_VIOLATION;
    std::u16string name = section_name(ObjectAttributes);
    int fd = -1;
    Ref<IoObject> file;
    if (FileHandle) {
        auto opened = runtime().handles.get<IoObject>(FileHandle, file_access_for(SectionPageProtection));
        if (!opened.ok()) return opened.status();
        file = std::move(*opened);
        fd = file->fd();
        if (fd < 0) return STATUS_INVALID_FILE_FOR_SECTION;
    }
    uint64_t size = MaximumSize ? static_cast<uint64_t>(MaximumSize->QuadPart) : 0;
    bool existed = false;
    Ref<Section> section;
    if (name.empty()) {
        auto made = Section::create(fd, path_of(fd), size, SectionPageProtection, AllocationAttributes);
        if (!made.ok()) return made.status();
        section = std::move(*made);
    } else {
        auto made = create_named_section(name, fd, path_of(fd), size, SectionPageProtection, AllocationAttributes);
        if (!made.ok()) return made.status();
        section = std::move(made->section);
        existed = made->existed;
    }
    bool inherit = ObjectAttributes && ObjectAttributes->Attributes & OBJ_INHERIT;
    if (existed && !(ObjectAttributes->Attributes & OBJ_OPENIF)) return STATUS_OBJECT_NAME_COLLISION;
    if (DesiredAccess & (MAXIMUM_ALLOWED | GENERIC_ALL)) DesiredAccess |= SECTION_ALL_ACCESS;
    auto handle = runtime().handles.insert(std::move(section), DesiredAccess, inherit);
    if (!handle.ok()) return handle.status();
    *SectionHandle = *handle;
    return existed ? STATUS_OBJECT_NAME_EXISTS : STATUS_SUCCESS;
}

NTSTATUS ntdll::NtOpenSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes) {
    std::u16string name = section_name(ObjectAttributes);
    if (!SectionHandle || name.empty()) return STATUS_INVALID_PARAMETER;
    auto section = open_named_section(name);
    if (!section.ok()) return section.status();
    auto handle = runtime().handles.insert(std::move(*section), DesiredAccess, ObjectAttributes->Attributes & OBJ_INHERIT);
    if (!handle.ok()) return handle.status();
    *SectionHandle = *handle;
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtMapViewOfSection(HANDLE SectionHandle, HANDLE ProcessHandle, PVOID* BaseAddress, ULONG_PTR ZeroBits,
                                   SIZE_T, PLARGE_INTEGER SectionOffset, PSIZE_T ViewSize, ULONG, ULONG AllocationType,
                                   ULONG Win32Protect) {
    auto other = other_process(ProcessHandle);
    if (!other.ok()) return other.status();
    if (!BaseAddress || !ViewSize) return STATUS_ACCESS_VIOLATION;
    auto section = runtime().handles.get<Section>(SectionHandle);
    if (!section.ok()) return section.status();
    Section::ViewRequest request{.address = reinterpret_cast<uint64_t>(*BaseAddress),
                                 .offset = SectionOffset ? static_cast<uint64_t>(SectionOffset->QuadPart) : 0,
                                 .size_bytes = *ViewSize, .protect = Win32Protect,
                                 .replace_placeholder = (AllocationType & MEM_REPLACE_PLACEHOLDER) != 0};
    if (ZeroBits > 0 && ZeroBits < 32) request.highest = (uint64_t{1} << (32 - ZeroBits)) - 1;
    auto view = *other ? remote_map(**other, **section, request) : (*section)->map(request);
    if (!view.ok()) return view.status();
    *BaseAddress = reinterpret_cast<PVOID>(view->address);
    *ViewSize = view->size_bytes;
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtUnmapViewOfSection(HANDLE ProcessHandle, PVOID BaseAddress) {
    return NtUnmapViewOfSectionEx(ProcessHandle, BaseAddress, 0);
}

NTSTATUS ntdll::NtUnmapViewOfSectionEx(HANDLE ProcessHandle, PVOID BaseAddress, ULONG Flags) {
    auto other = other_process(ProcessHandle);
    if (!other.ok()) return other.status();
    auto address = reinterpret_cast<uint64_t>(BaseAddress);
    bool preserve = Flags & MEM_PRESERVE_PLACEHOLDER;
    return (*other ? remote_unmap(**other, address, preserve) : address_space().release_view(address, preserve)).status();
}
