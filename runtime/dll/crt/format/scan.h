// The scanf engine of both C runtimes, for narrow (char) and wide (char16_t) functions.
// Doc: "Format specification fields: scanf and wscanf functions", "scanf Type Field Characters",
// "scanf_s, …" for the buffer sizes of the secure family.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "dll/crt/format/args.h"

namespace lsw::crt {

// Option bits of the __stdio_common_v*scanf functions (corecrt_stdio_config.h).
inline constexpr uint64_t kScanSecure = 1 << 0;
inline constexpr uint64_t kScanLegacyWideSpecifiers = 1 << 1;
inline constexpr uint64_t kScanLegacyMsvcrt = 1 << 2;

struct ScanOptions {
    bool secure = false;       // c, s, [ are followed by a size in characters
    bool legacy_wide = false;  // %s of a wide function is wide
    bool c99_float = true;     // hexadecimal floats, inf and nan are numbers

    static ScanOptions msvcrt(bool secure);
    static ScanOptions ucrt(uint64_t bits);
};

template <class C>
class Source {
public:
    static constexpr int kEnd = -1;
    virtual ~Source() = default;
    virtual int get() = 0;             // next character or kEnd
    virtual void unget(int unit) = 0;  // the one that get() gave last
};

// Reads a text up to its terminator or `limit` characters.
template <class C>
class TextSource final : public Source<C> {
public:
    TextSource(const C* text, size_t limit) : at_(text), rest_(limit) {}
    int get() override {
        if (rest_ == 0 || *at_ == 0) return Source<C>::kEnd;
        --rest_;
        return static_cast<int>(static_cast<std::make_unsigned_t<C>>(*at_++));
    }
    void unget(int unit) override {
        if (unit == Source<C>::kEnd) return;
        --at_;
        ++rest_;
    }

private:
    const C* at_;
    size_t rest_;
};

struct ScanResult {
    int count = 0;  // fields stored, or -1 when the input ended before the first
    int error = 0;  // EINVAL for a malformed format, ENOMEM (ERANGE) for a buffer too small
};

template <class C>
ScanResult format_scan(Source<C>& source, const C* format, MsVaList args,
                       const ScanOptions& options);

extern template ScanResult format_scan<char>(Source<char>&, const char*, MsVaList,
                                             const ScanOptions&);
extern template ScanResult format_scan<char16_t>(Source<char16_t>&, const char16_t*, MsVaList,
                                                 const ScanOptions&);

}  // namespace lsw::crt
