#include "dll/crt/locale.h"

#include <algorithm>
#include <climits>
#include <cstring>
#include <mutex>
#include <optional>
#include <string>

#include "abi/exception.h"
#include "base/live_mark.h"
#include "base/text.h"
#include "base/touch.h"
#include "dll/crt/process.h"
#include "dll/msvcrt/msvcrt.h"

using namespace lsw;
using namespace lsw::crt;

namespace {

// What _create_locale gives; programs may hand _free_locale anything.
struct OwnedLocale {
    static constexpr uint32_t kKind = 8;
    clib::__crt_locale_pointers pointers;
    LiveMark mark{kKind};
};

char g_empty[] = "", g_dot[] = ".", g_comma[] = ",", g_group[] = "\3", g_dollar[] = "$", g_usd[] = "USD", g_minus[] = "-";
WCHAR g_wide_empty[] = u"", g_wide_dot[] = u".", g_wide_comma[] = u",", g_wide_dollar[] = u"$", g_wide_usd[] = u"USD",
      g_wide_minus[] = u"-";

// "localeconv": the values of "C", and those of English (United States) per category.
void fill_conventions(LocaleInfo& info) {
    clib::lconv& c = info.conventions;
    bool english = !info.categories[kLcNumeric].is_c;
    c.decimal_point = g_dot;
    c._W_decimal_point = g_wide_dot;
    c.thousands_sep = english ? g_comma : g_empty;
    c._W_thousands_sep = english ? g_wide_comma : g_wide_empty;
    c.grouping = english ? g_group : g_empty;
    english = !info.categories[kLcMonetary].is_c;
    c.int_curr_symbol = english ? g_usd : g_empty;
    c._W_int_curr_symbol = english ? g_wide_usd : g_wide_empty;
    c.currency_symbol = english ? g_dollar : g_empty;
    c._W_currency_symbol = english ? g_wide_dollar : g_wide_empty;
    c.mon_decimal_point = english ? g_dot : g_empty;
    c._W_mon_decimal_point = english ? g_wide_dot : g_wide_empty;
    c.mon_thousands_sep = english ? g_comma : g_empty;
    c._W_mon_thousands_sep = english ? g_wide_comma : g_wide_empty;
    c.mon_grouping = english ? g_group : g_empty;
    c.positive_sign = g_empty;
    c._W_positive_sign = g_wide_empty;
    c.negative_sign = english ? g_minus : g_empty;
    c._W_negative_sign = english ? g_wide_minus : g_wide_empty;
    c.int_frac_digits = c.frac_digits = english ? 2 : CHAR_MAX;
    c.p_cs_precedes = c.n_cs_precedes = english ? 1 : CHAR_MAX;
    c.p_sep_by_space = c.n_sep_by_space = english ? 0 : CHAR_MAX;
    c.p_sign_posn = english ? 3 : CHAR_MAX;
    c.n_sign_posn = english ? 0 : CHAR_MAX;
}

void set_category(LocaleInfo& info, int category, std::string_view name) {
    LocaleInfo::Category& entry = info.categories[category];
    entry.is_c = name == "C";
    size_t size = std::min<size_t>(name.size(), sizeof entry.name - 1);
    memcpy(entry.name, name.data(), size);
    entry.name[size] = 0;
    for (size_t i = 0; i <= size; ++i) entry.wide_name[i] = static_cast<unsigned char>(entry.name[i]);
}

void finish(LocaleInfo& info) {
    bool utf8 = !info.categories[kLcCtype].is_c;
    info.ctype = ctype_table();
    // ucrt speaks of 4 bytes; msvcrt, which never had UTF-8 as a locale, is asked by programs that expect the same.
    info.mb_cur_max = utf8 ? 4 : 1;
    info.code_page = utf8 ? kUtf8CodePage : 0;
    fill_conventions(info);
}

// A name in the spelling that setlocale gives back; nothing when we have no such locale.
std::optional<std::string> canonical_name(std::string_view wanted) {
    constexpr std::string_view kDefault = "English_United States.utf8";
    if (wanted == "C") return std::string(wanted);
    if (wanted.empty()) return std::string(kDefault);
    size_t dot = wanted.find('.');
    std::string_view language = wanted.substr(0, dot);
    std::string_view code_page = dot == std::string_view::npos ? "utf8" : wanted.substr(dot + 1);
    auto is = [](std::string_view a, std::string_view b) { return equal_ignore_case(a, b); };
    if (!is(code_page, "utf8") && !is(code_page, "utf-8") && code_page != "65001" && !is(code_page, "ACP") &&
        !is(code_page, "OCP"))
        return {};
    if (language.empty()) return std::string(kDefault);
    for (std::string_view english : {"English", "English_United States", "English_US", "english-us", "american",
                                     "american english", "american-english", "us", "enu", "English_USA"})
        if (is(language, english)) return std::string(kDefault);
    // BCP 47 names come back as they were given.
    if (is(language, "en") || is(language, "en-US") || is(language, "en_US")) return std::string(wanted);
    return {};
}

struct Locales {
    std::mutex lock;
    LocaleInfo global;
    clib::__crt_locale_pointers global_pointers{&global, nullptr};

