// Streams: the table, opening, closing, flushing all. See stream.h.
#include <atomic>
#include <cstdio>
#include <new>

#include "base/text.h"
#include "dll/crt/io/stream.h"
#include "dll/crt/io/win32.h"

namespace lsw::crt {

void Streams::init_lock(StreamExtra& extra) {
    pthread_mutexattr_t recursive;
    pthread_mutexattr_init(&recursive);
    pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&extra.lock, &recursive);
    extra.self = &extra;
}

void Streams::attach(CrtIob* standard, int count, Descriptors* descriptors, Flavour flavour) {
    standard_ = standard;
    standard_count_ = count;
    descriptors_ = descriptors;
    flavour_ = flavour;
    standard_extra_.resize(static_cast<size_t>(count));
    for (StreamExtra& extra : standard_extra_) init_lock(extra);
    constexpr int kFlags[] = {_IOREAD, _IOWRT, _IOWRT | _IONBF};
    for (int i = 0; i < 3 && i < count; ++i) {
        standard[i]._flag = kFlags[i];
        standard[i]._file = i;
    }
}

StreamExtra& Streams::extra(CrtIob* stream) {
    if (stream >= standard_ && stream < standard_ + standard_count_) {
        return standard_extra_[static_cast<size_t>(stream - standard_)];
    }
    return reinterpret_cast<Block*>(stream)->extra;
}

// A free stream, marked as taken.
CrtIob* Streams::reserve() {
    std::lock_guard lock(table_lock_);
    auto take = [&](CrtIob* stream, StreamExtra& extra) {
        *stream = {};
        stream->_flag = _IORW;
        stream->_file = -1;
        extra.raw_size = extra.filled_size = 0;
        extra.pending_unit = 0;
        extra.process = nullptr;
        return stream;
    };
    for (int i = 3; i < standard_count_; ++i) {
        if (!in_use(&standard_[i]))
            return take(&standard_[i], standard_extra_[static_cast<size_t>(i)]);
    }
    for (Block* block : more_) {
        if (!in_use(&block->stream)) return take(&block->stream, block->extra);
    }
    if (standard_count_ + static_cast<int>(more_.size()) >= limit) return fail(kEMFILE), nullptr;
    auto* block = new (std::nothrow) Block();
    if (block == nullptr) return fail(kENOMEM), nullptr;
    init_lock(block->extra);
    kernel32::InitializeCriticalSection(&block->program_lock);
    more_.push_back(block);
    return take(&block->stream, block->extra);
}

CrtIob* Streams::start(CrtIob* stream, const char16_t* path, const char16_t* mode_text, int share) {
    OpenMode mode = parse_mode(mode_text, flavour_);
    int fd = -1;
    int error = mode.valid
                    ? descriptors_->open(path, mode.open_flags, share, _S_IREAD | _S_IWRITE, &fd)
                    : kEINVAL;
    if (error != 0) {
        stream->_flag = 0;
        guest_errno() = error;
        return nullptr;
    }
    stream->_file = fd;
    stream->_flag = mode.stream_flags;
    return stream;
}

CrtIob* Streams::open(const char16_t* path, const char16_t* mode, int share) {
    CrtIob* stream = reserve();
    return stream == nullptr ? nullptr : start(stream, path, mode, share);
}

CrtIob* Streams::open_descriptor(int fd, const char16_t* mode_text) {
    IoInfo* info = descriptors_->get(fd);
    if (info == nullptr) return nullptr;
    OpenMode mode = parse_mode(mode_text, flavour_);
    if (!mode.valid) return fail(kEINVAL), nullptr;
    CrtIob* stream = reserve();
    if (stream == nullptr) return nullptr;
    // "_fdopen": the translation mode in the text overrides the descriptor's.
    if (mode.open_flags & _O_BINARY) info->flags &= static_cast<uint8_t>(~kFdText);
    if (mode.open_flags & _O_TEXT) info->flags |= kFdText;
    if (mode.open_flags & _O_APPEND) info->flags |= kFdAppend;
    stream->_file = fd;
    stream->_flag = mode.stream_flags;
    return stream;
}

