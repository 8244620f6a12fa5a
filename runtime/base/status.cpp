#include "base/status.h"

#include <array>
#include <bit>
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
#include "abi/socket_status.inc"
#include "abi/token_status.inc"
#undef STATUS_ROW
};

constexpr size_t kRowCount = sizeof kRows / sizeof kRows[0];

constexpr uint16_t kNoRow = 0xFFFF;

// Failing to find a file is an everyday matter, so neither direction goes through the rows. Here places of rows by a hash of
// the status; of rows with one status the first counts.
constexpr size_t kPlaces = std::bit_ceil(kRowCount * 2);
constexpr size_t place_of(uint32_t status) { return (status * 0x9E3779B1u >> 12) % kPlaces; }
constexpr auto kByStatus = [] {
    std::array<uint16_t, kPlaces> rows{};
    rows.fill(kNoRow);
    for (size_t i = 0; i < kRowCount; ++i) {
        size_t at = place_of(static_cast<uint32_t>(kRows[i].status));
        while (rows[at] != kNoRow && kRows[rows[at]].status != kRows[i].status) at = (at + 1) % kPlaces;
        if (rows[at] == kNoRow) rows[at] = static_cast<uint16_t>(i);
    }
    return rows;
}();

constexpr size_t kErrnoLimit = 256;
constexpr auto kByErrno = [] {
    std::array<uint16_t, kErrnoLimit> rows{};
    rows.fill(kNoRow);
    for (size_t i = kRowCount; i-- > 0;)  // the first row that names an errno stands
        for (int error : kRows[i].errnos)
            if (error > 0 && static_cast<size_t>(error) < kErrnoLimit) rows[error] = static_cast<uint16_t>(i);
    return rows;
}();

const Row* row_of(NTSTATUS status) {
    for (size_t at = place_of(static_cast<uint32_t>(status)); kByStatus[at] != kNoRow; at = (at + 1) % kPlaces)
        if (kRows[kByStatus[at]].status == status) return &kRows[kByStatus[at]];
    return nullptr;
}

}  // namespace

DWORD win32_from_status(NTSTATUS status) {
    if (status == STATUS_SUCCESS) return ERROR_SUCCESS;
    // FACILITY_NTWIN32, as a warning or an error: the low word is the Win32 code itself.
    if ((static_cast<uint32_t>(status) & 0xBFFF0000u) == 0x80070000u) return status & 0xFFFF;
    const Row* row = row_of(status);
    return row ? row->win32 : ERROR_MR_MID_NOT_FOUND;
}

NTSTATUS status_from_errno(int error) {
    if (error == 0) return STATUS_SUCCESS;
    if (error > 0 && static_cast<size_t>(error) < kErrnoLimit && kByErrno[error] != kNoRow)
        return kRows[kByErrno[error]].status;
    static bool logged = false;
    if (!logged) log_debug("errno %d has no NTSTATUS", error);
    logged = true;
    return STATUS_UNSUCCESSFUL;
}

const char* status_name(NTSTATUS status) {
    const Row* row = row_of(status);
    return row ? row->name : nullptr;
}

}  // namespace lsw
