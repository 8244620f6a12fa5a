// Names and addresses without a name server. "getaddrinfo function (ws2tcpip.h)" and its neighbours.
// flags: -lws2_32
#include "net.h"

static const char* text_of(const struct sockaddr* address) {
    static char text[64];
    DWORD length = sizeof text;
    socklen_t size = address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    return WSAAddressToStringA((struct sockaddr*)address, size, NULL, text, &length) == 0 ? text : "?";
}

int main(void) {
    struct addrinfo hints, *list = NULL;
    ADDRINFOW *wide = NULL, wide_hints;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
    int length;
    char node[64], service[16], buffer[64];
    WCHAR wide_text[64];
    DWORD units;
    struct hostent* host;
    net_start();
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    CHECK_EQ(getaddrinfo("127.0.0.1", "8080", &hints, &list), 0);
    CHECK(list && list->ai_family == AF_INET && list->ai_socktype == SOCK_STREAM && !list->ai_next);
    CHECK_STR(text_of(list->ai_addr), "127.0.0.1:8080");
    freeaddrinfo(list);
    CHECK_EQ(getaddrinfo("localhost", NULL, &hints, &list), 0);
    CHECK_STR(text_of(list->ai_addr), "127.0.0.1");
    freeaddrinfo(list);
    hints.ai_flags = AI_NUMERICHOST;
    CHECK_EQ(getaddrinfo("localhost", NULL, &hints, &list), WSAHOST_NOT_FOUND);
    CHECK_EQ(WSAGetLastError(), WSAHOST_NOT_FOUND);
    hints.ai_flags = AI_PASSIVE;
    CHECK_EQ(getaddrinfo(NULL, "80", &hints, &list), 0);
    CHECK_STR(text_of(list->ai_addr), "0.0.0.0:80");
    freeaddrinfo(list);
    CHECK_EQ(getaddrinfo(NULL, NULL, &hints, &list), WSAHOST_NOT_FOUND);
    CHECK_EQ(getaddrinfo("::1", "1", NULL, &list), 0);
    CHECK_STR(text_of(list->ai_addr), "[::1]:1");
    freeaddrinfo(list);
    memset(&wide_hints, 0, sizeof wide_hints);
    wide_hints.ai_flags = AI_CANONNAME;
    CHECK_EQ(GetAddrInfoW(L"127.0.0.1", L"7", &wide_hints, &wide), 0);
    CHECK(wide->ai_canonname && wcscmp(wide->ai_canonname, L"127.0.0.1") == 0);
    FreeAddrInfoW(wide);
    four = net_loopback(80);
    CHECK_EQ(getnameinfo((struct sockaddr*)&four, sizeof four, node, sizeof node, service, sizeof service,
                         NI_NUMERICHOST | NI_NUMERICSERV), 0);
    CHECK_STR(node, "127.0.0.1");
    CHECK_STR(service, "80");
    CHECK_EQ(getnameinfo((struct sockaddr*)&four, 4, node, sizeof node, NULL, 0, NI_NUMERICHOST), WSAEFAULT);
    CHECK_EQ(inet_pton(AF_INET6, "fe80::1", &six.sin6_addr), 1);
    CHECK_EQ(inet_pton(AF_INET, "1.2.3", &four.sin_addr), 0);
    CHECK_EQ(inet_pton(77, "1.2.3.4", &four.sin_addr), -1);
    CHECK_EQ(WSAGetLastError(), WSAEAFNOSUPPORT);
    CHECK_STR(inet_ntop(AF_INET6, &six.sin6_addr, buffer, sizeof buffer), "fe80::1");
    CHECK(inet_ntop(AF_INET6, &six.sin6_addr, buffer, 3) == NULL);
    CHECK_EQ(inet_addr("1.2.3.4"), htonl(0x01020304));
    CHECK_EQ(inet_addr("nonsense"), INADDR_NONE);
    CHECK_STR(inet_ntoa(*(struct in_addr*)&(u_long){htonl(0x01020304)}), "1.2.3.4");
    length = sizeof six;
    CHECK_EQ(WSAStringToAddressW((LPWSTR)L"[fe80::2%3]:443", AF_INET6, NULL, (struct sockaddr*)&six, &length), 0);
    CHECK(six.sin6_port == htons(443) && six.sin6_scope_id == 3);
    units = 64;
    CHECK_EQ(WSAAddressToStringW((struct sockaddr*)&six, sizeof six, NULL, wide_text, &units), 0);
    CHECK(wcscmp(wide_text, L"[fe80::2%3]:443") == 0);
    CHECK_EQ(units, wcslen(wide_text) + 1);
    CHECK_WSA(WSAStringToAddressA((char*)"1.2.3.4:x", AF_INET, NULL, (struct sockaddr*)&six, &length), WSAEINVAL);
    host = gethostbyname("127.0.0.1");
    CHECK(host && host->h_addrtype == AF_INET && host->h_length == 4 && *(u_long*)host->h_addr_list[0] == htonl(0x7F000001));
    CHECK_EQ(gethostname(buffer, sizeof buffer), 0);
    CHECK(buffer[0]);
    CHECK_WSA(gethostname(buffer, 1), WSAEFAULT);
    CHECK(getprotobyname("tcp") && getprotobyname("tcp")->p_proto == IPPROTO_TCP);
    CHECK(getprotobynumber(17) && strcmp(getprotobynumber(17)->p_name, "udp") == 0);
    return check_result();
}
