// tasklist, taskkill. Doc: "tasklist", "taskkill".
#include <algorithm>
#include <memory>
#include <set>

#include "abi/process.h"
#include "abi/winerror.h"
#include "base/text.h"
#include "core/teb.h"
#include "dll/kernel32/kernel32.h"
#include "programs/support/console_io.h"
#include "programs/support/files.h"
#include "programs/tools/tools.h"

namespace lsw::tools {

using namespace programs;

namespace {

struct Task {
    std::u16string name;
    DWORD pid = 0, parent = 0;
    uint64_t memory_bytes = 0;
};

std::vector<Task> tasks() {
    constexpr DWORD kProcesses = 2;
    std::vector<Task> out;
    HANDLE snapshot = kernel32::CreateToolhelp32Snapshot(kProcesses, 0);
    if (snapshot == INVALID_HANDLE_VALUE) return out;
    auto entry = std::make_unique<ProcessEntry<WCHAR>>();
    entry->dwSize = sizeof *entry;
    for (BOOL more = kernel32::Process32FirstW(snapshot, entry.get()); more;
         more = kernel32::Process32NextW(snapshot, entry.get()))
        out.push_back({entry->szExeFile, entry->th32ProcessID, entry->th32ParentProcessID, 0});
    kernel32::CloseHandle(snapshot);
    return out;
}

uint64_t memory_of(DWORD pid) {
    HANDLE process = kernel32::OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid);
    if (!process) return 0;
    PROCESS_MEMORY_COUNTERS counters{};
    kernel32::K32GetProcessMemoryInfo(process, &counters, sizeof counters);
    kernel32::CloseHandle(process);
    return counters.WorkingSetSize;
}

// "IMAGENAME eq x.exe", "PID ne 4", "MEMUSAGE gt 1000".
bool accepts(const std::u16string& filter, const Task& task) {
    size_t first = filter.find(u' ');
    size_t second = first == std::u16string::npos ? first : filter.find(u' ', first + 1);
    if (second == std::u16string::npos) return false;
    std::u16string what = lower(filter.substr(0, first)),
                   sign = lower(filter.substr(first + 1, second - first - 1));
    std::u16string value = trimmed(filter.substr(second + 1));
    auto compared = [&](int order) {
        return sign == u"eq"   ? order == 0
               : sign == u"ne" ? order != 0
               : sign == u"gt" ? order > 0
               : sign == u"lt" ? order < 0
               : sign == u"ge" ? order >= 0
               : sign == u"le" ? order <= 0
                               : false;
    };
    auto number = [&](uint64_t own) {
        uint64_t wanted = strtoull(utf8_from_utf16(value).c_str(), nullptr, 10);
        return compared((own > wanted) - (own < wanted));
    };
    if (what == u"imagename") return compared(wildcard_match(value, task.name) ? 0 : 1);
    if (what == u"pid") return number(task.pid);
    if (what == u"memusage") return number(task.memory_bytes / 1024);
    if (what == u"session") return number(1);
    return what == u"status" ? compared(lower(value) == u"running" ? 0 : 1) : what == u"username";
}

bool passes(const std::vector<std::u16string>& filters, const Task& task) {
    return std::all_of(filters.begin(), filters.end(),
                       [&](const std::u16string& filter) { return accepts(filter, task); });
}

void show_row(Output& out, const Task& task, const std::u16string& format) {
    std::u16string name = task.name, pid = to_text(task.pid),
                   memory = grouped(task.memory_bytes / 1024) + u" K";
    if (format == u"csv") {
        out.line(u"\"" + name + u"\",\"" + pid + u"\",\"Console\",\"1\",\"" + memory + u"\"");
    } else if (format == u"list") {
        out.line(u"\r\nImage Name:   " + name + u"\r\nPID:          " + pid +
                 u"\r\nSession Name: Console\r\nSession#:     1\r\nMem Usage:    " + memory);
    } else {
        out.line(padded_right(name.substr(0, 25), 25) + u" " + padded(pid, 8) +
                 u" Console                    1 " + padded(memory, 12));
    }
}

}  // namespace

