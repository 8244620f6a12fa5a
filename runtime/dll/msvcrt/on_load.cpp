// What msvcrt.dll sets up when it is loaded.
#include "dll/crt/process.h"
#include "dll/msvcrt/data.h"
#include "dll/msvcrt/io.h"
#include "dll/msvcrt/msvcrt.h"

void msvcrt::on_load() {
    lsw::crt::load_variables(lsw::crt::Flavour::msvcrt);
    fill_data();
    load_io();
}
