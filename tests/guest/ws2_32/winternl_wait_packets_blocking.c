// The same on the backend without io_uring.
// flags: -lws2_32
// env: LSW_IO=blocking
#include "winternl_wait_packets.c"
