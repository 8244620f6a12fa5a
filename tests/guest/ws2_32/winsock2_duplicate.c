// Sockets in child processes: inherited handles and WSADuplicateSocket. "WSADuplicateSocketW function (winsock2.h)".
// flags: -lws2_32
#include "net.h"

static int child(const char* kind) {
    SOCKET s;
    if (strcmp(kind, "inherit") == 0) {
        s = (SOCKET)strtoull(getenv("SOCKET_VALUE"), NULL, 10);
    } else {
        WSAPROTOCOL_INFOW info;
        DWORD got;
        if (!ReadFile(GetStdHandle(STD_INPUT_HANDLE), &info, sizeof info, &got, NULL) || got != sizeof info) return 3;
        s = WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, &info, 0, WSA_FLAG_OVERLAPPED);
        if (s == INVALID_SOCKET) return 10 + WSAGetLastError() % 100;
    }
    return send(s, kind, 7, 0) == 7 ? 0 : 2;
}

static void parent(const char* program, const char* kind) {
    SOCKET a, b;
    char command[MAX_PATH + 32], value[32], buffer[8] = "";
    STARTUPINFOA start = {sizeof start};
    PROCESS_INFORMATION process;
    HANDLE reader, writer;
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    DWORD code = 99, moved;
    net_pair(&a, &b);
    sprintf(value, "%llu", (unsigned long long)a);
    SetEnvironmentVariableA("SOCKET_VALUE", value);
    CreatePipe(&reader, &writer, &inheritable, 0);
    SetHandleInformation(writer, HANDLE_FLAG_INHERIT, 0);
    if (strcmp(kind, "inherit") != 0) SetHandleInformation((HANDLE)a, HANDLE_FLAG_INHERIT, 0);
    start.dwFlags = STARTF_USESTDHANDLES;
    start.hStdInput = reader;
    start.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    sprintf(command, "\"%s\" %s", program, kind);
    CHECK(CreateProcessA(NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &start, &process));
    if (strcmp(kind, "inherit") != 0) {
        WSAPROTOCOL_INFOW info;
        CHECK_EQ(WSADuplicateSocketW(a, process.dwProcessId, &info), 0);
        // The duplicate does not need the first socket any more.
        if (strcmp(kind, "closing") == 0) closesocket(a);
        CHECK(WriteFile(writer, &info, sizeof info, &moved, NULL));
    }
    CHECK_EQ(recv(b, buffer, 7, MSG_WAITALL), 7);
    CHECK_EQ(memcmp(buffer, kind, 7), 0);
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &code);
    CHECK_EQ(code, 0);
    if (strcmp(kind, "closing") != 0) {
        // The parent's is still there.
        CHECK_EQ(send(a, "x", 1, 0), 1);
        closesocket(a);
        CHECK_EQ(recv(b, buffer, 1, 0), 1);
    }
    CHECK_EQ(recv(b, buffer, 1, 0), 0);
    closesocket(b);
}

int main(int count, char** arguments) {
    char program[MAX_PATH];
    net_start();
    if (count > 1) return child(arguments[1]);
    GetModuleFileNameA(NULL, program, sizeof program);
    parent(program, "inherit");
    parent(program, "handed!");
    parent(program, "closing");
    {
        SOCKET a, b, same;
        WSAPROTOCOL_INFOW info;
        char byte;
        net_pair(&a, &b);
        CHECK_EQ(WSADuplicateSocketW(a, GetCurrentProcessId(), &info), 0);
        same = WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, &info, 0, 0);
        CHECK(same != INVALID_SOCKET && same != a);
        closesocket(a);
        CHECK_EQ(send(same, "y", 1, 0), 1);
        CHECK_EQ(recv(b, &byte, 1, 0), 1);
        closesocket(same);
        closesocket(b);
    }
    return check_result();
}
