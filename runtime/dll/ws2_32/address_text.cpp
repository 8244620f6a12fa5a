// winsock2.h, ws2tcpip.h: addresses as text.
#include <arpa/inet.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/text.h"
#include "dll/ws2_32/sockets.h"

using namespace lsw;

namespace {

bool print(INT family, const void* address, char (&out)[INET6_ADDRSTRLEN]) {
    int linux_number = family == WIN_AF_INET6 ? AF_INET6 : family == WIN_AF_INET ? AF_INET : -1;
    if (linux_number < 0) return set_last_error(WSAEAFNOSUPPORT), false;
    return inet_ntop(linux_number, address, out, sizeof out) != nullptr;
}

template <class Char>
const Char* give(const char* text, Char* buffer, size_t units) {
    size_t length = strlen(text);
    if (!buffer || length >= units) return set_last_error(ERROR_INVALID_PARAMETER), nullptr;
    for (size_t i = 0; i <= length; ++i) buffer[i] = static_cast<Char>(text[i]);
    return buffer;
}

INT parse(INT family, const char* text, void* out) {
    if (!text || !out) return set_last_error(WSAEFAULT), -1;
    if (family != WIN_AF_INET && family != WIN_AF_INET6) return set_last_error(WSAEAFNOSUPPORT), -1;
    return inet_pton(family == WIN_AF_INET6 ? AF_INET6 : AF_INET, text, out);
}

// "1.2.3.4:80", "[fe80::1%3]:80"; without a port the address alone.
bool print_address(const WinSockAddr* from, DWORD length, std::string* out) {
    sockaddr_storage address;
    if (!linux_address(from, static_cast<int>(length), address)) return false;
    char text[INET6_ADDRSTRLEN];
    if (address.ss_family == AF_INET) {
        auto& four = reinterpret_cast<sockaddr_in&>(address);
        inet_ntop(AF_INET, &four.sin_addr, text, sizeof text);
        *out = text;
        if (four.sin_port) *out += ":" + std::to_string(__builtin_bswap16(four.sin_port));
        return true;
    }
    if (address.ss_family == AF_INET6) {
        auto& six = reinterpret_cast<sockaddr_in6&>(address);
        inet_ntop(AF_INET6, &six.sin6_addr, text, sizeof text);
        *out = text;
        if (six.sin6_scope_id) *out += "%" + std::to_string(six.sin6_scope_id);
        if (six.sin6_port) out->insert(0, 1, '[').append("]:").append(std::to_string(__builtin_bswap16(six.sin6_port)));
        return true;
    }
    if (address.ss_family == AF_UNIX) {
        *out = std::string(from->data, strnlen(from->data, length - 2));
        return true;
    }
    return false;
}

template <class Char>
INT address_to_string(const WinSockAddr* address, DWORD length, Char* out, DWORD* units) {
    if (!address || !units) return winsock_answer(WSAEFAULT);
    std::string text;
    if (!print_address(address, length, &text)) return winsock_answer(WSAEINVAL);
    DWORD needed = static_cast<DWORD>(text.size() + 1);
    if (!out || *units < needed) {
        *units = needed;
        return winsock_answer(WSAEFAULT);
    }
    *units = needed;
    give(text.c_str(), out, needed);
    return 0;
}

bool parse_number(const std::string& text, unsigned long most, unsigned long* out) {
    if (text.empty()) return false;
    char* end;
    *out = strtoul(text.c_str(), &end, 10);
    return !*end && *out <= most;
}

bool parse4(std::string text, sockaddr_in* out) {
    unsigned long port = 0;
    size_t colon = text.find(':');
    if (colon != std::string::npos) {
        if (!parse_number(text.substr(colon + 1), 65535, &port)) return false;
        text.resize(colon);
    }
    *out = {};
    out->sin_family = AF_INET;
    out->sin_port = __builtin_bswap16(static_cast<uint16_t>(port));
    return inet_aton(text.c_str(), &out->sin_addr) != 0;
}

bool parse6(std::string text, sockaddr_in6* out) {
    unsigned long port = 0, scope = 0;
    if (text.starts_with('[')) {
        size_t close = text.find(']');
        if (close == std::string::npos) return false;
        std::string rest = text.substr(close + 1);
        if (!rest.empty() && (rest[0] != ':' || !parse_number(rest.substr(1), 65535, &port))) return false;
        text = text.substr(1, close - 1);
    }
    size_t percent = text.find('%');
    if (percent != std::string::npos) {
        if (!parse_number(text.substr(percent + 1), 0xFFFFFFFF, &scope)) return false;
        text.resize(percent);
    }
    *out = {};
    out->sin6_family = AF_INET6;
    out->sin6_port = __builtin_bswap16(static_cast<uint16_t>(port));
    out->sin6_scope_id = static_cast<uint32_t>(scope);
    return inet_pton(AF_INET6, text.c_str(), &out->sin6_addr) == 1;
}

INT string_to_address(const std::string& text, INT family, WinSockAddr* out, INT* length) {
    sockaddr_storage address{};
    socklen_t size;
    bool good;
    if (family == WIN_AF_INET) {
        good = parse4(text, reinterpret_cast<sockaddr_in*>(&address));
        size = sizeof(sockaddr_in);
    } else if (family == WIN_AF_INET6) {
        good = parse6(text, reinterpret_cast<sockaddr_in6*>(&address));
        size = sizeof(sockaddr_in6);
    } else {
        return winsock_answer(WSAEINVAL);
    }
    if (!good) return winsock_answer(WSAEINVAL);
    if (!out || *length < static_cast<INT>(size)) {
        *length = static_cast<INT>(size);
        return winsock_answer(WSAEFAULT);
    }
    *length = windows_address(address, size, out, *length);
    return 0;
}

}  // namespace

