// Tier T1 from lswhost's side: loads the BPF programs when it may, pins them, and says what became of it.
#pragma once

#include <cstdint>
#include <string>

namespace lsw::agent {

class KernelServices {
public:
    void load();
    uint32_t service_count() const { return count_; }
    const char* detail() const { return detail_.c_str(); }

private:
    uint32_t count_ = 0;
    std::string detail_ = "not tried";
};

}  // namespace lsw::agent
