// ws2tcpip.h: getaddrinfo and getnameinfo in their forms.
#include <arpa/inet.h>

#include <cstdlib>
#include <cstring>

#include "base/text.h"
#include "core/memory/heap.h"
#include "dll/ws2_32/resolver.h"
#include "dll/ws2_32/sockets.h"

using namespace lsw;

namespace {

std::string narrow(LPCWSTR text) { return text ? utf8_from_utf16(text) : std::string(); }
const char* or_null(LPCWSTR text, const std::string& narrowed) { return text ? narrowed.c_str() : nullptr; }

void copy_text(const std::string& from, char* to) { memcpy(to, from.c_str(), from.size() + 1); }
void copy_text(const std::string& from, char16_t* to) {
    std::u16string wide = utf16_from_utf8(from);
    memcpy(to, wide.c_str(), (wide.size() + 1) * sizeof(char16_t));
}

// One node in one block: structure, address, name.
template <class Node>
Node* make_node(const Resolved& from, const std::string& name) {
    using Char = std::remove_pointer_t<decltype(Node::ai_canonname)>;
    size_t name_bytes = (name.size() + 1) * sizeof(Char);
    auto* node = static_cast<Node*>(process_heap().allocate(sizeof(Node) + sizeof(sockaddr_storage) + name_bytes, true));
    if (!node) return nullptr;
    auto* address = reinterpret_cast<WinSockAddr*>(node + 1);
    node->ai_addrlen = static_cast<size_t>(windows_address(from.address, from.length, address, sizeof(sockaddr_storage)));
    node->ai_addr = address;
    node->ai_family = windows_family(from.address.ss_family);
    node->ai_socktype = from.type;
    node->ai_protocol = from.protocol;
    if (!name.empty()) {
        node->ai_canonname = reinterpret_cast<Char*>(reinterpret_cast<char*>(address) + sizeof(sockaddr_storage));
        copy_text(name, node->ai_canonname);
    }
    return node;
}

template <class Node>
void free_list(Node* node) {
    while (node) {
        Node* next = node->ai_next;
        if (!process_heap().release(node)) return;  // no list of ours
        node = next;
    }
}

template <class Node, class Hints>
INT look_up(const char* node, const char* service, const Hints* hints, Node** result) {
    constexpr int kCanonicalName = 2, kFullName = 0x20000;
    if (!result) return set_last_error(WSAEFAULT), WSAEFAULT;
    *result = nullptr;
    if (!winsock_started()) return WSANOTINITIALISED;
    Question question{node, service};
    if (hints) {
        question.flags = hints->ai_flags;
        question.family = hints->ai_family;
        question.type = hints->ai_socktype;
        question.protocol = hints->ai_protocol;
    }
    std::vector<Resolved> answers;
    std::string name;
    if (int error = resolve(question, &answers, &name)) return set_last_error(static_cast<DWORD>(error)), error;
    if (!(question.flags & (kCanonicalName | kFullName))) name.clear();
    Node** tail = result;
    for (const Resolved& answer : answers) {
        *tail = make_node<Node>(answer, tail == result ? name : std::string());
        if (!*tail) break;
        tail = &(*tail)->ai_next;
    }
    return 0;
}

// The end of a lookup that might have been asynchronous.
INT end_overlapped(LPOVERLAPPED overlapped, INT error) {
    if (overlapped) {
        overlapped->Internal = static_cast<ULONG_PTR>(static_cast<unsigned>(error));
        if (overlapped->hEvent) ws2_32::WSASetEvent(overlapped->hEvent);
    }
    return error;
}

template <class Char>
bool put_text(const std::string& text, Char* buffer, DWORD units) {
    if (!buffer || units == 0) return true;
    std::basic_string<Char> out;
    if constexpr (sizeof(Char) == 1) out = text;
    else out = utf16_from_utf8(text);
    if (out.size() >= units) return false;
    memcpy(buffer, out.c_str(), (out.size() + 1) * sizeof(Char));
    return true;
}

template <class Char>
INT name_info(const WinSockAddr* from, int length, Char* node, DWORD node_units, Char* service, DWORD service_units,
              INT flags) {
    auto fail = [](DWORD error) { return set_last_error(error), static_cast<INT>(error); };
    sockaddr_storage address;
    socklen_t linux_length = linux_address(from, length, address);
    if (!linux_length) return fail(from && linux_family(from->family) < 0 ? WSAEAFNOSUPPORT : WSAEFAULT);
    if (address.ss_family == AF_UNIX) return fail(WSAEAFNOSUPPORT);
    bool wants_node = node && node_units, wants_service = service && service_units;
    if (!wants_node && !wants_service) return fail(WSAHOST_NOT_FOUND);
    std::string node_text, service_text;
    int error = resolve_name(address, linux_length, flags, wants_node ? &node_text : nullptr,
                             wants_service ? &service_text : nullptr);
    if (error) return fail(static_cast<DWORD>(error));
    if (!put_text(node_text, wants_node ? node : nullptr, node_units) ||
        !put_text(service_text, wants_service ? service : nullptr, service_units))
        return fail(ERROR_INSUFFICIENT_BUFFER);
    return 0;
}

}  // namespace

INT ws2_32::getaddrinfo(PCSTR pNodeName, PCSTR pServiceName, const ADDRINFOA* pHints, ADDRINFOA** ppResult) {
    return look_up(pNodeName, pServiceName, pHints, ppResult);
}

INT ws2_32::GetAddrInfoW(LPCWSTR pNodeName, LPCWSTR pServiceName, const ADDRINFOW* pHints, ADDRINFOW** ppResult) {
    std::string node = narrow(pNodeName), service = narrow(pServiceName);
    return look_up(or_null(pNodeName, node), or_null(pServiceName, service), pHints, ppResult);
}

