#include "cli/trace/values.h"

#include <charconv>
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

// Place of the set that names a parameter's values, or -1.
int16_t flags_of(std::string_view function, std::string_view parameter) {
    for (const FlagRule& rule : kRules)
        if (rule.parameter == parameter && function.find(rule.function) != function.npos)
            return static_cast<int16_t>(rule.set);
    return -1;
}

struct NumberType {
    std::string_view type;
    uint8_t bits;
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

struct NamedType {
    std::string_view name;
    ValueType type;
};
constexpr NamedType kTypes[] = {
    {"HANDLE", ValueType::kHandle}, {"HMODULE", ValueType::kHandle}, {"HINSTANCE", ValueType::kHandle},
    {"HKEY", ValueType::kKey}, {"SOCKET", ValueType::kSocket}, {"BOOL", ValueType::kBool},
    {"BOOLEAN", ValueType::kBoolean}, {"NTSTATUS", ValueType::kStatus}, {"HRESULT", ValueType::kHresult},
    {"LSTATUS", ValueType::kError}, {"double", ValueType::kDouble}, {"float", ValueType::kFloat},
    {"ACCESS_MASK", ValueType::kAccess}, {"void", ValueType::kVoid},
};

bool is_handle(ValueType type) {
    return type == ValueType::kHandle || type == ValueType::kKey || type == ValueType::kSocket;
}

ValueKind kind_of(std::string_view type) {
    ValueKind kind{ValueType::kPointer};
    for (const NumberType& number : kNumbers)
        if (number.type == type) kind = {ValueType::kNumber, ValueType::kNumber, number.is_signed, number.bits};
    for (const NamedType& named : kTypes)
        if (named.name == type) kind.type = named.type;
    if (type == "PHANDLE" || type == "HANDLE*" || type == "LPHANDLE" || type == "HMODULE*" || type == "PHKEY")
        kind.given = ValueType::kHandle;
    if (type == "PVOID*" || type == "LPVOID*" || type == "void**") kind.given = ValueType::kPointer;
    return kind;
}

void append_hex(std::string& out, uint64_t value) {
    out += "0x";
    append_number(out, value, 16);
}

void append_flags(std::string& out, int16_t set, uint32_t value) {
    const auto& flags = flag_table().flags[set];
    if (flag_table().kinds[set] == SetKind::values) {
        for (const Flag& flag : flags)
            if (flag.value == value) return void(out += flag.name);
        return value < 10000 ? append_number(out, value) : append_hex(out, value);
    }
    bool any = false;
    for (const Flag& flag : flags) {
        if (flag.value == 0 || (value & flag.value) != flag.value) continue;
        if (any) out += '|';
        any = true;
        out += flag.name;
        value &= ~flag.value;
    }
    if (!value && any) return;
    if (any) out += '|';
    if (value) append_hex(out, value);
    else out += '0';
}

struct HkeyName {
    uint32_t value;
    const char* name;
};
constexpr HkeyName kHkeys[] = {{0x80000000, "HKEY_CLASSES_ROOT"}, {0x80000001, "HKEY_CURRENT_USER"},
                               {0x80000002, "HKEY_LOCAL_MACHINE"}, {0x80000003, "HKEY_USERS"},
                               {0x80000005, "HKEY_CURRENT_CONFIG"}};

void append_handle(std::string& out, uint64_t value, const HandleNames& handles, ValueType type) {
    if (value == 0) return void(out += "NULL");
    if (type == ValueType::kKey) {
        for (const HkeyName& key : kHkeys)
            if (key.value == static_cast<uint32_t>(value)) return void(out += key.name);
    } else if (value == ~uint64_t{0}) {
        return void(out += type == ValueType::kSocket ? "INVALID_SOCKET" : "INVALID_HANDLE_VALUE");
    }
    append_hex(out, value);
    if (const std::string* name = handles.find(value)) ((out += '<') += *name) += '>';
}

void append_integer(std::string& out, const ValueKind& kind, uint64_t value) {
    unsigned drop = 64u - kind.bits;
    auto sign_extended = static_cast<int64_t>(value << drop) >> drop;
    uint64_t cut = value << drop >> drop;
    if (kind.is_signed && sign_extended < 0) {
        out += '-';
        append_number(out, uint64_t{0} - static_cast<uint64_t>(sign_extended));
    } else if (kind.is_signed || cut < 0x100'0000'0000) {
        append_number(out, cut);
    } else {
        append_hex(out, cut);
    }
}

template <class Float>
void append_float(std::string& out, const char* how, uint64_t value) {
    Float number;
    memcpy(&number, &value, sizeof number);
    char text[40];
    snprintf(text, sizeof text, how, static_cast<double>(number));
    out += text;
}

void append_bool(std::string& out, uint32_t value) {
    if (value <= 1) out += value ? "TRUE" : "FALSE";
    else append_number(out, value);
}

void append_hex32(std::string& out, uint32_t value) {
    char text[16];
    snprintf(text, sizeof text, "0x%08x", value);
    out += text;
}

void append_plain(std::string& out, const ValueKind& kind, uint64_t value) {
    auto low = static_cast<uint32_t>(value);
    switch (kind.type) {
        case ValueType::kBool: return append_bool(out, low);
        case ValueType::kBoolean: return append_bool(out, low & 0xFF);
        case ValueType::kStatus:
            if (const char* name = status_name(static_cast<NTSTATUS>(low))) out += name;
            else append_hex32(out, low);
            return;
        case ValueType::kHresult:
            if (low == 0) out += "S_OK";
            else append_hex32(out, low);
            return;
        case ValueType::kDouble: return append_float<double>(out, "%.17g", value);
        case ValueType::kFloat: return append_float<float>(out, "%.9g", value);
        case ValueType::kAccess: return append_hex(out, low);
        case ValueType::kNumber:
        case ValueType::kError: return append_integer(out, kind, value);
        default: break;
    }
    if (value == 0) out += "NULL";
    else append_hex(out, value);
}

const CapturedValue* captured(const Event& event, size_t argument, bool given) {
    for (const CapturedValue& value : event.captures)
        if (value.argument == argument && is_out(value.kind) == given) return &value;
    return nullptr;
}

bool is_number(const CapturedValue& value) {
    return value.kind == CaptureKind::kOutNumber32 || value.kind == CaptureKind::kOutNumber64;
}

uint64_t number_of(const Event& event, const CapturedValue& value) {
    uint64_t number = 0;
    std::string_view bytes = event.bytes_of(value);
    memcpy(&number, bytes.data(), std::min<size_t>(bytes.size(), 8));
    return number;
}

void append_given_number(std::string& out, const ValueKind& kind, uint64_t number, const HandleNames& handles) {
    if (kind.flags >= 0) append_flags(out, kind.flags, static_cast<uint32_t>(number));
    else if (kind.given == ValueType::kHandle) append_handle(out, number, handles, ValueType::kHandle);
    else if (kind.given == ValueType::kPointer) append_hex(out, number);
    else append_number(out, number);
}

// Programs may pass any bytes; what is not UTF-8 becomes U+FFFD.
std::string captured_text(const Event& event, const CapturedValue& value) {
    std::string_view bytes = event.bytes_of(value);
    bool narrow = value.kind == CaptureKind::kText || value.kind == CaptureKind::kOutText ||
                  value.kind == CaptureKind::kBytes || value.kind == CaptureKind::kOutBytes;
    bool ascii = true;
    for (char c : bytes) ascii &= static_cast<unsigned char>(c) < 0x80;
    if (narrow && ascii) return std::string(bytes);
    if (narrow) return utf8_from_utf16(utf16_from_utf8(bytes));
    std::u16string text(bytes.size() / 2, u'\0');
    memcpy(text.data(), bytes.data(), text.size() * 2);
    return utf8_from_utf16(text);
}

// In quotes, control characters escaped.
void append_quoted(std::string& out, std::string_view utf8) {
    out += '"';
    size_t plain = 0;
    for (size_t i = 0; i < utf8.size(); ++i) {
        char c = utf8[i];
        auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7F && c != '"') continue;
        out += utf8.substr(plain, i - plain);
        plain = i + 1;
        char escape[8];
        snprintf(escape, sizeof escape, "\\x%02x", byte);
        out += c == '"' ? "\\\"" : c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\t' ? "\\t" : escape;
    }
    out += utf8.substr(plain);
    out += '"';
}

