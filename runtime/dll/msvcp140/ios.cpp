// xiosbase, ios, iomanip: the state and the format of a stream.
#include "dll/crt/eh/standard_throws.h"
#include "dll/msvcp140/msvcp140.h"
#include "dll/ucrtbase/ucrtbase.h"

using namespace msvcp140;

namespace {

void WINAPI destroy_ios(Ios* self, unsigned flags) {
    msvcp140::ios_destroy(self);
    if (flags & 1) clib::free(self);
}

template <class T>
T exchange(T& place, T value) {
    T old = place;
    place = value;
    return old;
}

void WINAPI change_precision(Ios* self, LONGLONG value) { self->precision = value; }
void WINAPI change_width(Ios* self, LONGLONG value) { self->width = value; }

}  // namespace

const void* const msvcp140::kIosTable[1] = {reinterpret_cast<const void*>(destroy_ios)};

bool msvcp140::ios_good(Ios* self) { return self->state == 0; }
bool msvcp140::ios_eof(Ios* self) { return self->state & kEofBit; }
bool msvcp140::ios_fail(Ios* self) { return self->state & (kFailBit | kBadBit); }
bool msvcp140::ios_bad(Ios* self) { return self->state & kBadBit; }
bool msvcp140::ios_to_bool(Ios* self) { return !ios_fail(self); }
bool msvcp140::ios_not(Ios* self) { return ios_fail(self); }
int msvcp140::ios_rdstate(Ios* self) { return self->state; }
int msvcp140::ios_flags(Ios* self) { return self->flags; }
int msvcp140::ios_set_flags(Ios* self, int flags) { return exchange(self->flags, flags & 0xFFFF); }
int msvcp140::ios_setf(Ios* self, int flags) { return exchange(self->flags, self->flags | (flags & 0xFFFF)); }
int msvcp140::ios_setf_mask(Ios* self, int flags, int mask) {
    return exchange(self->flags, (self->flags & ~mask) | (flags & mask & 0xFFFF));
}
void msvcp140::ios_unsetf(Ios* self, int mask) { self->flags &= ~mask; }
LONGLONG msvcp140::ios_width(Ios* self) { return self->width; }
LONGLONG msvcp140::ios_set_width(Ios* self, LONGLONG width) { return exchange(self->width, width); }
LONGLONG msvcp140::ios_precision(Ios* self) { return self->precision; }
LONGLONG msvcp140::ios_set_precision(Ios* self, LONGLONG precision) { return exchange(self->precision, precision); }

Locale* msvcp140::ios_getloc(Ios* self, Locale* out) {
    out->impl = self->locale->impl;
    call_virtual<void>(static_cast<Facet*>(out->impl), 1);
    return out;
}

// Without its state, which init gives: streams with basic_ios as a virtual base have it made first of all.
Ios* msvcp140::ios_construct(Ios* self) {
    self->table = kIosTable;
    return self;
}

Ios* msvcp140::ios_construct_with(Ios* self, Streambuf* buffer) {
    ios_construct(self);
    ios_init(self, buffer, false);
    return self;
}

void msvcp140::ios_destroy(Ios* self) { delete_locale(self->locale); }

void msvcp140::ios_init(Ios* self, Streambuf* buffer, bool standard) {
    const void* const* table = self->table;
    *self = {};
    self->table = table;
    self->flags = kSkipSpace | kDec;
    self->precision = 6;
    self->locale = new_locale();
    self->buffer = buffer;
    self->fill = ' ';
    self->standard = standard;
    if (!buffer) self->state = kBadBit;
}

void msvcp140::ios_clear(Ios* self, int state, bool again) {
    self->state = (state | (self->buffer ? 0 : kBadBit)) & kStates;
    int thrown = self->state & self->except;
    if (!thrown) return;
    if (again) clib::_CxxThrowException(nullptr, nullptr);
    lsw::crt::throw_runtime_error(thrown & kBadBit    ? "ios_base::badbit set"
                                  : thrown & kFailBit ? "ios_base::failbit set"
                                                      : "ios_base::eofbit set");
}

void msvcp140::ios_setstate(Ios* self, int state, bool again) {
    if (state) ios_clear(self, self->state | state, again);
}

Streambuf* msvcp140::ios_rdbuf(Ios* self) { return self->buffer; }

Streambuf* msvcp140::ios_set_rdbuf(Ios* self, Streambuf* buffer) {
    Streambuf* old = exchange(self->buffer, buffer);
    ios_clear(self, 0, false);
    return old;
}

Ostream* msvcp140::ios_tie(Ios* self) { return self->tied; }
Ostream* msvcp140::ios_set_tie(Ios* self, Ostream* stream) { return exchange(self->tied, stream); }
char msvcp140::ios_fill(Ios* self) { return self->fill; }
char msvcp140::ios_set_fill(Ios* self, char byte) { return exchange(self->fill, byte); }
char msvcp140::ios_widen(Ios*, char byte) { return byte; }

Ios* msvcp140::ios_copyfmt(Ios* self, const Ios* other) {
    if (self == other) return self;
    self->tied = other->tied;
    self->fill = other->fill;
    self->flags = other->flags;
    self->precision = other->precision;
    self->width = other->width;
    Locimp* old = exchange(self->locale->impl, other->locale->impl);
    call_virtual<void>(static_cast<Facet*>(self->locale->impl), 1);
    if (auto* last = call_virtual<Facet*>(static_cast<Facet*>(old), 2)) call_virtual<void>(last, 0, 1u);
    self->except = other->except;
    ios_clear(self, self->state, false);
    return self;
}

Manipulator* msvcp140::setprecision(Manipulator* out, LONGLONG precision) { return *out = {change_precision, precision}, out; }
Manipulator* msvcp140::setw(Manipulator* out, LONGLONG width) { return *out = {change_width, width}, out; }
