// winternl.h and ntifs.h: the file services.
#include "abi/file.h"
#include "core/file/info.h"
#include "core/file/open.h"
#include "core/file/lock_wait.h"
#include "core/io/completion.h"
#include "core/pipe/named_pipe.h"
#include "core/path/at.h"
#include "core/path/name_map.h"
#include "core/path/stream_name.h"
#include "core/pipe/pipe_information.h"
#include "core/runtime.h"
#include "dll/ntdll/object_attributes.h"
#include "dll/ntdll/pipes.h"

using namespace lsw;

namespace {

// What OBJECT_ATTRIBUTES names: an absolute NT path, or one relative to an open directory.
Result<path::Target> target_of(const OBJECT_ATTRIBUTES* attributes) {
    if (!attributes) return Status(STATUS_INVALID_PARAMETER);
    std::u16string_view name;
    if (attributes->ObjectName && attributes->ObjectName->Buffer)
        name = {attributes->ObjectName->Buffer, attributes->ObjectName->Length / sizeof(char16_t)};
    if (!attributes->RootDirectory) {
        if (name.empty()) return Status(STATUS_OBJECT_PATH_SYNTAX_BAD);
        return path::target_of(name);
    }
    auto root = LSW_TRY(runtime().handles.get<IoObject>(attributes->RootDirectory));
    if (root->is_pipe_directory()) {
        path::Target target;
        target.kind = path::Target::kPipe;
        target.rest = name;
        return target;
    }
    file::FileObject* directory = root->as_file();
    if (!directory) return Status(STATUS_OBJECT_TYPE_MISMATCH);
    if (name.starts_with(u'\\')) return Status(STATUS_OBJECT_NAME_INVALID);
    path::Target target;
    target.linux_path = directory->current_path();
    if (target.linux_path.empty()) return Status(STATUS_DELETE_PENDING);
    if (name.empty()) return target;  // the same file once more
    if (!directory->is_directory()) return Status(STATUS_OBJECT_PATH_NOT_FOUND);
    if (target.linux_path == "/") target.linux_path.clear();
    target.wants_directory = name.back() == u'\\';
    LSW_CHECK(Result<void>(path::take_stream(name, target.stream)));
    LSW_CHECK(Result<void>(path::append_linux_path(target.linux_path, name)));
    return target;
}

struct Found {
    Ref<IoObject> object;
    ACCESS_MASK access;
};
Result<Found> find(HANDLE handle) {
    auto entry = runtime().handles.lookup(handle);
    if (!entry.ok()) return Status(entry.status());
    if (entry->object->type() != IoObject::kType) return Status(STATUS_OBJECT_TYPE_MISMATCH);
    return Found{Ref<IoObject>::adopt(static_cast<IoObject*>(entry->object.detach())), entry->info.access};
}

NTSTATUS answer(PIO_STATUS_BLOCK block, const file::Answer& answer) {
    if (NT_SUCCESS(answer.status) || answer.status == STATUS_BUFFER_OVERFLOW) {
        block->Status = answer.status;
        block->Information = answer.bytes;
    }
    return answer.status;
}

NTSTATUS answer(PIO_STATUS_BLOCK block, NTSTATUS status) { return answer(block, file::Answer{status, 0}); }

int64_t offset_of(const LARGE_INTEGER* offset, bool writing) {
    if (!offset || offset->QuadPart == FILE_USE_FILE_POINTER_POSITION) return kCurrentPosition;
    if (writing && offset->QuadPart == FILE_WRITE_TO_END_OF_FILE) return kEndOfFile;
    // A negative offset that means nothing must not be taken for one of ours.
    return offset->QuadPart < 0 ? INT64_MIN : offset->QuadPart;
}

IoRequest request_of(HANDLE event, PVOID apc, PVOID context, PIO_STATUS_BLOCK block) {
    IoRequest request;
    request.status_block = block;
    request.event = event;
    request.apc_routine = apc;
    request.context = context;
    return request;
}

// A server end of a pipe as the root of an empty name: its client end is meant.
Ref<PipeObject> pipe_root(const OBJECT_ATTRIBUTES* attributes) {
    if (!attributes || !attributes->RootDirectory) return nullptr;
    if (attributes->ObjectName && attributes->ObjectName->Length != 0) return nullptr;
    auto root = runtime().handles.get<IoObject>(attributes->RootDirectory);
    return root.ok() ? Ref<PipeObject>::share((*root)->as_pipe()) : nullptr;
}

constexpr ULONG kSynchronous = FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT;

NTSTATUS open_client_end(PHANDLE handle, ACCESS_MASK access, const OBJECT_ATTRIBUTES* attributes,
                         PIO_STATUS_BLOCK block, ULONG options, PipeObject& server_end) {
    access = file::map_generic(access);
    auto client = open_pipe_end(server_end, access, !(options & kSynchronous));
    if (!client.ok()) return client.status();
    NTSTATUS status = give_handle(handle, std::move(*client), access, attributes);
    return NT_SUCCESS(status) ? answer(block, {STATUS_SUCCESS, FILE_OPENED}) : status;
}

// The settings that NtCreateNamedPipeFile's parameters stand for: clients may share what the server does not do itself.
NamedPipeSettings pipe_settings(ULONG share, ULONG options, ULONG type, ULONG read_mode, ULONG completion_mode) {
    constexpr uint32_t kInbound = 1, kOutbound = 2, kOverlapped = 0x40000000;
    NamedPipeSettings settings;
    if (share & FILE_SHARE_WRITE) settings.open_mode |= kInbound;
    if (share & FILE_SHARE_READ) settings.open_mode |= kOutbound;
    if (!(options & kSynchronous)) settings.open_mode |= kOverlapped;
    settings.pipe_mode = (type & 1 ? 4u : 0u) | (read_mode & 1 ? 2u : 0u) | (completion_mode & 1 ? 1u : 0u);
    return settings;
}

}  // namespace