void ws2_32::freeaddrinfo(ADDRINFOA* pAddrInfo) { free_list(pAddrInfo); }

void ws2_32::FreeAddrInfoW(ADDRINFOW* pAddrInfo) { free_list(pAddrInfo); }

INT ws2_32::GetAddrInfoExW(LPCWSTR pName, LPCWSTR pServiceName, DWORD, GUID*, const ADDRINFOEXW* hints,
                           ADDRINFOEXW** ppResult, const WinTimeval*, LPOVERLAPPED lpOverlapped, void*, HANDLE* lpHandle) {
    if (lpHandle) *lpHandle = nullptr;
    std::string node = narrow(pName), service = narrow(pServiceName);
    return end_overlapped(lpOverlapped, look_up(or_null(pName, node), or_null(pServiceName, service), hints, ppResult));
}

INT ws2_32::GetAddrInfoExA(PCSTR pName, PCSTR pServiceName, DWORD, GUID*, const ADDRINFOEXA* hints,
                           ADDRINFOEXA** ppResult, const WinTimeval*, LPOVERLAPPED lpOverlapped, void*, HANDLE* lpHandle) {
    if (lpHandle) *lpHandle = nullptr;
    return end_overlapped(lpOverlapped, look_up(pName, pServiceName, hints, ppResult));
}

void ws2_32::FreeAddrInfoExW(ADDRINFOEXW* pAddrInfoEx) { free_list(pAddrInfoEx); }

void ws2_32::FreeAddrInfoEx(ADDRINFOEXA* pAddrInfoEx) { free_list(pAddrInfoEx); }

INT ws2_32::GetAddrInfoExCancel(HANDLE*) { return static_cast<INT>(ERROR_INVALID_HANDLE); }

INT ws2_32::GetAddrInfoExOverlappedResult(LPOVERLAPPED lpOverlapped) {
    return lpOverlapped ? static_cast<INT>(lpOverlapped->Internal) : static_cast<INT>(WSAEINVAL);
}

INT ws2_32::getnameinfo(const WinSockAddr* pSockaddr, int SockaddrLength, PSTR pNodeBuffer, DWORD NodeBufferSize,
                        PSTR pServiceBuffer, DWORD ServiceBufferSize, INT Flags) {
    return name_info(pSockaddr, SockaddrLength, pNodeBuffer, NodeBufferSize, pServiceBuffer, ServiceBufferSize, Flags);
}

INT ws2_32::GetNameInfoW(const WinSockAddr* pSockaddr, int SockaddrLength, LPWSTR pNodeBuffer, DWORD NodeBufferSize,
                         LPWSTR pServiceBuffer, DWORD ServiceBufferSize, INT Flags) {
    return name_info(pSockaddr, SockaddrLength, pNodeBuffer, NodeBufferSize, pServiceBuffer, ServiceBufferSize, Flags);
}

int ws2_32::GetHostNameW(LPWSTR name, int namelen) {
    if (!name || namelen <= 0 || !put_text(local_host_name(), name, static_cast<DWORD>(namelen)))
        return winsock_answer(WSAEFAULT);
    return 0;
}

int ws2_32::gethostname(char* name, int namelen) {
    if (!name || namelen <= 0 || !put_text(local_host_name(), name, static_cast<DWORD>(namelen)))
        return winsock_answer(WSAEFAULT);
    return 0;
}

BOOL ws2_32::WSAConnectByNameA(SOCKET s, PCSTR nodename, PCSTR servicename, LPDWORD LocalAddressLength,
                               WinSockAddr* LocalAddress, LPDWORD RemoteAddressLength, WinSockAddr* RemoteAddress,
                               const WinTimeval*, LPOVERLAPPED Reserved) {
    if (Reserved || !nodename || !servicename) return set_last_error(WSAEINVAL), FALSE;
    auto socket = winsock_socket(s);
    if (!socket) return FALSE;
    ADDRINFOA hints{};
    hints.ai_family = windows_family(socket->family());
    hints.ai_socktype = socket->kind().type;
    ADDRINFOA* list = nullptr;
    if (int error = getaddrinfo(nodename, servicename, &hints, &list)) return set_last_error(static_cast<DWORD>(error)), FALSE;
    int result = SOCKET_ERROR;
    for (ADDRINFOA* at = list; at && result != 0; at = at->ai_next)
        result = connect(s, at->ai_addr, static_cast<int>(at->ai_addrlen));
    DWORD error = last_error();
    freeaddrinfo(list);
    if (result != 0) return set_last_error(error), FALSE;
    if (LocalAddress && LocalAddressLength) getsockname(s, LocalAddress, reinterpret_cast<int*>(LocalAddressLength));
    if (RemoteAddress && RemoteAddressLength) getpeername(s, RemoteAddress, reinterpret_cast<int*>(RemoteAddressLength));
    return TRUE;
}

BOOL ws2_32::WSAConnectByNameW(SOCKET s, LPWSTR nodename, LPWSTR servicename, LPDWORD LocalAddressLength,
                               WinSockAddr* LocalAddress, LPDWORD RemoteAddressLength, WinSockAddr* RemoteAddress,
                               const WinTimeval* timeout, LPOVERLAPPED Reserved) {
    std::string node = narrow(nodename), service = narrow(servicename);
    return WSAConnectByNameA(s, or_null(nodename, node), or_null(servicename, service), LocalAddressLength, LocalAddress,
                             RemoteAddressLength, RemoteAddress, timeout, Reserved);
}
