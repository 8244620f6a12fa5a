#include "notify-agent/handlers/handler.h"

#include <cstring>
#include <span>

#include "abi/services.h"
#include "notify-agent/handlers/groups.h"

namespace lsw::agent {
namespace {

struct HandlerTable {
    Handler handlers[kServiceCount] = {};

    HandlerTable() {
        for (std::span<const HandlerRow> group : {privileged_handlers(), identifier_handlers(), process_handlers()})
            for (const HandlerRow& row : group)
                for (unsigned number = 0; number < kServiceCount; ++number)
                    if (strcmp(row.service, service_name(number)) == 0) handlers[number] = row.handler;
    }
};

}  // namespace

Handler handler_of(uint32_t service) {
    static const HandlerTable table;
    return service < kServiceCount ? table.handlers[service] : nullptr;
}

}  // namespace lsw::agent