    Locales() {
        for (int category = kLcCollate; category <= kLcTime; ++category) set_category(global, category, "C");
        finish(global);
    }
};

Locales& locales() {
    static Locales& all = *new Locales;
    return all;
}

// A thread that called _configthreadlocale(_ENABLE_PER_THREAD_LOCALE) has a locale of its own.
struct ThreadLocale {
    LocaleInfo* own = nullptr;
    clib::__crt_locale_pointers pointers{};
    std::string answer;
    std::u16string wide_answer;
    ~ThreadLocale() { delete own; }
};
thread_local ThreadLocale t_locale;

LocaleInfo& mutable_locale() { return t_locale.own ? *t_locale.own : locales().global; }

constexpr const char* kCategoryNames[] = {"LC_ALL", "LC_COLLATE", "LC_CTYPE", "LC_MONETARY", "LC_NUMERIC", "LC_TIME"};

std::string name_of(const LocaleInfo& info, int category) {
    if (category != kLcAll) return info.categories[category].name;
    bool same = true;
    for (int i = kLcCtype; i <= kLcTime; ++i)
        same = same && strcmp(info.categories[i].name, info.categories[kLcCollate].name) == 0;
    if (same) return info.categories[kLcCollate].name;
    std::string text;
    for (int i = kLcCollate; i <= kLcTime; ++i)
        text += (i > kLcCollate ? ";" : "") + std::string(kCategoryNames[i]) + "=" + info.categories[i].name;
    return text;
}

// "LC_COLLATE=C;LC_CTYPE=…": what an earlier call gave.
bool apply_list(LocaleInfo& info, std::string_view list) {
    while (!list.empty()) {
        std::string_view item = list.substr(0, list.find(';'));
        list.remove_prefix(std::min<size_t>(item.size() + 1, list.size()));
        size_t equals = item.find('=');
        if (equals == std::string_view::npos) return false;
        auto name = canonical_name(item.substr(equals + 1));
        if (!name) return false;
        for (int i = kLcCollate; i <= kLcTime; ++i)
            if (item.substr(0, equals) == kCategoryNames[i]) set_category(info, i, *name);
    }
    return true;
}

bool apply(LocaleInfo& info, int category, std::string_view wanted) {
    if (category == kLcAll && wanted.starts_with("LC_")) {
        if (!apply_list(info, wanted)) return false;
    } else {
        auto name = canonical_name(wanted);
        if (!name) return false;
        int first = category == kLcAll ? kLcCollate : category, last = category == kLcAll ? kLcTime : category;
        for (int i = first; i <= last; ++i) set_category(info, i, *name);
    }
    finish(info);
    return true;
}

}  // namespace

const LocaleInfo& lsw::crt::current_locale(clib::_locale_t locale) {
    return locale ? *static_cast<LocaleInfo*>(locale->locinfo) : mutable_locale();
}

bool lsw::crt::case_is_ascii(clib::_locale_t locale) { return current_locale(locale).categories[kLcCtype].is_c; }

char* clib::setlocale(int category, const char* name) {
    if (category < kLcAll || category > kLcTime) return invalid(), nullptr;
    if (name) touch_text(name);
    auto guard = std::lock_guard(locales().lock);
    LocaleInfo& info = mutable_locale();
    if (name) {
        LocaleInfo changed = info;
        if (!apply(changed, category, name)) return nullptr;
        info = changed;
        *__p___mb_cur_max() = info.mb_cur_max;
    }
    t_locale.answer = name_of(info, category);
    return t_locale.answer.data();
}

