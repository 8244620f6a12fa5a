// The table of descriptors: opening, closing, duplicating, inheriting. Reading and writing:
// transfer.cpp. Doc: "_open, _wopen", "_sopen_s, _wsopen_s", "_dup, _dup2", "_pipe", "_setmode",
// "_open_osfhandle".
#include "dll/crt/io/descriptors.h"

#include <cstring>
#include <new>
#include <string>

#include "base/touch.h"
#include "dll/crt/io/win32.h"

namespace lsw::crt {
namespace {

constexpr DWORD kStandardHandles[] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};

HANDLE no_file() {
    return reinterpret_cast<HANDLE>(static_cast<intptr_t>(-2));
}  // a slot without a file

DWORD file_type(HANDLE handle) { return kernel32::GetFileType(handle); }

uint8_t type_flags(HANDLE handle) {
    switch (file_type(handle)) {
        case FILE_TYPE_CHAR:
            return kFdDevice;
        case FILE_TYPE_PIPE:
            return kFdPipe;
        default:
            return 0;
    }
}

bool known_share(int share) {
    return share == _SH_DENYRW || share == _SH_DENYWR || share == _SH_DENYRD ||
           share == _SH_DENYNO || share == _SH_SECURE || share == 0;
}

DWORD share_mode(int share, DWORD access) {
    switch (share) {
        case _SH_DENYRW:
            return 0;
        case _SH_DENYWR:
            return FILE_SHARE_READ;
        case _SH_DENYRD:
            return FILE_SHARE_WRITE;
        case _SH_SECURE:
            return access == GENERIC_READ ? FILE_SHARE_READ : 0;
        default:
            return FILE_SHARE_READ | FILE_SHARE_WRITE;
    }
}

DWORD disposition(int flags) {
    switch (flags & (_O_CREAT | _O_EXCL | _O_TRUNC)) {
        case _O_CREAT:
            return OPEN_ALWAYS;
        case _O_CREAT | _O_EXCL:
        case _O_CREAT | _O_EXCL | _O_TRUNC:
            return CREATE_NEW;
        case _O_CREAT | _O_TRUNC:
            return CREATE_ALWAYS;
        case _O_TRUNC:
        case _O_TRUNC | _O_EXCL:
            return TRUNCATE_EXISTING;
        default:
            return OPEN_EXISTING;
    }
}

DWORD attributes(int flags, bool read_only) {
    DWORD result =
        (flags & _O_CREAT) && read_only ? FILE_ATTRIBUTE_READONLY : FILE_ATTRIBUTE_NORMAL;
    if (flags & _O_TEMPORARY) result |= FILE_FLAG_DELETE_ON_CLOSE;
    if (flags & _O_SHORT_LIVED) result |= FILE_ATTRIBUTE_TEMPORARY;
    if (flags & _O_OBTAIN_DIR) result |= FILE_FLAG_BACKUP_SEMANTICS;
    if (flags & _O_SEQUENTIAL) result |= FILE_FLAG_SEQUENTIAL_SCAN;
    if (flags & _O_RANDOM) result |= FILE_FLAG_RANDOM_ACCESS;
    return result;
}

TextMode text_mode_of(int flags) {
    if (flags & _O_U8TEXT) return TextMode::utf8;
    if (flags & (_O_U16TEXT | _O_WTEXT)) return TextMode::utf16;
    return TextMode::ansi;
}

}  // namespace

void Descriptors::attach(IoInfo** chunks, int chunk_count, Flavour flavour) {
    chunks_ = chunks;
    chunk_count_ = chunk_count;
    flavour_ = flavour;
}

int Descriptors::file_mode() const {
    return default_mode != nullptr && *default_mode != 0 ? *default_mode : _O_TEXT;
}

