// See scan.h. One Scanner lives for one call; the source needs to take back one character only.
#include "dll/crt/format/scan.h"

#include <cerrno>
#include <climits>

#include "dll/crt/format/float_parse.h"
#include "dll/crt/format/integer.h"
#include "dll/crt/format/multibyte.h"

namespace lsw::crt {
namespace {

enum class Size : uint8_t { none, hh, h, l, ll, wide };
enum class Step { matched, mismatch, input_end, bad_format };

struct Field {
    bool suppress = false;
    Size size = Size::none;
    unsigned width = 0;  // 0: none given
    char type = 0;
};

// Stores characters of the input as narrow or wide text, converting where the widths differ.
template <class C>
class TextTarget {
public:
    TextTarget(void* target, bool wide, size_t capacity)
        : target_(target), wide_(wide), room_(capacity) {}

    bool put(C unit) {
        if (target_ == nullptr) return true;
        if constexpr (sizeof(C) == 1) {
            return wide_ ? put_multibyte(unit) : store(static_cast<char>(unit));
        } else {
            return wide_ ? store16(unit) : put_encoded(unit);
        }
    }
    bool finish(bool terminate) {
        if (target_ == nullptr) return true;
        if (pending_size_ > 0 && !flush_pending()) return false;
        if (!terminate) return true;
        return wide_ ? store16(0) : store(0);
    }

private:
    bool store(char byte) {
        if (room_ == 0) return false;
        --room_;
        *static_cast<char*>(target_) = byte;
        target_ = static_cast<char*>(target_) + 1;
        return true;
    }
    bool store16(char16_t unit) {
        if (room_ == 0) return false;
        --room_;
        *static_cast<char16_t*>(target_) = unit;
        target_ = static_cast<char16_t*>(target_) + 1;
        return true;
    }
    bool put_multibyte(char byte) {
        pending_[pending_size_++] = byte;
        if (pending_size_ < utf8_length(static_cast<unsigned char>(pending_[0]))) return true;
        return flush_pending();
    }
    bool put_encoded(char16_t unit) {
        bool held = pending_size_ > 0;
        if (!held && is_high_surrogate(unit)) {
            high_ = unit;
            pending_size_ = 1;
            return true;
        }
        char bytes[4];
        size_t used;
        if (held) {
            size_t count = encode_utf8(high_, unit, bytes, &used);
            pending_size_ = 0;
            for (size_t i = 0; i < count; ++i) {
                if (!store(bytes[i])) return false;
            }
            if (used == 2) return true;
        }
        size_t count = encode_utf8(unit, 0, bytes, &used);
        for (size_t i = 0; i < count; ++i) {
            if (!store(bytes[i])) return false;
        }
        return true;
    }
    bool flush_pending() {
        if constexpr (sizeof(C) == 1) {
            for (size_t at = 0; at < pending_size_;) {
                char16_t units[2];
                size_t used;
                size_t count = decode_utf8(pending_ + at, pending_size_ - at, units, &used);
                at += used;
                for (size_t i = 0; i < count; ++i) {
                    if (!store16(units[i])) return false;
                }
            }
            pending_size_ = 0;
            return true;
        } else {
            char bytes[4];
            size_t used;
            size_t count = encode_utf8(high_, 0, bytes, &used);
            pending_size_ = 0;
            for (size_t i = 0; i < count; ++i) {
                if (!store(bytes[i])) return false;
            }
            return true;
        }
    }

    void* target_;
    bool wide_;
    size_t room_;
    char pending_[4] = {};
    size_t pending_size_ = 0;
    char16_t high_ = 0;
};

template <class C>
class Scanner {
public:
    Scanner(Source<C>& source, const C* format, MsVaList args, const ScanOptions& options)
        : source_(source), at_(format), args_(args), options_(options) {}

    ScanResult run() {
        while (*at_ != 0) {
            Step step = one();
            if (step == Step::matched) continue;
            if (step == Step::bad_format) return {count_, EINVAL};
            if (step == Step::input_end && count_ == 0 && error_ == 0) return {-1, 0};
            break;
        }
        return {count_, error_};
    }

private:
    static constexpr int kEnd = Source<C>::kEnd;

    int get() {
        int unit = source_.get();
        if (unit != kEnd) ++taken_;
        return unit;
    }
    void unget(int unit) {
        if (unit == kEnd) return;
        source_.unget(unit);
        --taken_;
    }
    static bool space(int unit) { return unit != kEnd && is_space(static_cast<C>(unit)); }
    void skip_space() {
        int unit;
        do unit = get();
        while (space(unit));
        unget(unit);
    }

