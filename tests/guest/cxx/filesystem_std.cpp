// std::filesystem and file streams, as portable programs use them: libstdc++ brings them down to the wide
// functions of the C runtime and of kernel32.
// link: static shared
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "check.h"

namespace fs = std::filesystem;

int main() {
    std::error_code error;
    fs::path root = fs::temp_directory_path() / ("lsw_fs_" + std::to_string(GetCurrentProcessId()));
    fs::remove_all(root, error);
    CHECK(fs::create_directories(root / "a" / "b"));
    CHECK(!fs::create_directory(root / "a"));  // is there already, which is no error
    CHECK(root.is_absolute());

    {
        std::ofstream out(root / "a" / "text.txt");
        out << "line 1\nline 2\n";
    }
    CHECK_EQ(fs::file_size(root / "a" / "text.txt"), 16);  // text mode: \n is written as \r\n
    {
        std::ifstream in(root / "a" / "text.txt");
        std::string line;
        int lines = 0;
        while (std::getline(in, line)) {
            lines++;
            CHECK_EQ(line.size(), 6);
        }
        CHECK_EQ(lines, 2);
    }

    fs::path unicode = root / u"\u6f22\u5b57 \u00fc";
    {
        std::ofstream out(unicode, std::ios::binary);
        out << "x";
    }
    CHECK(fs::is_regular_file(unicode));
    fs::copy_file(unicode, root / "a" / "b" / "copy");
    CHECK_EQ(fs::file_size(root / "a" / "b" / "copy"), 1);

    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(root))
        names.push_back(fs::relative(entry.path(), root).generic_u8string().empty()
                            ? ""
                            : fs::relative(entry.path(), root).generic_string().substr(0, 3));
    CHECK_EQ(names.size(), 5);

    fs::rename(root / "a" / "text.txt", root / "moved");
    CHECK(!fs::exists(root / "a" / "text.txt"));
    CHECK(fs::exists(root / "MOVED"));  // whatever the case

    auto then = fs::file_time_type::clock::now() - std::chrono::hours(48);
    fs::last_write_time(root / "moved", then);
    auto difference = fs::last_write_time(root / "moved") - then;
    CHECK(difference <= std::chrono::seconds(1) && difference >= std::chrono::seconds(-1));

    fs::resize_file(root / "moved", 4);
    CHECK_EQ(fs::file_size(root / "moved"), 4);
    fs::permissions(root / "moved", fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
    CHECK(GetFileAttributesW((root / "moved").c_str()) & FILE_ATTRIBUTE_READONLY);
    fs::permissions(root / "moved", fs::perms::all);

    fs::path before = fs::current_path();
    fs::current_path(root);
    CHECK(fs::exists("moved"));
    CHECK(fs::equivalent("a/b/../../moved", root / "moved"));
    fs::current_path(before);

    CHECK(fs::space(root).capacity > 0);
    fs::remove(root / "not there", error);
    CHECK(!error);
    CHECK_EQ(fs::file_size(root / "not there", error), -1);
    CHECK_EQ(error.value(), ENOENT);
    CHECK(fs::remove_all(root) >= 6);
    CHECK(!fs::exists(root));
    return check_result();
}
