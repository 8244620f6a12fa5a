// winnls.h: normalisation, and text found by a language's rules. Doc: "NormalizeString function (winnls.h)", "FindNLSStringEx
// function (winnls.h)".
#include "base/text.h"
#include "core/nls/ctype.h"
#include "core/nls/normalize.h"
#include "dll/kernel32/nls.h"
#include "dll/kernel32/text_answer.h"

using namespace lsw;

namespace {

constexpr DWORD kStartsWith = 0x100000, kEndsWith = 0x200000, kFromStart = 0x400000, kFromEnd = 0x800000,
                kPlaces = kStartsWith | kEndsWith | kFromStart | kFromEnd;

std::optional<nls::Form> form_of(int number) {
    switch (number) {
        case 1: return nls::Form{true, false};
        case 2: return nls::Form{false, false};
        case 5: return nls::Form{true, true};
        case 6: return nls::Form{false, true};
        default: return std::nullopt;
    }
}

std::u16string_view view(LPCWSTR text, int length) { return {text, length < 0 ? length16(text) : static_cast<size_t>(length)}; }

// Something that may begin a match, as far as one unit tells: what has no weight may stand before the first letter.
bool may_begin(char16_t unit, char16_t first) {
    auto plain = [](char16_t c) { return upcase(nls::base_letter(c)); };
    bool letters = (nls::ctype(unit) & nls::kAlpha) && (nls::ctype(first) & nls::kAlpha) && unit < 0x300 && first < 0x300;
    return !letters || plain(unit) == plain(first);
}

// The lengths that a match may have, that of the value first: the one may have marks that the other has not.
template <class Try>
bool with_lengths(size_t size, size_t room, Try&& matches) {
    constexpr size_t kSlack = 8;
    for (size_t slack = 0; slack <= kSlack; ++slack) {
        if (size + slack <= room && matches(size + slack)) return true;
        if (slack && slack < size && size - slack <= room && matches(size - slack)) return true;
    }
    return false;
}

// The length of a match that begins at `at`; -1: there is none.
int match_at(std::u16string_view source, size_t at, std::u16string_view value, DWORD flags) {
    int found = -1;
    with_lengths(value.size(), source.size() - at, [&](size_t length) {
        if (nls::compare_linguistic(source.substr(at, length), value, flags) != 0) return false;
        return found = static_cast<int>(length), true;
    });
    return found;
}

int match_before_end(std::u16string_view source, std::u16string_view value, DWORD flags, int* found) {
    int at = -1;
    with_lengths(value.size(), source.size(), [&](size_t length) {
        if (nls::compare_linguistic(source.substr(source.size() - length), value, flags) != 0) return false;
        *found = static_cast<int>(length);
        return at = static_cast<int>(source.size() - length), true;
    });
    return at;
}

int search(std::u16string_view source, std::u16string_view value, DWORD place, DWORD flags, int* found) {
    if (place == kEndsWith) return match_before_end(source, value, flags, found);
    size_t places = place == kStartsWith ? 1 : source.size() + 1;
    for (size_t i = 0; i < places; ++i) {
        size_t at = place == kFromEnd ? places - 1 - i : i;
        if (!value.empty() && at < source.size() && !may_begin(source[at], value[0])) continue;
        int length = match_at(source, at, value, flags);
        if (length < 0) continue;
        *found = length;
        return static_cast<int>(at);
    }
    return -1;
}

}  // namespace

int kernel32::NormalizeString(int NormForm, LPCWSTR lpSrcString, int cwSrcLength, LPWSTR lpDstString, int cwDstLength) {
    auto form = form_of(NormForm);
    if (!form || !lpSrcString || cwSrcLength < -1 || cwDstLength < 0) return fail_with(ERROR_INVALID_PARAMETER);
    size_t bad = 0;
    bool terminated = cwSrcLength == -1;
    auto text = nls::normalize(view(lpSrcString, cwSrcLength), *form, &bad);
    if (!text) return set_last_error(ERROR_NO_UNICODE_TRANSLATION), -static_cast<int>(bad);
    if (terminated) text->push_back(0);
    int size = static_cast<int>(text->size());
    if (cwDstLength == 0) return size;
    if (cwDstLength < size) return set_last_error(ERROR_INSUFFICIENT_BUFFER), -size;
    std::copy(text->begin(), text->end(), lpDstString);
    set_last_error(NO_ERROR);
    return size;
}

BOOL kernel32::IsNormalizedString(int NormForm, LPCWSTR lpString, int cwLength) {
    auto form = form_of(NormForm);
    if (!form || !lpString || cwLength < -1) return fail_with(ERROR_INVALID_PARAMETER);
    std::u16string_view given = view(lpString, cwLength);
    auto text = nls::normalize(given, *form);
    if (!text) return fail_with(ERROR_NO_UNICODE_TRANSLATION);
    set_last_error(NO_ERROR);
    return *text == given;
}

int kernel32::FindNLSStringEx(LPCWSTR, DWORD dwFindNLSStringFlags, LPCWSTR lpStringSource, int cchSource,
                              LPCWSTR lpStringValue, int cchValue, int* pcchFound, LPNLSVERSIONINFO, LPVOID lpReserved, LPARAM) {
    DWORD place = dwFindNLSStringFlags & kPlaces, flags = dwFindNLSStringFlags & ~kPlaces;
    if (!lpStringSource || !lpStringValue || cchSource < -1 || cchValue < -1 || lpReserved)
        return set_last_error(ERROR_INVALID_PARAMETER), -1;
    if (place & (place - 1)) return set_last_error(ERROR_INVALID_FLAGS), -1;
    int length = 0;
    int at = search(view(lpStringSource, cchSource), view(lpStringValue, cchValue), place ? place : kFromStart, flags, &length);
    set_last_error(NO_ERROR);
    if (at >= 0 && pcchFound) *pcchFound = length;
    return at;
}

int kernel32::FindNLSString(LCID, DWORD dwFindNLSStringFlags, LPCWSTR lpStringSource, int cchSource, LPCWSTR lpStringValue,
                            int cchValue, int* pcchFound) {
    return FindNLSStringEx(nullptr, dwFindNLSStringFlags, lpStringSource, cchSource, lpStringValue, cchValue, pcchFound,
                           nullptr, nullptr, 0);
}
