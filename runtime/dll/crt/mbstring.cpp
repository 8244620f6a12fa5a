// mbstring.h. The code page is UTF-8, which has no lead bytes in the sense of these functions: as on a Windows whose ANSI
// code page is 65001, every byte is a character of its own, and they are string.h's functions for unsigned char.
// Doc: "_setmbcp", "Interpretation of multibyte-character sequences".
#include "abi/exception.h"
#include "dll/crt/process.h"
#include "dll/msvcrt/msvcrt.h"

using namespace lsw::crt;

namespace {

const char* text_of(const UCHAR* s) { return reinterpret_cast<const char*>(s); }
char* text_of(UCHAR* s) { return reinterpret_cast<char*>(s); }
UCHAR* bytes_of(char* s) { return reinterpret_cast<UCHAR*>(s); }

}  // namespace

UCHAR* clib::_mbscat(UCHAR* to, const UCHAR* from) { return bytes_of(strcat(text_of(to), text_of(from))); }

UCHAR* clib::_mbscpy(UCHAR* to, const UCHAR* from) { return bytes_of(strcpy(text_of(to), text_of(from))); }

UCHAR* clib::_mbsdup(const UCHAR* s) { return bytes_of(_strdup(text_of(s))); }

UCHAR* clib::_mbschr(const UCHAR* s, unsigned c) { return bytes_of(strchr(text_of(s), static_cast<int>(c))); }

UCHAR* clib::_mbschr_l(const UCHAR* s, unsigned c, _locale_t) { return _mbschr(s, c); }

UCHAR* clib::_mbsrchr(const UCHAR* s, unsigned c) { return bytes_of(strrchr(text_of(s), static_cast<int>(c))); }

UCHAR* clib::_mbsrchr_l(const UCHAR* s, unsigned c, _locale_t) { return _mbsrchr(s, c); }

UCHAR* clib::_mbspbrk(const UCHAR* s, const UCHAR* wanted) { return bytes_of(strpbrk(text_of(s), text_of(wanted))); }

UCHAR* clib::_mbspbrk_l(const UCHAR* s, const UCHAR* wanted, _locale_t) { return _mbspbrk(s, wanted); }

UCHAR* clib::_mbsstr(const UCHAR* s, const UCHAR* wanted) { return bytes_of(strstr(text_of(s), text_of(wanted))); }

UCHAR* clib::_mbsstr_l(const UCHAR* s, const UCHAR* wanted, _locale_t) { return _mbsstr(s, wanted); }

size_t clib::_mbsspn(const UCHAR* s, const UCHAR* units) { return strspn(text_of(s), text_of(units)); }

size_t clib::_mbsspn_l(const UCHAR* s, const UCHAR* units, _locale_t) { return _mbsspn(s, units); }

size_t clib::_mbscspn(const UCHAR* s, const UCHAR* units) { return strcspn(text_of(s), text_of(units)); }

size_t clib::_mbscspn_l(const UCHAR* s, const UCHAR* units, _locale_t) { return _mbscspn(s, units); }

UCHAR* clib::_mbsspnp(const UCHAR* s, const UCHAR* units) {
    const UCHAR* end = s + _mbsspn(s, units);
    return *end ? const_cast<UCHAR*>(end) : nullptr;
}

UCHAR* clib::_mbsspnp_l(const UCHAR* s, const UCHAR* units, _locale_t) { return _mbsspnp(s, units); }

UCHAR* clib::_mbstok(UCHAR* s, const UCHAR* delimiters) { return bytes_of(strtok(text_of(s), text_of(delimiters))); }

UCHAR* clib::_mbstok_l(UCHAR* s, const UCHAR* delimiters, _locale_t) { return _mbstok(s, delimiters); }

UCHAR* clib::_mbstok_s(UCHAR* s, const UCHAR* delimiters, UCHAR** context) {
    return bytes_of(strtok_s(text_of(s), text_of(delimiters), reinterpret_cast<char**>(context)));
}

UCHAR* clib::_mbstok_s_l(UCHAR* s, const UCHAR* delimiters, UCHAR** context, _locale_t) {
    return _mbstok_s(s, delimiters, context);
}

