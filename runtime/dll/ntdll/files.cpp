// winternl.h and ntifs.h: the file services. NtDeviceIoControlFile of sockets is not here.
#include "abi/file.h"
#include "core/file/info.h"
#include "core/file/open.h"
#include "core/file/range_lock.h"
#include "core/io/completion.h"
#include "core/path/at.h"
#include "core/path/name_map.h"
#include "core/runtime.h"
#include "dll/ntdll/ntdll.h"

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

}  // namespace

NTSTATUS ntdll::NtCreateFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes,
                             PIO_STATUS_BLOCK IoStatusBlock, PLARGE_INTEGER, ULONG FileAttributes, ULONG ShareAccess,
                             ULONG CreateDisposition, ULONG CreateOptions, PVOID, ULONG) {
    if (CreateOptions & FILE_OPEN_BY_FILE_ID) return STATUS_NOT_SUPPORTED;
    auto target = target_of(ObjectAttributes);
    if (!target.ok()) return target.status();
    file::OpenRequest request;
    request.target = std::move(*target);
    request.access = file::map_generic(DesiredAccess);
    request.attributes = FileAttributes;
    request.share = ShareAccess;
    request.disposition = CreateDisposition;
    request.options = CreateOptions;
    bool synchronous = CreateOptions & (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT);
    if (synchronous && !(request.access & SYNCHRONIZE)) return STATUS_INVALID_PARAMETER;
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
    NTSTATUS status = file->range_locks().lock(*file, range, !FailImmediately).status();
    return finish_io(*found->object, request_of(Event, ApcRoutine, ApcContext, IoStatusBlock), status, 0,
                     /*pended=*/false);
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
    found->object->cancel(nullptr);
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
