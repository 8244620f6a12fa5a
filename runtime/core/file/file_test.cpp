// core/file on a directory of its own: what holds in one process, and share modes and locks against another.
// Expectations: "NtCreateFile function (winternl.h)", "Creating and Opening Files", "LockFileEx function (fileapi.h)".
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "abi/file.h"
#include "abi/file_info.h"
#include "core/file/directory.h"
#include "core/file/info.h"
#include "core/file/open.h"
#include "core/file/range_lock.h"
#include "core/path/drive_map.h"

namespace lsw::file {
namespace {

constexpr ULONG kShareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

class FileTest : public testing::Test {
protected:
    FileTest() {
        char name[] = "/tmp/lsw-file-XXXXXX";
        directory_ = mkdtemp(name);
    }
    ~FileTest() override { std::filesystem::remove_all(directory_); }

    OpenRequest request(const std::string& name, ACCESS_MASK access, ULONG share = kShareAll,
                        ULONG disposition = FILE_OPEN) {
        OpenRequest out;
        out.target.linux_path = directory_ + "/" + name;
        out.access = map_generic(access);
        out.share = share;
        out.disposition = disposition;
        out.options = FILE_SYNCHRONOUS_IO_NONALERT;
        return out;
    }
    Result<Opened> open(const std::string& name, ACCESS_MASK access, ULONG share = kShareAll,
                        ULONG disposition = FILE_OPEN) {
        return open_file(request(name, access, share, disposition));
    }
    // The same in another process; its status.
    NTSTATUS open_elsewhere(const std::string& name, ACCESS_MASK access, ULONG share) {
        int pipe_fds[2];
        EXPECT_EQ(pipe(pipe_fds), 0);
        pid_t child = fork();
        if (child == 0) {
            NTSTATUS status = open(name, access, share).status();
            (void)!write(pipe_fds[1], &status, sizeof status);
            _exit(0);
        }
        NTSTATUS status = -1;
        EXPECT_EQ(read(pipe_fds[0], &status, sizeof status), static_cast<ssize_t>(sizeof status));
        waitpid(child, nullptr, 0);
        close(pipe_fds[0]);
        close(pipe_fds[1]);
        return status;
    }
    void make(const std::string& name, const std::string& text = "") {
        int fd = ::open((directory_ + "/" + name).c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0644);
        (void)!write(fd, text.data(), text.size());
        close(fd);
    }
    bool exists(const std::string& name) { return access((directory_ + "/" + name).c_str(), F_OK) == 0; }
    std::string directory_;
};

TEST_F(FileTest, Dispositions) {
    EXPECT_EQ(open("a", GENERIC_READ).status(), STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQ(open("x/a", GENERIC_READ).status(), STATUS_OBJECT_PATH_NOT_FOUND);
    EXPECT_EQ(open("a", GENERIC_WRITE, kShareAll, FILE_CREATE)->information, FILE_CREATED);
    EXPECT_EQ(open("A", GENERIC_WRITE, kShareAll, FILE_CREATE).status(), STATUS_OBJECT_NAME_COLLISION);
    EXPECT_EQ(open("A", GENERIC_WRITE, kShareAll, FILE_OPEN_IF)->information, FILE_OPENED);
    EXPECT_EQ(open("A", GENERIC_WRITE, kShareAll, FILE_OVERWRITE_IF)->information, FILE_OVERWRITTEN);
    EXPECT_EQ(open("A", GENERIC_WRITE, kShareAll, FILE_SUPERSEDE)->information, FILE_SUPERSEDED);
    EXPECT_EQ(open("b", GENERIC_WRITE, kShareAll, FILE_OVERWRITE).status(), STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_TRUE(exists("a"));
    EXPECT_FALSE(exists("A"));
    EXPECT_EQ(open("a/b", GENERIC_READ).status(), STATUS_OBJECT_PATH_NOT_FOUND);
}

TEST_F(FileTest, DirectoriesAndFilesAreToldApart) {
    std::filesystem::create_directory(directory_ + "/d");
    make("f");
    OpenRequest as_file = request("d", GENERIC_READ);
    as_file.options |= FILE_NON_DIRECTORY_FILE;
    EXPECT_EQ(open_file(as_file).status(), STATUS_FILE_IS_A_DIRECTORY);
    OpenRequest as_directory = request("f", GENERIC_READ);
    as_directory.options |= FILE_DIRECTORY_FILE;
    EXPECT_EQ(open_file(as_directory).status(), STATUS_NOT_A_DIRECTORY);
    EXPECT_TRUE(open("d", GENERIC_READ | GENERIC_WRITE).ok());
    OpenRequest slash = request("f", GENERIC_READ);
    slash.target.wants_directory = true;
    EXPECT_EQ(open_file(slash).status(), STATUS_OBJECT_NAME_INVALID);
}

TEST_F(FileTest, SharingHoldsBetweenProcesses) {
    make("f");
    {
        auto held = open("f", GENERIC_READ, FILE_SHARE_READ);
        ASSERT_TRUE(held.ok());
        EXPECT_EQ(open_elsewhere("f", GENERIC_READ, kShareAll), STATUS_SUCCESS);
        EXPECT_EQ(open_elsewhere("f", GENERIC_WRITE, kShareAll), STATUS_SHARING_VIOLATION);
        EXPECT_EQ(open_elsewhere("f", GENERIC_READ, 0), STATUS_SHARING_VIOLATION);
        EXPECT_EQ(open_elsewhere("f", STANDARD_DELETE, kShareAll), STATUS_SHARING_VIOLATION);
        EXPECT_EQ(open_elsewhere("f", FILE_READ_ATTRIBUTES, 0), STATUS_SUCCESS);
    }
    EXPECT_EQ(open_elsewhere("f", GENERIC_WRITE, 0), STATUS_SUCCESS);
    auto first = open("f", GENERIC_WRITE, FILE_SHARE_WRITE);
    EXPECT_EQ(open_elsewhere("f", GENERIC_WRITE, FILE_SHARE_WRITE), STATUS_SUCCESS);
    EXPECT_EQ(open_elsewhere("f", GENERIC_READ, FILE_SHARE_WRITE), STATUS_SHARING_VIOLATION);
}

// Every pair of claims against the rule: nobody may have what another denies.
TEST_F(FileTest, SharingOfAllPairs) {
    make("f");
    constexpr ACCESS_MASK kRights[] = {FILE_READ_DATA, FILE_WRITE_DATA, STANDARD_DELETE};  // as FILE_SHARE_* counts them
    auto access_of = [&](unsigned rights) {
        ACCESS_MASK access = FILE_READ_ATTRIBUTES | SYNCHRONIZE;
        for (int i = 0; i < 3; ++i) access |= rights >> i & 1 ? kRights[i] : 0;
        return access;
    };
    for (unsigned rights = 1; rights < 8; ++rights)
        for (ULONG share = 0; share < 8; ++share) {
            auto held = open("f", access_of(rights), share);
            ASSERT_TRUE(held.ok());
            for (unsigned other = 1; other < 8; ++other)
                for (ULONG other_share = 0; other_share < 8; ++other_share) {
                    bool conflict = (rights & ~other_share) || (other & ~share);
                    auto second = open("f", access_of(other), other_share);
                    EXPECT_EQ(second.status(), conflict ? STATUS_SHARING_VIOLATION : STATUS_SUCCESS)
                        << rights << ' ' << share << ", " << other << ' ' << other_share;
                }
        }
}

TEST_F(FileTest, ManyWritersShare) {
    make("f");
    std::vector<Result<Opened>> writers;
    for (int i = 0; i < 100; ++i) {
        writers.push_back(open("f", GENERIC_READ | GENERIC_WRITE));
        ASSERT_TRUE(writers.back().ok()) << i;
    }
    EXPECT_EQ(open("f", GENERIC_READ, FILE_SHARE_READ).status(), STATUS_SHARING_VIOLATION);
}

TEST_F(FileTest, RangeLocksHoldBetweenProcesses) {
    make("f", "0123456789");
    auto opened = open("f", GENERIC_READ | GENERIC_WRITE);
    FileObject& file = *opened->object->as_file();
    ASSERT_TRUE(file.range_locks().lock(file, {0, 4, true}, false).ok());
    pid_t child = fork();
    if (child == 0) {
        auto other = open("f", GENERIC_READ | GENERIC_WRITE);
        FileObject& same = *other->object->as_file();
        bool refused = same.range_locks().lock(same, {3, 2, false}, false).status() == STATUS_LOCK_NOT_GRANTED;
        bool granted = same.range_locks().lock(same, {4, 2, true}, false).ok();
        char byte;
        bool conflict = same.read(&byte, 1, 0).status() == STATUS_FILE_LOCK_CONFLICT;
        _exit(refused && granted && conflict ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(file.range_locks().unlock(file, 0, 3).status(), STATUS_RANGE_NOT_LOCKED);
    EXPECT_TRUE(file.range_locks().unlock(file, 0, 4).ok());
}

TEST_F(FileTest, PositionsReadsAndWrites) {
    auto opened = open("f", GENERIC_READ | GENERIC_WRITE, kShareAll, FILE_CREATE);
    FileObject& file = *opened->object->as_file();
    EXPECT_EQ(*file.write("hello", 5, kCurrentPosition), 5u);
    EXPECT_EQ(*file.position(), 5);
    EXPECT_EQ(*file.write("J", 1, 0), 1u);
    EXPECT_EQ(*file.position(), 1);
    EXPECT_EQ(*file.write("!", 1, kEndOfFile), 1u);
    char text[8] = {};
    EXPECT_EQ(*file.read(text, 8, 0), 6u);
    EXPECT_STREQ(text, "Jello!");
    EXPECT_EQ(file.read(text, 8, 6).status(), STATUS_END_OF_FILE);
    EXPECT_EQ(*file.read(text, 0, 6), 0u);
    EXPECT_EQ(file.read(text, 1, -5).status(), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(*file.seek(-2, FILE_END), 4);
    EXPECT_EQ(file.seek(-7, FILE_END).status(), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(file.read(nullptr, 1, 0).status(), STATUS_ACCESS_VIOLATION);
}

TEST_F(FileTest, RenameKeepsTheSpellingAskedFor) {
    make("one");
    make("TWO");
    auto opened = open("one", STANDARD_DELETE);
    FileObject& file = *opened->object->as_file();
    EXPECT_EQ(file.rename_to(directory_ + "/two", false).status(), STATUS_OBJECT_NAME_COLLISION);
    EXPECT_TRUE(file.rename_to(directory_ + "/two", true).ok());
    EXPECT_TRUE(exists("two"));
    EXPECT_FALSE(exists("TWO"));
    EXPECT_FALSE(exists("one"));
    EXPECT_TRUE(file.rename_to(directory_ + "/Two", false).ok());
    EXPECT_TRUE(exists("Two"));
    EXPECT_EQ(file.current_path(), directory_ + "/Two");
}

TEST_F(FileTest, DispositionOfADirectory) {
    std::filesystem::create_directories(directory_ + "/d/sub");
    OpenRequest how = request("d", STANDARD_DELETE);
    how.options |= FILE_DIRECTORY_FILE;
    auto opened = open_file(how);
    FileObject& file = *opened->object->as_file();
    EXPECT_EQ(file.set_disposition(FILE_DISPOSITION_DELETE).status(), STATUS_DIRECTORY_NOT_EMPTY);
    std::filesystem::remove(directory_ + "/d/sub");
    EXPECT_TRUE(file.set_disposition(FILE_DISPOSITION_DELETE).ok());
    EXPECT_TRUE(exists("d"));
    file.on_last_handle_closed();
    EXPECT_FALSE(exists("d"));
}

TEST_F(FileTest, AttributesAndTimes) {
    make("f");
    std::string path = directory_ + "/f";
    FileStat info;
    ASSERT_EQ(stat_path(path, true, info), 0);
    EXPECT_EQ(info.attributes, FILE_ATTRIBUTE_ARCHIVE);
    ASSERT_TRUE(set_attributes(path, info, FILE_ATTRIBUTE_READONLY | FILE_ATTRIBUTE_HIDDEN).ok());
    ASSERT_EQ(stat_path(path, true, info), 0);
    EXPECT_TRUE(info.attributes & FILE_ATTRIBUTE_READONLY);
    ASSERT_TRUE(set_attributes(path, info, FILE_ATTRIBUTE_NORMAL).ok());
    ASSERT_EQ(stat_path(path, true, info), 0);
    EXPECT_EQ(info.attributes, FILE_ATTRIBUTE_ARCHIVE);
    EXPECT_EQ(info.mode & 07777, 0644u);

    EXPECT_EQ(filetime_from_unix(0, 0), 116444736000000000);
    EXPECT_EQ(unix_from_filetime(116444736000000000 - 1).tv_sec, -1);
    EXPECT_EQ(unix_from_filetime(116444736000000000 - 1).tv_nsec, 999999900);
}

TEST_F(FileTest, LinksAreReparsePoints) {
    std::filesystem::create_directory(directory_ + "/d");
    ASSERT_EQ(symlink("d", (directory_ + "/link").c_str()), 0);
    ASSERT_EQ(symlink("nowhere", (directory_ + "/dangling").c_str()), 0);
    FileStat info;
    ASSERT_EQ(stat_path(directory_ + "/link", false, info), 0);
    EXPECT_EQ(info.attributes, FILE_ATTRIBUTE_REPARSE_POINT | FILE_ATTRIBUTE_DIRECTORY);
    ASSERT_EQ(stat_path(directory_ + "/dangling", false, info), 0);
    EXPECT_EQ(info.attributes, FILE_ATTRIBUTE_REPARSE_POINT);
    EXPECT_EQ(open("dangling", GENERIC_READ).status(), STATUS_OBJECT_NAME_NOT_FOUND);
    EXPECT_EQ(windows_link_target("../a/b"), u"..\\a\\b");
    EXPECT_EQ(windows_link_target("/usr"), u"Z:\\usr");
    EXPECT_EQ(*linux_link_target(u"..\\a\\b", true), "../a/b");
    EXPECT_EQ(*linux_link_target(u"\\??\\Z:\\USR", false), "/usr");
    EXPECT_EQ(*linux_link_target(u"\\??\\Z:\\usr\\", false), "/usr/");
    EXPECT_EQ(*linux_link_target(u"a\\b\\", true), "a/b/");
    EXPECT_EQ(windows_link_target("/usr/"), u"Z:\\usr\\");
    EXPECT_EQ(windows_link_target("a/b/"), u"a\\b\\");
}

TEST_F(FileTest, ListingsAreSortedAndFiltered) {
    for (auto name : {"b", "A", "c.txt", "_z"}) make(name);
    int fd = ::open(directory_.c_str(), O_RDONLY | O_DIRECTORY);
    auto scan = DirectoryScan::read(fd, directory_, u"*");
    std::u16string names;
    for (;; (*scan)->advance()) {
        auto entry = (*scan)->current(fd);
        if (!entry.ok()) break;
        names.append((*entry)->name).append(u"|");
    }
    EXPECT_EQ(names, u".|..|A|b|c.txt|_z|");
    unlink((directory_ + "/A").c_str());
    (*scan)->restart();
    size_t count = 0;
    for (; (*scan)->current(fd).ok(); (*scan)->advance()) ++count;
    EXPECT_EQ(count, 5u);  // what vanished meanwhile is passed over
    close(fd);
}

TEST_F(FileTest, DirectoryQueryFillsBuffers) {
    for (int i = 0; i < 20; ++i) make("name" + std::to_string(i));
    OpenRequest how = request("", GENERIC_READ);
    how.target.linux_path = directory_;
    auto opened = open_file(how);
    alignas(8) char buffer[256];
    DirectoryQuery query;
    query.information_class = FileIdBothDirectoryInformation;
    query.buffer = buffer;
    query.size_bytes = sizeof buffer;
    int entries = 0;
    for (;;) {
        Answer answer = query_directory(*opened->object->as_file(), query);
        if (answer.status != STATUS_SUCCESS) {
            EXPECT_EQ(answer.status, STATUS_NO_MORE_FILES);
            break;
        }
        EXPECT_LE(answer.bytes, sizeof buffer);
        for (char* at = buffer;;) {
            auto* entry = reinterpret_cast<FILE_ID_BOTH_DIR_INFORMATION*>(at);
            ++entries;
            if (entry->NextEntryOffset == 0) break;
            EXPECT_EQ(entry->NextEntryOffset % 8, 0u);
            at += entry->NextEntryOffset;
        }
    }
    EXPECT_EQ(entries, 22);
    query.size_bytes = 64;
    query.restart = true;
    EXPECT_EQ(query_directory(*opened->object->as_file(), query).status, STATUS_INFO_LENGTH_MISMATCH);
}

}  // namespace
}  // namespace lsw::file