int clib::_mbscmp(const UCHAR* a, const UCHAR* b) { return strcmp(text_of(a), text_of(b)); }

int clib::_mbscmp_l(const UCHAR* a, const UCHAR* b, _locale_t) { return _mbscmp(a, b); }

int clib::_mbsicmp(const UCHAR* a, const UCHAR* b) { return _stricmp(text_of(a), text_of(b)); }

int clib::_mbsicmp_l(const UCHAR* a, const UCHAR* b, _locale_t) { return _mbsicmp(a, b); }

int clib::_mbscoll(const UCHAR* a, const UCHAR* b) { return strcoll(text_of(a), text_of(b)); }

int clib::_mbscoll_l(const UCHAR* a, const UCHAR* b, _locale_t) { return _mbscoll(a, b); }

int clib::_mbsicoll(const UCHAR* a, const UCHAR* b) { return _stricoll(text_of(a), text_of(b)); }

int clib::_mbsicoll_l(const UCHAR* a, const UCHAR* b, _locale_t) { return _mbsicoll(a, b); }

int clib::_mbsncmp(const UCHAR* a, const UCHAR* b, size_t count) { return strncmp(text_of(a), text_of(b), count); }

int clib::_mbsncmp_l(const UCHAR* a, const UCHAR* b, size_t count, _locale_t) { return _mbsncmp(a, b, count); }

int clib::_mbsnicmp(const UCHAR* a, const UCHAR* b, size_t count) { return _strnicmp(text_of(a), text_of(b), count); }

int clib::_mbsnicmp_l(const UCHAR* a, const UCHAR* b, size_t count, _locale_t) { return _mbsnicmp(a, b, count); }

int clib::_mbsncoll(const UCHAR* a, const UCHAR* b, size_t count) { return _strncoll(text_of(a), text_of(b), count); }

int clib::_mbsncoll_l(const UCHAR* a, const UCHAR* b, size_t count, _locale_t) { return _mbsncoll(a, b, count); }

int clib::_mbsnicoll(const UCHAR* a, const UCHAR* b, size_t count) {
    return _strnicoll(text_of(a), text_of(b), count);
}

int clib::_mbsnicoll_l(const UCHAR* a, const UCHAR* b, size_t count, _locale_t) { return _mbsnicoll(a, b, count); }

UCHAR* clib::_mbsncat(UCHAR* to, const UCHAR* from, size_t count) {
    return bytes_of(strncat(text_of(to), text_of(from), count));
}

UCHAR* clib::_mbsncat_l(UCHAR* to, const UCHAR* from, size_t count, _locale_t) { return _mbsncat(to, from, count); }

UCHAR* clib::_mbsncpy(UCHAR* to, const UCHAR* from, size_t count) {
    return bytes_of(strncpy(text_of(to), text_of(from), count));
}

UCHAR* clib::_mbsncpy_l(UCHAR* to, const UCHAR* from, size_t count, _locale_t) { return _mbsncpy(to, from, count); }

UCHAR* clib::_mbsnset(UCHAR* s, unsigned c, size_t count) {
    return bytes_of(_strnset(text_of(s), static_cast<int>(c), count));
}

UCHAR* clib::_mbsnset_l(UCHAR* s, unsigned c, size_t count, _locale_t) { return _mbsnset(s, c, count); }

errno_t clib::_mbsncat_s(UCHAR* to, size_t size, const UCHAR* from, size_t count) {
    return strncat_s(text_of(to), size, text_of(from), count);
}

errno_t clib::_mbsncat_s_l(UCHAR* to, size_t size, const UCHAR* from, size_t count, _locale_t) {
    return _mbsncat_s(to, size, from, count);
}

errno_t clib::_mbsncpy_s(UCHAR* to, size_t size, const UCHAR* from, size_t count) {
    return strncpy_s(text_of(to), size, text_of(from), count);
}

errno_t clib::_mbsncpy_s_l(UCHAR* to, size_t size, const UCHAR* from, size_t count, _locale_t) {
    return _mbsncpy_s(to, size, from, count);
}

errno_t clib::_mbsnset_s(UCHAR* s, size_t size, unsigned c, size_t count) {
    return _strnset_s(text_of(s), size, static_cast<int>(c), count);
}

