// The printf engine of both C runtimes, for narrow (char) and wide (char16_t) functions.
// Doc: "Format specification syntax: printf and wprintf functions", "printf_p positional
// parameters". It reports errors, it does not act on them: errno and the invalid parameter handler
// are the caller's.
#pragma once

#include "dll/crt/format/args.h"
#include "dll/crt/format/sink.h"

namespace lsw::crt {

// Option bits of the __stdio_common_v*printf functions (corecrt_stdio_config.h).
inline constexpr uint64_t kPrintLegacyNullTermination = 1 << 0;
inline constexpr uint64_t kPrintStandardSnprintf = 1 << 1;
inline constexpr uint64_t kPrintLegacyWideSpecifiers = 1 << 2;
inline constexpr uint64_t kPrintLegacyMsvcrt = 1 << 3;
inline constexpr uint64_t kPrintThreeDigitExponents = 1 << 4;
inline constexpr uint64_t kPrintStandardRounding = 1 << 5;

struct PrintOptions {
    bool legacy_wide = false;           // %s of a wide function is wide
    bool legacy_nonfinite = false;      // 1.#INF
    bool three_digit_exponent = false;  // 1e+005
    bool ties_away = false;             // 2.5 as "3" with %.0f
    bool lenient = false;               // an unknown conversion prints itself instead of failing
    bool count_output = false;          // %n stores
    bool positional = false;            // %1$d is understood

    static PrintOptions msvcrt();
    static PrintOptions ucrt(uint64_t bits);
};

struct PrintResult {
    int count = 0;  // characters written, -1 on an error
    int error =
        0;  // errno value: EINVAL for a malformed format (an invalid parameter), EILSEQ, or 0
};

template <class C>
PrintResult format_print(Sink<C>& sink, const C* format, MsVaList args,
                         const PrintOptions& options);

extern template PrintResult format_print<char>(Sink<char>&, const char*, MsVaList,
                                               const PrintOptions&);
extern template PrintResult format_print<char16_t>(Sink<char16_t>&, const char16_t*, MsVaList,
                                                   const PrintOptions&);

}  // namespace lsw::crt
