// istream: basic_istream<char>, without formatted input: numbers and words are not read.
#include "dll/msvcp140/msvcp140.h"

using namespace msvcp140;

namespace {

const int kIstreamBases[2] = {0, 24};

bool enter(Istream* self, bool no_skip) {
    Ios* ios = ios_of(self);
    if (ios->buffer) call_virtual<void>(ios->buffer, kLock);
    return msvcp140::istream_Ipfx(self, no_skip);
}

void leave(Istream* self, int state) {
    Ios* ios = ios_of(self);
    msvcp140::ios_setstate(ios, state, false);
    if (ios->buffer) call_virtual<void>(ios->buffer, kUnlock);
}

bool is_space(int byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

// One step back, by a function that gives the end of file when it cannot. The end seen before is forgotten.
template <class Back>
Istream* step_back(Istream* self, Back back) {
    Ios* ios = ios_of(self);
    self->count = 0;
    msvcp140::ios_clear(ios, ios->state & ~kEofBit, false);
    bool good = enter(self, true);
    leave(self, good && back(ios->buffer) == kEof ? kBadBit : 0);
    return self;
}

}  // namespace

Istream* msvcp140::istream_construct(Istream* self, Streambuf* buffer, bool standard, int whole) {
    if (whole) {
        self->bases = kIstreamBases;
        ios_construct(ios_of(self));
    }
    self->count = 0;
    Ios* ios = ios_of(self);
    ios->table = kIosTable;
    reinterpret_cast<int*>(ios)[-1] = self->bases[1] - kIstreamBases[1];
    ios_init(ios, buffer, standard);
    return self;
}

void msvcp140::istream_destroy(Istream*) {}  // the base is destroyed by who made it

bool msvcp140::istream_Ipfx(Istream* self, bool no_skip) {
    Ios* ios = ios_of(self);
    if (ios->state) return ios_setstate(ios, kFailBit, false), false;
    if (ios->tied) ostream_flush(ios->tied);
    if (!no_skip && ios->flags & kSkipSpace) {
        int next = streambuf_sgetc(ios->buffer);
        while (is_space(next)) next = streambuf_snextc(ios->buffer);
        if (next == kEof) ios_setstate(ios, kFailBit | kEofBit, false);
    }
    return ios->state == 0;
}

int msvcp140::istream_get(Istream* self) {
    self->count = 0;
    int byte = enter(self, true) ? streambuf_sbumpc(ios_of(self)->buffer) : kEof;
    self->count = byte != kEof;
    leave(self, byte == kEof ? kEofBit | kFailBit : 0);
    return byte;
}

Istream* msvcp140::istream_get_byte(Istream* self, char* byte) {
    int got = istream_get(self);
    *byte = got == kEof ? '\0' : static_cast<char>(got);
    return self;
}

int msvcp140::istream_peek(Istream* self) {
    self->count = 0;
    bool good = enter(self, true);
    int byte = good ? streambuf_sgetc(ios_of(self)->buffer) : kEof;
    leave(self, good && byte == kEof ? kEofBit : 0);
    return byte;
}

Istream* msvcp140::istream_putback(Istream* self, char byte) {
    return step_back(self, [byte](Streambuf* buffer) { return streambuf_sputbackc(buffer, byte); });
}

Istream* msvcp140::istream_unget(Istream* self) { return step_back(self, streambuf_sungetc); }

Istream* msvcp140::istream_read(Istream* self, char* to, LONGLONG count) {
    self->count = 0;
    bool good = enter(self, true);
    if (good) self->count = streambuf_sgetn(ios_of(self)->buffer, to, count);
    leave(self, good && self->count != count ? kEofBit | kFailBit : 0);
    return self;
}

LONGLONG msvcp140::istream_gcount(Istream* self) { return self->count; }
