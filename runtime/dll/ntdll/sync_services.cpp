// Services for events, mutants, semaphores and timers. The state is core/wait's.
#include "core/thread/thread.h"
#include "dll/ntdll/object_attributes.h"

using namespace lsw;

namespace lsw {

Result<std::u16string> name_of(const OBJECT_ATTRIBUTES* attributes) {
    if (!attributes || !attributes->ObjectName || attributes->ObjectName->Length == 0) return std::u16string();
    const UNICODE_STRING& name = *attributes->ObjectName;
    return object_name(std::u16string_view(name.Buffer, name.Length / sizeof(WCHAR)));
}

NTSTATUS give_handle(PHANDLE handle, Ref<Object> object, ACCESS_MASK access, const OBJECT_ATTRIBUTES* attributes) {
    auto made = runtime().handles.insert(std::move(object), access, inherits(attributes));
    if (made.ok()) *handle = *made;
    return made.status();
}

namespace {

ACCESS_MASK granted(ACCESS_MASK asked) {
    constexpr ACCESS_MASK kEverything = 0x1F0003;
    return asked & (MAXIMUM_ALLOWED | GENERIC_ALL | GENERIC_READ | GENERIC_WRITE) ? kEverything : asked & 0x1FFFFF;
}

}  // namespace

NTSTATUS create_sync(PHANDLE handle, ACCESS_MASK access, const OBJECT_ATTRIBUTES* attributes, const SyncInitial& initial) {
    auto name = name_of(attributes);
    if (!name.ok()) return name.status();
    auto created = create_sync_object(*name, initial);
    if (!created.ok()) return created.status();
    if (created->existed && !(attributes->Attributes & OBJ_OPENIF)) return STATUS_OBJECT_NAME_COLLISION;
    NTSTATUS status = give_handle(handle, std::move(created->object), granted(access), attributes);
    return NT_SUCCESS(status) && created->existed ? STATUS_OBJECT_NAME_EXISTS : status;
}

NTSTATUS open_sync(PHANDLE handle, ACCESS_MASK access, const OBJECT_ATTRIBUTES* attributes, ObjectType type) {
    auto name = name_of(attributes);
    if (!name.ok()) return name.status();
    if (name->empty()) return STATUS_OBJECT_NAME_INVALID;
    auto opened = open_sync_object(*name, type);
    if (!opened.ok()) return opened.status();
    return give_handle(handle, std::move(*opened), granted(access), attributes);
}

}  // namespace lsw

namespace {

// One operation on an event that returns whether it was signalled before.
NTSTATUS change_event(HANDLE handle, PLONG previous, bool (*change)(SyncRecord&)) {
    auto event = runtime().handles.get<Event>(handle, EVENT_MODIFY_STATE);
    if (!event.ok()) return event.status();
    LONG before = change(*(*event)->record());
    if (previous) *previous = before;
    return STATUS_SUCCESS;
}

}  // namespace

NTSTATUS ntdll::NtCreateEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes,
                              ULONG EventType, BOOLEAN InitialState) {
    constexpr ULONG kNotification = 0, kSynchronization = 1;
    if (EventType > kSynchronization) return STATUS_INVALID_PARAMETER;
    SyncKind kind = EventType == kNotification ? SyncKind::ManualEvent : SyncKind::AutoEvent;
    return create_sync(EventHandle, DesiredAccess, ObjectAttributes, {kind, InitialState, 0});
}

NTSTATUS ntdll::NtOpenEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes) {
    return open_sync(EventHandle, DesiredAccess, ObjectAttributes, ObjectType::Event);
}

NTSTATUS ntdll::NtSetEvent(HANDLE EventHandle, PLONG PreviousState) {
    return change_event(EventHandle, PreviousState, set_event);
}

NTSTATUS ntdll::NtResetEvent(HANDLE EventHandle, PLONG PreviousState) {
    return change_event(EventHandle, PreviousState, reset_event);
}

NTSTATUS ntdll::NtClearEvent(HANDLE EventHandle) { return change_event(EventHandle, nullptr, reset_event); }