// Doc: "NtCreateNamedPipeFile" as ntifs.h declares it: a name below \Device\NamedPipe or relative to it; no name at all makes
// a pipe that only its own handle leads to.
NTSTATUS ntdll::NtCreateNamedPipeFile(PHANDLE FileHandle, ULONG DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes,
                                      PIO_STATUS_BLOCK IoStatusBlock, ULONG ShareAccess, ULONG CreateDisposition,
                                      ULONG CreateOptions, ULONG NamedPipeType, ULONG ReadMode, ULONG CompletionMode,
                                      ULONG MaximumInstances, ULONG InboundQuota, ULONG OutboundQuota,
                                      PLARGE_INTEGER DefaultTimeout) {
    auto target = target_of(ObjectAttributes);
    if (!target.ok()) return target.status();
    if (target->kind != path::Target::kPipe) return STATUS_OBJECT_NAME_INVALID;
    if (!(ShareAccess & (FILE_SHARE_READ | FILE_SHARE_WRITE))) return STATUS_INVALID_PARAMETER;
    NamedPipeSettings settings = pipe_settings(ShareAccess, CreateOptions, NamedPipeType, ReadMode, CompletionMode);
    constexpr uint32_t kFirstInstance = 0x80000;
    if (CreateDisposition == FILE_CREATE) settings.open_mode |= kFirstInstance;
    settings.maximum_instances = MaximumInstances > 255 ? 255 : MaximumInstances;
    settings.in_buffer_bytes = InboundQuota, settings.out_buffer_bytes = OutboundQuota;
    if (DefaultTimeout && DefaultTimeout->QuadPart < 0)
        settings.default_timeout_ms = static_cast<uint32_t>(-DefaultTimeout->QuadPart / 10'000);
    Ref<PipeObject> pipe;
    if (target->rest.empty()) {
        pipe = create_unnamed_pipe(settings);
    } else {
        auto named = create_named_pipe(target->rest, settings);
        if (!named.ok()) return named.status();
        pipe = std::move(*named);
    }
    NTSTATUS status = give_handle(FileHandle, std::move(pipe), file::map_generic(DesiredAccess), ObjectAttributes);
    return NT_SUCCESS(status) ? answer(IoStatusBlock, {STATUS_SUCCESS, FILE_CREATED}) : status;
}

NTSTATUS ntdll::NtCreateFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes,
                             PIO_STATUS_BLOCK IoStatusBlock, PLARGE_INTEGER, ULONG FileAttributes, ULONG ShareAccess,
                             ULONG CreateDisposition, ULONG CreateOptions, PVOID, ULONG) {
    if (CreateOptions & FILE_OPEN_BY_FILE_ID) return STATUS_NOT_SUPPORTED;
    if (Ref<PipeObject> server_end = pipe_root(ObjectAttributes))
        return open_client_end(FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock, CreateOptions, *server_end);
    auto target = target_of(ObjectAttributes);
    if (!target.ok()) return target.status();
    file::OpenRequest request;
    request.target = std::move(*target);
    request.access = file::map_generic(DesiredAccess);
    request.attributes = FileAttributes;
    request.share = ShareAccess;
    request.disposition = CreateDisposition;
    request.options = CreateOptions;
    if (CreateOptions & kSynchronous && !(request.access & SYNCHRONIZE)) return STATUS_INVALID_PARAMETER;
    auto opened = file::open_file(request);
    if (!opened.ok()) return opened.status();
    bool inherit = ObjectAttributes->Attributes & OBJ_INHERIT;
    auto handle = runtime().handles.insert(std::move(opened->object), request.access, inherit);
    if (!handle.ok()) return handle.status();
    *FileHandle = *handle;
    IoStatusBlock->Status = STATUS_SUCCESS;
    IoStatusBlock->Information = opened->information;
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtOpenFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes,
                           PIO_STATUS_BLOCK IoStatusBlock, ULONG ShareAccess, ULONG OpenOptions) {
    return NtCreateFile(FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock, nullptr, 0, ShareAccess, FILE_OPEN,
                        OpenOptions, nullptr, 0);
}

