// winsock2.h: byte order. Apart from the other files since glibc makes macros of these names.
#include "dll/ws2_32/ws2_32.h"

USHORT ws2_32::htons(USHORT hostshort) { return __builtin_bswap16(hostshort); }
USHORT ws2_32::ntohs(USHORT netshort) { return __builtin_bswap16(netshort); }
ULONG ws2_32::htonl(ULONG hostlong) { return __builtin_bswap32(hostlong); }
ULONG ws2_32::ntohl(ULONG netlong) { return __builtin_bswap32(netlong); }