NTSTATUS ntdll::NtPulseEvent(HANDLE EventHandle, PLONG PreviousState) {
    return change_event(EventHandle, PreviousState, pulse_event);
}

NTSTATUS ntdll::NtQueryEvent(HANDLE EventHandle, ULONG EventInformationClass, PVOID EventInformation,
                             ULONG EventInformationLength, PULONG ReturnLength) {
    struct Basic {
        ULONG EventType;
        LONG EventState;
    };
    if (EventInformationClass != 0) return STATUS_INVALID_INFO_CLASS;
    auto event = runtime().handles.get<Event>(EventHandle, EVENT_QUERY_STATE);
    if (!event.ok()) return event.status();
    SyncRecord& record = *(*event)->record();
    Basic basic{record.kind == SyncKind::AutoEvent, static_cast<LONG>(state_of(record) & kSignalled)};
    return answer(basic, EventInformation, EventInformationLength, ReturnLength);
}

NTSTATUS ntdll::NtCreateMutant(PHANDLE MutantHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes,
                               BOOLEAN InitialOwner) {
    return create_sync(MutantHandle, DesiredAccess, ObjectAttributes, {SyncKind::Mutant, InitialOwner, 0});
}

NTSTATUS ntdll::NtOpenMutant(PHANDLE MutantHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes) {
    return open_sync(MutantHandle, DesiredAccess, ObjectAttributes, ObjectType::Mutant);
}

