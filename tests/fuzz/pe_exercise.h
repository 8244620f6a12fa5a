// What the PE fuzzer and its regression test do with an input: parse it as a file and, when it
// parses, lay it out as a loader would and read everything again from the mapped form.
#pragma once

#include <cstddef>
#include <span>

namespace lsw::pe {

void exercise(std::span<const std::byte> input);

}  // namespace lsw::pe