NTSTATUS ntdll::NtReadFile(HANDLE FileHandle, HANDLE Event, PVOID ApcRoutine, PVOID ApcContext,
                           PIO_STATUS_BLOCK IoStatusBlock, PVOID Buffer, ULONG Length, PLARGE_INTEGER ByteOffset,
                           PULONG) {
    auto object = runtime().handles.get<IoObject>(FileHandle, FILE_READ_DATA);
    if (!object.ok()) return object.status();
    return (*object)->begin_read(request_of(Event, ApcRoutine, ApcContext, IoStatusBlock), Buffer, Length,
                                 offset_of(ByteOffset, /*writing=*/false));
}

NTSTATUS ntdll::NtWriteFile(HANDLE FileHandle, HANDLE Event, PVOID ApcRoutine, PVOID ApcContext,
                            PIO_STATUS_BLOCK IoStatusBlock, PVOID Buffer, ULONG Length, PLARGE_INTEGER ByteOffset,
                            PULONG) {
    auto found = find(FileHandle);
    if (!found.ok()) return found.status();
    if (!(found->access & (FILE_WRITE_DATA | FILE_APPEND_DATA))) return STATUS_ACCESS_DENIED;
    return found->object->begin_write(request_of(Event, ApcRoutine, ApcContext, IoStatusBlock), Buffer, Length,
                                      offset_of(ByteOffset, /*writing=*/true));
}

NTSTATUS ntdll::NtQueryInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock, PVOID FileInformation,
                                       ULONG Length, ULONG FileInformationClass) {
    auto found = find(FileHandle);
    if (!found.ok()) return found.status();
    return answer(IoStatusBlock,
                  file::query_information(*found->object, found->access,
                                          static_cast<FILE_INFORMATION_CLASS>(FileInformationClass), FileInformation,
                                          Length));
}

NTSTATUS ntdll::NtSetInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock, PVOID FileInformation,
                                     ULONG Length, ULONG FileInformationClass) {
    auto found = find(FileHandle);
    if (!found.ok()) return found.status();
    auto information_class = static_cast<FILE_INFORMATION_CLASS>(FileInformationClass);
    if (information_class == FileIoCompletionNotificationInformation) {
        if (Length < sizeof(ULONG)) return STATUS_INFO_LENGTH_MISMATCH;
        found->object->set_completion_modes(static_cast<uint8_t>(*static_cast<const ULONG*>(FileInformation)));
        return answer(IoStatusBlock, STATUS_SUCCESS);
    }
    if (information_class == FileCompletionInformation) {
        if (Length < sizeof(FILE_COMPLETION_INFORMATION)) return STATUS_INFO_LENGTH_MISMATCH;
        FILE_COMPLETION_INFORMATION wanted = *static_cast<const FILE_COMPLETION_INFORMATION*>(FileInformation);
        auto entry = runtime().handles.lookup(wanted.Port);
        if (!entry.ok()) return entry.status();
        if (entry->object->type() != ObjectType::IoCompletion) return STATUS_OBJECT_TYPE_MISMATCH;
        auto port = Ref<CompletionSink>::adopt(static_cast<CompletionSink*>(entry->object.detach()));
        bool bound = found->object->bind_completion(std::move(port), reinterpret_cast<uint64_t>(wanted.Key));
        return answer(IoStatusBlock, bound ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER);
    }
    if (information_class == FilePipeInformation && found->object->as_pipe())
        return answer(IoStatusBlock, set_pipe_information(*found->object->as_pipe(), FileInformation, Length));
    return answer(IoStatusBlock,
                  file::set_information(*found->object, found->access, information_class, FileInformation, Length));
}

