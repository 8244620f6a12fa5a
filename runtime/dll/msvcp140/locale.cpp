// xlocale, xlocinfo: one locale, that of C. It has no facets: use_facet, which programs compile from its template, makes those
// that it misses, from tables that it asks for here.
#include <cstring>
#include <mutex>

#include "dll/crt/eh/standard_throws.h"
#include "dll/kernel32/kernel32.h"
#include "dll/msvcp140/msvcp140.h"
#include "dll/ucrtbase/ucrtbase.h"

using namespace msvcp140;

namespace {

// _LOCK_LOCALE and its kin; _BEGIN_LOCK of one kind nests.
constexpr int kLocks = 8;
std::recursive_mutex& lock_of(int kind) {
    static std::recursive_mutex locks[kLocks];
    return locks[kind & (kLocks - 1)];
}

void* WINAPI destroy_facet(Facet* self, unsigned flags) {
    if (flags & 1) clib::free(self);
    return self;
}

void WINAPI count_up(Facet* self) { __atomic_add_fetch(&self->references, 1, __ATOMIC_RELAXED); }
Facet* WINAPI count_down(Facet* self) {
    return __atomic_sub_fetch(&self->references, 1, __ATOMIC_ACQ_REL) == 0 ? self : nullptr;
}

bool WINAPI do_always_noconv(Facet*) { return true; }
int WINAPI one(Facet*) { return 1; }
int WINAPI do_length(Facet*, void*, const char* first, const char* last, size_t count) {
    auto all = static_cast<size_t>(last - first);
    return static_cast<int>(all < count ? all : count);
}

template <class Function>
const void* slot(Function* function) {
    return reinterpret_cast<const void*>(function);
}

const void* const kFacetTable[3] = {slot(destroy_facet), slot(count_up), slot(count_down)};
const void* const kCodecvtTable[10] = {slot(destroy_facet),    slot(count_up),    slot(count_down),
                                       slot(do_always_noconv), slot(one),         slot(one),
                                       slot(codecvt_in),       slot(codecvt_out), slot(codecvt_unshift),
                                       slot(do_length)};

struct Classic {
    char name[2] = "C";
    Locimp impl{{kFacetTable, 1}, nullptr, 0, 0x3F, false, name, '\0'};
    Locale locale{nullptr, &impl};
};

Classic& classic() {
    static Classic c;
    return c;
}

constexpr int kNoConversion = 3;  // codecvt_base::noconv

int compare(const char* first, size_t size, const char* other, size_t other_size) {
    int order = memcmp(first, other, size < other_size ? size : other_size);
    if (order == 0 && size != other_size) order = size < other_size ? -1 : 1;
    return order < 0 ? -1 : order > 0;
}

}  // namespace

Locale* msvcp140::new_locale() {
    auto* made = static_cast<Locale*>(clib::malloc(sizeof(Locale)));
    if (!made) lsw::crt::throw_bad_alloc();
    *made = {nullptr, locale_Init(true)};
    return made;
}

void msvcp140::delete_locale(Locale* locale) {
    if (!locale) return;
    if (auto* last = call_virtual<Facet*>(static_cast<Facet*>(locale->impl), 2)) call_virtual<void>(last, 0, 1u);
    clib::free(locale);
}

Lockit* msvcp140::Lockit_construct(Lockit* self, int kind) {
    self->kind = kind;
    lock_of(kind).lock();
    return self;
}

void msvcp140::Lockit_destroy(Lockit* self) { lock_of(self->kind).unlock(); }

Locimp* msvcp140::locale_Getgloballocale() { return &classic().impl; }

Locimp* msvcp140::locale_Init(bool count) {
    Locimp* impl = &classic().impl;
    if (count) count_up(impl);
    return impl;
}

const Locale* msvcp140::locale_classic() { return &classic().locale; }

void msvcp140::Locinfo_construct(Locinfo* self, const char* name) {
    size_t size = strlen(name) + 1;
    self->new_name.text = static_cast<char*>(clib::malloc(size));
    if (self->new_name.text) memcpy(self->new_name.text, name, size);
}

void msvcp140::Locinfo_destroy(Locinfo*) {}

// LC_CTYPE is what the facet belongs to.
size_t msvcp140::codecvt_Getcat(Facet** made, const Locale*) {
    constexpr size_t kCtype = 2;
    if (!made || *made) return kCtype;
    auto* facet = static_cast<Facet*>(clib::malloc(sizeof(Facet)));
    if (!facet) lsw::crt::throw_bad_alloc();
    *facet = {kCodecvtTable, 0};
    *made = facet;
    return kCtype;
}

bool msvcp140::codecvt_always_noconv(Facet* self) { return call_virtual<bool>(self, 3); }

int msvcp140::codecvt_in(Facet*, void*, const char* first, const char*, const char** next, char* to, char*, char** to_next) {
    *next = first;
    *to_next = to;
    return kNoConversion;
}

int msvcp140::codecvt_out(Facet* self, void* state, const char* first, const char* last, const char** next, char* to,
                          char* to_last, char** to_next) {
    return codecvt_in(self, state, first, last, next, to, to_last, to_next);
}

int msvcp140::codecvt_unshift(Facet*, void*, char* to, char*, char** to_next) {
    *to_next = to;
    return kNoConversion;
}

Collvec* msvcp140::_Getcoll(Collvec* out) { return *out = {0, nullptr}, out; }

// The table is the C runtime's own, which lives as long as the process.
Ctypevec* msvcp140::_Getctype(Ctypevec* out) {
    return *out = {0, reinterpret_cast<const short*>(clib::__pctype_func()), 0, nullptr}, out;
}

int msvcp140::_Strcoll(const char* first, const char* last, const char* other, const char* other_last, const Collvec*) {
    return compare(first, static_cast<size_t>(last - first), other, static_cast<size_t>(other_last - other));
}

size_t msvcp140::_Strxfrm(char* to, char* to_last, const char* first, const char* last, const Collvec*) {
    auto size = static_cast<size_t>(last - first);
    if (size <= static_cast<size_t>(to_last - to)) memcpy(to, first, size);
    return size;
}

int msvcp140::_Tolower(int byte, const Ctypevec*) { return byte >= 'A' && byte <= 'Z' ? byte + 32 : byte; }
int msvcp140::_Toupper(int byte, const Ctypevec*) { return byte >= 'a' && byte <= 'z' ? byte - 32 : byte; }

void msvcp140::Xregex_error(int) { lsw::crt::throw_runtime_error("regex_error"); }

// The standard streams stand upon ucrtbase's, which the program may not have loaded yet.
void msvcp140::on_load() {
    kernel32::LoadLibraryA("ucrtbase.dll");
    load_standard_streams();
}
