// Many small files: written, read, walked, looked up (present and absent, as a compiler looks for headers), removed.
#include "bench.h"
#ifndef _WIN32
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

enum { kFolders = 20, kSize = 2000 };

static char data[8192];
static int files_per_folder;

static void name_of(char* name, int folder, int file) {
    if (file < 0)
        sprintf(name, "tree/Folder %d", folder);
    else
        sprintf(name, "tree/Folder %d/Header_%d.h", folder, file);
}

#ifdef _WIN32
static void make_folder(const char* name) { BENCH_MUST(CreateDirectoryA(name, NULL)); }
static void remove_folder(const char* name) { BENCH_MUST(RemoveDirectoryA(name)); }
static void remove_file(const char* name) { BENCH_MUST(DeleteFileA(name)); }
static int write_file(const char* name) {
    DWORD done;
    HANDLE file = CreateFileA(name, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    if (file == INVALID_HANDLE_VALUE) return 0;
    BENCH_MUST(WriteFile(file, data, kSize, &done, NULL));
    return CloseHandle(file);
}
static int read_file(const char* name) {
    DWORD done = 0;
    HANDLE file = CreateFileA(name, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE) return 0;
    ReadFile(file, data, sizeof data, &done, NULL);
    CloseHandle(file);
    return (int)done;
}
static int exists(const char* name) { return GetFileAttributesA(name) != INVALID_FILE_ATTRIBUTES; }
// Counts files and adds up their sizes.
static void walk(const char* folder, long long* count, long long* bytes) {
    char pattern[300];
    WIN32_FIND_DATAA found;
    snprintf(pattern, sizeof pattern, "%s\\*", folder);
    HANDLE search = FindFirstFileExA(pattern, FindExInfoBasic, &found, FindExSearchNameMatch, NULL,
                                     FIND_FIRST_EX_LARGE_FETCH);
    if (search == INVALID_HANDLE_VALUE) return;
    do {
        if (!strcmp(found.cFileName, ".") || !strcmp(found.cFileName, "..")) continue;
        if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) {
            snprintf(pattern, sizeof pattern, "%s\\%s", folder, found.cFileName);
            walk(pattern, count, bytes);
        } else {
            ++*count;
            *bytes += found.nFileSizeLow;
        }
    } while (FindNextFileA(search, &found));
    FindClose(search);
}
// Counts files by name alone.
static void list(const char* folder, long long* count) {
    char pattern[300];
    WIN32_FIND_DATAA found;
    snprintf(pattern, sizeof pattern, "%s\\*", folder);
    HANDLE search = FindFirstFileExA(pattern, FindExInfoBasic, &found, FindExSearchNameMatch, NULL,
                                     FIND_FIRST_EX_LARGE_FETCH);
    if (search == INVALID_HANDLE_VALUE) return;
    do {
        if (!strcmp(found.cFileName, ".") || !strcmp(found.cFileName, "..")) continue;
        ++*count;
        if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) {
            snprintf(pattern, sizeof pattern, "%s\\%s", folder, found.cFileName);
            list(pattern, count);
        }
    } while (FindNextFileA(search, &found));
    FindClose(search);
}
#else
static void make_folder(const char* name) { BENCH_MUST(mkdir(name, 0777) == 0); }
static void remove_folder(const char* name) { BENCH_MUST(rmdir(name) == 0); }
static void remove_file(const char* name) { BENCH_MUST(unlink(name) == 0); }
static int write_file(const char* name) {
    int file = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) return 0;
    BENCH_MUST(write(file, data, kSize) == kSize);
    return close(file) == 0;
}
static int read_file(const char* name) {
    int file = open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    ssize_t done = read(file, data, sizeof data);
    close(file);
    return (int)done;
}
static int exists(const char* name) {
    struct stat about;
    return stat(name, &about) == 0;
}
static void walk_at(DIR* folder, long long* count, long long* bytes) {
    for (struct dirent* entry; (entry = readdir(folder));) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        if (entry->d_type == DT_DIR) {
            DIR* inner = fdopendir(openat(dirfd(folder), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
            if (inner) walk_at(inner, count, bytes);
        } else {
            struct stat about;
            ++*count;
            if (fstatat(dirfd(folder), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0) *bytes += about.st_size;
        }
    }
    closedir(folder);
}
static void walk(const char* name, long long* count, long long* bytes) {
    DIR* folder = opendir(name);
    if (folder) walk_at(folder, count, bytes);
}
static void list_at(DIR* folder, long long* count) {
    for (struct dirent* entry; (entry = readdir(folder));) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        ++*count;
        if (entry->d_type == DT_DIR) {
            DIR* inner = fdopendir(openat(dirfd(folder), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
            if (inner) list_at(inner, count);
        }
    }
    closedir(folder);
}
static void list(const char* name, long long* count) {
    DIR* folder = opendir(name);
    if (folder) list_at(folder, count);
}
#endif

typedef int (*on_file)(const char* name);

static long long each(on_file what) {
    char name[64];
    long long sum = 0;
    for (int folder = 0; folder < kFolders; folder++)
        for (int file = 0; file < files_per_folder; file++) {
            name_of(name, folder, file);
            sum += what(name);
        }
    return sum;
}

// As a compiler looks for a header: in one folder after the other, until it is found.
static int search(const char* name) {
    char tried[64];
    const char* base = strrchr(name, '/') + 1;
    int found = 0;
    for (int folder = 0; folder < 4 && !found; folder++) {
        sprintf(tried, "tree/Folder %d/no_%s", folder, base);
        found = exists(tried);
    }
    return found;
}

static int remove_each(const char* name) {
    remove_file(name);
    return 1;
}

int main(int argc, char** argv) {
    bench_begin(argc, argv);
    if (bench_counting) return bench_end();
    files_per_folder = bench_quick ? 30 : 150;
    const int tries = bench_quick ? 4 : 5, total = kFolders * files_per_folder;
    char name[64];
    double best_write = 0, best_read = 0, best_walk = 0, best_list = 0, best_find = 0, best_absent = 0, best_remove = 0;
    long long bytes_read = 0, found = 0, absent = 0, walked = 0, walked_bytes = 0, listed = 0;
#define LEAST(best, work)                           \
    do {                                            \
        double begin_ = bench_now();                \
        work;                                       \
        double took_ = bench_now() - begin_;        \
        if (best == 0 || took_ < best) best = took_; \
    } while (0)
    make_folder("tree");
    for (int folder = 0; folder < kFolders; folder++) {
        name_of(name, folder, -1);
        make_folder(name);
    }
    for (int turn = 0; turn < tries; turn++) {
        LEAST(best_write, each(write_file));
        LEAST(best_read, bytes_read = each(read_file));
        walked = walked_bytes = listed = 0;
        LEAST(best_walk, walk("tree", &walked, &walked_bytes));
        LEAST(best_list, list("tree", &listed));
        LEAST(best_find, found = each(exists));
        LEAST(best_absent, absent = each(search));
        LEAST(best_remove, each(remove_each));
    }
    bench_time("small_write", "create and write a file of 2 KB", best_write / total);
    bench_time("small_read", "open and read a file of 2 KB", best_read / total);
    bench_time("walk", "walk a tree for names and sizes, a file", best_walk / total);
    bench_time("list", "walk a tree for names alone, a file", best_list / total);
    bench_time("lookup", "look up a name that is there", best_find / total);
    bench_time("lookup_absent", "look up a name that is not there", best_absent / total / 4);
    bench_time("remove", "delete a file", best_remove / total);
    bench_same("bytes", "%lld", bytes_read);
    bench_same("walked", "%lld %lld", walked, walked_bytes);
    bench_same("listed", "%lld", listed);
    bench_same("found", "%lld %lld", found, absent);
    for (int folder = 0; folder < kFolders; folder++) {
        name_of(name, folder, -1);
        remove_folder(name);
    }
    remove_folder("tree");
    return bench_end();
}
