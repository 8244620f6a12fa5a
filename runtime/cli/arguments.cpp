#include "cli/arguments.h"

#include "base/log.h"

namespace lsw::cli {

bool Arguments::next_option() {
    if (only_words_ || at_ >= count_) return false;
    std::string_view word = words_[at_];
    if (word.size() < 2 || word[0] != '-') return false;
    ++at_;
    if (word == "--") {
        only_words_ = true;
        return false;
    }
    option_ = word;
    return true;
}

const char* Arguments::next_word() { return at_ < count_ ? words_[at_++] : nullptr; }

bool Arguments::is(std::string_view name, std::string_view short_name) const {
    return option_ == name || (!short_name.empty() && option_ == short_name);
}

const char* Arguments::value_of(std::string_view name) {
    if (option_.starts_with(name) && option_.size() > name.size() && option_[name.size()] == '=') {
        return option_.data() + name.size() + 1;
    }
    if (option_ != name) return nullptr;
    if (at_ >= count_) {
        fatal(kExitInternal, "option %s needs a value (lsw %s --help explains it)", option_.data(), command_);
    }
    return words_[at_++];
}

void Arguments::unknown() const {
    fatal(kExitInternal, "unknown option %s (lsw %s --help lists them)", option_.data(), command_);
}

}  // namespace lsw::cli