NTSTATUS ntdll::NtReleaseMutant(HANDLE MutantHandle, PLONG PreviousCount) {
    auto mutant = runtime().handles.get<Mutant>(MutantHandle);
    if (!mutant.ok()) return mutant.status();
    uint32_t recursion;
    if (release_mutant(*(*mutant)->record(), &recursion) == MutantRelease::NotOwner) return STATUS_MUTANT_NOT_OWNED;
    // NT counts down from 1: 1 is free, 0 is owned once.
    if (PreviousCount) *PreviousCount = 1 - static_cast<LONG>(recursion);
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtQueryMutant(HANDLE MutantHandle, ULONG MutantInformationClass, PVOID MutantInformation,
                              ULONG MutantInformationLength, PULONG ReturnLength) {
    struct Basic {
        LONG CurrentCount;
        BOOLEAN OwnedByCaller;
        BOOLEAN AbandonedState;
    };
    if (MutantInformationClass != 0) return STATUS_INVALID_INFO_CLASS;
    auto mutant = runtime().handles.get<Mutant>(MutantHandle, MUTANT_QUERY_STATE);
    if (!mutant.ok()) return mutant.status();
    SyncRecord& record = *(*mutant)->record();
    uint32_t word = word_of(state_of(record)), owner = word & FUTEX_TID_MASK;
    bool own = owner != 0 && owner == current_thread()->id();
    Basic basic{owner ? 1 - static_cast<LONG>(record.recursion) : 1, own, (word & FUTEX_OWNER_DIED) != 0};
    return answer(basic, MutantInformation, MutantInformationLength, ReturnLength);
}

NTSTATUS ntdll::NtCreateSemaphore(PHANDLE SemaphoreHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes,
                                  LONG InitialCount, LONG MaximumCount) {
    if (MaximumCount <= 0 || InitialCount < 0 || InitialCount > MaximumCount) return STATUS_INVALID_PARAMETER;
    return create_sync(SemaphoreHandle, DesiredAccess, ObjectAttributes,
                       {SyncKind::Semaphore, static_cast<uint32_t>(InitialCount), static_cast<uint32_t>(MaximumCount)});
}

NTSTATUS ntdll::NtOpenSemaphore(PHANDLE SemaphoreHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes) {
    return open_sync(SemaphoreHandle, DesiredAccess, ObjectAttributes, ObjectType::Semaphore);
}

NTSTATUS ntdll::NtReleaseSemaphore(HANDLE SemaphoreHandle, LONG ReleaseCount, PLONG PreviousCount) {
    auto semaphore = runtime().handles.get<Semaphore>(SemaphoreHandle, SEMAPHORE_MODIFY_STATE);
    if (!semaphore.ok()) return semaphore.status();
    if (ReleaseCount <= 0) return STATUS_INVALID_PARAMETER;
    uint32_t previous;
    if (!release_semaphore(*(*semaphore)->record(), static_cast<uint32_t>(ReleaseCount), &previous))
        return STATUS_SEMAPHORE_LIMIT_EXCEEDED;
    if (PreviousCount) *PreviousCount = static_cast<LONG>(previous);
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtQuerySemaphore(HANDLE SemaphoreHandle, ULONG SemaphoreInformationClass, PVOID SemaphoreInformation,
                                 ULONG SemaphoreInformationLength, PULONG ReturnLength) {
    struct Basic {
        LONG CurrentCount;
        LONG MaximumCount;
    };
    if (SemaphoreInformationClass != 0) return STATUS_INVALID_INFO_CLASS;
    auto semaphore = runtime().handles.get<Semaphore>(SemaphoreHandle, SEMAPHORE_QUERY_STATE);
    if (!semaphore.ok()) return semaphore.status();
    SyncRecord& record = *(*semaphore)->record();
    Basic basic{static_cast<LONG>(word_of(state_of(record))), static_cast<LONG>(record.limit)};
    return answer(basic, SemaphoreInformation, SemaphoreInformationLength, ReturnLength);
}

NTSTATUS ntdll::NtCreateTimer(PHANDLE TimerHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes,
                              ULONG TimerType) {
    if (TimerType > 1) return STATUS_INVALID_PARAMETER;
    SyncKind kind = TimerType == 0 ? SyncKind::ManualTimer : SyncKind::AutoTimer;
    return create_sync(TimerHandle, DesiredAccess, ObjectAttributes, {kind, 0, 0});
}

NTSTATUS ntdll::NtOpenTimer(PHANDLE TimerHandle, ACCESS_MASK DesiredAccess, POBJECT_ATTRIBUTES ObjectAttributes) {
    return open_sync(TimerHandle, DesiredAccess, ObjectAttributes, ObjectType::Timer);
}

NTSTATUS ntdll::NtSetTimer(HANDLE TimerHandle, PLARGE_INTEGER DueTime, PVOID TimerApcRoutine, PVOID TimerContext, BOOLEAN,
                           LONG Period, PBOOLEAN PreviousState) {
    auto timer = runtime().handles.get<Timer>(TimerHandle, TIMER_MODIFY_STATE);
    if (!timer.ok()) return timer.status();
    if (Period < 0) return STATUS_INVALID_PARAMETER;
    bool before = (*timer)->set(DueTime->QuadPart, Period, reinterpret_cast<Timer::Routine>(TimerApcRoutine), TimerContext);
    if (PreviousState) *PreviousState = before;
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtCancelTimer(HANDLE TimerHandle, PBOOLEAN CurrentState) {
    auto timer = runtime().handles.get<Timer>(TimerHandle, TIMER_MODIFY_STATE);
    if (!timer.ok()) return timer.status();
    bool signalled = (*timer)->cancel();
    if (CurrentState) *CurrentState = signalled;
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtQueryTimer(HANDLE TimerHandle, ULONG TimerInformationClass, PVOID TimerInformation,
                             ULONG TimerInformationLength, PULONG ReturnLength) {
    struct Basic {
        LONGLONG RemainingTime;
        BOOLEAN TimerState;
    };
    if (TimerInformationClass != 0) return STATUS_INVALID_INFO_CLASS;
    auto timer = runtime().handles.get<Timer>(TimerHandle, TIMER_QUERY_STATE);
    if (!timer.ok()) return timer.status();
    SyncRecord& record = *(*timer)->record();
    int64_t now = monotonic_ns(), due = record.due_ns.load();
    Basic basic{due > now ? (due - now) / 100 : 0, timer_is_signalled(record, now)};
    return answer(basic, TimerInformation, TimerInformationLength, ReturnLength);
}
