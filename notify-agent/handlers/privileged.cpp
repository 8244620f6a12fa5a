// Services that need a privilege which no token of a guest holds, whoever runs it: they end here, with the status that
// Windows gives an ordinary user.
#include "notify-agent/handlers/groups.h"

namespace lsw::agent {
namespace {

Outcome privilege_not_held(const Target&) { return 0xC0000061; }  // STATUS_PRIVILEGE_NOT_HELD

constexpr HandlerRow kRows[] = {
    {"NtLoadDriver", privilege_not_held},
    {"NtUnloadDriver", privilege_not_held},
    {"NtShutdownSystem", privilege_not_held},
    {"NtInitiatePowerAction", privilege_not_held},
    {"NtSetSystemPowerState", privilege_not_held},
    {"NtSetSystemTime", privilege_not_held},
    {"NtCreatePagingFile", privilege_not_held},
    {"NtCreateToken", privilege_not_held},
    {"NtLoadKey", privilege_not_held},
    {"NtLoadKey2", privilege_not_held},
    {"NtLoadKeyEx", privilege_not_held},
    {"NtUnloadKey", privilege_not_held},
    {"NtUnloadKey2", privilege_not_held},
    {"NtSetSystemEnvironmentValue", privilege_not_held},
    {"NtSetSystemEnvironmentValueEx", privilege_not_held},
};

}  // namespace

std::span<const HandlerRow> privileged_handlers() { return kRows; }

}  // namespace lsw::agent
