#include "core/process/startup_block.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "base/own_program.h"
#include "core/path/drive_map.h"
#include "core/process/process_object.h"

namespace lsw {
namespace {

class Writer {
public:
    void number(uint64_t value) {
        out_.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    void bytes(const void* data, size_t size) {
        number(size);
        out_.append(static_cast<const char*>(data), size);
        out_.resize((out_.size() + 7) & ~size_t{7});
    }
    void text(const std::u16string& value) { bytes(value.data(), value.size() * 2); }
    std::string take() { return std::move(out_); }

private:
    std::string out_;
};

class Reader {
public:
    explicit Reader(std::string_view in) : in_(in) {}
    uint64_t number() {
        uint64_t value = 0;
        if (in_.size() < sizeof value) return failed_ = true, 0;
        memcpy(&value, in_.data(), sizeof value);
        in_.remove_prefix(sizeof value);
        return value;
    }
    std::string_view bytes() {
        uint64_t size = number(), padded = (size + 7) & ~uint64_t{7};
        if (padded < size || padded > in_.size()) return failed_ = true, std::string_view();
        std::string_view value = in_.substr(0, size);
        in_.remove_prefix(padded);
        return value;
    }
    std::u16string text() {
        std::string_view raw = bytes();
        std::u16string value(raw.size() / 2, u'\0');
        memcpy(value.data(), raw.data(), value.size() * 2);
        return value;
    }
    bool failed() const { return failed_; }

private:
    std::string_view in_;
    bool failed_ = false;
};

}  // namespace

std::string StartupBlock::encode() const {
    Writer out;
    for (const std::string* text : {&program, &c_root, &user}) out.bytes(text->data(), text->size());
    for (const std::u16string* text :
         {&image_path, &command_line, &directory, &environment, &title, &desktop, &shell_info})
        out.text(*text);
    out.bytes(runtime_data.data(), runtime_data.size());
    for (uint32_t value : {window_flags, show_window, fill_attribute, x, y, width, height, columns,
                           rows, process_group, debug_fd, integrity})
        out.number(value);
    out.number(privileges);
    out.number(enabled_privileges);
    for (const std::string* sids : {&denied_sids, &restricting_sids}) out.bytes(sids->data(), sids->size());
    for (uint64_t value : std_handles) out.number(value);
    out.bytes(handles.data(), handles.size() * sizeof(InheritedHandle));
    out.number(static_cast<uint32_t>(own_file));
    return out.take();
}

Result<StartupBlock> StartupBlock::decode(std::string_view in) {
    Reader reader(in);
    StartupBlock block;
    for (std::string* text : {&block.program, &block.c_root, &block.user}) *text = reader.bytes();
    for (std::u16string* text :
         {&block.image_path, &block.command_line, &block.directory, &block.environment,
          &block.title, &block.desktop, &block.shell_info})
        *text = reader.text();
    block.runtime_data = reader.bytes();
    for (uint32_t* value :
         {&block.window_flags, &block.show_window, &block.fill_attribute, &block.x, &block.y,
          &block.width, &block.height, &block.columns, &block.rows, &block.process_group, &block.debug_fd, &block.integrity})
        *value = static_cast<uint32_t>(reader.number());
    block.privileges = reader.number();
    block.enabled_privileges = reader.number();
    for (std::string* sids : {&block.denied_sids, &block.restricting_sids}) *sids = reader.bytes();
    for (uint64_t& value : block.std_handles) value = reader.number();
    std::string_view raw = reader.bytes();
    block.handles.resize(raw.size() / sizeof(InheritedHandle));
    memcpy(block.handles.data(), raw.data(), block.handles.size() * sizeof(InheritedHandle));
    block.own_file = static_cast<int32_t>(reader.number());
    if (reader.failed()) return Status(STATUS_INVALID_PARAMETER);
    return block;
}

bool read_startup_block(StartupBlock& out) {
    const char* text = getenv(kStartupVariable);
    if (!text) return false;
    int fd = atoi(text);
    unsetenv(kStartupVariable);
    struct stat info;
    if (fd < 3 || fstat(fd, &info) != 0 || info.st_size < 4096) return false;
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    auto size = static_cast<size_t>(info.st_size);
    void* mapped = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED) return false;
    auto* page = static_cast<ProcessPage*>(mapped);
    auto block = StartupBlock::decode({static_cast<const char*>(mapped) + 4096, size - 4096});
    if (page->magic != ProcessPage::kMagic || !block.ok()) return false;
    munmap(static_cast<char*>(mapped) + 4096, size - 4096);
    set_own_process_page(page, fd);
    inherit_own_file(block->own_file);
    path::drives().adopt({std::move(block->c_root), std::move(block->user)});
    out = std::move(*block);
    return true;
}

}  // namespace lsw