IoInfo* Descriptors::get(int fd) {
    if (fd >= 0 && fd < limit() && chunks_[fd / kChunk] != nullptr) {
        IoInfo* info = &chunks_[fd / kChunk][fd % kChunk];
        if (info->flags & kFdOpen) return info;
    }
    guest_doserrno() = 0;
    guest_errno() = kEBADF;
    return nullptr;
}

bool Descriptors::make_chunk(int chunk) {
    if (chunks_[chunk] != nullptr) return true;
    auto* fresh = new (std::nothrow) IoInfo[kChunk]();
    if (fresh == nullptr) return false;
    pthread_mutexattr_t recursive;
    pthread_mutexattr_init(&recursive);
    pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
    for (int i = 0; i < kChunk; ++i) {
        fresh[i].handle = INVALID_HANDLE_VALUE;
        fresh[i].lock_is_made = 1;
        pthread_mutex_init(&fresh[i].lock, &recursive);
    }
    chunks_[chunk] = fresh;
    return true;
}

int Descriptors::allocate() {
    for (int chunk = 0; chunk < chunk_count_; ++chunk) {
        if (!make_chunk(chunk)) return -1;
        for (int i = 0; i < kChunk; ++i) {
            if ((chunks_[chunk][i].flags & kFdOpen) == 0) return chunk * kChunk + i;
        }
    }
    return -1;
}

void Descriptors::set(int fd, HANDLE handle, uint8_t flags) {
    IoInfo& info = chunks_[fd / kChunk][fd % kChunk];
    info.handle = handle;
    info.pushed = '\n';
    info.held_size = 0;
    info.text_mode = TextMode::ansi;
    info.flags = flags | kFdOpen;
    tell_standard_handle(fd, handle);
}

// A console program's descriptors 0 to 2 are its standard handles.
void Descriptors::tell_standard_handle(int fd, HANDLE handle) {
    if (fd >= 0 && fd <= 2) kernel32::SetStdHandle(kStandardHandles[fd], handle);
}

void Descriptors::inherit_from_startup() {
    const RTL_USER_PROCESS_PARAMETERS* parameters = current_peb()->ProcessParameters;
    size_t size = parameters->RuntimeData.Length;
    auto* block = reinterpret_cast<const uint8_t*>(parameters->RuntimeData.Buffer);
    uint32_t count = 0;
    if (block != nullptr && size >= sizeof count) memcpy(&count, block, sizeof count);
    if (count > 2048 || sizeof count + count * (1 + sizeof(HANDLE)) > size) count = 0;
    for (uint32_t fd = 0; fd < count; ++fd) {
        uint8_t flags = block[sizeof count + fd];
        HANDLE handle;
        memcpy(&handle, block + sizeof count + count + fd * sizeof handle, sizeof handle);
        if ((flags & kFdOpen) == 0 || handle == INVALID_HANDLE_VALUE || handle == no_file())
            continue;
        if ((flags & kFdPipe) == 0 && file_type(handle) == FILE_TYPE_UNKNOWN) continue;
        if (static_cast<int>(fd) >= limit()) break;
        if (!make_chunk(static_cast<int>(fd) / kChunk)) break;
        set(static_cast<int>(fd), handle, flags);
    }
    for (int fd = 0; fd < 3; ++fd) {
        if (!make_chunk(0)) return;
        IoInfo& info = chunks_[0][fd];
        if ((info.flags & kFdOpen) != 0 && info.handle != INVALID_HANDLE_VALUE) continue;
        HANDLE handle = kernel32::GetStdHandle(kStandardHandles[fd]);
        bool usable = handle != INVALID_HANDLE_VALUE && handle != nullptr &&
                      file_type(handle) != FILE_TYPE_UNKNOWN;
        info.handle = usable ? handle : no_file();
        info.pushed = '\n';
        info.flags = kFdOpen | kFdText | (usable ? type_flags(handle) : kFdDevice);
    }
}