errno_t clib::_mbsnset_s_l(UCHAR* s, size_t size, unsigned c, size_t count, _locale_t) {
    return _mbsnset_s(s, size, c, count);
}

int clib::_mbsnbcmp(const UCHAR* a, const UCHAR* b, size_t count) { return strncmp(text_of(a), text_of(b), count); }

int clib::_mbsnbcmp_l(const UCHAR* a, const UCHAR* b, size_t count, _locale_t) { return _mbsnbcmp(a, b, count); }

int clib::_mbsnbicmp(const UCHAR* a, const UCHAR* b, size_t count) {
    return _strnicmp(text_of(a), text_of(b), count);
}

int clib::_mbsnbicmp_l(const UCHAR* a, const UCHAR* b, size_t count, _locale_t) { return _mbsnbicmp(a, b, count); }

int clib::_mbsnbcoll(const UCHAR* a, const UCHAR* b, size_t count) {
    return _strncoll(text_of(a), text_of(b), count);
}

int clib::_mbsnbcoll_l(const UCHAR* a, const UCHAR* b, size_t count, _locale_t) { return _mbsnbcoll(a, b, count); }

int clib::_mbsnbicoll(const UCHAR* a, const UCHAR* b, size_t count) {
    return _strnicoll(text_of(a), text_of(b), count);
}

int clib::_mbsnbicoll_l(const UCHAR* a, const UCHAR* b, size_t count, _locale_t) { return _mbsnbicoll(a, b, count); }

UCHAR* clib::_mbsnbcat(UCHAR* to, const UCHAR* from, size_t count) {
    return bytes_of(strncat(text_of(to), text_of(from), count));
}

UCHAR* clib::_mbsnbcat_l(UCHAR* to, const UCHAR* from, size_t count, _locale_t) { return _mbsnbcat(to, from, count); }

UCHAR* clib::_mbsnbcpy(UCHAR* to, const UCHAR* from, size_t count) {
    return bytes_of(strncpy(text_of(to), text_of(from), count));
}

UCHAR* clib::_mbsnbcpy_l(UCHAR* to, const UCHAR* from, size_t count, _locale_t) { return _mbsnbcpy(to, from, count); }

UCHAR* clib::_mbsnbset(UCHAR* s, unsigned c, size_t count) {
    return bytes_of(_strnset(text_of(s), static_cast<int>(c), count));
}

UCHAR* clib::_mbsnbset_l(UCHAR* s, unsigned c, size_t count, _locale_t) { return _mbsnbset(s, c, count); }

errno_t clib::_mbsnbcat_s(UCHAR* to, size_t size, const UCHAR* from, size_t count) {
    return strncat_s(text_of(to), size, text_of(from), count);
}

errno_t clib::_mbsnbcat_s_l(UCHAR* to, size_t size, const UCHAR* from, size_t count, _locale_t) {
    return _mbsnbcat_s(to, size, from, count);
}

errno_t clib::_mbsnbcpy_s(UCHAR* to, size_t size, const UCHAR* from, size_t count) {
    return strncpy_s(text_of(to), size, text_of(from), count);
}

errno_t clib::_mbsnbcpy_s_l(UCHAR* to, size_t size, const UCHAR* from, size_t count, _locale_t) {
    return _mbsnbcpy_s(to, size, from, count);
}

errno_t clib::_mbsnbset_s(UCHAR* s, size_t size, unsigned c, size_t count) {
    return _strnset_s(text_of(s), size, static_cast<int>(c), count);
}

errno_t clib::_mbsnbset_s_l(UCHAR* s, size_t size, unsigned c, size_t count, _locale_t) {
    return _mbsnbset_s(s, size, c, count);
}

errno_t clib::_mbscat_s(UCHAR* to, size_t size, const UCHAR* from) {
    return strcat_s(text_of(to), size, text_of(from));
}

errno_t clib::_mbscat_s_l(UCHAR* to, size_t size, const UCHAR* from, _locale_t) { return _mbscat_s(to, size, from); }

