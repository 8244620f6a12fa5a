// Tier T0: the sites of raw system calls, rewritten after their first trap so that later calls jump to the service.
//
// What is rewritten is one instruction: `mov eax, number` becomes a jump of the same five bytes to a trampoline, which does
// the mov and what else stands before the `syscall`, and goes to the service. The `syscall` stays, so that a thread that
// is already past the mov, or jumps straight to it, traps as before; nothing but the start of one instruction can be the
// target of a jump. Three shapes are known (all others keep trapping, which is always right):
//     mov r10, rcx;  mov eax, N;  syscall
//     mov r10, rcx;  mov eax, N;  test byte [7FFE0308h], 1;  jne +3;  syscall
//     mov eax, N;  mov r10, rcx;  syscall              (at the start of a function only)
// Other threads may run the site meanwhile: the first byte is a breakpoint while the others change, and every core is
// serialised (membarrier) between the steps; who meets the breakpoint gets the mov done by the handler.
//
// Programs that check or rewrite their code see no change: a page with a rewritten site can be executed but not read
// (a memory protection key), and the first look at it, or the first change of its protection, puts the bytes back for
// good. A processor without protection keys therefore patches nothing. Writable pages are never patched.
#pragma once

#include <sys/ucontext.h>

#include <cstdint>

namespace lsw::seh {

// From the service entry, in ordinary context: a call of `number` trapped just before `after`.
void patch_call_site(uint64_t after, uint32_t number);

// True when T0 is possible on this machine.
bool can_patch_call_sites();

// For T1: the call before `after` shall have another number from now on. Where the code can be watched it is, as above;
// where it cannot, because the program may write there or the processor has no protection keys, it is changed in the
// program's own memory, and in images only if `everywhere`: those are what programs check.
// False when the site keeps its number; it will on every further try, if `for_good`.
bool renumber_call_site(uint64_t after, uint32_t number, uint32_t other, bool everywhere, bool* for_good);

// The program is about to change, or to lose (`gone`), these pages. The former get their bytes back; the latter may come
// back as others.
void restore_call_sites(uint64_t start, uint64_t end, bool gone);

// The kernel is about to read these bytes on the program's behalf, where a watched page, or one of a section that has not
// been read yet, would only be an error.
void show_call_sites(const void* bytes, uint64_t size_bytes);

// From the fault handler: true when the fault was the watched page's, and the instruction can be tried again.
bool call_site_read_fault(uint64_t address, int si_code);
// The same for a breakpoint that stands while a site is rewritten.
bool call_site_breakpoint(mcontext_t& machine);

}  // namespace lsw::seh