ULONG ws2_32::inet_addr(const char* cp) {
    in_addr address;
    if (cp && strcmp(cp, " ") == 0) return 0;  // as Windows has it
    return cp && inet_aton(cp, &address) ? address.s_addr : 0xFFFFFFFF;
}

char* ws2_32::inet_ntoa(ULONG in) {
    thread_local char text[16];
    auto* bytes = reinterpret_cast<const unsigned char*>(&in);
    snprintf(text, sizeof text, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
    return text;
}

INT ws2_32::inet_pton(INT Family, PCSTR pszAddrString, void* pAddrBuf) { return parse(Family, pszAddrString, pAddrBuf); }

INT ws2_32::InetPtonW(INT Family, LPCWSTR pszAddrString, void* pAddrBuf) {
    if (!pszAddrString) return set_last_error(WSAEFAULT), -1;
    return parse(Family, utf8_from_utf16(pszAddrString).c_str(), pAddrBuf);
}

PCSTR ws2_32::inet_ntop(INT Family, const void* pAddr, PSTR pStringBuf, size_t StringBufSize) {
    char text[INET6_ADDRSTRLEN];
    return print(Family, pAddr, text) ? give(text, pStringBuf, StringBufSize) : nullptr;
}

LPCWSTR ws2_32::InetNtopW(INT Family, const void* pAddr, LPWSTR pStringBuf, size_t StringBufSize) {
    char text[INET6_ADDRSTRLEN];
    return print(Family, pAddr, text) ? give(text, pStringBuf, StringBufSize) : nullptr;
}

INT ws2_32::WSAAddressToStringA(const WinSockAddr* lpsaAddress, DWORD dwAddressLength, WSAPROTOCOL_INFOA*,
                                PSTR lpszAddressString, LPDWORD lpdwAddressStringLength) {
    return address_to_string(lpsaAddress, dwAddressLength, lpszAddressString, lpdwAddressStringLength);
}

INT ws2_32::WSAAddressToStringW(const WinSockAddr* lpsaAddress, DWORD dwAddressLength, WSAPROTOCOL_INFOW*,
                                LPWSTR lpszAddressString, LPDWORD lpdwAddressStringLength) {
    return address_to_string(lpsaAddress, dwAddressLength, lpszAddressString, lpdwAddressStringLength);
}

INT ws2_32::WSAStringToAddressA(PSTR AddressString, INT AddressFamily, WSAPROTOCOL_INFOA*, WinSockAddr* lpAddress,
                                INT* lpAddressLength) {
    if (!AddressString || !lpAddressLength) return winsock_answer(WSAEFAULT);
    return string_to_address(AddressString, AddressFamily, lpAddress, lpAddressLength);
}

INT ws2_32::WSAStringToAddressW(LPWSTR AddressString, INT AddressFamily, WSAPROTOCOL_INFOW*, WinSockAddr* lpAddress,
                                INT* lpAddressLength) {
    if (!AddressString || !lpAddressLength) return winsock_answer(WSAEFAULT);
    return string_to_address(utf8_from_utf16(AddressString), AddressFamily, lpAddress, lpAddressLength);
}
