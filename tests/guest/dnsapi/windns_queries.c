// Queries of the domain name system: names of this machine, wrong arguments; with an argument, records of all kinds from a server
// that is there for the test (tests/integration/dns_queries.py). "DnsQuery_W function (windns.h)", "DNS_RECORDW structure".
// flags: -ldnsapi -lws2_32
#include <winsock2.h>
#include <windns.h>

#include "check.h"

static PDNS_RECORDW ask(const wchar_t* name, WORD type, DNS_STATUS expected) {
    PDNS_RECORD list = (PDNS_RECORD)1;
    CHECK_EQ(DnsQuery_W(name, type, DNS_QUERY_STANDARD, NULL, &list, NULL), expected);
    if (expected) CHECK(list == NULL);
    else CHECK(list && list->wType == type && list->Flags.S.Section == DnsSectionAnswer && list->Flags.S.CharSet == DnsCharSetUnicode);
    return expected ? NULL : (PDNS_RECORDW)list;
}

static void here(void) {
    PDNS_RECORDW list = ask(L"localhost", DNS_TYPE_A, 0);
    if (list) CHECK_EQ(list->Data.A.IpAddress, htonl(INADDR_LOOPBACK));
    if (list) CHECK(DnsNameCompare_W(list->pName, L"LocalHost."));
    DnsFree(list, DnsFreeRecordList);
    ask(L"LOCALHOST", DNS_TYPE_CNAME, DNS_INFO_NO_RECORDS);
    PDNS_RECORD narrow = NULL;
    CHECK_EQ(DnsQuery_UTF8("localhost", DNS_TYPE_A, 0, NULL, &narrow, NULL), 0);
    CHECK(narrow && strcmp((const char*)narrow->pName, "localhost") == 0 && narrow->Flags.S.CharSet == DnsCharSetUtf8);
    DnsRecordListFree(narrow, DnsFreeRecordList);
    CHECK_EQ(DnsQuery_A("localhost", DNS_TYPE_A, 0, NULL, &narrow, NULL), 0);
    DnsRecordListFree(narrow, DnsFreeRecordList);
    CHECK_EQ(DnsQuery_W(L"localhost", DNS_TYPE_A, 0, NULL, NULL, NULL), ERROR_INVALID_PARAMETER);
    CHECK_EQ(DnsQuery_W(NULL, DNS_TYPE_A, 0, NULL, &narrow, NULL), ERROR_INVALID_PARAMETER);
    CHECK(DnsNameCompare_A("a.Example", "A.example."));
    CHECK(!DnsNameCompare_W(L"a.example", L"b.example"));
}

static void from_a_server(void) {
    PDNS_RECORDW list = ask(L"mail.test", DNS_TYPE_MX, 0);
    CHECK(list && list->Data.MX.wPreference == 10 && wcscmp(list->Data.MX.pNameExchange, L"mx1.mail.test") == 0);
    CHECK(list && list->pNext && list->pNext->Data.MX.wPreference == 20 && list->dwTtl == 300);
    DnsFree(list, DnsFreeRecordList);
    list = ask(L"text.test", DNS_TYPE_TEXT, 0);
    CHECK(list && list->Data.TXT.dwStringCount == 2 && wcscmp(list->Data.TXT.pStringArray[1], L"second") == 0);
    DnsFree(list, DnsFreeRecordList);
    list = ask(L"_x._tcp.test", DNS_TYPE_SRV, 0);
    CHECK(list && list->Data.SRV.wPort == 8080 && list->Data.SRV.wWeight == 7 && wcscmp(list->Data.SRV.pNameTarget, L"a.test") == 0);
    DnsFree(list, DnsFreeRecordList);
    list = ask(L"alias.test", DNS_TYPE_CNAME, 0);
    CHECK(list && wcscmp(list->Data.CNAME.pNameHost, L"a.test") == 0);
    DnsFree(list, DnsFreeRecordList);
    list = ask(L"a.test", DNS_TYPE_A, 0);
    CHECK(list && list->Data.A.IpAddress == htonl(0x0A010203));
    DnsFree(list, DnsFreeRecordList);
    ask(L"nobody.test", DNS_TYPE_MX, DNS_ERROR_RCODE_NAME_ERROR);
    ask(L"a.test", DNS_TYPE_MX, DNS_INFO_NO_RECORDS);
}

int main(int argc, char** argv) {
    (void)argv;
    here();
    if (argc > 1) from_a_server();
    return check_result();
}
