// A PE file opened for reading only: its bytes and the checked view of them.
#pragma once

#include <string>

#include "loader/pe/image_view.h"

namespace lsw::cli {

class PeFile {
public:
    explicit PeFile(const std::string& path);
    ~PeFile();
    PeFile(const PeFile&) = delete;
    PeFile& operator=(const PeFile&) = delete;

    // Empty when the file is a PE image that LSW could map.
    const std::string& error() const { return error_; }
    const pe::ImageView& view() const { return view_; }

private:
    void* data_ = nullptr;
    size_t size_bytes_ = 0;
    pe::ImageView view_;
    std::string error_;
};

}  // namespace lsw::cli
