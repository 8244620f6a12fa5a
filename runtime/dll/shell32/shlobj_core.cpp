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
    {0xC4AA340D, 0x19, u"PUBLIC", u"\\Desktop"},  // PublicDesktop
    {0xED4824AF, 0x2E, u"PUBLIC", u"\\Documents"},  // PublicDocuments
    {0x3D644C9B, -1, u"PUBLIC", u"\\Downloads"},  // PublicDownloads
    {0x3214FAB5, 0x35, u"PUBLIC", u"\\Music"},  // PublicMusic
    {0xB6EBFB86, 0x36, u"PUBLIC", u"\\Pictures"},  // PublicPictures
    {0x2400183A, 0x37, u"PUBLIC", u"\\Videos"},  // PublicVideos
    {0xA4115719, 0x16, u"ProgramData", u"\\Microsoft\\Windows\\Start Menu"},  // CommonStartMenu
    {0x0139D44E, 0x17, u"ProgramData", u"\\Microsoft\\Windows\\Start Menu\\Programs"},  // CommonPrograms
    {0x82A5EA35, 0x18, u"ProgramData", u"\\Microsoft\\Windows\\Start Menu\\Programs\\Startup"},  // CommonStartup
    {0xD0384E7D, 0x2F, u"ProgramData", u"\\Microsoft\\Windows\\Start Menu\\Programs\\Administrative Tools"},  // CommonAdminTools
    {0xB94237E7, 0x2D, u"ProgramData", u"\\Microsoft\\Windows\\Templates"},  // CommonTemplates
    {0x625B53C3, 0x0B, u"APPDATA", u"\\Microsoft\\Windows\\Start Menu"},  // StartMenu
    {0xA77F5D77, 0x02, u"APPDATA", u"\\Microsoft\\Windows\\Start Menu\\Programs"},  // Programs
    {0xB97D20BB, 0x07, u"APPDATA", u"\\Microsoft\\Windows\\Start Menu\\Programs\\Startup"},  // Startup
    {0x724EF170, 0x30, u"APPDATA", u"\\Microsoft\\Windows\\Start Menu\\Programs\\Administrative Tools"},  // AdminTools
    {0x8983036C, 0x09, u"APPDATA", u"\\Microsoft\\Windows\\SendTo"},  // SendTo
    {0xAE50C081, 0x08, u"APPDATA", u"\\Microsoft\\Windows\\Recent"},  // Recent
    {0xA63293E8, 0x15, u"APPDATA", u"\\Microsoft\\Windows\\Templates"},  // Templates
    {0xC5ABBF53, 0x13, u"APPDATA", u"\\Microsoft\\Windows\\Network Shortcuts"},  // NetHood
    {0x9274BD8D, 0x1B, u"APPDATA", u"\\Microsoft\\Windows\\Printer Shortcuts"},  // PrintHood
    {0x352481E8, 0x20, u"LOCALAPPDATA", u"\\Microsoft\\Windows\\INetCache"},  // InternetCache
    {0x2B0F765D, 0x21, u"LOCALAPPDATA", u"\\Microsoft\\Windows\\INetCookies"},  // Cookies
    {0xD9DC8A3B, 0x22, u"LOCALAPPDATA", u"\\Microsoft\\Windows\\History"},  // History
    {0x5CD7AEE2, -1, u"LOCALAPPDATA", u"\\Programs"},  // UserProgramFiles
    {0xBCBD3057, -1, u"LOCALAPPDATA", u"\\Programs\\Common"},  // UserProgramFilesCommon
    {0x1777F761, 0x06, u"USERPROFILE", u"\\Favorites"},  // Favorites
    {0x4C5C32FF, -1, u"USERPROFILE", u"\\Saved Games"},  // SavedGames
    {0xBFB9D5E0, -1, u"USERPROFILE", u"\\Links"},  // Links
    {0x56784854, -1, u"USERPROFILE", u"\\Contacts"},  // Contacts
    {0x7D1D3A04, -1, u"USERPROFILE", u"\\Searches"},  // SavedSearches
    {0xD65231B0, 0x29, u"SystemRoot", u"\\SysWOW64"},  // SystemX86
    {0x8AD10C31, 0x38, u"SystemRoot", u"\\resources"},  // ResourceDir
    {0x6365D5A7, -1, u"CommonProgramFiles", u""},  // ProgramFilesCommonX64
    {0xDE974D24, 0x2C, u"CommonProgramFiles(x86)", u""},  // ProgramFilesCommonX86
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
