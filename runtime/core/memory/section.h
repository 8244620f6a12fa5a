// Section: a piece of memory that can be mapped: a file's contents, anonymous shared memory, or an image.
// Names: named_section.h. Doc: "CreateFileMappingW function (memoryapi.h)".
#pragma once

#include <string>

#include "abi/memory.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "core/wait/named.h"
#include "object/object.h"

namespace lsw {

class Section : public Object {
public:
    static constexpr ObjectType kType = ObjectType::Section;

    // `file` < 0: anonymous memory of `size_bytes`. Otherwise size 0 takes the file's size, and a larger one than the
    // file's extends it when `protect` allows writing.
    // Errors: STATUS_INVALID_PARAMETER, STATUS_MAPPED_FILE_SIZE_ZERO, STATUS_SECTION_TOO_BIG,
    // STATUS_INVALID_PAGE_PROTECTION, STATUS_INVALID_IMAGE_FORMAT for SEC_IMAGE of something else.
    static Result<Ref<Section>> create(int file, std::string path, uint64_t size_bytes, DWORD protect, DWORD attributes);

    // Of a descriptor that is known to be fit; the section begins at `offset` of it.
    static Ref<Section> adopt(UniqueFd fd, std::string path, uint64_t size_bytes, DWORD protect, DWORD attributes,
                              uint64_t offset);
    // Holds the name as long as the section lives.
    void keep_name(NamedFile name, std::u16string text) { name_ = std::move(name), name_text_ = std::move(text); }
    const std::u16string& name() const { return name_text_; }  // empty: it has none

    struct ViewRequest {
        uint64_t address = 0;  // 0: anywhere
        uint64_t offset = 0;
        uint64_t size_bytes = 0;  // 0: to the end
        DWORD protect = 0;        // PAGE_*
        bool replace_placeholder = false;
        uint64_t lowest = 0, highest = 0, alignment = 0;
    };
    struct View {
        uint64_t address, size_bytes;
    };
    // Errors: STATUS_MAPPED_ALIGNMENT, STATUS_INVALID_VIEW_SIZE, STATUS_SECTION_PROTECTION,
    // STATUS_CONFLICTING_ADDRESSES, STATUS_NO_MEMORY.
    Result<View> map(const ViewRequest& request);

    uint64_t size_bytes() const { return size_bytes_; }
    DWORD protect() const { return protect_; }
    DWORD attributes() const { return attributes_; }
    int fd() const { return fd_.get(); }
    uint64_t offset() const { return offset_; }
    const std::string& path() const { return path_; }

protected:
    ~Section() override;

private:
    template <class T, class... A>
    friend Ref<T> make_object(A&&...);
    Section(UniqueFd fd, std::string path, uint64_t size_bytes, DWORD protect, DWORD attributes, uint64_t offset)
        : Object(kType), fd_(std::move(fd)), path_(std::move(path)), size_bytes_(size_bytes), protect_(protect),
          attributes_(attributes), offset_(offset) {}
    Result<View> map_image(const ViewRequest& request);

    UniqueFd fd_;
    std::string path_;
    uint64_t size_bytes_;
    DWORD protect_;
    DWORD attributes_;
    uint64_t offset_;  // of the section in the descriptor
    NamedFile name_;   // page null: it has no name
    std::u16string name_text_;
};

}  // namespace lsw
