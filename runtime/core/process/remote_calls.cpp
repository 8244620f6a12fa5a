#include "core/process/remote_calls.h"

#include <fcntl.h>

#include <cstring>
#include <functional>

#include "core/debug/port.h"
#include "core/exception/call_sites.h"
#include "core/exception/suspension.h"
#include "core/memory/named_section.h"
#include "core/memory/remote_memory.h"
#include "core/process/inherit.h"
#include "core/process/object_lookup.h"
#include "core/process/remote_channel.h"
#include "core/process/remote_thread.h"
#include "core/runtime.h"
#include "core/thread/thread.h"
#include "core/wait/named.h"
#include "core/wait/sync_objects.h"

namespace lsw {
namespace {

RemoteMessage request(RemoteCall call, std::initializer_list<uint64_t> values) {
    RemoteMessage message;
    message.code = static_cast<uint32_t>(call);
    std::copy(values.begin(), values.end(), message.values);
    return message;
}

template <class T>
void put(RemoteMessage& message, const T& value) {
    static_assert(sizeof(T) <= sizeof message.data);
    memcpy(message.data, &value, sizeof value);
    message.data_bytes = sizeof value;
}
template <class T>
bool get(const RemoteMessage& message, T& out) {
    if (message.data_bytes != sizeof out) return false;
    memcpy(static_cast<void*>(&out), message.data, sizeof out);
    return true;
}

// What is left to do once the asker has its answer.
thread_local std::function<void()> t_afterwards;

HANDLE handle_of(uint64_t value) { return reinterpret_cast<HANDLE>(value); }

// Serving. Each takes its arguments from the message's values and leaves its results there.

NTSTATUS give_range(const Result<AddressSpace::Range>& range, RemoteMessage& message) {
    if (!range.ok()) return range.status();
    message.values[0] = range.value().address;
    message.values[1] = range.value().size_bytes;
    return STATUS_SUCCESS;
}

NTSTATUS serve_allocate(RemoteMessage& message) {
    AllocationRequest wanted;
    if (!get(message, wanted)) return STATUS_INVALID_PARAMETER;
    return give_range(address_space().allocate(wanted), message);
}

NTSTATUS serve_protect(RemoteMessage& message) {
    auto old = address_space().protect(message.values[0], message.values[1], static_cast<DWORD>(message.values[2]));
    if (!old.ok()) return old.status();
    message.values[0] = *old;
    return STATUS_SUCCESS;
}

NTSTATUS serve_query(RemoteMessage& message) {
    auto info = address_space().query(message.values[0]);
    if (!info.ok()) return info.status();
    put(message, *info);
    return STATUS_SUCCESS;
}

Ref<Object> object_from_message(const InheritedHandle& description, UniqueFd fd) {
    return fd.valid() || description.kind == InheritedHandle::Kind::Thread
               ? object_from_description(description, std::move(fd))
               : nullptr;
}

// A handle on its way: what it refers to, and the name of that, under which it is found again.
struct Parcel {
    InheritedHandle handle;
    uint32_t name_length = 0;
    char16_t name[520] = {};
};

void put_name(Parcel& parcel, const Object& object) {
    const std::u16string* name = nullptr;
    if (object.type() == ObjectType::Section) name = &static_cast<const Section&>(object).name();
    if (parcel.handle.kind == InheritedHandle::Kind::Sync) name = &static_cast<const SyncObject&>(object).name();
    if (!name || name->size() > std::size(parcel.name)) return;
    parcel.name_length = static_cast<uint32_t>(name->size());
    std::copy(name->begin(), name->end(), parcel.name);
}

// By its name where it has one, so that the name lives as long as the new handle.
Ref<Object> object_from_parcel(const Parcel& parcel, UniqueFd fd) {
    Ref<Object> object = object_from_message(parcel.handle, std::move(fd));
    if (!object || parcel.name_length == 0 || parcel.name_length > std::size(parcel.name)) return object;
    std::u16string name(parcel.name, parcel.name_length);
    if (object->type() == ObjectType::Section) {
        auto named = open_named_section(name);
        return named.ok() ? Ref<Object>(std::move(*named)) : object;
    }
    auto named = open_sync_object(name, object->type());
    return named.ok() ? std::move(*named) : object;
}

NTSTATUS serve_map(RemoteMessage& message, UniqueFd fd) {
    struct {
        InheritedHandle section;
        Section::ViewRequest view;
    } wanted;
    if (!get(message, wanted)) return STATUS_INVALID_PARAMETER;
    Ref<Object> object = object_from_message(wanted.section, std::move(fd));
    if (!object || object->type() != ObjectType::Section) return STATUS_INVALID_HANDLE;
    auto view = static_cast<Section&>(*object).map(wanted.view);
    if (!view.ok()) return view.status();
    message.values[0] = view->address;
    message.values[1] = view->size_bytes;
    return STATUS_SUCCESS;
}

NTSTATUS serve_give_handle(RemoteMessage& message, UniqueFd fd) {
    Parcel parcel;
    if (!get(message, parcel)) return STATUS_INVALID_PARAMETER;
    Ref<Object> object = object_from_parcel(parcel, std::move(fd));
    if (!object) return STATUS_NOT_SUPPORTED;
    auto made = runtime().handles.insert(std::move(object), parcel.handle.access, message.values[0] != 0);
    if (!made.ok()) return made.status();
    message.values[0] = reinterpret_cast<uint64_t>(*made);
    return STATUS_SUCCESS;
}

NTSTATUS serve_take_handle(RemoteMessage& message, UniqueFd& given) {
    HANDLE value = handle_of(message.values[0]);
    if (is_current_thread_handle(value)) return STATUS_INVALID_HANDLE;
    auto entry = object_from_handle(value);
    if (!entry.ok()) return entry.status();
    Parcel parcel;
    if (!describe_handle(value, *entry, parcel.handle)) return STATUS_NOT_SUPPORTED;
    put_name(parcel, *entry->object);
    if (parcel.handle.fd >= 0) given = UniqueFd(fcntl(parcel.handle.fd, F_DUPFD_CLOEXEC, 3));
    put(message, parcel);
    return STATUS_SUCCESS;
}

NTSTATUS watch(Thread& thread, UniqueFd& given) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return STATUS_INSUFFICIENT_RESOURCES;
    given = UniqueFd(ends[0]);
    thread.tell_end(UniqueFd(ends[1]));
    return STATUS_SUCCESS;
}

NTSTATUS serve_create_thread(RemoteMessage& message, UniqueFd& given) {
    ThreadAttributes attributes{reinterpret_cast<ThreadRoutine>(message.values[0]),
                                reinterpret_cast<void*>(message.values[1]), message.values[2], message.values[3], true};
    bool suspended = message.values[4] != 0;
    auto thread = create_thread(attributes);
    if (!thread.ok()) return thread.status();
    if (NTSTATUS watched = watch(**thread, given); !NT_SUCCESS(watched)) {
        terminate_thread(**thread, 0);
        return watched;
    }
    message.values[0] = (*thread)->id();
    if (!suspended) t_afterwards = [created = *thread] { resume_thread(*created); };
    return STATUS_SUCCESS;
}

NTSTATUS serve_query_thread(Thread& thread, RemoteMessage& message) {
    RemoteThread::Facts facts;
    facts.teb = reinterpret_cast<uint64_t>(thread.teb);
    facts.start_address = reinterpret_cast<uint64_t>(thread.attributes.routine);
    facts.times = thread.times();
    std::lock_guard guard(thread.settings_lock);
    facts.priority = thread.settings.priority;
    put(message, facts);
    return STATUS_SUCCESS;
}

NTSTATUS serve_thread(RemoteCall call, RemoteMessage& message, UniqueFd& given) {
    Ref<Thread> thread = find_thread(static_cast<DWORD>(message.values[0]));
    if (!thread) return STATUS_INVALID_CID;
    switch (call) {
        case RemoteCall::WatchThread: return watch(*thread, given);
        case RemoteCall::SuspendThread: {
            auto before = seh::suspend(*thread);
            if (before.ok()) message.values[0] = *before;
            return before.status();
        }
        case RemoteCall::ResumeThread:
            message.values[0] = thread->suspend_count.load();
            t_afterwards = [thread] { resume_thread(*thread); };
            return STATUS_SUCCESS;
        case RemoteCall::ReadContext: {
            auto& context = *reinterpret_cast<CONTEXT*>(message.data);
            context = {};
            context.ContextFlags = static_cast<DWORD>(message.values[1]);
            message.data_bytes = sizeof context;
            return seh::read_context(*thread, &context);
        }
        case RemoteCall::WriteContext: {
            if (message.data_bytes != sizeof(CONTEXT)) return STATUS_INVALID_PARAMETER;
            return seh::write_context(*thread, *reinterpret_cast<CONTEXT*>(message.data));
        }
        case RemoteCall::TerminateThread:
            t_afterwards = [thread, code = static_cast<DWORD>(message.values[1])] { terminate_thread(*thread, code); };
            return STATUS_SUCCESS;
        case RemoteCall::QueueApc: {
            Apc apc{reinterpret_cast<Apc::Routine>(message.values[1]),
                    {message.values[2], message.values[3], message.values[4]}};
            if (thread->has_ended()) return STATUS_UNSUCCESSFUL;
            t_afterwards = [thread, apc] { thread->apcs.queue(apc); };
            return STATUS_SUCCESS;
        }
        case RemoteCall::QueryThread: return serve_query_thread(*thread, message);
        default: return STATUS_INVALID_PARAMETER;
    }
}

NTSTATUS serve(RemoteCall call, RemoteMessage& message, UniqueFd received, UniqueFd& given) {
    switch (call) {
        case RemoteCall::Introduce:
            message.values[0] = reinterpret_cast<uint64_t>(runtime().peb);
            message.values[1] = debug::breakpoint_code();
            return STATUS_SUCCESS;
        case RemoteCall::Allocate: return serve_allocate(message);
        case RemoteCall::Free:
            return give_range(address_space().free(message.values[0], message.values[1], static_cast<DWORD>(message.values[2])),
                              message);
        case RemoteCall::Protect: return serve_protect(message);
        case RemoteCall::QueryMemory: return serve_query(message);
        case RemoteCall::MapView: return serve_map(message, std::move(received));
        case RemoteCall::UnmapView: return address_space().release_view(message.values[0], message.values[1] != 0).status();
        case RemoteCall::ShowCode:
            seh::restore_call_sites(message.values[0], message.values[0] + message.values[1], false);
            return STATUS_SUCCESS;
        case RemoteCall::GiveHandle: return serve_give_handle(message, std::move(received));
        case RemoteCall::TakeHandle: return serve_take_handle(message, given);
        case RemoteCall::CloseHandle: return runtime().handles.close(handle_of(message.values[0])).status();
        case RemoteCall::CreateThread: return serve_create_thread(message, given);
        case RemoteCall::Debug: return received.valid() ? debug::attach(std::move(received)) : STATUS_INVALID_PARAMETER;
        default: return serve_thread(call, message, given);
    }
}

Result<AddressSpace::Range> ask_range(ProcessObject& process, RemoteMessage& message) {
    NTSTATUS status = process.channel().call(process, message);
    if (!NT_SUCCESS(status)) return Status(status);
    return AddressSpace::Range{message.values[0], message.values[1]};
}

}  // namespace

