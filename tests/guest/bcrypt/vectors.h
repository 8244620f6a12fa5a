// Bytes from and to hexadecimal text, for tests with published vectors.
#ifndef LSW_TESTS_GUEST_VECTORS_H
#define LSW_TESTS_GUEST_VECTORS_H

#include "check.h"

static inline const char* hex(const UCHAR* bytes, int size) {
    static char text[2000];
    for (int i = 0; i < size; ++i) sprintf(text + 2 * i, "%02x", bytes[i]);
    text[2 * size] = 0;
    return text;
}

// Returns the number of bytes.
static inline ULONG unhex(const char* text, UCHAR* out) {
    ULONG size = 0;
    for (unsigned byte; sscanf(text, "%2x", &byte) == 1; text += 2) out[size++] = (UCHAR)byte;
    return size;
}

#endif
