// Wide characters of streams. In ANSI text mode the file holds multibyte characters (UTF-8 here);
// in binary mode and in the Unicode text modes it is UTF-16 that goes through the buffer. Doc:
// "fgetwc, getwc", "fputwc, putwc", "Unicode Stream I/O in Text and Binary Modes".
#include <cstring>

#include "dll/crt/format/multibyte.h"
#include "dll/crt/io/stream.h"

namespace lsw::crt {

int Streams::get_wide(CrtIob* stream) {
    StreamExtra& more = extra(stream);
    if (more.pending_unit != 0) {
        char16_t unit = more.pending_unit;
        more.pending_unit = 0;
        return unit;
    }
    int first = get(stream);
    if (first == kEnd) return kWideEnd;
    if (is_binary(stream) || is_unicode_text(stream)) {
        int second = get(stream);
        return second == kEnd ? kWideEnd : first | second << 8;
    }
    char bytes[4] = {static_cast<char>(first)};
    size_t wanted = utf8_length(static_cast<unsigned char>(first));
    size_t have = 1;
    while (have < wanted) {
        int next = get(stream);
        if (next == kEnd) break;
        if ((next & 0xC0) != 0x80) {
            unget(next, stream);
            break;
        }
        bytes[have++] = static_cast<char>(next);
    }
    char16_t pair[2];
    size_t used;
    if (decode_utf8(bytes, have, pair, &used) == 2) more.pending_unit = pair[1];
    return pair[0];
}

int Streams::put_wide(char16_t unit, CrtIob* stream) {
    if (is_binary(stream) || is_unicode_text(stream)) {
        return write(&unit, sizeof unit, stream) == sizeof unit ? unit : kWideEnd;
    }
    StreamExtra& more = extra(stream);
    char bytes[8];
    size_t size = 0, used;
    if (more.pending_unit != 0) {
        size = encode_utf8(more.pending_unit, unit, bytes, &used);
        more.pending_unit = 0;
        if (used == 2 || unit == 0) return write(bytes, size, stream) == size ? unit : kWideEnd;
    }
    if (is_high_surrogate(unit)) {
        more.pending_unit = unit;
    } else {
        size += encode_utf8(unit, 0, bytes + size, &used);
    }
    return write(bytes, size, stream) == size ? unit : kWideEnd;
}

bool Streams::put_wide_text(const char16_t* text, size_t count, CrtIob* stream) {
    if (is_binary(stream) || is_unicode_text(stream)) {
        return write(text, count * sizeof *text, stream) == count * sizeof *text;
    }
    char chunk[512];
    size_t size = 0;
    for (size_t i = 0; i < count;) {
        bool split =
            extra(stream).pending_unit != 0 || (is_high_surrogate(text[i]) && i + 1 == count);
        if (split) {
            if (write(chunk, size, stream) != size || put_wide(text[i], stream) == kWideEnd)
                return false;
            size = 0;
            ++i;
            continue;
        }
        size_t used;
        size += encode_utf8(text[i], i + 1 < count ? text[i + 1] : 0, chunk + size, &used);
        i += used;
        if (size + 4 > sizeof chunk) {
            if (write(chunk, size, stream) != size) return false;
            size = 0;
        }
    }
    return write(chunk, size, stream) == size;
}

int Streams::unget_wide(int unit, CrtIob* stream) {
    if (unit == kWideEnd) return kWideEnd;
    if (is_binary(stream) || is_unicode_text(stream)) {
        if (unget(unit >> 8, stream) == kEnd || unget(unit & 0xFF, stream) == kEnd) return kWideEnd;
        return unit;
    }
    StreamExtra& more = extra(stream);
    if (unit >= 0x80) {
        // Kept as the next unit: pushing bytes back could need more room than one character is
        // promised.
        if (more.pending_unit != 0) return kWideEnd;
        more.pending_unit = static_cast<char16_t>(unit);
        stream->_flag &= ~_IOEOF;
        return unit;
    }
    return unget(unit, stream) == kEnd ? kWideEnd : unit;
}

}  // namespace lsw::crt
