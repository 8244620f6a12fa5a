// stdexcept, exception: exceptions that the library throws for its templates, which are compiled into the program.
#include "dll/crt/eh/cxx_exception.h"
#include "dll/crt/eh/standard_throws.h"
#include "dll/msvcp140/msvcp140.h"

using namespace lsw;

void msvcp140::Xbad_alloc() { crt::throw_bad_alloc(); }
void msvcp140::Xbad_function_call() { crt::throw_bad_function_call(); }
void msvcp140::Xlength_error(const char* what) { crt::throw_length_error(what); }
void msvcp140::Xout_of_range(const char* what) { crt::throw_out_of_range(what); }
void msvcp140::Xinvalid_argument(const char* what) { crt::throw_invalid_argument(what); }
void msvcp140::Xruntime_error(const char* what) { crt::throw_runtime_error(what); }
void msvcp140::Throw_Cpp_error(int) { crt::throw_runtime_error("a call of the C++ library failed"); }
void msvcp140::Throw_C_error(int) { crt::throw_runtime_error("a call of the C++ library failed"); }
bool msvcp140::uncaught_exception() { return crt::cxx_thread().throwing != 0; }
int msvcp140::uncaught_exceptions() { return static_cast<int>(crt::cxx_thread().throwing); }
