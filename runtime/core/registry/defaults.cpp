// See defaults.h. The tables are default_values.inc and default_user.inc; what depends on the
// machine is filled in here.
#include "core/registry/defaults.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <memory>

#include "base/text.h"
#include "base/unique_fd.h"
#include "core/path/drive_map.h"
#include "core/security/sid_text.h"
#include "core/system/system_info.h"

namespace lsw::registry {
namespace {

std::u16string upper(std::u16string_view text) {
    std::u16string out(text);
    for (char16_t& unit : out) unit = upcase(unit);
    return out;
}

std::string text_data(std::u16string_view text) {
    std::string out(reinterpret_cast<const char*>(text.data()), text.size() * 2);
    return out.append(2, '\0');
}

std::string number_data(uint32_t number) { return {reinterpret_cast<const char*>(&number), 4}; }

class Builder {
public:
    std::map<std::u16string, DefaultKey> keys;

    void key(std::u16string_view path) { current_ = &at(path); }
    void text(std::u16string_view name, std::u16string_view value) {
        add(name, kString, text_data(value));
    }
    void expand(std::u16string_view name, std::u16string_view value) {
        add(name, kExpandString, text_data(value));
    }
    void number(std::u16string_view name, uint32_t value) { add(name, kDword, number_data(value)); }
    void binary(std::u16string_view name, const void* data, size_t size) {
        add(name, kBinary, std::string(static_cast<const char*>(data), size));
    }

private:
    DefaultKey& at(std::u16string_view path) {
        auto [found, is_new] = keys.try_emplace(upper(path));
        if (!is_new) return found->second;
        DefaultKey& made = found->second;  // stays where it is while others are added
        made.name = last_name(path);
        size_t slash = path.rfind(u'\\');
        if (slash != std::u16string_view::npos)
            at(path.substr(0, slash)).children.push_back(made.name);
        return made;
    }
    void add(std::u16string_view name, uint32_t type, std::string data) {
        current_->values.push_back({std::u16string(name), type, std::move(data)});
    }
    DefaultKey* current_ = nullptr;
};

std::string first_line(const char* path) {
    UniqueFd fd(open(path, O_RDONLY | O_CLOEXEC));
    char buffer[256];
    ssize_t got = fd.valid() ? read(fd.get(), buffer, sizeof buffer) : 0;
    std::string out(buffer, got > 0 ? static_cast<size_t>(got) : 0);
    return out.substr(0, out.find('\n'));
}

// The machine's id as a GUID; made of the host name where Linux has none.
std::u16string machine_guid() {
    std::string id = first_line("/etc/machine-id");
    if (id.size() < 32) {
        std::string name = utf8_from_utf16(computer_name(true));
        char text[40];
        snprintf(text, sizeof text, "%016zx%016zx", std::hash<std::string>()(name),
                 std::hash<std::string>()(name + "#"));
        id = text;
    }
    for (size_t at : {8, 13, 18, 23}) id.insert(at, "-");
    return utf16_from_utf8(id.substr(0, 36));
}

// "model name" and "cpu MHz" of /proc/cpuinfo's first processor.
std::string cpu_fact(const std::string& info, const char* name) {
    size_t at = info.find(name);
    if (at == std::string::npos) return {};
    at = info.find(':', at);
    if (at == std::string::npos) return {};
    size_t end = info.find('\n', at);
    return info.substr(std::min(at + 2, info.size()), end - std::min(at + 2, info.size()));
}

std::string cpu_info() {
    UniqueFd fd(open("/proc/cpuinfo", O_RDONLY | O_CLOEXEC));
    std::string out(2048, '\0');
    ssize_t got = fd.valid() ? read(fd.get(), out.data(), out.size()) : 0;
    out.resize(got > 0 ? static_cast<size_t>(got) : 0);
    return out;
}

void add_hardware(Builder& out) {
    std::string info = cpu_info();
    ProcessorId id = processor_id();
    auto megahertz = static_cast<uint32_t>(strtod(cpu_fact(info, "cpu MHz").c_str(), nullptr));
    std::u16string identifier =
        (id.vendor == "GenuineIntel" ? u"Intel64 Family " : u"AMD64 Family ") +
        utf16_from_utf8(std::to_string(id.family) + " Model " + std::to_string(id.model) +
                        " Stepping " + std::to_string(id.stepping));
    out.key(u"MACHINE\\HARDWARE\\DESCRIPTION\\System");
    out.text(u"Identifier", u"AT/AT COMPATIBLE");
    out.text(u"SystemBiosVersion", u"LSW");
    for (unsigned i = 0; i < processor_count(); ++i) {
        out.key(u"MACHINE\\HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\" +
                utf16_from_utf8(std::to_string(i)));
        out.text(u"Identifier", identifier);
        out.text(u"ProcessorNameString", utf16_from_utf8(cpu_fact(info, "model name")));
        out.text(u"VendorIdentifier", utf16_from_utf8(id.vendor));
        out.number(u"~MHz", megahertz);
        out.number(u"FeatureSet", 0);
    }
    out.key(u"MACHINE\\HARDWARE\\DESCRIPTION\\System\\BIOS");
    out.text(u"BIOSVendor", utf16_from_utf8(first_line("/sys/class/dmi/id/bios_vendor")));
    out.text(u"BIOSVersion", utf16_from_utf8(first_line("/sys/class/dmi/id/bios_version")));
    out.text(u"SystemManufacturer", utf16_from_utf8(first_line("/sys/class/dmi/id/sys_vendor")));
    out.text(u"SystemProductName", utf16_from_utf8(first_line("/sys/class/dmi/id/product_name")));
}

void add_machine(Builder& out) {
    out.key(u"MACHINE\\SOFTWARE\\Microsoft\\Cryptography");
    out.text(u"MachineGuid", machine_guid());
    std::u16string name = computer_name(false);
    for (const char16_t* which : {u"ActiveComputerName", u"ComputerName"}) {
        out.key(std::u16string(u"MACHINE\\SYSTEM\\ControlSet001\\Control\\ComputerName\\") + which);
        out.text(u"ComputerName", name);
    }
    out.key(u"MACHINE\\SYSTEM\\ControlSet001\\Services\\Tcpip\\Parameters");
    out.text(u"Hostname", computer_name(true));
    out.text(u"NV Hostname", computer_name(true));
    out.key(u"MACHINE\\SYSTEM\\ControlSet001\\Control\\Session Manager\\Environment");
    out.text(u"NUMBER_OF_PROCESSORS", utf16_from_utf8(std::to_string(processor_count())));
}

// "REG_TZI_FORMAT": bias, standard bias, daylight bias, and the two dates as SYSTEMTIMEs.
struct ZoneRule {
    int32_t bias, standard_bias, daylight_bias;
    uint16_t standard[8], daylight[8];
};
static_assert(sizeof(ZoneRule) == 44);

struct Zone {
    const char16_t *name, *display, *standard, *daylight;
    int32_t bias;
    uint16_t to_standard[3],
        to_daylight[3];  // month, week (5 is the last), hour; 0 for none. Always Sundays.
};

constexpr Zone kZones[] = {
    {u"UTC",
     u"(UTC) Coordinated Universal Time",
     u"Coordinated Universal Time",
     u"Coordinated Universal Time",
     0,
     {},
     {}},
    {u"GMT Standard Time",
     u"(UTC+00:00) Dublin, Edinburgh, Lisbon, London",
     u"GMT Standard Time",
     u"GMT Daylight Time",
     0,
     {10, 5, 2},
     {3, 5, 1}},
    {u"Greenwich Standard Time",
     u"(UTC+00:00) Monrovia, Reykjavik",
     u"Greenwich Standard Time",
     u"Greenwich Daylight Time",
     0,
     {},
     {}},
    {u"W. Europe Standard Time",
     u"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
     u"W. Europe Standard Time",
     u"W. Europe Daylight Time",
     -60,
     {10, 5, 3},
     {3, 5, 2}},
    {u"Central Europe Standard Time",
     u"(UTC+01:00) Belgrade, Bratislava, Budapest, Ljubljana, Prague",
     u"Central Europe Standard Time",
     u"Central Europe Daylight Time",
     -60,
     {10, 5, 3},
     {3, 5, 2}},
    {u"Romance Standard Time",
     u"(UTC+01:00) Brussels, Copenhagen, Madrid, Paris",
     u"Romance Standard Time",
     u"Romance Daylight Time",
     -60,
     {10, 5, 3},
     {3, 5, 2}},
    {u"Central European Standard Time",
     u"(UTC+01:00) Sarajevo, Skopje, Warsaw, Zagreb",
     u"Central European Standard Time",
     u"Central European Daylight Time",
     -60,
     {10, 5, 3},
     {3, 5, 2}},
    {u"FLE Standard Time",
     u"(UTC+02:00) Helsinki, Kyiv, Riga, Sofia, Tallinn, Vilnius",
     u"FLE Standard Time",
     u"FLE Daylight Time",
     -120,
     {10, 5, 4},
     {3, 5, 3}},
    {u"GTB Standard Time",
     u"(UTC+02:00) Athens, Bucharest",
     u"GTB Standard Time",
     u"GTB Daylight Time",
     -120,
     {10, 5, 4},
     {3, 5, 3}},
    {u"South Africa Standard Time",
     u"(UTC+02:00) Harare, Pretoria",
     u"South Africa Standard Time",
     u"South Africa Daylight Time",
     -120,
     {},
     {}},
    {u"Russian Standard Time",
     u"(UTC+03:00) Moscow, St. Petersburg",
     u"Russia TZ 2 Standard Time",
     u"Russia TZ 2 Daylight Time",
     -180,
     {},
     {}},
    {u"Arabian Standard Time",
     u"(UTC+04:00) Abu Dhabi, Muscat",
     u"Arabian Standard Time",
     u"Arabian Daylight Time",
     -240,
     {},
     {}},
    {u"India Standard Time",
     u"(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi",
     u"India Standard Time",
     u"India Daylight Time",
     -330,
     {},
     {}},
    {u"SE Asia Standard Time",
     u"(UTC+07:00) Bangkok, Hanoi, Jakarta",
     u"SE Asia Standard Time",
     u"SE Asia Daylight Time",
     -420,
     {},
     {}},
    {u"China Standard Time",
     u"(UTC+08:00) Beijing, Chongqing, Hong Kong, Urumqi",
     u"China Standard Time",
     u"China Daylight Time",
     -480,
     {},
     {}},
    {u"Singapore Standard Time",
     u"(UTC+08:00) Kuala Lumpur, Singapore",
     u"Malay Peninsula Standard Time",
     u"Malay Peninsula Daylight Time",
     -480,
     {},
     {}},
    {u"Tokyo Standard Time",
     u"(UTC+09:00) Osaka, Sapporo, Tokyo",
     u"Tokyo Standard Time",
     u"Tokyo Daylight Time",
     -540,
     {},
     {}},
    {u"Korea Standard Time",
     u"(UTC+09:00) Seoul",
     u"Korea Standard Time",
     u"Korea Daylight Time",
     -540,
     {},
     {}},
    {u"AUS Eastern Standard Time",
     u"(UTC+10:00) Canberra, Melbourne, Sydney",
     u"AUS Eastern Standard Time",
     u"AUS Eastern Daylight Time",
     -600,
     {4, 1, 3},
     {10, 1, 2}},
    {u"New Zealand Standard Time",
     u"(UTC+12:00) Auckland, Wellington",
     u"New Zealand Standard Time",
     u"New Zealand Daylight Time",
     -720,
     {4, 1, 3},
     {9, 5, 2}},
    {u"E. South America Standard Time",
     u"(UTC-03:00) Brasilia",
     u"E. South America Standard Time",
     u"E. South America Daylight Time",
     180,
     {},
     {}},
    {u"Atlantic Standard Time",
     u"(UTC-04:00) Atlantic Time (Canada)",
     u"Atlantic Standard Time",
     u"Atlantic Daylight Time",
     240,
     {11, 1, 2},
     {3, 2, 2}},
    {u"Eastern Standard Time",
     u"(UTC-05:00) Eastern Time (US & Canada)",
     u"Eastern Standard Time",
     u"Eastern Daylight Time",
     300,
     {11, 1, 2},
     {3, 2, 2}},
    {u"Central Standard Time",
     u"(UTC-06:00) Central Time (US & Canada)",
     u"Central Standard Time",
     u"Central Daylight Time",
     360,
     {11, 1, 2},
     {3, 2, 2}},
    {u"Mountain Standard Time",
     u"(UTC-07:00) Mountain Time (US & Canada)",
     u"Mountain Standard Time",
     u"Mountain Daylight Time",
     420,
     {11, 1, 2},
     {3, 2, 2}},
    {u"US Mountain Standard Time",
     u"(UTC-07:00) Arizona",
     u"US Mountain Standard Time",
     u"US Mountain Daylight Time",
     420,
     {},
     {}},
    {u"Pacific Standard Time",
     u"(UTC-08:00) Pacific Time (US & Canada)",
     u"Pacific Standard Time",
     u"Pacific Daylight Time",
     480,
     {11, 1, 2},
     {3, 2, 2}},
    {u"Alaskan Standard Time",
     u"(UTC-09:00) Alaska",
     u"Alaskan Standard Time",
     u"Alaskan Daylight Time",
     540,
     {11, 1, 2},
     {3, 2, 2}},
    {u"Hawaiian Standard Time",
     u"(UTC-10:00) Hawaii",
     u"Hawaiian Standard Time",
     u"Hawaiian Daylight Time",
     600,
     {},
     {}},
};

void add_zones(Builder& out) {
    for (const Zone& zone : kZones) {
        out.key(std::u16string(
                    u"MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Time Zones\\") +
                zone.name);
        out.text(u"Display", zone.display);
        out.text(u"Std", zone.standard);
        out.text(u"Dlt", zone.daylight);
        ZoneRule rule{zone.bias, 0, zone.to_daylight[0] ? -60 : 0, {}, {}};
        auto fill = [](uint16_t(&date)[8], const uint16_t(&when)[3]) {
            date[1] = when[0];
            date[3] = when[1];
            date[4] = when[2];
        };
        fill(rule.standard, zone.to_standard);
        fill(rule.daylight, zone.to_daylight);
        out.binary(u"TZI", &rule, sizeof rule);
    }
}

void add_user(Builder& out) {
    std::u16string top = predefined_path(0x80000001);
// In add_user KEY is a path below the user.
#define KEY(path) out.key(top + (path));
#define TEXT(name, value) out.text(name, value);
#define EXPAND(name, value) out.expand(name, value);
#define NUMBER(name, value) out.number(name, value);
#include "core/registry/default_user.inc"
#undef KEY
    std::u16string home = u"C:\\Users\\" + utf16_from_linux(path::drives().user());
    out.key(top + u"\\Volatile Environment");
    out.text(u"USERPROFILE", home);
    out.text(u"APPDATA", home + u"\\AppData\\Roaming");
    out.text(u"LOCALAPPDATA", home + u"\\AppData\\Local");
    out.text(u"USERNAME", utf16_from_linux(path::drives().user()));
    out.text(u"USERDOMAIN", computer_name(false));
    out.key(top + u"\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\Shell Folders");
    out.text(u"AppData", home + u"\\AppData\\Roaming");
    out.text(u"Desktop", home + u"\\Desktop");
    out.text(u"Local AppData", home + u"\\AppData\\Local");
    out.text(u"Personal", home + u"\\Documents");
    std::u16string sid = top.substr(5);
    out.key(u"MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\" + sid);
    out.expand(u"ProfileImagePath", home);
}

void add_common(Builder& out) {
#define KEY(path) out.key(path);
#include "core/registry/default_values.inc"
#undef KEY
#undef TEXT
#undef EXPAND
#undef NUMBER
}

}  // namespace

const std::map<std::u16string, DefaultKey>& defaults() {
    static const std::map<std::u16string, DefaultKey>& all =
        [&]() -> const std::map<std::u16string, DefaultKey>& {
        auto& out = *new Builder;
        add_common(out);
        add_machine(out);
        add_hardware(out);
        add_zones(out);
        add_user(out);
        return out.keys;
    }();
    return all;
}

// The 32-bit view shows the same defaults.
const DefaultKey* default_key(const std::u16string& upper_path) {
    auto found = defaults().find(upper_path);
    if (found != defaults().end()) return &found->second;
    constexpr std::u16string_view kNode = u"MACHINE\\SOFTWARE\\WOW6432NODE",
                                  kSoftware = u"MACHINE\\SOFTWARE";
    if (!upper_path.starts_with(kNode)) return nullptr;
    found = defaults().find(std::u16string(kSoftware) + upper_path.substr(kNode.size()));
    return found == defaults().end() ? nullptr : &found->second;
}

}  // namespace lsw::registry
