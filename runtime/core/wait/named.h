// Named objects without a server: each is a small file in a directory of the user's, found by its name, kept while anybody
// uses it and gone with the last user, also when that was killed.
//
// Rules. A file is named after a hash of the object's name and starts with a header that holds the name itself. Every user
// holds a shared OFD lock on it; whoever gets the exclusive lock is alone, and so either the first (the file is new or its
// users were killed: it is made afresh) or the last (it is deleted). OFD locks turn from exclusive to shared in one step.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"
#include "core/wait/sync_objects.h"

namespace lsw {

// "Local\name", "Global\name", "\BaseNamedObjects\name" and "\Sessions\n\BaseNamedObjects\name" all become "name".
// Errors: STATUS_OBJECT_PATH_NOT_FOUND, STATUS_OBJECT_NAME_INVALID.
Result<std::u16string> object_name(std::u16string_view given);

// A held file. The header takes the first page; an object of up to a page's rest has its state behind it.
struct NamedFile {
    static constexpr uint64_t kPayloadOffset = 1024;
    UniqueFd fd;
    void* page = nullptr;  // shared mapping of the first page
    bool created = false;

    std::byte* payload() const { return static_cast<std::byte*>(page) + kPayloadOffset; }
};

// Opens or, with `create`, makes the object's file. For a new one `initialise(payload, argument)` runs while nobody else can
// see it. Errors: STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_TYPE_MISMATCH, STATUS_NO_MEMORY, those of the file system.
Result<NamedFile> open_named_file(std::u16string_view name, ObjectType type, bool create,
                                  void (*initialise)(std::byte* payload, const void* argument), const void* argument);
// Ends this process's use; deletes the file when it was the last. Does not unmap.
void leave_named_file(int fd, void* page);

struct CreatedSync {
    Ref<Object> object;
    bool existed = false;
};

// A new object, or an existing one of that name and the same type. An empty name is no name.
Result<CreatedSync> create_sync_object(std::u16string_view name, const SyncInitial& initial);
Result<Ref<Object>> open_sync_object(std::u16string_view name, ObjectType type);

}  // namespace lsw