// What a capture holds, in quotes: most are ASCII, and need no copy, or one that takes no memory.
void append_captured(std::string& out, const Event& event, const CapturedValue& value) {
    std::string_view bytes = event.bytes_of(value);
    bool wide = value.kind == CaptureKind::kWideText || value.kind == CaptureKind::kOutWideText ||
                value.kind == CaptureKind::kUnicodeString || value.kind == CaptureKind::kObjectAttributes;
    char narrow[kMostTextBytes / 2 + 8];
    if (!wide || bytes.size() / 2 > sizeof narrow) return append_quoted(out, captured_text(event, value));
    uint16_t seen = 0;
    size_t length = bytes.size() / 2;
    for (size_t i = 0; i < length; ++i) {
        uint16_t unit;
        memcpy(&unit, bytes.data() + i * 2, 2);
        seen |= unit;
        narrow[i] = static_cast<char>(unit);
    }
    if (seen >= 0x80) return append_quoted(out, captured_text(event, value));
    append_quoted(out, std::string_view(narrow, length));
}

// A name for what a call made and has none: the function that made it.
std::string name_by_maker(std::string_view function) {
    bool makes = function.starts_with("Create") || function.starts_with("NtCreate") || function == "socket" ||
                 function.starts_with("WSASocket") || function == "accept";
    if (!makes) return {};
    size_t skip = function.starts_with("NtCreate") ? 8 : function.starts_with("Create") ? 6 : 0;
    std::string name(function.substr(skip));
    if (!name.empty() && (name.back() == 'W' || name.back() == 'A')) name.pop_back();
    return name;
}

