// See errors.h.
#include "dll/crt/errors.h"

#include "core/process/start.h"
#include "core/teb.h"

namespace lsw::crt {
namespace {

struct Row {
    uint16_t win32;
    uint8_t error;
};

// "_doserrno, errno": the errno that each system error is mapped to; ranges and the default are
// below.
constexpr Row kRows[] = {
    {1, kEINVAL},      {2, kENOENT},   {3, kENOENT},   {4, kEMFILE},    {5, kEACCES},
    {6, kEBADF},       {7, kENOMEM},   {8, kENOMEM},   {9, kENOMEM},    {10, kE2BIG},
    {11, kENOEXEC},    {12, kEINVAL},  {13, kEINVAL},  {15, kENOENT},   {16, kEACCES},
    {17, kEXDEV},      {18, kENOENT},  {33, kEACCES},  {53, kENOENT},   {65, kEACCES},
    {67, kENOENT},     {80, kEEXIST},  {82, kEACCES},  {83, kEACCES},   {87, kEINVAL},
    {89, kEAGAIN},     {108, kEACCES}, {109, kEPIPE},  {112, kENOSPC},  {114, kEBADF},
    {128, kECHILD},    {129, kECHILD}, {130, kEBADF},  {131, kEINVAL},  {132, kEACCES},
    {145, kENOTEMPTY}, {158, kEACCES}, {161, kENOENT}, {164, kEAGAIN},  {167, kEACCES},
    {183, kEEXIST},    {206, kENOENT}, {215, kEAGAIN}, {1113, kEILSEQ}, {1816, kENOMEM},
};

// Found without a call: errno is asked for often, from functions of Windows' convention.
[[gnu::tls_model("initial-exec")]] thread_local int t_errno;
thread_local DWORD t_doserrno;
thread_local InvalidParameterHandler t_handler;

constexpr uint32_t STATUS_INVALID_CRUNTIME_PARAMETER = 0xC0000417;

}  // namespace

int& guest_errno() { return t_errno; }
DWORD& guest_doserrno() { return t_doserrno; }

int errno_from_win32(DWORD error) {
    for (const Row& row : kRows) {
        if (row.win32 == error) return row.error;
    }
    if (error >= 19 && error <= 36) return kEACCES;     // write protection to sharing buffers
    if (error >= 188 && error <= 202) return kENOEXEC;  // images that cannot run
    return kEINVAL;
}

int fail_with_win32(DWORD error) {
    guest_doserrno() = error;
    return fail(errno_from_win32(error));
}

int fail_with_last_error() { return fail_with_win32(last_error()); }

InvalidParameterHandler& process_invalid_parameter_handler() {
    static InvalidParameterHandler handler = nullptr;
    return handler;
}

InvalidParameterHandler& thread_invalid_parameter_handler() { return t_handler; }

void invalid_parameter(Flavour flavour, int error) {
    guest_errno() = error;
    InvalidParameterHandler handler = t_handler ? t_handler : process_invalid_parameter_handler();
    if (handler != nullptr) {
        handler(nullptr, nullptr, nullptr, 0, 0);
    } else if (flavour == Flavour::ucrt) {
        exit_now(STATUS_INVALID_CRUNTIME_PARAMETER);
    }
}

}  // namespace lsw::crt
