// Data that the x64 C++ ABI of Microsoft's compiler puts into images for exceptions and type information.
// Fields named rva_* count from the base of the image they belong to. Facts from the public runtime headers
// (ehdata.h, ehdata4_export.h, rttidata.h) and from what compilers emit.
#pragma once

#include "abi/types.h"

// How to get from an object to a base: member displacement, vbtable pointer, entry in the vbtable.
struct PMD {
    int32_t mdisp;
    int32_t pdisp;  // -1: no virtual base on the way
    int32_t vdisp;
};

struct TypeDescriptor {
    const void* vtable;
    char* undecorated_name;  // a cache, made by type_info::name
    char name[];             // ".?AVexception@std@@"
};

struct CatchableType {
    uint32_t properties;
    int32_t rva_type;
    PMD this_displacement;
    int32_t size_or_offset;
    int32_t rva_copy_function;
};
inline constexpr uint32_t CT_IsSimpleType = 0x1;
inline constexpr uint32_t CT_ByReferenceOnly = 0x2;
inline constexpr uint32_t CT_HasVirtualBase = 0x4;

struct CatchableTypeArray {
    int32_t count;
    int32_t rva_types[];
};

struct ThrowInfo {
    uint32_t attributes;
    int32_t rva_destructor;
    int32_t rva_forward_compatible;
    int32_t rva_catchable_types;
};
inline constexpr uint32_t TI_IsConst = 0x1;
inline constexpr uint32_t TI_IsVolatile = 0x2;
inline constexpr uint32_t TI_IsUnaligned = 0x4;

// ExceptionInformation of a C++ exception: magic, object, ThrowInfo, image base of the ThrowInfo.
inline constexpr ULONG_PTR EH_MAGIC_NUMBER1 = 0x19930520;
inline constexpr ULONG_PTR EH_MAGIC_NUMBER3 = 0x19930522;
inline constexpr DWORD EH_EXCEPTION_PARAMETERS = 4;

// Adjectives of a catch
inline constexpr uint32_t HT_IsConst = 0x1;
inline constexpr uint32_t HT_IsVolatile = 0x2;
inline constexpr uint32_t HT_IsUnaligned = 0x4;
inline constexpr uint32_t HT_IsReference = 0x8;
inline constexpr uint32_t HT_IsStdDotDot = 0x40;  // catch (...) that takes C++ exceptions only

// __CxxFrameHandler3
struct FuncInfo3 {
    uint32_t magic;  // 29 bits, and flags above
    int32_t max_state;
    int32_t rva_unwind_map;
    uint32_t try_count;
    int32_t rva_try_map;
    uint32_t ip_count;
    int32_t rva_ip_map;
    int32_t unwind_help_offset;
    int32_t rva_exception_specification;  // magic 0x19930521 and newer
    int32_t flags;                        // magic 0x19930522 and newer
};
inline constexpr int32_t FI_EHS_FLAG = 0x1;
inline constexpr int32_t FI_EHNOEXCEPT_FLAG = 0x4;

struct UnwindMapEntry3 {
    int32_t to_state;
    int32_t rva_action;
};

struct TryBlockMapEntry3 {
    int32_t try_low, try_high, catch_high;
    int32_t handler_count;
    int32_t rva_handlers;
};

struct HandlerType3 {
    uint32_t adjectives;
    int32_t rva_type;
    int32_t catch_object_offset;
    int32_t rva_handler;
    int32_t frame_offset;  // where the catch funclet keeps the frame of its function
};

struct IpToStateMapEntry3 {
    int32_t rva_ip;
    int32_t state;
};

// Run-time type information
struct RTTIBaseClassDescriptor {
    int32_t rva_type;
    uint32_t contained_bases;
    PMD where;
    uint32_t attributes;
    int32_t rva_hierarchy;
};
inline constexpr uint32_t BCD_NOTVISIBLE = 0x1;
inline constexpr uint32_t BCD_AMBIGUOUS = 0x2;
inline constexpr uint32_t BCD_PRIVORPROTBASE = 0x4;

struct RTTIClassHierarchyDescriptor {
    uint32_t signature;
    uint32_t attributes;
    uint32_t base_count;
    int32_t rva_bases;  // int32_t RVAs of descriptors; the class itself comes first
};

struct RTTICompleteObjectLocator {
    uint32_t signature;  // 1 on x64
    uint32_t offset;     // of the vtable pointer in the complete object
    uint32_t constructor_offset;
    int32_t rva_type;
    int32_t rva_hierarchy;
    int32_t rva_self;
};
