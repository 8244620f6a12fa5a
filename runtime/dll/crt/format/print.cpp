// See print.h. One Printer lives for one call: it walks the format, reads a Spec, converts.
#include "dll/crt/format/print.h"

#include <cerrno>
#include <climits>
#include <string_view>
#include <type_traits>

#include "abi/types.h"
#include "dll/crt/format/float_text.h"
#include "dll/crt/format/multibyte.h"

namespace lsw::crt {
namespace {

enum class Size : uint8_t { none, hh, h, l, ll, pointer, i32, wide };

struct Spec {
    bool left = false, plus = false, space = false, alternate = false, zero = false;
    Size size = Size::none;
    char type = 0;
    int width = 0;
    int precision = -1;
    unsigned position = 0;  // of the value; 0 when not positional
};

template <class C>
class Printer {
public:
    Printer(Sink<C>& sink, const C* format, MsVaList args, const PrintOptions& options)
        : sink_(sink), at_(format), args_(args), options_(options) {}

    PrintResult run() {
        while (*at_ != 0) {
            const C* start = at_;
            while (*at_ != 0 && *at_ != '%') ++at_;
            put(start, static_cast<size_t>(at_ - start));
            if (*at_ == 0) break;
            start = at_++;
            if (!directive(start)) break;
            if (sink_.failed()) return {-1, 0};
        }
        if (error_ != 0 || sink_.failed()) return {-1, error_};
        if (total_ > INT_MAX) return {-1, EOVERFLOW};
        return {static_cast<int>(total_), 0};
    }

private:
    bool fail(int error) {
        error_ = error;
        return false;
    }

    void put(const C* text, size_t count) {
        if (count == 0) return;
        sink_.write(text, count);
        total_ += count;
    }
    void fill(char unit, size_t count) {
        if (count == 0) return;
        sink_.fill(static_cast<C>(unit), count);
        total_ += count;
    }
    void put_ascii(std::string_view text) {
        if constexpr (std::is_same_v<C, char>) {
            put(text.data(), text.size());
        } else {
            C chunk[32];
            while (!text.empty()) {
                size_t n = std::min<size_t>(text.size(), 32);
                std::copy_n(text.data(), n, chunk);
                put(chunk, n);
                text.remove_prefix(n);
            }
        }
    }

    // What follows a '%' at `start`; false ends the run.
    bool directive(const C* start) {
        if (*at_ == '%') {
            put(at_++, 1);
            return true;
        }
        Spec spec;
        if (!parse(spec)) return fail(EINVAL);
        if (spec.type == 0) {
            if (!options_.lenient) return fail(EINVAL);
            return *at_ != 0;  // a format that ends inside a directive prints nothing for it
        }
        if (spec.position != 0) args_.seek(spec.position);
        switch (convert(spec)) {
            case Outcome::done:
                return true;
            case Outcome::failed:
                return false;
            case Outcome::unknown:
                break;
        }
        if (!options_.lenient) return fail(EINVAL);
        put(start + 1, 0);
        put(at_ - 1, 1);  // the old runtime prints the character it does not know
        return true;
    }

    static bool is_digit(C unit) { return unit >= '0' && unit <= '9'; }

    // A decimal number; -1 when it is too large to be meant.
    int number() {
        int value = 0;
        while (is_digit(*at_)) {
            if (value > (INT_MAX - 9) / 10) return -1;
            value = value * 10 + (*at_++ - '0');
        }
        return value;
    }

    // "n$" in front of a value or after a star: 0 when it is not there.
    unsigned position() {
        if (!options_.positional || !is_digit(*at_)) return 0;
        const C* back = at_;
        int value = number();
        if (value > 0 && value <= 100 && *at_ == '$') {
            ++at_;
            return static_cast<unsigned>(value);
        }
        at_ = back;
        return 0;
    }

    int star() {
        ++at_;
        if (unsigned where = position()) args_.seek(where);
        return args_.next_int();
    }

    bool parse(Spec& spec) {
        spec.position = position();
        for (;; ++at_) {
            if (*at_ == '-')
                spec.left = true;
            else if (*at_ == '+')
                spec.plus = true;
            else if (*at_ == ' ')
                spec.space = true;
            else if (*at_ == '#')
                spec.alternate = true;
            else if (*at_ == '0')
                spec.zero = true;
            else
                break;
        }
        if (*at_ == '*') {
            spec.width = star();
            if (spec.width < 0) {
                spec.left = true;
                spec.width = spec.width == INT_MIN ? INT_MAX : -spec.width;
            }
        } else if ((spec.width = number()) < 0) {
            return false;
        }
        if (*at_ == '.') {
            ++at_;
            if (*at_ == '*') {
                spec.precision = std::max(-1, star());
            } else if ((spec.precision = number()) < 0) {
                return false;
            }
        }
        parse_size(spec);
        C type = *at_;
        if (type == 0) return true;
        ++at_;
        spec.type = type < 0x80 ? static_cast<char>(type) : '\x7F';
        return true;
    }

