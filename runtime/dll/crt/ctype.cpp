// ctype.h and wctype.h. Narrow characters above 127 belong to no class in either of our locales; wide ones are classed by
// Unicode in every locale ("iswalpha, _iswalpha_l"), the first 256 from a table, the others by GetStringTypeW.
#include <array>

#include "abi/exception.h"
#include "base/text.h"
#include "dll/crt/locale.h"
#include "dll/crt/process.h"
#include "dll/crt/text_ops.h"
#include "dll/msvcrt/msvcrt.h"

using namespace lsw::crt;

namespace {

constexpr USHORT kUpper = 1, kLower = 2, kDigit = 4, kSpace = 8, kPunct = 0x10, kControl = 0x20, kBlank = 0x40,
                 kHex = 0x80, kLetter = 0x100;
constexpr int kAlphaMask = kLetter | kUpper | kLower;
constexpr int kAlnumMask = kAlphaMask | kDigit;
constexpr int kGraphMask = kAlnumMask | kPunct;
constexpr int kPrintMask = kGraphMask | kBlank;

constexpr bool between(int c, int first, int last) { return c >= first && c <= last; }

constexpr USHORT ascii_class(int c, USHORT letter) {
    USHORT hex = between(c, 'A', 'F') || between(c, 'a', 'f') ? kHex : 0;
    if (between(c, 'A', 'Z')) return kUpper | hex | letter;
    if (between(c, 'a', 'z')) return kLower | hex | letter;
    if (between(c, '0', '9')) return kDigit | kHex;
    if (c == ' ') return kSpace | kBlank;
    if (between(c, 9, 13)) return kSpace | kControl;
    if (c < 32 || c == 127) return kControl;
    return kPunct;
}

constexpr USHORT latin1_class(int c) {
    if (c < 128) return static_cast<USHORT>(ascii_class(c, kLetter) | (c == '\t' ? kBlank : 0));
    if (c == 0x85) return kSpace | kControl;
    if (c < 0xA0) return kControl;
    if (c == 0xA0) return kSpace | kBlank;
    if (c == 0xB2 || c == 0xB3 || c == 0xB9) return kDigit | kPunct;
    if (c == 0xAA || c == 0xB5 || c == 0xBA) return kLower | kLetter;
    if (c < 0xC0 || c == 0xD7 || c == 0xF7) return kPunct;
    return (c < 0xDF ? kUpper : kLower) | kLetter;
}

using Table = std::array<USHORT, 257>;  // the first entry is EOF's

constexpr Table kNarrow = [] {
    Table table{};
    for (int c = 0; c < 128; ++c) table[static_cast<size_t>(c) + 1] = ascii_class(c, 0);
    return table;
}();

constexpr Table kWide = [] {
    Table table{};
    for (int c = 0; c < 256; ++c) table[static_cast<size_t>(c) + 1] = latin1_class(c);
    return table;
}();

// Values that no unsigned char has are classed like EOF, where Windows reads beyond its table.
LSW_INLINE int has(int c, int mask) {
    auto index = static_cast<unsigned>(c + 1);
    return index < kNarrow.size() ? kNarrow[index] & mask : 0;
}

USHORT class_of_other(WCHAR unit) {
    using GetStringType = BOOL(WINAPI*)(DWORD, const WCHAR*, int, WORD*);
    static auto get = reinterpret_cast<GetStringType>(kernel32_function("GetStringTypeW"));
    constexpr DWORD kCtype1 = 1;
    WORD type = 0;
    if (get && get(kCtype1, &unit, 1, &type)) return type;
    if (lsw::upcase(unit) != unit) return kLower | kLetter;
    return lsw::downcase(unit) != unit ? kUpper | kLetter : 0;
}

LSW_INLINE int wide_has(WCHAR unit, int mask) {
    if (unit < 256) return kWide[unit + 1u] & mask;
    return unit == 0xFFFF ? 0 : class_of_other(unit) & mask;
}

}  // namespace

