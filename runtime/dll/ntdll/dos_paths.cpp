// ntifs.h and winternl.h: DOS paths as text (RtlDosPathNameToNtPathName and its relatives).
#include <cstring>

#include "base/text.h"
#include "core/file/open.h"
#include "core/path/wildcard.h"
#include "core/teb.h"
#include "dll/ntdll/ntdll.h"

using namespace lsw;

namespace {

std::u16string_view view(PCUNICODE_STRING text) {
    return text && text->Buffer ? std::u16string_view(text->Buffer, text->Length / sizeof(char16_t))
                                : std::u16string_view();
}

// A copy on the process heap, for RtlFreeUnicodeString.
NTSTATUS keep(std::u16string_view text, UNICODE_STRING* out) {
    if (text.size() > 0x7FFE) return STATUS_NAME_TOO_LONG;
    size_t bytes = text.size() * sizeof(char16_t);
    auto* buffer = static_cast<char16_t*>(ntdll::RtlAllocateHeap(current_peb()->ProcessHeap, 0, bytes + 2));
    if (!buffer) return STATUS_NO_MEMORY;
    memcpy(buffer, text.data(), bytes);
    buffer[text.size()] = 0;
    *out = {static_cast<USHORT>(bytes), static_cast<USHORT>(bytes + 2), buffer};
    return STATUS_SUCCESS;
}

NTSTATUS to_nt_path(PCWSTR path, PUNICODE_STRING out, PWSTR* file_part) {
    if (!path || !*path) return STATUS_OBJECT_NAME_INVALID;
    auto text = path::nt_path(path, file::path_context());
    if (!text.ok()) return text.status();
    NTSTATUS status = keep(*text, out);
    if (NT_SUCCESS(status) && file_part) {
        size_t slash = text->rfind(u'\\');
        bool has_part = slash != std::u16string::npos && slash + 1 < text->size();
        *file_part = has_part ? out->Buffer + slash + 1 : nullptr;
    }
    return status;
}

}  // namespace

BOOLEAN ntdll::RtlDosPathNameToNtPathName_U(PCWSTR DosPathName, PUNICODE_STRING NtPathName, PWSTR* NtFileNamePart,
                                            PVOID DirectoryInfo) {
    return NT_SUCCESS(RtlDosPathNameToNtPathName_U_WithStatus(DosPathName, NtPathName, NtFileNamePart, DirectoryInfo));
}

NTSTATUS ntdll::RtlDosPathNameToNtPathName_U_WithStatus(PCWSTR DosPathName, PUNICODE_STRING NtPathName,
                                                        PWSTR* NtFileNamePart, PVOID DirectoryInfo) {
    if (DirectoryInfo) memset(DirectoryInfo, 0, 32);  // RTL_RELATIVE_NAME_U: no directory handle is handed out
    return to_nt_path(DosPathName, NtPathName, NtFileNamePart);
}

BOOLEAN ntdll::RtlDosPathNameToRelativeNtPathName_U(PCWSTR DosPathName, PUNICODE_STRING NtPathName,
                                                    PWSTR* NtFileNamePart, PVOID RelativeName) {
    return RtlDosPathNameToNtPathName_U(DosPathName, NtPathName, NtFileNamePart, RelativeName);
}

void ntdll::RtlReleaseRelativeName(PVOID) {}

ULONG ntdll::RtlGetFullPathName_U(PCWSTR FileName, ULONG BufferLength, PWSTR Buffer, PWSTR* FilePart) {
    if (FilePart) *FilePart = nullptr;
    if (!FileName || !*FileName) return 0;
    auto full = path::full_path(FileName, file::path_context());
    if (!full.ok()) return 0;
    ULONG bytes = static_cast<ULONG>(full->size() * sizeof(char16_t));
    if (bytes + sizeof(char16_t) > BufferLength) return bytes + sizeof(char16_t);
    memcpy(Buffer, full->c_str(), bytes + sizeof(char16_t));
    size_t part = path::file_part(*full);
    if (FilePart && part != std::u16string_view::npos) *FilePart = Buffer + part;
    return bytes;
}

ULONG ntdll::RtlDetermineDosPathNameType_U(PCWSTR DosFileName) {
    constexpr ULONG kRelative = 5;
    if (!DosFileName) return 0;
    return *DosFileName ? static_cast<ULONG>(path::dos_path_type(DosFileName)) : kRelative;
}

ULONG ntdll::RtlIsDosDeviceName_U(PCWSTR DosFileName) {
    if (!DosFileName) return 0;
    path::DosDeviceName found = path::dos_device_name(DosFileName);
    return static_cast<ULONG>(found.offset * 2 << 16 | found.length * 2);
}

ULONG ntdll::RtlGetCurrentDirectory_U(ULONG BufferLength, PWSTR Buffer) {
    std::u16string text = file::current_directory();
    if (text.size() > 3 && text.back() == u'\\') text.pop_back();
    ULONG bytes = static_cast<ULONG>(text.size() * sizeof(char16_t));
    if (bytes + sizeof(char16_t) > BufferLength) return bytes + sizeof(char16_t);
    memcpy(Buffer, text.c_str(), bytes + sizeof(char16_t));
    return bytes;
}

NTSTATUS ntdll::RtlSetCurrentDirectory_U(PUNICODE_STRING PathName) {
    return file::set_current_directory(view(PathName)).status();
}

BOOLEAN ntdll::RtlDoesFileExists_U(PCWSTR FileName) {
    if (!FileName || !*FileName) return FALSE;
    auto text = path::nt_path(FileName, file::path_context());
    if (!text.ok()) return FALSE;
    auto target = path::target_of(*text);
    return target.ok() && file::query_path(*target).ok();
}

BOOLEAN ntdll::RtlIsNameInExpression(PUNICODE_STRING Expression, PUNICODE_STRING Name, BOOLEAN IgnoreCase, PWSTR) {
    return path::name_matches(view(Expression), view(Name), IgnoreCase != FALSE);
}