    void parse_size(Spec& spec) {
        for (;;) {
            switch (*at_) {
                case 'h':
                    spec.size = spec.size == Size::h ? Size::hh : Size::h;
                    break;
                case 'l':
                    spec.size = spec.size == Size::l ? Size::ll : Size::l;
                    break;
                case 'L':
                    spec.size = Size::ll;
                    break;
                case 'w':
                    spec.size = Size::wide;
                    break;
                case 'z':
                case 'j':
                case 't':
                    spec.size = Size::pointer;
                    break;
                case 'I':
                    spec.size = Size::pointer;
                    if (at_[1] == '6' && at_[2] == '4')
                        at_ += 2;
                    else if (at_[1] == '3' && at_[2] == '2') {
                        spec.size = Size::i32;
                        at_ += 2;
                    }
                    break;
                default:
                    return;
            }
            ++at_;
        }
    }

    enum class Outcome { done, failed, unknown };

    Outcome convert(Spec& spec) {
        switch (spec.type) {
            case 'd':
            case 'i':
                return integer(spec, 10, true);
            case 'u':
                return integer(spec, 10, false);
            case 'o':
                return integer(spec, 8, false);
            case 'x':
            case 'X':
                return integer(spec, 16, false);
            case 'p':
                return pointer(spec);
            case 'e':
            case 'E':
            case 'f':
            case 'F':
            case 'g':
            case 'G':
            case 'a':
            case 'A':
                return floating(spec);
            case 'c':
            case 'C':
                return character(spec);
            case 's':
            case 'S':
                return string(spec);
            case 'Z':
                return counted_string(spec);
            case 'n':
                return store_count(spec);
            default:
                return Outcome::unknown;
        }
    }

    uint64_t integer_argument(const Spec& spec, bool is_signed) {
        uint64_t slot = args_.next_slot();
        switch (spec.size) {
            case Size::hh:
                return is_signed ? static_cast<uint64_t>(static_cast<int8_t>(slot)) : slot & 0xFF;
            case Size::h:
                return is_signed ? static_cast<uint64_t>(static_cast<int16_t>(slot))
                                 : slot & 0xFFFF;
            case Size::ll:
            case Size::pointer:
                return slot;
            default:
                return is_signed ? static_cast<uint64_t>(static_cast<int32_t>(slot))
                                 : slot & 0xFFFFFFFF;
        }
    }

    Outcome integer(Spec& spec, unsigned base, bool is_signed) {
        uint64_t value = integer_argument(spec, is_signed);
        char sign = 0;
        if (is_signed) {
            if (static_cast<int64_t>(value) < 0) {
                sign = '-';
                value = 0 - value;
            } else if (spec.plus) {
                sign = '+';
            } else if (spec.space) {
                sign = ' ';
            }
        }
        return show_integer(spec, value, base, sign);
    }

    Outcome show_integer(const Spec& spec, uint64_t value, unsigned base, char sign) {
        const char* alphabet = spec.type == 'x' ? "0123456789abcdef" : "0123456789ABCDEF";
        char digits[24];
        char* end = digits + sizeof digits;
        char* first = end;
        for (uint64_t rest = value; rest != 0; rest /= base) *--first = alphabet[rest % base];
        if (value == 0 && spec.precision != 0) *--first = '0';
        size_t count = static_cast<size_t>(end - first);
        size_t zeros = spec.precision > static_cast<int>(count) ? spec.precision - count : 0;
        if (base == 8 && spec.alternate && zeros == 0 && (count == 0 || *first != '0')) zeros = 1;

        char prefix[3];
        size_t prefix_size = 0;
        if (sign != 0) prefix[prefix_size++] = sign;
        if (base == 16 && spec.alternate && value != 0) {
            prefix[prefix_size++] = '0';
            prefix[prefix_size++] = spec.type == 'x' ? 'x' : 'X';
        }
        bool zero_pad = spec.zero && spec.precision < 0;
        number_field(spec, zero_pad, {prefix, prefix_size}, zeros, {first, count});
        return Outcome::done;
    }

