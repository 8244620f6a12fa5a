// See current_directory.h.
#include "core/file/current_directory.h"

#include <unistd.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

#include "abi/file.h"
#include "base/status.h"
#include "base/text.h"
#include "core/file/open.h"
#include "core/path/at.h"
#include "core/path/lookup.h"
#include "core/runtime.h"

namespace lsw::file {
namespace {

// A directory that is, or was, current.
struct CurrentPlace {
    std::u16string text;     // with a backslash at its end
    std::string linux_path;  // without a slash at its end
    size_t root_bytes;       // of linux_path: the drive

    auto operator<=>(const CurrentPlace&) const = default;
};

// Places are read without a lock, by whoever opens a file: they are kept for good, each once.
struct Current {
    std::mutex lock;
    std::atomic<const CurrentPlace*> now{nullptr};
    std::set<CurrentPlace> places;
};
Current& current() {
    static Current instance;
    return instance;
}

std::u16string with_backslash(std::u16string text) {
    if (text.empty() || text.back() != u'\\') text.push_back(u'\\');
    return text;
}

std::u16string initial() {
    if (PEB* peb = runtime().peb; peb && peb->ProcessParameters) {
        const UNICODE_STRING& path = peb->ProcessParameters->CurrentDirectory.DosPath;
        if (path.Buffer && path.Length) return with_backslash({path.Buffer, path.Length / sizeof(char16_t)});
    }
    std::unique_ptr<char, decltype(&free)> directory(getcwd(nullptr, 0), free);
    return with_backslash(path::drives().windows_from_linux(directory ? directory.get() : "/"));
}

// Under the lock.
const CurrentPlace& keep(std::u16string text, std::string linux_path) {
    const std::string* root = path::drives().root(text[0]);
    size_t root_bytes = root && linux_path.starts_with(*root) ? root->size() : 0;
    if (linux_path == "/") linux_path.clear();
    return *current().places.insert({std::move(text), std::move(linux_path), root_bytes}).first;
}

const CurrentPlace& here() {
    Current& state = current();
    if (const CurrentPlace* now = state.now.load(std::memory_order_acquire)) return *now;
    std::lock_guard guard(state.lock);
    if (!state.now.load(std::memory_order_relaxed)) {
        std::u16string text = initial();
        auto target = path::target_of(text);
        state.now.store(&keep(std::move(text), target.ok() ? std::move(target->linux_path) : ""),
                        std::memory_order_release);
    }
    return *state.now.load(std::memory_order_relaxed);
}

// The text programs find in the PEB.
void publish(const std::u16string& path) {
    PEB* peb = runtime().peb;
    if (!peb || !peb->ProcessParameters) return;
    auto bytes = static_cast<USHORT>(path.size() * 2);
    peb->ProcessParameters->CurrentDirectory.DosPath = {bytes, static_cast<USHORT>(bytes + 2),
                                                        const_cast<char16_t*>(path.data())};
}

// The handle beside it: programs open relative names below it (Zig's cwd()). It keeps nobody from removing the directory.
void publish_handle(const path::Target& directory) {
    PEB* peb = runtime().peb;
    if (!peb || !peb->ProcessParameters) return;
    OpenRequest request;
    request.target = directory;
    request.access = SYNCHRONIZE | FILE_TRAVERSE;
    request.share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    request.options = FILE_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT;
    auto opened = open_file(request);
    if (!opened.ok()) return;
    auto handle = runtime().handles.insert(std::move(opened->object), request.access);
    if (!handle.ok()) return;
    HANDLE before = std::exchange(peb->ProcessParameters->CurrentDirectory.Handle, *handle);
    if (before) (void)runtime().handles.close(before);
}

// "=C:" in the environment.
std::u16string directory_of_drive(char16_t drive) {
    PEB* peb = runtime().peb;
    if (!peb || !peb->ProcessParameters) return {};
    auto* at = static_cast<const char16_t*>(peb->ProcessParameters->Environment);
    while (at && *at) {
        std::u16string_view entry(at);
        if (entry.size() > 4 && entry[0] == u'=' && upcase(entry[1]) == upcase(drive) && entry[2] == u':' &&
            entry[3] == u'=')
            return std::u16string(entry.substr(4));
        at += entry.size() + 1;
    }
    return {};
}

}  // namespace

const std::u16string& current_directory() { return here().text; }

void open_current_directory() {
    auto target = path::target_of(here().text);
    if (target.ok()) publish_handle(*target);
}

Result<void> set_current_directory(std::u16string_view wanted) {
    std::u16string full = LSW_TRY(path::full_path(wanted, path_context()));
    path::Target target = LSW_TRY(path::target_of(full));
    FileStat info = LSW_TRY(query_path(target));
    if (!info.is_directory()) return STATUS_NOT_A_DIRECTORY;
    std::string linux_path = LSW_TRY(existing_path(target));
    if (linux_path.size() < 4096) {
        // A built-in directory need not be there; anything else must let us in.
        if (chdir(linux_path.c_str()) != 0 && !path::drives().is_builtin(linux_path))
            return status_from_errno(errno);
    }
    Current& state = current();
    std::unique_lock guard(state.lock);
    const CurrentPlace& made = keep(with_backslash(std::move(full)), std::move(linux_path));
    publish(made.text);
    state.now.store(&made, std::memory_order_release);
    guard.unlock();
    publish_handle(target);
    return {};
}

path::PathContext path_context() { return {here().text, directory_of_drive}; }

path::UsualBase usual_base() {
    const CurrentPlace& place = here();
    return {place.linux_path, place.root_bytes};
}

}  // namespace lsw::file