errno_t clib::_mbscpy_s(UCHAR* to, size_t size, const UCHAR* from) {
    return strcpy_s(text_of(to), size, text_of(from));
}

errno_t clib::_mbscpy_s_l(UCHAR* to, size_t size, const UCHAR* from, _locale_t) { return _mbscpy_s(to, size, from); }

UCHAR* clib::_mbsset(UCHAR* s, unsigned c) { return bytes_of(_strset(text_of(s), static_cast<int>(c))); }

UCHAR* clib::_mbsset_l(UCHAR* s, unsigned c, _locale_t) { return _mbsset(s, c); }

errno_t clib::_mbsset_s(UCHAR* s, size_t size, unsigned c) {
    return _strset_s(text_of(s), size, static_cast<int>(c));
}

errno_t clib::_mbsset_s_l(UCHAR* s, size_t size, unsigned c, _locale_t) { return _mbsset_s(s, size, c); }

UCHAR* clib::_mbsrev(UCHAR* s) { return bytes_of(_strrev(text_of(s))); }

UCHAR* clib::_mbsrev_l(UCHAR* s, _locale_t) { return _mbsrev(s); }

UCHAR* clib::_mbslwr(UCHAR* s) { return bytes_of(_strlwr(text_of(s))); }

UCHAR* clib::_mbslwr_l(UCHAR* s, _locale_t) { return _mbslwr(s); }

UCHAR* clib::_mbsupr(UCHAR* s) { return bytes_of(_strupr(text_of(s))); }

UCHAR* clib::_mbsupr_l(UCHAR* s, _locale_t) { return _mbsupr(s); }

errno_t clib::_mbslwr_s(UCHAR* s, size_t size) { return _strlwr_s(text_of(s), size); }

errno_t clib::_mbslwr_s_l(UCHAR* s, size_t size, _locale_t) { return _mbslwr_s(s, size); }

errno_t clib::_mbsupr_s(UCHAR* s, size_t size) { return _strupr_s(text_of(s), size); }

errno_t clib::_mbsupr_s_l(UCHAR* s, size_t size, _locale_t) { return _mbsupr_s(s, size); }

size_t clib::_mbslen(const UCHAR* s) { return strlen(text_of(s)); }

size_t clib::_mbslen_l(const UCHAR* s, _locale_t) { return _mbslen(s); }

size_t clib::_mbsnlen(const UCHAR* s, size_t limit) { return strnlen(text_of(s), limit); }

size_t clib::_mbsnlen_l(const UCHAR* s, size_t limit, _locale_t) { return _mbsnlen(s, limit); }

size_t clib::_mbsnbcnt(const UCHAR* s, size_t count) { return strnlen(text_of(s), count); }

size_t clib::_mbsnbcnt_l(const UCHAR* s, size_t count, _locale_t) { return _mbsnbcnt(s, count); }

size_t clib::_mbsnccnt(const UCHAR* s, size_t count) { return strnlen(text_of(s), count); }

size_t clib::_mbsnccnt_l(const UCHAR* s, size_t count, _locale_t) { return _mbsnccnt(s, count); }

size_t clib::_mbclen(const UCHAR*) { return 1; }

size_t clib::_mbclen_l(const UCHAR*, _locale_t) { return 1; }

UCHAR* clib::_mbsinc(const UCHAR* s) { return const_cast<UCHAR*>(s + 1); }

UCHAR* clib::_mbsinc_l(const UCHAR* s, _locale_t) { return _mbsinc(s); }

UCHAR* clib::_mbsninc(const UCHAR* s, size_t count) {
    return s ? const_cast<UCHAR*>(s + strnlen(text_of(s), count)) : nullptr;
}

UCHAR* clib::_mbsninc_l(const UCHAR* s, size_t count, _locale_t) { return _mbsninc(s, count); }

UCHAR* clib::_mbsdec(const UCHAR* start, const UCHAR* at) {
    return start < at ? const_cast<UCHAR*>(at - 1) : nullptr;
}

UCHAR* clib::_mbsdec_l(const UCHAR* start, const UCHAR* at, _locale_t) { return _mbsdec(start, at); }

unsigned clib::_mbsnextc(const UCHAR* s) { return s ? *s : 0; }

