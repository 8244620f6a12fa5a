// synchapi.h: events, mutexes and semaphores.
#include "dll/kernel32/object_names.h"

using namespace lsw;

namespace lsw {

HANDLE create_named(LPSECURITY_ATTRIBUTES attributes, LPCWSTR name, const SyncInitial& initial, ACCESS_MASK access) {
    std::u16string own_name;
    if (name && *name) {
        auto checked = object_name(name);
        if (!checked.ok()) return set_last_error_from(checked.status()), nullptr;
        own_name = std::move(*checked);
    }
    auto created = create_sync_object(own_name, initial);
    if (!created.ok()) return set_last_error_from(created.status()), nullptr;
    HANDLE handle = new_handle(std::move(created->object), access, inherits(attributes));
    if (handle) set_last_error(created->existed ? ERROR_ALREADY_EXISTS : ERROR_SUCCESS);
    return handle;
}

HANDLE open_named(LPCWSTR name, ObjectType type, ACCESS_MASK access, bool inherit) {
    if (!name) return set_last_error(ERROR_INVALID_PARAMETER), nullptr;
    auto checked = object_name(name);
    if (!checked.ok()) return set_last_error_from(checked.status()), nullptr;
    auto opened = open_sync_object(*checked, type);
    if (!opened.ok()) return set_last_error_from(opened.status()), nullptr;
    return new_handle(std::move(*opened), access, inherit);
}

}  // namespace lsw

namespace {

constexpr DWORD kManualReset = 1, kInitialSet = 2;  // CREATE_EVENT_MANUAL_RESET, CREATE_EVENT_INITIAL_SET
constexpr DWORD kInitialOwner = 1;                  // CREATE_MUTEX_INITIAL_OWNER

ACCESS_MASK event_access(DWORD asked) {
    return specific_access(asked, EVENT_ALL_ACCESS, EVENT_QUERY_STATE, EVENT_MODIFY_STATE);
}
ACCESS_MASK mutant_access(DWORD asked) { return specific_access(asked, MUTANT_ALL_ACCESS, MUTANT_QUERY_STATE, 0); }
ACCESS_MASK semaphore_access(DWORD asked) {
    return specific_access(asked, SEMAPHORE_ALL_ACCESS, SEMAPHORE_QUERY_STATE, SEMAPHORE_MODIFY_STATE);
}

HANDLE create_event(LPSECURITY_ATTRIBUTES attributes, LPCWSTR name, bool manual, bool set, ACCESS_MASK access) {
    SyncKind kind = manual ? SyncKind::ManualEvent : SyncKind::AutoEvent;
    return create_named(attributes, name, {kind, set, 0}, access);
}

}  // namespace

HANDLE kernel32::CreateEventW(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState, LPCWSTR lpName) {
    return create_event(lpEventAttributes, lpName, bManualReset, bInitialState, EVENT_ALL_ACCESS);
}

HANDLE kernel32::CreateEventA(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState, LPCSTR lpName) {
    return CreateEventW(lpEventAttributes, bManualReset, bInitialState, WideName(lpName).get());
}

HANDLE kernel32::CreateEventExW(LPSECURITY_ATTRIBUTES lpEventAttributes, LPCWSTR lpName, DWORD dwFlags, DWORD dwDesiredAccess) {
    return create_event(lpEventAttributes, lpName, dwFlags & kManualReset, dwFlags & kInitialSet,
                        event_access(dwDesiredAccess));
}

HANDLE kernel32::CreateEventExA(LPSECURITY_ATTRIBUTES lpEventAttributes, LPCSTR lpName, DWORD dwFlags, DWORD dwDesiredAccess) {
    return CreateEventExW(lpEventAttributes, WideName(lpName).get(), dwFlags, dwDesiredAccess);
}

HANDLE kernel32::OpenEventW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName) {
    return open_named(lpName, ObjectType::Event, event_access(dwDesiredAccess), bInheritHandle);
}

HANDLE kernel32::OpenEventA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName) {
    return OpenEventW(dwDesiredAccess, bInheritHandle, WideName(lpName).get());
}

BOOL kernel32::SetEvent(HANDLE hEvent) {
    auto event = runtime().handles.get<Event>(hEvent, EVENT_MODIFY_STATE);
    if (!event.ok()) return set_last_error_from(event.status());
    set_event(*(*event)->record());
    return TRUE;
}

BOOL kernel32::ResetEvent(HANDLE hEvent) {
    auto event = runtime().handles.get<Event>(hEvent, EVENT_MODIFY_STATE);
    if (!event.ok()) return set_last_error_from(event.status());
    reset_event(*(*event)->record());
    return TRUE;
}

