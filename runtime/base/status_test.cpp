#include "base/status.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <map>
#include <set>
#include <string>

namespace lsw {
namespace {

TEST(Status, RowsAreUnique) {
    std::set<std::string> names;
    std::set<NTSTATUS> values;
    std::map<int, const char*> errnos;
    auto row = [&](const char* name, NTSTATUS value, std::initializer_list<int> codes) {
        EXPECT_TRUE(names.insert(name).second) << name;
        EXPECT_TRUE(values.insert(value).second) << name;
        for (int code : codes)
            EXPECT_TRUE(errnos.emplace(code, name).second) << name << " repeats errno " << code;
    };
#define STATUS_ROW(name, value, win32, ...) row(#name, static_cast<NTSTATUS>(value), {__VA_ARGS__});
#include "abi/status.inc"
#include "abi/socket_status.inc"
#include "abi/token_status.inc"
#undef STATUS_ROW
}

TEST(Status, DirectionsAgree) {
    EXPECT_EQ(win32_from_status(STATUS_OBJECT_NAME_NOT_FOUND), ERROR_FILE_NOT_FOUND);
    EXPECT_EQ(win32_from_status(static_cast<NTSTATUS>(0xC0070005)), ERROR_ACCESS_DENIED);
    EXPECT_EQ(win32_from_status(static_cast<NTSTATUS>(0xC000FFFF)), ERROR_MR_MID_NOT_FOUND);
    EXPECT_EQ(status_from_errno(EACCES), STATUS_ACCESS_DENIED);
    EXPECT_EQ(status_from_errno(0), STATUS_SUCCESS);
    EXPECT_EQ(status_from_errno(99999), STATUS_UNSUCCESSFUL);
    EXPECT_STREQ(status_name(STATUS_ACCESS_VIOLATION), "STATUS_ACCESS_VIOLATION");
}

TEST(Status, EveryErrnoOfFileCallsHasARow) {
    for (int code : {EPERM, ENOENT, EINTR, EIO, ENXIO, EBADF, EAGAIN, ENOMEM, EACCES, EFAULT, EBUSY,
                     EEXIST, EXDEV, ENODEV, ENOTDIR, EISDIR, EINVAL, ENFILE, EMFILE, ETXTBSY, EFBIG,
                     ENOSPC, EROFS, EMLINK, EPIPE, ENAMETOOLONG, ENOTEMPTY, ELOOP, EOVERFLOW,
                     EOPNOTSUPP, EDQUOT, ENOSYS})
        EXPECT_NE(status_from_errno(code), STATUS_UNSUCCESSFUL) << code;
}

}  // namespace
}  // namespace lsw
