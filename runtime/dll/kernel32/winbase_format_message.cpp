// winbase.h: FormatMessage: system texts, message tables of modules, and texts of the caller with
// inserts. Doc: "FormatMessageW function (winbase.h)", "Message text files" (escapes %n, %0, %%).
#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <string>

#include "base/text.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"
#include "loader/pe/resources.h"

using namespace lsw;

namespace {

constexpr DWORD kAllocate = 0x100, kIgnoreInserts = 0x200, kFromString = 0x400, kFromModule = 0x800,
                kFromSystem = 0x1000, kArgumentArray = 0x2000, kMaxWidth = 0xFF;

struct SystemMessage {
    DWORD code;
    const char* text;
};

constexpr SystemMessage kMessages[] = {
#define MESSAGE(code, text) {code, text},
#include "dll/kernel32/messages.inc"
#undef MESSAGE
};

// The arguments, one 64-bit slot each: a Windows va_list is a pointer to slots, as is an argument
// array.
class Arguments {
public:
    Arguments(ULONG_PTR* slots, bool bytes) : slots_(slots), bytes_(bytes) {}
    bool has() const { return slots_ != nullptr; }
    // Insert %n with printf format `spec` ("s", "08x", "-20S", "*d"). Stars take the slots after n,
    // as documented.
    std::u16string text(unsigned number, std::string spec) const;

private:
    ULONG_PTR* slots_;
    bool bytes_;  // FormatMessageA: plain %s is a byte string
};

std::u16string pad(std::u16string text, std::string_view spec) {
    bool left = false;
    size_t at = 0, width = 0;
    while (at < spec.size() && (spec[at] == '-' || spec[at] == '0' || spec[at] == '+' ||
                                spec[at] == ' ' || spec[at] == '#'))
        left = left || spec[at++] == '-';
    while (at < spec.size() && spec[at] >= '0' && spec[at] <= '9')
        width = width * 10 + static_cast<size_t>(spec[at++] - '0');
    if (at < spec.size() && spec[at] == '.') {
        size_t precision = 0;
        for (++at; at < spec.size() && spec[at] >= '0' && spec[at] <= '9'; ++at)
            precision = precision * 10 + static_cast<size_t>(spec[at] - '0');
        text.resize(std::min(text.size(), precision));
    }
    width = std::min<size_t>(width, 0x10000);
    if (text.size() < width) text.insert(left ? text.size() : 0, width - text.size(), u' ');
    return text;
}

std::u16string Arguments::text(unsigned number, std::string spec) const {
    unsigned slot = number - 1;
    for (size_t star; (star = spec.find('*')) != std::string::npos;)
        spec.replace(star, 1, std::to_string(static_cast<int>(slots_[slot++])));
    ULONG_PTR value = slots_[slot];
    if (spec.empty()) spec = "s";
    char kind = spec.back();
    spec.pop_back();
    std::string flags = spec;
    std::string size;
    while (!flags.empty() && strchr("hlwIL346", flags.back()) &&
           (flags.back() > '9' || flags.find('I') != std::string::npos)) {
        size.insert(size.begin(), flags.back());
        flags.pop_back();
    }
    if (kind == 's' || kind == 'S') {
        bool wide = bytes_ == (kind == 'S');
        if (size == "l" || size == "w") wide = true;
        if (size == "h") wide = false;
        if (!value) return pad(u"(null)", flags);
        return pad(wide ? std::u16string(reinterpret_cast<const char16_t*>(value))
                        : utf16_from_utf8(reinterpret_cast<const char*>(value)),
                   flags);
    }
    if (kind == 'c' || kind == 'C')
        return pad(std::u16string(1, static_cast<char16_t>(value)), flags);
    if (!strchr("diouxXp", kind)) return {};
    std::string format = "%" + flags;
    char out[128];
    bool is_long =
        size.find("64") != std::string::npos || size == "ll" || size == "I" || kind == 'p';
    if (kind == 'p') format = "%016", kind = 'X';
    format += is_long ? std::string("l") + kind : std::string(1, kind);
    if (is_long)
        snprintf(out, sizeof out, format.c_str(), static_cast<unsigned long>(value));
    else
        snprintf(out, sizeof out, format.c_str(), static_cast<unsigned>(value));
    return utf16_from_utf8(out);
}

// Texts become lines: what the width mask asks for, escapes and inserts in one pass.
class Formatter {
public:
    Formatter(DWORD flags, const Arguments& arguments) : flags_(flags), arguments_(arguments) {}

