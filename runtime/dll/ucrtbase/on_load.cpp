// What ucrtbase.dll sets up when it is loaded.
#include "dll/crt/process.h"
#include "dll/ucrtbase/io.h"
#include "dll/ucrtbase/ucrtbase.h"

void ucrtbase::on_load() {
    lsw::crt::load_variables(lsw::crt::Flavour::ucrt);
    load_io();
}
