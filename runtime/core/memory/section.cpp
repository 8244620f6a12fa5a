#include "core/memory/section.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>

#include "abi/layout.h"
#include "base/guest_map.h"
#include "base/status.h"
#include "base/text.h"
#include "core/memory/address_space.h"
#include "loader/image/mapped_image.h"

namespace lsw {
namespace {

uint64_t page_up(uint64_t value) { return (value + kPageSize - 1) & ~(kPageSize - 1); }

bool writable(DWORD protect) {
    DWORD base = protect & 0xFF;
    return base == PAGE_READWRITE || base == PAGE_EXECUTE_READWRITE;
}

bool copies(DWORD protect) {
    DWORD base = protect & 0xFF;
    return base == PAGE_WRITECOPY || base == PAGE_EXECUTE_WRITECOPY;
}

}  // namespace

Result<Ref<Section>> Section::create(int file, std::string path, uint64_t size_bytes, DWORD protect, DWORD attributes) {
    constexpr uint64_t kLargest = uint64_t{1} << 46;
    DWORD base = protect & 0xFF;
    if (base == 0 || (base & (base - 1)) || base == PAGE_NOACCESS || base == PAGE_EXECUTE)
        return Status(STATUS_INVALID_PAGE_PROTECTION);
    if (size_bytes > kLargest) return Status(STATUS_SECTION_TOO_BIG);
    UniqueFd fd;
    if (file < 0) {
        if (size_bytes == 0 || attributes & SEC_IMAGE) return Status(STATUS_INVALID_PARAMETER);
        fd = UniqueFd(memfd_create("lsw-section", MFD_CLOEXEC));
        if (!fd.valid() || ftruncate(fd.get(), static_cast<off_t>(page_up(size_bytes))) != 0)
            return Status(status_from_errno(errno));
    } else {
        struct stat info;
        if (fstat(file, &info) != 0) return Status(status_from_errno(errno));
        if (!S_ISREG(info.st_mode)) return Status(STATUS_INVALID_FILE_FOR_SECTION);
        auto length = static_cast<uint64_t>(info.st_size);
        if (size_bytes == 0) size_bytes = length;
        if (size_bytes == 0) return Status(STATUS_MAPPED_FILE_SIZE_ZERO);
        if (size_bytes > length) {
            if (!writable(protect)) return Status(STATUS_SECTION_TOO_BIG);
            if (ftruncate(file, static_cast<off_t>(size_bytes)) != 0) return Status(status_from_errno(errno));
        }
        fd = UniqueFd(fcntl(file, F_DUPFD_CLOEXEC, 3));
        if (!fd.valid()) return Status(status_from_errno(errno));
    }
    return make_object<Section>(std::move(fd), std::move(path), size_bytes, protect, attributes, 0);
}

Ref<Section> Section::adopt(UniqueFd fd, std::string path, uint64_t size_bytes, DWORD protect, DWORD attributes,
                            uint64_t offset) {
    return make_object<Section>(std::move(fd), std::move(path), size_bytes, protect, attributes, offset);
}

Section::~Section() {
    if (!name_.page) return;
    leave_named_file(name_.fd.get(), name_.page);
    munmap(name_.page, kPageSize);
}

Result<Section::View> Section::map_image(const ViewRequest&) {
    void* file = mmap(nullptr, size_bytes_, PROT_READ, MAP_PRIVATE, fd_.get(), 0);
    if (file == MAP_FAILED) return Status(status_from_errno(errno));
    auto view = pe::ImageView::parse_file({static_cast<const std::byte*>(file), size_bytes_});
    Result<image::MappedImage> mapped = Status(STATUS_INVALID_IMAGE_FORMAT);
    if (view.ok()) mapped = image::map(fd_.get(), *view);
    munmap(file, size_bytes_);
    if (!mapped.ok()) return Status(mapped.status());
    LSW_CHECK(image::protect(*mapped));
    auto base = reinterpret_cast<uint64_t>(mapped->base);
    address_space().adopt(base, mapped->size_bytes, RegionType::Image, PAGE_EXECUTE_WRITECOPY, {}, path_);
    return View{base, mapped->size_bytes};
}

Result<Section::View> Section::map(const ViewRequest& request) {
    if (attributes_ & SEC_IMAGE) return map_image(request);
    if (request.offset % kAllocationGranularity != 0 && !request.replace_placeholder) return Status(STATUS_MAPPED_ALIGNMENT);
    if (request.offset >= size_bytes_) return Status(STATUS_INVALID_VIEW_SIZE);
    uint64_t wanted = request.size_bytes ? request.size_bytes : size_bytes_ - request.offset;
    if (wanted > page_up(size_bytes_) - request.offset) return Status(STATUS_INVALID_VIEW_SIZE);
    if (writable(request.protect) && !writable(protect_)) return Status(STATUS_SECTION_PROTECTION);
    if (!is_valid_protection(request.protect)) return Status(STATUS_INVALID_PAGE_PROTECTION);
    uint64_t size = page_up(wanted);
    int protection = linux_protection(request.protect);
    int flags = copies(request.protect) ? MAP_PRIVATE : MAP_SHARED;
    auto offset = static_cast<int64_t>(request.offset + offset_);
    Result<std::byte*> mapped = Status(STATUS_NO_MEMORY);
    if (request.replace_placeholder) {
        LSW_CHECK(address_space().take_placeholder(request.address, size));
        void* at = mmap(reinterpret_cast<void*>(request.address), size, protection, flags | MAP_FIXED, fd_.get(), offset);
        if (at != MAP_FAILED) mapped = static_cast<std::byte*>(at);
    } else if (!request.address && (request.lowest || request.highest || request.alignment)) {
        uint64_t limit = request.highest ? request.highest + 1 : kGuestLimit;
        std::byte* room = LSW_TRY(map_guest_between(request.lowest, limit, request.alignment, size, PROT_NONE,
                                                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE));
        void* at = mmap(room, size, protection, flags | MAP_FIXED, fd_.get(), offset);
        if (at != MAP_FAILED) mapped = room;
    } else {
        if (request.address % kAllocationGranularity != 0) return Status(STATUS_MAPPED_ALIGNMENT);
        mapped = map_guest(reinterpret_cast<void*>(request.address), size, protection, flags, fd_.get(), offset);
    }
    if (!mapped.ok()) return Status(errno == EACCES ? STATUS_ACCESS_DENIED : mapped.status());
    auto base = reinterpret_cast<uint64_t>(*mapped);
    address_space().adopt(base, size, RegionType::Mapped, request.protect, {}, path_);
    return View{base, size};
}

}  // namespace lsw