    bool run(std::u16string_view text) {
        for (size_t at = 0; at < text.size();) {
            char16_t unit = text[at++];
            if (unit == u'%') {
                if (!escape(text, at)) return valid_;
                continue;
            }
            if (unit == u'\r' && at < text.size() && text[at] == u'\n') continue;
            if (unit == u'\n') {
                line_end();
                continue;
            }
            out_ += unit;
        }
        return valid_;
    }
    std::u16string take() { return std::move(out_); }

private:
    // A break in the text is a break in the output, unless the caller fits lines to a width of its
    // own.
    void line_end() { out_ += flags_ & kMaxWidth ? u" " : u"\r\n"; }

    // False ends the text (%0, or a malformed insert).
    bool escape(std::u16string_view text, size_t& at) {
        if (at >= text.size()) return valid_ = false;
        char16_t unit = text[at];
        if (unit >= u'1' && unit <= u'9') return insert(text, at);
        if (flags_ & kIgnoreInserts) {
            out_ += u'%';
            return true;
        }
        ++at;
        switch (unit) {
            case u'0':
                return false;
            case u'n':
                out_ += u"\r\n";
                break;
            case u'r':
                out_ += u'\r';
                break;
            case u't':
                out_ += u'\t';
                break;
            case u'b':
                out_ += u' ';
                break;
            default:
                out_ += unit;  // %%, %space, %. and %!
        }
        return true;
    }

    bool insert(std::u16string_view text, size_t& at) {
        size_t start = at;
        unsigned number = 0;
        for (int digits = 0; digits < 2 && at < text.size() && text[at] >= u'0' && text[at] <= u'9';
             ++digits)
            number = number * 10 + static_cast<unsigned>(text[at++] - u'0');
        std::string spec;
        if (at < text.size() && text[at] == u'!') {
            size_t end = text.find(u'!', at + 1);
            if (end == std::u16string_view::npos) return valid_ = false;
            spec = utf8_from_utf16(text.substr(at + 1, end - at - 1));
            at = end + 1;
        }
        if (flags_ & kIgnoreInserts) {
            out_ += u'%';
            out_ += text.substr(start, at - start);
            return true;
        }
        if (!arguments_.has()) return valid_ = false;
        out_ += arguments_.text(number, spec);
        return true;
    }

