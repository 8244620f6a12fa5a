// Where SyncRecords live: one sparse memfd per process, made on first use, which another process can map when it is passed
// the descriptor. Records that others created (inherited handles, named objects) are mappings of their own, kept here too.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "base/unique_fd.h"
#include "core/wait/record.h"

namespace lsw {

// A fresh record of this process's arena, held once. Errors: STATUS_NO_MEMORY.
Result<SyncRecord*> allocate_record(SyncKind kind);

// Holds of one record within this process; the last one gives it back or unmaps it.
void retain_record(SyncRecord* record);
void release_record(SyncRecord* record);

// For handing a record to another process: the descriptor of the memory (still owned here) and the offset in it.
struct RecordLocation {
    int fd;
    uint64_t offset;
};
// Marks the record as shared. Errors: STATUS_INVALID_PARAMETER for a record that lies in private memory.
Result<RecordLocation> locate_record(SyncRecord* record);

// Maps a record that another process located. Takes the descriptor. Held once.
Result<SyncRecord*> import_record(UniqueFd memory, uint64_t offset);

// Takes over a mapping of one page that holds a record at `offset`; `fd` is closed with it (and its locks with that).
// `on_release` runs before, when the last hold of this process ends.
SyncRecord* adopt_mapped_record(void* page, uint64_t offset, UniqueFd fd, void (*on_release)(int fd, void* page));

// The process ends: lets go of what outlives it (files of named objects). No record may be used afterwards.
void release_all_mapped_records();

}  // namespace lsw
