// winternl.h and wdm.h: counted strings and bitmaps. Lengths are bytes; what is allocated comes from the process heap and
// goes back by RtlFreeUnicodeString or RtlFreeAnsiString. Narrow text is UTF-8.
// Doc: "RtlInitUnicodeString function (winternl.h)", "RtlUnicodeStringToAnsiString function (winternl.h)",
// "RtlInitializeBitMap function (wdm.h)".
#include "dll/ntdll/rtl_strings.h"

#include <algorithm>
#include <cstring>

#include "abi/status.h"
#include "base/text.h"
#include "core/teb.h"

using namespace lsw;

namespace {

constexpr size_t kLongest = 0xFFFE;

std::u16string_view view(PCUNICODE_STRING text) { return {text->Buffer, text->Length / sizeof(char16_t)}; }

// Characters without their terminator to a target that is allocated (`allocate`) or has room.
template <class Counted, class Text>
NTSTATUS give(Counted* out, const Text& text, bool allocate) {
    constexpr size_t kUnit = sizeof(*out->Buffer);
    size_t bytes = text.size() * kUnit;
    if (bytes + kUnit > kLongest + 1) return STATUS_INVALID_PARAMETER_2;
    if (allocate) {
        void* block = ntdll::RtlAllocateHeap(current_peb()->ProcessHeap, 0, bytes + kUnit);
        if (!block) return STATUS_NO_MEMORY;
        out->Buffer = static_cast<decltype(out->Buffer)>(block);
        out->MaximumLength = static_cast<USHORT>(bytes + kUnit);
    } else if (bytes > out->MaximumLength) {
        return STATUS_BUFFER_OVERFLOW;
    }
    memcpy(out->Buffer, text.data(), bytes);
    out->Length = static_cast<USHORT>(bytes);
    if (bytes + kUnit <= out->MaximumLength) out->Buffer[text.size()] = 0;
    return STATUS_SUCCESS;
}

template <class Counted, class Unit>
NTSTATUS initialise(Counted* out, const Unit* text) {
    *out = {0, 0, const_cast<Unit*>(text)};
    if (!text) return STATUS_SUCCESS;
    size_t bytes = std::char_traits<Unit>::length(text) * sizeof(Unit);
    bool fits = bytes + sizeof(Unit) <= 0xFFFF;
    if (!fits) bytes = kLongest - sizeof(Unit);
    out->Length = static_cast<USHORT>(bytes);
    out->MaximumLength = static_cast<USHORT>(bytes + sizeof(Unit));
    return fits ? STATUS_SUCCESS : STATUS_NAME_TOO_LONG;
}

template <class Counted>
void release(Counted* text) {
    if (text->Buffer) ntdll::RtlFreeHeap(current_peb()->ProcessHeap, 0, text->Buffer);
    *text = {};
}

NTSTATUS append(PUNICODE_STRING to, std::u16string_view text) {
    size_t bytes = text.size() * sizeof(char16_t);
    if (to->Length + bytes > to->MaximumLength) return STATUS_BUFFER_TOO_SMALL;
    char16_t* end = to->Buffer + to->Length / sizeof(char16_t);
    memmove(end, text.data(), bytes);
    to->Length = static_cast<USHORT>(to->Length + bytes);
    if (to->Length + sizeof(char16_t) <= to->MaximumLength) end[text.size()] = 0;
    return STATUS_SUCCESS;
}

bool bit(const ntdll::RTL_BITMAP* map, ULONG index) { return map->Buffer[index / 32] >> (index % 32) & 1; }

void fill(ntdll::RTL_BITMAP* map, ULONG first, ULONG count, bool value) {
    for (ULONG end = std::min(map->SizeOfBitMap, first + count); first < end; ++first) {
        ULONG mask = 1u << (first % 32);
        map->Buffer[first / 32] = value ? map->Buffer[first / 32] | mask : map->Buffer[first / 32] & ~mask;
    }
}

BOOLEAN all_are(const ntdll::RTL_BITMAP* map, ULONG first, ULONG count, bool value) {
    if (count == 0 || first >= map->SizeOfBitMap || count > map->SizeOfBitMap - first) return FALSE;
    for (ULONG i = 0; i < count; ++i)
        if (bit(map, first + i) != value) return FALSE;
    return TRUE;
}

}  // namespace

