// Gives the variables that msvcrt.dll exports their values, and moves the shared ones there.
#include "dll/msvcrt/data.h"

#include <cmath>
#include <cstring>

#include "core/teb.h"
#include "dll/crt/locale.h"
#include "dll/crt/process.h"
#include "dll/msvcrt/msvcrt.h"

using lsw::crt::Variables;

namespace {

template <class T>
void move_to(T*& pointer, T* place) {
    *place = *pointer;
    pointer = place;
}

}  // namespace

void msvcrt::fill_data() {
    Variables& all = lsw::crt::variables();
    move_to(all.argc, __argc_ptr);
    move_to(all.argv, __argv_ptr);
    move_to(all.wargv, __wargv_ptr);
    move_to(all.environment, _environ_ptr);
    move_to(all.wide_environment, _wenviron_ptr);
    move_to(all.initial_environment, __initenv_ptr);
    move_to(all.initial_wide_environment, __winitenv_ptr);
    move_to(all.command_line, _acmdln_ptr);
    move_to(all.wide_command_line, _wcmdln_ptr);
    move_to(all.program, _pgmptr_ptr);
    move_to(all.wide_program, _wpgmptr_ptr);
    move_to(all.file_mode, _fmode_ptr);
    move_to(all.commit_mode, _commode_ptr);
    move_to(all.daylight, _daylight_ptr);
    move_to(all.timezone, _timezone_ptr);
    move_to(all.dst_bias, _dstbias_ptr);
    _tzname_ptr[0] = all.zone_names[0];
    _tzname_ptr[1] = all.zone_names[1];
    all.zone_names = _tzname_ptr;

    const PEB& peb = *lsw::current_peb();
    *_osplatform_ptr = peb.OSPlatformId;
    *_winmajor_ptr = peb.OSMajorVersion;
    *_winminor_ptr = peb.OSMinorVersion;
    *_winver_ptr = peb.OSMajorVersion << 8 | peb.OSMinorVersion;
    *_osver_ptr = peb.OSBuildNumber & 0x7FFF;
    *_HUGE_ptr = HUGE_VAL;
    *_sys_nerr_ptr = *clib::__sys_nerr();
    memcpy(_sys_errlist_ptr, clib::__sys_errlist(), 44 * sizeof(char*));
    *__mb_cur_max_ptr = 1;
    *_pctype_ptr = lsw::crt::ctype_table();
    *_pwctype_ptr = lsw::crt::wide_ctype_table();
    memcpy(_ctype_ptr, lsw::crt::ctype_table() - 1, 257 * sizeof(USHORT));
    memcpy(_wctype_ptr, lsw::crt::wide_ctype_table() - 1, 257 * sizeof(USHORT));
    *_aexit_rtn_ptr = reinterpret_cast<CrtFunction>(&clib::_exit);
}
