#include "loader/unwind/virtual_unwind.h"

#include <gtest/gtest.h>

#include <cstring>
#include <initializer_list>
#include <vector>

#include "loader/unwind/function_table.h"

// Expectations: "x64 exception handling", sections on UNWIND_INFO, UNWIND_CODE and the unwind procedure.
namespace lsw::unwind {
namespace {

constexpr int kRbx = 3, kRbp = 5, kRsi = 6, kRdi = 7, kR12 = 12;
constexpr uint32_t kCode = 0x100, kInfo = 0x800, kParentInfo = 0x900;

UNWIND_CODE op(uint8_t offset, uint8_t code, uint8_t info) {
    UNWIND_CODE result;
    result.CodeOffset = offset;
    result.UnwindOp = code;
    result.OpInfo = info;
    return result;
}

UNWIND_CODE number(uint16_t value) {
    UNWIND_CODE result;
    result.FrameOffset = value;
    return result;
}

// A pretended image with one function, and a pretended stack of numbered words.
class VirtualUnwind : public testing::Test {
protected:
    VirtualUnwind() : image_(0x1000), stack_(512) {
        for (size_t i = 0; i < stack_.size(); ++i) stack_[i] = word(i);
        memset(&context_, 0, sizeof(context_));
        context_.Rsp = reinterpret_cast<uint64_t>(stack_.data());
        for (int i = 0; i < 16; ++i)
            if (i != 4) context_.Gpr[i] = 0xABC00 + i;
        function_ = {kCode, kCode + 0x200, {kInfo}};
    }
    static uint64_t word(size_t index) { return 0x1111000000000000 + index; }
    uint64_t base() const { return reinterpret_cast<uint64_t>(image_.data()); }
    uint64_t at(size_t word_index) const {
        return reinterpret_cast<uint64_t>(stack_.data() + word_index);
    }
    void code(uint32_t offset, std::initializer_list<uint8_t> bytes) {
        memcpy(&image_[kCode + offset], bytes.begin(), bytes.size());
    }
    void info(std::initializer_list<UNWIND_CODE> codes, uint8_t prologue, uint8_t frame_register = 0,
              uint8_t frame_offset = 0, uint8_t flags = 0, uint8_t version = 1,
              uint32_t where = kInfo) {
        auto header = reinterpret_cast<UNWIND_INFO*>(&image_[where]);
        header->Version = version & 7;
        header->Flags = flags & 31;
        header->SizeOfProlog = prologue;
        header->CountOfCodes = static_cast<uint8_t>(codes.size());
        header->FrameRegister = frame_register & 15;
        header->FrameOffset = frame_offset & 15;
        memcpy(header->UnwindCode, codes.begin(), codes.size() * sizeof(UNWIND_CODE));
    }
    void tail(std::initializer_list<uint32_t> values, uint32_t where = kInfo) {
        auto header = reinterpret_cast<UNWIND_INFO*>(&image_[where]);
        memcpy(const_cast<void*>(unwind_info_tail(header)), values.begin(), values.size() * 4);
    }
    VirtualFrame run(uint32_t offset, DWORD type = UNW_FLAG_NHANDLER) {
        context_.Rip = base() + kCode + offset;
        pointers_ = {};
        return virtual_unwind(type, base(), context_.Rip, &function_, &context_, &pointers_);
    }

