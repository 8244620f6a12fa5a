// C file descriptors: small numbers for HANDLEs, with text translation ("Low-Level I/O").
// One table per runtime DLL, as on Windows; a descriptor of one means nothing to the other.
// Functions return -1 (or what is documented) and set errno; they call no handler.
#pragma once

#include <pthread.h>

#include <cstddef>
#include <cstdint>
#include <mutex>

#include "dll/crt/errors.h"

namespace lsw::crt {

// fcntl.h
inline constexpr int _O_RDONLY = 0, _O_WRONLY = 1, _O_RDWR = 2, _O_APPEND = 8, _O_RANDOM = 0x10;
inline constexpr int _O_SEQUENTIAL = 0x20, _O_TEMPORARY = 0x40, _O_NOINHERIT = 0x80,
                     _O_CREAT = 0x100;
inline constexpr int _O_TRUNC = 0x200, _O_EXCL = 0x400, _O_SHORT_LIVED = 0x1000,
                     _O_OBTAIN_DIR = 0x2000;
inline constexpr int _O_TEXT = 0x4000, _O_BINARY = 0x8000, _O_WTEXT = 0x10000, _O_U16TEXT = 0x20000;
inline constexpr int _O_U8TEXT = 0x40000;
inline constexpr int kTextModes = _O_TEXT | _O_BINARY | _O_WTEXT | _O_U16TEXT | _O_U8TEXT;
// share.h
inline constexpr int _SH_DENYRW = 0x10, _SH_DENYWR = 0x20, _SH_DENYRD = 0x30, _SH_DENYNO = 0x40;
inline constexpr int _SH_SECURE = 0x80;
// sys/stat.h
inline constexpr int _S_IREAD = 0x100, _S_IWRITE = 0x80, _S_IEXEC = 0x40;

// Bits of IoInfo::flags; they travel to child processes in STARTUPINFO.lpReserved2.
inline constexpr uint8_t kFdOpen = 0x01, kFdEof = 0x02, kFdPipe = 0x08, kFdNoInherit = 0x10;
inline constexpr uint8_t kFdAppend = 0x20, kFdDevice = 0x40, kFdText = 0x80;

enum class TextMode : uint8_t { ansi = 0, utf8 = 1, utf16 = 2 };

// What a descriptor is. The first fields stand where programs that import msvcrt's __pioinfo look.
struct IoInfo {
    HANDLE handle;
    uint8_t flags;
    char pushed;  // byte read ahead from what cannot seek; '\n' for none
    int lock_is_made;
    pthread_mutex_t lock;  // where Windows has a critical section of the same 40 bytes
    TextMode text_mode;
    uint8_t held_size;  // bytes in `held`
    char held[4];       // unfinished UTF-8 sequence, or a UTF-16 unit read ahead
};
static_assert(sizeof(IoInfo) == 64 && offsetof(IoInfo, flags) == 8 && offsetof(IoInfo, lock) == 16);

class Descriptors {
public:
    static constexpr int kChunk = 32;

    // `chunks` has room for `chunk_count` pointers; msvcrt passes its data export.
    void attach(IoInfo** chunks, int chunk_count, Flavour flavour);
    // Standard handles and what the parent passed through STARTUPINFO.
    void inherit_from_startup();
    // The block for a child's STARTUPINFO.lpReserved2; frees with delete[]. *size is 0 when there
    // is nothing.
    uint8_t* startup_block(uint16_t* size);

    int limit() const { return chunk_count_ * kChunk; }
    // nullptr when `fd` is not open; sets errno to EBADF then.
    IoInfo* get(int fd);

    // Returns an errno value; *fd is -1 on failure.
    int open(const char16_t* path, int flags, int share, int permission, int* fd);
    int open_handle(intptr_t handle, int flags);
    int close(int fd);
    // *raw_size, when wanted: bytes that the file pointer moved by.
    int read(int fd, void* buffer, unsigned count, unsigned* raw_size = nullptr);
    int write(int fd, const void* buffer, unsigned count);
    int64_t seek(int fd, int64_t offset, int origin);
    int64_t length(int fd);
    int at_end(int fd);
    int commit(int fd);
    int duplicate(int fd);
    int duplicate_to(int fd, int target);
    int pipe(int* pair, unsigned size, int flags);
    int set_mode(int fd, int mode);
    int change_size(int fd, int64_t size);  // returns an errno value
    int lock_region(int fd, int mode, int bytes);
    bool is_terminal(int fd);
    intptr_t handle(int fd);

    static bool seekable(const IoInfo& info) { return (info.flags & (kFdPipe | kFdDevice)) == 0; }

    int umask = 0;
    const int* default_mode = nullptr;  // _fmode

private:
    friend class DescriptorLock;
    int file_mode() const;
    bool make_chunk(int chunk);
    int allocate();  // a free slot, locked table; -1 when all are in use
    void set(int fd, HANDLE handle, uint8_t flags);
    void tell_standard_handle(int fd, HANDLE handle);
    int detect_encoding(int fd, int flags);
    int read_raw(IoInfo& info, char* buffer, unsigned count);
    int read_text(IoInfo& info, char* buffer, unsigned count, unsigned& raw);
    int read_wide_text(IoInfo& info, char16_t* buffer, unsigned units, unsigned& raw);
    int read_utf8(IoInfo& info, char16_t* buffer, unsigned units, unsigned& raw);
    int write_raw(IoInfo& info, const char* data, unsigned count);
    int write_text(IoInfo& info, const char* data, unsigned count);
    int write_wide_text(IoInfo& info, const char16_t* units, unsigned count);

    IoInfo** chunks_ = nullptr;
    int chunk_count_ = 0;
    Flavour flavour_ = Flavour::ucrt;
    std::mutex table_lock_;
};

// Keeps one descriptor for one operation.
class DescriptorLock {
public:
    explicit DescriptorLock(IoInfo& info) : info_(info) { pthread_mutex_lock(&info.lock); }
    ~DescriptorLock() { pthread_mutex_unlock(&info_.lock); }
    DescriptorLock(const DescriptorLock&) = delete;
    DescriptorLock& operator=(const DescriptorLock&) = delete;

private:
    IoInfo& info_;
};

}  // namespace lsw::crt
