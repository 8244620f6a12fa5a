// Replays the seeds, their simplest mutations and every kept find through the fuzzer's function.
#include <gtest/gtest.h>

#include <fstream>

#include "fuzz/hex_corpus.h"
#include "fuzz/pe_exercise.h"
#include "fuzz/pe_seeds.h"
#include "loader/pe/image_view.h"

namespace lsw::pe {
namespace {

TEST(PeRegression, SeedsParse) {
    for (const auto& seed : pe_seeds()) {
        auto parsed = ImageView::parse_file(seed.bytes);
        EXPECT_TRUE(parsed.ok()) << seed.name << ": " << describe(parsed.error);
        exercise(seed.bytes);
    }
}

TEST(PeRegression, KeptFinds) {
    for (const auto& find : read_hex_corpus(LSW_PE_CORPUS)) {
        SCOPED_TRACE(find.name);
        exercise(find.bytes);
    }
}

// Every byte of the all-in-one seed set to the values that break arithmetic most often.
TEST(PeRegression, SingleByteMutations) {
    auto seeds = pe_seeds();
    auto all = std::find_if(seeds.begin(), seeds.end(), [](auto& seed) { return seed.name == "all"; });
    ASSERT_NE(all, seeds.end());
    for (size_t i = 0; i < all->bytes.size(); ++i) {
        if (all->bytes[i] == std::byte{0} && i % 4 != 3) continue;
        for (unsigned value : {0x00u, 0x7Fu, 0x80u, 0xFFu}) {
            auto copy = all->bytes;
            copy[i] = static_cast<std::byte>(value);
            exercise(copy);
        }
    }
}

TEST(PeRegression, EveryTruncation) {
    auto seeds = pe_seeds();
    for (const auto& seed : seeds) {
        for (size_t size = 0; size < seed.bytes.size(); size += 13) {
            exercise(std::span(seed.bytes).first(size));
        }
    }
}

}  // namespace
}  // namespace lsw::pe