const char* invalid_result_name(std::string_view function) {
    return function.starts_with("GetFileAttributes") ? "INVALID_FILE_ATTRIBUTES"
           : function.starts_with("SetFilePointer")  ? "INVALID_SET_FILE_POINTER"
           : function.starts_with("GetFileSize")     ? "INVALID_FILE_SIZE"
                                                     : nullptr;
}

bool sets_last_error(const Call& call) {
    if (call.plan.error == ErrorKind::kNegative || call.plan.error == ErrorKind::kNonZero) return false;
    std::string_view type = call.result_type;
    return type == "BOOL" || type == "HANDLE" || type == "DWORD" || type == "HMODULE" || type == "SOCKET" ||
           type == "LPVOID" || type == "FARPROC" || call.call_class == CallClass::kNet;
}

}  // namespace

void append_number(std::string& out, uint64_t value, int base) {
    char text[24];
    auto end = std::to_chars(text, text + sizeof text, value, base).ptr;
    out.append(text, end);
}

void describe_values(Call& call) {
    for (const Parameter& parameter : call.parameters) {
        ValueKind kind = kind_of(parameter.type);
        kind.flags = flags_of(call.name, parameter.name);
        call.kinds.push_back(kind);
        call.gives_handle |= parameter.type == "PHANDLE" || parameter.type == "PHKEY" || parameter.type == "HMODULE*";
    }
    call.result = kind_of(call.result_type);
    if (call.result_type == "DWORD") call.result.flags = flags_of(call.name, "");
    call.gives_handle |= is_handle(call.result.type);
    call.closes_handle = call.name == "CloseHandle" || call.name == "NtClose" || call.name == "FindClose" ||
                         call.name == "RegCloseKey" || call.name == "closesocket";
}

const std::string* HandleNames::find(uint64_t handle) const {
    auto found = names_.find(handle);
    return found == names_.end() ? nullptr : &found->second;
}

