// Types of data exports (API_DATA rows) beyond the basic ones.
#pragma once

#include "abi/types.h"

// `struct _iobuf` of msvcrt.dll: programs index `_iob` by its size and read _ptr and _cnt through getc and putc macros.
struct CrtIob {
    char* _ptr;
    int _cnt;
    char* _base;
    int _flag;
    int _file;
    int _charbuf;
    int _bufsiz;
    char* _tmpfname;
};
static_assert(sizeof(CrtIob) == 48);

using CrtWideString = WCHAR*;
using CrtString = char*;
using CrtStrings = char**;
using CrtWideStrings = WCHAR**;
using CrtFunction = void(WINAPI*)(int);
using CrtTable = const USHORT*;
