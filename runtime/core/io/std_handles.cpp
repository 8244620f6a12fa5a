#include "core/io/std_handles.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/file.h"
#include "core/console/console.h"
#include "core/file/file_object.h"
#include "core/io/io_object.h"
#include "core/pipe/pipe_object.h"
#include "core/process/startup_block.h"
#include "core/runtime.h"

namespace lsw {
namespace {

HANDLE open_one(int fd) {
    struct stat info;
    if (fstat(fd, &info) != 0) return nullptr;
    FileType type = S_ISREG(info.st_mode)                                ? FileType::Disk
                    : S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode) ? FileType::Pipe
                                                                         : FileType::Character;
    // The handle has a descriptor of its own: closing it must leave the process's 0, 1, 2 in place.
    UniqueFd own(fcntl(fd, F_DUPFD_CLOEXEC, 3));
    if (!own.valid()) return nullptr;
    constexpr ACCESS_MASK kReadWrite = 0x0012019F;  // FILE_GENERIC_READ | FILE_GENERIC_WRITE
    Ref<IoObject> object;
    if (type == FileType::Disk || S_ISDIR(info.st_mode)) {
        file::FileObject::Setup setup;
        setup.fd = std::move(own);
        setup.mode = info.st_mode;
        setup.options = FILE_SYNCHRONOUS_IO_NONALERT;
        setup.access = kReadWrite;
        object = make_object<file::FileObject>(std::move(setup));
    } else if (type == FileType::Pipe) {
        uint32_t socket = S_ISSOCK(info.st_mode) ? PipeObject::kSocket : 0u;
        object = make_object<PipeObject>(std::move(own), PipeObject::kRead | PipeObject::kWrite | socket);
    } else if (isatty(fd)) {
        object = make_object<ConsoleObject>(std::move(own), fd == 0 ? ConsoleObject::Side::Input : ConsoleObject::Side::Output);
    } else {
        object = make_object<StreamObject>(std::move(own), type);
    }
    auto handle = runtime().handles.insert(std::move(object), kReadWrite, true);
    return handle.ok() ? *handle : nullptr;
}

}  // namespace

void open_std_handles(RTL_USER_PROCESS_PARAMETERS& parameters) {
    parameters.StandardInput = open_one(0);
    parameters.StandardOutput = open_one(1);
    parameters.StandardError = open_one(2);
}

void take_std_handles(RTL_USER_PROCESS_PARAMETERS& parameters, const uint64_t (&values)[3]) {
    HANDLE* slots[3] = {&parameters.StandardInput, &parameters.StandardOutput, &parameters.StandardError};
    for (int fd = 0; fd < 3; ++fd)
        *slots[fd] = values[fd] == StartupBlock::kFromDescriptor ? open_one(fd) : reinterpret_cast<HANDLE>(values[fd]);
}

}  // namespace lsw
