// ostream: basic_ostream<char>. Numbers are formatted here, as the facets of the C locale format them; a locale with a numpunct
// of the program's own is not asked.
#include <cmath>
#include <cstdio>
#include <string>

#include "dll/crt/eh/cxx_exception.h"
#include "dll/msvcp140/msvcp140.h"

using namespace msvcp140;

namespace {

const int kOstreamBases[2] = {0, 16};

// What the library's sentry does before: the buffer is locked, a tied stream flushed. An exception that a program's buffer throws
// passes, where Windows would note a bad stream.
bool enter(Ostream* self) {
    Ios* ios = ios_of(self);
    if (ios->buffer) call_virtual<void>(ios->buffer, kLock);
    if (ios->state == 0 && ios->tied && ios->tied != self) msvcp140::ostream_flush(ios->tied);
    return ios->state == 0;
}

Ostream* leave(Ostream* self, int state) {
    Ios* ios = ios_of(self);
    msvcp140::ios_setstate(ios, state, false);
    if (lsw::crt::cxx_thread().throwing == 0) msvcp140::ostream_Osfx(self);
    if (ios->buffer) call_virtual<void>(ios->buffer, kUnlock);
    return self;
}

bool put_fill(Ios* ios, LONGLONG count) {
    while (count-- > 0)
        if (msvcp140::streambuf_sputc(ios->buffer, ios->fill) == kEof) return false;
    return true;
}

bool put_text(Ios* ios, const std::string& text, size_t first, size_t count) {
    auto size = static_cast<LONGLONG>(count);
    return call_virtual<LONGLONG>(ios->buffer, kPutMany, text.data() + first, size) == size;
}

// Padding goes after, before, or between the sign or 0x and the digits.
bool put_padded(Ios* ios, const std::string& text) {
    LONGLONG padding = ios->width - static_cast<LONGLONG>(text.size());
    ios->width = 0;
    size_t prefix = 0;
    if (ios->flags & kLeft) prefix = text.size();
    if (ios->flags & kInternal) {
        prefix = text[0] == '-' || text[0] == '+';
        if (text.size() > prefix + 1 && text[prefix] == '0' && (text[prefix + 1] | 32) == 'x') prefix += 2;
    }
    return put_text(ios, text, 0, prefix) && put_fill(ios, padding) && put_text(ios, text, prefix, text.size() - prefix);
}

Ostream* put_number(Ostream* self, const std::string& text) {
    bool good = enter(self);
    return leave(self, good && !put_padded(ios_of(self), text) ? kBadBit : 0);
}

std::string integer_text(Ios* ios, LONGLONG value, ULONGLONG bits, bool is_signed) {
    char format[12], text[32], *at = format;
    *at++ = '%';
    if (ios->flags & kShowPlus && is_signed) *at++ = '+';
    if (ios->flags & kShowBase) *at++ = '#';
    *at++ = 'l';
    *at++ = 'l';
    int base = ios->flags & (kDec | kOct | kHex);
    bool other = base == kOct || base == kHex;
    *at++ = base == kOct ? 'o' : base == kHex ? (ios->flags & kUpper ? 'X' : 'x') : is_signed ? 'd' : 'u';
    *at = 0;
    int size = other || !is_signed ? snprintf(text, sizeof text, format, bits) : snprintf(text, sizeof text, format, value);
    return {text, static_cast<size_t>(size)};
}

template <class T>
Ostream* put_integer(Ostream* self, T value) {
    using Unsigned = std::make_unsigned_t<T>;
    return put_number(self, integer_text(ios_of(self), static_cast<LONGLONG>(value), static_cast<Unsigned>(value),
                                         std::is_signed_v<T>));
}

std::string real_text(Ios* ios, double value) {
    bool upper = ios->flags & kUpper;
    int style = ios->flags & (kFixed | kScientific);
    if (std::isnan(value)) {
        std::string text = std::signbit(value) ? "-nan(ind)" : "nan";
        if (upper)
            for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
        return ios->flags & kShowPlus && text[0] != '-' ? "+" + text : text;
    }
    char format[12], *at = format;
    *at++ = '%';
    if (ios->flags & kShowPlus) *at++ = '+';
    if (ios->flags & kShowPoint) *at++ = '#';
    bool hex = style == (kFixed | kScientific);
    if (!hex) {
        *at++ = '.';
        *at++ = '*';
    }
    *at++ = hex ? (upper ? 'A' : 'a') : style == kFixed ? (upper ? 'F' : 'f') : style ? (upper ? 'E' : 'e') : (upper ? 'G' : 'g');
    *at = 0;
    int precision = ios->precision < 0 ? 6 : static_cast<int>(ios->precision);
    char text[64];
    auto print = [&](char* to, size_t size) {
        return hex ? snprintf(to, size, format, value) : snprintf(to, size, format, precision, value);
    };
    int size = print(text, sizeof text);
    if (size < static_cast<int>(sizeof text)) return {text, static_cast<size_t>(size)};
    std::string longer(static_cast<size_t>(size) + 1, '\0');
    print(longer.data(), longer.size());
    longer.pop_back();
    return longer;
}

}  // namespace

