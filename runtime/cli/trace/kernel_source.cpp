#include "cli/trace/kernel_source.h"

namespace lsw::cli::trace {

bool KernelSource::start(const Catalogue&) {
    problem_ = "this build has no BPF programs";
    return false;
}
void KernelSource::add_process(pid_t, int32_t) {}
void KernelSource::remove_process(pid_t) {}
void KernelSource::child_ended(pid_t) {}
std::unordered_map<uint32_t, KernelTotals> KernelSource::finish() { return {}; }

}  // namespace lsw::cli::trace
