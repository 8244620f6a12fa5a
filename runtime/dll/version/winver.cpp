// winver.h: version resources of files and of our own modules.
// The resource is a tree of blocks: length, value length, type (words), a zero-terminated key, then value and children,
// each aligned to 4 bytes ("VS_VERSIONINFO structure", "StringFileInfo structure").
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/unique_fd.h"
#include "core/path/linux_names.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "dll/version/version.h"
#include "loader/pe/resources.h"

using namespace lsw;

namespace {

std::vector<std::byte> resource_of(const pe::ImageView& view) {
    constexpr uint16_t kVersion = 16, kFirst = 1;
    auto found = pe::find_resource(view, pe::ResourceId::of(kVersion), pe::ResourceId::of(kFirst));
    if (!found.ok()) return {};
    auto bytes = view.bytes_at(found.data.rva, found.data.size);
    return {bytes.begin(), bytes.end()};
}

// Empty, with the last error set, when there is no such file or no version in it.
std::vector<std::byte> load(LPCWSTR name) {
    if (!name || !*name) return set_last_error(ERROR_INVALID_PARAMETER), std::vector<std::byte>();
    UniqueFd fd(open(linux_path_from_dos(name).c_str(), O_RDONLY | O_CLOEXEC));
    struct stat info;
    if (!fd.valid() || fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode) || info.st_size == 0)
        return set_last_error(ERROR_FILE_NOT_FOUND), std::vector<std::byte>();
    auto size = static_cast<size_t>(info.st_size);
    void* map = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
    if (map == MAP_FAILED) return set_last_error(ERROR_NOT_ENOUGH_MEMORY), std::vector<std::byte>();
    auto view = pe::ImageView::parse_file({static_cast<const std::byte*>(map), size});
    std::vector<std::byte> found;
    if (view.ok()) found = resource_of(*view);
    munmap(map, size);
    if (found.empty()) set_last_error(ERROR_RESOURCE_TYPE_NOT_FOUND);
    return found;
}

struct Block {
    const std::byte* start;
    const std::byte* end;
    std::u16string_view key;
    const std::byte* value;
    UINT value_length;  // bytes, or characters for text
    const std::byte* children;
};

const std::byte* align4(const std::byte* base, const std::byte* at) { return base + ((at - base + 3) & ~ptrdiff_t{3}); }

// Reads one block inside [at, limit); false when it does not fit.
bool read_block(const std::byte* base, const std::byte* at, const std::byte* limit, Block& out) {
    WORD head[3];
    if (limit - at < static_cast<ptrdiff_t>(sizeof head)) return false;
    memcpy(head, at, sizeof head);
    if (head[0] < sizeof head || head[0] > limit - at) return false;
    out.start = at;
    out.end = at + head[0];
    auto* key = reinterpret_cast<const char16_t*>(at + sizeof head);
    size_t room = static_cast<size_t>(out.end - at - static_cast<ptrdiff_t>(sizeof head)) / 2, length = 0;
    while (length < room && key[length]) ++length;
    if (length == room) return false;
    out.key = {key, length};
    out.value = align4(base, reinterpret_cast<const std::byte*>(key + length + 1));
    out.value_length = head[1];
    size_t bytes = size_t{head[1]} * (head[2] == 1 ? 2 : 1);
    auto left = static_cast<size_t>(std::max<ptrdiff_t>(0, out.end - out.value));
    out.children = align4(base, out.value + std::min(bytes, left));
    return true;
}

bool find_child(const std::byte* base, const Block& parent, std::u16string_view key, Block& out) {
    for (const std::byte* at = parent.children; at < parent.end;) {
        Block child;
        if (!read_block(base, at, parent.end, child)) return false;
        if (equal_ignore_case(child.key, key)) return out = child, true;
        at = align4(base, child.end);
    }
    return false;
}

BOOL query(const std::byte* base, std::u16string_view path, LPVOID* buffer, UINT* length) {
    WORD total;
    memcpy(&total, base, sizeof total);
    Block block;
    if (!read_block(base, base, base + total, block)) return set_last_error(ERROR_INVALID_DATA), FALSE;
    while (!path.empty()) {
        if (path.front() == u'\\') {
            path.remove_prefix(1);
            continue;
        }
        size_t end = std::min(path.find(u'\\'), path.size());
        Block child;
        if (!find_child(base, block, path.substr(0, end), child))
            return set_last_error(ERROR_RESOURCE_TYPE_NOT_FOUND), FALSE;
        block = child;
        path.remove_prefix(end);
    }
    *buffer = const_cast<std::byte*>(block.value);
    if (length) *length = block.value_length;
    return TRUE;
}

}  // namespace

DWORD version::GetFileVersionInfoSizeW(LPCWSTR lptstrFilename, LPDWORD lpdwHandle) {
    if (lpdwHandle) *lpdwHandle = 0;
    return static_cast<DWORD>(load(lptstrFilename).size());
}

DWORD version::GetFileVersionInfoSizeA(LPCSTR lptstrFilename, LPDWORD lpdwHandle) {
    return GetFileVersionInfoSizeW(utf16_from_utf8(lptstrFilename ? lptstrFilename : "").c_str(), lpdwHandle);
}

DWORD version::GetFileVersionInfoSizeExW(DWORD, LPCWSTR lpwstrFilename, LPDWORD lpdwHandle) {
    return GetFileVersionInfoSizeW(lpwstrFilename, lpdwHandle);
}

BOOL version::GetFileVersionInfoW(LPCWSTR lptstrFilename, DWORD, DWORD dwLen, LPVOID lpData) {
    if (!lpData) return set_last_error(ERROR_INVALID_DATA), FALSE;
    auto bytes = load(lptstrFilename);
    if (bytes.empty()) return FALSE;
    memcpy(lpData, bytes.data(), std::min<size_t>(dwLen, bytes.size()));
    return TRUE;
}

BOOL version::GetFileVersionInfoA(LPCSTR lptstrFilename, DWORD dwHandle, DWORD dwLen, LPVOID lpData) {
    return GetFileVersionInfoW(utf16_from_utf8(lptstrFilename ? lptstrFilename : "").c_str(), dwHandle, dwLen, lpData);
}

BOOL version::GetFileVersionInfoExW(DWORD, LPCWSTR lpwstrFilename, DWORD dwHandle, DWORD dwLen, LPVOID lpData) {
    return GetFileVersionInfoW(lpwstrFilename, dwHandle, dwLen, lpData);
}

BOOL version::VerQueryValueW(LPCVOID pBlock, LPCWSTR lpSubBlock, LPVOID* lplpBuffer, UINT* puLen) {
    if (!pBlock || !lpSubBlock || !lplpBuffer) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    return query(static_cast<const std::byte*>(pBlock), lpSubBlock, lplpBuffer, puLen);
}

BOOL version::VerQueryValueA(LPCVOID pBlock, LPCSTR lpSubBlock, LPVOID* lplpBuffer, UINT* puLen) {
    return VerQueryValueW(pBlock, utf16_from_utf8(lpSubBlock ? lpSubBlock : "").c_str(), lplpBuffer, puLen);
}
