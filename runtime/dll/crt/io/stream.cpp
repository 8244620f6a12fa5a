// Streams: buffering, reading, writing, positioning. See stream.h; wide characters:
// stream_wide.cpp. Doc: "Stream I/O", "fseek, _fseeki64", "ftell, _ftelli64", "setvbuf", "fgets,
// fgetws".
#include "dll/crt/io/stream.h"

#include <algorithm>
#include <climits>
#include <cstring>
#include <new>

#include "dll/crt/format/multibyte.h"

namespace lsw::crt {
namespace {

constexpr unsigned kLargestTransfer = 1u << 30;

}  // namespace

void Streams::make_buffer(CrtIob* stream) {
    if (stream->_base != nullptr) return;
    if ((stream->_flag & _IONBF) == 0) {
        stream->_base = new (std::nothrow) char[kBufferSize];
        if (stream->_base != nullptr) {
            stream->_flag |= _IOMYBUF;
            stream->_bufsiz = kBufferSize;
        }
    }
    if (stream->_base == nullptr) {
        stream->_flag |= _IONBF;
        stream->_base = reinterpret_cast<char*>(&stream->_charbuf);
        stream->_bufsiz = 2;
    }
    stream->_ptr = stream->_base;
}

bool Streams::unbuffered(CrtIob* stream) {
    if (stream->_flag & (_IONBF | _IOUSER | _IOMYBUF)) return (stream->_flag & _IONBF) != 0;
    return (stream == &standard_[1] || stream == &standard_[2]) &&
           descriptors_->is_terminal(stream->_file);
}

bool Streams::begin_read(CrtIob* stream) {
    if (!in_use(stream) || (stream->_flag & _IOSTRG) != 0) return false;
    if ((stream->_flag & _IOWRT) != 0) {
        stream->_flag |= _IOERR;
        guest_errno() = kEBADF;
        return false;
    }
    stream->_flag |= _IOREAD;
    make_buffer(stream);
    return true;
}

int Streams::fill(CrtIob* stream) {
    stream->_cnt = 0;
    if (!begin_read(stream)) return kEnd;
    StreamExtra& more = extra(stream);
    stream->_ptr = stream->_base;
    int got = descriptors_->read(stream->_file, stream->_base,
                                 static_cast<unsigned>(stream->_bufsiz), &more.raw_size);
    more.filled_size = static_cast<unsigned>(std::max(got, 0));
    if (got <= 0) {
        stream->_flag |= got == 0 ? _IOEOF : _IOERR;
        return kEnd;
    }
    stream->_cnt = got - 1;
    return static_cast<unsigned char>(*stream->_ptr++);
}

// Makes the stream one that is being written; false when it cannot be.
bool Streams::begin_write(CrtIob* stream) {
    if ((stream->_flag & (_IOWRT | _IORW)) == 0 || (stream->_flag & _IOSTRG) != 0) {
        guest_errno() = kEBADF;
        stream->_flag |= _IOERR;
        stream->_cnt = 0;
        return false;
    }
    if (stream->_flag & _IOREAD) {
        stream->_cnt = 0;
        if ((stream->_flag & _IOEOF) ==
            0) {  // reading must end at the end, or with a seek, before writing
            stream->_flag |= _IOERR;
            return false;
        }
        stream->_ptr = stream->_base;
        stream->_flag &= ~_IOREAD;
    }
    if ((stream->_flag & _IOWRT) == 0) stream->_ptr = stream->_base;
    stream->_flag = (stream->_flag | _IOWRT) & ~_IOEOF;
    stream->_cnt = 0;
    if (stream->_base == nullptr && !unbuffered(stream)) make_buffer(stream);
    return true;
}

int Streams::flush_with(int byte, CrtIob* stream) {
    if (!begin_write(stream)) return kEnd;
    char value = static_cast<char>(byte);
    if ((stream->_flag & (_IOMYBUF | _IOUSER)) == 0) {
        if (descriptors_->write(stream->_file, &value, 1) == 1)
            return static_cast<unsigned char>(value);
        stream->_flag |= _IOERR;
        return kEnd;
    }
    auto pending = static_cast<unsigned>(stream->_ptr - stream->_base);
    if (pending > 0 &&
        descriptors_->write(stream->_file, stream->_base, pending) != static_cast<int>(pending)) {
        stream->_ptr = stream->_base;
        stream->_flag |= _IOERR;
        return kEnd;
    }
    *stream->_base = value;
    stream->_ptr = stream->_base + 1;
    stream->_cnt = stream->_bufsiz - 1;
    return static_cast<unsigned char>(value);
}

int Streams::flush(CrtIob* stream) {
    int result = 0;
    if ((stream->_flag & (_IOREAD | _IOWRT)) == _IOWRT &&
        (stream->_flag & (_IOMYBUF | _IOUSER)) != 0) {
        auto pending = static_cast<unsigned>(stream->_ptr - stream->_base);
        if (pending > 0 && descriptors_->write(stream->_file, stream->_base, pending) !=
                               static_cast<int>(pending)) {
            stream->_flag |= _IOERR;
            result = kEnd;
        } else if (stream->_flag & _IORW) {
            stream->_flag &= ~_IOWRT;
        }
        if (result == 0 && (stream->_flag & _IOCOMMIT) != 0)
            result = descriptors_->commit(stream->_file) ? kEnd : 0;
    }
    stream->_ptr = stream->_base;
    stream->_cnt = 0;
    StreamExtra& more = extra(stream);
    more.raw_size = more.filled_size = 0;
    return result;
}

size_t Streams::read(void* buffer, size_t size, CrtIob* stream) {
    auto* out = static_cast<char*>(buffer);
    size_t rest = size;
    while (rest > 0) {
        if (stream->_cnt > 0) {
            size_t count = std::min(rest, static_cast<size_t>(stream->_cnt));
            memcpy(out, stream->_ptr, count);
            stream->_ptr += count;
            stream->_cnt -= static_cast<int>(count);
            out += count;
            rest -= count;
            continue;
        }
        size_t unit = stream->_base != nullptr ? static_cast<size_t>(stream->_bufsiz) : kBufferSize;
        if (rest >= unit) {
            if (!begin_read(stream)) break;
            flush(stream);
            auto count =
                static_cast<unsigned>(std::min<size_t>(rest - rest % unit, kLargestTransfer));
            int got = descriptors_->read(stream->_file, out, count);
            if (got <= 0) {
                stream->_flag |= got == 0 ? _IOEOF : _IOERR;
                break;
            }
            out += got;
            rest -= static_cast<size_t>(got);
            continue;
        }
        int byte = fill(stream);
        if (byte == kEnd) break;
        *out++ = static_cast<char>(byte);
        --rest;
    }
    return size - rest;
}

size_t Streams::write(const void* data, size_t size, CrtIob* stream) {
    auto* in = static_cast<const char*>(data);
    size_t rest = size;
    while (rest > 0) {
        bool writing = (stream->_flag & _IOWRT) != 0;
        if (writing && stream->_cnt > 0) {
            size_t count = std::min(rest, static_cast<size_t>(stream->_cnt));
            memcpy(stream->_ptr, in, count);
            stream->_ptr += count;
            stream->_cnt -= static_cast<int>(count);
            in += count;
            rest -= count;
            continue;
        }
        if (!begin_write(stream)) break;
        bool buffered = (stream->_flag & (_IOMYBUF | _IOUSER)) != 0;
        auto unit = static_cast<size_t>(buffered ? stream->_bufsiz : 1);
        if (rest >= unit) {
            if (buffered && flush(stream) != 0) break;
            stream->_flag |= _IOWRT;
            auto count =
                static_cast<unsigned>(std::min<size_t>(rest - rest % unit, kLargestTransfer));
            int done = descriptors_->write(stream->_file, in, count);
            if (done > 0) {
                in += done;
                rest -= static_cast<size_t>(done);
            }
            if (done != static_cast<int>(count)) {
                stream->_flag |= _IOERR;
                break;
            }
            continue;
        }
        if (flush_with(*in, stream) == kEnd) break;
        ++in;
        --rest;
    }
    return size - rest;
}

bool Streams::is_unicode_text(CrtIob* stream) {
    IoInfo* info = descriptors_->get(stream->_file);
    return info != nullptr && (info->flags & kFdText) != 0 && info->text_mode != TextMode::ansi;
}

bool Streams::is_binary(CrtIob* stream) {
    IoInfo* info = descriptors_->get(stream->_file);
    return info != nullptr && (info->flags & kFdText) == 0;
}

// Where in the file the next character to be read stands, when text translation dropped bytes: the
// raw bytes are read again and walked through. `end` is the file pointer.
int64_t Streams::file_offset_of(CrtIob* stream, int64_t end) {
    StreamExtra& more = extra(stream);
    IoInfo* info = descriptors_->get(stream->_file);
    if (info == nullptr) return kEnd;
    int64_t from = end - more.raw_size - info->held_size;
    auto consumed = static_cast<size_t>(stream->_ptr - stream->_base);
    size_t unit = info->text_mode == TextMode::ansi ? 1 : 2;
    consumed /= unit;
    TextMode mode = info->text_mode;
    uint8_t flags = info->flags, held_size = info->held_size;
    char held[4];
    memcpy(held, info->held, sizeof held);

    std::vector<char> raw(more.raw_size + held_size);
    info->flags &= static_cast<uint8_t>(~(kFdText | kFdEof));
    info->held_size = 0;
    descriptors_->seek(stream->_file, from, 0);
    int got = descriptors_->read(stream->_file, raw.data(), static_cast<unsigned>(raw.size()));
    descriptors_->seek(stream->_file, end, 0);
    info->flags = flags;
    info->held_size = held_size;
    memcpy(info->held, held, sizeof held);
    if (got < 0) return kEnd;

    auto size = static_cast<size_t>(got);
    size_t at = 0;
    auto is = [&](size_t where, char value) {
        return where + unit <= size && raw[where] == value &&
               (mode != TextMode::utf16 || raw[where + 1] == 0);
    };
    size_t step = mode == TextMode::utf16 ? 2 : 1;
    while (consumed > 0 && at < size) {
        if (is(at, '\r') && is(at + step, '\n')) {
            at += 2 * step;
            --consumed;
        } else if (mode == TextMode::utf8) {
            char16_t pair[2];
            size_t used;
            consumed -= std::min(consumed, decode_utf8(raw.data() + at, size - at, pair, &used));
            at += used;
        } else {
            at += step;
            --consumed;
        }
    }
    return from + static_cast<int64_t>(at);
}

int64_t Streams::tell(CrtIob* stream) {
    bool writing = (stream->_flag & _IOWRT) != 0;
    auto pending = stream->_base != nullptr ? stream->_ptr - stream->_base : 0;
    IoInfo* info = descriptors_->get(stream->_file);
    if (info == nullptr) return kEnd;
    if (writing && pending > 0 && is_unicode_text(stream)) {
        bool both = (stream->_flag & _IORW) != 0;
        if (flush(stream) != 0) return kEnd;
        if (both) stream->_flag |= _IOWRT;
        pending = 0;
    }
    if (writing && pending > 0 && (info->flags & kFdAppend) != 0)
        descriptors_->seek(stream->_file, 0, 2);
    int64_t end = descriptors_->seek(stream->_file, 0, 1);
    if (end < 0) return kEnd;
    if (writing) {
        if (pending > 0 && (info->flags & kFdText) != 0) {
            pending += std::count(stream->_base, stream->_ptr, '\n');
        }
        return end + pending;
    }
    StreamExtra& more = extra(stream);
    if (stream->_cnt <= 0) return end - info->held_size;
    if (more.raw_size == more.filled_size && info->held_size == 0)
        return std::max<int64_t>(end - stream->_cnt, 0);
    return file_offset_of(stream, end);
}

int Streams::seek(CrtIob* stream, int64_t offset, int origin) {
    if (!in_use(stream) || origin < 0 || origin > 2) return fail(kEINVAL);
    stream->_flag &= ~_IOEOF;
    if (origin == 1) {
        int64_t here = tell(stream);
        if (here < 0) return -1;
        offset += here;
        origin = 0;
    }
    if (origin == 0 && offset < 0) return fail(kEINVAL);
    flush(stream);
    if (stream->_flag & _IORW) stream->_flag &= ~(_IOREAD | _IOWRT);
    extra(stream).pending_unit = 0;
    return descriptors_->seek(stream->_file, offset, origin) < 0 ? -1 : 0;
}

int Streams::set_buffer(CrtIob* stream, char* buffer, int mode, size_t size) {
    if (mode != _IOFBF && mode != _IOLBF && mode != _IONBF) return fail(kEINVAL);
    if (mode != _IONBF && (size < 2 || size > INT_MAX)) return fail(kEINVAL);
    bool writing = (stream->_flag & _IOWRT) != 0;
    flush(stream);
    if (writing) stream->_flag |= _IOWRT;
    if (stream->_flag & _IOMYBUF) delete[] stream->_base;
    stream->_flag &= ~(_IOMYBUF | _IOUSER | _IONBF);
    if (mode == _IONBF) {
        stream->_flag |= _IONBF;
        stream->_base = reinterpret_cast<char*>(&stream->_charbuf);
        stream->_bufsiz = 2;
    } else {
        size &= ~size_t{1};
        if (buffer == nullptr) {
            stream->_base = new (std::nothrow) char[size];
            if (stream->_base == nullptr) return fail(kENOMEM);
            stream->_flag |= _IOMYBUF;
        } else {
            stream->_base = buffer;
            stream->_flag |= _IOUSER;
        }
        stream->_bufsiz = static_cast<int>(size);
    }
    stream->_ptr = stream->_base;
    stream->_cnt = 0;
    return 0;
}

int Streams::unget(int byte, CrtIob* stream) {
    bool readable = (stream->_flag & _IOREAD) != 0 ||
                    ((stream->_flag & _IORW) != 0 && (stream->_flag & _IOWRT) == 0);
    if (byte == kEnd || !readable) return kEnd;
    make_buffer(stream);
    if (stream->_ptr == stream->_base) {
        if (stream->_cnt > 0) return kEnd;  // one character is all that is promised
        ++stream->_ptr;
    }
    *--stream->_ptr = static_cast<char>(byte);
    ++stream->_cnt;
    stream->_flag = (stream->_flag & ~_IOEOF) | _IOREAD;
    return byte & 0xFF;
}

// fgets: false when nothing was read.
bool Streams::get_line(char* buffer, int size, CrtIob* stream) {
    char* out = buffer;
    size_t room = static_cast<size_t>(size) - 1;
    while (room > 0) {
        if (stream->_cnt <= 0) {
            int byte = fill(stream);
            if (byte == kEnd) break;
            --stream->_ptr;
            ++stream->_cnt;
        }
        size_t count = std::min(room, static_cast<size_t>(stream->_cnt));
        auto* end = static_cast<char*>(memchr(stream->_ptr, '\n', count));
        if (end != nullptr) count = static_cast<size_t>(end - stream->_ptr) + 1;
        memcpy(out, stream->_ptr, count);
        stream->_ptr += count;
        stream->_cnt -= static_cast<int>(count);
        out += count;
        room -= count;
        if (end != nullptr) break;
    }
    if (out == buffer && size > 1) return false;
    *out = 0;
    return true;
}

}  // namespace lsw::crt
