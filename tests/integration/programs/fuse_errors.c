// A file system whose files fail: each name is an errno of reads, writes and syncs past the first 8 KiB (5 for EIO, 28 for
// ENOSPC, 122 for EDQUOT); "sync5" fails only when it is flushed. For io_errors.py.
#define FUSE_USE_VERSION 31
#include <errno.h>
#include <fuse3/fuse.h>
#include <stdlib.h>
#include <string.h>

enum { GOOD = 8192, SIZE = 65536 };

static int error_of(const char* path, int syncs) {
    int sync_only = !strncmp(path, "/sync", 5);
    return sync_only && !syncs ? 0 : atoi(path + (sync_only ? 5 : 1));
}

static int get_attributes(const char* path, struct stat* out, struct fuse_file_info* file) {
    (void)file;
    memset(out, 0, sizeof *out);
    int root = !strcmp(path, "/");
    if (!root && !error_of(path, 1)) return -ENOENT;
    out->st_mode = root ? S_IFDIR | 0755 : S_IFREG | 0666;
    out->st_nlink = 1;
    out->st_size = root ? 0 : SIZE;
    return 0;
}

static int open_file(const char* path, struct fuse_file_info* file) {
    (void)path;
    file->direct_io = 1;  // every transfer comes here
    return 0;
}

static int transfer(const char* path, size_t size, off_t offset) {
    if (offset >= GOOD && error_of(path, 0)) return -error_of(path, 0);
    // What lies on both sides of the border moves in part.
    if (error_of(path, 0) && offset + (off_t)size > GOOD) return (int)(GOOD - offset);
    return (int)size;
}

static int read_file(const char* path, char* data, size_t size, off_t offset, struct fuse_file_info* file) {
    (void)file;
    memset(data, 'x', size);
    return transfer(path, size, offset);
}

static int write_file(const char* path, const char* data, size_t size, off_t offset, struct fuse_file_info* file) {
    (void)data, (void)file;
    return transfer(path, size, offset);
}

static int sync_file(const char* path, int data_only, struct fuse_file_info* file) {
    (void)data_only, (void)file;
    return -error_of(path, 1);
}

int main(int argc, char** argv) {
    static const struct fuse_operations operations = {
        .getattr = get_attributes, .open = open_file, .read = read_file, .write = write_file, .fsync = sync_file};
    return fuse_main(argc, argv, &operations, NULL);
}
