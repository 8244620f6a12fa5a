// Fuzzer finds kept as text: tests/fuzz/corpus/<target>/<name>.hex. Each line is
//   OFFSET: BYTES   (both hexadecimal)   or   size: N   or   # comment
// and bytes not mentioned are zero, so that a find of kilobytes is a few readable lines.
#pragma once

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace lsw {

struct HexFile {
    std::string name;
    std::vector<std::byte> bytes;
};

inline std::vector<std::byte> read_hex_file(const std::filesystem::path& path) {
    std::vector<std::byte> bytes;
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) {
        auto colon = line.find(':');
        if (line.empty() || line[0] == '#' || colon == std::string::npos) continue;
        std::string head = line.substr(0, colon);
        std::istringstream rest(line.substr(colon + 1));
        if (head == "size") {
            size_t size = 0;
            rest >> std::hex >> size;
            bytes.resize(size);
            continue;
        }
        size_t offset = std::stoull(head, nullptr, 16);
        for (unsigned value; rest >> std::hex >> value; ++offset) {
            if (bytes.size() <= offset) bytes.resize(offset + 1);
            bytes[offset] = static_cast<std::byte>(value);
        }
    }
    return bytes;
}

inline std::vector<HexFile> read_hex_corpus(const std::filesystem::path& directory) {
    std::vector<HexFile> files;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        if (entry.path().extension() != ".hex") continue;
        files.push_back({entry.path().stem().string(), read_hex_file(entry.path())});
    }
    std::sort(files.begin(), files.end(),
              [](const HexFile& a, const HexFile& b) { return a.name < b.name; });
    return files;
}

}  // namespace lsw
