// The same on the backend without io_uring.
// flags: -lws2_32
// env: LSW_IO=blocking
// timeout: 120
#include "winsock2_scale.c"
