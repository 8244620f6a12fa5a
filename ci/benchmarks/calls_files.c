// Single calls on files: attributes, opening and closing, small writes and reads, and names that do not exist.
#include "bench.h"
#ifndef _WIN32
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

enum { kFiles = 200 };  // in the directory where names are looked up

#ifdef _WIN32

typedef HANDLE bench_file;

static wchar_t directory[64], there[128], absent[128], scratch[128];

static void attributes(void* context, long count) {
    for (long i = 0; i < count; i++) GetFileAttributesW((const wchar_t*)context);
}

static void open_close(void* context, long count) {
    for (long i = 0; i < count; i++) {
        HANDLE file = CreateFileW((const wchar_t*)context, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
        BENCH_MUST(file != INVALID_HANDLE_VALUE);
        CloseHandle(file);
    }
}

static void open_absent(void* context, long count) {
    for (long i = 0; i < count; i++) {
        HANDLE file = CreateFileW((const wchar_t*)context, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
        BENCH_MUST(file == INVALID_HANDLE_VALUE);
    }
}

static void create_delete(void* context, long count) {
    for (long i = 0; i < count; i++) {
        HANDLE file = CreateFileW((const wchar_t*)context, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
        BENCH_MUST(file != INVALID_HANDLE_VALUE);
        CloseHandle(file);
        BENCH_MUST(DeleteFileW((const wchar_t*)context));
    }
}

static void rewind_file(bench_file file) { SetFilePointer(file, 0, NULL, FILE_BEGIN); }

static void write_small(void* context, long count) {
    HANDLE file = *(HANDLE*)context;
    char data[64] = {0};
    rewind_file(file);
    for (long i = 0; i < count; i++) {
        DWORD done;
        WriteFile(file, data, sizeof data, &done, NULL);
    }
}

static void read_4k(void* context, long count) {
    HANDLE file = *(HANDLE*)context;
    static char data[4096];
    for (long i = 0; i < count; i++) {
        DWORD done;
        if (i % 16 == 0) rewind_file(file);
        BENCH_MUST(ReadFile(file, data, sizeof data, &done, NULL) && done == sizeof data);
    }
}

static void prepare(void) {
    swprintf(directory, 64, L"calls.%lu", GetCurrentProcessId());
    BENCH_MUST(CreateDirectoryW(directory, NULL));
    for (int i = 0; i < kFiles; i++) {
        swprintf(there, 128, L"%ls\\File %d.txt", directory, i);
        CloseHandle(CreateFileW(there, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL));
    }
    swprintf(absent, 128, L"%ls\\absent.txt", directory);
    swprintf(scratch, 128, L"%ls\\scratch", directory);
}

static bench_file open_scratch(void) {
    return CreateFileW(scratch, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
}

static void fill(bench_file file) {
    static char data[65536];
    DWORD done;
    rewind_file(file);
    BENCH_MUST(WriteFile(file, data, sizeof data, &done, NULL));
}

static void finish(bench_file file) {
    CloseHandle(file);
    DeleteFileW(scratch);
    for (int i = 0; i < kFiles; i++) {
        swprintf(there, 128, L"%ls\\File %d.txt", directory, i);
        DeleteFileW(there);
    }
    RemoveDirectoryW(directory);
}

#else

typedef int bench_file;

static char directory[64], there[128], absent[128], scratch[128];

static void attributes(void* context, long count) {
    struct stat about;
    for (long i = 0; i < count; i++) stat((const char*)context, &about);
}

static void open_close(void* context, long count) {
    for (long i = 0; i < count; i++) {
        int file = open((const char*)context, O_RDONLY | O_CLOEXEC);
        BENCH_MUST(file >= 0);
        close(file);
    }
}

static void open_absent(void* context, long count) {
    for (long i = 0; i < count; i++) BENCH_MUST(open((const char*)context, O_RDONLY | O_CLOEXEC) < 0);
}

static void create_delete(void* context, long count) {
    for (long i = 0; i < count; i++) {
        int file = open((const char*)context, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        BENCH_MUST(file >= 0);
        close(file);
        BENCH_MUST(unlink((const char*)context) == 0);
    }
}

static void rewind_file(bench_file file) { lseek(file, 0, SEEK_SET); }

static void write_small(void* context, long count) {
    int file = *(int*)context;
    char data[64] = {0};
    rewind_file(file);
    for (long i = 0; i < count; i++) BENCH_MUST(write(file, data, sizeof data) == sizeof data);
}

static void read_4k(void* context, long count) {
    int file = *(int*)context;
    static char data[4096];
    for (long i = 0; i < count; i++) {
        if (i % 16 == 0) rewind_file(file);
        BENCH_MUST(read(file, data, sizeof data) == sizeof data);
    }
}

static void prepare(void) {
    snprintf(directory, sizeof directory, "calls.%d", (int)getpid());
    BENCH_MUST(mkdir(directory, 0777) == 0);
    for (int i = 0; i < kFiles; i++) {
        snprintf(there, sizeof there, "%s/File %d.txt", directory, i);
        close(open(there, O_WRONLY | O_CREAT | O_EXCL, 0666));
    }
    snprintf(absent, sizeof absent, "%s/absent.txt", directory);
    snprintf(scratch, sizeof scratch, "%s/scratch", directory);
}

static bench_file open_scratch(void) { return open(scratch, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666); }

static void fill(bench_file file) {
    static char data[65536];
    rewind_file(file);
    BENCH_MUST(write(file, data, sizeof data) == sizeof data);
}

static void finish(bench_file file) {
    close(file);
    unlink(scratch);
    for (int i = 0; i < kFiles; i++) {
        snprintf(there, sizeof there, "%s/File %d.txt", directory, i);
        unlink(there);
    }
    rmdir(directory);
}

#endif

int main(int argc, char** argv) {
    bench_begin(argc, argv);
    prepare();
    bench_call("file_attributes", "GetFileAttributes; stat", attributes, there);
    bench_call("file_attributes_absent", "GetFileAttributes of a name that is not there; stat", attributes, absent);
    bench_call("file_open", "CreateFile + CloseHandle; open + close", open_close, there);
    bench_call("file_open_absent", "CreateFile of a name that is not there; open", open_absent, absent);
    bench_call("file_create_delete", "create, close, delete; open, close, unlink", create_delete, scratch);
    bench_file file = open_scratch();
    bench_call("file_write_64", "WriteFile of 64 bytes; write", write_small, &file);
    fill(file);
    bench_call("file_read_4k", "ReadFile of 4 KiB from the cache; read", read_4k, &file);
    finish(file);
    return bench_end();
}
