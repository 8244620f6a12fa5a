// The lower layer of the registry: what a fresh Windows has and programs look for, part of the
// binary and never changed. Facts about the machine and the user are filled in when the first key
// is looked for.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/registry/registry.h"

namespace lsw::registry {

struct DefaultKey {
    std::u16string name;  // as it is spelled
    std::vector<Value> values;
    std::vector<std::u16string> children;  // names
};

// By upper-cased path.
const std::map<std::u16string, DefaultKey>& defaults();
const DefaultKey* default_key(const std::u16string& upper_path);

}  // namespace lsw::registry