uint8_t* Descriptors::startup_block(uint16_t* size) {
    uint32_t count = 0;
    for (int fd = 0; fd < limit(); ++fd) {
        if (chunks_[fd / kChunk] == nullptr) continue;
        if (chunks_[fd / kChunk][fd % kChunk].flags & kFdOpen)
            count = static_cast<uint32_t>(fd) + 1;
    }
    size_t bytes = sizeof count + count * (1 + sizeof(HANDLE));
    *size = 0;
    if (bytes > 0xFFFF) return nullptr;
    auto* block = new (std::nothrow) uint8_t[bytes];
    if (block == nullptr) return nullptr;
    memcpy(block, &count, sizeof count);
    for (uint32_t fd = 0; fd < count; ++fd) {
        const IoInfo* chunk = chunks_[fd / kChunk];
        IoInfo info = chunk != nullptr ? chunk[fd % kChunk] : IoInfo{};
        bool passes = (info.flags & kFdOpen) != 0 && (info.flags & kFdNoInherit) == 0;
        HANDLE handle = passes ? info.handle : INVALID_HANDLE_VALUE;
        block[sizeof count + fd] = passes ? static_cast<uint8_t>(info.flags & ~kFdEof) : 0;
        memcpy(block + sizeof count + count + fd * sizeof handle, &handle, sizeof handle);
    }
    *size = static_cast<uint16_t>(bytes);
    return block;
}

int Descriptors::open(const char16_t* path, int flags, int share, int permission, int* fd) {
    *fd = -1;
    if (path == nullptr || !known_share(share) || (flags & 3) == 3) return kEINVAL;
    DWORD access = (flags & 3) == _O_RDONLY   ? GENERIC_READ
                   : (flags & 3) == _O_WRONLY ? GENERIC_WRITE
                                              : GENERIC_READ | GENERIC_WRITE;
    bool wide = (flags & (_O_WTEXT | _O_U16TEXT | _O_U8TEXT)) != 0;
    DWORD wanted = access;
    // The encoding of an existing file is read from its first bytes.
    if (wide && access == GENERIC_WRITE) wanted |= GENERIC_READ;
    if ((flags & _O_TEMPORARY) != 0) wanted |= STANDARD_DELETE;
    if ((flags & kTextModes) == 0) flags |= file_mode() & kTextModes;
    SECURITY_ATTRIBUTES security{sizeof security, nullptr, (flags & _O_NOINHERIT) == 0};
    DWORD sharing = share_mode(share, access);
    if (flags & _O_TEMPORARY) sharing |= FILE_SHARE_DELETE;
    DWORD attribute = attributes(flags, (permission & ~umask & _S_IWRITE) == 0);

    touch_text(path);
    std::lock_guard lock(table_lock_);
    int slot = allocate();
    if (slot < 0) return kEMFILE;
    HANDLE handle = kernel32::CreateFileW(path, wanted, sharing, &security, disposition(flags),
                                          attribute, nullptr);
    if (handle == INVALID_HANDLE_VALUE && wanted != access) {
        handle = kernel32::CreateFileW(path, access, sharing, &security, disposition(flags),
                                       attribute, nullptr);
    }
    if (handle == INVALID_HANDLE_VALUE) return fail_with_last_error(), guest_errno();
    uint8_t file_flags = type_flags(handle);
    if (flags & _O_NOINHERIT) file_flags |= kFdNoInherit;
    if (flags & _O_APPEND) file_flags |= kFdAppend;
    if ((flags & _O_BINARY) == 0) file_flags |= kFdText;
    set(slot, handle, file_flags);
    if (wide && seekable(*get(slot))) {
        int error = detect_encoding(slot, flags);
        if (error != 0) {
            close(slot);
            return error;
        }
    } else {
        get(slot)->text_mode = text_mode_of(flags);
    }
    *fd = slot;
    return 0;
}

