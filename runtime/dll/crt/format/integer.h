// Text to integers and back (strtol, _itoa and their families). LONG has 32 bits on Windows.
// Doc: "strtol, wcstol, …", "strtoul, …", "_itoa, _itow functions". Nothing here touches errno.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace lsw::crt {

template <class C>
bool is_space(C unit) {
    if (unit == ' ' || (unit >= '\t' && unit <= '\r')) return true;
    if constexpr (sizeof(C) == 2)
        return unit == 0xA0 || unit == 0x3000 || (unit >= 0x2000 && unit <= 0x200A);
    return false;
}

// Value of a digit of any base up to 36; 255 for what is none.
template <class C>
unsigned digit_value(C unit) {
    if (unit >= '0' && unit <= '9') return static_cast<unsigned>(unit - '0');
    if (unit >= 'a' && unit <= 'z') return static_cast<unsigned>(unit - 'a' + 10);
    if (unit >= 'A' && unit <= 'Z') return static_cast<unsigned>(unit - 'A' + 10);
    if constexpr (sizeof(C) == 2) {
        if (unit >= 0xFF10 && unit <= 0xFF19)
            return static_cast<unsigned>(unit - 0xFF10);  // full width
    }
    return 255;
}

template <class I, class C>
struct ParsedInteger {
    I value = 0;
    const C* end = nullptr;
    int error = 0;                   // ERANGE or EINVAL
    bool invalid_parameter = false;  // the base (or a null text)
};

template <class I, class C>
ParsedInteger<I, C> parse_integer(const C* text, int base) {
    if (text == nullptr || base < 0 || base == 1 || base > 36) return {0, text, EINVAL, true};
    const C* at = text;
    while (is_space(*at)) ++at;
    bool negative = *at == '-';
    if (*at == '-' || *at == '+') ++at;
    bool hex_prefix = at[0] == '0' && (at[1] == 'x' || at[1] == 'X') && digit_value(at[2]) < 16;
    if ((base == 0 || base == 16) && hex_prefix) {
        at += 2;
        base = 16;
    } else if (base == 0) {
        base = *at == '0' ? 8 : 10;
    }
    uint64_t value = 0;
    bool overflow = false;
    const C* first = at;
    for (unsigned digit; (digit = digit_value(*at)) < static_cast<unsigned>(base); ++at) {
        overflow |= __builtin_mul_overflow(value, static_cast<uint64_t>(base), &value);
        overflow |= __builtin_add_overflow(value, static_cast<uint64_t>(digit), &value);
    }
    if (at == first) return {0, text, 0, false};
    using U = std::make_unsigned_t<I>;
    if constexpr (std::is_signed_v<I>) {
        uint64_t limit = static_cast<uint64_t>(std::numeric_limits<I>::max()) + (negative ? 1 : 0);
        if (overflow || value > limit) {
            return {negative ? std::numeric_limits<I>::min() : std::numeric_limits<I>::max(), at,
                    ERANGE, false};
        }
    } else if (overflow || value > std::numeric_limits<U>::max()) {
        return {std::numeric_limits<I>::max(), at, ERANGE, false};
    }
    return {static_cast<I>(negative ? 0 - value : value), at, 0, false};
}

// Digits of `value` in `base`, terminated. Errors: EINVAL or ERANGE, with an empty text when
// possible.
template <class C>
int integer_to_text(uint64_t value, bool negative, C* buffer, size_t capacity, int base) {
    if (buffer == nullptr || capacity == 0) return EINVAL;
    buffer[0] = 0;
    if (base < 2 || base > 36) return EINVAL;
    char digits[66];
    size_t count = 0;
    do {
        digits[count++] =
            "0123456789abcdefghijklmnopqrstuvwxyz"[value % static_cast<unsigned>(base)];
        value /= static_cast<unsigned>(base);
    } while (value != 0);
    if (negative) digits[count++] = '-';
    if (count >= capacity) return ERANGE;
    for (size_t i = 0; i < count; ++i) buffer[i] = static_cast<C>(digits[count - 1 - i]);
    buffer[count] = 0;
    return 0;
}

// The sign is shown in base 10 only: other bases show the two's complement of the type's width.
template <class I, class C>
int signed_to_text(I value, C* buffer, size_t capacity, int base) {
    using U = std::make_unsigned_t<I>;
    bool negative = base == 10 && value < 0;
    uint64_t magnitude =
        negative ? 0 - static_cast<uint64_t>(static_cast<int64_t>(value)) : static_cast<U>(value);
    return integer_to_text(magnitude, negative, buffer, capacity, base);
}

}  // namespace lsw::crt
