// Echo requests to this machine: the reply carries the data; no answer is a time-out; wrong arguments. Where the system gives no
// socket for it, IcmpCreateFile says ERROR_ACCESS_DENIED, and that is all that is tested. "IcmpSendEcho function (icmpapi.h)".
// flags: -liphlpapi -lws2_32
#include <winsock2.h>
#include <iphlpapi.h>
#include <icmpapi.h>
#include "check.h"

// Not in every toolchain's header.
DWORD WINAPI IcmpSendEcho2Ex(HANDLE ping, HANDLE event, FARPROC routine, void* context, IPAddr from, IPAddr to, void* data, WORD size,
                             PIP_OPTION_INFORMATION options, void* reply, DWORD reply_size, DWORD timeout);

int main(void) {
    union {
        ICMP_ECHO_REPLY reply;
        char room[sizeof(ICMP_ECHO_REPLY) + 64];
    } answer;
    char data[32];
    memset(data, 'p', sizeof data);
    HANDLE ping = IcmpCreateFile();
    if (ping == INVALID_HANDLE_VALUE) {
        CHECK_EQ(GetLastError(), ERROR_ACCESS_DENIED);
        printf("not tested: no socket for pings here\n");
        return check_result();
    }
    ULONG here = htonl(INADDR_LOOPBACK);
    CHECK_EQ(IcmpSendEcho(ping, here, data, sizeof data, NULL, &answer, sizeof answer, 2000), 1);
    CHECK_EQ(answer.reply.Status, IP_SUCCESS);
    CHECK_EQ(answer.reply.Address, here);
    CHECK_EQ(answer.reply.DataSize, sizeof data);
    CHECK(answer.reply.RoundTripTime < 2000);
    CHECK_EQ(memcmp(answer.reply.Data, data, sizeof data), 0);
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    memset(&answer, 0xEE, sizeof answer);
    CHECK_LASTERROR(IcmpSendEcho2(ping, event, NULL, NULL, here, data, 8, NULL, &answer, sizeof answer, 2000), ERROR_IO_PENDING);
    CHECK_EQ(WaitForSingleObject(event, 5000), WAIT_OBJECT_0);
    CHECK_EQ(IcmpParseReplies(&answer, sizeof answer), 1);
    CHECK_EQ(answer.reply.DataSize, 8);
    CHECK_EQ(IcmpSendEcho2Ex(ping, NULL, NULL, NULL, 0, here, data, 4, NULL, &answer, sizeof answer, 2000), 1);
    CHECK_EQ(answer.reply.DataSize, 4);
    CHECK_LASTERROR(IcmpSendEcho(ping, here, data, sizeof data, NULL, &answer, 8, 100), ERROR_INSUFFICIENT_BUFFER);
    CHECK_LASTERROR(IcmpSendEcho(ping, here, data, sizeof data, NULL, &answer, sizeof answer, 0), IP_REQ_TIMED_OUT);
    CHECK(IcmpCloseHandle(ping));
    CHECK_LASTERROR(IcmpCloseHandle(ping), ERROR_INVALID_HANDLE);
    return check_result();
}
