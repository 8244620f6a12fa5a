// PE headers of images in memory.
#pragma once

#include "abi/types.h"

struct ExportTable {
    DWORD Characteristics, TimeDateStamp;
    WORD MajorVersion, MinorVersion;
    DWORD Name, Base, NumberOfFunctions, NumberOfNames, AddressOfFunctions, AddressOfNames, AddressOfNameOrdinals;
};
static_assert(sizeof(ExportTable) == 40);

// nullptr where there is no such directory, or no PE image at `base`.
void* image_directory(void* base, USHORT entry, DWORD* size);
