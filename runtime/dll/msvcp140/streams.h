// Objects of Microsoft's C++ library that programs and this module share: layouts as the public headers of its STL declare them
// (streambuf, xiosbase, ios, ostream, xlocale, xlocinfo; x64). Virtual functions are called through the object's own table,
// which may be the program's.
#pragma once

#include "abi/crt.h"
#include "abi/types.h"
#include "dll/crt/eh/types.h"

namespace msvcp140 {

struct Ios;
struct Ostream;
using OstreamChange = Ostream*(WINAPI*)(Ostream*);
using IosChange = Ios*(WINAPI*)(Ios*);

struct Facet {
    const void* const* table;
    int references;
};

struct Locimp : Facet {
    Facet** facets;
    size_t facet_count;
    int categories;
    bool transparent;
    char* name;
    char no_name;
};

struct Locale {
    void* bases;  // two empty ones, which take room
    Locimp* impl;
};
static_assert(sizeof(Locale) == 16);

struct Lockit {
    int kind;
};

// std::_Locinfo: the names of days, months, and of locales, as (text, end) pairs.
struct Locinfo {
    Lockit lock;
    struct {
        char* text;
        char end[8];
    } days, months, wide_days, wide_months, old_name, new_name;
};

struct Collvec {
    unsigned page;
    WCHAR* name;
};

struct Ctypevec {
    unsigned page;
    const short* table;
    int owned;
    WCHAR* name;
};

// std::fpos<_Mbstatet>
struct StreamPos {
    LONGLONG offset;
    LONGLONG position;
    uint64_t state;
};

struct Streambuf {
    const void* const* table;
    char *own_get_first, *own_put_first;
    char **get_first, **put_first;
    char *own_get_next, *own_put_next;
    char **get_next, **put_next;
    int own_get_count, own_put_count;
    int *get_count, *put_count;
    Locale* locale;
};
static_assert(sizeof(Streambuf) == 104);

// The virtual functions of basic_streambuf, in the order of its declaration; 0 is the destructor.
enum StreambufSlot { kLock = 1, kUnlock, kOverflow, kPutBackFail, kShowMany, kUnderflow, kUflow, kGetMany, kPutMany, kSeekOff,
                     kSeekPos, kSetBuf, kSync, kImbue };

template <class Result, class Object, class... Arguments>
Result call_virtual(Object* object, int slot, Arguments... arguments) {
    return reinterpret_cast<Result(WINAPI*)(Object*, Arguments...)>(const_cast<void*>(object->table[slot]))(object, arguments...);
}

// basic_ios<char> with ios_base before it.
struct Ios {
    const void* const* table;
    size_t standard;
    int state, except, flags;
    LONGLONG precision, width;
    void *words, *callbacks;
    Locale* locale;
    Streambuf* buffer;
    Ostream* tied;
    char fill;
};
static_assert(sizeof(Ios) == 96);

enum : int { kEof = -1, kEofBit = 1, kFailBit = 2, kBadBit = 4, kStates = 0x17 };
enum : int { kSkipSpace = 1, kUnitBuf = 2, kUpper = 4, kShowBase = 8, kShowPoint = 0x10, kShowPlus = 0x20, kLeft = 0x40,
             kInternal = 0x100, kDec = 0x200, kOct = 0x400, kHex = 0x800, kScientific = 0x1000, kFixed = 0x2000,
             kBoolAlpha = 0x4000 };

// basic_ostream and basic_istream have basic_ios as a virtual base, which their table of displacements finds.
struct Ostream {
    const int* bases;
};
struct Istream {
    const int* bases;
    LONGLONG count;
};

template <class Stream>
Ios* ios_of(Stream* stream) {
    return reinterpret_cast<Ios*>(reinterpret_cast<char*>(stream) + stream->bases[1]);
}

// std::_Smanip<streamsize>
struct Manipulator {
    void(WINAPI* change)(Ios*, LONGLONG);
    LONGLONG value;
};

// std::exception_ptr
struct ExceptionPtr {
    void* held;
    void* unused;
};

// The table of a stream buffer that does nothing, to take functions from.
extern const void* const kStreambufTable[15];
extern const void* const kIosTable[1];

Locale* new_locale();
void delete_locale(Locale* locale);
void load_standard_streams();

}  // namespace msvcp140
