// FILE streams of both C runtimes ("Stream I/O"), over the descriptors of the same runtime.
//
// A stream is the 48-byte structure that old programs reach into: their getc and putc are macros
// that use _ptr and _cnt and call _filbuf and _flsbuf when _cnt runs out. What they must not see is
// in StreamExtra. The members of Streams that end in _unlocked, and all that take a stream unless
// said otherwise, want the caller to hold the stream (StreamLock).
#pragma once

#include <pthread.h>
#include <sys/single_threaded.h>

#include <cstdio>
#include <vector>

#include "abi/data_exports.h"
#include "abi/synch.h"
#include "core/exception/dispatch.h"
#include "dll/crt/io/descriptors.h"

namespace lsw::crt {

// The names are Windows' here.
#undef _IOFBF
#undef _IOLBF
#undef _IONBF

// Bits of CrtIob::_flag, as in the public headers of old.
inline constexpr int _IOREAD = 0x1, _IOWRT = 0x2, _IONBF = 0x4, _IOMYBUF = 0x8, _IOEOF = 0x10;
inline constexpr int _IOERR = 0x20, _IOSTRG = 0x40, _IORW = 0x80, _IOUSER = 0x100,
                     _IOCOMMIT = 0x4000;
inline constexpr int _IOFBF = 0, _IOLBF = 0x40;  // setvbuf's other two modes

struct StreamExtra {
    pthread_mutex_t lock;
    StreamExtra* self;      // this one, while the stream is one
    unsigned raw_size;      // bytes of the file that the buffer was filled from
    unsigned filled_size;   // bytes in the buffer then
    char16_t pending_unit;  // second half of a pair that was read, first half of one being written
    HANDLE process;         // of _popen
};

class Streams {
public:
    static constexpr int kBufferSize = 4096;
    static constexpr int kEnd = -1;
    static constexpr int kWideEnd = 0xFFFF;

    // `standard` holds the first `count` streams; the first three are stdin, stdout and stderr.
    void attach(CrtIob* standard, int count, Descriptors* descriptors, Flavour flavour);
    static bool in_use(const CrtIob* stream) {
        return (stream->_flag & (_IOREAD | _IOWRT | _IORW)) != 0;
    }
    CrtIob* standard(int index) { return &standard_[index]; }
    StreamExtra& extra(CrtIob* stream);

    // Opening and closing; these lock for themselves. nullptr with errno set on failure.
    CrtIob* open(const char16_t* path, const char16_t* mode, int share);
    CrtIob* open_descriptor(int fd, const char16_t* mode);
    CrtIob* reopen(CrtIob* stream, const char16_t* path, const char16_t* mode, int share);
    CrtIob* open_temporary();
    int close(CrtIob* stream);
    int close_unlocked(CrtIob* stream);
    int close_all(bool temporary_only);  // all but the standard ones; how many
    int flush_all();                     // how many are open for writing or reading; -1 on an error

    int fill(CrtIob* stream);                  // _filbuf
    int flush_with(int byte, CrtIob* stream);  // _flsbuf
    int flush(CrtIob* stream);
    size_t read(void* buffer, size_t size, CrtIob* stream);
    size_t write(const void* data, size_t size, CrtIob* stream);
    int64_t tell(CrtIob* stream);
    int seek(CrtIob* stream, int64_t offset, int origin);
    int set_buffer(CrtIob* stream, char* buffer, int mode, size_t size);

    int get(CrtIob* stream) {
        return --stream->_cnt >= 0 ? static_cast<unsigned char>(*stream->_ptr++) : fill(stream);
    }
    int put(int byte, CrtIob* stream) {
        if (--stream->_cnt < 0) return flush_with(byte, stream);
        return static_cast<unsigned char>(*stream->_ptr++ = static_cast<char>(byte));
    }
    int unget(int byte, CrtIob* stream);
    bool get_line(char* buffer, int size, CrtIob* stream);

    // Wide characters: kWideEnd at the end or on an error.
    int get_wide(CrtIob* stream);
    int put_wide(char16_t unit, CrtIob* stream);
    bool put_wide_text(const char16_t* text, size_t count, CrtIob* stream);
    int unget_wide(int unit, CrtIob* stream);

    bool unbuffered(CrtIob* stream);  // nothing is kept back: a console, stderr, or by setvbuf
    Descriptors& descriptors() { return *descriptors_; }
    Flavour flavour() const { return flavour_; }
    int limit = 512;  // _setmaxstdio

private:
    // Old programs and mingw's library lock a stream outside of `_iob` by the critical section
    // behind it.
    struct Block {
        CrtIob stream;
        RTL_CRITICAL_SECTION program_lock;
        StreamExtra extra;
    };
    static_assert(offsetof(Block, program_lock) == 48);
    std::vector<CrtIob*> all(int from);  // the streams that exist, from the `from`-th standard one
    CrtIob* reserve();
    CrtIob* start(CrtIob* stream, const char16_t* path, const char16_t* mode, int share);
    void make_buffer(CrtIob* stream);
    bool begin_write(CrtIob* stream);
    bool begin_read(CrtIob* stream);
    int64_t file_offset_of(CrtIob* stream, int64_t end);
    bool is_unicode_text(CrtIob* stream);
    bool is_binary(CrtIob* stream);
    static void init_lock(StreamExtra& extra);

    CrtIob* standard_ = nullptr;
    int standard_count_ = 0;
    Descriptors* descriptors_ = nullptr;
    Flavour flavour_ = Flavour::ucrt;
    std::vector<StreamExtra> standard_extra_;
    std::vector<Block*> more_;
    std::mutex table_lock_;
};

// Keeps a stream for one operation; free of cost while the process has one thread.
class StreamLock {
public:
    StreamLock(Streams& streams, CrtIob* stream) {
        if (__libc_single_threaded) return;
        StreamExtra& extra = streams.extra(stream);
        if (extra.self != &extra) seh::raise_status(STATUS_ACCESS_VIOLATION);  // its lock is none
        lock_ = &extra.lock;
        pthread_mutex_lock(lock_);
    }
    ~StreamLock() {
        if (lock_ != nullptr) pthread_mutex_unlock(lock_);
    }
    StreamLock(const StreamLock&) = delete;
    StreamLock& operator=(const StreamLock&) = delete;

private:
    pthread_mutex_t* lock_ = nullptr;
};

// Flags of _open and of a stream that a mode of fopen stands for.
struct OpenMode {
    int open_flags = 0;
    int stream_flags = 0;
    bool valid = false;
};
OpenMode parse_mode(const char16_t* mode, Flavour flavour);

}  // namespace lsw::crt
