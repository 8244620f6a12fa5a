#include "core/nls/code_page.h"

#include <algorithm>
#include <cstdint>

namespace lsw::nls {
namespace {

struct SingleByteTable {
    UINT number;
    uint16_t upper[128];
};

constexpr SingleByteTable kTables[] = {
#define CODE_PAGE(number, ...) {number, {__VA_ARGS__}},
#include "core/nls/code_pages.inc"
#undef CODE_PAGE
};

const SingleByteTable* table_of(UINT page) {
    for (const SingleByteTable& table : kTables)
        if (table.number == page) return &table;
    return nullptr;
}

// Writes while there is room, counts always.
template <class Unit>
class Sink {
public:
    Sink(Unit* out, size_t room) : out_(out), room_(room) {}
    void put(Unit unit) {
        if (count_ < room_) out_[count_] = unit;
        ++count_;
    }
    void finish(Conversion& result) const {
        result.units = count_;
        result.fits = room_ == 0 || count_ <= room_;
    }

private:
    Unit* out_;
    size_t room_, count_ = 0;
};

void put_point(Sink<char16_t>& sink, char32_t point) {
    if (point >= 0x10000) {
        sink.put(static_cast<char16_t>(0xD7C0 + (point >> 10)));
        sink.put(static_cast<char16_t>(0xDC00 + (point & 0x3FF)));
    } else {
        sink.put(static_cast<char16_t>(point));
    }
}

// One code point; `length` bytes were taken. 0xFFFFFFFF for an ill-formed maximal subpart
// (The Unicode Standard, table 3-7 and "U+FFFD Substitution of Maximal Subparts").
char32_t decode_utf8(const unsigned char* at, size_t left, size_t& length) {
    constexpr char32_t kInvalid = 0xFFFFFFFF;
    unsigned char lead = at[0];
    length = 1;
    size_t follow;
    unsigned char low = 0x80, high = 0xBF;
    char32_t point;
    if (lead >= 0xC2 && lead <= 0xDF) {
        follow = 1, point = lead & 0x1Fu;
    } else if ((lead & 0xF0) == 0xE0) {
        follow = 2, point = lead & 0x0Fu;
        if (lead == 0xE0) low = 0xA0;
        if (lead == 0xED) high = 0x9F;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        follow = 3, point = lead & 0x07u;
        if (lead == 0xF0) low = 0x90;
        if (lead == 0xF4) high = 0x8F;
    } else {
        return kInvalid;
    }
    for (size_t i = 1; i <= follow; ++i) {
        if (i >= left || at[i] < low || at[i] > high) return kInvalid;
        point = (point << 6) | (at[i] & 0x3Fu);
        ++length;
        low = 0x80, high = 0xBF;
    }
    return point;
}

Conversion widen_utf8(std::string_view bytes, char16_t* out, size_t room) {
    Conversion result;
    Sink<char16_t> sink(out, room);
    auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
    auto* end = at + bytes.size();
    while (at < end) {
        if (*at < 0x80) {
            sink.put(*at++);
            continue;
        }
        size_t length;
        char32_t point = decode_utf8(at, static_cast<size_t>(end - at), length);
        at += length;
        if (point == 0xFFFFFFFF) {
            result.invalid = true;
            point = 0xFFFD;
        }
        put_point(sink, point);
    }
    sink.finish(result);
    return result;
}

Conversion narrow_utf8(std::u16string_view text, char* out, size_t room) {
    Conversion result;
    Sink<char> sink(out, room);
    auto put = [&](char32_t byte) { sink.put(static_cast<char>(byte)); };
    for (size_t at = 0; at < text.size(); ++at) {
        char32_t point = text[at];
        if (point < 0x80) {
            put(point);
            continue;
        }
        if ((point & 0xF800) == 0xD800) {
            if (point < 0xDC00 && at + 1 < text.size() && (text[at + 1] & 0xFC00) == 0xDC00) {
                point = 0x10000 + ((point - 0xD800) << 10) + (text[++at] - 0xDC00u);
            } else {
                point = 0xFFFD;
                result.invalid = true;
            }
        }
        if (point < 0x800) {
            put(0xC0 | (point >> 6));
        } else {
            if (point < 0x10000) {
                put(0xE0 | (point >> 12));
            } else {
                put(0xF0 | (point >> 18));
                put(0x80 | ((point >> 12) & 0x3F));
            }
            put(0x80 | ((point >> 6) & 0x3F));
        }
        put(0x80 | (point & 0x3F));
    }
    sink.finish(result);
    return result;
}

}  // namespace

UINT resolve_code_page(UINT page) { return page <= 3 ? kUtf8 : page; }

bool is_known(UINT page) {
    return page == kUtf8 || page == kUsAscii || page == kLatin1 || table_of(page) != nullptr;
}

Conversion widen(UINT page, std::string_view bytes, char16_t* out, size_t room) {
    if (page == kUtf8) return widen_utf8(bytes, out, room);
    const SingleByteTable* table = table_of(page);
    Conversion result;
    Sink<char16_t> sink(out, room);
    for (char c : bytes) {
        auto byte = static_cast<unsigned char>(c);
        if (page == kUsAscii && byte >= 0x80) {
            result.invalid = true;
            byte &= 0x7F;  // as Windows does
        }
        sink.put(byte < 0x80 || !table ? byte : static_cast<char16_t>(table->upper[byte - 0x80]));
    }
    sink.finish(result);
    return result;
}

Conversion narrow(UINT page, std::u16string_view text, char* out, size_t room,
                  std::string_view replacement) {
    if (page == kUtf8) return narrow_utf8(text, out, room);
    const SingleByteTable* table = table_of(page);
    Conversion result;
    Sink<char> sink(out, room);
    for (size_t at = 0; at < text.size(); ++at) {
        char16_t unit = text[at];
        if (unit < 0x80 || (page == kLatin1 && unit < 0x100)) {
            sink.put(static_cast<char>(unit));
            continue;
        }
        if (table) {
            const uint16_t* found = std::find(table->upper, table->upper + 128, unit);
            if (found != table->upper + 128) {
                sink.put(static_cast<char>(0x80 + (found - table->upper)));
                continue;
            }
        }
        result.invalid = true;
        for (char c : replacement) sink.put(c);
        bool pair =
            (unit & 0xFC00) == 0xD800 && at + 1 < text.size() && (text[at + 1] & 0xFC00) == 0xDC00;
        if (pair) {  // each half is replaced on its own, as single-byte pages of Windows do
            for (char c : replacement) sink.put(c);
            ++at;
        }
    }
    sink.finish(result);
    return result;
}

}  // namespace lsw::nls
