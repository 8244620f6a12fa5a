#include "base/status.h"

#include <algorithm>
#include <array>
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

// Failing to find a file is an everyday matter, so neither direction goes through the rows.
constexpr auto kByStatus = [] {
    std::array<uint16_t, kRowCount> order{};
    for (size_t i = 0; i < kRowCount; ++i) order[i] = static_cast<uint16_t>(i);
    std::sort(order.begin(), order.end(), [](uint16_t a, uint16_t b) {
        auto left = static_cast<uint32_t>(kRows[a].status), right = static_cast<uint32_t>(kRows[b].status);
        return left != right ? left < right : a < b;
    });
    return order;
}();

constexpr size_t kErrnoLimit = 256;
constexpr uint16_t kNoRow = 0xFFFF;
constexpr auto kByErrno = [] {
    std::array<uint16_t, kErrnoLimit> rows{};
    rows.fill(kNoRow);
    for (size_t i = kRowCount; i-- > 0;)  // the first row that names an errno stands
        for (int error : kRows[i].errnos)
            if (error > 0 && static_cast<size_t>(error) < kErrnoLimit) rows[error] = static_cast<uint16_t>(i);
    return rows;
}();

const Row* row_of(NTSTATUS status) {
    auto wanted = static_cast<uint32_t>(status);
    auto at = std::lower_bound(kByStatus.begin(), kByStatus.end(), wanted, [](uint16_t row, uint32_t value) {
        return static_cast<uint32_t>(kRows[row].status) < value;
    });
    return at != kByStatus.end() && kRows[*at].status == status ? &kRows[*at] : nullptr;
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
