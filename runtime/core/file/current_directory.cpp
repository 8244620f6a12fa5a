// See current_directory.h.
#include "core/file/current_directory.h"

#include <unistd.h>

#include <memory>
#include <mutex>
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

struct Current {
    std::mutex lock;
    std::shared_ptr<const std::u16string> text;
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

std::shared_ptr<const std::u16string> text() {
    Current& state = current();
    std::lock_guard guard(state.lock);
    if (!state.text) state.text = std::make_shared<const std::u16string>(initial());
    return state.text;
}

// The text programs find in the PEB. What it replaces stays allocated: somebody may be reading it.
void publish(const std::u16string& path) {
    PEB* peb = runtime().peb;
    if (!peb || !peb->ProcessParameters) return;
    auto* kept = new std::u16string(path);
    auto bytes = static_cast<USHORT>(kept->size() * 2);
    peb->ProcessParameters->CurrentDirectory.DosPath = {bytes, static_cast<USHORT>(bytes + 2), kept->data()};
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

std::u16string current_directory() { return *text(); }

void open_current_directory() {
    auto target = path::target_of(*text());
    if (target.ok()) publish_handle(*target);
}

Result<void> set_current_directory(std::u16string_view wanted) {
    CurrentText storage;
    std::u16string full = LSW_TRY(path::full_path(wanted, path_context(storage)));
    path::Target target = LSW_TRY(path::target_of(full));
    FileStat info = LSW_TRY(query_path(target));
    if (!info.is_directory()) return STATUS_NOT_A_DIRECTORY;
    std::string linux_path = LSW_TRY(existing_path(target));
    if (linux_path.size() < 4096) {
        // A built-in directory need not be there; anything else must let us in.
        if (chdir(linux_path.c_str()) != 0 && !path::drives().is_builtin(linux_path))
            return status_from_errno(errno);
    }
    auto made = std::make_shared<const std::u16string>(with_backslash(full));
    publish(*made);
    publish_handle(target);
    std::lock_guard guard(current().lock);
    current().text = std::move(made);
    return {};
}

path::PathContext path_context(CurrentText& storage) {
    storage = text();
    return {*storage, directory_of_drive};
}

}  // namespace lsw::file
