// iostream, fstream: cin, cout, cerr and clog, upon the streams of ucrtbase, so that both can be mixed; and how a file stream
// opens.
#include <cstring>

#include "dll/crt/io/stream.h"
#include "dll/msvcp140/msvcp140.h"
#include "dll/ucrtbase/ucrtbase.h"

using namespace msvcp140;

namespace {

// A buffer that keeps nothing: the C stream does.
struct StandardBuf : Streambuf {
    CrtIob* stream;
};

int WINAPI put_byte(StandardBuf* self, int byte) {
    if (byte == kEof) return 0;
    return ucrtbase::fputc(byte, self->stream);
}

LONGLONG WINAPI put_many(StandardBuf* self, const char* from, LONGLONG count) {
    return static_cast<LONGLONG>(ucrtbase::fwrite(from, 1, static_cast<size_t>(count), self->stream));
}

LONGLONG WINAPI get_many(StandardBuf* self, char* to, LONGLONG count) {
    return static_cast<LONGLONG>(ucrtbase::fread(to, 1, static_cast<size_t>(count), self->stream));
}

int WINAPI next_byte(StandardBuf* self) { return ucrtbase::fgetc(self->stream); }

int WINAPI look(StandardBuf* self) {
    int byte = ucrtbase::fgetc(self->stream);
    return byte == kEof ? byte : ucrtbase::ungetc(byte, self->stream);
}

int WINAPI back(StandardBuf* self, int byte) { return byte == kEof ? byte : ucrtbase::ungetc(byte, self->stream); }
int WINAPI synchronise(StandardBuf* self) { return ucrtbase::fflush(self->stream); }

struct Standard {
    StandardBuf in, out, err, log;
    const void* table[15];
};

// One for the process, like the streams themselves.
Standard& standard() {
    static Standard all;
    return all;
}

template <class Function>
const void* slot(Function* function) {
    return reinterpret_cast<const void*>(function);
}

Streambuf* make(StandardBuf& buffer, unsigned stream) {
    msvcp140::streambuf_construct(&buffer);
    buffer.table = standard().table;
    buffer.stream = ucrtbase::__acrt_iob_func(stream);
    return &buffer;
}

// std::ios_base's bits -> a mode of fopen; null for combinations that mean nothing.
const char* mode_text(int mode) {
    constexpr int kIn = 1, kOut = 2, kApp = 8, kTrunc = 16, kBinary = 32;
    struct Row {
        int bits;
        const char* text;
    };
    static const Row rows[] = {{kIn, "r"},
                               {kOut, "w"},
                               {kOut | kTrunc, "w"},
                               {kOut | kApp, "a"},
                               {kApp, "a"},
                               {kIn | kBinary, "rb"},
                               {kOut | kBinary, "wb"},
                               {kOut | kTrunc | kBinary, "wb"},
                               {kOut | kApp | kBinary, "ab"},
                               {kApp | kBinary, "ab"},
                               {kIn | kOut, "r+"},
                               {kIn | kOut | kTrunc, "w+"},
                               {kIn | kOut | kApp, "a+"},
                               {kIn | kApp, "a+"},
                               {kIn | kOut | kBinary, "r+b"},
                               {kIn | kOut | kTrunc | kBinary, "w+b"},
                               {kIn | kOut | kApp | kBinary, "a+b"},
                               {kIn | kApp | kBinary, "a+b"}};
    for (const Row& row : rows)
        if (row.bits == mode) return row.text;
    return nullptr;
}

// _Nocreate: only what exists; _Noreplace: only what does not. `open` takes a mode, as text.
template <class Open>
CrtIob* open_file(int mode, Open open) {
    constexpr int kIn = 1, kAtEnd = 4, kNoCreate = 0x40, kNoReplace = 0x80, kSeekEnd = 2;
    if (mode & kNoCreate) mode |= kIn;
    const char* text = mode_text(mode & ~(kAtEnd | kNoCreate | kNoReplace));
    if (!text) return nullptr;
    if (mode & kNoReplace)
        if (CrtIob* there = open("r")) return ucrtbase::fclose(there), nullptr;
    CrtIob* stream = open(text);
    if (!stream || !(mode & kAtEnd)) return stream;
    if (ucrtbase::fseek(stream, 0, kSeekEnd) == 0) return stream;
    ucrtbase::fclose(stream);
    return nullptr;
}

}  // namespace

CrtIob* msvcp140::Fiopen(const char* name, int mode, int share) {
    return open_file(mode, [&](const char* text) { return ucrtbase::_fsopen(name, text, share); });
}

CrtIob* msvcp140::wFiopen(const WCHAR* name, int mode, int share) {
    return open_file(mode, [&](const char* text) {
        WCHAR wide[8] = {};
        for (size_t i = 0; text[i]; ++i) wide[i] = static_cast<WCHAR>(text[i]);
        return ucrtbase::_wfsopen(name, wide, share);
    });
}

void msvcp140::load_standard_streams() {
    Standard& all = standard();
    memcpy(all.table, kStreambufTable, sizeof all.table);
    all.table[kOverflow] = slot(put_byte);
    all.table[kPutBackFail] = slot(back);
    all.table[kUnderflow] = slot(look);
    all.table[kUflow] = slot(next_byte);
    all.table[kGetMany] = slot(get_many);
    all.table[kPutMany] = slot(put_many);
    all.table[kSync] = slot(synchronise);
    auto* out = reinterpret_cast<Ostream*>(cout_ptr);
    auto* err = reinterpret_cast<Ostream*>(cerr_ptr);
    auto* in = reinterpret_cast<Istream*>(cin_ptr);
    istream_construct(in, make(all.in, 0), true, 1);
    ostream_construct(out, make(all.out, 1), true, 1);
    ostream_construct(err, make(all.err, 2), true, 1);
    ostream_construct(reinterpret_cast<Ostream*>(clog_ptr), make(all.log, 2), true, 1);
    ios_of(in)->tied = out;
    ios_of(err)->tied = out;
    ios_of(err)->flags |= kUnitBuf;
}
