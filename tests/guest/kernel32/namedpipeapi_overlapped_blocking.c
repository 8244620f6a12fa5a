// The same on the backend without io_uring.
// env: LSW_IO=blocking
#include "namedpipeapi_overlapped.c"
