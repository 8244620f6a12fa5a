// streambuf: basic_streambuf<char>. Programs compile their own buffers (of strings, of files) from templates, and derive them
// from this. No table of type information stands before the virtual functions: a dynamic_cast of a bare buffer fails.
#include <algorithm>
#include <cstring>

#include "dll/msvcp140/msvcp140.h"
#include "dll/ucrtbase/ucrtbase.h"

using namespace msvcp140;

namespace {

int byte_of(const char* at) { return static_cast<unsigned char>(*at); }

void WINAPI destroy_buffer(Streambuf* self, unsigned flags) {
    msvcp140::streambuf_destroy(self);
    if (flags & 1) clib::free(self);
}

template <class Function>
const void* slot(Function* function) {
    return reinterpret_cast<const void*>(function);
}

}  // namespace

const void* const msvcp140::kStreambufTable[15] = {
    slot(destroy_buffer),
    slot(streambuf_Lock),
    slot(streambuf_Unlock),
    slot(streambuf_overflow),
    slot(streambuf_pbackfail),
    slot(streambuf_showmanyc),
    slot(streambuf_underflow),
    slot(streambuf_uflow),
    slot(streambuf_xsgetn),
    slot(streambuf_xsputn),
    slot(streambuf_seekoff),
    slot(streambuf_seekpos),
    slot(streambuf_setbuf),
    slot(streambuf_sync),
    slot(streambuf_imbue),
};

Streambuf* msvcp140::streambuf_construct(Streambuf* self) {
    self->table = kStreambufTable;
    self->locale = new_locale();
    streambuf_Init(self);
    return self;
}

void msvcp140::streambuf_destroy(Streambuf* self) { delete_locale(self->locale); }

char* msvcp140::streambuf_eback(Streambuf* self) { return *self->get_first; }
char* msvcp140::streambuf_gptr(Streambuf* self) { return *self->get_next; }
char* msvcp140::streambuf_pbase(Streambuf* self) { return *self->put_first; }
char* msvcp140::streambuf_pptr(Streambuf* self) { return *self->put_next; }
char* msvcp140::streambuf_egptr(Streambuf* self) { return *self->get_next + *self->get_count; }
char* msvcp140::streambuf_epptr(Streambuf* self) { return *self->put_next + *self->put_count; }

void msvcp140::streambuf_gbump(Streambuf* self, int count) {
    *self->get_count -= count;
    *self->get_next += count;
}

void msvcp140::streambuf_pbump(Streambuf* self, int count) {
    *self->put_count -= count;
    *self->put_next += count;
}

void msvcp140::streambuf_setg(Streambuf* self, char* first, char* next, char* last) {
    *self->get_first = first;
    *self->get_next = next;
    *self->get_count = static_cast<int>(last - next);
}

void msvcp140::streambuf_setp(Streambuf* self, char* first, char* last) { streambuf_setp_next(self, first, first, last); }

void msvcp140::streambuf_setp_next(Streambuf* self, char* first, char* next, char* last) {
    *self->put_first = first;
    *self->put_next = next;
    *self->put_count = static_cast<int>(last - next);
}

char* msvcp140::streambuf_Gndec(Streambuf* self) {
    ++*self->get_count;
    return --*self->get_next;
}

char* msvcp140::streambuf_Gninc(Streambuf* self) {
    --*self->get_count;
    return (*self->get_next)++;
}

char* msvcp140::streambuf_Gnpreinc(Streambuf* self) {
    --*self->get_count;
    return ++*self->get_next;
}

char* msvcp140::streambuf_Pninc(Streambuf* self) {
    --*self->put_count;
    return (*self->put_next)++;
}

LONGLONG msvcp140::streambuf_Gnavail(Streambuf* self) { return *self->get_next ? *self->get_count : 0; }
LONGLONG msvcp140::streambuf_Pnavail(Streambuf* self) { return *self->put_next ? *self->put_count : 0; }

void msvcp140::streambuf_Init(Streambuf* self) {
    streambuf_Init_places(self, &self->own_get_first, &self->own_get_next, &self->own_get_count, &self->own_put_first,
                          &self->own_put_next, &self->own_put_count);
    streambuf_setp(self, nullptr, nullptr);
    streambuf_setg(self, nullptr, nullptr, nullptr);
}

void msvcp140::streambuf_Init_places(Streambuf* self, char** gf, char** gn, int* gc, char** pf, char** pn, int* pc) {
    self->get_first = gf;
    self->get_next = gn;
    self->get_count = gc;
    self->put_first = pf;
    self->put_next = pn;
    self->put_count = pc;
}

void msvcp140::streambuf_Lock(Streambuf*) {}
void msvcp140::streambuf_Unlock(Streambuf*) {}
int msvcp140::streambuf_overflow(Streambuf*, int) { return kEof; }
int msvcp140::streambuf_pbackfail(Streambuf*, int) { return kEof; }
LONGLONG msvcp140::streambuf_showmanyc(Streambuf*) { return 0; }
int msvcp140::streambuf_underflow(Streambuf*) { return kEof; }

