// Reading, writing and positioning of descriptors, with the translation of text mode.
// Doc: "_read", "_write", "_lseek, _lseeki64", "_chsize_s", "_locking", "Text and Binary Mode File
// I/O".
//
// Text mode turns CR LF into LF on reading and back on writing, and ends a file at Ctrl-Z (26). In
// the Unicode modes the caller reads and writes UTF-16; the file holds UTF-16 or UTF-8.
#include <cstring>

#include "dll/crt/format/multibyte.h"
#include "dll/crt/io/descriptors.h"
#include "dll/crt/io/win32.h"

namespace lsw::crt {
namespace {

constexpr char kCtrlZ = 26;
constexpr unsigned kWriteChunk = 2048;  // guest stacks are small

}  // namespace

// Bytes of the file, first those held back by an earlier call. Returns -1 with errno set.
int Descriptors::read_raw(IoInfo& info, char* buffer, unsigned count) {
    unsigned taken = 0;
    if (info.pushed != '\n' && count > 0 && !seekable(info)) {
        buffer[taken++] = info.pushed;
        info.pushed = '\n';
        if (count == 1) return 1;
    }
    DWORD got = 0;
    if (!kernel32::ReadFile(info.handle, buffer + taken, count - taken, &got, nullptr)) {
        DWORD error = last_error();
        if (error == ERROR_BROKEN_PIPE || error == ERROR_HANDLE_EOF) return static_cast<int>(taken);
        if (taken > 0) return static_cast<int>(taken);
        if (error == ERROR_ACCESS_DENIED) {  // not opened for reading
            guest_doserrno() = error;
            return fail(kEBADF);
        }
        return fail_with_win32(error);
    }
    return static_cast<int>(taken + got);
}

int Descriptors::read(int fd, void* buffer, unsigned count, unsigned* raw_size) {
    unsigned ignored;
    unsigned& raw = raw_size != nullptr ? *raw_size : ignored;
    raw = 0;
    IoInfo* info = get(fd);
    if (info == nullptr) return -1;
    if (count > INT32_MAX || (buffer == nullptr && count > 0)) return fail(kEINVAL);
    DescriptorLock lock(*info);
    if (count == 0 || (info->flags & kFdEof) != 0) return 0;
    auto* bytes = static_cast<char*>(buffer);
    if ((info->flags & kFdText) == 0) {
        int got = read_raw(*info, bytes, count);
        raw = static_cast<unsigned>(got < 0 ? 0 : got);
        return got;
    }
    if (info->text_mode == TextMode::ansi) return read_text(*info, bytes, count, raw);
    if (count % 2 != 0) return fail(kEINVAL);
    auto* units = static_cast<char16_t*>(buffer);
    int got = info->text_mode == TextMode::utf8 ? read_utf8(*info, units, count / 2, raw)
                                                : read_wide_text(*info, units, count / 2, raw);
    return got < 0 ? got : got * 2;
}

int Descriptors::read_text(IoInfo& info, char* buffer, unsigned count, unsigned& raw) {
    int got = read_raw(info, buffer, count);
    if (got <= 0) return got;
    raw = static_cast<unsigned>(got);
    char* end = buffer + got;
    auto* first_cr = static_cast<char*>(memchr(buffer, '\r', static_cast<size_t>(got)));
    auto* ctrl_z = static_cast<char*>(memchr(buffer, kCtrlZ, static_cast<size_t>(got)));
    if (ctrl_z != nullptr) {
        // A device only ends this read; a file or pipe ends for good.
        if ((info.flags & kFdDevice) == 0) info.flags |= kFdEof;
        end = ctrl_z;
        if (first_cr >= end) first_cr = nullptr;
    }
    if (first_cr == nullptr) return static_cast<int>(end - buffer);
    char* out = first_cr;
    for (char* in = first_cr; in < end; ++in) {
        if (*in != '\r') {
            *out++ = *in;
        } else if (in + 1 < end) {
            if (in[1] != '\n') *out++ = '\r';
        } else if (ctrl_z == nullptr) {
            char next;
            int more = read_raw(info, &next, 1);
            if (more == 1 && next == '\n') {
                *out++ = '\n';
                ++raw;
                break;
            }
            *out++ = '\r';
            if (more != 1) break;
            if (seekable(info)) {
                LARGE_INTEGER back;
                back.QuadPart = -1;
                kernel32::SetFilePointerEx(info.handle, back, nullptr, FILE_CURRENT);
            } else {
                info.pushed = next;
            }
        } else {
            *out++ = '\r';
        }
    }
    return static_cast<int>(out - buffer);
}

// UTF-16 file: the same translation over units. Returns units.
int Descriptors::read_wide_text(IoInfo& info, char16_t* buffer, unsigned units, unsigned& raw) {
    char* bytes = reinterpret_cast<char*>(buffer);
    unsigned held = info.held_size;
    memcpy(bytes, info.held, held);
    info.held_size = 0;
    int got = read_raw(info, bytes + held, units * 2 - held);
    if (got < 0) return got;
    raw += static_cast<unsigned>(got);
    unsigned total = (static_cast<unsigned>(got) + held) / 2;
    if ((static_cast<unsigned>(got) + held) % 2 != 0) {
        info.held[0] = bytes[total * 2];
        info.held_size = 1;
    }
    unsigned out = 0;
    for (unsigned in = 0; in < total; ++in) {
        char16_t unit = buffer[in];
        if (unit == kCtrlZ) {
            info.flags |= kFdEof;
            break;
        }
        if (unit == '\r' && in + 1 < total && buffer[in + 1] == '\n') continue;
        if (unit == '\r' && in + 1 == total && info.held_size == 0) {
            char16_t next;
            int more = read_raw(info, reinterpret_cast<char*>(&next), 2);
            if (more > 0) raw += static_cast<unsigned>(more);
            if (more == 2 && next == '\n') {
                unit = '\n';
            } else if (more > 0) {
                memcpy(info.held, &next, static_cast<size_t>(more));
                info.held_size = static_cast<uint8_t>(more);
            }
        }
        buffer[out++] = unit;
    }
    return static_cast<int>(out);
}

// UTF-8 file read as UTF-16. Reads no more bytes than units are asked for, so all of them fit.
int Descriptors::read_utf8(IoInfo& info, char16_t* buffer, unsigned units, unsigned& raw) {
    // The bytes are read into the second half of the caller's buffer; decoding never overtakes
    // them.
    if (units < 2) return fail(kEINVAL);
    char* bytes = reinterpret_cast<char*>(buffer) + units;
    unsigned held = info.held_size;
    memcpy(bytes, info.held, held);
    info.held_size = 0;
    int got = read_raw(info, bytes + held, units - held);
    if (got < 0) return got;
    raw += static_cast<unsigned>(got);
    bool at_end = got == 0;
    unsigned total = static_cast<unsigned>(got) + held;
    unsigned out = 0, in = 0;
    while (in < total) {
        char lead = bytes[in];
        if (lead == kCtrlZ) {
            info.flags |= kFdEof;
            break;
        }
        unsigned rest = total - in;
        bool unfinished =
            utf8_length(static_cast<unsigned char>(lead)) > rest || (lead == '\r' && rest == 1);
        if (unfinished && !at_end) {
            memcpy(info.held, bytes + in, rest);
            info.held_size = static_cast<uint8_t>(rest);
            break;
        }
        if (lead == '\r' && rest > 1 && bytes[in + 1] == '\n') {
            ++in;
            continue;
        }
        char16_t pair[2];
        size_t used;
        size_t made = decode_utf8(bytes + in, rest, pair, &used);
        in += static_cast<unsigned>(used);
        for (size_t i = 0; i < made; ++i) buffer[out++] = pair[i];
    }
    // Only held bytes so far: they are not an end of file.
    if (out == 0 && !at_end && info.held_size > 0 && (info.flags & kFdEof) == 0) {
        return read_utf8(info, buffer, units, raw);
    }
    return static_cast<int>(out);
}

int Descriptors::write_raw(IoInfo& info, const char* data, unsigned count) {
    DWORD written = 0;
    if (kernel32::WriteFile(info.handle, data, count, &written, nullptr)) {
        if (written == 0 && count > 0) {
            guest_doserrno() = 0;
            return fail(kENOSPC);
        }
        return static_cast<int>(written);
    }
    DWORD error = last_error();
    if (error == ERROR_ACCESS_DENIED) {
        guest_doserrno() = error;
        return fail(kEBADF);
    }
    return fail_with_win32(error);
}

int Descriptors::write(int fd, const void* buffer, unsigned count) {
    IoInfo* info = get(fd);
    if (info == nullptr) return -1;
    if (count == 0) return 0;
    if (buffer == nullptr) return fail(kEINVAL);
    DescriptorLock lock(*info);
    if (info->flags & kFdAppend) seek(fd, 0, 2);
    if ((info->flags & kFdText) == 0)
        return write_raw(*info, static_cast<const char*>(buffer), count);
    if (info->text_mode == TextMode::ansi)
        return write_text(*info, static_cast<const char*>(buffer), count);
    if (count % 2 != 0) return fail(kEINVAL);
    int done = write_wide_text(*info, static_cast<const char16_t*>(buffer), count / 2);
    return done < 0 ? done : done * 2;
}

// Returns how many of the caller's bytes went out.
int Descriptors::write_text(IoInfo& info, const char* data, unsigned count) {
    if (memchr(data, '\n', count) == nullptr) return write_raw(info, data, count);
    char chunk[kWriteChunk];
    unsigned done = 0;
    while (done < count) {
        unsigned size = 0, taken = done;
        while (taken < count && size + 1 < kWriteChunk) {
            char byte = data[taken++];
            if (byte == '\n') chunk[size++] = '\r';
            chunk[size++] = byte;
        }
        int written = write_raw(info, chunk, size);
        if (written < 0) return done > 0 ? static_cast<int>(done) : -1;
        if (static_cast<unsigned>(written) < size) {
            // Count back the line ends that this many bytes hold.
            unsigned source = 0;
            for (int i = 0; i < written; ++i)
                source += chunk[i] != '\r' || i + 1 >= written || chunk[i + 1] != '\n';
            return static_cast<int>(done + source);
        }
        done = taken;
    }
    return static_cast<int>(done);
}

int Descriptors::write_wide_text(IoInfo& info, const char16_t* units, unsigned count) {
    // A console shows characters, whatever the encoding of files is.
    bool as_utf8 = info.text_mode == TextMode::utf8 || (info.flags & kFdDevice) != 0;
    char chunk[kWriteChunk];
    unsigned done = 0;
    while (done < count) {
        unsigned size = 0, taken = done;
        auto add = [&](char16_t unit, char16_t next) {
            size_t used = 1;
            if (as_utf8) {
                size += static_cast<unsigned>(encode_utf8(unit, next, chunk + size, &used));
            } else {
                memcpy(chunk + size, &unit, sizeof unit);
                size += sizeof unit;
            }
            return static_cast<unsigned>(used);
        };
        while (taken < count && size + 8 < kWriteChunk) {
            if (units[taken] == '\n') add('\r', 0);
            taken += add(units[taken], taken + 1 < count ? units[taken + 1] : 0);
        }
        for (unsigned sent = 0; sent < size;) {
            int written = write_raw(info, chunk + sent, size - sent);
            if (written < 0) return done > 0 ? static_cast<int>(done) : -1;
            sent += static_cast<unsigned>(written);
        }
        done = taken;
    }
    return static_cast<int>(done);
}

int64_t Descriptors::seek(int fd, int64_t offset, int origin) {
    IoInfo* info = get(fd);
    if (info == nullptr) return -1;
    if (origin < 0 || origin > 2) return fail(kEINVAL);
    DescriptorLock lock(*info);
    LARGE_INTEGER to, now;
    to.QuadPart = offset;
    if (!seekable(*info) && (info->flags & kFdPipe) != 0) {
        guest_doserrno() = ERROR_SEEK_ON_DEVICE;
        return fail(kESPIPE);
    }
    if (!kernel32::SetFilePointerEx(info->handle, to, &now, static_cast<DWORD>(origin))) {
        return fail_with_last_error();
    }
    info->flags &= static_cast<uint8_t>(~kFdEof);
    info->held_size = 0;
    return now.QuadPart;
}

int64_t Descriptors::length(int fd) {
    IoInfo* info = get(fd);
    if (info == nullptr) return -1;
    LARGE_INTEGER size;
    if (!kernel32::GetFileSizeEx(info->handle, &size)) return fail_with_last_error();
    return size.QuadPart;
}

int Descriptors::at_end(int fd) {
    IoInfo* info = get(fd);
    if (info == nullptr) return -1;
    int64_t here = seek(fd, 0, 1);
    if (here < 0) return -1;
    int64_t end = length(fd);
    if (end < 0) return -1;
    return here >= end ? 1 : 0;
}

int Descriptors::commit(int fd) {
    IoInfo* info = get(fd);
    if (info == nullptr) return -1;
    if (kernel32::FlushFileBuffers(info->handle)) return 0;
    guest_doserrno() = last_error();
    return fail(kEBADF);
}

int Descriptors::change_size(int fd, int64_t size) {
    IoInfo* info = get(fd);
    if (info == nullptr) return kEBADF;
    if (size < 0) return kEINVAL;
    DescriptorLock lock(*info);
    int64_t here = seek(fd, 0, 1);
    if (here < 0 || seek(fd, size, 0) < 0) return guest_errno();
    int error = 0;
    if (!kernel32::SetEndOfFile(info->handle)) {
        guest_doserrno() = last_error();
        error = kEACCES;
    }
    seek(fd, here, 0);
    return error;
}

// "_locking": the region starts at the file pointer; the waiting forms try ten times, a second
// apart.
int Descriptors::lock_region(int fd, int mode, int bytes) {
    constexpr int _LK_UNLCK = 0, _LK_LOCK = 1, _LK_RLCK = 3, _LK_NBRLCK = 4;
    IoInfo* info = get(fd);
    if (info == nullptr) return -1;
    if (bytes < 0 || mode < _LK_UNLCK || mode > _LK_NBRLCK) return fail(kEINVAL);
    int64_t here = seek(fd, 0, 1);
    if (here < 0) return -1;
    auto low = static_cast<DWORD>(here);
    auto high = static_cast<DWORD>(here >> 32);
    int attempts = mode == _LK_LOCK || mode == _LK_RLCK ? 10 : 1;
    for (int i = 0; i < attempts; ++i) {
        if (i > 0) kernel32::Sleep(1000);
        BOOL done =
            mode == _LK_UNLCK
                ? kernel32::UnlockFile(info->handle, low, high, static_cast<DWORD>(bytes), 0)
                : kernel32::LockFile(info->handle, low, high, static_cast<DWORD>(bytes), 0);
        if (done) return 0;
    }
    guest_doserrno() = last_error();
    return fail(attempts > 1 ? kEDEADLOCK : kEACCES);
}

}  // namespace lsw::crt
