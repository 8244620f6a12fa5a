// The same on the backend without io_uring.
// env: LSW_IO=blocking
#include "ioapiset_cancel_many.c"