const USHORT* lsw::crt::ctype_table() { return kNarrow.data() + 1; }
const USHORT* lsw::crt::wide_ctype_table() { return kWide.data() + 1; }

int clib::isalpha(int c) { return has(c, kAlphaMask); }
int clib::isupper(int c) { return has(c, kUpper); }
int clib::islower(int c) { return has(c, kLower); }
int clib::isdigit(int c) { return has(c, kDigit); }
int clib::isxdigit(int c) { return has(c, kHex); }
int clib::isspace(int c) { return has(c, kSpace); }
int clib::ispunct(int c) { return has(c, kPunct); }
int clib::isblank(int c) { return c == '\t' ? kBlank : has(c, kBlank); }
int clib::isalnum(int c) { return has(c, kAlnumMask); }
int clib::isprint(int c) { return has(c, kPrintMask); }
int clib::isgraph(int c) { return has(c, kGraphMask); }
int clib::iscntrl(int c) { return has(c, kControl); }
int clib::isleadbyte(int) { return 0; }
int clib::_isctype(int c, int mask) { return has(c, mask); }
int clib::_isalpha_l(int c, _locale_t) { return has(c, kAlphaMask); }
int clib::_isupper_l(int c, _locale_t) { return has(c, kUpper); }
int clib::_islower_l(int c, _locale_t) { return has(c, kLower); }
int clib::_isdigit_l(int c, _locale_t) { return has(c, kDigit); }
int clib::_isxdigit_l(int c, _locale_t) { return has(c, kHex); }
int clib::_isspace_l(int c, _locale_t) { return has(c, kSpace); }
int clib::_ispunct_l(int c, _locale_t) { return has(c, kPunct); }
int clib::_isblank_l(int c, _locale_t) { return isblank(c); }
int clib::_isalnum_l(int c, _locale_t) { return has(c, kAlnumMask); }
int clib::_isprint_l(int c, _locale_t) { return has(c, kPrintMask); }
int clib::_isgraph_l(int c, _locale_t) { return has(c, kGraphMask); }
int clib::_iscntrl_l(int c, _locale_t) { return has(c, kControl); }
int clib::_isleadbyte_l(int, _locale_t) { return 0; }
int clib::_isctype_l(int c, int mask, _locale_t) { return has(c, mask); }
int clib::is_ascii(int c) { return static_cast<unsigned>(c) < 0x80; }
int clib::to_ascii(int c) { return c & 0x7F; }
int clib::__iscsym(int c) { return has(c, kAlnumMask) || c == '_'; }
int clib::__iscsymf(int c) { return has(c, kAlphaMask) || c == '_'; }

int clib::tolower(int c) { return between(c, 'A', 'Z') ? c + 0x20 : c; }
int clib::toupper(int c) { return between(c, 'a', 'z') ? c - 0x20 : c; }
int clib::_tolower_l(int c, _locale_t) { return tolower(c); }
int clib::_toupper_l(int c, _locale_t) { return toupper(c); }
int clib::_tolower(int c) { return c + 0x20; }  // for upper-case letters only ("tolower, _tolower")
int clib::_toupper(int c) { return c - 0x20; }

