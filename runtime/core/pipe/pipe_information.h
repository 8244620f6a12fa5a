// What NtQueryInformationFile and NtSetInformationFile know of pipes.
#pragma once

#include "core/file/info.h"
#include "core/pipe/pipe_object.h"

// ntifs.h
struct FILE_PIPE_INFORMATION {
    ULONG ReadMode;        // 1: messages
    ULONG CompletionMode;  // 1: PIPE_NOWAIT
};
struct FILE_PIPE_LOCAL_INFORMATION {
    ULONG NamedPipeType, NamedPipeConfiguration, MaximumInstances, CurrentInstances;
    ULONG InboundQuota, ReadDataAvailable, OutboundQuota, WriteQuotaAvailable;
    ULONG NamedPipeState, NamedPipeEnd;
};

namespace lsw {

// FilePipeInformation and FilePipeLocalInformation; false for every other class.
// Doc: "FILE_PIPE_LOCAL_INFORMATION structure (ntifs.h)".
bool query_pipe(PipeObject& pipe, FILE_INFORMATION_CLASS information_class, void* buffer, uint32_t size_bytes,
                file::Answer& out);

// FilePipeInformation: read and completion mode. Errors: STATUS_INFO_LENGTH_MISMATCH, STATUS_INVALID_PARAMETER.
NTSTATUS set_pipe_information(PipeObject& pipe, const void* buffer, uint32_t size_bytes);

}  // namespace lsw
