// The same for wmain.
#include <stdio.h>
#include <wchar.h>

int wmain(int argc, wchar_t** argv) {
    for (int i = 1; i < argc; ++i) {
        printf("wide %d ", i);
        for (const wchar_t* c = argv[i]; *c; ++c) printf("%04x", *c);
        printf("\n");
    }
    return 0;
}