uint32_t tasklist() {
    std::vector<std::u16string> filters, words = arguments();
    std::u16string format = u"table";
    bool header = true;
    for (size_t i = 0; i < words.size(); ++i) {
        auto next = [&] { return i + 1 < words.size() ? words[++i] : std::u16string(); };
        if (is_switch(words[i], u"fi"))
            filters.push_back(next());
        else if (is_switch(words[i], u"fo"))
            format = lower(next());
        else if (is_switch(words[i], u"nh"))
            header = false;
        else if (is_switch(words[i], u"v") || is_switch(words[i], u"svc") ||
                 is_switch(words[i], u"apps"))
            continue;
        else if (is_switch(words[i], u"s") || is_switch(words[i], u"u") ||
                 is_switch(words[i], u"p") || is_switch(words[i], u"m"))
            next();
        else
            return complain(u"ERROR: Invalid argument/option - '" + words[i] +
                            u"'.\r\nType \"TASKLIST /?\" for usage.\r\n"),
                   1;
    }
    std::vector<Task> shown;
    for (Task& task : tasks()) {
        task.memory_bytes = memory_of(task.pid);
        if (passes(filters, task)) shown.push_back(task);
    }
    if (shown.empty()) {
        print(u"INFO: No tasks are running which match the specified criteria.\r\n");
        return 0;
    }
    Output out(std_out());
    if (header && format == u"csv")
        out.line(u"\"Image Name\",\"PID\",\"Session Name\",\"Session#\",\"Mem Usage\"");
    if (header && format == u"table") {
        out.line(
            u"\r\nImage Name                     PID Session Name        Session#    Mem Usage");
        out.line(u"========================= ======== ================ =========== ============");
    }
    for (const Task& task : shown) show_row(out, task, format);
    return 0;
}

uint32_t taskkill() {
    std::vector<std::u16string> filters, names, words = arguments();
    std::vector<DWORD> pids;
    bool tree = false, force = false;
    for (size_t i = 0; i < words.size(); ++i) {
        auto next = [&] { return i + 1 < words.size() ? words[++i] : std::u16string(); };
        if (is_switch(words[i], u"f"))
            force = true;
        else if (is_switch(words[i], u"t"))
            tree = true;
        else if (is_switch(words[i], u"pid"))
            pids.push_back(
                static_cast<DWORD>(strtoul(utf8_from_utf16(next()).c_str(), nullptr, 10)));
        else if (is_switch(words[i], u"im"))
            names.push_back(next());
        else if (is_switch(words[i], u"fi"))
            filters.push_back(next());
        else
            return complain(u"ERROR: Invalid argument/option - '" + words[i] +
                            u"'.\r\nType \"TASKKILL /?\" for usage.\r\n"),
                   1;
    }
    if (pids.empty() && names.empty() && filters.empty())
        return complain(
                   u"ERROR: Invalid syntax. Neither /FI nor /PID nor /IM were specified.\r\nType "
                   u"\"TASKKILL /?\" for usage.\r\n"),
               1;
    std::vector<Task> all = tasks();
    uint32_t status = 0;
    std::set<DWORD> done;
    DWORD self = kernel32::GetCurrentProcessId();
    auto kill_one = [&](DWORD pid, const std::u16string& name, DWORD parent) {
        if (!done.insert(pid).second) return;
        HANDLE process = kernel32::OpenProcess(PROCESS_TERMINATE, FALSE, pid);
        BOOL ended = process && kernel32::TerminateProcess(process, 1);
        DWORD error = kernel32::GetLastError();
        if (process) kernel32::CloseHandle(process);
        std::u16string who = name.empty() ? u"process with PID " + to_text(pid)
                                          : u"process \"" + name + u"\" with PID " + to_text(pid);
        if (!ended) {
            complain(u"ERROR: The " + who + u" could not be terminated.\r\nReason: " +
                     error_message(error));
            status = 1;
        } else {
            std::u16string child =
                parent ? u" (child process of PID " + to_text(parent) + u")" : u"";
            print((force ? u"SUCCESS: The " + who + child + u" has been terminated.\r\n"
                         : u"SUCCESS: Sent termination signal to the " + who + child + u".\r\n"));
        }
    };
    auto kill = [&](auto& again, DWORD pid, const std::u16string& name, DWORD parent) -> void {
        if (tree)
            for (const Task& task : all)
                if (task.parent == pid && task.pid != pid && task.pid != self)
                    again(again, task.pid, u"", pid);
        kill_one(pid, name, parent);
    };
    for (DWORD pid : pids) {
        bool there =
            std::any_of(all.begin(), all.end(), [&](const Task& task) { return task.pid == pid; });
        if (!there) {
            complain(u"ERROR: The process \"" + to_text(pid) + u"\" not found.\r\n");
            status = 128;
            continue;
        }
        kill(kill, pid, u"", 0);
    }
    for (const std::u16string& name : names) {
        bool any = false;
        for (const Task& task : all) {
            if (!wildcard_match(name, task.name) || task.pid == self || !passes(filters, task))
                continue;
            any = true;
            kill(kill, task.pid, task.name, 0);
        }
        if (!any) {
            complain(u"ERROR: The process \"" + name + u"\" not found.\r\n");
            status = 128;
        }
    }
    if (pids.empty() && names.empty())
        for (const Task& task : all)
            if (task.pid != self && passes(filters, task)) kill(kill, task.pid, task.name, 0);
    return status;
}

}  // namespace lsw::tools
