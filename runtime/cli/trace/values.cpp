#include "cli/trace/values.h"

#include <cstdio>
#include <cstring>

#include "base/status.h"
#include "base/text.h"

namespace lsw::cli::trace {
namespace {

enum class SetKind { bits, values };
struct Flag {
    const char* name;
    uint32_t value;
};

enum class FlagSetId {
#define FLAG_SET(set, kind) set,
#define FLAG(name, value)
#include "cli/trace/flags.inc"
    count
};

struct FlagRow {
    FlagSetId set;
    SetKind kind;
    const char* name;  // null: the set begins
    uint32_t value;
};

struct FlagTable {
    std::vector<Flag> flags[static_cast<size_t>(FlagSetId::count)];
    SetKind kinds[static_cast<size_t>(FlagSetId::count)];

    FlagTable() {
        FlagSetId set = FlagSetId::count;
#define FLAG_SET(id, kind)  \
    set = FlagSetId::id;    \
    kinds[static_cast<size_t>(set)] = SetKind::kind;
#define FLAG(name, value) flags[static_cast<size_t>(set)].push_back({#name, static_cast<uint32_t>(value)});
#include "cli/trace/flags.inc"
    }
};

const FlagTable& flag_table() {
    static const FlagTable table;
    return table;
}

struct FlagRule {
    std::string_view function, parameter;
    FlagSetId set;
};
constexpr FlagRule kRules[] = {
#define FLAG_RULE(function, parameter, set) {function, parameter, FlagSetId::set},
#include "cli/trace/flag_rules.inc"
};

const FlagRule* rule_of(std::string_view function, std::string_view parameter) {
    for (const FlagRule& rule : kRules)
        if (rule.parameter == parameter && function.find(rule.function) != function.npos) return &rule;
    return nullptr;
}

template <class... Values>
std::string format(const char* text, Values... values) {
    char buffer[96];
    snprintf(buffer, sizeof buffer, text, values...);
    return buffer;
}

std::string flags_text(FlagSetId set, uint32_t value) {
    const auto& flags = flag_table().flags[static_cast<size_t>(set)];
    if (flag_table().kinds[static_cast<size_t>(set)] == SetKind::values) {
        for (const Flag& flag : flags)
            if (flag.value == value) return flag.name;
        return format(value < 10000 ? "%u" : "0x%x", value);
    }
    std::string out;
    for (const Flag& flag : flags) {
        if (flag.value == 0 || (value & flag.value) != flag.value) continue;
        if (!out.empty()) out += '|';
        out += flag.name;
        value &= ~flag.value;
    }
    if (value || out.empty()) out += format(out.empty() ? (value ? "0x%x" : "0") : "|0x%x", value);
    return out;
}

struct HkeyName {
    uint32_t value;
    const char* name;
};
constexpr HkeyName kHkeys[] = {{0x80000000, "HKEY_CLASSES_ROOT"}, {0x80000001, "HKEY_CURRENT_USER"},
                               {0x80000002, "HKEY_LOCAL_MACHINE"}, {0x80000003, "HKEY_USERS"},
                               {0x80000005, "HKEY_CURRENT_CONFIG"}};

bool is_handle_type(std::string_view type) {
    return type == "HANDLE" || type == "HMODULE" || type == "HINSTANCE" || type == "HKEY" || type == "SOCKET";
}

std::string handle_text(uint64_t value, const HandleNames& handles, std::string_view type) {
    if (value == 0) return "NULL";
    if (type == "HKEY") {
        for (const HkeyName& key : kHkeys)
            if (key.value == static_cast<uint32_t>(value)) return key.name;
    } else if (value == ~uint64_t{0}) {
        return type == "SOCKET" ? "INVALID_SOCKET" : "INVALID_HANDLE_VALUE";
    }
    std::string out = format("0x%llx", static_cast<unsigned long long>(value));
    if (const std::string* name = handles.find(value)) out += "<" + *name + ">";
    return out;
}

struct NumberType {
    std::string_view type;
    unsigned bits;
    bool is_signed;
};
constexpr NumberType kNumbers[] = {
    {"DWORD", 32, false}, {"ULONG", 32, false}, {"UINT", 32, false}, {"unsigned", 32, false}, {"LCID", 32, false},
    {"int", 32, true}, {"LONG", 32, true}, {"long", 32, true}, {"INT", 32, true}, {"WORD", 16, false},
    {"USHORT", 16, false}, {"BYTE", 8, false}, {"UCHAR", 8, false}, {"wint_t", 16, false}, {"errno_t", 32, true},
    {"SIZE_T", 64, false}, {"size_t", 64, false}, {"ULONGLONG", 64, false}, {"uint64_t", 64, false},
    {"DWORD64", 64, false}, {"LONGLONG", 64, true}, {"int64_t", 64, true}, {"intptr_t", 64, true},
    {"__time64_t", 64, true}, {"u_short", 16, false}, {"short", 16, true}, {"LANGID", 16, false},
    {"LSTATUS", 32, true}, {"LCTYPE", 32, false}, {"unsigned long", 32, false}, {"LONG_PTR", 64, true},
};

const NumberType* number_type(std::string_view type) {
    for (const NumberType& number : kNumbers)
        if (number.type == type) return &number;
    return nullptr;
}

std::string number_text(const NumberType& type, uint64_t value) {
    unsigned drop = 64 - type.bits;
    if (type.is_signed) return format("%lld", static_cast<long long>(static_cast<int64_t>(value << drop) >> drop));
    uint64_t cut = value << drop >> drop;
    return format(cut < 0x100'0000'0000 ? "%llu" : "0x%llx", static_cast<unsigned long long>(cut));
}

std::string plain_text(std::string_view type, uint64_t value) {
    if (type == "BOOL" || type == "BOOLEAN") {
        uint32_t low = static_cast<uint32_t>(value) & (type == "BOOL" ? ~0u : 0xFFu);
        return low == 0 ? "FALSE" : low == 1 ? "TRUE" : format("%u", low);
    }
    if (type == "NTSTATUS") {
        const char* name = status_name(static_cast<NTSTATUS>(value));
        return name ? name : format("0x%08x", static_cast<uint32_t>(value));
    }
    if (type == "HRESULT") {
        if (static_cast<uint32_t>(value) == 0) return "S_OK";
        return format("0x%08x", static_cast<uint32_t>(value));
    }
    if (type == "double") {
        double number;
        memcpy(&number, &value, sizeof number);
        return format("%.17g", number);
    }
    if (type == "float") {
        float number;
        memcpy(&number, &value, sizeof number);
        return format("%.9g", static_cast<double>(number));
    }
    if (type == "ACCESS_MASK") return format("0x%x", static_cast<uint32_t>(value));
    if (const NumberType* number = number_type(type)) return number_text(*number, value);
    if (value == 0) return "NULL";
    return format("0x%llx", static_cast<unsigned long long>(value));
}

const CapturedValue* captured(const Event& event, size_t argument, bool out) {
    for (const CapturedValue& value : event.captures)
        if (value.argument == argument && is_out(value.kind) == out) return &value;
    return nullptr;
}

uint64_t number_of(const CapturedValue& value) {
    uint64_t number = 0;
    memcpy(&number, value.bytes.data(), std::min<size_t>(value.bytes.size(), 8));
    return number;
}

std::string captured_number(const Call& call, const CapturedValue& value, const HandleNames& handles) {
    const Parameter& parameter = call.parameters[value.argument];
    uint64_t number = number_of(value);
    if (const FlagRule* rule = rule_of(call.name, parameter.name))
        return flags_text(rule->set, static_cast<uint32_t>(number));
    bool handle = parameter.type == "PHANDLE" || parameter.type == "HANDLE*" || parameter.type == "LPHANDLE" ||
                  parameter.type == "HMODULE*" || parameter.type == "PHKEY";
    if (handle) return handle_text(number, handles, "HANDLE");
    bool pointer = parameter.type == "PVOID*" || parameter.type == "LPVOID*" || parameter.type == "void**";
    if (pointer) return format("0x%llx", static_cast<unsigned long long>(number));
    return format("%llu", static_cast<unsigned long long>(number));
}

}  // namespace

const std::string* HandleNames::find(uint64_t handle) const {
    auto found = names_.find(handle);
    return found == names_.end() ? nullptr : &found->second;
}

void HandleNames::learn(const Call& call, const Event& event) {
    if (call_failed(call, event.result)) return;
    std::string name;
    for (const CapturedValue& value : event.captures)
        if (!is_out(value.kind) && value.kind != CaptureKind::kBytes && name.empty()) name = captured_text(value);
    if (call.name == "GetStdHandle") {
        uint32_t which = event.words.empty() ? 0 : static_cast<uint32_t>(event.words[0]);
        name = which == 0xFFFFFFF6 ? "stdin" : which == 0xFFFFFFF5 ? "stdout" : which == 0xFFFFFFF4 ? "stderr" : "";
    }
    if (name.empty()) {
        // A name of its own for what has none: the function that made it.
        bool makes = call.name.starts_with("Create") || call.name.starts_with("NtCreate") || call.name == "socket" ||
                     call.name.starts_with("WSASocket") || call.name == "accept";
        if (!makes) return;
        size_t skip = call.name.starts_with("NtCreate") ? 8 : call.name.starts_with("Create") ? 6 : 0;
        name = call.name.substr(skip);
        if (!name.empty() && (name.back() == 'W' || name.back() == 'A')) name.pop_back();
    }
    if (is_handle_type(call.result_type)) names_[event.result] = name;
    for (const CapturedValue& value : event.captures) {
        std::string_view type = call.parameters[value.argument].type;
        if (value.kind == CaptureKind::kOutNumber64 && (type == "PHANDLE" || type == "PHKEY" || type == "HMODULE*"))
            names_[number_of(value)] = name;
    }
}

void HandleNames::forget(const Call& call, const Event& event) {
    bool closes = call.name == "CloseHandle" || call.name == "NtClose" || call.name == "FindClose" ||
                  call.name == "RegCloseKey" || call.name == "closesocket";
    if (closes && !event.words.empty() && !call_failed(call, event.result)) names_.erase(event.words[0]);
}

bool call_failed(const Call& call, uint64_t result) { return result_is_failure(call.plan.error, result); }

std::string quoted(std::string_view utf8) {
    std::string out = "\"";
    for (char c : utf8) {
        auto byte = static_cast<unsigned char>(c);
        if (c == '"') out += "\\\"";
        else if (c == '\n') out += "\\n";
        else if (c == '\r') out += "\\r";
        else if (c == '\t') out += "\\t";
        else if (byte < 0x20 || byte == 0x7F) out += format("\\x%02x", byte);
        else out += c;
    }
    return out + "\"";
}

std::string captured_text(const CapturedValue& value) {
    bool narrow = value.kind == CaptureKind::kText || value.kind == CaptureKind::kOutText ||
                  value.kind == CaptureKind::kBytes || value.kind == CaptureKind::kOutBytes;
    // Programs may pass any bytes; what is not UTF-8 becomes U+FFFD.
    if (narrow) return utf8_from_utf16(utf16_from_utf8(value.bytes));
    std::u16string text(value.bytes.size() / 2, u'\0');
    memcpy(text.data(), value.bytes.data(), text.size() * 2);
    return utf8_from_utf16(text);
}

std::string argument_text(const Call& call, const Event& event, size_t index, const HandleNames& handles) {
    const Parameter& parameter = call.parameters[index];
    uint64_t value = event.words[index];
    if (const CapturedValue* before = captured(event, index, false)) {
        std::string text = quoted(captured_text(*before));
        bool cut = before->bytes.size() >= kMostTextBytes ||
                   (before->kind == CaptureKind::kBytes && before->total > before->bytes.size());
        return cut ? text + "..." : text;
    }
    if (const CapturedValue* after = captured(event, index, true)) {
        if (after->kind == CaptureKind::kOutNumber32 || after->kind == CaptureKind::kOutNumber64)
            return "[" + captured_number(call, *after, handles) + "]";
        std::string text = "[" + quoted(captured_text(*after));
        if (after->kind == CaptureKind::kOutBytes && after->total > after->bytes.size()) text += "...";
        return text + "]";
    }
    bool number = number_type(parameter.type) || parameter.type == "ACCESS_MASK";
    if (const FlagRule* rule = number ? rule_of(call.name, parameter.name) : nullptr)
        return flags_text(rule->set, static_cast<uint32_t>(value));
    if (is_handle_type(parameter.type)) {
        bool pseudo = parameter.type == "HANDLE" && static_cast<int64_t>(value) < 0 && static_cast<int64_t>(value) >= -6;
        bool process = parameter.name.find("rocess") != parameter.name.npos;
        if (pseudo && value == ~uint64_t{0} && process) return "GetCurrentProcess()";
        if (pseudo && value == ~uint64_t{1}) return "GetCurrentThread()";
        return handle_text(value, handles, parameter.type);
    }
    return plain_text(parameter.type, value);
}

const char* win32_error_name(uint32_t error) {
    switch (error) {
#define ERROR_ROW(name, value) \
    case value: return #name;
#include "cli/trace/win32_errors.inc"
#undef ERROR_ROW
    }
    return nullptr;
}

std::string result_text(const Call& call, const Event& event, const HandleNames& handles) {
    if (call.result_type == "void") return {};
    std::string out = "= ";
    bool failed = call_failed(call, event.result);
    if (call.result_type == "LSTATUS") {
        const char* name = win32_error_name(static_cast<uint32_t>(event.result));
        return out + (name ? name : plain_text("LSTATUS", event.result));
    }
    const FlagRule* rule = call.result_type == "DWORD" ? rule_of(call.name, "") : nullptr;
    const char* invalid = call.name.starts_with("GetFileAttributes") ? "INVALID_FILE_ATTRIBUTES"
                          : call.name.starts_with("SetFilePointer")  ? "INVALID_SET_FILE_POINTER"
                          : call.name.starts_with("GetFileSize")     ? "INVALID_FILE_SIZE"
                                                                     : nullptr;
    if (failed && invalid && call.result_type == "DWORD") out += invalid;
    else if (rule) out += flags_text(rule->set, static_cast<uint32_t>(event.result));
    else if (is_handle_type(call.result_type)) out += handle_text(event.result, handles, call.result_type);
    else out += plain_text(call.result_type, event.result);
    bool sets_error = call.plan.error != ErrorKind::kNegative && call.plan.error != ErrorKind::kNonZero &&
                      (call.result_type == "BOOL" || call.result_type == "HANDLE" || call.result_type == "DWORD" ||
                       call.result_type == "HMODULE" || call.result_type == "SOCKET" || call.result_type == "LPVOID" ||
                       call.result_type == "FARPROC" || call.call_class == CallClass::kNet);
    if (failed && sets_error && event.last_error) {
        const char* name = win32_error_name(event.last_error);
        out += name ? format(" %s (%u)", name, event.last_error) : format(" error %u", event.last_error);
    }
    return out;
}

}  // namespace lsw::cli::trace
