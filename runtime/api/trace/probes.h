// Static probes for stock tools (bpftrace, perf, SystemTap): lsw:api_enter, api_return, module_load, exception.
// Each is a nop until somebody attaches. Those of calls are reached while a process is traced, and skipped there unless
// `lsw trace --probes` asks for them or a tool raises their semaphore.
#pragma once

#include <cstdint>

#if __has_include(<sys/sdt.h>)
#define _SDT_HAS_SEMAPHORES 1
#include <sys/sdt.h>
#define LSW_PROBES 1
#endif

extern "C" volatile unsigned short lsw_api_enter_semaphore, lsw_api_return_semaphore;
extern "C" volatile unsigned short lsw_module_load_semaphore, lsw_exception_semaphore;

namespace lsw::trace {

// Arguments: the export's name, its arguments as an array of 64-bit words, its number.
inline void probe_enter(bool always, const char* name, const uint64_t* arguments, uint64_t call) {
#ifdef LSW_PROBES
    if (__builtin_expect(lsw_api_enter_semaphore || always, 0)) STAP_PROBE3(lsw, api_enter, name, arguments, call);
#endif
    (void)always, (void)name, (void)arguments, (void)call;
}

// Arguments: the export's name, the result, the export's number.
inline void probe_return(bool always, const char* name, uint64_t result, uint64_t call) {
#ifdef LSW_PROBES
    if (__builtin_expect(lsw_api_return_semaphore || always, 0)) STAP_PROBE3(lsw, api_return, name, result, call);
#endif
    (void)always, (void)name, (void)result, (void)call;
}

}  // namespace lsw::trace
