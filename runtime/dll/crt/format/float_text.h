// Digits of a double as the printf family shows them, without the sign and the padding.
// Exact for every precision: the digits are glibc's; what differs between the runtimes (spelling of
// infinities, digits of the exponent, rounding of ties) is in FloatStyle.
#pragma once

#include <memory>
#include <string_view>

namespace lsw::crt {

struct FloatStyle {
    bool three_digit_exponent = false;  // e+005 as msvcrt shows it, not e+05
    bool legacy_nonfinite = false;      // 1.#INF, 1.#QNAN, 1.#IND; otherwise inf, nan, nan(ind)
    bool ties_away = false;             // exact ties round away from zero (before Windows 10 2004)
};

class FloatText {
public:
    // `type` is one of aAeEfFgG; a negative `precision` is the default of the type.
    FloatText(double value, char type, int precision, bool alternate, FloatStyle style);
    FloatText(const FloatText&) = delete;
    FloatText& operator=(const FloatText&) = delete;

    bool negative() const { return negative_; }
    bool finite() const { return finite_; }
    // The text is head, then `zeros` zeros, then tail (the exponent, when zeros go before it).
    std::string_view head() const { return head_; }
    size_t zeros() const { return zeros_; }
    std::string_view tail() const { return tail_; }

private:
    void nonfinite(double value, char type, FloatStyle style);
    void legacy_nonfinite(std::string_view name, char type, int precision, bool alternate);
    void digits(double magnitude, char type, int precision, bool alternate, FloatStyle style);

    char small_[368];
    std::unique_ptr<char[]> large_;
    bool negative_ = false;
    bool finite_ = true;
    size_t zeros_ = 0;
    std::string_view head_;
    std::string_view tail_;
};

// Whether `magnitude` lies exactly between two neighbours that have `digits_after_point` digits
// after the point (negative: a power of ten before it).
bool is_decimal_tie(double magnitude, int digits_after_point);

}  // namespace lsw::crt