int msvcp140::streambuf_uflow(Streambuf* self) {
    if (call_virtual<int>(self, kUnderflow) == kEof) return kEof;
    return byte_of(streambuf_Gninc(self));
}

LONGLONG msvcp140::streambuf_xsgetn(Streambuf* self, char* to, LONGLONG count) {
    LONGLONG left = count;
    while (left > 0) {
        LONGLONG ready = std::min(streambuf_Gnavail(self), left);
        if (ready > 0) {
            memcpy(to, *self->get_next, static_cast<size_t>(ready));
            streambuf_gbump(self, static_cast<int>(ready));
            to += ready;
            left -= ready;
            continue;
        }
        int next = call_virtual<int>(self, kUflow);
        if (next == kEof) break;
        *to++ = static_cast<char>(next);
        --left;
    }
    return count - left;
}

LONGLONG msvcp140::streambuf_xsputn(Streambuf* self, const char* from, LONGLONG count) {
    LONGLONG left = count;
    while (left > 0) {
        LONGLONG room = std::min(streambuf_Pnavail(self), left);
        if (room > 0) {
            memcpy(*self->put_next, from, static_cast<size_t>(room));
            streambuf_pbump(self, static_cast<int>(room));
        } else {
            if (call_virtual<int>(self, kOverflow, byte_of(from)) == kEof) break;
            room = 1;
        }
        from += room;
        left -= room;
    }
    return count - left;
}

StreamPos* msvcp140::streambuf_seekoff(Streambuf*, StreamPos* out, LONGLONG, int, int) { return *out = {-1, 0, 0}, out; }
StreamPos* msvcp140::streambuf_seekpos(Streambuf*, StreamPos* out, const StreamPos*, int) { return *out = {-1, 0, 0}, out; }
Streambuf* msvcp140::streambuf_setbuf(Streambuf* self, char*, LONGLONG) { return self; }
int msvcp140::streambuf_sync(Streambuf*) { return 0; }
void msvcp140::streambuf_imbue(Streambuf*, const Locale*) {}

int msvcp140::streambuf_sbumpc(Streambuf* self) {
    return streambuf_Gnavail(self) > 0 ? byte_of(streambuf_Gninc(self)) : call_virtual<int>(self, kUflow);
}

int msvcp140::streambuf_sgetc(Streambuf* self) {
    return streambuf_Gnavail(self) > 0 ? byte_of(*self->get_next) : call_virtual<int>(self, kUnderflow);
}

int msvcp140::streambuf_snextc(Streambuf* self) {
    if (streambuf_Gnavail(self) > 1) return byte_of(streambuf_Gnpreinc(self));
    return streambuf_sbumpc(self) == kEof ? kEof : streambuf_sgetc(self);
}

int msvcp140::streambuf_sungetc(Streambuf* self) {
    if (*self->get_next && *self->get_first < *self->get_next) return byte_of(streambuf_Gndec(self));
    return call_virtual<int>(self, kPutBackFail, int{kEof});
}

int msvcp140::streambuf_sputbackc(Streambuf* self, char byte) {
    if (*self->get_next && *self->get_first < *self->get_next && byte == (*self->get_next)[-1])
        return byte_of(streambuf_Gndec(self));
    return call_virtual<int>(self, kPutBackFail, byte_of(&byte));
}

int msvcp140::streambuf_sputc(Streambuf* self, char byte) {
    if (streambuf_Pnavail(self) <= 0) return call_virtual<int>(self, kOverflow, byte_of(&byte));
    *streambuf_Pninc(self) = byte;
    return byte_of(&byte);
}

LONGLONG msvcp140::streambuf_sgetn(Streambuf* self, char* to, LONGLONG count) {
    return call_virtual<LONGLONG>(self, kGetMany, to, count);
}

LONGLONG msvcp140::streambuf_sputn(Streambuf* self, const char* from, LONGLONG count) {
    return call_virtual<LONGLONG>(self, kPutMany, from, count);
}

int msvcp140::streambuf_pubsync(Streambuf* self) { return call_virtual<int>(self, kSync); }

Locale* msvcp140::streambuf_getloc(Streambuf* self, Locale* out) {
    out->impl = self->locale->impl;
    call_virtual<void>(static_cast<Facet*>(out->impl), 1);
    return out;
}

Locale* msvcp140::streambuf_pubimbue(Streambuf* self, Locale* out, const Locale* locale) {
    streambuf_getloc(self, out);
    call_virtual<void>(self, kImbue, locale);
    Locimp* old = self->locale->impl;
    self->locale->impl = locale->impl;
    call_virtual<void>(static_cast<Facet*>(locale->impl), 1);
    if (auto* last = call_virtual<Facet*>(static_cast<Facet*>(old), 2)) call_virtual<void>(last, 0, 1u);
    return out;
}
