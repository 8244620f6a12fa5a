// DEBUG_EVENT and what it holds. Doc: "DEBUG_EVENT structure (minwinbase.h)".
#pragma once

#include "abi/exception.h"
#include "dll/kernel32/programs.h"

struct EXCEPTION_DEBUG_INFO {
    EXCEPTION_RECORD ExceptionRecord;
    DWORD dwFirstChance;
};
struct CREATE_THREAD_DEBUG_INFO {
    HANDLE hThread;
    LPVOID lpThreadLocalBase;
    LPVOID lpStartAddress;
};
struct CREATE_PROCESS_DEBUG_INFO {
    HANDLE hFile, hProcess, hThread;
    LPVOID lpBaseOfImage;
    DWORD dwDebugInfoFileOffset, nDebugInfoSize;
    LPVOID lpThreadLocalBase;
    LPVOID lpStartAddress;
    LPVOID lpImageName;
    WORD fUnicode;
};
struct EXIT_DEBUG_INFO {
    DWORD dwExitCode;
};
struct LOAD_DLL_DEBUG_INFO {
    HANDLE hFile;
    LPVOID lpBaseOfDll;
    DWORD dwDebugInfoFileOffset, nDebugInfoSize;
    LPVOID lpImageName;
    WORD fUnicode;
};
struct UNLOAD_DLL_DEBUG_INFO {
    LPVOID lpBaseOfDll;
};
struct OUTPUT_DEBUG_STRING_INFO {
    LPVOID lpDebugStringData;
    WORD fUnicode, nDebugStringLength;
};
struct DEBUG_EVENT {
    DWORD dwDebugEventCode, dwProcessId, dwThreadId;
    union {
        EXCEPTION_DEBUG_INFO Exception;
        CREATE_THREAD_DEBUG_INFO CreateThread;
        CREATE_PROCESS_DEBUG_INFO CreateProcessInfo;
        EXIT_DEBUG_INFO ExitThread, ExitProcess;
        LOAD_DLL_DEBUG_INFO LoadDll;
        UNLOAD_DLL_DEBUG_INFO UnloadDll;
        OUTPUT_DEBUG_STRING_INFO DebugString;
    } u;
};
static_assert(sizeof(DEBUG_EVENT) == 176);
