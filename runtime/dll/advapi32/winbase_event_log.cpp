// winbase.h: writing to the event log. There is no log to keep entries in: they are shown with --verbose, like debug output.
#include <string>

#include "base/log.h"
#include "base/text.h"
#include "core/runtime.h"
#include "core/teb.h"
#include "dll/advapi32/advapi32.h"

using namespace lsw;

namespace {

class EventSource final : public Object {
public:
    static constexpr ObjectType kType = ObjectType::Other;
    explicit EventSource(std::string name) : Object(kType), name(std::move(name)) {}
    const std::string name;
};

HANDLE open_source(std::string name) {
    if (name.empty()) return set_last_error(ERROR_INVALID_PARAMETER), nullptr;
    auto handle = runtime().handles.insert(make_object<EventSource>(std::move(name)), 0);
    return handle.ok() ? *handle : (set_last_error_from(handle.status()), nullptr);
}

Ref<EventSource> source_of(HANDLE handle) {
    auto source = runtime().handles.get<EventSource>(handle);
    return source.ok() ? std::move(*source) : (set_last_error(ERROR_INVALID_HANDLE), nullptr);
}

}  // namespace

HANDLE advapi32::RegisterEventSourceW(LPCWSTR lpUNCServerName, LPCWSTR lpSourceName) {
    if (lpUNCServerName && *lpUNCServerName) return set_last_error(RPC_S_SERVER_UNAVAILABLE), nullptr;
    return open_source(lpSourceName ? utf8_from_utf16(lpSourceName) : std::string());
}

HANDLE advapi32::RegisterEventSourceA(LPCSTR lpUNCServerName, LPCSTR lpSourceName) {
    if (lpUNCServerName && *lpUNCServerName) return set_last_error(RPC_S_SERVER_UNAVAILABLE), nullptr;
    return open_source(lpSourceName ? lpSourceName : "");
}

BOOL advapi32::DeregisterEventSource(HANDLE hEventLog) {
    return source_of(hEventLog) && runtime().handles.close(hEventLog).ok();
}

BOOL advapi32::ReportEventW(HANDLE hEventLog, WORD wType, WORD, DWORD dwEventID, PSID, WORD wNumStrings, DWORD,
                            LPCWSTR* lpStrings, LPVOID) {
    auto source = source_of(hEventLog);
    if (!source) return FALSE;
    for (WORD i = 0; g_verbose && lpStrings && i < wNumStrings; ++i)
        log_debug("event log: %s: type %u, event %u: %s", source->name.c_str(), wType, dwEventID,
                  lpStrings[i] ? utf8_from_utf16(lpStrings[i]).c_str() : "");
    return TRUE;
}

BOOL advapi32::ReportEventA(HANDLE hEventLog, WORD wType, WORD, DWORD dwEventID, PSID, WORD wNumStrings, DWORD,
                            LPCSTR* lpStrings, LPVOID) {
    auto source = source_of(hEventLog);
    if (!source) return FALSE;
    for (WORD i = 0; g_verbose && lpStrings && i < wNumStrings; ++i)
        log_debug("event log: %s: type %u, event %u: %s", source->name.c_str(), wType, dwEventID,
                  lpStrings[i] ? lpStrings[i] : "");
    return TRUE;
}
