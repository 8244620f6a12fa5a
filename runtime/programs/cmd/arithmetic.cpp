// SET /A: 32-bit arithmetic with C's operators; names stand for variables' values, 0 where there is
// none. Doc: "set", /a.
#include <cstdlib>

#include "base/text.h"
#include "core/process/environment.h"
#include "programs/cmd/shell.h"
#include "programs/support/console_io.h"

namespace lsw::cmd {
namespace {

class Evaluator {
public:
    Evaluator(Shell& shell, std::u16string_view text) : shell_(shell), text_(text) {}

    bool run(int32_t& result) {
        result = comma();
        skip();
        if (message_.empty() && at_ < text_.size()) fail(u"Missing operator.");
        return message_.empty();
    }
    const std::u16string& message() const { return message_; }

private:
    void fail(const char16_t* text) {
        if (message_.empty()) message_ = text;
    }
    void skip() {
        while (at_ < text_.size() &&
               (text_[at_] == u' ' || text_[at_] == u'\t' || text_[at_] == u'"'))
            ++at_;
    }
    char16_t peek(size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : u'\0';
    }
    bool take(std::u16string_view sign) {
        skip();
        if (text_.substr(at_, sign.size()) != sign) return false;
        at_ += sign.size();
        return true;
    }

    int32_t comma() {
        int32_t value = assignment();
        while (message_.empty() && take(u",")) value = assignment();
        return value;
    }

    int32_t assignment() {
        skip();
        size_t start = at_;
        std::u16string name = word();
        if (!name.empty()) {
            skip();
            for (std::u16string_view sign :
                 {u"<<=", u">>=", u"=", u"+=", u"-=", u"*=", u"/=", u"%=", u"&=", u"^=", u"|="}) {
                if (text_.substr(at_, sign.size()) != sign || (sign == u"=" && peek(1) == u'='))
                    continue;
                at_ += sign.size();
                int32_t right = assignment();
                int32_t value = sign == u"="
                                    ? right
                                    : apply(sign.substr(0, sign.size() - 1), value_of(name), right);
                if (message_.empty()) set_environment_variable(name, programs::to_text(value));
                return value;
            }
        }
        at_ = start;
        return binary(0);
    }

    // Loosest first.
    int32_t binary(int level) {
        static constexpr std::u16string_view kLevels[][3] = {
            {u"|"}, {u"^"}, {u"&"}, {u"<<", u">>"}, {u"+", u"-"}, {u"*", u"/", u"%"}};
        if (level == static_cast<int>(std::size(kLevels))) return unary();
        int32_t value = binary(level + 1);
        for (bool more = true; more && message_.empty();) {
            more = false;
            for (std::u16string_view sign : kLevels[level]) {
                if (sign.empty()) break;
                skip();
                if (text_.substr(at_, sign.size()) != sign || peek(sign.size()) == u'=') continue;
                at_ += sign.size();
                value = apply(sign, value, binary(level + 1));
                more = true;
                break;
            }
        }
        return value;
    }

    int32_t unary() {
        skip();
        if (take(u"!")) return !unary();
        if (take(u"~")) return ~unary();
        if (take(u"-")) return static_cast<int32_t>(0u - static_cast<uint32_t>(unary()));
        if (take(u"+")) return unary();
        if (take(u"(")) {
            int32_t value = comma();
            if (!take(u")")) fail(u"Unbalanced parenthesis.");
            return value;
        }
        std::u16string text = word();
        if (text.empty()) {
            fail(u"Missing operand.");
            return 0;
        }
        return text[0] >= u'0' && text[0] <= u'9' ? number(text) : value_of(text);
    }

    std::u16string word() {
        skip();
        size_t start = at_;
        constexpr std::u16string_view kSigns = u" \t\"()!~-+*/%<>&^|=,;";
        while (at_ < text_.size() && kSigns.find(text_[at_]) == std::u16string_view::npos) ++at_;
        return std::u16string(text_.substr(start, at_ - start));
    }

    int32_t number(const std::u16string& text) {
        std::string digits = utf8_from_utf16(text);
        char* end = nullptr;
        errno = 0;
        bool octal = digits[0] == '0' && digits.size() > 1 && digits[1] != 'x' && digits[1] != 'X';
        long long value = strtoll(digits.c_str(), &end, 0);
        if (*end)
            fail(octal || digits[0] == '0'
                     ? u"Invalid number.  Numeric constants are either decimal (17),\r\n"
                       u"hexadecimal (0x11), or octal (021)."
                     : u"Missing operator.");
        else if (value > 0xFFFFFFFFll || (digits[0] != '0' && value > INT32_MAX))
            fail(u"Invalid number.  Numbers are limited to 32-bits of precision.");
        return static_cast<int32_t>(value);
    }

    // A variable's value counts as far as it is a number.
    int32_t value_of(const std::u16string& name) {
        std::string digits = utf8_from_utf16(shell_.variable(name).value_or(u"0"));
        return static_cast<int32_t>(strtoll(digits.c_str(), nullptr, 0));
    }

    int32_t apply(std::u16string_view sign, int32_t left, int32_t right) {
        auto a = static_cast<uint32_t>(left), b = static_cast<uint32_t>(right);
        switch (sign[0]) {
            case u'+':
                return static_cast<int32_t>(a + b);
            case u'-':
                return static_cast<int32_t>(a - b);
            case u'*':
                return static_cast<int32_t>(a * b);
            case u'&':
                return left & right;
            case u'|':
                return left | right;
            case u'^':
                return left ^ right;
            case u'<':
                return b > 31 ? 0 : static_cast<int32_t>(a << b);
            case u'>':
                return b > 31 ? (left < 0 ? -1 : 0) : left >> b;
            default:
                break;
        }
        if (right == 0) {
            fail(u"Divide by zero error.");
            return 0;
        }
        if (right == -1) return sign[0] == u'/' ? static_cast<int32_t>(0u - a) : 0;
        return sign[0] == u'/' ? left / right : left % right;
    }

    Shell& shell_;
    std::u16string_view text_;
    size_t at_ = 0;
    std::u16string message_;
};

}  // namespace

bool evaluate(Shell& shell, std::u16string_view expression, int32_t& result,
              std::u16string& message) {
    Evaluator evaluator(shell, expression);
    bool ok = evaluator.run(result);
    message = evaluator.message();
    return ok;
}

}  // namespace lsw::cmd
