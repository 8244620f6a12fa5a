// PE headers of images in memory.
#pragma once

#include "abi/types.h"

struct ExportTable {
    DWORD Characteristics, TimeDateStamp;
    WORD MajorVersion, MinorVersion;
    DWORD Name, Base, NumberOfFunctions, NumberOfNames, AddressOfFunctions, AddressOfNames, AddressOfNameOrdinals;
};
static_assert(sizeof(ExportTable) == 40);

// A handle to another process, whose symbols and stacks are not known here. What is no handle names a session of the caller's
// own: SymInitialize takes any number.
bool is_other_process(HANDLE process);

// nullptr where there is no such directory, or no PE image at `base`.
void* image_directory(void* base, USHORT entry, DWORD* size);