// The byte order mark of an existing file overrides the encoding asked for; a new file gets one
// ("fopen": Unicode support). _O_WTEXT without a mark is ANSI for reading.
int Descriptors::detect_encoding(int fd, int flags) {
    IoInfo& info = *get(fd);
    TextMode mode = text_mode_of(flags);
    bool writes = (flags & 3) != _O_RDONLY;
    LARGE_INTEGER size{};
    kernel32::GetFileSizeEx(info.handle, &size);
    if (size.QuadPart == 0) {
        if (!writes) {
            info.text_mode = (flags & _O_WTEXT) != 0 ? TextMode::ansi : mode;
            return 0;
        }
        info.text_mode = mode;
        const char* mark = mode == TextMode::utf8 ? "\xEF\xBB\xBF" : "\xFF\xFE";
        unsigned mark_size = mode == TextMode::utf8 ? 3 : 2;
        return write_raw(info, mark, mark_size) < 0 ? guest_errno() : 0;
    }
    unsigned char mark[3] = {};
    int got = read_raw(info, reinterpret_cast<char*>(mark), 3);
    int64_t skip = 0;
    if (got >= 3 && mark[0] == 0xEF && mark[1] == 0xBB && mark[2] == 0xBF) {
        mode = TextMode::utf8;
        skip = 3;
    } else if (got >= 2 && mark[0] == 0xFF && mark[1] == 0xFE) {
        mode = TextMode::utf16;
        skip = 2;
    } else if (got >= 2 && mark[0] == 0xFE && mark[1] == 0xFF) {
        return kEINVAL;  // big endian is not supported
    } else if (flags & _O_WTEXT) {
        mode = TextMode::ansi;
    }
    info.text_mode = mode;
    LARGE_INTEGER to;
    to.QuadPart = skip;
    if (!kernel32::SetFilePointerEx(info.handle, to, nullptr, FILE_BEGIN))
        return fail_with_last_error(), guest_errno();
    return 0;
}

int Descriptors::open_handle(intptr_t value, int flags) {
    HANDLE handle = reinterpret_cast<HANDLE>(value);
    DWORD type = file_type(handle);
    if (type == FILE_TYPE_UNKNOWN) {
        DWORD error = last_error();
        if (error != 0) return fail_with_win32(error);
    }
    uint8_t file_flags = type == FILE_TYPE_CHAR ? kFdDevice : type == FILE_TYPE_PIPE ? kFdPipe : 0;
    if (flags & _O_APPEND) file_flags |= kFdAppend;
    if (flags & _O_NOINHERIT) file_flags |= kFdNoInherit;
    if (flags & (_O_TEXT | _O_WTEXT | _O_U16TEXT | _O_U8TEXT)) file_flags |= kFdText;
    std::lock_guard lock(table_lock_);
    int slot = allocate();
    if (slot < 0) return fail(kEMFILE);
    set(slot, handle, file_flags);
    get(slot)->text_mode = text_mode_of(flags);
    return slot;
}

int Descriptors::close(int fd) {
    IoInfo* info = get(fd);
    if (info == nullptr) return -1;
    DescriptorLock lock(*info);
    HANDLE handle = info->handle;
    // Standard output and error often share one handle: it lives until the last of them is closed.
    bool shared = false;
    if (fd == 1 || fd == 2) {
        IoInfo* other = get(3 - fd);
        shared = other != nullptr && other->handle == handle;
    }
    info->flags = 0;
    info->handle = INVALID_HANDLE_VALUE;
    tell_standard_handle(fd, nullptr);
    if (shared || handle == no_file() || handle == INVALID_HANDLE_VALUE) return 0;
    if (!kernel32::CloseHandle(handle)) return fail_with_last_error();
    return 0;
}