NTSTATUS ntdll::NtQueryAttributesFile(POBJECT_ATTRIBUTES ObjectAttributes, PVOID FileInformation) {
    auto target = target_of(ObjectAttributes);
    if (!target.ok()) return target.status();
    auto info = file::query_path(*target);
    if (!info.ok()) return info.status();
    auto* out = static_cast<FILE_BASIC_INFORMATION*>(FileInformation);
    out->CreationTime.QuadPart = info->creation_time;
    out->LastAccessTime.QuadPart = info->access_time;
    out->LastWriteTime.QuadPart = info->write_time;
    out->ChangeTime.QuadPart = info->change_time;
    out->FileAttributes = info->attributes;
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtQueryFullAttributesFile(POBJECT_ATTRIBUTES ObjectAttributes, PVOID FileInformation) {
    auto target = target_of(ObjectAttributes);
    if (!target.ok()) return target.status();
    auto info = file::query_path(*target);
    if (!info.ok()) return info.status();
    auto* out = static_cast<FILE_NETWORK_OPEN_INFORMATION*>(FileInformation);
    out->CreationTime.QuadPart = info->creation_time;
    out->LastAccessTime.QuadPart = info->access_time;
    out->LastWriteTime.QuadPart = info->write_time;
    out->ChangeTime.QuadPart = info->change_time;
    out->AllocationSize.QuadPart = static_cast<LONGLONG>(info->allocated_bytes);
    out->EndOfFile.QuadPart = static_cast<LONGLONG>(info->size_bytes);
    out->FileAttributes = info->attributes;
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtQueryDirectoryFileEx(HANDLE FileHandle, HANDLE Event, PVOID ApcRoutine, PVOID ApcContext,
                                       PIO_STATUS_BLOCK IoStatusBlock, PVOID FileInformation, ULONG Length,
                                       ULONG FileInformationClass, ULONG QueryFlags, PUNICODE_STRING FileName) {
    constexpr ULONG kRestart = 1, kSingle = 2;
    auto found = find(FileHandle);
    if (!found.ok()) return found.status();
    if (!(found->access & FILE_LIST_DIRECTORY)) return STATUS_ACCESS_DENIED;
    file::FileObject* directory = found->object->as_file();
    if (!directory) return STATUS_INVALID_PARAMETER;
    file::DirectoryQuery query;
    query.information_class = static_cast<FILE_INFORMATION_CLASS>(FileInformationClass);
    query.buffer = FileInformation;
    query.size_bytes = Length;
    query.restart = QueryFlags & kRestart;
    query.single = QueryFlags & kSingle;
    if (FileName && FileName->Buffer && FileName->Length) {
        query.has_expression = true;
        query.expression.assign(FileName->Buffer, FileName->Length / sizeof(char16_t));
        if (query.expression == u"*.*") query.expression = u"*";
    }
    file::Answer listed = file::query_directory(*directory, query);
    return finish_io(*found->object, request_of(Event, ApcRoutine, ApcContext, IoStatusBlock), listed.status,
                     listed.bytes, /*pended=*/false);
}

NTSTATUS ntdll::NtQueryDirectoryFile(HANDLE FileHandle, HANDLE Event, PVOID ApcRoutine, PVOID ApcContext,
                                     PIO_STATUS_BLOCK IoStatusBlock, PVOID FileInformation, ULONG Length,
                                     ULONG FileInformationClass, BOOLEAN ReturnSingleEntry, PUNICODE_STRING FileName,
                                     BOOLEAN RestartScan) {
    ULONG flags = (RestartScan ? 1u : 0u) | (ReturnSingleEntry ? 2u : 0u);
    return NtQueryDirectoryFileEx(FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, FileInformation, Length,
                                  FileInformationClass, flags, FileName);
}

NTSTATUS ntdll::NtQueryVolumeInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock, PVOID FsInformation,
                                             ULONG Length, ULONG FsInformationClass) {
    auto found = find(FileHandle);
    if (!found.ok()) return found.status();
    return answer(IoStatusBlock, file::query_volume(*found->object, static_cast<FS_INFORMATION_CLASS>(FsInformationClass),
                                                    FsInformation, Length));
}

NTSTATUS ntdll::NtFsControlFile(HANDLE FileHandle, HANDLE Event, PVOID ApcRoutine, PVOID ApcContext,
                                PIO_STATUS_BLOCK IoStatusBlock, ULONG FsControlCode, PVOID InputBuffer,
                                ULONG InputBufferLength, PVOID OutputBuffer, ULONG OutputBufferLength) {
    auto found = find(FileHandle);
    if (!found.ok()) return found.status();
    file::FileObject* file = found->object->as_file();
    if (!file) return STATUS_INVALID_DEVICE_REQUEST;
    file::Answer done = file::file_control(*file, found->access, FsControlCode, InputBuffer, InputBufferLength,
                                           OutputBuffer, OutputBufferLength);
    return finish_io(*found->object, request_of(Event, ApcRoutine, ApcContext, IoStatusBlock), done.status, done.bytes,
                     /*pended=*/false);
}

NTSTATUS ntdll::NtFlushBuffersFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock) {
    auto found = find(FileHandle);
    if (!found.ok()) return found.status();
    if (PipeObject* pipe = found->object->as_pipe()) return answer(IoStatusBlock, pipe->flush().status());
    file::FileObject* file = found->object->as_file();
    return answer(IoStatusBlock, file ? file->flush().status() : STATUS_SUCCESS);
}