    Step one() {
        if (is_space(*at_)) {
            while (*at_ != 0 && is_space(*at_)) ++at_;
            skip_space();
            return Step::matched;
        }
        if (*at_ == '%' && at_[1] != '%') {
            ++at_;
            Field field;
            if (!parse(field)) return Step::bad_format;
            return convert(field);
        }
        if (*at_ == '%') ++at_;
        int unit = get();
        if (unit == kEnd) return Step::input_end;
        if (static_cast<C>(unit) == *at_) {
            ++at_;
            return Step::matched;
        }
        unget(unit);
        return Step::mismatch;
    }

    bool parse(Field& field) {
        if (*at_ == '*') {
            field.suppress = true;
            ++at_;
        }
        if (*at_ >= '0' && *at_ <= '9') {
            uint64_t width = 0;
            for (; *at_ >= '0' && *at_ <= '9'; ++at_) {
                width = width * 10 + (*at_ - '0');
                if (width > INT_MAX) return false;
            }
            if (width == 0) return false;
            field.width = static_cast<unsigned>(width);
        }
        for (;; ++at_) {
            if (*at_ == 'h')
                field.size = field.size == Size::h ? Size::hh : Size::h;
            else if (*at_ == 'l')
                field.size = field.size == Size::l ? Size::ll : Size::l;
            else if (*at_ == 'L' || *at_ == 'z' || *at_ == 'j' || *at_ == 't')
                field.size = Size::ll;
            else if (*at_ == 'w')
                field.size = Size::wide;
            else if (*at_ == 'I')
                parse_i_size(field);
            else
                break;
        }
        if (*at_ == 0) return false;
        field.type = *at_ < 0x80 ? static_cast<char>(*at_) : '\x7F';
        ++at_;
        return true;
    }

    void parse_i_size(Field& field) {
        field.size = Size::ll;
        if (at_[1] == '6' && at_[2] == '4') {
            at_ += 2;
        } else if (at_[1] == '3' && at_[2] == '2') {
            field.size = Size::none;
            at_ += 2;
        }
    }

    Step convert(const Field& field) {
        switch (field.type) {
            case 'd':
            case 'u':
                return integer(field, 10);
            case 'i':
                return integer(field, 0);
            case 'o':
                return integer(field, 8);
            case 'x':
            case 'X':
            case 'p':
                return integer(field, 16);
            case 'e':
            case 'E':
            case 'f':
            case 'F':
            case 'g':
            case 'G':
            case 'a':
            case 'A':
                return floating(field);
            case 's':
            case 'S':
                return text(field, Kind::word);
            case 'c':
            case 'C':
                return text(field, Kind::characters);
            case '[':
                return text(field, Kind::set);
            case 'n':
                if (!field.suppress) store_integer(field, taken_);
                return Step::matched;
            default:
                return Step::bad_format;
        }
    }

    void store_integer(const Field& field, uint64_t value) {
        void* target = args_.next_pointer<void>();
        if (field.type == 'p' || field.size == Size::ll)
            *static_cast<uint64_t*>(target) = value;
        else if (field.size == Size::hh)
            *static_cast<uint8_t*>(target) = static_cast<uint8_t>(value);
        else if (field.size == Size::h)
            *static_cast<uint16_t*>(target) = static_cast<uint16_t>(value);
        else
            *static_cast<uint32_t*>(target) = static_cast<uint32_t>(value);
    }

    // Next character inside a field of limited width; kEnd when the width is used up.
    int get_in_field(unsigned& rest) {
        if (rest == 0) return kEnd;
        int unit = get();
        if (unit != kEnd) --rest;
        return unit;
    }

    static unsigned digit(int unit) {
        return unit == kEnd ? 255 : digit_value(static_cast<C>(unit));
    }

    Step integer(const Field& field, unsigned base) {
        skip_space();
        unsigned rest = field.width == 0 ? UINT_MAX : field.width;
        int unit = get_in_field(rest);
        if (unit == kEnd) return Step::input_end;
        bool negative = unit == '-';
        if (unit == '-' || unit == '+') unit = get_in_field(rest);
        bool any = false;
        if (unit == '0' && (base == 0 || base == 16)) {
            any = true;
            unit = get_in_field(rest);
            if (unit == 'x' || unit == 'X') {
                base = 16;
                unit = get_in_field(rest);
            } else if (base == 0) {
                base = 8;
            }
        } else if (base == 0) {
            base = 10;
        }
        uint64_t value = 0;
        for (; digit(unit) < base; unit = get_in_field(rest)) {
            value = value * base + digit(unit);
            any = true;
        }
        unget(unit);
        if (!any) return unit == kEnd && rest != 0 ? Step::input_end : Step::mismatch;
        if (field.suppress) return Step::matched;
        store_integer(field, negative ? 0 - value : value);
        ++count_;
        return Step::matched;
    }

