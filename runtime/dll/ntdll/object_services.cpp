// Services for handles of any kind.
#include <algorithm>
#include <cstring>

#include "core/process/object_lookup.h"
#include "core/process/process_object.h"
#include "core/process/remote_calls.h"
#include "core/runtime.h"
#include "core/wait/sync_objects.h"
#include "dll/ntdll/object_attributes.h"

using namespace lsw;

namespace {

constexpr ULONG kCloseSource = 1, kSameAccess = 2;  // DUPLICATE_…

enum InformationClass : ULONG { kBasic = 0, kName = 1, kType = 2, kHandleFlags = 4 };

struct PUBLIC_OBJECT_BASIC_INFORMATION {
    ULONG Attributes;
    ACCESS_MASK GrantedAccess;
    ULONG HandleCount;
    ULONG PointerCount;
    ULONG Reserved[10];
};

struct PUBLIC_OBJECT_TYPE_INFORMATION {
    UNICODE_STRING TypeName;
    ULONG Reserved[22];
};

struct OBJECT_HANDLE_FLAG_INFORMATION {
    BOOLEAN Inherit;
    BOOLEAN ProtectFromClose;
};

// A structure that starts with a UNICODE_STRING, whose characters follow it.
template <class T>
NTSTATUS answer_with_text(std::u16string_view text, PVOID buffer, ULONG length, PULONG return_length) {
    ULONG needed = static_cast<ULONG>(sizeof(T) + (text.empty() ? 0 : (text.size() + 1) * sizeof(WCHAR)));
    if (return_length) *return_length = needed;
    if (length < needed) return length < sizeof(T) ? STATUS_INFO_LENGTH_MISMATCH : STATUS_BUFFER_OVERFLOW;
    auto* out = static_cast<T*>(buffer);
    *out = {};
    if (text.empty()) return STATUS_SUCCESS;
    auto* characters = reinterpret_cast<WCHAR*>(out + 1);
    memcpy(characters, text.data(), text.size() * sizeof(WCHAR));
    characters[text.size()] = 0;
    auto bytes = static_cast<USHORT>(text.size() * sizeof(WCHAR));
    UNICODE_STRING name{bytes, static_cast<USHORT>(bytes + sizeof(WCHAR)), characters};
    memcpy(static_cast<void*>(out), &name, sizeof name);
    return STATUS_SUCCESS;
}

std::u16string name_of_object(const Object& object) {
    switch (object.type()) {
        case ObjectType::Event:
        case ObjectType::Mutant:
        case ObjectType::Semaphore:
        case ObjectType::Timer: {
            const std::u16string& name = static_cast<const SyncObject&>(object).name();
            return name.empty() ? name : u"\\Sessions\\1\\BaseNamedObjects\\" + name;
        }
        default: return {};
    }
}

// With another process on one side or both.
NTSTATUS duplicate_between(ProcessObject& source, HANDLE handle, ProcessObject& target, PHANDLE out, ACCESS_MASK access,
                           ULONG attributes, ULONG options) {
    auto entry = source.is_current() ? object_from_handle(handle) : remote_take_handle(source, handle);
    if (!entry.ok()) return entry.status();
    ACCESS_MASK granted = granted_access(entry->info.access, access, (options & kSameAccess) != 0);
    bool inherit = attributes & OBJ_INHERIT;
    if (out) {
        auto made = target.is_current() ? runtime().handles.insert(Ref<Object>(entry->object), granted, inherit)
                                        : remote_give_handle(target, *entry, granted, inherit);
        if (!made.ok()) return made.status();
        *out = *made;
    }
    if (!(options & kCloseSource)) return STATUS_SUCCESS;
    return (source.is_current() ? runtime().handles.close(handle) : remote_close_handle(source, handle)).status();
}

}  // namespace

