#include "core/module/search.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/text.h"
#include "core/path/dir_index.h"

namespace lsw {
namespace {

struct ApiSet {
    std::string_view prefix;
    std::string_view host;
};

// "Windows API sets": the contract's host on Windows 10. Longest prefix first.
constexpr ApiSet kApiSets[] = {
    {"api-ms-win-crt-", "ucrtbase.dll"},
    {"api-ms-win-core-com-", "combase.dll"},
    {"api-ms-win-core-winrt-", "combase.dll"},
    {"api-ms-win-core-rtlsupport-", "ntdll.dll"},
    {"api-ms-win-core-version-", "version.dll"},
    {"api-ms-win-core-", "kernelbase.dll"},
    {"api-ms-win-eventing-", "advapi32.dll"},
    {"api-ms-win-security-", "advapi32.dll"},
    {"api-ms-win-service-", "advapi32.dll"},
    {"api-ms-win-shcore-", "shcore.dll"},
    {"api-ms-win-shell-", "shell32.dll"},
    {"api-ms-win-downlevel-kernel32-", "kernelbase.dll"},
    {"api-ms-win-downlevel-advapi32-", "advapi32.dll"},
    {"api-ms-win-downlevel-shlwapi-", "shlwapi.dll"},
};

// "Latest supported Visual C++ Redistributable downloads": shipped with programs, not with Windows.
constexpr std::string_view kRedistributables[] = {"vcruntime140.dll", "vcruntime140_1.dll", "msvcp140.dll",
                                                  "msvcp140_1.dll",   "concrt140.dll",      "vcomp140.dll"};

constexpr std::string_view kKnownSystemDlls[] = {
    "avicap32.dll", "avifil32.dll", "bthprops.cpl", "cfgmgr32.dll", "clbcatq.dll", "clusapi.dll",
    "comctl32.dll", "comdlg32.dll", "credui.dll", "crypt32.dll", "cryptbase.dll", "cryptnet.dll",
    "cryptui.dll", "d2d1.dll", "d3d10.dll", "d3d10_1.dll", "d3d11.dll", "d3d12.dll", "d3d9.dll",
    "d3dcompiler_47.dll", "dbgcore.dll", "dbgeng.dll", "dbghelp.dll", "ddraw.dll", "devobj.dll",
    "dhcpcsvc.dll", "dinput8.dll", "dnsapi.dll", "dsound.dll", "dsrole.dll", "dwmapi.dll",
    "dwrite.dll", "dxgi.dll", "dxva2.dll", "esent.dll", "evr.dll", "fwpuclnt.dll", "gdi32.dll",
    "gdi32full.dll", "gdiplus.dll", "glu32.dll", "hhctrl.ocx", "hid.dll", "httpapi.dll", "icu.dll",
    "icuin.dll", "icuuc.dll", "imagehlp.dll", "imm32.dll", "iphlpapi.dll", "kernel.appcore.dll",
    "ktmw32.dll", "loadperf.dll", "logoncli.dll", "lz32.dll", "mf.dll", "mfcore.dll", "mfplat.dll",
    "mfreadwrite.dll", "mfuuid.dll", "mpr.dll", "msacm32.dll", "mscms.dll", "mscoree.dll",
    "msdelta.dll", "msi.dll", "msimg32.dll", "msvfw32.dll", "mswsock.dll", "ncrypt.dll",
    "ndfapi.dll", "netapi32.dll", "netutils.dll", "normaliz.dll", "nsi.dll", "ntdsapi.dll",
    "ntmarta.dll", "odbc32.dll", "oleacc.dll", "oledlg.dll", "olepro32.dll", "opengl32.dll",
    "pdh.dll", "profapi.dll", "propsys.dll", "psapi.dll", "query.dll", "rasapi32.dll",
    "resutils.dll", "rpcrt4.dll", "rstrtmgr.dll", "rtutils.dll", "samcli.dll", "sechost.dll",
    "secur32.dll", "sensapi.dll", "setupapi.dll", "sfc.dll", "shcore.dll", "snmpapi.dll",
    "srvcli.dll", "sspicli.dll", "tapi32.dll", "tdh.dll", "traffic.dll", "uiautomationcore.dll",
    "urlmon.dll", "user32.dll", "userenv.dll", "usp10.dll", "uxtheme.dll", "version.dll",
    "virtdisk.dll", "vssapi.dll", "wer.dll", "wevtapi.dll", "win32u.dll", "windowscodecs.dll",
    "winhttp.dll", "wininet.dll", "winmm.dll", "winscard.dll", "winspool.drv", "wintrust.dll",
    "winusb.dll", "wkscli.dll", "wlanapi.dll", "wldap32.dll", "wldp.dll", "ws2_32.dll",
    "wscapi.dll", "wsock32.dll", "wtsapi32.dll", "xinput1_4.dll",
};

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c += 0x20;
    return out;
}

bool is_file(const std::string& path) {
    struct stat info;
    return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

void append_path_list(std::vector<std::string>& out, const char* list) {
    std::string_view rest = list ? list : "";
    while (!rest.empty()) {
        size_t end = std::min(rest.find(':'), rest.size());
        if (end > 0) out.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
}

// The runtime DLLs of Debian's and Fedora's cross compilers, in the order in which a plain build would want them.
constexpr const char* kMingwDirectories[] = {
    "/usr/x86_64-w64-mingw32/bin", "/usr/x86_64-w64-mingw32/lib", "/usr/x86_64-w64-mingw32/sys-root/mingw/bin",
    "/usr/lib/gcc/x86_64-w64-mingw32"};

// <gcc>/12-posix/libstdc++-6.dll beside <gcc>/12-win32/libstdc++-6.dll: the newest version, and of it the flavour with
// POSIX threads, whose DLLs export all that the other's do and std::thread besides.
std::string find_in_gcc_versions(const std::string& gcc, std::string_view name) {
    std::string best;
    std::pair<int, bool> best_rank{-1, false};
    DIR* versions = opendir(gcc.c_str());
    if (!versions) return best;
    while (dirent* entry = readdir(versions)) {
        std::string_view version = entry->d_name;
        if (version.starts_with('.')) continue;
        std::pair<int, bool> rank{atoi(entry->d_name), !version.ends_with("-win32")};
        if (rank <= best_rank) continue;
        std::string found = find_in_directory(gcc + "/" + entry->d_name, name);
        if (!found.empty()) {
            best = found;
            best_rank = rank;
        }
    }
    closedir(versions);
    return best;
}

std::string find_in_mingw(std::string_view name) {
    for (const char* directory : kMingwDirectories) {
        std::string found = find_in_directory(directory, name);
        if (!found.empty()) return found;
    }
    return find_in_gcc_versions("/usr/lib/gcc/x86_64-w64-mingw32", name);
}

}  // namespace

std::string find_in_directory(const std::string& directory, std::string_view name) {
    std::string exact = directory + "/" + std::string(name);
    if (is_file(exact)) return exact;
    // From the listing's index: a program asks for many DLLs in the same few directories.
    path::IndexAnswer answer = path::find_in_directory(directory, name);
    if (answer.kind != path::IndexAnswer::kFound) return {};
    std::string found = directory + "/" + answer.name;
    return is_file(found) ? found : std::string();
}

std::string host_module_name(std::string_view name) {
    std::string lowered = lower(name);
    for (const ApiSet& set : kApiSets)
        if (lowered.starts_with(set.prefix)) return std::string(set.host);
    if (lowered.find('.') == std::string::npos) lowered += ".dll";
    if (!lowered.empty() && lowered.back() == '.') lowered.pop_back();
    return lowered;
}

const api::ExportTable* find_builtin(std::string_view dll_name) {
    for (const api::ExportTable& table : api::builtin_modules())
        if (dll_name == table.dll) return &table;
    return nullptr;
}

bool prefers_file(std::string_view dll_name) {
    return std::ranges::find(kRedistributables, dll_name) != std::end(kRedistributables);
}

bool is_known_system_dll(std::string_view dll_name) {
    // API sets whose host is not known to us, too: "ext-ms-win-…" ones are missing from most of Windows.
    return dll_name.starts_with("api-ms-win-") || dll_name.starts_with("ext-ms-") ||
           std::ranges::binary_search(kKnownSystemDlls, dll_name);
}

void append_lsw_path(std::vector<std::string>& directories) {
    append_path_list(directories, getenv("LSW_PATH"));
}

std::string find_dll_file(std::string_view name, const std::string& program_directory,
                          const std::vector<std::string>& extra_directories, CurrentDirectory current) {
    std::vector<std::string> directories = extra_directories;
    directories.push_back(program_directory);
    append_lsw_path(directories);
    for (const std::string& directory : directories) {
        std::string found = find_in_directory(directory, name);
        if (!found.empty()) return found;
    }
    std::string found = find_in_mingw(name);
    if (!found.empty()) return found;
    if (current == CurrentDirectory::search) found = find_in_directory(".", name);
    if (!found.empty()) return found;
    std::vector<std::string> path;
    append_path_list(path, getenv("PATH"));
    for (const std::string& directory : path) {
        std::string exact = directory + "/" + std::string(name);  // PATH is long: exact names only
        if (is_file(exact)) return exact;
    }
    return {};
}

}  // namespace lsw
