#include "dll/crt/eh/cxx_exception.h"

#include <cstring>

namespace lsw::crt {
namespace {

bool same_type(const TypeDescriptor* a, const TypeDescriptor* b) {
    return a == b || strcmp(a->name, b->name) == 0;
}

bool accepts(const CatchHandler& handler, const CatchableType& conversion, const ThrowInfo& info) {
    uint32_t wanted = handler.adjectives, thrown = info.attributes;
    if ((conversion.properties & CT_ByReferenceOnly) && !(wanted & HT_IsReference)) return false;
    if ((thrown & TI_IsConst) && !(wanted & HT_IsConst)) return false;
    if ((thrown & TI_IsVolatile) && !(wanted & HT_IsVolatile)) return false;
    if ((thrown & TI_IsUnaligned) && !(wanted & HT_IsUnaligned)) return false;
    return true;
}

}  // namespace

bool CxxException::from(const EXCEPTION_RECORD& record, CxxException* exception) {
    if (record.ExceptionCode != kExceptionMsvcCxx ||
        record.NumberParameters < EH_EXCEPTION_PARAMETERS)
        return false;
    ULONG_PTR magic = record.ExceptionInformation[0];
    if (magic < EH_MAGIC_NUMBER1 || magic > EH_MAGIC_NUMBER3) return false;
    exception->object = reinterpret_cast<void*>(record.ExceptionInformation[1]);
    exception->info = reinterpret_cast<const ThrowInfo*>(record.ExceptionInformation[2]);
    exception->image_base = record.ExceptionInformation[3];
    return exception->info != nullptr;
}

const CatchableType* match(const CxxException& exception, const CatchHandler& handler) {
    auto types = exception.at<CatchableTypeArray>(exception.info->rva_catchable_types);
    bool takes_all = !handler.type || handler.type->name[0] == 0;
    for (int i = 0; i < types->count; ++i) {
        auto conversion = exception.at<CatchableType>(types->rva_types[i]);
        if (takes_all) return conversion;
        bool same = same_type(handler.type, exception.at<TypeDescriptor>(conversion->rva_type));
        if (same && accepts(handler, *conversion, *exception.info)) return conversion;
    }
    return nullptr;
}

void* adjust_pointer(void* object, const PMD& where) {
    auto at = static_cast<std::byte*>(object) + where.mdisp;
    if (where.pdisp < 0) return at;
    std::byte* table;
    int32_t offset;
    memcpy(&table, static_cast<std::byte*>(object) + where.pdisp, sizeof table);
    memcpy(&offset, table + where.vdisp, sizeof offset);
    return at + where.pdisp + offset;
}

void build_catch_object(const CxxException& exception, const CatchHandler& handler,
                        const CatchableType* conversion, uint64_t frame) {
    if (!handler.type || handler.type->name[0] == 0 || handler.catch_object_offset == 0) return;
    auto target = reinterpret_cast<void*>(
        frame + static_cast<uint64_t>(static_cast<int32_t>(handler.catch_object_offset)));
    auto size = static_cast<size_t>(conversion->size_or_offset);
    if (handler.adjectives & HT_IsReference) {
        void* referred = adjust_pointer(exception.object, conversion->this_displacement);
        memcpy(target, &referred, sizeof referred);
    } else if (conversion->properties & CT_IsSimpleType) {
        memmove(target, exception.object, size);
        void* pointer;
        memcpy(&pointer, target, sizeof pointer);
        if (size != sizeof pointer || !pointer) return;
        pointer = adjust_pointer(pointer, conversion->this_displacement);  // a pointer to a class
        memcpy(target, &pointer, sizeof pointer);
    } else if (!conversion->rva_copy_function) {
        memmove(target, adjust_pointer(exception.object, conversion->this_displacement), size);
    } else {
        using Copy = void*(WINAPI*)(void* to, void* from, int is_most_derived);
        auto copy = reinterpret_cast<Copy>(exception.image_base +
                                           static_cast<uint32_t>(conversion->rva_copy_function));
        copy(target, adjust_pointer(exception.object, conversion->this_displacement), 1);
    }
}

void destroy_exception_object(const CxxException& exception) {
    if (!exception.info->rva_destructor || !exception.object) return;
    using Destructor = void(WINAPI*)(void*);
    reinterpret_cast<Destructor>(exception.image_base +
                                 static_cast<uint32_t>(exception.info->rva_destructor))(
        exception.object);
}

CxxThread& cxx_thread() {
    static thread_local CxxThread thread;
    return thread;
}

void enter_catch(ActiveCatch* block) {
    CxxThread& thread = cxx_thread();
    block->previous = thread.active;
    thread.active = block;
    thread.current_exception = block->exception;
    thread.current_context = block->context;
    if (thread.throwing > 0) --thread.throwing;
}

void leave_catch(ActiveCatch* block, const EXCEPTION_RECORD* carried) {
    CxxThread& thread = cxx_thread();
    thread.active = block->previous;
    thread.current_exception = thread.active ? thread.active->exception : nullptr;
    thread.current_context = thread.active ? thread.active->context : nullptr;
    CxxException left, other;
    if (!CxxException::from(*block->exception, &left)) return;
    if (carried && CxxException::from(*carried, &other) && other.object == left.object) return;
    for (ActiveCatch* outer = thread.active; outer; outer = outer->previous)
        if (CxxException::from(*outer->exception, &other) && other.object == left.object) return;
    destroy_exception_object(left);
}

}  // namespace lsw::crt
