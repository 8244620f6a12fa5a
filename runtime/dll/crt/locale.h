// The locales of the C runtimes: "C", and English with UTF-8 under whatever name a program asks for.
// The code page of narrow text in a locale is 0 (bytes are characters) in "C" and 65001 in the other.
// Doc: "setlocale, _wsetlocale", "UTF-8 support", "_configthreadlocale".
#pragma once

#include "abi/crt.h"

namespace lsw::crt {

inline constexpr unsigned kUtf8CodePage = 65001;

// Behind _locale_t. The first three fields are public: ctype.h's inline functions read them.
struct LocaleInfo {
    const USHORT* ctype;
    int mb_cur_max;
    unsigned code_page;
    struct Category {
        char name[64];
        WCHAR wide_name[64];
        bool is_c;
    } categories[6];  // by LC_*; LC_ALL's is unused
    clib::lconv conventions;
};

enum Category { kLcAll, kLcCollate, kLcCtype, kLcMonetary, kLcNumeric, kLcTime };

// The thread's locale, or the one given.
const LocaleInfo& current_locale(clib::_locale_t locale = nullptr);

// Whether wide characters change case by ASCII rules only.
bool case_is_ascii(clib::_locale_t locale = nullptr);

// The tables behind isalpha and iswalpha, at index 0; index -1 is EOF's.
const USHORT* ctype_table();
const USHORT* wide_ctype_table();

}  // namespace lsw::crt
