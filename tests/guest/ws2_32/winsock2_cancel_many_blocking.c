// The same on the backend without io_uring.
// env: LSW_IO=blocking
// flags: -lws2_32
#include "winsock2_cancel_many.c"