int clib::iswalpha(wint_t c) { return wide_has(c, kAlphaMask); }
int clib::iswupper(wint_t c) { return wide_has(c, kUpper); }
int clib::iswlower(wint_t c) { return wide_has(c, kLower); }
int clib::iswdigit(wint_t c) { return wide_has(c, kDigit); }
int clib::iswxdigit(wint_t c) { return wide_has(c, kHex); }
int clib::iswspace(wint_t c) { return wide_has(c, kSpace); }
int clib::iswpunct(wint_t c) { return wide_has(c, kPunct); }
int clib::iswblank(wint_t c) { return wide_has(c, kBlank); }
int clib::iswalnum(wint_t c) { return wide_has(c, kAlnumMask); }
int clib::iswprint(wint_t c) { return c == '\t' ? 0 : wide_has(c, kPrintMask); }
int clib::iswgraph(wint_t c) { return wide_has(c, kGraphMask); }
int clib::iswcntrl(wint_t c) { return wide_has(c, kControl); }
int clib::iswascii(wint_t c) { return c < 0x80; }
int clib::iswctype(wint_t c, wctype_t mask) { return wide_has(c, mask); }
int clib::is_wctype(wint_t c, wctype_t mask) { return wide_has(c, mask); }
int clib::_iswalpha_l(wint_t c, _locale_t) { return iswalpha(c); }
int clib::_iswupper_l(wint_t c, _locale_t) { return iswupper(c); }
int clib::_iswlower_l(wint_t c, _locale_t) { return iswlower(c); }
int clib::_iswdigit_l(wint_t c, _locale_t) { return iswdigit(c); }
int clib::_iswxdigit_l(wint_t c, _locale_t) { return iswxdigit(c); }
int clib::_iswspace_l(wint_t c, _locale_t) { return iswspace(c); }
int clib::_iswpunct_l(wint_t c, _locale_t) { return iswpunct(c); }
int clib::_iswblank_l(wint_t c, _locale_t) { return iswblank(c); }
int clib::_iswalnum_l(wint_t c, _locale_t) { return iswalnum(c); }
int clib::_iswprint_l(wint_t c, _locale_t) { return iswprint(c); }
int clib::_iswgraph_l(wint_t c, _locale_t) { return iswgraph(c); }
int clib::_iswcntrl_l(wint_t c, _locale_t) { return iswcntrl(c); }
int clib::_iswctype_l(wint_t c, wctype_t mask, _locale_t) { return iswctype(c, mask); }
int clib::__iswcsym(wint_t c) { return iswalnum(c) || c == '_'; }
int clib::__iswcsymf(wint_t c) { return iswalpha(c) || c == '_'; }
int clib::_iswcsym_l(wint_t c, _locale_t) { return __iswcsym(c); }
int clib::_iswcsymf_l(wint_t c, _locale_t) { return __iswcsymf(c); }

clib::wint_t clib::_towlower_l(wint_t c, _locale_t locale) {
    return case_is_ascii(locale) ? text::ascii_lower(c) : lsw::downcase(c);
}
clib::wint_t clib::_towupper_l(wint_t c, _locale_t locale) {
    return case_is_ascii(locale) ? text::ascii_upper(c) : lsw::upcase(c);
}
clib::wint_t clib::towlower(wint_t c) { return c < 0x80 ? text::ascii_lower(c) : _towlower_l(c, nullptr); }
clib::wint_t clib::towupper(wint_t c) { return c < 0x80 ? text::ascii_upper(c) : _towupper_l(c, nullptr); }

clib::wctype_t clib::wctype(const char* name) {
    struct Row {
        std::string_view name;
        wctype_t mask;
    };
    constexpr Row kRows[] = {{"alnum", kAlnumMask}, {"alpha", kAlphaMask}, {"blank", kBlank}, {"cntrl", kControl},
                             {"digit", kDigit},     {"graph", kGraphMask}, {"lower", kLower}, {"print", kPrintMask},
                             {"punct", kPunct},     {"space", kSpace},     {"upper", kUpper}, {"xdigit", kHex}};
    for (const Row& row : kRows)
        if (row.name == name) return row.mask;
    return 0;
}

clib::wctype_t clib::wctrans(const char* name) {
    std::string_view wanted = name;
    return wanted == "tolower" ? 1 : wanted == "toupper" ? 2 : (invalid(), wctype_t{0});
}

clib::wint_t clib::towctrans(wint_t c, wctype_t which) { return which == 1 ? towlower(c) : towupper(c); }

const USHORT* clib::__pctype_func() { return ctype_table(); }
const USHORT* clib::__pwctype_func() { return wide_ctype_table(); }
const USHORT** clib::__p__pctype() {
    static const USHORT* table = ctype_table();
    return &table;
}
