// What processes ask of each other, each a function here on the asker's side; remote_calls.cpp serves them.
// Errors of all: STATUS_PROCESS_IS_TERMINATING, STATUS_ACCESS_DENIED for a process that runs no Windows program,
// STATUS_IO_TIMEOUT for one that does not answer, and those of the same act in one's own process.
#pragma once

#include "core/memory/address_space.h"
#include "core/memory/section.h"
#include "core/process/process_object.h"
#include "object/handle_table.h"

namespace lsw {

Result<AddressSpace::Range> remote_allocate(ProcessObject& process, const AllocationRequest& request);
Result<AddressSpace::Range> remote_free(ProcessObject& process, uint64_t address, uint64_t size_bytes, DWORD type);
Result<DWORD> remote_protect(ProcessObject& process, uint64_t address, uint64_t size_bytes, DWORD protect);
Result<MEMORY_BASIC_INFORMATION> remote_query(ProcessObject& process, uint64_t address);
Result<Section::View> remote_map(ProcessObject& process, Section& section, const Section::ViewRequest& request);
Result<void> remote_unmap(ProcessObject& process, uint64_t address, bool preserve_placeholder);
// Puts back what the process's runtime has changed in its code, for whoever reads or writes there.
void remote_show_code(ProcessObject& process, uint64_t address, uint64_t size_bytes);

// A handle there to what `entry` refers to; a description and descriptor of what a handle there refers to, made into an
// object of this process. Errors: STATUS_INVALID_HANDLE, STATUS_NOT_SUPPORTED for kinds that cannot be handed over.
Result<HANDLE> remote_give_handle(ProcessObject& process, const HandleTable::Entry& entry, ACCESS_MASK access, bool inherit);
Result<HandleTable::Entry> remote_take_handle(ProcessObject& process, HANDLE handle);
Result<void> remote_close_handle(ProcessObject& process, HANDLE handle);

// Address of the process's PEB. Errors: STATUS_UNSUCCESSFUL when it has none yet.
Result<uint64_t> remote_peb(ProcessObject& process);

// Address of an int3 and a ret there.
Result<uint64_t> remote_breakpoint(ProcessObject& process);
// What its PEB says; of one that cannot be asked, no.
bool is_being_debugged(ProcessObject& process);

// The serving thread, once its reply is sent: does what could end the process before it could answer.
void complete_remote_call();

}  // namespace lsw