WCHAR* clib::_wsetlocale(int category, const WCHAR* name) {
    std::string narrow = name ? utf8_from_utf16(name) : "";
    const char* answer = setlocale(category, name ? narrow.c_str() : nullptr);
    if (!answer) return nullptr;
    t_locale.wide_answer = utf16_from_utf8(answer);
    return t_locale.wide_answer.data();
}

clib::lconv* clib::localeconv() { return &mutable_locale().conventions; }

int clib::_configthreadlocale(int type) {
    constexpr int kEnable = 1, kDisable = 2;
    int old = t_locale.own ? kEnable : kDisable;
    if (type == kEnable && !t_locale.own)
        t_locale.own = new LocaleInfo(locales().global);
    else if (type == kDisable) {
        delete t_locale.own;
        t_locale.own = nullptr;
    } else if (type != 0 && type != kEnable && type != -1) {
        return invalid(), -1;
    }
    return old;
}

clib::_locale_t clib::_create_locale(int category, const char* name) {
    if (!name || category < kLcAll || category > kLcTime) return nullptr;
    auto* info = new LocaleInfo;
    for (int i = kLcCollate; i <= kLcTime; ++i) set_category(*info, i, "C");
    if (!apply(*info, category, name)) {
        delete info;
        return nullptr;
    }
    return &(new OwnedLocale{{info, nullptr}})->pointers;
}

clib::_locale_t clib::_wcreate_locale(int category, const WCHAR* name) {
    return name ? _create_locale(category, utf8_from_utf16(name).c_str()) : nullptr;
}

void clib::_free_locale(_locale_t locale) {
    if (!locale) return;
    auto* owned = reinterpret_cast<OwnedLocale*>(locale);
    if (!owned->mark.is(OwnedLocale::kKind)) return;
    delete static_cast<LocaleInfo*>(owned->pointers.locinfo);
    delete owned;
}

clib::_locale_t clib::_get_current_locale() {
    return &(new OwnedLocale{{new LocaleInfo(mutable_locale()), nullptr}})->pointers;
}

int clib::__lconv_init() { return 0; }

void clib::__initialize_lconv_for_unsigned_char() {}

unsigned clib::___lc_codepage_func() { return current_locale().code_page; }

unsigned clib::___lc_collate_cp_func() { return current_locale().categories[kLcCollate].is_c ? 0 : kUtf8CodePage; }

int clib::___mb_cur_max_func() { return current_locale().mb_cur_max; }

int clib::___mb_cur_max_l_func(_locale_t locale) { return current_locale(locale).mb_cur_max; }

int* clib::__p___mb_cur_max() {
    static int own = 1;
    return msvcrt::__mb_cur_max_ptr ? msvcrt::__mb_cur_max_ptr : &own;
}

WCHAR** clib::___lc_locale_name_func() {
    thread_local WCHAR* names[6];
    static WCHAR english[] = u"en-US";
    for (int i = kLcCollate; i <= kLcTime; ++i) names[i] = current_locale().categories[i].is_c ? nullptr : english;
    return names;
}

LCID* clib::___lc_handle_func() {
    constexpr LCID kEnglish = 0x0409;
    thread_local LCID handles[6];
    for (int i = kLcCollate; i <= kLcTime; ++i) handles[i] = current_locale().categories[i].is_c ? 0 : kEnglish;
    return handles;
}

int clib::___setlc_active_func() { return 0; }

int* clib::___unguarded_readlc_active_add_func() {
    static int readers = 0;
    return &readers;
}

void clib::_lock_locales() { _lock(19); }

void clib::_unlock_locales() { _unlock(19); }

int clib::_getmbcp() { return 0; }  // UTF-8 has no lead bytes of a double-byte code page

int clib::_setmbcp(int code_page) {
    constexpr int kSbcs = 0, kLast = -4;  // _MB_CP_SBCS to _MB_CP_UTF8's
    return (code_page <= kSbcs && code_page >= kLast) || code_page == static_cast<int>(kUtf8CodePage)
               ? 0
               : (invalid(), -1);
}
