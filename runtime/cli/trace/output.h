// Where text goes: a file or standard error, in large writes. A full disk stops the output, not the program: it is said
// once, and what comes after is dropped.
#pragma once

#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace lsw::cli::trace {

class Output {
public:
    // Empty: standard error. Ends the process when the file cannot be made.
    explicit Output(const std::string& path);
    ~Output() { flush(); }
    void write(std::string_view text);
    void flush();
    bool failed() const { return failed_; }

private:
    UniqueFd file_;
    int fd_;
    std::string path_, buffer_;
    bool failed_ = false;
};

}  // namespace lsw::cli::trace
