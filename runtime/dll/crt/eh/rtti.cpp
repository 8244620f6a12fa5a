// rttidata.h: dynamic_cast and typeid over the compiler's class descriptions.
#include <cstring>

#include "core/exception/capture.h"
#include "dll/crt/eh/cxx_exception.h"
#include "dll/crt/eh/standard_throws.h"
#include "dll/vcruntime140/vcruntime140.h"

using namespace lsw;

namespace {

// The complete object that an object is part of.
struct Complete {
    const RTTICompleteObjectLocator* locator = nullptr;
    std::byte* object = nullptr;
    uint64_t image_base = 0;

    explicit Complete(void* part) {
        auto vtable = *static_cast<const RTTICompleteObjectLocator* const**>(part);
        locator = vtable[-1];
        image_base = reinterpret_cast<uint64_t>(locator) - static_cast<uint32_t>(locator->rva_self);
        object = static_cast<std::byte*>(part) - locator->offset;
        if (locator->constructor_offset) {  // the part is a virtual base, under construction perhaps
            int32_t displacement;
            memcpy(&displacement, static_cast<std::byte*>(part) - locator->constructor_offset, 4);
            object -= displacement;
        }
    }
    template <class T>
    const T* at(int32_t rva) const {
        return reinterpret_cast<const T*>(image_base + static_cast<uint32_t>(rva));
    }
    const RTTIClassHierarchyDescriptor* hierarchy() const {
        return at<RTTIClassHierarchyDescriptor>(locator->rva_hierarchy);
    }
    const RTTIBaseClassDescriptor* base(uint32_t index) const {
        return at<RTTIBaseClassDescriptor>(at<int32_t>(hierarchy()->rva_bases)[index]);
    }
    bool is(const RTTIBaseClassDescriptor* base, const TypeDescriptor* type) const {
        auto own = at<TypeDescriptor>(base->rva_type);
        return own == type || strcmp(own->name, type->name) == 0;
    }
    void* address_of(const RTTIBaseClassDescriptor* base) const {
        return crt::adjust_pointer(object, base->where);
    }
};

// "dynamic_cast Operator": first a target that contains the source publicly, then, across the complete
// object, a target that is public and not ambiguous, if the source is public too.
void* cast(const Complete& complete, void* source_address, const TypeDescriptor* source,
           const TypeDescriptor* target) {
    constexpr uint32_t kHidden = BCD_NOTVISIBLE | BCD_PRIVORPROTBASE;
    uint32_t count = complete.hierarchy()->base_count;
    void* down = nullptr;
    void* across = nullptr;
    bool ambiguous = false, source_is_public = false;
    for (uint32_t i = 0; i < count; ++i) {
        auto base = complete.base(i);
        if (complete.is(base, source) && complete.address_of(base) == source_address &&
            !(base->attributes & kHidden))
            source_is_public = true;
        if (!complete.is(base, target)) continue;
        void* address = complete.address_of(base);
        for (uint32_t j = i + 1; j <= i + base->contained_bases && j < count; ++j) {
            auto inner = complete.base(j);
            if (complete.is(inner, source) && complete.address_of(inner) == source_address &&
                !(inner->attributes & BCD_PRIVORPROTBASE))
                down = address;
        }
        if (base->attributes & (kHidden | BCD_AMBIGUOUS)) continue;
        if (across && across != address) ambiguous = true;
        across = address;
    }
    if (down) return down;
    return source_is_public && !ambiguous ? across : nullptr;
}

}  // namespace

void* clib::__RTDynamicCast(void* object, LONG vtable_offset, TypeDescriptor* source,
                            TypeDescriptor* target, BOOL is_reference) {
    if (!object) return nullptr;
    // The pointer given is to the part with the vtable pointer, that far behind the source's start.
    auto source_address = static_cast<std::byte*>(object) - vtable_offset;
    void* result = cast(Complete(object), source_address, source, target);
    if (!result && is_reference) crt::throw_bad_cast("Bad dynamic_cast!");
    return result;
}

void* clib::__RTtypeid(void* object) {
    if (!object) crt::throw_bad_typeid("Attempted a typeid of nullptr pointer!");
    Complete complete(object);
    return const_cast<TypeDescriptor*>(complete.at<TypeDescriptor>(complete.locator->rva_type));
}

void* clib::__RTCastToVoid(void* object) { return object ? Complete(object).object : nullptr; }
