// The same on the backend without io_uring.
// env: LSW_IO=blocking
// args: 11 12 13 14 15 16
#include "ioapiset_port_model.c"
