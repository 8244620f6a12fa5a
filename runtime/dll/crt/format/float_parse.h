// Text to floating point (strtod and its family) and the old _ecvt/_fcvt digits.
// Doc: "strtod, _strtod_l, wcstod, _wcstod_l", "_ecvt", "_fcvt", "_gcvt". Nothing here touches
// errno.
#pragma once

#include <string>
#include <string_view>

namespace lsw::crt {

struct FloatSyntax {
    bool c99 = true;          // hexadecimal floats, "inf", "nan(…)" (Universal C Runtime)
    bool d_exponent = false;  // 1d5 means 1e5 (before the Universal C Runtime)
};

template <class F, class C>
struct ParsedFloat {
    F value = 0;
    const C* end = nullptr;
    int error = 0;  // ERANGE
};

template <class F, class C>
ParsedFloat<F, C> parse_float(const C* text, FloatSyntax syntax);

// Recognises the text of a number one character at a time, as a stream gives them.
class FloatScanner {
public:
    explicit FloatScanner(FloatSyntax syntax) : syntax_(syntax) {}
    // Takes `unit` if it can continue the number.
    bool accept(char unit);
    // The text accepted so far is a number as a whole.
    bool complete() const;
    // Length of its longest prefix that is a number.
    size_t valid_length() const { return valid_; }
    const std::string& text() const { return text_; }

private:
    enum class State {
        start,
        sign,
        zero,
        whole,
        point_only,
        fraction,
        exponent,
        exponent_sign,
        exponent_digits,
        hex_start,
        hex_whole,
        hex_point_only,
        hex_fraction,
        word,
        nan_paren,
        done
    };
    bool step(char unit);
    bool step_word(char unit);

    FloatSyntax syntax_;
    State state_ = State::start;
    size_t word_at_ = 0;
    size_t valid_ = 0;
    std::string text_;
};

// Value of a text that FloatScanner accepted.
template <class F>
F float_value(const std::string& text, int* error);

// `count` significant digits (or digits after the point when `after_point`) of the magnitude, with
// the position of the point relative to the first digit.
std::string decimal_digits(double value, int count, bool after_point, int* point, bool* negative);

}  // namespace lsw::crt
