// whoami: who runs this. Doc: "whoami".
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "core/security/sid_text.h"
#include "core/security/token.h"
#include "core/system/system_info.h"
#include "dll/advapi32/advapi32.h"
#include "dll/kernel32/kernel32.h"
#include "programs/support/console_io.h"
#include "programs/support/files.h"
#include "programs/tools/tools.h"

namespace lsw::tools {

using namespace programs;

namespace {

std::u16string user_name() {
    DWORD size = 0;
    advapi32::GetUserNameW(nullptr, &size);
    std::u16string name(size, 0);
    if (!advapi32::GetUserNameW(name.data(), &size)) return u"";
    name.resize(size - 1);
    return name;
}

std::u16string user_sid_text() {
    std::vector<BYTE> sid = lsw::user_sid(getuid());
    return sid_text(*reinterpret_cast<const SID*>(sid.data()));
}

}  // namespace

uint32_t whoami() {
    bool user = false, groups = false, privileges = false, logon = false, upn = false, csv = false,
         header = true;
    std::vector<std::u16string> words = arguments();
    for (size_t i = 0; i < words.size(); ++i) {
        if (is_switch(words[i], u"user"))
            user = true;
        else if (is_switch(words[i], u"groups"))
            groups = true;
        else if (is_switch(words[i], u"priv"))
            privileges = true;
        else if (is_switch(words[i], u"all"))
            user = groups = privileges = true;
        else if (is_switch(words[i], u"logonid"))
            logon = true;
        else if (is_switch(words[i], u"upn") || is_switch(words[i], u"fqdn"))
            upn = true;
        else if (is_switch(words[i], u"nh"))
            header = false;
        else if (is_switch(words[i], u"fo"))
            csv = i + 1 < words.size() && equal_ignore_case(words[++i], u"csv");
        else
            return complain(u"ERROR: Invalid argument/option - '" + words[i] +
                            u"'.\r\nType \"WHOAMI /?\" for usage.\r\n"),
                   1;
    }
    std::u16string name = lower(computer_name(false)) + u"\\" + lower(user_name());
    if (upn)
        return complain(
                   u"ERROR: Unable to get User Principal Name (UPN) as the current logged-on user "
                   u"is not a domain user.\r\n"),
               1;
    if (logon) return print(user_sid_text() + u"\r\n"), 0;
    if (!user && !groups && !privileges) return print(name + u"\r\n"), 0;
    std::u16string sid = user_sid_text();
    if (csv) {
        if (header) print(u"\"User Name\",\"SID\"\r\n");
        print(u"\"" + name + u"\",\"" + sid + u"\"\r\n");
        return 0;
    }
    if (header) print(u"\r\nUSER INFORMATION\r\n----------------\r\n\r\n");
    size_t width = std::max<size_t>(name.size(), 9);
    if (header)
        print(padded_right(u"User Name", width) + u" SID\r\n" + std::u16string(width, u'=') + u" " +
              std::u16string(sid.size(), u'=') + u"\r\n");
    print(padded_right(name, width) + u" " + sid + u"\r\n");
    return 0;
}

}  // namespace lsw::tools
