// shlobj_core.h: well-known folders, derived from the environment block (USERPROFILE, APPDATA, …), as Windows' defaults are.
// Doc: "KNOWNFOLDERID", "CSIDL".
#include <cstring>
#include <string>

#include "base/text.h"
#include "core/memory/heap.h"
#include "core/process/environment.h"
#include "dll/shell32/shell32.h"

using namespace lsw;

namespace {

constexpr HRESULT kOk = 0;
constexpr HRESULT kFileNotFound = static_cast<HRESULT>(0x80070002);
constexpr HRESULT kOutOfMemory = static_cast<HRESULT>(0x8007000E);
constexpr HRESULT kInvalidArgument = static_cast<HRESULT>(0x80070057);

struct Folder {
    DWORD id;  // GUID.Data1, which tells these apart
    int csidl;
    const char16_t* variable;
    const char16_t* below;
};

constexpr Folder kFolders[] = {
    {0x5E6C858F, 0x28, u"USERPROFILE", u""},                     // Profile
    {0x3EB685DB, 0x1A, u"APPDATA", u""},                         // RoamingAppData
    {0xF1B32785, 0x1C, u"LOCALAPPDATA", u""},                    // LocalAppData
    {0xA520A1A4, -1, u"USERPROFILE", u"\\AppData\\LocalLow"},    // LocalAppDataLow
    {0x62AB5D82, 0x23, u"ProgramData", u""},                     // ProgramData
    {0xB4BFCC3A, 0x10, u"USERPROFILE", u"\\Desktop"},            // Desktop
    {0xB4BFCC3A, 0x00, u"USERPROFILE", u"\\Desktop"},            // Desktop (virtual)
    {0xFDD39AD0, 0x05, u"USERPROFILE", u"\\Documents"},          // Documents
    {0x374DE290, -1, u"USERPROFILE", u"\\Downloads"},            // Downloads
    {0x33E28130, 0x27, u"USERPROFILE", u"\\Pictures"},           // Pictures
    {0x4BD8D571, 0x0D, u"USERPROFILE", u"\\Music"},              // Music
    {0x18989B1D, 0x0E, u"USERPROFILE", u"\\Videos"},             // Videos
    {0xF38BF404, 0x24, u"SystemRoot", u""},                      // Windows
    {0x1AC14E77, 0x25, u"SystemRoot", u"\\system32"},            // System
    {0x905E63B6, 0x26, u"ProgramFiles", u""},                    // ProgramFiles
    {0x6D809377, -1, u"ProgramFiles", u""},                      // ProgramFilesX64
    {0x7C5A40EF, 0x2A, u"ProgramFiles(x86)", u""},               // ProgramFilesX86
    {0xF7F1ED05, 0x2B, u"CommonProgramFiles", u""},              // ProgramFilesCommon
    {0xDFDF76A2, -1, u"PUBLIC", u""},                            // Public
    {0x0762D272, -1, u"SystemDrive", u"\\Users"},                // UserProfiles
    {0xFD228CB7, 0x14, u"SystemRoot", u"\\Fonts"},               // Fonts
};

std::u16string folder_path(const Folder* folder) {
    if (!folder) return {};
    std::u16string path = system_variable(folder->variable);
    return path.empty() ? path : path + folder->below;
}

const Folder* find_csidl(int csidl) {
    constexpr int kFlags = 0xFF00;
    for (const Folder& folder : kFolders)
        if (folder.csidl == (csidl & ~kFlags)) return &folder;
    return nullptr;
}

}  // namespace

HRESULT shell32::SHGetKnownFolderPath(const GUID* rfid, DWORD, HANDLE, PWSTR* ppszPath) {
    if (!ppszPath) return kInvalidArgument;
    *ppszPath = nullptr;
    if (!rfid) return kInvalidArgument;
    const Folder* found = nullptr;
    for (const Folder& folder : kFolders)
        if (folder.id == rfid->Data1) found = &folder;
    std::u16string path = folder_path(found);
    if (path.empty()) return kFileNotFound;
    size_t bytes = (path.size() + 1) * 2;
    *ppszPath = static_cast<PWSTR>(process_heap().allocate(bytes, false));
    if (!*ppszPath) return kOutOfMemory;
    memcpy(*ppszPath, path.c_str(), bytes);
    return kOk;
}

HRESULT shell32::SHGetFolderPathW(HWND, int csidl, HANDLE, DWORD, LPWSTR pszPath) {
    if (!pszPath) return kInvalidArgument;
    *pszPath = 0;
    const Folder* found = find_csidl(csidl);
    if (!found) return kInvalidArgument;
    std::u16string path = folder_path(found);
    if (path.empty() || path.size() >= MAX_PATH) return kFileNotFound;
    memcpy(pszPath, path.c_str(), (path.size() + 1) * 2);
    return kOk;
}

HRESULT shell32::SHGetFolderPathA(HWND hwnd, int csidl, HANDLE hToken, DWORD dwFlags, LPSTR pszPath) {
    WCHAR wide[MAX_PATH];
    HRESULT result = SHGetFolderPathW(hwnd, csidl, hToken, dwFlags, wide);
    if (result != kOk) return result;
    std::string text = utf8_from_utf16(wide);
    if (text.size() >= MAX_PATH) return kFileNotFound;
    memcpy(pszPath, text.c_str(), text.size() + 1);
    return kOk;
}

BOOL shell32::SHGetSpecialFolderPathW(HWND hwnd, LPWSTR pszPath, int csidl, BOOL) {
    return SHGetFolderPathW(hwnd, csidl, nullptr, 0, pszPath) == kOk;
}
