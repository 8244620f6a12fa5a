// See float_text.h. Expectations: "Format specification syntax: printf and wprintf functions",
// "_set_output_format", and the rounding note of "printf, _printf_l, wprintf, _wprintf_l".
#include "dll/crt/format/float_text.h"

#include <cfenv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace lsw::crt {
namespace {

// No double has more digits than this after the point or in front of it; what is asked beyond is
// zeros.
constexpr int kMaxPrecision = 1100;
constexpr int kMaxIntegerDigits = 310;

bool is_upper(char type) { return type >= 'A' && type <= 'Z'; }

uint64_t bits_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

// Number of binary (and so of decimal) digits after the point of the exact value.
int fraction_digits(double magnitude) {
    uint64_t bits = bits_of(magnitude);
    int exponent = static_cast<int>(bits >> 52);
    uint64_t mantissa = bits & ((1ull << 52) - 1);
    if (exponent != 0) mantissa |= 1ull << 52;
    if (mantissa == 0) return 0;
    int scale = (exponent == 0 ? 1 : exponent) - 1075;  // value = mantissa * 2^scale
    return std::max(0, -(scale + __builtin_ctzll(mantissa)));
}

// Decimal exponent that %e would show before rounding to a precision.
int decimal_exponent(double magnitude) {
    char text[40];
    int length = snprintf(text, sizeof text, "%.17e", magnitude);
    int exponent = atoi(strchr(text, 'e') + 1);
    (void)length;
    // 17 digits can round 9.99…9 up to the next power; no double is that close below one but exact.
    return exponent;
}

// Digits after the point at which the last digit shown of `type` stands.
int last_digit_place(double magnitude, char type, int precision) {
    switch (type) {
        case 'f':
        case 'F':
            return precision;
        case 'e':
        case 'E':
            return precision - decimal_exponent(magnitude);
        default:
            return (precision == 0 ? 1 : precision) - 1 - decimal_exponent(magnitude);
    }
}

std::string_view nonfinite_name(double value, bool* is_nan, bool* quiet, bool* indefinite) {
    uint64_t bits = bits_of(value);
    *is_nan = std::isnan(value);
    *quiet = (bits >> 51) & 1;
    *indefinite = bits == 0xFFF8000000000000ull;
    return *is_nan ? "nan" : "inf";
}

}  // namespace

bool is_decimal_tie(double magnitude, int digits_after_point) {
    if (magnitude == 0) return false;
    int fraction = fraction_digits(magnitude);
    if (fraction > 0 || digits_after_point >= 0)
        return fraction == digits_after_point + 1 && fraction > 0;
    char text[kMaxIntegerDigits + 8];
    int length = snprintf(text, sizeof text, "%.0f", magnitude);
    int dropped = -digits_after_point;  // digits before the point that are rounded off
    if (dropped > length) return false;
    const char* rest = text + length - dropped;
    return *rest == '5' && strspn(rest + 1, "0") == static_cast<size_t>(dropped - 1);
}

FloatText::FloatText(double value, char type, int precision, bool alternate, FloatStyle style)
    : negative_(std::signbit(value)), finite_(std::isfinite(value)) {
    if (precision < 0) {
        precision = 6;
        // "Precision specification": 13 digits since the Universal C Runtime, 6 before.
        if (type == 'a' || type == 'A') precision = style.legacy_nonfinite ? 6 : 13;
    }
    if (finite_) {
        digits(std::fabs(value), type, precision, alternate, style);
        return;
    }
    bool is_nan, quiet, indefinite;
    std::string_view name = nonfinite_name(value, &is_nan, &quiet, &indefinite);
    if (style.legacy_nonfinite) {
        name = !is_nan ? "#INF" : indefinite ? "#IND" : quiet ? "#QNAN" : "#SNAN";
        legacy_nonfinite(name, type, precision, alternate);
    } else {
        nonfinite(value, type, style);
    }
}

void FloatText::nonfinite(double value, char type, FloatStyle) {
    bool is_nan, quiet, indefinite;
    nonfinite_name(value, &is_nan, &quiet, &indefinite);
    bool upper = is_upper(type);
    if (!is_nan) {
        head_ = upper ? "INF" : "inf";
    } else if (indefinite) {
        head_ = upper ? "NAN(IND)" : "nan(ind)";
    } else if (!quiet) {
        head_ = upper ? "NAN(SNAN)" : "nan(snan)";
    } else {
        head_ = upper ? "NAN" : "nan";
    }
}

// The old runtimes treat the name as the digits after "1.": it is padded with zeros, cut and even
// rounded to the precision (so that "%.2f" of an infinity is 1.#J).
void FloatText::legacy_nonfinite(std::string_view name, char type, int precision, bool alternate) {
    bool general = type == 'g' || type == 'G';
    size_t wanted = static_cast<size_t>(precision);
    if (general) wanted = precision == 0 ? 0 : wanted - 1;
    size_t kept = std::min(wanted, name.size());
    small_[0] = '1';
    size_t length = 1;
    if (kept > 0 || alternate) small_[length++] = '.';
    memcpy(small_ + length, name.data(), kept);
    length += kept;
    if (kept < name.size() && name[kept] >= '5') ++small_[length - 1];
    if (!general || alternate) zeros_ = wanted - kept;
    finite_ = true;  // padded like a number
    head_ = {small_, length};
    if (type == 'e') tail_ = "e+000";
    if (type == 'E') tail_ = "E+000";
    if (type == 'a') tail_ = "p+0";
    if (type == 'A') tail_ = "P+0";
}

void FloatText::digits(double magnitude, char type, int precision, bool alternate,
                       FloatStyle style) {
    int exact = std::min(precision, kMaxPrecision);
    char format[8] = {'%', '#', '.', '*', type, 0};
    if (!alternate) memmove(format + 1, format + 2, 4);

    char* text = small_;
    size_t capacity = sizeof small_;
    size_t needed = static_cast<size_t>(exact) + 16;
    if (type == 'f' || type == 'F') needed += magnitude < 1e20 ? 24 : kMaxIntegerDigits;
    if (needed > capacity) {
        large_.reset(new char[needed]);
        text = large_.get();
        capacity = needed;
    }
    bool hex = type == 'a' || type == 'A';
    bool away = style.ties_away && !hex && fegetround() == FE_TONEAREST &&
                is_decimal_tie(magnitude, last_digit_place(magnitude, type, exact));
    if (away) fesetround(FE_UPWARD);
    size_t length = static_cast<size_t>(snprintf(text, capacity, format, exact, magnitude));
    if (away) fesetround(FE_TONEAREST);

    bool keeps_zeros = alternate || (type != 'g' && type != 'G');
    if (keeps_zeros) zeros_ = static_cast<size_t>(precision - exact);
    head_ = {text, length};
    size_t exponent_at = head_.find_first_of(hex ? "pP" : "eE", hex ? 2 : 0);
    if (exponent_at == std::string_view::npos) return;
    size_t exponent_digits = length - exponent_at - 2;
    if (!hex && style.three_digit_exponent && exponent_digits == 2 && length + 1 < capacity) {
        memmove(text + exponent_at + 3, text + exponent_at + 2, 2);
        text[exponent_at + 2] = '0';
        ++length;
    }
    head_ = {text, exponent_at};
    tail_ = {text + exponent_at, length - exponent_at};
}

}  // namespace lsw::crt