NTSTATUS ntdll::NtDuplicateObject(HANDLE SourceProcessHandle, HANDLE SourceHandle, HANDLE TargetProcessHandle,
                                  PHANDLE TargetHandle, ACCESS_MASK DesiredAccess, ULONG HandleAttributes, ULONG Options) {
    constexpr ACCESS_MASK kDuplicate = 0x40;  // PROCESS_DUP_HANDLE
    auto source = process_from_handle(SourceProcessHandle, kDuplicate);
    if (!source.ok()) return source.status();
    if (!TargetProcessHandle && (Options & kCloseSource))
        return ((*source)->is_current() ? runtime().handles.close(SourceHandle) : remote_close_handle(**source, SourceHandle))
            .status();
    auto target = process_from_handle(TargetProcessHandle, kDuplicate);
    if (!target.ok()) return target.status();
    if (!(*source)->is_current() || !(*target)->is_current())
        return duplicate_between(**source, SourceHandle, **target, TargetHandle, DesiredAccess, HandleAttributes, Options);
    auto made = duplicate_handle(SourceHandle, {DesiredAccess, (HandleAttributes & OBJ_INHERIT) != 0,
                                                (Options & kSameAccess) != 0, (Options & kCloseSource) != 0});
    if (!made.ok()) return made.status();
    if (TargetHandle)
        *TargetHandle = *made;
    else
        (void)runtime().handles.close(*made);
    return STATUS_SUCCESS;
}

NTSTATUS ntdll::NtQueryObject(HANDLE Handle, ULONG ObjectInformationClass, PVOID ObjectInformation,
                              ULONG ObjectInformationLength, PULONG ReturnLength) {
    auto found = object_from_handle(Handle);
    if (!found.ok()) return found.status();
    switch (ObjectInformationClass) {
        case kBasic: {
            constexpr ULONG kProtect = 1;
            ULONG attributes = (found->info.inherit ? OBJ_INHERIT : 0) | (found->info.protect_from_close ? kProtect : 0);
            PUBLIC_OBJECT_BASIC_INFORMATION basic{attributes, found->info.access, 1, 1, {}};
            return answer(basic, ObjectInformation, ObjectInformationLength, ReturnLength);
        }
        case kName:
            return answer_with_text<UNICODE_STRING>(name_of_object(*found->object), ObjectInformation,
                                                    ObjectInformationLength, ReturnLength);
        case kType: {
            const char* name = object_type_name(found->object->type());
            return answer_with_text<PUBLIC_OBJECT_TYPE_INFORMATION>(std::u16string(name, name + strlen(name)),
                                                                    ObjectInformation, ObjectInformationLength,
                                                                    ReturnLength);
        }
        case kHandleFlags: {
            OBJECT_HANDLE_FLAG_INFORMATION flags{found->info.inherit, found->info.protect_from_close};
            return answer(flags, ObjectInformation, ObjectInformationLength, ReturnLength);
        }
        default: return STATUS_INVALID_INFO_CLASS;
    }
}

NTSTATUS ntdll::NtSetInformationObject(HANDLE Handle, ULONG ObjectInformationClass, PVOID ObjectInformation,
                                       ULONG ObjectInformationLength) {
    if (ObjectInformationClass != kHandleFlags) return STATUS_INVALID_INFO_CLASS;
    if (ObjectInformationLength != sizeof(OBJECT_HANDLE_FLAG_INFORMATION)) return STATUS_INFO_LENGTH_MISMATCH;
    auto found = runtime().handles.lookup(Handle);
    if (!found.ok()) return found.status();
    const auto& flags = *static_cast<const OBJECT_HANDLE_FLAG_INFORMATION*>(ObjectInformation);
    return runtime().handles.set_info(Handle, {found->info.access, flags.Inherit != 0, flags.ProtectFromClose != 0}).status();
}

NTSTATUS ntdll::NtCompareObjects(HANDLE FirstObjectHandle, HANDLE SecondObjectHandle) {
    auto first = object_from_handle(FirstObjectHandle), second = object_from_handle(SecondObjectHandle);
    if (!first.ok() || !second.ok()) return STATUS_INVALID_HANDLE;
    return first->object.get() == second->object.get() ? STATUS_SUCCESS : STATUS_NOT_SAME_OBJECT;
}
