// A build step in miniature: concatenates its inputs under a heading, optionally writes a make-style
// dependency file, and reads further inputs from a response file. Portable: the native twin is built
// from the same source. Files are binary on both systems.
//
//   concat OUTPUT [--depfile FILE] [--fail CODE] [--say TEXT] [@RESPONSE] INPUT…
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE* open_or_die(const char* name, const char* mode) {
    FILE* file = fopen(name, mode);
    if (!file) {
        fprintf(stderr, "concat: cannot open %s\n", name);
        exit(2);
    }
    return file;
}

static unsigned long append(FILE* out, const char* name) {
    FILE* in = open_or_die(name, "rb");
    static char block[65536];
    unsigned long sum = 0;
    size_t got;
    while ((got = fread(block, 1, sizeof block, in)) > 0) {
        for (size_t i = 0; i < got; i++) sum = sum * 31 + (unsigned char)block[i];
        fwrite(block, 1, got, out);
    }
    fclose(in);
    return sum & 0xffffffff;
}

// Spaces are escaped as make wants them.
static void write_dependency(FILE* deps, const char* name) {
    fputc(' ', deps);
    for (; *name; name++) {
        if (*name == ' ') fputc('\\', deps);
        fputc(*name, deps);
    }
}

int main(int argc, char** argv) {
    if (argc < 2) return 64;
    FILE* out = open_or_die(argv[1], "wb");
    FILE* deps = NULL;
    int code = 0;
    fprintf(out, "== %s\n", argv[1]);
    for (int i = 2; i < argc; i++) {
        if (!strcmp(argv[i], "--depfile")) {
            deps = open_or_die(argv[++i], "wb");
            fprintf(deps, "%s:", argv[1]);
        } else if (!strcmp(argv[i], "--fail")) {
            code = atoi(argv[++i]);
        } else if (!strcmp(argv[i], "--say")) {
            printf("%s\n", argv[++i]);
        } else if (argv[i][0] == '@') {
            FILE* response = open_or_die(argv[i] + 1, "rb");
            char line[1024];
            while (fgets(line, sizeof line, response)) {
                line[strcspn(line, "\r\n")] = 0;
                if (*line) fprintf(out, "-- %08lx\n", append(out, line));
            }
            fclose(response);
        } else {
            fprintf(out, "-- %08lx\n", append(out, argv[i]));
            if (deps) write_dependency(deps, argv[i]);
        }
    }
    if (deps) {
        fputc('\n', deps);
        fclose(deps);
    }
    fclose(out);
    if (code) remove(argv[1]);
    return code;
}