void complete_remote_call() {
    if (auto work = std::exchange(t_afterwards, nullptr)) work();
}

void serve_remote_call(RemoteMessage& message, UniqueFd received, UniqueFd& given) {
    auto call = static_cast<RemoteCall>(message.code);
    NTSTATUS status = serve(call, message, std::move(received), given);
    message.code = static_cast<uint32_t>(status);
    bool answers_data = call == RemoteCall::QueryMemory || call == RemoteCall::TakeHandle || call == RemoteCall::ReadContext ||
                        call == RemoteCall::QueryThread;
    if (!answers_data || !NT_SUCCESS(status)) message.data_bytes = 0;
}

Result<AddressSpace::Range> remote_allocate(ProcessObject& process, const AllocationRequest& wanted) {
    RemoteMessage message = request(RemoteCall::Allocate, {});
    put(message, wanted);
    return ask_range(process, message);
}

Result<AddressSpace::Range> remote_free(ProcessObject& process, uint64_t address, uint64_t size_bytes, DWORD type) {
    RemoteMessage message = request(RemoteCall::Free, {address, size_bytes, type});
    return ask_range(process, message);
}

Result<DWORD> remote_protect(ProcessObject& process, uint64_t address, uint64_t size_bytes, DWORD protect) {
    RemoteMessage message = request(RemoteCall::Protect, {address, size_bytes, protect});
    NTSTATUS status = process.channel().call(process, message);
    if (!NT_SUCCESS(status)) return Status(status);
    return Result<DWORD>(static_cast<DWORD>(message.values[0]));
}

