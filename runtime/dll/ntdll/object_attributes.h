// What services that take OBJECT_ATTRIBUTES share.
#pragma once

#include <string>

#include "core/runtime.h"
#include "core/wait/named.h"
#include "dll/ntdll/ntdll.h"

namespace lsw {

inline bool inherits(const OBJECT_ATTRIBUTES* attributes) { return attributes && (attributes->Attributes & OBJ_INHERIT); }

// The object's name within the process's namespace; empty for none.
Result<std::u16string> name_of(const OBJECT_ATTRIBUTES* attributes);

// Inserts a handle and stores it.
NTSTATUS give_handle(PHANDLE handle, Ref<Object> object, ACCESS_MASK access, const OBJECT_ATTRIBUTES* attributes);

// NtCreate… and NtOpen… of the kinds that have a SyncRecord.
NTSTATUS create_sync(PHANDLE handle, ACCESS_MASK access, const OBJECT_ATTRIBUTES* attributes, const SyncInitial& initial);
NTSTATUS open_sync(PHANDLE handle, ACCESS_MASK access, const OBJECT_ATTRIBUTES* attributes, ObjectType type);

// Copies a query's answer: STATUS_INFO_LENGTH_MISMATCH when the buffer is not of its size.
template <class T>
NTSTATUS answer(const T& value, PVOID buffer, ULONG length, PULONG return_length) {
    if (length != sizeof(T)) return STATUS_INFO_LENGTH_MISMATCH;
    *static_cast<T*>(buffer) = value;
    if (return_length) *return_length = sizeof(T);
    return STATUS_SUCCESS;
}

}  // namespace lsw
