#include "core/path/dir_index.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace lsw::path {
namespace {

class DirIndexTest : public testing::Test {
protected:
    DirIndexTest() {
        char name[] = "/tmp/lsw-index-XXXXXX";
        directory_ = mkdtemp(name);
    }
    ~DirIndexTest() override { std::filesystem::remove_all(directory_); }
    void make(const std::string& name) {
        close(open((directory_ + "/" + name).c_str(), O_CREAT | O_WRONLY, 0644));
    }
    std::string found(std::string_view name) {
        IndexAnswer answer = find_in_directory(directory_, name);
        return answer.kind == IndexAnswer::kFound ? answer.name : "";
    }
    std::string directory_;
};

TEST_F(DirIndexTest, FindsAnyCase) {
    make("Readme.TXT");
    make("Größe");
    make("\xFFx");
    EXPECT_EQ(found("README.txt"), "Readme.TXT");
    EXPECT_EQ(found("GRÖßE"), "Größe");
    EXPECT_EQ(found("\xFFX"), "\xFFx");
    EXPECT_EQ(found("missing"), "");
}

TEST_F(DirIndexTest, ExactNameComesBeforeAnotherCase) {
    make("a");
    make("A");
    EXPECT_EQ(found("a"), "a");
    EXPECT_EQ(found("A"), "A");
}

// Each change is seen at once, however quickly it follows a lookup, before and after the watch starts.
TEST_F(DirIndexTest, SeesEveryChange) {
    for (int i = 0; i < 200; ++i) {
        std::string name = "File" + std::to_string(i), lower = "file" + std::to_string(i);
        ASSERT_EQ(found(lower), "");
        make(name);
        ASSERT_EQ(found(lower), name);
        if (i % 3 == 0) {
            unlink((directory_ + "/" + name).c_str());
            ASSERT_EQ(found(lower), "");
        } else if (i % 3 == 1) {
            rename((directory_ + "/" + name).c_str(), (directory_ + "/" + name + "New").c_str());
            ASSERT_EQ(found(lower), "");
            ASSERT_EQ(found(lower + "NEW"), name + "New");
        }
    }
}

TEST_F(DirIndexTest, SeesADirectoryReplaced) {
    for (int i = 0; i < 10; ++i) {
        make("One");
        ASSERT_EQ(found("one"), "One");
    }
    std::filesystem::remove_all(directory_);
    EXPECT_EQ(find_in_directory(directory_, "one").kind, IndexAnswer::kNoDirectory);
    mkdir(directory_.c_str(), 0755);
    EXPECT_EQ(found("one"), "");
    make("ONE");
    EXPECT_EQ(found("one"), "ONE");
}

TEST_F(DirIndexTest, ManyNames) {
    for (int i = 0; i < 3000; ++i) make("Name" + std::to_string(i));
    for (int i = 0; i < 3000; ++i)
        ASSERT_EQ(found("nAME" + std::to_string(i)), "Name" + std::to_string(i));
}

TEST(DirIndex, AddAndRemove) {
    DirIndex index;
    EXPECT_EQ(index.find("a"), "");
    for (int i = 0; i < 1000; ++i) index.add("N" + std::to_string(i));
    index.remove("N5");
    index.remove("n6");
    EXPECT_EQ(index.find("n5"), "");
    EXPECT_EQ(index.find("n6"), "N6");
    index.add("n5");
    EXPECT_EQ(index.find("N5"), "n5");
}

}  // namespace
}  // namespace lsw::path
