// Finds the unwind data of guest code: .pdata of loaded images and the tables that JITs register.
//
// Lookups run while exceptions are dispatched, when any other lock of ours may be held by anyone; so this
// has a lock of its own, under which nothing else is taken and no guest code runs.
#pragma once

#include <cstdint>
#include <shared_mutex>
#include <vector>

#include "abi/unwind.h"
#include "base/result.h"

namespace lsw::seh {

class FunctionTables {
public:
    // An image's exception directory; `size_bytes` is that of the whole image.
    void add_image(uint64_t base, uint64_t size_bytes, const RUNTIME_FUNCTION* table,
                   uint32_t count);
    void remove_image(uint64_t base);
    // The image that holds the address, or 0: what RtlPcToFileHeader answers.
    uint64_t image_of(uint64_t pc);

    // Doc: "RtlAddFunctionTable function (winnt.h)".
    bool add_table(const RUNTIME_FUNCTION* table, uint32_t count, uint64_t base);
    // Doc: "RtlInstallFunctionTableCallback function (winnt.h)".
    bool add_callback(uint64_t identifier, uint64_t base, uint32_t length,
                      GET_RUNTIME_FUNCTION_CALLBACK* callback, void* context);
    // By the table's address or a callback's identifier.
    bool remove_table(uint64_t identifier);

    // Doc: "RtlAddGrowableFunctionTable function (winnt.h)". The handle is never reused while it lives.
    Result<void*> add_growable(const RUNTIME_FUNCTION* table, uint32_t count, uint64_t base,
                               uint64_t end);
    void grow(void* handle, uint32_t count);
    void remove_growable(void* handle);

    // The entry that covers the address and the base that its RVAs refer to, or null (a leaf function, or
    // no guest code). Calls the program's callback, without the lock, where one covers the address.
    const RUNTIME_FUNCTION* lookup(uint64_t pc, uint64_t* image_base);

    // While one lives, lookups of this thread find nothing rather than wait or call the program: for signal handlers.
    struct Impatient {
        Impatient();
        ~Impatient();
    };

private:
    enum class Kind : uint8_t { kImage, kTable, kCallback, kGrowable };
    struct Range {
        uint64_t begin, end, base;
        uint64_t identifier;
        const RUNTIME_FUNCTION* table;
        uint32_t count;
        Kind kind;
        bool sorted;
        GET_RUNTIME_FUNCTION_CALLBACK* callback;
        void* context;
    };
    void insert(const Range& range);
    template <class Matches>
    bool erase(Matches matches);

    std::shared_mutex lock_;
    std::vector<Range> images_;   // sorted by begin; they do not overlap
    std::vector<Range> dynamic_;  // sorted by begin; the newest of overlapping ones first
    uint64_t next_growable_ = 1;
};

FunctionTables& function_tables();

}  // namespace lsw::seh
