// Prototypes of dnsapi.dll, from its rows, and the structure that its queries give.
#pragma once

#include "abi/types.h"

// windns.h: DNS_RECORDW and DNS_RECORDA. Data by type; names and texts are pointers.
struct DNS_RECORD {
    DNS_RECORD* pNext;
    void* pName;
    WORD wType, wDataLength;
    DWORD Flags;  // section in bits 0-1, character set in bits 3-4
    DWORD dwTtl, dwReserved;
    union {
        DWORD ip4;
        unsigned char ip6[16];
        void* name;  // PTR, CNAME, NS
        struct {
            void* name;
            WORD preference, pad;
        } mx;
        struct {
            void* name;
            WORD priority, weight, port, pad;
        } srv;
        struct {
            void *primary, *administrator;
            DWORD serial, refresh, retry, expire, ttl;
        } soa;
        struct {
            DWORD count;
            void* texts[1];
        } txt;
    } Data;
};
static_assert(sizeof(void*) == 8 && __builtin_offsetof(DNS_RECORD, Data) == 32);

#define LSW_DLL dnsapi
#define LSW_DLL_ROWS "dll/dnsapi/dnsapi.api.inc"
#include "api/declare.inc"
