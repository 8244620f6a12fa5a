// pe_seeds DIR: writes the seeds and the kept finds as files, for the fuzzer to start from.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "fuzz/hex_corpus.h"
#include "fuzz/pe_seeds.h"

int main(int argc, char** argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: pe_seeds DIR\n");
        return 2;
    }
    std::filesystem::path directory = argv[1];
    std::filesystem::create_directories(directory);
    auto seeds = lsw::pe::pe_seeds();
    for (auto& find : lsw::read_hex_corpus(LSW_PE_CORPUS)) {
        seeds.push_back({find.name, std::move(find.bytes)});
    }
    for (const auto& seed : seeds) {
        std::ofstream out(directory / seed.name, std::ios::binary);
        out.write(reinterpret_cast<const char*>(seed.bytes.data()),
                  static_cast<std::streamsize>(seed.bytes.size()));
        if (!out) {
            fprintf(stderr, "pe_seeds: cannot write %s\n", (directory / seed.name).c_str());
            return 1;
        }
    }
}
