// Per-thread data of the program: TLS slots (TlsAlloc), fiber-local slots (FlsAlloc) and image TLS blocks.
// TLS values lie in the TEB, where compilers' inline code reads them; FLS values in a table of ours behind TEB.FlsData.
#pragma once

#include "abi/peb.h"
#include "base/result.h"

namespace lsw {

inline constexpr DWORD TLS_MINIMUM_AVAILABLE = 64;
inline constexpr DWORD kTlsExpansionSlots = 1024;
inline constexpr DWORD kFlsSlots = 4080;  // of Windows 10 since 1903
inline constexpr DWORD TLS_OUT_OF_INDEXES = 0xFFFFFFFF;

using FlsCallback = void(WINAPI*)(void*);

DWORD tls_alloc();  // TLS_OUT_OF_INDEXES when all are taken
bool tls_free(DWORD index);
// The calling thread's slot, or nullptr for a bad index (or when an expansion slot was never set and `create` is false).
void** tls_slot(DWORD index, bool create);

DWORD fls_alloc(FlsCallback callback);
bool fls_free(DWORD index);  // calls the callback for every value that is set
bool fls_is_allocated(DWORD index);
void** fls_slot(DWORD index, bool create);
// Calls the callbacks of a fiber's values and frees its table (`fls_data` as in TEB.FlsData).
void fls_end(void*& fls_data);
// A table that belongs to a fiber that is not running, so that FlsFree reaches its values.
void run_fls_callbacks();  // the calling thread's, at its end

// Everything of the TEB that was allocated here.
void free_thread_data(TEB* teb);

}  // namespace lsw
