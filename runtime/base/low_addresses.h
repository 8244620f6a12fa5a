// Programs without IMAGE_FILE_LARGE_ADDRESS_AWARE have 2 GB of addresses on Windows, and some keep pointers in 32 bits. Linux's
// addresses are not limited for them here, but what they are given lies below 2 GB as long as there is room.
// Doc: "/LARGEADDRESSAWARE (Handle Large Addresses)".
#pragma once

namespace lsw {

// From now on map_guest looks below 2 GB first.
void prefer_low_addresses();
bool prefers_low_addresses();

}  // namespace lsw
