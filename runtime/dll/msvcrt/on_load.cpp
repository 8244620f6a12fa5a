// What msvcrt.dll sets up when it is loaded.
#include "dll/msvcrt/msvcrt.h"

void msvcrt::on_load() {}