    DWORD flags_;
    const Arguments& arguments_;
    std::u16string out_;
    bool valid_ = true;
};

bool system_text(DWORD code, std::u16string& text) {
    auto found =
        std::lower_bound(std::begin(kMessages), std::end(kMessages), code,
                         [](const SystemMessage& row, DWORD value) { return row.code < value; });
    if (found == std::end(kMessages) || found->code != code) {
        // An HRESULT of a Win32 code has that code's text.
        return (code & 0xFFFF0000) == 0x80070000 && system_text(code & 0xFFFF, text);
    }
    text = utf16_from_utf8(found->text) + u"\r\n";
    return true;
}

struct MessageBlock {
    DWORD low, high, offset;
};

// RT_MESSAGETABLE: blocks of ranges, each leading to a run of entries ("MESSAGE_RESOURCE_DATA
// structure").
bool module_text(HMODULE handle, DWORD code, std::u16string& text) {
    Module* module = runtime().modules.from_handle(handle);
    if (!module) return false;
    const pe::ImageView& view = module->image.view;
    auto found =
        pe::find_resource(view, pe::ResourceId::of(uint16_t{11}), pe::ResourceId::of(uint16_t{1}));
    if (!found.ok() || found.data.size < 4) return false;
    auto* data = reinterpret_cast<const BYTE*>(module->base() + found.data.rva);
    DWORD size = found.data.size;
    DWORD blocks = *reinterpret_cast<const DWORD*>(data);
    for (DWORD i = 0; i < blocks && 4 + (i + 1) * sizeof(MessageBlock) <= size; ++i) {
        auto* block = reinterpret_cast<const MessageBlock*>(data + 4) + i;
        if (code < block->low || code > block->high) continue;
        DWORD at = block->offset;
        for (DWORD number = block->low; at + 4 <= size; ++number) {
            WORD length = *reinterpret_cast<const WORD*>(data + at),
                 flags = *reinterpret_cast<const WORD*>(data + at + 2);
            if (length < 4 || at + length > size) return false;
            if (number == code) {
                auto* start = reinterpret_cast<const char*>(data + at + 4);
                size_t bytes = length - 4u;
                text = flags & 1
                           ? std::u16string(reinterpret_cast<const char16_t*>(start), bytes / 2)
                           : utf16_from_utf8({start, bytes});
                text.resize(std::char_traits<char16_t>::length(text.c_str()));
                return true;
            }
            at += length;
        }
    }
    return false;
}

// The finished text, or false with the last error set.
bool format(DWORD flags, LPCVOID source, bool bytes, DWORD code, ULONG_PTR* list,
            std::u16string& out) {
    std::u16string text;
    if (flags & kFromString) {
        if (!source) return set_last_error(ERROR_INVALID_PARAMETER), false;
        text = bytes ? utf16_from_utf8(static_cast<const char*>(source))
                     : static_cast<const char16_t*>(source);
    } else if (flags & (kFromModule | kFromSystem)) {
        bool found = flags & kFromModule && module_text(const_cast<LPVOID>(source), code, text);
        if (!found && flags & kFromSystem) found = system_text(code, text);
        if (!found) return set_last_error(ERROR_MR_MID_NOT_FOUND), false;
    } else {
        return set_last_error(ERROR_INVALID_PARAMETER), false;
    }
    // A va_list of Windows is itself the pointer to the slots; `Arguments` points to that variable.
    ULONG_PTR* slots =
        list && !(flags & kArgumentArray) ? *reinterpret_cast<ULONG_PTR**>(list) : list;
    Arguments arguments(slots, bytes);
    Formatter formatter(flags, arguments);
    if (!formatter.run(text)) return set_last_error(ERROR_INVALID_PARAMETER), false;
    out = formatter.take();
    return true;
}

template <class Char>
DWORD deliver(DWORD flags, const std::basic_string<Char>& text, Char* buffer, DWORD room) {
    size_t bytes = (text.size() + 1) * sizeof(Char);
    if (flags & kAllocate) {
        bytes = std::max(bytes, room * sizeof(Char));
        auto* block = static_cast<Char*>(kernel32::LocalAlloc(0, bytes));
        if (!block) return set_last_error(ERROR_NOT_ENOUGH_MEMORY), 0;
        memcpy(block, text.c_str(), (text.size() + 1) * sizeof(Char));
        *reinterpret_cast<Char**>(buffer) = block;
    } else {
        if (room <= text.size()) return set_last_error(ERROR_INSUFFICIENT_BUFFER), 0;
        memcpy(buffer, text.c_str(), bytes);
    }
    return static_cast<DWORD>(text.size());
}

}  // namespace

DWORD kernel32::FormatMessageW(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId, DWORD,
                               LPWSTR lpBuffer, DWORD nSize, ULONG_PTR* Arguments) {
    if (!lpBuffer) return set_last_error(ERROR_INVALID_PARAMETER), 0;
    if (dwFlags & kAllocate) *reinterpret_cast<LPWSTR*>(lpBuffer) = nullptr;
    std::u16string text;
    if (!format(dwFlags, lpSource, false, dwMessageId, Arguments, text)) return 0;
    return deliver(dwFlags, text, lpBuffer, nSize);
}

DWORD kernel32::FormatMessageA(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId, DWORD,
                               LPSTR lpBuffer, DWORD nSize, ULONG_PTR* Arguments) {
    if (!lpBuffer) return set_last_error(ERROR_INVALID_PARAMETER), 0;
    if (dwFlags & kAllocate) *reinterpret_cast<LPSTR*>(lpBuffer) = nullptr;
    std::u16string text;
    if (!format(dwFlags, lpSource, true, dwMessageId, Arguments, text)) return 0;
    return deliver(dwFlags, utf8_from_utf16(text), lpBuffer, nSize);
}
