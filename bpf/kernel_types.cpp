#include "bpf/kernel_types.h"

#include <bpf/btf.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

namespace lsw::bpf {
namespace {

constexpr char kKernelTypes[] = "/sys/kernel/btf/vmlinux";
constexpr uint32_t kKindEnum64 = 19;  // BTF_KIND_ENUM64, younger than some headers

// The bytes of the file: mapped where the kernel allows that (6.16 and later), else read.
class Bytes {
public:
    Bytes() {
        int fd = open(kKernelTypes, O_RDONLY | O_CLOEXEC);
        if (fd < 0) return;
        struct stat info;
        size_t size_bytes = fstat(fd, &info) == 0 ? static_cast<size_t>(info.st_size) : 0;
        void* data = size_bytes ? mmap(nullptr, size_bytes, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
        if (data == MAP_FAILED && size_bytes) data = read_all(fd, size_bytes);
        if (data != MAP_FAILED) {
            data_ = static_cast<const char*>(data);
            size_bytes_ = size_bytes;
        }
        close(fd);
    }
    ~Bytes() {
        if (data_) munmap(const_cast<char*>(data_), size_bytes_);
    }
    Bytes(const Bytes&) = delete;
    Bytes& operator=(const Bytes&) = delete;

    const char* data() const { return data_; }
    size_t size_bytes() const { return size_bytes_; }

private:
    static void* read_all(int fd, size_t size_bytes) {
        void* data = mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (data == MAP_FAILED) return data;
        madvise(data, size_bytes, MADV_HUGEPAGE);
        size_t done = 0;
        while (done < size_bytes) {
            ssize_t got = pread(fd, static_cast<char*>(data) + done, size_bytes - done, static_cast<off_t>(done));
            if (got <= 0) break;
            done += static_cast<size_t>(got);
        }
        if (done == size_bytes) return data;
        munmap(data, size_bytes);
        return MAP_FAILED;
    }

    const char* data_ = nullptr;
    size_t size_bytes_ = 0;
};

// What follows a type's twelve bytes; -1 for a kind not known here.
long tail_bytes(uint32_t kind, uint32_t count) {
    switch (kind) {
    case BTF_KIND_INT: return sizeof(uint32_t);
    case BTF_KIND_ARRAY: return sizeof(struct btf_array);
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION: return static_cast<long>(count * sizeof(btf_member));
    case BTF_KIND_ENUM: return static_cast<long>(count * sizeof(struct btf_enum));
    case kKindEnum64: return static_cast<long>(count * 3 * sizeof(uint32_t));
    case BTF_KIND_FUNC_PROTO: return static_cast<long>(count * sizeof(btf_param));
    case BTF_KIND_VAR: return sizeof(struct btf_var);
    case BTF_KIND_DATASEC: return static_cast<long>(count * sizeof(btf_var_secinfo));
    case BTF_KIND_DECL_TAG: return sizeof(struct btf_decl_tag);
    case BTF_KIND_PTR:
    case BTF_KIND_FWD:
    case BTF_KIND_TYPEDEF:
    case BTF_KIND_VOLATILE:
    case BTF_KIND_CONST:
    case BTF_KIND_RESTRICT:
    case BTF_KIND_FUNC:
    case BTF_KIND_FLOAT:
    case BTF_KIND_TYPE_TAG: return 0;
    default: return -1;
    }
}

class Search {
public:
    Search(std::vector<WantedTypedef>& typedefs, std::vector<WantedStruct>& structs, const Bytes& bytes)
        : typedefs_(typedefs), structs_(structs), missing_(typedefs.size() + structs.size()) {
        btf_header header;
        if (bytes.size_bytes() < sizeof header) return;
        memcpy(&header, bytes.data(), sizeof header);
        uint64_t types = uint64_t{header.hdr_len} + header.type_off, strings = uint64_t{header.hdr_len} + header.str_off;
        if (header.magic != BTF_MAGIC || types + header.type_len > bytes.size_bytes() ||
            strings + header.str_len > bytes.size_bytes() || header.str_len == 0 ||
            bytes.data()[strings + header.str_len - 1] != 0)
            return;
        types_ = bytes.data() + types;
        end_ = types_ + header.type_len;
        strings_ = bytes.data() + strings;
        strings_bytes_ = header.str_len;
    }

