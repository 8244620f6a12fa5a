// The input and output state of one runtime DLL, and what its entry points share.
#pragma once

#include "dll/crt/format/print_buffer.h"
#include "dll/crt/format/scan.h"
#include "dll/crt/io/descriptors.h"
#include "dll/crt/io/stream.h"

namespace lsw::crt {

struct Io {
    Flavour flavour;
    Descriptors fds;
    Streams streams;
    int commit_mode = 0;  // _commode

    // The documented reaction to a parameter that may not be; the caller then returns its error
    // value.
    void invalid(int error = kEINVAL) { invalid_parameter(flavour, error); }
    // errno (and the handler, where Windows calls it) for the result of a printf into a buffer.
    int finish(const BufferResult& result) {
        if (result.count < 0 && result.error != 0) {
            if (result.invalid_parameter)
                invalid(result.error);
            else
                guest_errno() = result.error;
        }
        return result.count;
    }
};

// Takes up the standard handles and what the parent passed, and has the streams flushed when the
// process ends.
void start_io(Io& io, IoInfo** chunks, int chunk_count, CrtIob* standard, int standard_count);

template <class C>
int print_to_stream(Io& io, CrtIob* stream, const C* format, MsVaList args,
                    const PrintOptions& options);

template <class C>
int scan_stream(Io& io, CrtIob* stream, const C* format, MsVaList args, const ScanOptions& options);

template <class C>
int scan_text(Io& io, const C* text, size_t limit, const C* format, MsVaList args,
              const ScanOptions& options) {
    if (text == nullptr || format == nullptr) {
        io.invalid();
        return -1;
    }
    TextSource<C> source(text, limit);
    ScanResult result = format_scan<C>(source, format, args, options);
    if (result.error != 0) guest_errno() = result.error;
    return result.count;
}

}  // namespace lsw::crt