void HandleNames::learn(const Call& call, const Event& event) {
    if (!call.gives_handle || call_failed(call, event.result)) return;
    std::string name;
    for (const CapturedValue& value : event.captures)
        if (!is_out(value.kind) && value.kind != CaptureKind::kBytes && name.empty()) name = captured_text(event, value);
    if (call.name == "GetStdHandle") {
        uint32_t which = event.words.empty() ? 0 : static_cast<uint32_t>(event.words[0]);
        name = which == 0xFFFFFFF6 ? "stdin" : which == 0xFFFFFFF5 ? "stdout" : which == 0xFFFFFFF4 ? "stderr" : "";
    }
    if (name.empty()) name = name_by_maker(call.name);
    if (name.empty()) return;
    if (is_handle(call.result.type)) names_[event.result] = name;
    for (const CapturedValue& value : event.captures) {
        std::string_view type = call.parameters[value.argument].type;
        if (value.kind == CaptureKind::kOutNumber64 && (type == "PHANDLE" || type == "PHKEY" || type == "HMODULE*"))
            names_[number_of(event, value)] = name;
    }
}

void HandleNames::forget(const Call& call, const Event& event) {
    if (call.closes_handle && !event.words.empty() && !call_failed(call, event.result)) names_.erase(event.words[0]);
}

bool call_failed(const Call& call, uint64_t result) { return result_is_failure(call.plan.error, result); }

void append_argument(std::string& out, const Call& call, const Event& event, size_t index, const HandleNames& handles) {
    const ValueKind& kind = call.kinds[index];
    uint64_t value = event.words[index];
    if (const CapturedValue* before = captured(event, index, false)) {
        append_captured(out, event, *before);
        bool cut = before->size_bytes >= kMostTextBytes ||
                   (before->kind == CaptureKind::kBytes && before->total > before->size_bytes);
        if (cut) out += "...";
        return;
    }
    if (const CapturedValue* after = captured(event, index, true)) {
        out += '[';
        if (is_number(*after)) append_given_number(out, kind, number_of(event, *after), handles);
        else append_captured(out, event, *after);
        if (after->kind == CaptureKind::kOutBytes && after->total > after->size_bytes) out += "...";
        out += ']';
        return;
    }
    bool number = kind.type == ValueType::kNumber || kind.type == ValueType::kError || kind.type == ValueType::kAccess;
    if (number && kind.flags >= 0) return append_flags(out, kind.flags, static_cast<uint32_t>(value));
    if (!is_handle(kind.type)) return append_plain(out, kind, value);
    bool pseudo = call.parameters[index].type == "HANDLE" && static_cast<int64_t>(value) < 0;
    bool process = pseudo && call.parameters[index].name.find("rocess") != std::string_view::npos;
    if (process && value == ~uint64_t{0}) out += "GetCurrentProcess()";
    else if (pseudo && value == ~uint64_t{1}) out += "GetCurrentThread()";
    else append_handle(out, value, handles, kind.type);
}

std::string argument_text(const Call& call, const Event& event, size_t index, const HandleNames& handles) {
    std::string out;
    append_argument(out, call, event, index, handles);
    return out;
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

void append_result(std::string& out, const Call& call, const Event& event, const HandleNames& handles) {
    if (call.result.type == ValueType::kVoid) return;
    out += "= ";
    bool failed = call_failed(call, event.result);
    if (call.result.type == ValueType::kError) {
        const char* name = win32_error_name(static_cast<uint32_t>(event.result));
        if (name) out += name;
        else append_integer(out, call.result, event.result);
        return;
    }
    const char* invalid = failed && call.result_type == "DWORD" ? invalid_result_name(call.name) : nullptr;
    if (invalid) out += invalid;
    else if (call.result.flags >= 0) append_flags(out, call.result.flags, static_cast<uint32_t>(event.result));
    else if (is_handle(call.result.type)) append_handle(out, event.result, handles, call.result.type);
    else append_plain(out, call.result, event.result);
    if (!failed || !event.last_error || !sets_last_error(call)) return;
    const char* name = win32_error_name(event.last_error);
    out += ' ';
    out += name ? name : "error";
    out += name ? " (" : " ";
    append_number(out, event.last_error);
    if (name) out += ')';
}

std::string result_text(const Call& call, const Event& event, const HandleNames& handles) {
    std::string out;
    append_result(out, call, event, handles);
    return out;
}

}  // namespace lsw::cli::trace
