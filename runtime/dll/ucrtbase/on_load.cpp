// What ucrtbase.dll sets up when it is loaded.
#include "dll/ucrtbase/ucrtbase.h"

void ucrtbase::on_load() {}
