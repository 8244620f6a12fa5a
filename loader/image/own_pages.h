// Mapping a PE file without mapping the file: for tools that take whatever is mapped from a file for ELF.
#pragma once

#include "loader/image/mapped_image.h"

namespace lsw::image {

// As map(), with every section in memory of the process alone.
Result<MappedImage> map_into_own_pages(int fd, const pe::ImageView& file_view);

}  // namespace lsw::image