Result<MEMORY_BASIC_INFORMATION> remote_query(ProcessObject& process, uint64_t address) {
    RemoteMessage message = request(RemoteCall::QueryMemory, {address});
    NTSTATUS status = process.channel().call(process, message);
    if (!NT_SUCCESS(status)) return Status(status);
    MEMORY_BASIC_INFORMATION info;
    if (!get(message, info)) return Status(STATUS_UNSUCCESSFUL);
    return info;
}

Result<Section::View> remote_map(ProcessObject& process, Section& section, const Section::ViewRequest& view) {
    struct {
        InheritedHandle section;
        Section::ViewRequest view;
    } wanted;
    wanted.view = view;
    HandleTable::Entry entry{Ref<Object>(Ref<Section>::share(&section)), {SECTION_ALL_ACCESS, false, false}};
    if (!describe_handle(nullptr, entry, wanted.section)) return Status(STATUS_NOT_SUPPORTED);
    RemoteMessage message = request(RemoteCall::MapView, {});
    put(message, wanted);
    NTSTATUS status = process.channel().call(process, message, wanted.section.fd);
    if (!NT_SUCCESS(status)) return Status(status);
    return Section::View{message.values[0], message.values[1]};
}

Result<void> remote_unmap(ProcessObject& process, uint64_t address, bool preserve_placeholder) {
    RemoteMessage message = request(RemoteCall::UnmapView, {address, preserve_placeholder});
    return process.channel().call(process, message);
}