    Outcome pointer(Spec& spec) {
        spec.precision = 16;
        spec.type = 'X';
        return show_integer(spec, args_.next_slot(), 16, 0);
    }

    Outcome floating(Spec& spec) {
        FloatStyle style{options_.three_digit_exponent, options_.legacy_nonfinite,
                         options_.ties_away};
        double value = ArgReader::as_double(args_.next_slot());
        FloatText text(value, spec.type, spec.precision, spec.alternate, style);
        std::string_view head = text.head();
        char prefix[4];
        size_t prefix_size = 0;
        if (text.negative())
            prefix[prefix_size++] = '-';
        else if (spec.plus)
            prefix[prefix_size++] = '+';
        else if (spec.space)
            prefix[prefix_size++] = ' ';
        if (head.size() > 2 && (head[1] == 'x' || head[1] == 'X')) {
            prefix[prefix_size++] = head[0];
            prefix[prefix_size++] = head[1];
            head.remove_prefix(2);
        }
        bool zero_pad = spec.zero && text.finite();
        number_field(spec, zero_pad, {prefix, prefix_size}, 0, head, text.zeros(), text.tail());
        return Outcome::done;
    }

    // prefix, zeros, digits, more zeros and a tail in a field of the width asked for.
    void number_field(const Spec& spec, bool zero_pad, std::string_view prefix, size_t zeros,
                      std::string_view digits, size_t more_zeros = 0, std::string_view tail = {}) {
        size_t length = prefix.size() + zeros + digits.size() + more_zeros + tail.size();
        size_t padding = static_cast<size_t>(spec.width) > length ? spec.width - length : 0;
        if (!spec.left && !zero_pad) fill(' ', padding);
        put_ascii(prefix);
        if (!spec.left && zero_pad) fill('0', padding);
        fill('0', zeros);
        put_ascii(digits);
        fill('0', more_zeros);
        put_ascii(tail);
        if (spec.left) fill(' ', padding);
    }

    bool argument_is_wide(const Spec& spec) const {
        if (spec.size == Size::h || spec.size == Size::hh) return false;
        if (spec.size == Size::l || spec.size == Size::ll || spec.size == Size::wide) return true;
        bool lower_is_wide = std::is_same_v<C, char16_t> && options_.legacy_wide;
        bool lower = spec.type == 'c' || spec.type == 's' || spec.type == 'Z';
        return lower ? lower_is_wide : !lower_is_wide;
    }

    Outcome character(const Spec& spec) {
        uint64_t slot = args_.next_slot();
        C units[4];
        size_t count = 1;
        if (argument_is_wide(spec)) {
            if constexpr (std::is_same_v<C, char>) {
                size_t used;
                count = encode_utf8(static_cast<char16_t>(slot), 0, units, &used);
            } else {
                units[0] = static_cast<char16_t>(slot);
            }
        } else {
            units[0] = static_cast<C>(static_cast<unsigned char>(slot));
        }
        text_field(spec, units, count);
        return Outcome::done;
    }

    // Padding of a text is spaces, or zeros when asked for: both runtimes honour the flag for text.
    void pad_text(const Spec& spec, size_t length, bool before) {
        if (spec.left == before) return;
        if (static_cast<size_t>(spec.width) <= length) return;
        fill(before && spec.zero ? '0' : ' ', spec.width - length);
    }
    void text_field(const Spec& spec, const C* text, size_t count) {
        pad_text(spec, count, true);
        put(text, count);
        pad_text(spec, count, false);
    }

    template <class From>
    static size_t bounded_length(const From* text, size_t limit) {
        size_t length = 0;
        while (length < limit && text[length] != 0) ++length;
        return length;
    }

    Outcome string(const Spec& spec) {
        size_t limit = spec.precision < 0 ? SIZE_MAX : static_cast<size_t>(spec.precision);
        uint64_t slot = args_.next_slot();
        if (slot == 0) {
            std::string_view null =
                std::string_view("(null)").substr(0, std::min<size_t>(limit, 6));
            pad_text(spec, null.size(), true);
            put_ascii(null);
            pad_text(spec, null.size(), false);
            return Outcome::done;
        }
        if (argument_is_wide(spec)) {
            auto* text = reinterpret_cast<const char16_t*>(slot);
            if constexpr (std::is_same_v<C, char>) {
                // A multibyte character may need up to as many units as the limit has bytes.
                return transcode(spec, text, bounded_length(text, limit), limit);
            } else {
                text_field(spec, text, bounded_length(text, limit));
            }
        } else {
            auto* text = reinterpret_cast<const char*>(slot);
            if constexpr (std::is_same_v<C, char16_t>) {
                size_t bytes = limit == SIZE_MAX ? SIZE_MAX : limit * 4;
                return transcode(spec, text, bounded_length(text, bytes), limit);
            } else {
                text_field(spec, text, bounded_length(text, limit));
            }
        }
        return Outcome::done;
    }

