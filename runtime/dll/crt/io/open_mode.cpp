// The mode text of fopen. Doc: "fopen, _wfopen".
#include "base/text.h"
#include "dll/crt/io/stream.h"

namespace lsw::crt {
namespace {

// The letters after r, w or a. False for one that is unknown or contradicts another.
bool add_letter(char16_t letter, OpenMode& mode, bool& plus, Flavour flavour) {
    switch (letter) {
        case '+':
            if (plus) return false;
            plus = true;
            mode.open_flags = (mode.open_flags & ~3) | _O_RDWR;
            mode.stream_flags = (mode.stream_flags & ~(_IOREAD | _IOWRT)) | _IORW;
            return true;
        case 't':
            if (mode.open_flags & (_O_TEXT | _O_BINARY)) return false;
            mode.open_flags |= _O_TEXT;
            return true;
        case 'b':
            if (mode.open_flags & (_O_TEXT | _O_BINARY)) return false;
            mode.open_flags |= _O_BINARY;
            return true;
        case 'c':
            mode.stream_flags |= _IOCOMMIT;
            return true;
        case 'n':
            mode.stream_flags &= ~_IOCOMMIT;
            return true;
        case 'S':
            mode.open_flags |= _O_SEQUENTIAL;
            return true;
        case 'R':
            mode.open_flags |= _O_RANDOM;
            return true;
        case 'T':
            mode.open_flags |= _O_SHORT_LIVED;
            return true;
        case 'D':
            mode.open_flags |= _O_TEMPORARY;
            return true;
        case 'N':
            mode.open_flags |= _O_NOINHERIT;
            return true;
        case 'x':
            if (flavour == Flavour::msvcrt || (mode.open_flags & _O_TRUNC) == 0) return false;
            mode.open_flags |= _O_EXCL;
            return true;
        case ' ':
            return true;
        default:
            return false;
    }
}

// ", ccs=UTF-8" and the like; `at` stands at the comma.
bool add_encoding(const char16_t* at, OpenMode& mode) {
    ++at;
    while (*at == ' ') ++at;
    std::u16string_view rest = at;
    if (!rest.starts_with(u"ccs")) return false;
    at += 3;
    while (*at == ' ') ++at;
    if (*at++ != '=') return false;
    while (*at == ' ') ++at;
    rest = at;
    while (!rest.empty() && rest.back() == ' ') rest.remove_suffix(1);
    if (equal_ignore_case(rest, u"UTF-8"))
        mode.open_flags |= _O_U8TEXT;
    else if (equal_ignore_case(rest, u"UTF-16LE"))
        mode.open_flags |= _O_U16TEXT;
    else if (equal_ignore_case(rest, u"UNICODE"))
        mode.open_flags |= _O_WTEXT;
    else
        return false;
    return true;
}

}  // namespace

OpenMode parse_mode(const char16_t* text, Flavour flavour) {
    OpenMode mode;
    while (*text == ' ') ++text;
    switch (*text++) {
        case 'r':
            mode = {_O_RDONLY, _IOREAD};
            break;
        case 'w':
            mode = {_O_WRONLY | _O_CREAT | _O_TRUNC, _IOWRT};
            break;
        case 'a':
            mode = {_O_WRONLY | _O_CREAT | _O_APPEND, _IOWRT};
            break;
        default:
            return {};
    }
    bool plus = false;
    for (; *text != 0 && *text != ','; ++text) {
        if (!add_letter(*text, mode, plus, flavour)) return {};
    }
    if (*text == ',' && !add_encoding(text, mode)) return {};
    mode.valid = true;
    return mode;
}

}  // namespace lsw::crt
