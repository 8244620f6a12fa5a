// Input and output state of ucrtbase.dll.
#include "dll/ucrtbase/ucrtbase.h"

CrtIob* ucrtbase::__acrt_iob_func(unsigned index) {
    static CrtIob standard[3];
    return &standard[index];
}
