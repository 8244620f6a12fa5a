// Start and end of a runtime's input and output.
#include "dll/crt/io/io.h"

#include "core/runtime.h"
#include "dll/crt/process.h"

namespace lsw::crt {
namespace {

// At most two: msvcrt's and ucrtbase's.
Io*& runtime_io(int index) {
    static Io* started[2];
    return started[index];
}

void flush_all_runtimes() {
    for (int i = 0; i < 2; ++i) {
        if (Io* io = runtime_io(i)) io->streams.flush_all();
    }
}

}  // namespace

void start_io(Io& io, IoInfo** chunks, int chunk_count, CrtIob* standard, int standard_count) {
    io.fds.attach(chunks, chunk_count, io.flavour);
    io.fds.default_mode = variables().file_mode;
    io.fds.inherit_from_startup();
    io.streams.attach(standard, standard_count, &io.fds, io.flavour);
    runtime_io(io.flavour == Flavour::msvcrt ? 0 : 1) = &io;
    modes().flush_streams = flush_all_runtimes;
    runtime().after_detach = flush_all_runtimes;  // a program may call ExitProcess itself
}

}  // namespace lsw::crt
