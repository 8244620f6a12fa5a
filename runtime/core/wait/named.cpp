#include "core/wait/named.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "abi/layout.h"
#include "base/status.h"

namespace lsw {
namespace {

constexpr uint64_t kMagic = 0x3165'6D61'4E57'534C;  // "LSWName1"
constexpr size_t kLongestName = 480;

struct Header {
    uint64_t magic;
    uint32_t type;
    uint32_t name_length;
    char16_t name[kLongestName];
};
static_assert(sizeof(Header) <= NamedFile::kPayloadOffset);

Header& header_of(void* page) { return *static_cast<Header*>(page); }

bool own_directory(const std::string& path) {
    if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return false;
    struct stat info;
    return lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == geteuid() &&
           (info.st_mode & 0077) == 0;
}

// Memory file systems first; all processes of a user on a machine come to the same answer.
const std::string& directory() {
    static const std::string found = [] {
        std::string user = std::to_string(geteuid());
        for (std::string base : {std::string("/dev/shm"), "/run/user/" + user, std::string("/tmp")}) {
            std::string path = base + "/lsw-" + user;
            if (own_directory(path)) return path;
        }
        return std::string();
    }();
    return found;
}

uint64_t hash_of(std::u16string_view name) {
    uint64_t hash = 0xCBF2'9CE4'8422'2325;  // FNV-1a
    for (char16_t unit : name) hash = (hash ^ unit) * 0x100'0000'01B3;
    return hash;
}

std::string path_of(std::u16string_view name, unsigned attempt) {
    char text[40];
    snprintf(text, sizeof text, "/object-%016llx-%u", static_cast<unsigned long long>(hash_of(name)), attempt);
    return directory() + text;
}

bool lock(int fd, short type, bool wait) {
    struct flock range {};
    range.l_type = type;
    range.l_whence = SEEK_SET;
    range.l_len = 1;
    while (fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &range) != 0)
        if (errno != EINTR) return false;
    return true;
}

bool still_linked(int fd) {
    struct stat info;
    return fstat(fd, &info) == 0 && info.st_nlink > 0;
}

void* map_page(int fd) {
    void* page = mmap(nullptr, kPageSize, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    return page == MAP_FAILED ? nullptr : page;
}

// Why a file that is there cannot be used under this name.
NTSTATUS check(const Header& header, std::u16string_view name, ObjectType type) {
    if (header.magic != kMagic || header.name_length > kLongestName) return STATUS_OBJECT_NAME_NOT_FOUND;
    if (std::u16string_view(header.name, header.name_length) != name) return STATUS_OBJECT_NAME_COLLISION;
    return header.type == static_cast<uint32_t>(type) ? STATUS_SUCCESS : STATUS_OBJECT_TYPE_MISMATCH;
}

void fill(void* page, std::u16string_view name, ObjectType type) {
    Header& header = header_of(page);
    memset(page, 0, kPageSize);
    header.type = static_cast<uint32_t>(type);
    header.name_length = static_cast<uint32_t>(name.size());
    memcpy(header.name, name.data(), name.size() * sizeof(char16_t));
    header.magic = kMagic;
}

struct Attempt {
    NTSTATUS status = STATUS_SUCCESS;
    bool again = false;
    NamedFile file;
};

Attempt failed(NTSTATUS status) { return {status, false, {}}; }

// One try at one path. `again` when the file went away in between.
Attempt try_path(const std::string& path, std::u16string_view name, ObjectType type, bool create,
                 void (*initialise)(std::byte*, const void*), const void* argument) {
    UniqueFd fd(open(path.c_str(), O_RDWR | O_CLOEXEC | (create ? O_CREAT : 0), 0600));
    if (!fd.valid()) return failed(errno == ENOENT ? STATUS_OBJECT_NAME_NOT_FOUND : status_from_errno(errno));
    bool alone = lock(fd.get(), F_WRLCK, false);
    if (!alone && !lock(fd.get(), F_RDLCK, true)) return failed(status_from_errno(errno));
    if (!still_linked(fd.get())) return {STATUS_SUCCESS, true, {}};
    if (alone && !create) {
        unlink(path.c_str());  // its users were killed
        return failed(STATUS_OBJECT_NAME_NOT_FOUND);
    }
    if (alone && ftruncate(fd.get(), kPageSize) != 0) return failed(status_from_errno(errno));
    NamedFile file{std::move(fd), nullptr, alone};
    file.page = map_page(file.fd.get());
    if (!file.page) return failed(STATUS_NO_MEMORY);
    if (!alone) {
        NTSTATUS status = check(header_of(file.page), name, type);
        if (NT_SUCCESS(status)) return {STATUS_SUCCESS, false, std::move(file)};
        munmap(file.page, kPageSize);
        return failed(status);
    }
    fill(file.page, name, type);
    if (initialise) initialise(file.payload(), argument);
    lock(file.fd.get(), F_RDLCK, false);
    return {STATUS_SUCCESS, false, std::move(file)};
}

void initialise_payload(std::byte* payload, const void* argument) {
    auto* record = new (payload) SyncRecord;
    record->users = 1;
    record->shared = true;
    initialise_record(*record, *static_cast<const SyncInitial*>(argument));
    // A first owner is entered by its own mapping's address, which the caller knows later: see create_sync_object.
}

Result<Ref<Object>> object_of(NamedFile file, std::u16string_view name) {
    SyncRecord* record =
        adopt_mapped_record(file.page, NamedFile::kPayloadOffset, std::move(file.fd), leave_named_file);
    Ref<Object> object = object_for_record(record);
    if (!object) {
        release_record(record);
        return Status(STATUS_OBJECT_TYPE_MISMATCH);
    }
    static_cast<SyncObject*>(object.get())->set_name(std::u16string(name));
    return object;
}

}  // namespace

Result<std::u16string> object_name(std::u16string_view given) {
    if (given.starts_with(u"\\")) {
        size_t at = given.find(u"\\BaseNamedObjects\\");
        if (at == std::u16string_view::npos) return Status(STATUS_OBJECT_PATH_NOT_FOUND);
        given.remove_prefix(at + 18);
    }
    for (std::u16string_view prefix : {u"Local\\", u"Global\\"})
        if (given.starts_with(prefix)) {
            given.remove_prefix(prefix.size());
            break;
        }
    if (given.size() > kLongestName) return Status(STATUS_OBJECT_NAME_INVALID);
    // "CreateEventW function": the rest may hold any character but the backslash.
    if (given.find(u'\\') != std::u16string_view::npos) return Status(STATUS_OBJECT_PATH_NOT_FOUND);
    return std::u16string(given);
}

Result<NamedFile> open_named_file(std::u16string_view name, ObjectType type, bool create,
                                  void (*initialise)(std::byte*, const void*), const void* argument) {
    if (directory().empty()) return Status(STATUS_ACCESS_DENIED);
    // Two names with one hash take successive files.
    for (unsigned index = 0; index < 16;) {
        Attempt attempt = try_path(path_of(name, index), name, type, create, initialise, argument);
        if (attempt.again) continue;
        if (attempt.status == STATUS_OBJECT_NAME_COLLISION) {
            ++index;
            continue;
        }
        if (!NT_SUCCESS(attempt.status)) return Status(attempt.status);
        return std::move(attempt.file);
    }
    return Status(STATUS_OBJECT_NAME_NOT_FOUND);
}

void leave_named_file(int fd, void*) {
    if (!lock(fd, F_WRLCK, false)) return;
    char link[40], path[256];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0 || !still_linked(fd)) return;
    path[length] = 0;
    unlink(path);
}

Result<CreatedSync> create_sync_object(std::u16string_view name, const SyncInitial& initial) {
    if (name.empty()) {
        SyncRecord* record = LSW_TRY(allocate_record(initial.kind));
        initialise_record(*record, initial);
        return CreatedSync{object_for_record(record), false};
    }
    // A mutant's first owner is entered after the record has its place among this process's mappings.
    SyncInitial unowned = initial;
    if (initial.kind == SyncKind::Mutant) unowned.value = 0;
    ObjectType type = type_of_kind(initial.kind);
    NamedFile file = LSW_TRY(open_named_file(name, type, true, initialise_payload, &unowned));
    bool existed = !file.created;
    Ref<Object> object = LSW_TRY(object_of(std::move(file), name));
    if (!existed && initial.kind == SyncKind::Mutant && initial.value) {
        uint32_t ignored;
        take(*static_cast<SyncObject*>(object.get())->record(), false, 0, &ignored);
    }
    return CreatedSync{std::move(object), existed};
}

Result<Ref<Object>> open_sync_object(std::u16string_view name, ObjectType type) {
    NamedFile file = LSW_TRY(open_named_file(name, type, false, nullptr, nullptr));
    return object_of(std::move(file), name);
}

}  // namespace lsw
