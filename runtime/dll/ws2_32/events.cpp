// winsock2.h: event objects and network events.
#include "core/wait/sync_objects.h"
#include "dll/kernel32/kernel32.h"
#include "dll/ws2_32/sockets.h"

using namespace lsw;

HANDLE ws2_32::WSACreateEvent() { return kernel32::CreateEventW(nullptr, TRUE, FALSE, nullptr); }

BOOL ws2_32::WSACloseEvent(HANDLE hEvent) { return kernel32::CloseHandle(hEvent); }

BOOL ws2_32::WSASetEvent(HANDLE hEvent) { return kernel32::SetEvent(hEvent); }

BOOL ws2_32::WSAResetEvent(HANDLE hEvent) { return kernel32::ResetEvent(hEvent); }

DWORD ws2_32::WSAWaitForMultipleEvents(DWORD cEvents, const HANDLE* lphEvents, BOOL fWaitAll, DWORD dwTimeout,
                                       BOOL fAlertable) {
    return kernel32::WaitForMultipleObjectsEx(cEvents, lphEvents, fWaitAll, dwTimeout, fAlertable);
}

int ws2_32::WSAEventSelect(SOCKET s, HANDLE hEventObject, LONG lNetworkEvents) {
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    if (!hEventObject || !lNetworkEvents) {
        if (lNetworkEvents) return winsock_answer(WSAEINVAL);
        socket->select_events(nullptr, 0);
        return 0;
    }
    auto event = runtime().handles.get<Event>(hEventObject);
    if (!event.ok()) return winsock_answer(WSAEINVAL);
    socket->select_events(std::move(*event), lNetworkEvents);
    return 0;
}

int ws2_32::WSAEnumNetworkEvents(SOCKET s, HANDLE hEventObject, WSANETWORKEVENTS* lpNetworkEvents) {
    auto socket = winsock_socket(s);
    if (!socket) return SOCKET_ERROR;
    if (!lpNetworkEvents) return winsock_answer(WSAEFAULT);
    Ref<Event> event;
    if (hEventObject) {
        auto found = runtime().handles.get<Event>(hEventObject);
        if (!found.ok()) return winsock_answer(WSAEINVAL);
        event = std::move(*found);
    }
    WSANETWORKEVENTS events;
    // The event is reset first: what is recorded after this sets it again.
    if (event) reset_event(*event->record());
    socket->take_events(&events);
    *lpNetworkEvents = events;
    return 0;
}
