// The same on the backend without io_uring.
// env: LSW_IO=blocking
// timeout: 120
#include "ioapiset_scale.c"