int Descriptors::duplicate(int fd) {
    IoInfo* info = get(fd);
    if (info == nullptr) return -1;
    std::lock_guard lock(table_lock_);
    int slot = allocate();
    if (slot < 0) return fail(kEMFILE);
    HANDLE process = kernel32::GetCurrentProcess();
    HANDLE copy;
    if (!kernel32::DuplicateHandle(process, info->handle, process, &copy, 0, TRUE,
                                   DUPLICATE_SAME_ACCESS)) {
        return fail_with_last_error();
    }
    set(slot, copy, info->flags & static_cast<uint8_t>(~kFdNoInherit));
    get(slot)->text_mode = info->text_mode;
    return slot;
}

int Descriptors::duplicate_to(int fd, int target) {
    IoInfo* info = get(fd);
    if (info == nullptr) return -1;
    if (target < 0 || target >= limit()) return fail(kEBADF);
    if (fd == target) return 0;
    HANDLE process = kernel32::GetCurrentProcess();
    HANDLE copy;
    if (!kernel32::DuplicateHandle(process, info->handle, process, &copy, 0, TRUE,
                                   DUPLICATE_SAME_ACCESS)) {
        return fail_with_last_error();
    }
    std::lock_guard lock(table_lock_);
    if (!make_chunk(target / kChunk)) {
        kernel32::CloseHandle(copy);
        return fail(kENOMEM);
    }
    if (chunks_[target / kChunk][target % kChunk].flags & kFdOpen) close(target);
    set(target, copy, info->flags & static_cast<uint8_t>(~kFdNoInherit));
    get(target)->text_mode = info->text_mode;
    return 0;
}

int Descriptors::pipe(int* pair, unsigned size, int flags) {
    if (pair == nullptr) return fail(kEINVAL);
    pair[0] = pair[1] = -1;
    SECURITY_ATTRIBUTES security{sizeof security, nullptr, (flags & _O_NOINHERIT) == 0};
    HANDLE read_end, write_end;
    if (!kernel32::CreatePipe(&read_end, &write_end, &security, size))
        return fail_with_last_error();
    int mode = (flags & (_O_TEXT | _O_BINARY)) != 0 ? flags : file_mode();
    uint8_t file_flags = kFdPipe;
    if (flags & _O_NOINHERIT) file_flags |= kFdNoInherit;
    if (mode & _O_TEXT) file_flags |= kFdText;
    std::lock_guard lock(table_lock_);
    int first = allocate();
    if (first >= 0) set(first, read_end, file_flags);
    int second = allocate();
    if (first < 0 || second < 0) {
        if (first >= 0)
            close(first);
        else
            kernel32::CloseHandle(read_end);
        kernel32::CloseHandle(write_end);
        return fail(kEMFILE);
    }
    set(second, write_end, file_flags);
    pair[0] = first;
    pair[1] = second;
    return 0;
}

int Descriptors::set_mode(int fd, int mode) {
    IoInfo* info = get(fd);
    if (info == nullptr) return -1;
    if (mode != _O_TEXT && mode != _O_BINARY && mode != _O_WTEXT && mode != _O_U8TEXT &&
        mode != _O_U16TEXT) {
        return fail(kEINVAL);
    }
    DescriptorLock lock(*info);
    int before = _O_BINARY;
    if (info->flags & kFdText) {
        before = info->text_mode == TextMode::utf8    ? _O_U8TEXT
                 : info->text_mode == TextMode::utf16 ? _O_WTEXT
                                                      : _O_TEXT;
    }
    if (mode == _O_BINARY)
        info->flags &= static_cast<uint8_t>(~kFdText);
    else
        info->flags |= kFdText;
    info->text_mode = mode == _O_BINARY ? TextMode::ansi : text_mode_of(mode);
    return before;
}

bool Descriptors::is_terminal(int fd) {
    IoInfo* info = get(fd);
    return info != nullptr && (info->flags & kFdDevice) != 0;
}

intptr_t Descriptors::handle(int fd) {
    IoInfo* info = get(fd);
    return info == nullptr ? -1 : reinterpret_cast<intptr_t>(info->handle);
}

}  // namespace lsw::crt
