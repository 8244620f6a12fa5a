// Input and output state of msvcrt.dll: its streams and descriptors stand in data exports.
#include "dll/msvcrt/io.h"

#include "dll/msvcrt/msvcrt.h"

using namespace lsw::crt;

Io& msvcrt::io() {
    static Io state{Flavour::msvcrt};
    return state;
}

void msvcrt::load_io() {
    start_io(io(), reinterpret_cast<IoInfo**>(__pioinfo_ptr), 64, _iob_ptr, 20);
}

CrtIob* msvcrt::__iob_func() { return _iob_ptr; }

// What the getc and putc macros of old headers call when the buffer has run out.
int msvcrt::_filbuf(CrtIob* stream) {
    StreamLock lock(io().streams, stream);
    return io().streams.fill(stream);
}
int msvcrt::_flsbuf(int byte, CrtIob* stream) {
    StreamLock lock(io().streams, stream);
    return io().streams.flush_with(byte, stream);
}
