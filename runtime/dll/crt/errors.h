// errno, _doserrno and the invalid parameter handler: what every part of the C runtimes reports
// through. Doc: "errno constants", "_doserrno, errno, _sys_errlist, and _sys_nerr", "Parameter
// validation". The errno values are Windows' own: above 34 they differ from Linux', so <cerrno>
// must not reach the guest.
#pragma once

#include "abi/types.h"

namespace lsw::crt {

enum Errno : int {
    kEPERM = 1,
    kENOENT = 2,
    kESRCH = 3,
    kEINTR = 4,
    kEIO = 5,
    kE2BIG = 7,
    kENOEXEC = 8,
    kEBADF = 9,
    kECHILD = 10,
    kEAGAIN = 11,
    kENOMEM = 12,
    kEACCES = 13,
    kEFAULT = 14,
    kEBUSY = 16,
    kEEXIST = 17,
    kEXDEV = 18,
    kENODEV = 19,
    kENOTDIR = 20,
    kEISDIR = 21,
    kEINVAL = 22,
    kENFILE = 23,
    kEMFILE = 24,
    kENOTTY = 25,
    kEFBIG = 27,
    kENOSPC = 28,
    kESPIPE = 29,
    kEROFS = 30,
    kEMLINK = 31,
    kEPIPE = 32,
    kEDOM = 33,
    kERANGE = 34,
    kEDEADLOCK = 36,
    kENAMETOOLONG = 38,
    kENOLCK = 39,
    kENOSYS = 40,
    kENOTEMPTY = 41,
    kEILSEQ = 42,
    kSTRUNCATE = 80,
};

// Which of the two runtimes speaks: they differ in how strict they are and in some spellings.
enum class Flavour { msvcrt, ucrt };

int& guest_errno();
DWORD& guest_doserrno();

// errno of a Win32 error code.
int errno_from_win32(DWORD error);
// Sets _doserrno to the thread's last error and errno to match; returns -1.
int fail_with_last_error();
int fail_with_win32(DWORD error);
inline int fail(int error) {
    guest_errno() = error;
    return -1;
}

using InvalidParameterHandler = void(WINAPI*)(const WCHAR* expression, const WCHAR* function,
                                              const WCHAR* file, UINT line, UINT_PTR reserved);
InvalidParameterHandler& process_invalid_parameter_handler();
InvalidParameterHandler& thread_invalid_parameter_handler();

// Sets errno, calls the handler. Without one, ucrt ends the process and msvcrt goes on.
// Nothing that needs a destructor may be alive in the caller: the handler may unwind.
void invalid_parameter(Flavour flavour, int error = kEINVAL);

}  // namespace lsw::crt
