#include "base/status.h"

#include <cerrno>

#include "base/log.h"

namespace lsw {
namespace {

struct Row {
    NTSTATUS status;
    DWORD win32;
    const char* name;
    int errnos[3];
};

constexpr Row kRows[] = {
#define STATUS_ROW(name, value, win32, ...) \
    {static_cast<NTSTATUS>(value), win32, #name, {__VA_ARGS__}},
#include "abi/status.inc"
#undef STATUS_ROW
};

}  // namespace

DWORD win32_from_status(NTSTATUS status) {
    if (status == STATUS_SUCCESS) return ERROR_SUCCESS;
    // FACILITY_NTWIN32: the low word is the Win32 code itself.
    if ((static_cast<uint32_t>(status) & 0xFFFF0000u) == 0xC0070000u) return status & 0xFFFF;
    for (const Row& row : kRows)
        if (row.status == status) return row.win32;
    return ERROR_MR_MID_NOT_FOUND;
}

NTSTATUS status_from_errno(int error) {
    if (error == 0) return STATUS_SUCCESS;
    for (const Row& row : kRows)
        for (int candidate : row.errnos)
            if (candidate == error) return row.status;
    static bool logged = false;
    if (!logged) log_debug("errno %d has no NTSTATUS", error);
    logged = true;
    return STATUS_UNSUCCESSFUL;
}

const char* status_name(NTSTATUS status) {
    for (const Row& row : kRows)
        if (row.status == status) return row.name;
    return nullptr;
}

}  // namespace lsw