    bool run() {
        uint32_t id = 1;
        for (const char* at = types_; missing_ && at + sizeof(btf_type) <= end_; ++id) {
            auto* type = reinterpret_cast<const btf_type*>(at);
            uint32_t kind = BTF_INFO_KIND(type->info), count = BTF_INFO_VLEN(type->info);
            long tail = tail_bytes(kind, count);
            if (tail < 0 || end_ - at < tail + static_cast<long>(sizeof *type)) return false;
            if (kind == BTF_KIND_TYPEDEF) look_at_typedef(*type, id);
            if (kind == BTF_KIND_STRUCT && !look_at_struct(*type, count)) return false;
            at += sizeof *type + static_cast<size_t>(tail);
        }
        return missing_ == 0;
    }

private:
    const char* text(uint32_t offset) const { return offset < strings_bytes_ ? strings_ + offset : ""; }

    void look_at_typedef(const btf_type& type, uint32_t id) {
        const char* name = text(type.name_off);
        for (WantedTypedef& wanted : typedefs_) {
            if (wanted.id || wanted.name != name) continue;
            wanted.id = id;
            missing_--;
        }
    }

    bool look_at_struct(const btf_type& type, uint32_t count) {
        const char* name = text(type.name_off);
        for (WantedStruct& wanted : structs_) {
            if (wanted.size_bytes || strcmp(wanted.name, name) != 0) continue;
            for (WantedMember& member : wanted.members)
                if (!find_member(type, count, member)) return false;
            wanted.size_bytes = type.size;
            missing_--;
        }
        return true;
    }

    bool find_member(const btf_type& type, uint32_t count, WantedMember& wanted) const {
        auto* members = reinterpret_cast<const btf_member*>(&type + 1);
        for (uint32_t i = 0; i < count; ++i) {
            if (strcmp(text(members[i].name_off), wanted.name) != 0) continue;
            bool packed = BTF_INFO_KFLAG(type.info);
            if (packed && BTF_MEMBER_BITFIELD_SIZE(members[i].offset)) return false;
            wanted.offset_bits = packed ? BTF_MEMBER_BIT_OFFSET(members[i].offset) : members[i].offset;
            return true;
        }
        return false;
    }

    std::vector<WantedTypedef>& typedefs_;
    std::vector<WantedStruct>& structs_;
    size_t missing_;
    const char* types_ = nullptr;
    const char* end_ = nullptr;
    const char* strings_ = nullptr;
    uint32_t strings_bytes_ = 0;
};

int struct_id(const std::vector<WantedStruct>& structs, const char* name) {
    for (size_t i = 0; i < structs.size(); ++i)
        if (strcmp(structs[i].name, name) == 0) return static_cast<int>(i) + 3;  // after the two integers
    return -1;
}

bool add_structs(btf* types, const std::vector<WantedStruct>& structs) {
    if (btf__add_int(types, "int", 4, BTF_INT_SIGNED) != 1 || btf__add_int(types, "unsigned long", 8, 0) != 2) return false;
    for (const WantedStruct& wanted : structs) {
        if (btf__add_struct(types, wanted.name, wanted.size_bytes) < 0) return false;
        for (const WantedMember& member : wanted.members) {
            int type = member.type ? struct_id(structs, member.type) : member.size_bytes == 4 ? 1 : 2;
            if (type < 0 || btf__add_field(types, member.name, type, member.offset_bits, 0) != 0) return false;
        }
    }
    return true;
}

}  // namespace

bool find_kernel_types(std::vector<WantedTypedef>& typedefs, std::vector<WantedStruct>& structs) {
    Bytes bytes;
    return Search(typedefs, structs, bytes).run();
}

int describe_kernel_types(const std::vector<WantedStruct>& structs) {
    btf* types = btf__new_empty();
    if (!types) return -1;
    int fd = -1;
    uint32_t size_bytes = 0;
    const void* data = add_structs(types, structs) ? btf__raw_data(types, &size_bytes) : nullptr;
    if (data) fd = memfd_create("lsw-kernel-types", MFD_CLOEXEC);
    if (fd >= 0 && write(fd, data, size_bytes) != static_cast<ssize_t>(size_bytes)) {
        close(fd);
        fd = -1;
    }
    btf__free(types);
    return fd;
}

}  // namespace lsw::bpf