BOOL kernel32::PulseEvent(HANDLE hEvent) {
    auto event = runtime().handles.get<Event>(hEvent, EVENT_MODIFY_STATE);
    if (!event.ok()) return set_last_error_from(event.status());
    pulse_event(*(*event)->record());
    return TRUE;
}

HANDLE kernel32::CreateMutexW(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner, LPCWSTR lpName) {
    return create_named(lpMutexAttributes, lpName, {SyncKind::Mutant, bInitialOwner != 0, 0}, MUTANT_ALL_ACCESS);
}

HANDLE kernel32::CreateMutexA(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner, LPCSTR lpName) {
    return CreateMutexW(lpMutexAttributes, bInitialOwner, WideName(lpName).get());
}

HANDLE kernel32::CreateMutexExW(LPSECURITY_ATTRIBUTES lpMutexAttributes, LPCWSTR lpName, DWORD dwFlags, DWORD dwDesiredAccess) {
    return create_named(lpMutexAttributes, lpName, {SyncKind::Mutant, dwFlags & kInitialOwner, 0},
                        mutant_access(dwDesiredAccess));
}

HANDLE kernel32::CreateMutexExA(LPSECURITY_ATTRIBUTES lpMutexAttributes, LPCSTR lpName, DWORD dwFlags, DWORD dwDesiredAccess) {
    return CreateMutexExW(lpMutexAttributes, WideName(lpName).get(), dwFlags, dwDesiredAccess);
}

HANDLE kernel32::OpenMutexW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName) {
    return open_named(lpName, ObjectType::Mutant, mutant_access(dwDesiredAccess), bInheritHandle);
}

HANDLE kernel32::OpenMutexA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName) {
    return OpenMutexW(dwDesiredAccess, bInheritHandle, WideName(lpName).get());
}

BOOL kernel32::ReleaseMutex(HANDLE hMutex) {
    auto mutant = runtime().handles.get<Mutant>(hMutex);
    if (!mutant.ok()) return set_last_error_from(mutant.status());
    uint32_t previous;
    if (release_mutant(*(*mutant)->record(), &previous) == MutantRelease::NotOwner)
        return set_last_error_from(STATUS_MUTANT_NOT_OWNED);
    return TRUE;
}

HANDLE kernel32::CreateSemaphoreExW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount, LONG lMaximumCount,
                                    LPCWSTR lpName, DWORD, DWORD dwDesiredAccess) {
    if (lMaximumCount <= 0 || lInitialCount < 0 || lInitialCount > lMaximumCount)
        return set_last_error(ERROR_INVALID_PARAMETER), nullptr;
    return create_named(lpSemaphoreAttributes, lpName,
                        {SyncKind::Semaphore, static_cast<uint32_t>(lInitialCount), static_cast<uint32_t>(lMaximumCount)},
                        semaphore_access(dwDesiredAccess));
}

HANDLE kernel32::CreateSemaphoreExA(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount, LONG lMaximumCount,
                                    LPCSTR lpName, DWORD dwFlags, DWORD dwDesiredAccess) {
    return CreateSemaphoreExW(lpSemaphoreAttributes, lInitialCount, lMaximumCount, WideName(lpName).get(), dwFlags,
                              dwDesiredAccess);
}

HANDLE kernel32::CreateSemaphoreW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount, LONG lMaximumCount,
                                  LPCWSTR lpName) {
    return CreateSemaphoreExW(lpSemaphoreAttributes, lInitialCount, lMaximumCount, lpName, 0, SEMAPHORE_ALL_ACCESS);
}

HANDLE kernel32::CreateSemaphoreA(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount, LONG lMaximumCount,
                                  LPCSTR lpName) {
    return CreateSemaphoreW(lpSemaphoreAttributes, lInitialCount, lMaximumCount, WideName(lpName).get());
}

HANDLE kernel32::OpenSemaphoreW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName) {
    return open_named(lpName, ObjectType::Semaphore, semaphore_access(dwDesiredAccess), bInheritHandle);
}

HANDLE kernel32::OpenSemaphoreA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName) {
    return OpenSemaphoreW(dwDesiredAccess, bInheritHandle, WideName(lpName).get());
}

BOOL kernel32::ReleaseSemaphore(HANDLE hSemaphore, LONG lReleaseCount, LPLONG lpPreviousCount) {
    auto semaphore = runtime().handles.get<Semaphore>(hSemaphore, SEMAPHORE_MODIFY_STATE);
    if (!semaphore.ok()) return set_last_error_from(semaphore.status());
    if (lReleaseCount <= 0) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    uint32_t previous;
    if (!release_semaphore(*(*semaphore)->record(), static_cast<uint32_t>(lReleaseCount), &previous))
        return set_last_error_from(STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    if (lpPreviousCount) *lpPreviousCount = static_cast<LONG>(previous);
    return TRUE;
}