void ntdll::RtlInitUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString) {
    initialise(DestinationString, SourceString);
}
NTSTATUS ntdll::RtlInitUnicodeStringEx(PUNICODE_STRING DestinationString, PCWSTR SourceString) {
    NTSTATUS status = initialise(DestinationString, SourceString);
    if (!NT_SUCCESS(status)) *DestinationString = {};
    return status;
}
void ntdll::RtlInitAnsiString(PANSI_STRING DestinationString, LPCSTR SourceString) {
    initialise(DestinationString, SourceString);
}
NTSTATUS ntdll::RtlInitAnsiStringEx(PANSI_STRING DestinationString, LPCSTR SourceString) {
    NTSTATUS status = initialise(DestinationString, SourceString);
    if (!NT_SUCCESS(status)) *DestinationString = {};
    return status;
}
void ntdll::RtlInitString(PANSI_STRING DestinationString, LPCSTR SourceString) {
    initialise(DestinationString, SourceString);
}

BOOLEAN ntdll::RtlCreateUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString) {
    return SourceString && NT_SUCCESS(give(DestinationString, std::u16string_view(SourceString), true));
}
BOOLEAN ntdll::RtlCreateUnicodeStringFromAsciiz(PUNICODE_STRING DestinationString, LPCSTR SourceString) {
    return SourceString && NT_SUCCESS(give(DestinationString, utf16_from_utf8(SourceString), true));
}
void ntdll::RtlFreeUnicodeString(PUNICODE_STRING UnicodeString) { release(UnicodeString); }
void ntdll::RtlFreeAnsiString(PANSI_STRING AnsiString) { release(AnsiString); }

// As much as there is room for; no source empties the target.
void ntdll::RtlCopyUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString) {
    DestinationString->Length = 0;
    if (!SourceString) return;
    size_t units = std::min<size_t>(SourceString->Length, DestinationString->MaximumLength) / sizeof(char16_t);
    append(DestinationString, {SourceString->Buffer, units});
}

// The difference of the first units that differ, else of the lengths.
LONG ntdll::RtlCompareUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2, BOOLEAN CaseInSensitive) {
    std::u16string_view a = view(String1), b = view(String2);
    for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        char16_t left = CaseInSensitive ? upcase(a[i]) : a[i], right = CaseInSensitive ? upcase(b[i]) : b[i];
        if (left != right) return left - right;
    }
    return String1->Length - String2->Length;
}
BOOLEAN ntdll::RtlEqualUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2, BOOLEAN CaseInSensitive) {
    return RtlCompareUnicodeString(String1, String2, CaseInSensitive) == 0;
}
BOOLEAN ntdll::RtlPrefixUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2, BOOLEAN CaseInSensitive) {
    if (String1->Length > String2->Length) return FALSE;
    UNICODE_STRING start = {String1->Length, String1->Length, String2->Buffer};
    return RtlEqualUnicodeString(String1, &start, CaseInSensitive);
}

NTSTATUS ntdll::RtlAppendUnicodeToString(PUNICODE_STRING Destination, PCWSTR Source) {
    return Source ? append(Destination, Source) : STATUS_SUCCESS;
}
NTSTATUS ntdll::RtlAppendUnicodeStringToString(PUNICODE_STRING Destination, PCUNICODE_STRING Source) {
    return append(Destination, view(Source));
}

WCHAR ntdll::RtlUpcaseUnicodeChar(WCHAR SourceCharacter) { return upcase(SourceCharacter); }
WCHAR ntdll::RtlDowncaseUnicodeChar(WCHAR SourceCharacter) { return downcase(SourceCharacter); }

NTSTATUS ntdll::RtlUpcaseUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString,
                                       BOOLEAN AllocateDestinationString) {
    std::u16string text(view(SourceString));
    for (char16_t& unit : text) unit = upcase(unit);
    return give(DestinationString, text, AllocateDestinationString);
}
NTSTATUS ntdll::RtlUnicodeStringToAnsiString(PANSI_STRING DestinationString, PCUNICODE_STRING SourceString,
                                             BOOLEAN AllocateDestinationString) {
    return give(DestinationString, utf8_from_utf16(view(SourceString)), AllocateDestinationString);
}
NTSTATUS ntdll::RtlAnsiStringToUnicodeString(PUNICODE_STRING DestinationString, const ANSI_STRING* SourceString,
                                             BOOLEAN AllocateDestinationString) {
    return give(DestinationString, utf16_from_utf8({SourceString->Buffer, SourceString->Length}),
                AllocateDestinationString);
}

