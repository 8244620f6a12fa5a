#include "notify-agent/handlers/handler.h"

#include <cstring>
#include <span>

#include "abi/services.h"
#include "notify-agent/handlers/groups.h"

namespace lsw::agent {
namespace {

// By number; a name is found in the list of all names by counting, which takes as long as all the rest of an answer.
struct HandlerTable {
    const char* names[kServiceCount] = {};
    Handler handlers[kServiceCount] = {};

    HandlerTable() {
        const char* next = service_name(0);
        for (const char*& name : names) {
            name = next;
            next += strlen(next) + 1;
        }
        for (std::span<const HandlerRow> group : {privileged_handlers(), identifier_handlers(), process_handlers()})
            for (const HandlerRow& row : group)
                for (unsigned number = 0; number < kServiceCount; ++number)
                    if (strcmp(row.service, names[number]) == 0) handlers[number] = row.handler;
    }
};

const HandlerTable& table() {
    static const HandlerTable made;
    return made;
}

}  // namespace

const char* name_of(uint32_t service) { return service < kServiceCount ? table().names[service] : nullptr; }

Handler handler_of(uint32_t service) { return service < kServiceCount ? table().handlers[service] : nullptr; }

}  // namespace lsw::agent
