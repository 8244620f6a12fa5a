// Small PE images to start the fuzzer from, one per table the parser knows and one with all of them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace lsw::pe {

struct Seed {
    std::string name;
    std::vector<std::byte> bytes;
};

std::vector<Seed> pe_seeds();

}  // namespace lsw::pe
