// Input and output state of msvcrt.dll.
#include "dll/msvcrt/msvcrt.h"

CrtIob* msvcrt::__iob_func() { return _iob_ptr; }