    std::vector<uint8_t> image_;
    std::vector<uint64_t> stack_;
    CONTEXT context_;
    KNONVOLATILE_CONTEXT_POINTERS pointers_;
    RUNTIME_FUNCTION function_;
};

TEST_F(VirtualUnwind, LeafHasOnlyAReturnAddress) {
    VirtualFrame frame = virtual_unwind(0, base(), base() + 5, nullptr, &context_);
    EXPECT_EQ(context_.Rip, word(0));
    EXPECT_EQ(context_.Rsp, at(1));
    EXPECT_EQ(frame.handler, nullptr);
}

// push rbx (1), push rsi (2), sub rsp, 0x28 (6)
TEST_F(VirtualUnwind, PushesAndSmallAllocation) {
    info({op(6, UWOP_ALLOC_SMALL, 4), op(2, UWOP_PUSH_NONVOL, kRsi), op(1, UWOP_PUSH_NONVOL, kRbx)},
         6);
    code(0x40, {0x90, 0x90});
    VirtualFrame frame = run(0x40);
    EXPECT_EQ(frame.establisher, at(0));
    EXPECT_EQ(context_.Rsi, word(5));
    EXPECT_EQ(context_.Rbx, word(6));
    EXPECT_EQ(context_.Rip, word(7));
    EXPECT_EQ(context_.Rsp, at(8));
    EXPECT_EQ(context_.Rdi, 0xABC00u + kRdi);
    EXPECT_EQ(pointers_.IntegerContext[kRbx], &stack_[6]);
    EXPECT_EQ(pointers_.IntegerContext[kRdi], nullptr);
}

TEST_F(VirtualUnwind, InsideThePrologueOnlyWhatRanIsUndone) {
    info({op(6, UWOP_ALLOC_SMALL, 4), op(2, UWOP_PUSH_NONVOL, kRsi), op(1, UWOP_PUSH_NONVOL, kRbx)},
         6, 0, 0, UNW_FLAG_EHANDLER);
    VirtualFrame frame = run(2, UNW_FLAG_EHANDLER);
    EXPECT_EQ(context_.Rsi, word(0));
    EXPECT_EQ(context_.Rbx, word(1));
    EXPECT_EQ(context_.Rip, word(2));
    EXPECT_EQ(frame.handler, nullptr);
    context_.Rsp = at(0);
    run(0);
    EXPECT_EQ(context_.Rip, word(0));
}

TEST_F(VirtualUnwind, LargeAllocations) {
    info({op(7, UWOP_ALLOC_LARGE, 0), number(0x100)}, 7);
    run(0x40);
    EXPECT_EQ(context_.Rip, word(0x100));
    context_.Rsp = at(0);
    info({op(7, UWOP_ALLOC_LARGE, 1), number(0xC00), number(0)}, 7);
    run(0x40);
    EXPECT_EQ(context_.Rip, word(0x180));
}

// push rbp; sub rsp, 0x20; lea rbp, [rsp+0x20]; then the body moves rsp.
TEST_F(VirtualUnwind, FrameRegister) {
    info({op(9, UWOP_SET_FPREG, 0), op(5, UWOP_ALLOC_SMALL, 3), op(1, UWOP_PUSH_NONVOL, kRbp)}, 9,
         kRbp, 2);
    context_.Rbp = at(104);
    VirtualFrame frame = run(0x40);
    EXPECT_EQ(frame.establisher, at(100));
    EXPECT_EQ(context_.Rbp, word(104));
    EXPECT_EQ(context_.Rip, word(105));
    EXPECT_EQ(context_.Rsp, at(106));
    context_.Rsp = at(0);  // in the prologue, before the frame register is set
    context_.Rbp = 0x5555;
    frame = run(5);
    EXPECT_EQ(frame.establisher, at(0));
    EXPECT_EQ(context_.Rbp, word(4));
    EXPECT_EQ(context_.Rip, word(5));
}

TEST_F(VirtualUnwind, SavedRegisters) {
    info({op(20, UWOP_SAVE_XMM128, 6), number(4), op(16, UWOP_SAVE_XMM128_FAR, 7), number(0x80),
          number(0), op(12, UWOP_SAVE_NONVOL, kRdi), number(2), op(8, UWOP_SAVE_NONVOL_FAR, kR12),
          number(0x18), number(0), op(4, UWOP_ALLOC_LARGE, 0), number(32)},
         20);
    run(0x40);
    EXPECT_EQ(context_.Rdi, word(2));
    EXPECT_EQ(context_.R12, word(3));
    EXPECT_EQ(context_.Xmm[6].Low, word(8));
    EXPECT_EQ(static_cast<uint64_t>(context_.Xmm[6].High), word(9));
    EXPECT_EQ(context_.Xmm[7].Low, word(16));
    EXPECT_EQ(context_.Rip, word(32));
    EXPECT_EQ(static_cast<void*>(pointers_.FloatingContext[6]), &stack_[8]);
}

TEST_F(VirtualUnwind, MachineFrame) {
    info({op(0, UWOP_PUSH_MACHFRAME, 1)}, 0);
    VirtualFrame frame = run(0x40);
    EXPECT_TRUE(frame.caller_interrupted);
    EXPECT_EQ(context_.Rip, word(1));
    EXPECT_EQ(context_.Rsp, word(4));
}

TEST_F(VirtualUnwind, HandlerOfTheBody) {
    info({op(4, UWOP_ALLOC_SMALL, 4)}, 4, 0, 0, UNW_FLAG_EHANDLER);
    tail({0x150, 77});
    VirtualFrame frame = run(0x40, UNW_FLAG_EHANDLER);
    EXPECT_EQ(reinterpret_cast<uint64_t>(frame.handler), base() + 0x150);
    EXPECT_EQ(*static_cast<uint32_t*>(frame.handler_data), 77u);
    context_.Rsp = at(0);
    EXPECT_EQ(run(0x40, UNW_FLAG_UHANDLER).handler, nullptr);
}

TEST_F(VirtualUnwind, ChainedInfoUndoesBothAndUsesTheParentsHandler) {
    info({op(0, UWOP_SAVE_NONVOL, kRsi), number(1)}, 0, 0, 0, UNW_FLAG_CHAININFO);
    tail({0x300, 0x380, kParentInfo});
    info({op(5, UWOP_ALLOC_SMALL, 3), op(1, UWOP_PUSH_NONVOL, kRbx)}, 5, 0, 0, UNW_FLAG_UHANDLER, 1,
         kParentInfo);
    tail({0x160, 5}, kParentInfo);
    VirtualFrame frame = run(0x40, UNW_FLAG_UHANDLER);
    EXPECT_EQ(context_.Rsi, word(1));
    EXPECT_EQ(context_.Rbx, word(4));
    EXPECT_EQ(context_.Rip, word(5));
    EXPECT_EQ(reinterpret_cast<uint64_t>(frame.handler), base() + 0x160);
}

class Epilogue : public VirtualUnwind {
protected:
    // push rbx; push r12; sub rsp, 0x28
    Epilogue() {
        info({op(7, UWOP_ALLOC_SMALL, 4), op(3, UWOP_PUSH_NONVOL, kR12),
              op(1, UWOP_PUSH_NONVOL, kRbx)},
             7, 0, 0, UNW_FLAG_EHANDLER);
        tail({0x150, 0});
    }
    void expect_epilogue_at(uint32_t offset, size_t words_left) {
        context_.Rsp = at(0);
        context_.Rbx = 0xABC03;
        VirtualFrame frame = run(offset, UNW_FLAG_EHANDLER);
        EXPECT_EQ(frame.handler, nullptr) << "offset " << offset;
        EXPECT_EQ(context_.Rip, word(words_left)) << "offset " << offset;
        EXPECT_EQ(context_.Rsp, at(words_left + 1)) << "offset " << offset;
        EXPECT_EQ(context_.Rbx, words_left ? word(words_left - 1) : 0xABC03u);
    }
    void expect_body_at(uint32_t offset) {
        context_.Rsp = at(0);
        VirtualFrame frame = run(offset, UNW_FLAG_EHANDLER);
        EXPECT_NE(frame.handler, nullptr) << "offset " << offset;
        EXPECT_EQ(context_.Rip, word(7)) << "offset " << offset;
    }
};

// add rsp, 0x28; pop r12; pop rbx; ret
TEST_F(Epilogue, EveryInstructionOfIt) {
    code(0x40, {0x48, 0x83, 0xC4, 0x28, 0x41, 0x5C, 0x5B, 0xC3});
    expect_epilogue_at(0x40, 7);
    expect_epilogue_at(0x44, 2);
    expect_epilogue_at(0x46, 1);
    expect_epilogue_at(0x47, 0);
}

TEST_F(Epilogue, TailCalls) {
    code(0x40, {0x5B, 0xE9, 0x00, 0x10, 0x00, 0x00});  // pop rbx; jmp out of the function
    expect_epilogue_at(0x40, 1);
    code(0x50, {0x5B, 0x48, 0xFF, 0xE0});  // rex.w jmp rax
    expect_epilogue_at(0x50, 1);
    code(0x60, {0x5B, 0xFF, 0x25, 0, 0, 0, 0});  // jmp [rip]
    expect_epilogue_at(0x60, 1);
    code(0x70, {0xEB, 0x8E});  // jmp to the function's own start: recursion
    expect_epilogue_at(0x70, 0);
}

TEST_F(Epilogue, WhatOnlyLooksLikeIt) {
    code(0x40, {0xEB, 0x10});  // a jump inside the function
    expect_body_at(0x40);
    code(0x50, {0xFF, 0xE0});  // a switch
    expect_body_at(0x50);
    code(0x60, {0x48, 0x83, 0xC4, 0x28, 0x90, 0xC3});  // a nop between
    expect_body_at(0x60);
}

TEST_F(Epilogue, JumpIntoAColdPartIsBody) {
    static RUNTIME_FUNCTION cold;
    static uint64_t cold_base;
    cold = {kCode + 0x400, kCode + 0x420, {kParentInfo}};
    cold_base = base();
    info({op(0, UWOP_ALLOC_SMALL, 4)}, 0, 0, 0, 0, 1, kParentInfo);
    code(0x40, {0xE9, 0xBB, 0x03, 0x00, 0x00});  // to kCode + 0x400
    context_.Rip = base() + kCode + 0x40;
    virtual_unwind(0, base(), context_.Rip, &function_, &context_, nullptr,
                   [](uint64_t pc, uint64_t* found_base) -> const RUNTIME_FUNCTION* {
                       *found_base = cold_base;
                       uint64_t rva = pc - cold_base;
                       return rva >= cold.BeginAddress && rva < cold.EndAddress ? &cold : nullptr;
                   });
    EXPECT_EQ(context_.Rip, word(7));
}

// lea rsp, [rbp+8]; pop rbp; ret
TEST_F(VirtualUnwind, EpilogueByFrameRegister) {
    info({op(9, UWOP_SET_FPREG, 0), op(5, UWOP_ALLOC_SMALL, 3), op(1, UWOP_PUSH_NONVOL, kRbp)}, 9,
         kRbp, 2);
    context_.Rbp = at(99);
    code(0x40, {0x48, 0x8D, 0x65, 0x08, 0x5D, 0xC3});
    run(0x40);
    EXPECT_EQ(context_.Rbp, word(100));
    EXPECT_EQ(context_.Rip, word(101));
}

// Version 2 lists epilogues by distance from the end; only there code bytes are looked at.
TEST_F(VirtualUnwind, ListedEpilogues) {
    info({op(2, UWOP_EPILOG, 1), op(0x80, UWOP_EPILOG, 1), op(5, UWOP_ALLOC_SMALL, 3),
          op(1, UWOP_PUSH_NONVOL, kRbx)},
         5, 0, 0, 0, 2);
    code(0x200 - 0x180, {0x5B, 0xC3});
    code(0x1FE, {0x5B, 0xC3});
    code(0x40, {0x5B, 0xC3});
    run(0x1FE);
    EXPECT_EQ(context_.Rip, word(1));
    context_.Rsp = at(0);
    run(0x1FF);
    EXPECT_EQ(context_.Rip, word(0));
    context_.Rsp = at(0);
    run(0x80);
    EXPECT_EQ(context_.Rip, word(1));
    context_.Rsp = at(0);
    run(0x40);
    EXPECT_EQ(context_.Rip, word(5));
}

TEST(FunctionTable, Search) {
    RUNTIME_FUNCTION table[] = {{10, 20, {0}}, {20, 30, {0}}, {40, 50, {0}}};
    EXPECT_EQ(find_function(table, 3, 9), nullptr);
    EXPECT_EQ(find_function(table, 3, 10), &table[0]);
    EXPECT_EQ(find_function(table, 3, 20), &table[1]);
    EXPECT_EQ(find_function(table, 3, 30), nullptr);
    EXPECT_EQ(find_function(table, 3, 49), &table[2]);
    EXPECT_EQ(find_function(table, 3, 50), nullptr);
    EXPECT_EQ(find_function(table, 0, 50), nullptr);
}

}  // namespace
}  // namespace lsw::unwind