// Blanks, a sign, then for base 0 a prefix 0x, 0o or 0b; it wraps around.
NTSTATUS ntdll::RtlUnicodeStringToInteger(PCUNICODE_STRING String, ULONG Base, PULONG Value) {
    std::u16string_view text = view(String);
    while (!text.empty() && text[0] <= u' ') text.remove_prefix(1);
    bool negative = !text.empty() && text[0] == u'-';
    if (!text.empty() && (text[0] == u'-' || text[0] == u'+')) text.remove_prefix(1);
    if (Base == 0) {
        Base = 10;
        char16_t kind = text.size() > 1 && text[0] == u'0' ? text[1] : u'\0';
        if (kind == u'x' || kind == u'o' || kind == u'b') {
            Base = kind == u'x' ? 16 : kind == u'o' ? 8 : 2;
            text.remove_prefix(2);
        }
    } else if (Base != 2 && Base != 8 && Base != 10 && Base != 16) {
        return STATUS_INVALID_PARAMETER;
    }
    ULONG value = 0;
    for (char16_t unit : text) {
        char16_t letter = unit | 0x20;
        ULONG digit = unit >= u'0' && unit <= u'9'       ? unit - u'0'
                      : letter >= u'a' && letter <= u'f' ? letter - u'a' + 10u
                                                         : 99u;
        if (digit >= Base) break;
        value = value * Base + digit;
    }
    *Value = negative ? 0 - value : value;
    return STATUS_SUCCESS;
}
NTSTATUS ntdll::RtlIntegerToUnicodeString(ULONG Value, ULONG Base, PUNICODE_STRING String) {
    if (Base == 0) Base = 10;
    if (Base != 2 && Base != 8 && Base != 10 && Base != 16) return STATUS_INVALID_PARAMETER;
    char16_t digits[33];
    char16_t* first = digits + 33;
    do {
        *--first = u"0123456789ABCDEF"[Value % Base];
        Value /= Base;
    } while (Value);
    return give(String, std::u16string_view(first, static_cast<size_t>(digits + 33 - first)), false);
}

SIZE_T ntdll::RtlCompareMemory(const void* Source1, const void* Source2, SIZE_T Length) {
    auto *a = static_cast<const char*>(Source1), *b = static_cast<const char*>(Source2);
    SIZE_T same = 0;
    while (same < Length && a[same] == b[same]) ++same;
    return same;
}

void ntdll::RtlInitializeBitMap(RTL_BITMAP* BitMapHeader, ULONG* BitMapBuffer, ULONG SizeOfBitMap) {
    *BitMapHeader = {SizeOfBitMap, BitMapBuffer};
}
void ntdll::RtlSetAllBits(RTL_BITMAP* BitMapHeader) {
    memset(BitMapHeader->Buffer, 0xFF, (BitMapHeader->SizeOfBitMap + 31) / 32 * 4);
}
void ntdll::RtlClearAllBits(RTL_BITMAP* BitMapHeader) {
    memset(BitMapHeader->Buffer, 0, (BitMapHeader->SizeOfBitMap + 31) / 32 * 4);
}
void ntdll::RtlSetBits(RTL_BITMAP* BitMapHeader, ULONG StartingIndex, ULONG NumberToSet) {
    fill(BitMapHeader, StartingIndex, NumberToSet, true);
}
void ntdll::RtlClearBits(RTL_BITMAP* BitMapHeader, ULONG StartingIndex, ULONG NumberToClear) {
    fill(BitMapHeader, StartingIndex, NumberToClear, false);
}
BOOLEAN ntdll::RtlAreBitsSet(RTL_BITMAP* BitMapHeader, ULONG StartingIndex, ULONG Length) {
    return all_are(BitMapHeader, StartingIndex, Length, true);
}
BOOLEAN ntdll::RtlAreBitsClear(RTL_BITMAP* BitMapHeader, ULONG StartingIndex, ULONG Length) {
    return all_are(BitMapHeader, StartingIndex, Length, false);
}
ULONG ntdll::RtlNumberOfSetBits(RTL_BITMAP* BitMapHeader) {
    ULONG count = 0;
    for (ULONG i = 0; i < BitMapHeader->SizeOfBitMap; ++i) count += bit(BitMapHeader, i);
    return count;
}
ULONG ntdll::RtlNumberOfClearBits(RTL_BITMAP* BitMapHeader) {
    return BitMapHeader->SizeOfBitMap - RtlNumberOfSetBits(BitMapHeader);
}
