// shfolder.dll gives the folders that shell32 gives, to programs that load it by name; and every CSIDL of a folder in the file
// system has a path. "CSIDL", "SHGetFolderPathA function (shlobj_core.h)".
#include "check.h"
#include <shlobj.h>

typedef HRESULT(WINAPI *folder_path)(HWND, int, HANDLE, DWORD, LPSTR);

int main(void) {
    HMODULE module = LoadLibraryA("shfolder.dll");
    CHECK(module != NULL);
    folder_path get = (folder_path)(void *)GetProcAddress(module, "SHGetFolderPathA");
    CHECK(get != NULL);
    static const int all[] = {
        CSIDL_PROGRAMS, CSIDL_PERSONAL, CSIDL_FAVORITES, CSIDL_STARTUP, CSIDL_RECENT, CSIDL_SENDTO, CSIDL_STARTMENU,
        CSIDL_MYMUSIC, CSIDL_MYVIDEO, CSIDL_DESKTOPDIRECTORY, CSIDL_NETHOOD, CSIDL_FONTS, CSIDL_TEMPLATES, CSIDL_COMMON_STARTMENU,
        CSIDL_COMMON_PROGRAMS, CSIDL_COMMON_STARTUP, CSIDL_COMMON_DESKTOPDIRECTORY, CSIDL_APPDATA, CSIDL_PRINTHOOD,
        CSIDL_LOCAL_APPDATA, CSIDL_INTERNET_CACHE, CSIDL_COOKIES, CSIDL_HISTORY, CSIDL_COMMON_APPDATA, CSIDL_WINDOWS, CSIDL_SYSTEM,
        CSIDL_PROGRAM_FILES, CSIDL_MYPICTURES, CSIDL_PROFILE, CSIDL_SYSTEMX86, CSIDL_PROGRAM_FILESX86,
        CSIDL_PROGRAM_FILES_COMMON, CSIDL_PROGRAM_FILES_COMMONX86, CSIDL_COMMON_TEMPLATES, CSIDL_COMMON_DOCUMENTS,
        CSIDL_COMMON_ADMINTOOLS, CSIDL_ADMINTOOLS, CSIDL_COMMON_MUSIC, CSIDL_COMMON_PICTURES, CSIDL_COMMON_VIDEO, CSIDL_RESOURCES};
    for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
        char path[MAX_PATH] = "", same[MAX_PATH];
        CHECK_EQ(get(NULL, all[i], NULL, SHGFP_TYPE_CURRENT, path), S_OK);
        CHECK(path[0] && path[1] == ':' && path[2] == '\\');
        CHECK_EQ(SHGetFolderPathA(NULL, all[i] | CSIDL_FLAG_DONT_VERIFY, NULL, SHGFP_TYPE_CURRENT, same), S_OK);
        CHECK(!strcmp(path, same));
    }
    char path[MAX_PATH];
    CHECK_EQ(get(NULL, CSIDL_PRINTERS, NULL, SHGFP_TYPE_CURRENT, path), E_INVALIDARG);  // has no place in the file system
    return check_result();
}