NTSTATUS ntdll::NtDeleteFile(POBJECT_ATTRIBUTES ObjectAttributes) {
    auto target = target_of(ObjectAttributes);
    if (!target.ok()) return target.status();
    NTSTATUS status = file::delete_file(*target).status();
    return status == STATUS_FILE_IS_A_DIRECTORY ? file::remove_directory(*target).status() : status;
}

NTSTATUS ntdll::NtLockFile(HANDLE FileHandle, HANDLE Event, PVOID ApcRoutine, PVOID ApcContext,
                           PIO_STATUS_BLOCK IoStatusBlock, PLARGE_INTEGER ByteOffset, PLARGE_INTEGER Length, ULONG,
                           BOOLEAN FailImmediately, BOOLEAN ExclusiveLock) {
    auto found = find(FileHandle);
    if (!found.ok()) return found.status();
    file::FileObject* file = found->object->as_file();
    if (!file) return STATUS_INVALID_DEVICE_REQUEST;
    file::RangeLocks::Range range = {static_cast<uint64_t>(ByteOffset->QuadPart),
                                     static_cast<uint64_t>(Length->QuadPart), ExclusiveLock != FALSE};
    return file::begin_lock(*file, request_of(Event, ApcRoutine, ApcContext, IoStatusBlock), range, !FailImmediately);
}

NTSTATUS ntdll::NtUnlockFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock, PLARGE_INTEGER ByteOffset,
                             PLARGE_INTEGER Length, ULONG) {
    auto found = find(FileHandle);
    if (!found.ok()) return found.status();
    file::FileObject* file = found->object->as_file();
    if (!file) return STATUS_INVALID_DEVICE_REQUEST;
    return answer(IoStatusBlock, file->range_locks()
                                     .unlock(*file, static_cast<uint64_t>(ByteOffset->QuadPart),
                                             static_cast<uint64_t>(Length->QuadPart))
                                     .status());
}

NTSTATUS ntdll::NtCancelIoFileEx(HANDLE FileHandle, PIO_STATUS_BLOCK IoRequestToCancel, PIO_STATUS_BLOCK IoStatusBlock) {
    auto found = find(FileHandle);
    if (!found.ok()) return found.status();
    bool any = found->object->cancel(IoRequestToCancel);
    IoStatusBlock->Status = any ? STATUS_SUCCESS : STATUS_NOT_FOUND;
    IoStatusBlock->Information = 0;
    return IoStatusBlock->Status;
}

NTSTATUS ntdll::NtCancelIoFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock) {
    auto found = find(FileHandle);
    if (!found.ok()) return found.status();
    found->object->cancel_of_thread(*current_thread());
    return answer(IoStatusBlock, STATUS_SUCCESS);
}

NTSTATUS ntdll::NtNotifyChangeDirectoryFile(HANDLE FileHandle, HANDLE Event, PVOID ApcRoutine, PVOID ApcContext,
                                            PIO_STATUS_BLOCK IoStatusBlock, PVOID Buffer, ULONG Length,
                                            ULONG CompletionFilter, BOOLEAN WatchTree) {
    auto found = find(FileHandle);
    if (!found.ok()) return found.status();
    if (!(found->access & FILE_LIST_DIRECTORY)) return STATUS_ACCESS_DENIED;
    file::FileObject* directory = found->object->as_file();
    if (!directory) return STATUS_INVALID_PARAMETER;
    return directory->notify_change(request_of(Event, ApcRoutine, ApcContext, IoStatusBlock), Buffer, Length,
                                    CompletionFilter, WatchTree != FALSE);
}