    Step floating(const Field& field) {
        skip_space();
        unsigned rest = field.width == 0 ? UINT_MAX : field.width;
        FloatScanner scanner({options_.c99_float, !options_.c99_float});
        int unit = get_in_field(rest);
        if (unit == kEnd) return Step::input_end;
        while (unit != kEnd && unit < 0x80 && scanner.accept(static_cast<char>(unit))) {
            unit = get_in_field(rest);
        }
        unget(unit);
        if (!scanner.complete()) return Step::mismatch;
        if (field.suppress) return Step::matched;
        int ignored;
        void* target = args_.next_pointer<void>();
        if (field.size == Size::l || field.size == Size::ll) {
            *static_cast<double*>(target) = float_value<double>(scanner.text(), &ignored);
        } else {
            *static_cast<float*>(target) = float_value<float>(scanner.text(), &ignored);
        }
        ++count_;
        return Step::matched;
    }

    enum class Kind { word, characters, set };

    bool target_is_wide(const Field& field) const {
        if (field.size == Size::h || field.size == Size::hh) return false;
        if (field.size == Size::l || field.size == Size::ll || field.size == Size::wide)
            return true;
        bool lower_is_wide = sizeof(C) == 2 && options_.legacy_wide;
        bool lower = field.type != 'S' && field.type != 'C';
        return lower ? lower_is_wide : !lower_is_wide;
    }

    // A [set]: first and one past its last character in the format.
    bool parse_set(const C** first, const C** last, bool* inverted) {
        *inverted = *at_ == '^';
        if (*inverted) ++at_;
        *first = at_;
        if (*at_ == ']') ++at_;
        while (*at_ != 0 && *at_ != ']') ++at_;
        if (*at_ == 0) return false;
        *last = at_++;
        return true;
    }

    static bool in_set(int unit, const C* first, const C* last) {
        using U = std::make_unsigned_t<C>;
        auto value = static_cast<U>(unit);
        for (const C* at = first; at != last; ++at) {
            if (last - at > 2 && at[1] == '-') {
                U low = static_cast<U>(at[0]), high = static_cast<U>(at[2]);
                if (low > high) std::swap(low, high);
                if (value >= low && value <= high) return true;
                at += 2;
            } else if (value == static_cast<U>(*at)) {
                return true;
            }
        }
        return false;
    }

    Step text(const Field& field, Kind kind) {
        const C *first = nullptr, *last = nullptr;
        bool inverted = false;
        if (kind == Kind::set && !parse_set(&first, &last, &inverted)) return Step::bad_format;
        void* start = field.suppress ? nullptr : args_.next_pointer<void>();
        size_t capacity = SIZE_MAX;
        if (!field.suppress && options_.secure) capacity = static_cast<uint32_t>(args_.next_slot());
        if (kind == Kind::word) skip_space();

        bool wide = target_is_wide(field);
        TextTarget<C> target(start, wide, capacity);
        unsigned wanted = field.width != 0 ? field.width : kind == Kind::characters ? 1 : UINT_MAX;
        unsigned rest = wanted;
        bool fits = true;
        int unit = kEnd;
        while (fits && rest > 0) {
            unit = get();
            if (unit == kEnd) break;
            bool stop = (kind == Kind::word && space(unit)) ||
                        (kind == Kind::set && in_set(unit, first, last) == inverted);
            if (stop) {
                unget(unit);
                break;
            }
            --rest;
            fits = target.put(static_cast<C>(unit));
        }
        if (rest == wanted) return unit == kEnd ? Step::input_end : Step::mismatch;
        if (kind == Kind::characters && rest != 0) return Step::input_end;
        if (fits) fits = target.finish(kind != Kind::characters);
        if (!fits) return too_small(start, wide, capacity);
        if (!field.suppress) ++count_;
        return Step::matched;
    }

    Step too_small(void* start, bool wide, size_t capacity) {
        if (capacity > 0) {
            if (wide)
                *static_cast<char16_t*>(start) = 0;
            else
                *static_cast<char*>(start) = 0;
        }
        error_ = ENOMEM;
        return Step::mismatch;
    }

    Source<C>& source_;
    const C* at_;
    ArgReader args_;
    const ScanOptions& options_;
    int count_ = 0;
    int error_ = 0;
    uint64_t taken_ = 0;
};

}  // namespace

ScanOptions ScanOptions::msvcrt(bool secure) { return {secure, true, false}; }

ScanOptions ScanOptions::ucrt(uint64_t bits) {
    return {(bits & kScanSecure) != 0, (bits & kScanLegacyWideSpecifiers) != 0, true};
}

template <class C>
ScanResult format_scan(Source<C>& source, const C* format, MsVaList args,
                       const ScanOptions& options) {
    return Scanner<C>(source, format, args, options).run();
}

template ScanResult format_scan<char>(Source<char>&, const char*, MsVaList, const ScanOptions&);
template ScanResult format_scan<char16_t>(Source<char16_t>&, const char16_t*, MsVaList,
                                          const ScanOptions&);

}  // namespace lsw::crt
