// See float_parse.h. The grammar is ours (it depends on the runtime); the value is glibc's, exactly
// rounded.
#include "dll/crt/format/float_parse.h"

#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "dll/crt/format/integer.h"

namespace lsw::crt {
namespace {

char lower(char unit) { return unit >= 'A' && unit <= 'Z' ? static_cast<char>(unit + 32) : unit; }
bool is_digit(char unit) { return unit >= '0' && unit <= '9'; }
bool is_hex(char unit) { return digit_value(unit) < 16; }
bool is_word(char unit) {
    return is_digit(unit) || (lower(unit) >= 'a' && lower(unit) <= 'z') || unit == '_';
}

constexpr char kInfinity[] = "infinity";
constexpr char kNan[] = "nan";

}  // namespace

bool FloatScanner::accept(char unit) {
    if (!step(unit)) return false;
    // An old-style exponent is kept in the form that the conversion below reads.
    bool old_exponent = state_ == State::exponent && lower(unit) == 'd';
    text_.push_back(old_exponent ? 'e' : unit);
    if (complete()) valid_ = text_.size();
    return true;
}

bool FloatScanner::complete() const {
    switch (state_) {
        case State::zero:
        case State::whole:
        case State::fraction:
        case State::exponent_digits:
        case State::hex_whole:
        case State::hex_fraction:
        case State::done:
            return true;
        case State::word: {
            // "inf", "infinity" and "nan", behind an optional sign.
            bool nan = lower(text_[text_.size() - word_at_]) == 'n';
            return word_at_ == 3 || (!nan && word_at_ == 8);
        }
        default:
            return false;
    }
}

bool FloatScanner::step_word(char unit) {
    bool nan = lower(text_[text_.size() - word_at_]) == 'n';
    const char* name = nan ? kNan : kInfinity;
    if (word_at_ < strlen(name)) {
        if (lower(unit) != name[word_at_]) return false;
        ++word_at_;
        return true;
    }
    if (!nan || unit != '(') return false;
    state_ = State::nan_paren;
    return true;
}

bool FloatScanner::step(char unit) {
    bool exponent = lower(unit) == 'e' || (syntax_.d_exponent && lower(unit) == 'd');
    auto go = [&](State next) {
        state_ = next;
        return true;
    };
    switch (state_) {
        case State::start:
            if (unit == '+' || unit == '-') return go(State::sign);
            [[fallthrough]];
        case State::sign:
            if (unit == '0') return go(State::zero);
            if (is_digit(unit)) return go(State::whole);
            if (unit == '.') return go(State::point_only);
            if (syntax_.c99 && (lower(unit) == 'i' || lower(unit) == 'n')) {
                word_at_ = 1;
                return go(State::word);
            }
            return false;
        case State::zero:
            if (syntax_.c99 && lower(unit) == 'x') return go(State::hex_start);
            [[fallthrough]];
        case State::whole:
            if (is_digit(unit)) return go(State::whole);
            if (unit == '.') return go(State::fraction);
            return exponent && go(State::exponent);
        case State::point_only:
            return is_digit(unit) && go(State::fraction);
        case State::fraction:
            if (is_digit(unit)) return true;
            return exponent && go(State::exponent);
        case State::exponent:
            if (unit == '+' || unit == '-') return go(State::exponent_sign);
            [[fallthrough]];
        case State::exponent_sign:
        case State::exponent_digits:
            return is_digit(unit) && go(State::exponent_digits);
        case State::hex_start:
            if (is_hex(unit)) return go(State::hex_whole);
            return unit == '.' && go(State::hex_point_only);
        case State::hex_whole:
            if (is_hex(unit)) return true;
            if (unit == '.') return go(State::hex_fraction);
            return lower(unit) == 'p' && go(State::exponent);
        case State::hex_point_only:
            return is_hex(unit) && go(State::hex_fraction);
        case State::hex_fraction:
            if (is_hex(unit)) return true;
            return lower(unit) == 'p' && go(State::exponent);
        case State::word:
            return step_word(unit);
        case State::nan_paren:
            if (unit == ')') return go(State::done);
            return is_word(unit);
        case State::done:
            return false;
    }
    return false;
}

template <class F>
F float_value(const std::string& text, int* error) {
    int saved = errno;
    errno = 0;
    F value = sizeof(F) == sizeof(float) ? static_cast<F>(strtof(text.c_str(), nullptr))
                                         : static_cast<F>(strtod(text.c_str(), nullptr));
    // A denormal number is no error here, only what became zero or infinite is.
    *error = errno == ERANGE && (value == 0 || std::isinf(value)) ? ERANGE : 0;
    errno = saved;
    // "nan(ind)" is the default NaN, "nan(snan)" a signalling one; any other payload is ignored.
    if (std::isnan(value))
        value = std::copysign(std::numeric_limits<F>::quiet_NaN(), text[0] == '-' ? F(-1) : F(1));
    return value;
}

template <class F, class C>
ParsedFloat<F, C> parse_float(const C* text, FloatSyntax syntax) {
    const C* at = text;
    while (is_space(*at)) ++at;
    FloatScanner scanner(syntax);
    const C* first = at;
    while (*at != 0 && *at < 0x80 && scanner.accept(static_cast<char>(*at))) ++at;
    size_t length = scanner.valid_length();
    if (length == 0) return {0, text, 0};
    ParsedFloat<F, C> result;
    result.end = first + length;
    result.value = float_value<F>(scanner.text().substr(0, length), &result.error);
    return result;
}

std::string decimal_digits(double value, int count, bool after_point, int* point, bool* negative) {
    *negative = std::signbit(value);
    *point = 0;
    double magnitude = std::fabs(value);
    count = std::min(count, 1100);
    if (!std::isfinite(value)) {
        *point = 1;
        std::string name = std::isnan(value) ? "1#QNAN" : "1#INF";
        return name.substr(0, static_cast<size_t>(std::max(count, 0)) + (after_point ? 1 : 0));
    }
    std::string digits;
    if (after_point) {
        if (count < 0) count = 0;
        digits.resize(static_cast<size_t>(count) + 330);
        int length = snprintf(digits.data(), digits.size(), "%.*f", count, magnitude);
        digits.resize(static_cast<size_t>(length));
        size_t dot = digits.find('.');
        *point = static_cast<int>(dot == std::string::npos ? digits.size() : dot);
        if (dot != std::string::npos) digits.erase(dot, 1);
        size_t leading = std::min(digits.find_first_not_of('0'), digits.size());
        if (magnitude == 0) leading = digits.size() - static_cast<size_t>(count);
        digits.erase(0, leading);
        *point -= static_cast<int>(leading);
        return digits;
    }
    if (count <= 0) return digits;
    digits.resize(static_cast<size_t>(count) + 16);
    int length = snprintf(digits.data(), digits.size(), "%.*e", count - 1, magnitude);
    digits.resize(static_cast<size_t>(length));
    size_t exponent = digits.find('e');
    *point = magnitude == 0 ? 0 : atoi(digits.c_str() + exponent + 1) + 1;
    digits.resize(exponent);
    if (count > 1) digits.erase(1, 1);
    return digits;
}

template float float_value<float>(const std::string&, int*);
template double float_value<double>(const std::string&, int*);
template ParsedFloat<float, char> parse_float(const char*, FloatSyntax);
template ParsedFloat<double, char> parse_float(const char*, FloatSyntax);
template ParsedFloat<float, char16_t> parse_float(const char16_t*, FloatSyntax);
template ParsedFloat<double, char16_t> parse_float(const char16_t*, FloatSyntax);

}  // namespace lsw::crt
