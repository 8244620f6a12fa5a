#include "dll/crt/eh/undecorate.h"

#include <cstring>
#include <string_view>
#include <vector>

namespace lsw::crt {
namespace {

const char* fundamental(char code) {
    static constexpr const char* kNames[] = {
        "signed char", "char", "unsigned char", "short", "unsigned short", "int", "unsigned int",
        "long", "unsigned long", nullptr, "float", "double", "long double"};
    if (code >= 'C' && code <= 'O') return kNames[code - 'C'];
    return code == 'X' ? "void" : nullptr;
}

const char* extended(char code) {
    switch (code) {
    case 'J': return "__int64";
    case 'K': return "unsigned __int64";
    case 'N': return "bool";
    case 'W': return "wchar_t";
    case 'Q': return "char8_t";
    case 'S': return "char16_t";
    case 'U': return "char32_t";
    default: return nullptr;
    }
}

class Parser {
public:
    explicit Parser(std::string_view text) : rest_(text) {}

    bool type(std::string* out) {
        if (rest_.empty()) return false;
        char code = take();
        if (const char* name = fundamental(code)) return set(out, name);
        if (code == '_') {
            const char* name = rest_.empty() ? nullptr : extended(take());
            return name && set(out, name);
        }
        switch (code) {
        case 'T': return named("union ", out);
        case 'U': return named("struct ", out);
        case 'V': return named("class ", out);
        case 'W': return skip("4") && named("enum ", out);
        case 'P': return indirect(" *", out);
        case 'Q': return indirect(" * const", out);
        case 'A': return indirect(" &", out);
        case '?': return qualified_value(out);
        default: return false;
        }
    }
    bool at_end() const { return rest_.empty(); }

private:
    char take() {
        char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }
    bool skip(std::string_view expected) {
        if (!rest_.starts_with(expected)) return false;
        rest_.remove_prefix(expected.size());
        return true;
    }
    static bool set(std::string* out, const char* text) {
        *out = text;
        return true;
    }
    // Const and volatile before what they qualify: A none, B const, C volatile, D both.
    bool qualifier(std::string* out) {
        if (rest_.empty() || rest_.front() < 'A' || rest_.front() > 'D') return false;
        static constexpr const char* kWords[] = {"", " const", " volatile", " const volatile"};
        return set(out, kWords[take() - 'A']);
    }
    bool qualified_value(std::string* out) {
        std::string words;
        return qualifier(&words) && type(out);  // values' own qualifiers are not part of a type's name
    }
    bool indirect(const char* mark, std::string* out) {
        skip("E");  // __ptr64
        std::string words, target;
        if (!qualifier(&words) || !type(&target)) return false;
        *out = target + words + mark + " __ptr64";
        return true;
    }
    bool named(const char* kind, std::string* out) {
        std::vector<std::string> parts;
        while (!rest_.empty() && rest_.front() != '@') {
            std::string part;
            if (!name_part(&part)) return false;
            parts.push_back(part);
        }
        if (!skip("@") || parts.empty()) return false;
        *out = kind;
        for (size_t i = parts.size(); i-- > 0;) *out += parts[i] + (i ? "::" : "");
        return true;
    }
    bool name_part(std::string* out) {
        if (rest_.front() >= '0' && rest_.front() <= '9') {
            size_t index = static_cast<size_t>(take() - '0');
            if (index >= names_.size()) return false;
            *out = names_[index];
            return true;
        }
        if (skip("?A")) {  // an unnamed namespace and its key
            size_t end = rest_.find('@');
            if (end == std::string_view::npos) return false;
            rest_.remove_prefix(end + 1);
            return set(out, "`anonymous namespace'");
        }
        size_t end = rest_.find('@');
        if (rest_.front() == '?' || end == std::string_view::npos) return false;
        *out = std::string(rest_.substr(0, end));
        rest_.remove_prefix(end + 1);
        names_.push_back(*out);
        return true;
    }

    std::string_view rest_;
    std::vector<std::string> names_;
};

}  // namespace

std::string undecorate_type(const char* decorated) {
    std::string_view text = decorated;
    if (text.starts_with(".")) text.remove_prefix(1);
    std::string_view body = text;
    if (body.starts_with("?A")) body.remove_prefix(2);
    Parser parser(body);
    std::string name;
    if (!parser.type(&name) || !parser.at_end()) return std::string(text);
    return name;
}

}  // namespace lsw::crt
