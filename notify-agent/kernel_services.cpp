#include "notify-agent/kernel_services.h"

namespace lsw::agent {

void KernelServices::load() { detail_ = "none attached"; }

}  // namespace lsw::agent