unsigned clib::_mbsnextc_l(const UCHAR* s, _locale_t) { return _mbsnextc(s); }

void clib::_mbccpy(UCHAR* to, const UCHAR* from) { *to = *from; }

void clib::_mbccpy_l(UCHAR* to, const UCHAR* from, _locale_t) { *to = *from; }

errno_t clib::_mbccpy_s(UCHAR* to, size_t size, int* copied, const UCHAR* from) {
    if (copied) *copied = 0;
    if (!to || size == 0 || !from) return invalid();
    *to = *from;
    if (copied) *copied = 1;
    return 0;
}

errno_t clib::_mbccpy_s_l(UCHAR* to, size_t size, int* copied, const UCHAR* from, _locale_t) {
    return _mbccpy_s(to, size, copied, from);
}

int clib::_ismbcalnum(unsigned c) { return isalnum(static_cast<int>(c)); }

int clib::_ismbcalnum_l(unsigned c, _locale_t) { return _ismbcalnum(c); }

int clib::_ismbcalpha(unsigned c) { return isalpha(static_cast<int>(c)); }

int clib::_ismbcalpha_l(unsigned c, _locale_t) { return _ismbcalpha(c); }

int clib::_ismbcdigit(unsigned c) { return isdigit(static_cast<int>(c)); }

int clib::_ismbcdigit_l(unsigned c, _locale_t) { return _ismbcdigit(c); }

int clib::_ismbcgraph(unsigned c) { return isgraph(static_cast<int>(c)); }

int clib::_ismbcgraph_l(unsigned c, _locale_t) { return _ismbcgraph(c); }

int clib::_ismbclower(unsigned c) { return islower(static_cast<int>(c)); }

int clib::_ismbclower_l(unsigned c, _locale_t) { return _ismbclower(c); }

int clib::_ismbcprint(unsigned c) { return isprint(static_cast<int>(c)); }

int clib::_ismbcprint_l(unsigned c, _locale_t) { return _ismbcprint(c); }

int clib::_ismbcpunct(unsigned c) { return ispunct(static_cast<int>(c)); }

int clib::_ismbcpunct_l(unsigned c, _locale_t) { return _ismbcpunct(c); }

int clib::_ismbcspace(unsigned c) { return isspace(static_cast<int>(c)); }

int clib::_ismbcspace_l(unsigned c, _locale_t) { return _ismbcspace(c); }

int clib::_ismbcupper(unsigned c) { return isupper(static_cast<int>(c)); }

int clib::_ismbcupper_l(unsigned c, _locale_t) { return _ismbcupper(c); }

int clib::_ismbcblank(unsigned c) { return isblank(static_cast<int>(c)); }

int clib::_ismbcblank_l(unsigned c, _locale_t) { return _ismbcblank(c); }

int clib::_ismbbalnum(unsigned c) { return isalnum(static_cast<int>(c)); }

int clib::_ismbbalnum_l(unsigned c, _locale_t) { return _ismbbalnum(c); }

int clib::_ismbbalpha(unsigned c) { return isalpha(static_cast<int>(c)); }

int clib::_ismbbalpha_l(unsigned c, _locale_t) { return _ismbbalpha(c); }

int clib::_ismbbgraph(unsigned c) { return isgraph(static_cast<int>(c)); }

int clib::_ismbbgraph_l(unsigned c, _locale_t) { return _ismbbgraph(c); }

int clib::_ismbbprint(unsigned c) { return isprint(static_cast<int>(c)); }

int clib::_ismbbprint_l(unsigned c, _locale_t) { return _ismbbprint(c); }

int clib::_ismbbpunct(unsigned c) { return ispunct(static_cast<int>(c)); }

int clib::_ismbbpunct_l(unsigned c, _locale_t) { return _ismbbpunct(c); }

int clib::_ismbbblank(unsigned c) { return isblank(static_cast<int>(c)); }

int clib::_ismbbblank_l(unsigned c, _locale_t) { return _ismbbblank(c); }

int clib::_ismbbkalnum(unsigned) { return 0; }

int clib::_ismbbkalnum_l(unsigned, _locale_t) { return 0; }

int clib::_ismbbkprint(unsigned) { return 0; }

