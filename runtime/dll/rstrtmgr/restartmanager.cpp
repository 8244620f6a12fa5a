// restartmanager.h: who has a file open. Databases ask when a file is locked, to name the process in their message. The answer
// is read from /proc: processes of others are not seen, as on Windows without rights. Nobody is ended or restarted.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/status.h"
#include "core/path/linux_names.h"
#include "dll/kernel32/kernel32.h"
#include "dll/rstrtmgr/rstrtmgr.h"

using namespace lsw;

namespace {

constexpr DWORD kMaxSessions = 64;  // per user, documented with RmStartSession
constexpr DWORD ERROR_MAX_SESSIONS_REACHED = 353;
constexpr DWORD kConsole = 5, kRunning = 1;

struct FileId {
    dev_t device;
    ino_t inode;
    bool operator==(const FileId&) const = default;
};

struct Session {
    std::vector<FileId> files;
    std::vector<DWORD> processes;
};

struct Sessions {
    std::mutex lock;
    std::map<DWORD, Session> open;
};

Sessions& sessions() {
    static Sessions all;
    return all;
}

bool holds(const std::filesystem::path& process, const std::vector<FileId>& files) {
    constexpr int kTries = 20;
    // A descriptor that went while we looked may have been moved to a number that we had passed: a process that starts moves
    // those it has inherited.
    for (int i = 0, gone = 1; gone && i < kTries; ++i) {
        gone = 0;
        std::error_code error;
        for (const auto& entry : std::filesystem::directory_iterator(process / "fd", error)) {
            struct stat info;
            if (stat(entry.path().c_str(), &info) != 0) {
                ++gone;
                continue;
            }
            FileId id{info.st_dev, info.st_ino};
            if (S_ISREG(info.st_mode) && std::find(files.begin(), files.end(), id) != files.end()) return true;
        }
    }
    return false;
}

std::vector<DWORD> affected(const Session& session) {
    std::vector<DWORD> found;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
        DWORD id = static_cast<DWORD>(strtoul(entry.path().filename().c_str(), nullptr, 10));
        if (id == 0) continue;
        bool listed = std::find(session.processes.begin(), session.processes.end(), id) != session.processes.end();
        if (listed || (!session.files.empty() && holds(entry.path(), session.files))) found.push_back(id);
    }
    return found;
}

void describe(DWORD id, RM_PROCESS_INFO* out) {
    *out = {};
    out->Process.dwProcessId = id;
    out->ApplicationType = kConsole;
    out->AppStatus = kRunning;
    kernel32::ProcessIdToSessionId(id, &out->TSSessionId);
    HANDLE process = kernel32::OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, id);
    if (!process) return;
    FILETIME unused;
    kernel32::GetProcessTimes(process, &out->Process.ProcessStartTime, &unused, &unused, &unused);
    std::u16string path(32768, u'\0');
    DWORD size = static_cast<DWORD>(path.size());
    if (kernel32::QueryFullProcessImageNameW(process, 0, path.data(), &size)) {
        path.resize(size);
        std::u16string name = path.substr(path.find_last_of(u'\\') + 1).substr(0, 255);
        memcpy(out->strAppName, name.c_str(), (name.size() + 1) * sizeof(WCHAR));
    }
    kernel32::CloseHandle(process);
}

}  // namespace

DWORD rstrtmgr::RmStartSession(DWORD* pSessionHandle, DWORD, LPWSTR strSessionKey) {
    if (!pSessionHandle || !strSessionKey) return ERROR_BAD_ARGUMENTS;
    DWORD id = 0;
    {
        Sessions& all = sessions();
        std::lock_guard guard(all.lock);
        while (all.open.count(id)) ++id;
        if (id == kMaxSessions) return ERROR_MAX_SESSIONS_REACHED;
        all.open[id];
    }
    // The key names the session for others to join: 32 hexadecimal digits, unique on the machine.
    uint64_t parts[2] = {kernel32::GetCurrentProcessId(), id};
    for (int i = 0; i < 32; ++i) strSessionKey[i] = u"0123456789abcdef"[parts[i / 16] >> (60 - i % 16 * 4) & 15];
    strSessionKey[32] = 0;
    *pSessionHandle = id;
    return ERROR_SUCCESS;
}

DWORD rstrtmgr::RmEndSession(DWORD dwSessionHandle) {
    Sessions& all = sessions();
    std::lock_guard guard(all.lock);
    return all.open.erase(dwSessionHandle) ? ERROR_SUCCESS : ERROR_INVALID_HANDLE;
}

DWORD rstrtmgr::RmRegisterResources(DWORD dwSessionHandle, UINT nFiles, LPCWSTR* rgsFileNames, UINT nApplications,
                                    RM_UNIQUE_PROCESS* rgApplications, UINT, LPCWSTR*) {
    Session more;
    for (UINT i = 0; i < nFiles; ++i) {
        struct stat info;
        if (stat(linux_path_from_dos(rgsFileNames[i]).c_str(), &info) == 0) more.files.push_back({info.st_dev, info.st_ino});
    }
    for (UINT i = 0; i < nApplications; ++i) more.processes.push_back(rgApplications[i].dwProcessId);
    Sessions& all = sessions();
    std::lock_guard guard(all.lock);
    auto found = all.open.find(dwSessionHandle);
    if (found == all.open.end()) return ERROR_INVALID_HANDLE;
    Session& session = found->second;
    session.files.insert(session.files.end(), more.files.begin(), more.files.end());
    session.processes.insert(session.processes.end(), more.processes.begin(), more.processes.end());
    return ERROR_SUCCESS;
}

DWORD rstrtmgr::RmGetList(DWORD dwSessionHandle, UINT* pnProcInfoNeeded, UINT* pnProcInfo, RM_PROCESS_INFO* rgAffectedApps,
                          LPDWORD lpdwRebootReasons) {
    if (!pnProcInfoNeeded || !pnProcInfo || !lpdwRebootReasons) return ERROR_BAD_ARGUMENTS;
    Session session;
    {
        Sessions& all = sessions();
        std::lock_guard guard(all.lock);
        auto found = all.open.find(dwSessionHandle);
        if (found == all.open.end()) return ERROR_INVALID_HANDLE;
        session = found->second;
    }
    std::vector<DWORD> found = affected(session);
    auto count = static_cast<UINT>(found.size());
    bool fits = rgAffectedApps ? *pnProcInfo >= count : count == 0;
    *pnProcInfoNeeded = count;
    *lpdwRebootReasons = 0;
    if (!fits) return ERROR_MORE_DATA;
    for (UINT i = 0; i < count; ++i) describe(found[i], &rgAffectedApps[i]);
    *pnProcInfo = count;
    return ERROR_SUCCESS;
}