// `whole`: nobody derives from the object, so it makes the virtual base itself. The number before the base tells how far the
// base was moved from where this class has it.
Ostream* msvcp140::ostream_construct(Ostream* self, Streambuf* buffer, bool standard, int whole) {
    if (whole) {
        self->bases = kOstreamBases;
        ios_construct(ios_of(self));
    }
    Ios* ios = ios_of(self);
    ios->table = kIosTable;
    reinterpret_cast<int*>(ios)[-1] = self->bases[1] - kOstreamBases[1];
    ios_init(ios, buffer, standard);
    return self;
}

void msvcp140::ostream_destroy(Ostream*) {}  // the base is destroyed by who made it

void msvcp140::ostream_Osfx(Ostream* self) {
    Ios* ios = ios_of(self);
    if (ios->flags & kUnitBuf && ios->state == 0 && streambuf_pubsync(ios->buffer) == kEof) ios_setstate(ios, kBadBit, false);
}

bool msvcp140::ostream_opfx(Ostream* self) {
    Ios* ios = ios_of(self);
    if (ios->state == 0 && ios->tied && ios->tied != self) ostream_flush(ios->tied);
    return ios->state == 0;
}

void msvcp140::ostream_osfx(Ostream* self) { ostream_Osfx(self); }

Ostream* msvcp140::ostream_put_short(Ostream* self, short value) { return put_integer(self, value); }
Ostream* msvcp140::ostream_put_ushort(Ostream* self, unsigned short value) { return put_integer(self, value); }
Ostream* msvcp140::ostream_put_int(Ostream* self, int value) { return put_integer(self, value); }
Ostream* msvcp140::ostream_put_uint(Ostream* self, unsigned value) { return put_integer(self, value); }
Ostream* msvcp140::ostream_put_long(Ostream* self, int value) { return put_integer(self, value); }
Ostream* msvcp140::ostream_put_ulong(Ostream* self, unsigned value) { return put_integer(self, value); }
Ostream* msvcp140::ostream_put_int64(Ostream* self, LONGLONG value) { return put_integer(self, value); }
Ostream* msvcp140::ostream_put_uint64(Ostream* self, ULONGLONG value) { return put_integer(self, value); }
Ostream* msvcp140::ostream_put_float(Ostream* self, float value) { return put_number(self, real_text(ios_of(self), value)); }
Ostream* msvcp140::ostream_put_double(Ostream* self, double value) { return put_number(self, real_text(ios_of(self), value)); }
Ostream* msvcp140::ostream_put_long_double(Ostream* self, double value) { return ostream_put_double(self, value); }

Ostream* msvcp140::ostream_put_bool(Ostream* self, bool value) {
    if (ios_of(self)->flags & kBoolAlpha) return put_number(self, value ? "true" : "false");
    return put_integer(self, int{value});
}

Ostream* msvcp140::ostream_put_pointer(Ostream* self, const void* value) {
    char text[17];
    snprintf(text, sizeof text, "%016llX", static_cast<unsigned long long>(reinterpret_cast<uintptr_t>(value)));
    return put_number(self, text);
}

Ostream* msvcp140::ostream_apply(Ostream* self, OstreamChange change) { return change(self); }

Ostream* msvcp140::ostream_apply_base(Ostream* self, IosChange change) {
    change(ios_of(self));
    return self;
}

Ostream* msvcp140::ostream_put(Ostream* self, char byte) {
    bool good = enter(self);
    return leave(self, good && streambuf_sputc(ios_of(self)->buffer, byte) == kEof ? kBadBit : 0);
}

Ostream* msvcp140::ostream_write(Ostream* self, const char* from, LONGLONG count) {
    bool good = enter(self);
    return leave(self, good && streambuf_sputn(ios_of(self)->buffer, from, count) != count ? kBadBit : 0);
}

Ostream* msvcp140::ostream_flush(Ostream* self) {
    Ios* ios = ios_of(self);
    if (!ios->buffer || !enter(self)) return self;
    return leave(self, streambuf_pubsync(ios->buffer) == kEof ? kBadBit : 0);
}

StreamPos* msvcp140::ostream_tellp(Ostream* self, StreamPos* out) {
    Ios* ios = ios_of(self);
    constexpr int kCurrent = 1, kOut = 2;
    if (ios_fail(ios)) return *out = {-1, 0, 0}, out;
    return call_virtual<StreamPos*>(ios->buffer, kSeekOff, out, LONGLONG{0}, int{kCurrent}, int{kOut});
}