int clib::_ismbbkprint_l(unsigned, _locale_t) { return 0; }

int clib::_ismbbkpunct(unsigned) { return 0; }

int clib::_ismbbkpunct_l(unsigned, _locale_t) { return 0; }

int clib::_ismbbkana(unsigned) { return 0; }

int clib::_ismbbkana_l(unsigned, _locale_t) { return 0; }

int clib::_ismbblead(unsigned) { return 0; }

int clib::_ismbblead_l(unsigned, _locale_t) { return 0; }

int clib::_ismbbtrail(unsigned) { return 0; }

int clib::_ismbbtrail_l(unsigned, _locale_t) { return 0; }

int clib::_ismbchira(unsigned) { return 0; }

int clib::_ismbchira_l(unsigned, _locale_t) { return 0; }

int clib::_ismbckata(unsigned) { return 0; }

int clib::_ismbckata_l(unsigned, _locale_t) { return 0; }

int clib::_ismbcsymbol(unsigned) { return 0; }

int clib::_ismbcsymbol_l(unsigned, _locale_t) { return 0; }

int clib::_ismbcl0(unsigned) { return 0; }

int clib::_ismbcl0_l(unsigned, _locale_t) { return 0; }

int clib::_ismbcl1(unsigned) { return 0; }

int clib::_ismbcl1_l(unsigned, _locale_t) { return 0; }

int clib::_ismbcl2(unsigned) { return 0; }

int clib::_ismbcl2_l(unsigned, _locale_t) { return 0; }

int clib::_ismbclegal(unsigned c) { return c <= 0xFF; }

int clib::_ismbclegal_l(unsigned c, _locale_t) { return _ismbclegal(c); }

int clib::_ismbslead(const UCHAR*, const UCHAR*) { return 0; }

int clib::_ismbslead_l(const UCHAR*, const UCHAR*, _locale_t) { return 0; }

int clib::_ismbstrail(const UCHAR*, const UCHAR*) { return 0; }

int clib::_ismbstrail_l(const UCHAR*, const UCHAR*, _locale_t) { return 0; }

int clib::_mbbtype(UCHAR c, int) { return isprint(c) || c >= 0x80 ? 0 : -1; }

int clib::_mbbtype_l(UCHAR c, int type, _locale_t) { return _mbbtype(c, type); }

int clib::_mbsbtype(const UCHAR* s, size_t at) { return strnlen(text_of(s), at + 1) > at ? _mbbtype(s[at], 0) : -1; }

int clib::_mbsbtype_l(const UCHAR* s, size_t at, _locale_t) { return _mbsbtype(s, at); }

unsigned clib::_mbctolower(unsigned c) { return static_cast<unsigned>(tolower(static_cast<int>(c))); }

unsigned clib::_mbctolower_l(unsigned c, _locale_t) { return _mbctolower(c); }

unsigned clib::_mbctoupper(unsigned c) { return static_cast<unsigned>(toupper(static_cast<int>(c))); }

unsigned clib::_mbctoupper_l(unsigned c, _locale_t) { return _mbctoupper(c); }

unsigned clib::_mbbtombc(unsigned c) { return c; }

unsigned clib::_mbbtombc_l(unsigned c, _locale_t) { return _mbbtombc(c); }

unsigned clib::_mbctombb(unsigned c) { return c; }

unsigned clib::_mbctombb_l(unsigned c, _locale_t) { return _mbctombb(c); }

unsigned clib::_mbctohira(unsigned c) { return c; }

unsigned clib::_mbctohira_l(unsigned c, _locale_t) { return _mbctohira(c); }

unsigned clib::_mbctokata(unsigned c) { return c; }

unsigned clib::_mbctokata_l(unsigned c, _locale_t) { return _mbctokata(c); }

unsigned clib::_mbcjistojms(unsigned c) { return c; }

unsigned clib::_mbcjistojms_l(unsigned c, _locale_t) { return _mbcjistojms(c); }

unsigned clib::_mbcjmstojis(unsigned c) { return c; }

unsigned clib::_mbcjmstojis_l(unsigned c, _locale_t) { return _mbcjmstojis(c); }
