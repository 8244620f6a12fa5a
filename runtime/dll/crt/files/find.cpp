// See find.h.
#include "dll/crt/files/find.h"

#include <cstring>

#include "base/text.h"
#include "dll/crt/files/file_time.h"
#include "dll/crt/io/win32.h"

namespace lsw::crt {
namespace {

int fail_to_find() {
    switch (DWORD error = last_error()) {
        case ERROR_NO_MORE_FILES:
        case ERROR_FILE_NOT_FOUND:
        case ERROR_PATH_NOT_FOUND:
            return fail(kENOENT);
        case ERROR_NOT_ENOUGH_MEMORY:
            return fail(kENOMEM);
        default:
            guest_doserrno() = error;
            return fail(kEINVAL);
    }
}

void copy_name(const WCHAR* from, WCHAR (&to)[260]) { memcpy(to, from, sizeof to); }

// A UTF-8 name can need more room than there is; whole characters are kept.
void copy_name(const WCHAR* from, char (&to)[260]) {
    std::string name = linux_from_utf16(from);
    size_t size = name.size();
    if (size >= sizeof to) {
        size = sizeof to - 1;
        while (size > 0 && (name[size] & 0xC0) == 0x80) --size;
    }
    memcpy(to, name.data(), size);
    to[size] = 0;
}

template <class C, class Time, class Size>
void fill(const WIN32_FIND_DATAW& from, FindData<C, Time, Size>* to) {
    to->attrib = from.dwFileAttributes == FILE_ATTRIBUTE_NORMAL ? 0 : from.dwFileAttributes;
    to->time_create = static_cast<Time>(seconds_of(from.ftCreationTime));
    to->time_access = static_cast<Time>(seconds_of(from.ftLastAccessTime));
    to->time_write = static_cast<Time>(seconds_of(from.ftLastWriteTime));
    to->size =
        static_cast<Size>(static_cast<uint64_t>(from.nFileSizeHigh) << 32 | from.nFileSizeLow);
    copy_name(from.cFileName, to->name);
}

HANDLE start(const WCHAR* pattern, WIN32_FIND_DATAW* found) {
    return kernel32::FindFirstFileW(pattern, found);
}
HANDLE start(const char* pattern, WIN32_FIND_DATAW* found) {
    return kernel32::FindFirstFileW(utf16_from_linux(pattern).c_str(), found);
}

}  // namespace

template <class C, class Time, class Size>
intptr_t find_first(const C* pattern, FindData<C, Time, Size>* data) {
    WIN32_FIND_DATAW found;
    HANDLE search = start(pattern, &found);
    if (search == INVALID_HANDLE_VALUE) return fail_to_find();
    fill(found, data);
    return reinterpret_cast<intptr_t>(search);
}

template <class C, class Time, class Size>
int find_next(intptr_t search, FindData<C, Time, Size>* data) {
    WIN32_FIND_DATAW found;
    if (!kernel32::FindNextFileW(reinterpret_cast<HANDLE>(search), &found)) return fail_to_find();
    fill(found, data);
    return 0;
}

int find_close(intptr_t search) {
    return kernel32::FindClose(reinterpret_cast<HANDLE>(search)) ? 0 : fail(kEINVAL);
}

#define LSW_FIND(C, Time, Size)                                       \
    template intptr_t find_first(const C*, FindData<C, Time, Size>*); \
    template int find_next(intptr_t, FindData<C, Time, Size>*);
LSW_FIND(char, int32_t, uint32_t)
LSW_FIND(char, int32_t, int64_t)
LSW_FIND(char, int64_t, uint32_t)
LSW_FIND(char, int64_t, int64_t)
LSW_FIND(WCHAR, int32_t, uint32_t)
LSW_FIND(WCHAR, int32_t, int64_t)
LSW_FIND(WCHAR, int64_t, uint32_t)
LSW_FIND(WCHAR, int64_t, int64_t)

}  // namespace lsw::crt
