// where: files that match patterns, along PATH or in directories. Doc: "where".
#include <algorithm>

#include "base/text.h"
#include "core/process/environment.h"
#include "programs/support/console_io.h"
#include "programs/support/files.h"
#include "programs/tools/tools.h"

namespace lsw::tools {

using namespace programs;

namespace {

struct Search {
    bool quiet = false, quoted = false, details = false;
    size_t found = 0;
};

void show(Search& search, const std::u16string& path) {
    ++search.found;
    if (search.quiet) return;
    std::u16string text = search.quoted ? u"\"" + path + u"\"" : path;
    if (search.details)
        if (auto entry = entry_of(path)) {
            SYSTEMTIME time = local_time(entry->write);
            text = padded(to_text(static_cast<int64_t>(entry->size_bytes)), 10) + u"   " +
                   date_text(time) + u"      " + time_text(time) + u"  " + text;
        }
    print(text + u"\r\n");
}

// The name itself, and with each extension of PATHEXT.
void look_in(Search& search, const std::u16string& directory, const std::u16string& pattern) {
    std::vector<std::u16string> patterns = {pattern};
    if (split(pattern).extension.empty())
        for (const std::u16string& extension : path_list(environment_value(u"PATHEXT")))
            patterns.push_back(pattern + lower(extension));
    std::vector<std::u16string> shown;
    for (const std::u16string& one : patterns)
        for (const Entry& entry : list(join(directory, one))) {
            bool known = std::any_of(shown.begin(), shown.end(), [&](const auto& name) {
                return equal_ignore_case(name, entry.name);
            });
            if (entry.is_directory() || known) continue;
            shown.push_back(entry.name);
            show(search, join(as_spelled(full_path(directory)), entry.name));
        }
}

void look_below(Search& search, const std::u16string& directory, const std::u16string& pattern) {
    for (const Entry& entry : list(join(directory, u"*"))) {
        if (entry.is_dots()) continue;
        if (entry.is_directory()) {
            if (!entry.is_link()) look_below(search, join(directory, entry.name), pattern);
        } else if (wildcard_match(pattern, entry.name)) {
            show(search, join(directory, entry.name));
        }
    }
}

}  // namespace

uint32_t where() {
    Search search;
    std::u16string root;
    std::vector<std::u16string> patterns;
    std::vector<std::u16string> words = arguments();
    for (size_t i = 0; i < words.size(); ++i) {
        if (is_switch(words[i], u"q"))
            search.quiet = true;
        else if (is_switch(words[i], u"f"))
            search.quoted = true;
        else if (is_switch(words[i], u"t"))
            search.details = true;
        else if (is_switch(words[i], u"r"))
            root = i + 1 < words.size() ? words[++i] : u"";
        else
            patterns.push_back(words[i]);
    }
    if (patterns.empty()) {
        complain(
            u"The syntax of this command is:\r\n\r\nWHERE [/R dir] [/Q] [/F] [/T] pattern...\r\n");
        return 2;
    }
    uint32_t status = 0;
    for (const std::u16string& pattern : patterns) {
        size_t before = search.found;
        size_t colon = pattern.starts_with(u'$') ? std::u16string::npos : pattern.rfind(u':');
        if (colon == 1 && upcase(pattern[0]) >= u'A' && upcase(pattern[0]) <= u'Z')
            colon = std::u16string::npos;
        if (!root.empty()) {
            look_below(search, full_path(root), pattern);
        } else if (pattern.starts_with(u'$') && pattern.find(u':') != std::u16string::npos) {
            size_t end = pattern.find(u':');
            for (const std::u16string& directory :
                 path_list(environment_value(pattern.substr(1, end - 1))))
                look_in(search, directory, pattern.substr(end + 1));
        } else if (colon != std::u16string::npos) {
            for (const std::u16string& directory : path_list(pattern.substr(0, colon)))
                look_in(search, directory, pattern.substr(colon + 1));
        } else {
            std::vector<std::u16string> directories = {current_directory()};
            for (std::u16string& directory : path_list(environment_value(u"PATH")))
                if (!equal_ignore_case(directory, directories[0]))
                    directories.push_back(std::move(directory));
            for (const std::u16string& directory : directories) look_in(search, directory, pattern);
        }
        if (search.found != before) continue;
        status = 1;
        if (!search.quiet) complain(u"INFO: Could not find files for the given pattern(s).\r\n");
    }
    return status;
}

}  // namespace lsw::tools
