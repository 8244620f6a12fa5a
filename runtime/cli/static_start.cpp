// What a statically linked lsw leaves out of the C library's start.
#ifdef LSW_STATIC

// The C library finds out for $ORIGIN where the program lies, by readlink of /proc/self/exe, which took 2 % of a hello. Nothing
// that lsw loads is named relative to it. The value is the C library's own for "not known".
extern "C" const char* _dl_get_origin() { return reinterpret_cast<const char*>(-1); }

#endif
