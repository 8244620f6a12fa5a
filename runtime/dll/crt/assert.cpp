// assert.h, and what ends a program that damaged its own stack. Doc: "assert macro, _assert, _wassert".
#include <unistd.h>

#include <string>

#include "abi/exception.h"
#include "base/text.h"
#include "core/process/start.h"
#include "dll/crt/process.h"
#include "dll/msvcrt/msvcrt.h"
#include "dll/vcruntime140/vcruntime140.h"

using namespace lsw::crt;

namespace {

void report(const std::string& message, const std::string& file, unsigned line) {
    std::string text =
        "Assertion failed: " + message + ", file " + file + ", line " + std::to_string(line) + "\n";
    if (modes().flush_streams) modes().flush_streams();
    ssize_t ignored = write(2, text.data(), text.size());
    static_cast<void>(ignored);
}

}  // namespace

void clib::_assert(const char* message, const char* file, unsigned line) {
    report(message, file, line);
    abort();
}

void clib::_wassert(const WCHAR* message, const WCHAR* file, unsigned line) {
    report(lsw::utf8_from_utf16(message), lsw::utf8_from_utf16(file), line);
    abort();
}

void clib::__report_gsfailure(uintptr_t) {
    constexpr uint32_t kStackBufferOverrun = 0xC0000409;
    lsw::exit_now(kStackBufferOverrun);
}