CrtIob* Streams::reopen(CrtIob* stream, const char16_t* path, const char16_t* mode, int share) {
    StreamLock lock(*this, stream);
    int fd = stream->_file;
    if (in_use(stream)) close_unlocked(stream);
    *stream = {};
    CrtIob* result = start(stream, path, mode, share);
    // The lowest free descriptor is the one just closed, so that a standard stream stays one.
    (void)fd;
    return result;
}

int Streams::close_unlocked(CrtIob* stream) {
    if (!in_use(stream)) return kEnd;
    StreamExtra& more = extra(stream);
    int result = 0;
    if (more.pending_unit != 0 && (stream->_flag & _IOWRT) != 0) put_wide(0, stream);
    if (flush(stream) != 0) result = kEnd;
    if (stream->_flag & _IOMYBUF) delete[] stream->_base;
    if (stream->_file >= 0 && descriptors_->close(stream->_file) != 0) result = kEnd;
    more.raw_size = more.filled_size = 0;
    more.pending_unit = 0;
    *stream = {};
    return result;
}

int Streams::close(CrtIob* stream) {
    StreamLock lock(*this, stream);
    return close_unlocked(stream);
}

std::vector<CrtIob*> Streams::all(int from) {
    std::lock_guard lock(table_lock_);
    std::vector<CrtIob*> streams;
    streams.reserve(static_cast<size_t>(standard_count_) + more_.size());
    for (int i = from; i < standard_count_; ++i) streams.push_back(&standard_[i]);
    for (Block* block : more_) streams.push_back(&block->stream);
    return streams;
}

int Streams::close_all(bool temporary_only) {
    int count = 0;
    for (CrtIob* stream : all(3)) {
        if (!in_use(stream) || (temporary_only && stream->_tmpfname == nullptr)) continue;
        if (close(stream) == 0) ++count;
    }
    return count;
}

int Streams::flush_all() {
    int count = 0;
    for (CrtIob* stream : all(0)) {
        if (!in_use(stream)) continue;
        StreamLock lock(*this, stream);
        if (!in_use(stream)) continue;
        if ((stream->_flag & _IOWRT) != 0 && flush(stream) != 0) continue;
        ++count;
    }
    return count;
}

CrtIob* Streams::open_temporary() {
    char16_t path[MAX_PATH + 32];
    DWORD length = kernel32::GetTempPathW(MAX_PATH, path);
    if (length == 0 || length > MAX_PATH) return fail_with_last_error(), nullptr;
    static std::atomic<unsigned> counter;
    for (int attempt = 0; attempt < 1000; ++attempt) {
        unsigned number = counter++;
        char name[32];
        int size = snprintf(name, sizeof name, "s%x.%x", kernel32::GetCurrentProcessId(), number);
        for (int i = 0; i <= size; ++i)
            path[length + static_cast<DWORD>(i)] = static_cast<char16_t>(name[i]);
        int fd;
        int flags = _O_CREAT | _O_EXCL | _O_RDWR | _O_BINARY | _O_TEMPORARY;
        int error = descriptors_->open(path, flags, _SH_DENYNO, _S_IREAD | _S_IWRITE, &fd);
        if (error == kEEXIST) continue;
        if (error != 0) return fail(error), nullptr;
        CrtIob* stream = reserve();
        if (stream == nullptr) {
            descriptors_->close(fd);
            return nullptr;
        }
        stream->_file = fd;
        stream->_flag = _IORW;
        static char temporary[] = "";  // marks it for _rmtmp
        stream->_tmpfname = temporary;
        return stream;
    }
    return fail(kEEXIST), nullptr;
}

}  // namespace lsw::crt
