// wdm.h: registry services over core/registry.
// Doc: "ZwCreateKey function (wdm.h)", "ZwQueryKey function", "ZwQueryValueKey function",
// "KEY_VALUE_FULL_INFORMATION structure".
#include <algorithm>
#include <cstring>
#include <string>

#include "core/registry/key_object.h"
#include "core/registry/registry.h"
#include "core/runtime.h"
#include "dll/ntdll/object_attributes.h"

using namespace lsw;

namespace {

std::u16string text_of(const UNICODE_STRING* text) {
    return text && text->Buffer ? std::u16string(text->Buffer, text->Length / 2) : std::u16string();
}

// The key that the attributes name: its parent's place and the name below it.
struct Target {
    registry::KeyPlace parent;
    std::u16string name;
};

Result<Target> target_of(const OBJECT_ATTRIBUTES* attributes) {
    if (!attributes || attributes->Length != sizeof(OBJECT_ATTRIBUTES))
        return Status(STATUS_INVALID_PARAMETER);
    Target out;
    out.name = text_of(attributes->ObjectName);
    if (attributes->RootDirectory) {
        if (out.name.starts_with(u'\\')) return Status(STATUS_OBJECT_PATH_SYNTAX_BAD);
        out.parent = LSW_TRY(registry::key_of(attributes->RootDirectory, 0));
        return out;
    }
    if (!out.name.starts_with(u'\\')) return Status(STATUS_OBJECT_PATH_SYNTAX_BAD);
    out.parent.path = registry::path_from_nt_name(out.name);
    if (out.parent.path.empty()) return Status(STATUS_OBJECT_NAME_NOT_FOUND);
    size_t slash = out.parent.path.rfind(u'\\');
    out.name.clear();
    if (slash != std::u16string::npos) {
        out.name = out.parent.path.substr(slash + 1);
        out.parent.path.resize(slash);
    }
    return out;
}

// Fixed part and variable part of an answer, as much of it as fits.
NTSTATUS give(const std::string& fixed, const std::string& rest, PVOID out, ULONG room,
              PULONG length) {
    std::string all = fixed + rest;
    if (length) *length = static_cast<ULONG>(all.size());
    if (room < fixed.size()) return STATUS_BUFFER_TOO_SMALL;
    memcpy(out, all.data(), std::min<size_t>(room, all.size()));
    return room < all.size() ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

std::string bytes_of(std::u16string_view text) {
    return {reinterpret_cast<const char*>(text.data()), text.size() * 2};
}

class Fields {
public:
    Fields& word(uint32_t value) {
        return bytes_.append(reinterpret_cast<const char*>(&value), 4), *this;
    }
    Fields& wide(int64_t value) {
        return bytes_.append(reinterpret_cast<const char*>(&value), 8), *this;
    }
    operator const std::string&() const { return bytes_; }  // NOLINT: what it is for

private:
    std::string bytes_;
};

NTSTATUS give_key(const std::u16string& path, ULONG information_class, PVOID out, ULONG room,
                  PULONG length) {
    constexpr ULONG kBasic = 0, kNode = 1, kFull = 2, kName = 3, kCached = 4, kHandleTags = 7;
    int64_t time = registry::last_write(path);
    std::string name = bytes_of(registry::last_name(path));
    auto name_bytes = static_cast<uint32_t>(name.size());
    constexpr uint32_t kNoClass = 0xFFFFFFFF;
    switch (information_class) {
        case kBasic:
            return give(Fields().wide(time).word(0).word(name_bytes), name, out, room, length);
        case kNode:
            return give(Fields().wide(time).word(0).word(kNoClass).word(0).word(name_bytes), name,
                        out, room, length);
        case kName: {
            std::string full = bytes_of(registry::nt_name_of_path(path));
            return give(Fields().word(static_cast<uint32_t>(full.size())), full, out, room, length);
        }
        case kHandleTags:
            return give(Fields().word(0), {}, out, room, length);
        case kFull:
        case kCached:
            break;
        default:
            return STATUS_INVALID_PARAMETER;
    }
    auto names = registry::children(path);
    auto values = registry::values(path);
    if (!names.ok()) return names.status();
    if (!values.ok()) return values.status();
    size_t longest_key = 0, longest_name = 0, longest_data = 0;
    for (const std::u16string& child : *names)
        longest_key = std::max(longest_key, child.size() * 2);
    for (const registry::Value& value : *values) {
        longest_name = std::max(longest_name, value.name.size() * 2);
        longest_data = std::max(longest_data, value.data.size());
    }
    auto count = [](size_t number) { return static_cast<uint32_t>(number); };
    Fields fields;
    fields.wide(time).word(0);
    if (information_class == kFull) fields.word(kNoClass).word(0);
    fields.word(count(names->size())).word(count(longest_key));
    if (information_class == kFull) fields.word(0);
    fields.word(count(values->size())).word(count(longest_name)).word(count(longest_data));
    if (information_class == kCached) fields.word(name_bytes);
    return give(fields, {}, out, room, length);
}

NTSTATUS give_value(const registry::Value& value, ULONG information_class, PVOID out, ULONG room,
                    PULONG length) {
    constexpr ULONG kBasic = 0, kFull = 1, kPartial = 2, kFullAlign64 = 3, kPartialAlign64 = 4;
    std::string name = bytes_of(value.name);
    auto name_bytes = static_cast<uint32_t>(name.size()),
         data_bytes = static_cast<uint32_t>(value.data.size());
    switch (information_class) {
        case kBasic:
            return give(Fields().word(0).word(value.type).word(name_bytes), name, out, room,
                        length);
        case kFull:
        case kFullAlign64: {
            // Data is aligned behind the name.
            uint32_t offset = (20 + name_bytes + 7) & ~7u;
            std::string rest = name + std::string(offset - 20 - name_bytes, '\0') + value.data;
            return give(
                Fields().word(0).word(value.type).word(offset).word(data_bytes).word(name_bytes),
                rest, out, room, length);
        }
        case kPartial:
            return give(Fields().word(0).word(value.type).word(data_bytes), value.data, out, room,
                        length);
        case kPartialAlign64:
            return give(Fields().word(value.type).word(data_bytes), value.data, out, room, length);
        default:
            return STATUS_INVALID_PARAMETER;
    }
}

}  // namespace

NTSTATUS ntdll::NtOpenKeyEx(PHANDLE KeyHandle, ACCESS_MASK DesiredAccess,
                            POBJECT_ATTRIBUTES ObjectAttributes, ULONG) {
    auto target = target_of(ObjectAttributes);
    if (!target.ok()) return target.status();
    auto handle =
        registry::open_key(target->parent, target->name, DesiredAccess, inherits(ObjectAttributes));
    if (!handle.ok()) return handle.status();
    *KeyHandle = *handle;
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtOpenKey(PHANDLE KeyHandle, ACCESS_MASK DesiredAccess,
                          POBJECT_ATTRIBUTES ObjectAttributes) {
    return NtOpenKeyEx(KeyHandle, DesiredAccess, ObjectAttributes, 0);
}

NTSTATUS ntdll::NtCreateKey(PHANDLE KeyHandle, ACCESS_MASK DesiredAccess,
                            POBJECT_ATTRIBUTES ObjectAttributes, ULONG, PUNICODE_STRING, ULONG,
                            PULONG Disposition) {
    auto target = target_of(ObjectAttributes);
    if (!target.ok()) return target.status();
    // Unlike RegCreateKey, one level at a time.
    if (!registry::exists(target->parent.path)) return STATUS_OBJECT_NAME_NOT_FOUND;
    if (size_t slash = target->name.rfind(u'\\');
        slash != std::u16string::npos && slash + 1 < target->name.size()) {
        std::u16string above = registry::child_path(
            target->parent.path, target->name.substr(0, slash), target->parent.view);
        if (!registry::exists(above)) return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    bool created = false;
    auto handle = registry::create_key(target->parent, target->name, DesiredAccess,
                                       inherits(ObjectAttributes), created);
    if (!handle.ok()) return handle.status();
    *KeyHandle = *handle;
    if (Disposition) *Disposition = created ? 1 : 2;
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtDeleteKey(HANDLE KeyHandle) {
    constexpr ACCESS_MASK kDelete = 0x10000;
    auto place = registry::key_of(KeyHandle, kDelete);
    return place.ok() ? registry::remove(place->path).status() : place.status();
}

NTSTATUS ntdll::NtDeleteValueKey(HANDLE KeyHandle, PUNICODE_STRING ValueName) {
    auto place = registry::key_of(KeyHandle, registry::kSetValue);
    return place.ok() ? registry::remove_value(place->path, text_of(ValueName)).status()
                      : place.status();
}

NTSTATUS ntdll::NtFlushKey(HANDLE KeyHandle) { return registry::key_of(KeyHandle, 0).status(); }

NTSTATUS ntdll::NtRenameKey(HANDLE KeyHandle, PUNICODE_STRING NewName) {
    auto place = registry::key_of(KeyHandle, registry::kSetValue);
    return place.ok() ? registry::rename(place->path, text_of(NewName)).status() : place.status();
}

NTSTATUS ntdll::NtSetValueKey(HANDLE KeyHandle, PUNICODE_STRING ValueName, ULONG, ULONG Type,
                              PVOID Data, ULONG DataSize) {
    auto place = registry::key_of(KeyHandle, registry::kSetValue);
    if (!place.ok()) return place.status();
    registry::Value value{text_of(ValueName), Type, {}};
    if (DataSize) value.data.assign(static_cast<const char*>(Data), DataSize);
    return registry::set_value(place->path, value).status();
}

NTSTATUS ntdll::NtQueryKey(HANDLE KeyHandle, ULONG KeyInformationClass, PVOID KeyInformation,
                           ULONG Length, PULONG ResultLength) {
    auto place = registry::key_of(KeyHandle, 0);
    return place.ok()
               ? give_key(place->path, KeyInformationClass, KeyInformation, Length, ResultLength)
               : place.status();
}

NTSTATUS ntdll::NtEnumerateKey(HANDLE KeyHandle, ULONG Index, ULONG KeyInformationClass,
                               PVOID KeyInformation, ULONG Length, PULONG ResultLength) {
    auto place = registry::key_of(KeyHandle, registry::kEnumerate);
    if (!place.ok()) return place.status();
    auto names = registry::children(place->path);
    if (!names.ok()) return names.status();
    if (Index >= names->size()) return STATUS_NO_MORE_ENTRIES;
    return give_key(place->path + u"\\" + (*names)[Index], KeyInformationClass, KeyInformation,
                    Length, ResultLength);
}

NTSTATUS ntdll::NtQueryValueKey(HANDLE KeyHandle, PUNICODE_STRING ValueName,
                                ULONG KeyValueInformationClass, PVOID KeyValueInformation,
                                ULONG Length, PULONG ResultLength) {
    auto place = registry::key_of(KeyHandle, registry::kQueryValue);
    if (!place.ok()) return place.status();
    auto value = registry::value(place->path, text_of(ValueName));
    if (!value.ok()) return value.status();
    return give_value(*value, KeyValueInformationClass, KeyValueInformation, Length, ResultLength);
}

NTSTATUS ntdll::NtEnumerateValueKey(HANDLE KeyHandle, ULONG Index, ULONG KeyValueInformationClass,
                                    PVOID KeyValueInformation, ULONG Length, PULONG ResultLength) {
    auto place = registry::key_of(KeyHandle, registry::kQueryValue);
    if (!place.ok()) return place.status();
    auto values = registry::values(place->path);
    if (!values.ok()) return values.status();
    if (Index >= values->size()) return STATUS_NO_MORE_ENTRIES;
    return give_value((*values)[Index], KeyValueInformationClass, KeyValueInformation, Length,
                      ResultLength);
}
