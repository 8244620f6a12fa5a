#include "core/path/lookup.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "core/path/at.h"
#include "core/path/dos_path.h"

namespace lsw::path {
namespace {

class LookupTest : public testing::Test {
protected:
    LookupTest() {
        char name[] = "/tmp/lsw-lookup-XXXXXX";
        base_ = mkdtemp(name);
        map_ = std::make_unique<DriveMap>(DriveMap::Settings{base_ + "/env/drive_c", "Ann"});
    }
    ~LookupTest() override { std::filesystem::remove_all(base_); }
    std::string linux_of(std::u16string_view full) {
        auto target = target_of(full, *map_);
        return target.ok() ? target->linux_path : "status";
    }
    std::string base_;
    std::unique_ptr<DriveMap> map_;
};

TEST_F(LookupTest, WhatIsKnownToBeMissing) {
    std::string name = base_ + "/absent.h", deep = base_ + "/no/such/dir/absent.h";
    EXPECT_EQ(known_missing(name), Missing::kUnknown);
    for (int i = 0; i < 3; ++i) {
        note_missing(name, search(name, *map_));
        note_missing(deep, search(deep, *map_));
    }
    EXPECT_EQ(known_missing(name), Missing::kName);
    EXPECT_EQ(known_missing(deep), Missing::kPath);
    EXPECT_EQ(known_missing(base_ + "/no/such/dir/other.h"), Missing::kPath);
    std::filesystem::create_directories(base_ + "/NO/such/dir");
    EXPECT_EQ(known_missing(deep), Missing::kUnknown);
    close(open((base_ + "/NO/such/dir/Absent.h").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    EXPECT_EQ(search(deep, *map_).kind, Lookup::kFound);
    close(open((base_ + "/Absent.H").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    EXPECT_EQ(known_missing(name), Missing::kUnknown);
}

TEST_F(LookupTest, Targets) {
    EXPECT_EQ(linux_of(u"Z:\\"), "/");
    EXPECT_EQ(linux_of(u"z:\\a\\b\\"), "/a/b");
    EXPECT_EQ(linux_of(u"\\??\\Z:\\a"), "/a");
    EXPECT_EQ(linux_of(u"\\\\?\\C:\\x"), base_ + "/env/drive_c/x");
    EXPECT_EQ(linux_of(u"C:\\"), base_ + "/env/drive_c");
    EXPECT_EQ(target_of(u"D:\\a", *map_).status(), STATUS_OBJECT_PATH_NOT_FOUND);
    EXPECT_EQ(target_of(u"\\\\server\\share\\a", *map_).status(), STATUS_BAD_NETWORK_PATH);
    EXPECT_EQ(target_of(u"\\??\\UNC\\server\\share", *map_).status(), STATUS_BAD_NETWORK_PATH);
    EXPECT_EQ(target_of(u"a\\b", *map_).status(), STATUS_OBJECT_PATH_SYNTAX_BAD);
    EXPECT_EQ(linux_of(u"Z:\\a:b"), "/a");
    EXPECT_EQ(target_of(u"Z:\\a:b", *map_)->stream, "b");
    EXPECT_EQ(target_of(u"Z:\\a:b\\c", *map_).status(), STATUS_OBJECT_NAME_INVALID);
    EXPECT_EQ(target_of(u"\\\\.\\NUL", *map_)->kind, Target::kNull);
    EXPECT_EQ(target_of(u"\\Device\\Null", *map_)->kind, Target::kNull);
    EXPECT_EQ(target_of(u"\\\\.\\CONIN$", *map_)->kind, Target::kConsole);
    EXPECT_EQ(target_of(u"\\\\.\\C:", *map_)->kind, Target::kVolume);
    EXPECT_EQ(linux_of(u"\\\\?\\" + volume_name(u'z') + u"\\a"), "/a");
    EXPECT_EQ(target_of(u"\\\\?\\" + volume_name(u'C'), *map_)->kind, Target::kVolume);
    auto pipe = target_of(u"\\??\\pipe\\a\\b", *map_);
    EXPECT_EQ(pipe->kind, Target::kPipe);
    EXPECT_EQ(pipe->rest, u"a\\b");
    EXPECT_EQ(target_of(u"\\Device\\Afd\\Mio", *map_)->kind, Target::kAfd);
    EXPECT_EQ(target_of(u"\\\\.\\COM1", *map_)->kind, Target::kOtherDevice);
    EXPECT_TRUE(target_of(u"Z:\\a\\", *map_)->wants_directory);
}

TEST_F(LookupTest, WindowsPathsOfLinuxPaths) {
    EXPECT_EQ(map_->windows_from_linux("/"), u"Z:\\");
    EXPECT_EQ(map_->windows_from_linux("/home/u"), u"Z:\\home\\u");
    EXPECT_EQ(map_->windows_from_linux(base_ + "/env/drive_c"), u"C:\\");
    EXPECT_EQ(map_->windows_from_linux(base_ + "/env/drive_c/a"), u"C:\\a");
}

TEST_F(LookupTest, SearchIgnoresCaseInEveryComponent) {
    std::filesystem::create_directories(base_ + "/Src/Lib");
    close(open((base_ + "/Src/Lib/Main.C").c_str(), O_CREAT | O_WRONLY, 0644));
    Lookup found = search(base_ + "/SRC/lib/main.c", *map_);
    EXPECT_EQ(found.kind, Lookup::kFound);
    EXPECT_EQ(found.path, base_ + "/Src/Lib/Main.C");
    found = search(base_ + "/src/LIB/New.c", *map_);
    EXPECT_EQ(found.kind, Lookup::kNameMissing);
    EXPECT_EQ(found.path, base_ + "/Src/Lib/New.c");
    EXPECT_EQ(search(base_ + "/src/no/x", *map_).kind, Lookup::kPathMissing);
    EXPECT_EQ(search(base_ + "/src/no/x/y", *map_).kind, Lookup::kPathMissing);
    EXPECT_EQ(search(base_ + "/src/lib/main.c/x", *map_).kind, Lookup::kPathMissing);
    EXPECT_EQ(search("/", *map_).kind, Lookup::kFound);
}

TEST_F(LookupTest, BuiltinDirectoriesExistWithoutBeingOnDisk) {
    std::string c = map_->c_root();
    EXPECT_EQ(search(c, *map_).kind, Lookup::kBuiltin);
    Lookup found = search(c + "/WINDOWS/system32", *map_);
    EXPECT_EQ(found.kind, Lookup::kBuiltin);
    EXPECT_EQ(found.path, c + "/Windows/System32");
    found = search(c + "/users/ANN/appdata/local/x", *map_);
    EXPECT_EQ(found.kind, Lookup::kNameMissing);
    EXPECT_EQ(found.path, c + "/Users/Ann/AppData/Local/x");
    EXPECT_TRUE(found.parent_is_builtin);
    EXPECT_EQ(search(c + "/nowhere/x", *map_).kind, Lookup::kPathMissing);
    EXPECT_FALSE(std::filesystem::exists(base_ + "/env"));

    ASSERT_TRUE(map_->materialise(c + "/Users/Ann/AppData/Local").ok());
    EXPECT_EQ(search(c + "/users/ANN/appdata/local", *map_).kind, Lookup::kFound);
    found = search(c + "/users/ANN/appdata/local/x", *map_);
    EXPECT_EQ(found.kind, Lookup::kNameMissing);
    EXPECT_FALSE(found.parent_is_builtin);
    auto children = map_->builtin_children(c);
    EXPECT_NE(std::find(children.begin(), children.end(), "Windows"), children.end());
    EXPECT_EQ(map_->builtin_children(c + "/Windows/Temp").size(), 0u);
}

TEST_F(LookupTest, PathsBeyondPathMax) {
    std::string path = base_;
    int directory = open(base_.c_str(), O_PATH | O_DIRECTORY);
    for (int i = 0; i < 60; ++i) {
        std::string name(100, static_cast<char>('a' + i % 26));
        mkdirat(directory, name.c_str(), 0755);
        int next = openat(directory, name.c_str(), O_PATH | O_DIRECTORY);
        close(directory);
        directory = next;
        path += "/" + name;
    }
    close(directory);
    At at(path);
    struct stat info;
    EXPECT_EQ(fstatat(at.fd(), at.name(), &info, 0), 0);
    std::string upper = path;
    upper.back() = upper.back() - 0x20;
    EXPECT_EQ(search(upper, *map_).path, path);
}

}  // namespace
}  // namespace lsw::path