void remote_show_code(ProcessObject& process, uint64_t address, uint64_t size_bytes) {
    RemoteMessage message = request(RemoteCall::ShowCode, {address, size_bytes});
    (void)process.channel().call(process, message);
}

Result<HANDLE> remote_give_handle(ProcessObject& process, const HandleTable::Entry& entry, ACCESS_MASK access, bool inherit) {
    Parcel parcel;
    if (!describe_handle(nullptr, entry, parcel.handle)) return Status(STATUS_NOT_SUPPORTED);
    put_name(parcel, *entry.object);
    parcel.handle.access = access;
    RemoteMessage message = request(RemoteCall::GiveHandle, {inherit});
    put(message, parcel);
    NTSTATUS status = process.channel().call(process, message, parcel.handle.fd);
    if (!NT_SUCCESS(status)) return Status(status);
    return Result<HANDLE>(handle_of(message.values[0]));
}

Result<HandleTable::Entry> remote_take_handle(ProcessObject& process, HANDLE handle) {
    RemoteMessage message = request(RemoteCall::TakeHandle, {reinterpret_cast<uint64_t>(handle)});
    UniqueFd fd;
    NTSTATUS status = process.channel().call(process, message, -1, &fd);
    if (!NT_SUCCESS(status)) return Status(status);
    Parcel parcel;
    if (!get(message, parcel)) return Status(STATUS_UNSUCCESSFUL);
    Ref<Object> object = object_from_parcel(parcel, std::move(fd));
    if (!object) return Status(STATUS_NOT_SUPPORTED);
    return HandleTable::Entry{std::move(object), {parcel.handle.access, false, false}};
}

Result<void> remote_close_handle(ProcessObject& process, HANDLE handle) {
    RemoteMessage message = request(RemoteCall::CloseHandle, {reinterpret_cast<uint64_t>(handle)});
    return process.channel().call(process, message);
}

Result<uint64_t> remote_breakpoint(ProcessObject& process) {
    RemoteMessage message = request(RemoteCall::Introduce, {});
    NTSTATUS status = process.channel().call(process, message);
    if (!NT_SUCCESS(status)) return Status(status);
    return Result<uint64_t>(uint64_t{message.values[1]});
}

bool is_being_debugged(ProcessObject& process) {
    if (process.is_current()) return runtime().peb->BeingDebugged;
    if (process.has_ended()) return false;
    auto peb = remote_peb(process);
    BOOLEAN debugged = FALSE;
    if (!peb.ok()) return false;
    auto moved = read_remote(process.pid(), *peb + offsetof(PEB, BeingDebugged), &debugged, sizeof debugged);
    return moved.ok() && debugged;
}

Result<uint64_t> remote_peb(ProcessObject& process) {
    if (ProcessPage* page = process.page())
        return page->peb_address ? Result<uint64_t>(page->peb_address.load()) : Result<uint64_t>(Status(STATUS_UNSUCCESSFUL));
    RemoteMessage message = request(RemoteCall::Introduce, {});
    NTSTATUS status = process.channel().call(process, message);
    if (!NT_SUCCESS(status)) return Status(status);
    return Result<uint64_t>(uint64_t{message.values[0]});
}

}  // namespace lsw