    // One character of a text of the other width; *used units of it were taken.
    static size_t one(const char16_t* text, size_t rest, char* out, size_t* used) {
        return encode_utf8(text[0], rest > 1 ? text[1] : 0, out, used);
    }
    static size_t one(const char* text, size_t rest, char16_t* out, size_t* used) {
        return decode_utf8(text, rest, out, used);
    }

    // Show a text of the other width, whole characters only, at most `limit` units of ours.
    template <class From>
    Outcome transcode(const Spec& spec, const From* text, size_t count, size_t limit) {
        C units[4];
        size_t length = 0, taken = 0, used = 0;
        while (taken < count) {
            size_t more = one(text + taken, count - taken, units, &used);
            if (more > limit - length) break;
            length += more;
            taken += used;
        }
        pad_text(spec, length, true);
        for (size_t i = 0; i < taken; i += used) {
            size_t more = one(text + i, count - i, units, &used);
            put(units, more);
        }
        pad_text(spec, length, false);
        return Outcome::done;
    }

    Outcome counted_string(const Spec& spec) {
        uint64_t slot = args_.next_slot();
        auto* counted = reinterpret_cast<const ANSI_STRING*>(slot);
        if (counted == nullptr || counted->Buffer == nullptr) {
            put_ascii("(null)");
            return Outcome::done;
        }
        if (argument_is_wide(spec)) {
            auto* text = reinterpret_cast<const char16_t*>(counted->Buffer);
            size_t count = counted->Length / sizeof(char16_t);
            if constexpr (std::is_same_v<C, char>)
                return transcode(spec, text, count, SIZE_MAX);
            else
                text_field(spec, text, count);
        } else {
            if constexpr (std::is_same_v<C, char16_t>) {
                return transcode(spec, counted->Buffer, counted->Length, SIZE_MAX);
            } else {
                text_field(spec, counted->Buffer, counted->Length);
            }
        }
        return Outcome::done;
    }

    Outcome store_count(const Spec& spec) {
        void* target = args_.next_pointer<void>();
        if (!options_.count_output || target == nullptr) {
            error_ = EINVAL;
            return Outcome::failed;
        }
        switch (spec.size) {
            case Size::hh:
                *static_cast<int8_t*>(target) = static_cast<int8_t>(total_);
                break;
            case Size::h:
                *static_cast<int16_t*>(target) = static_cast<int16_t>(total_);
                break;
            case Size::ll:
            case Size::pointer:
                *static_cast<int64_t*>(target) = static_cast<int64_t>(total_);
                break;
            default:
                *static_cast<int32_t*>(target) = static_cast<int32_t>(total_);
                break;
        }
        return Outcome::done;
    }

    Sink<C>& sink_;
    const C* at_;
    ArgReader args_;
    const PrintOptions& options_;
    uint64_t total_ = 0;
    int error_ = 0;
};

}  // namespace

PrintOptions PrintOptions::msvcrt() {
    PrintOptions options;
    options.legacy_wide = options.legacy_nonfinite = options.three_digit_exponent = true;
    options.ties_away = options.lenient = options.count_output = true;
    return options;
}

PrintOptions PrintOptions::ucrt(uint64_t bits) {
    PrintOptions options;
    options.legacy_wide = (bits & kPrintLegacyWideSpecifiers) != 0;
    options.legacy_nonfinite = (bits & kPrintLegacyMsvcrt) != 0;
    options.three_digit_exponent = (bits & kPrintThreeDigitExponents) != 0;
    options.ties_away = (bits & kPrintStandardRounding) == 0;
    return options;
}

template <class C>
PrintResult format_print(Sink<C>& sink, const C* format, MsVaList args,
                         const PrintOptions& options) {
    return Printer<C>(sink, format, args, options).run();
}

template PrintResult format_print<char>(Sink<char>&, const char*, MsVaList, const PrintOptions&);
template PrintResult format_print<char16_t>(Sink<char16_t>&, const char16_t*, MsVaList,
                                            const PrintOptions&);

}  // namespace lsw::crt
