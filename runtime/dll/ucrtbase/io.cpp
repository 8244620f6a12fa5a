// Input and output state of ucrtbase.dll: programs see its streams only through pointers.
#include "dll/ucrtbase/io.h"

#include "dll/ucrtbase/ucrtbase.h"

using namespace lsw::crt;

namespace {

constexpr int kDescriptorChunks = 256;  // 8192 descriptors, the limit of "_setmaxstdio"

struct State {
    Io io{Flavour::ucrt};
    IoInfo* chunks[kDescriptorChunks] = {};
    CrtIob standard[3] = {};
};

State& state() {
    static State all;
    return all;
}

}  // namespace

Io& ucrtbase::io() { return state().io; }

void ucrtbase::load_io() {
    State& all = state();
    start_io(all.io, all.chunks, kDescriptorChunks, all.standard, 3);
}

CrtIob* ucrtbase::__acrt_iob_func(unsigned index) { return &state().standard[index]; }

int ucrtbase::_get_stream_buffer_pointers(CrtIob* stream, char*** base, char*** pointer,
                                          int** count) {
    if (stream == nullptr) {
        io().invalid();
        return kEINVAL;
    }
    if (base != nullptr) *base = &stream->_base;
    if (pointer != nullptr) *pointer = &stream->_ptr;
    if (count != nullptr) *count = &stream->_cnt;
    return 0;
}
