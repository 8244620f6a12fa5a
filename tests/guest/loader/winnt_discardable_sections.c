// flags: -g
// Sections marked discardable are part of the image: their bytes are the file's, whoever looks at them and however.
// "PE Format": IMAGE_SCN_MEM_DISCARDABLE ("can be discarded as needed") is meant for drivers; programs keep theirs.
#include "check.h"

static const char* base;
static char* file;

static IMAGE_NT_HEADERS* headers(void) { return (IMAGE_NT_HEADERS*)(base + ((IMAGE_DOS_HEADER*)base)->e_lfanew); }

static BOOL is_discardable(const IMAGE_SECTION_HEADER* section) {
    return section->Characteristics & IMAGE_SCN_MEM_DISCARDABLE && section->SizeOfRawData &&
           !(section->Characteristics & IMAGE_SCN_MEM_WRITE);
}

static DWORD bytes_of(const IMAGE_SECTION_HEADER* section) {
    DWORD size = section->Misc.VirtualSize;
    return size < section->SizeOfRawData ? size : section->SizeOfRawData;
}

// The `nth` discardable section but .reloc of more than a page, or NULL.
static const IMAGE_SECTION_HEADER* find(int nth) {
    const IMAGE_SECTION_HEADER* section = IMAGE_FIRST_SECTION(headers());
    for (int i = 0; i < headers()->FileHeader.NumberOfSections; ++i, ++section)
        if (is_discardable(section) && memcmp(section->Name, ".reloc", 6) && bytes_of(section) > 0x1000 && nth-- == 0)
            return section;
    return NULL;
}

static BOOL is_like_file(const IMAGE_SECTION_HEADER* section) {
    return memcmp(base + section->VirtualAddress, file + section->PointerToRawData, bytes_of(section)) == 0;
}

static void read_own_file(void) {
    WCHAR path[MAX_PATH];
    DWORD size, got = 0;
    GetModuleFileNameW(NULL, path, MAX_PATH);
    HANDLE handle = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    CHECK(handle != INVALID_HANDLE_VALUE);
    size = GetFileSize(handle, NULL);
    file = HeapAlloc(GetProcessHeap(), 0, size);
    CHECK(ReadFile(handle, file, size, &got, NULL));
    CHECK_EQ(got, size);
    CloseHandle(handle);
}

// Before anybody touched it: handed to the system, which reads it.
static void write_untouched(const IMAGE_SECTION_HEADER* section) {
    DWORD size = bytes_of(section), done = 0;
    const char* bytes = base + section->VirtualAddress;
    HANDLE out = CreateFileA("section.out", GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    CHECK(WriteFile(out, bytes, size, &done, NULL));
    CHECK_EQ(done, size);
    char* back = HeapAlloc(GetProcessHeap(), 0, size);
    SetFilePointer(out, 0, NULL, FILE_BEGIN);
    CHECK(ReadFile(out, back, size, &done, NULL));
    CHECK(memcmp(back, file + section->PointerToRawData, size) == 0);
    CloseHandle(out);
}

static void read_untouched(const IMAGE_SECTION_HEADER* section) {
    SIZE_T got = 0;
    char* back = HeapAlloc(GetProcessHeap(), 0, bytes_of(section));
    CHECK(ReadProcessMemory(GetCurrentProcess(), base + section->VirtualAddress, back, bytes_of(section), &got));
    CHECK_EQ(got, bytes_of(section));
    CHECK(memcmp(back, file + section->PointerToRawData, got) == 0);
}

// A change of one page leaves the others as they are.
static void protect_untouched(const IMAGE_SECTION_HEADER* section) {
    char* page = (char*)base + section->VirtualAddress;
    DWORD old = 0;
    MEMORY_BASIC_INFORMATION info;
    CHECK_EQ(VirtualQuery(page, &info, sizeof info), sizeof info);
    CHECK_EQ(info.State, MEM_COMMIT);
    CHECK_EQ(info.Type, MEM_IMAGE);
    CHECK_EQ(info.Protect, PAGE_READONLY);
    CHECK(VirtualProtect(page, 1, PAGE_READWRITE, &old));
    CHECK_EQ(old, PAGE_READONLY);
    CHECK_EQ(page[1], file[section->PointerToRawData + 1]);
    page[0] ^= 0x55;
    CHECK_EQ(page[0], (char)(file[section->PointerToRawData] ^ 0x55));
    page[0] ^= 0x55;
    CHECK(is_like_file(section));
    CHECK(VirtualProtect(page, 1, PAGE_NOACCESS, &old));
    CHECK(IsBadReadPtr(page, 1));
    CHECK(VirtualProtect(page, 1, PAGE_READONLY, &old));
    CHECK(!IsBadReadPtr(page, 1));
    CHECK(IsBadWritePtr(page, 1));
}

static DWORD WINAPI compare(void* section) { return is_like_file(section); }

// Several threads meet the same pages for the first time.
static void read_by_threads(const IMAGE_SECTION_HEADER* section) {
    HANDLE threads[4];
    for (int i = 0; i < 4; ++i) threads[i] = CreateThread(NULL, 0, compare, (void*)section, 0, NULL);
    WaitForMultipleObjects(4, threads, TRUE, INFINITE);
    for (int i = 0; i < 4; ++i) {
        DWORD same = 0;
        CHECK(GetExitCodeThread(threads[i], &same));
        CHECK_EQ(same, 1);
    }
}

int main(void) {
    base = (const char*)GetModuleHandleW(NULL);
    read_own_file();
    CHECK(find(3) != NULL);  // or the program has no debug data, and tests nothing
    if (!find(3)) return check_result();
    write_untouched(find(0));
    read_untouched(find(1));
    protect_untouched(find(2));
    read_by_threads(find(3));
    for (int i = 0; find(i); ++i) CHECK(is_like_file(find(i)));
    const IMAGE_SECTION_HEADER* last = find(4) ? find(4) : find(3);
    CHECK(IsBadWritePtr((char*)base + last->VirtualAddress, 1));
    return check_result();
}
