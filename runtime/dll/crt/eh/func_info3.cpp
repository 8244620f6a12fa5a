// Reads the tables of __CxxFrameHandler3 and its elders.
#include "dll/crt/eh/func_info.h"
#include "loader/unwind/function_table.h"

namespace lsw::crt {
namespace {

constexpr uint32_t kMagicMask = 0x1FFFFFFF;

}  // namespace

FuncInfoV3::FuncInfoV3(const DISPATCHER_CONTEXT& dispatcher)
    : base_(dispatcher.ImageBase),
      function_rva_(
          unwind::primary_function(base_, dispatcher.FunctionEntry)->BeginAddress),
      info_(at<FuncInfo3>(*static_cast<const int32_t*>(dispatcher.HandlerData))) {}

int FuncInfoV3::state_of(uint64_t pc) const {
    auto map = at<IpToStateMapEntry3>(info_->rva_ip_map);
    auto rva = static_cast<uint32_t>(pc - base_);
    int state = kEmptyState;
    for (uint32_t i = 0; i < info_->ip_count; ++i) {
        if (rva < static_cast<uint32_t>(map[i].rva_ip)) break;
        state = map[i].state;
    }
    return state;
}

UnwindAction FuncInfoV3::action(int state) const {
    UnwindAction result;
    if (state < 0 || state >= info_->max_state) return result;
    const UnwindMapEntry3& entry = at<UnwindMapEntry3>(info_->rva_unwind_map)[state];
    result.to_state = entry.to_state;
    if (entry.rva_action) {
        result.kind = ActionKind::kFunclet;
        result.function = base_ + static_cast<uint32_t>(entry.rva_action);
    }
    return result;
}

int FuncInfoV3::try_count() const { return static_cast<int>(info_->try_count); }

TryBlock FuncInfoV3::try_block(int index) const {
    const TryBlockMapEntry3& entry = at<TryBlockMapEntry3>(info_->rva_try_map)[index];
    return {entry.try_low, entry.try_high, entry.catch_high, entry.handler_count,
            static_cast<uint32_t>(entry.rva_handlers)};
}

CatchHandler FuncInfoV3::handler(const TryBlock& block, int index) const {
    const HandlerType3& entry = at<HandlerType3>(static_cast<int32_t>(block.rva_handlers))[index];
    CatchHandler result;
    result.adjectives = entry.adjectives;
    if (entry.rva_type) result.type = at<TypeDescriptor>(entry.rva_type);
    result.catch_object_offset = static_cast<uint32_t>(entry.catch_object_offset);
    result.rva_handler = static_cast<uint32_t>(entry.rva_handler);
    result.frame_offset = static_cast<uint32_t>(entry.frame_offset);
    return result;
}

bool FuncInfoV3::find_funclet(CatchFunclet* funclet) const {
    for (int i = 0; i < try_count(); ++i) {
        TryBlock block = try_block(i);
        for (int j = 0; j < block.handler_count; ++j) {
            CatchHandler candidate = handler(block, j);
            if (candidate.rva_handler != function_rva_) continue;
            *funclet = {candidate.frame_offset, block.high, block.catch_high};
            return true;
        }
    }
    return false;
}

bool FuncInfoV3::catches_only_cxx() const {
    return (info_->magic & kMagicMask) >= EH_MAGIC_NUMBER3 && (info_->flags & FI_EHS_FLAG);
}

bool FuncInfoV3::is_noexcept() const {
    return (info_->magic & kMagicMask) >= EH_MAGIC_NUMBER3 && (info_->flags & FI_EHNOEXCEPT_FLAG);
}

}  // namespace lsw::crt
