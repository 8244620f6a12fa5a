// Sections that are read when first touched: debug data, which linkers mark discardable and the loader has no use for. It makes
// nine tenths of many unstripped programs. The pages stay without access and a look at one is a fault, which fills its
// neighbourhood from the file; whoever hands such pages to the kernel has them filled first. Another process cannot read pages
// that nobody here has touched.
// Not code: programs run through more of theirs than the faults are worth (measured with node and ffmpeg).
#pragma once

#include <cstdint>

#include "base/result.h"
#include "loader/pe/image_view.h"

namespace lsw::image {

// A bit for each of an image's first 64 sections.
using SectionSet = uint64_t;

// From now on images are read at once: for a process whose memory others will look at, as one created suspended.
void read_images_at_once();

// The sections that may come late: discardable, only to be read, and no data directory points into them.
SectionSet late_sections(const pe::ImageView& file);

// Promises them for the image at `base`. Keeps a mapping of that part of the file. Errors: as mmap(2).
Result<void> promise_late_sections(int fd, const pe::ImageView& file, uint64_t base, SectionSet late);

// From the fault handler: true when the pages at `address` came late and are there now, so that it can be tried again.
bool late_section_fault(uint64_t address, bool is_write);

// mprotect(2) of whole pages, some of which may come late: those have the protection when they come.
int change_protection(uint64_t start, uint64_t end, int protection);

// Fills what is missing of start..end (addresses), before something other than code of this process reads it.
void fill_late_sections(uint64_t start, uint64_t end);

// start..end is unmapped, or soon will be.
void forget_late_sections(uint64_t start, uint64_t end);

}  // namespace lsw::image
