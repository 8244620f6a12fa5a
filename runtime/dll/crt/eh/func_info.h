// What a C++ frame handler needs to know of a function, read from either form of the compiler's tables.
//
// A function is in a state at each instruction. The unwind map leads from a state outwards, with what to
// destroy on each step; try blocks are ranges of states; their catch blocks are functions of their own
// (funclets), whose states follow those of the try.
#pragma once

#include <cstdint>

#include "abi/cxx_exception.h"
#include "abi/unwind.h"

namespace lsw::crt {

inline constexpr int kEmptyState = -1;

struct TryBlock {
    int low = 0, high = 0, catch_high = 0;
    int handler_count = 0;
    uint32_t rva_handlers = 0;
};

struct CatchHandler {
    uint32_t adjectives = 0;
    const TypeDescriptor* type = nullptr;  // null: catch (...)
    uint32_t catch_object_offset = 0;      // from the establisher frame; 0: the object is not wanted
    uint32_t rva_handler = 0;
    uint32_t frame_offset = 0;
    int continuation_count = 0;  // the funclet returns an index into these; none: it returns the address
    uint64_t continuations[2] = {};
};

enum class ActionKind { kNone, kFunclet, kDestructor, kDestructorOfPointer };

struct UnwindAction {
    int to_state = kEmptyState;
    ActionKind kind = ActionKind::kNone;
    uint64_t function = 0;
    uint32_t object_offset = 0;
};

// A funclet of a catch block that a frame may be.
struct CatchFunclet {
    uint32_t frame_offset = 0;
    // Its own part of the function's states is (floor, ceiling].
    int floor = kEmptyState, ceiling = 0;
};

class FuncInfo {
public:
    virtual int state_of(uint64_t pc) const = 0;
    virtual UnwindAction action(int state) const = 0;
    virtual int try_count() const = 0;
    virtual TryBlock try_block(int index) const = 0;  // inner ones come before outer ones
    virtual CatchHandler handler(const TryBlock& block, int index) const = 0;
    virtual bool find_funclet(CatchFunclet* funclet) const = 0;
    virtual bool catches_only_cxx() const = 0;
    virtual bool is_noexcept() const = 0;

protected:
    ~FuncInfo() = default;
};

// Tables of __CxxFrameHandler3 (and older).
class FuncInfoV3 final : public FuncInfo {
public:
    explicit FuncInfoV3(const DISPATCHER_CONTEXT& dispatcher);
    int state_of(uint64_t pc) const override;
    UnwindAction action(int state) const override;
    int try_count() const override;
    TryBlock try_block(int index) const override;
    CatchHandler handler(const TryBlock& block, int index) const override;
    bool find_funclet(CatchFunclet* funclet) const override;
    bool catches_only_cxx() const override;
    bool is_noexcept() const override;

private:
    template <class T>
    const T* at(int32_t rva) const {
        return reinterpret_cast<const T*>(base_ + static_cast<uint32_t>(rva));
    }
    uint64_t base_;
    uint32_t function_rva_;
    const FuncInfo3* info_;
};

// Compressed tables of __CxxFrameHandler4.
class FuncInfoV4 final : public FuncInfo {
public:
    explicit FuncInfoV4(const DISPATCHER_CONTEXT& dispatcher);
    int state_of(uint64_t pc) const override;
    UnwindAction action(int state) const override;
    int try_count() const override;
    TryBlock try_block(int index) const override;
    CatchHandler handler(const TryBlock& block, int index) const override;
    bool find_funclet(CatchFunclet* funclet) const override;
    bool catches_only_cxx() const override;
    bool is_noexcept() const override;

private:
    const uint8_t* ip_map_of(uint32_t rva, uint32_t* start) const;
    uint64_t base_;
    uint32_t function_rva_;
    uint8_t header_;
    const uint8_t* unwind_map_ = nullptr;
    const uint8_t* try_map_ = nullptr;
    const uint8_t* ip_map_ = nullptr;  // or the map of segments
    uint32_t frame_offset_ = 0;
};

}  // namespace lsw::crt
