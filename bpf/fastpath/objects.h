/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/*
 * Services on events and semaphores whose state is lent to the kernel (core/wait/lent.h): nobody waits for them, so a
 * signal is a change of one word. Results go out before the change, which may then not happen: nothing is done twice.
 */
#pragma once

#define TIMEOUT 0x00000102ULL
#define SEMAPHORE_LIMIT_EXCEEDED STATUS(0xC0000047)
#define TRIES 4

struct lent {
	struct lsw_fast_slot *slot;
	__u32 tag;
};

static __always_inline __u32 kind_of(const struct lent *lent)
{
	return lent->tag >> 24;
}

static __always_inline int find(const struct call *call, __u64 handle, __u16 access, struct lent *lent)
{
	struct lsw_fast_handles *handles;
	struct lsw_fast_slots *slots;
	__u64 entry;
	__u32 slot;

	handle >>= 2;
	if (handle >= LSW_FAST_HANDLE_COUNT)
		return 0;
	handles = element(call, LSW_FAST_HANDLES + (__u32)handle / 8);
	if (!handles)
		return 0;
	entry = *(volatile __u64 *)&handles->entries[handle & 7];
	if (!entry || ((__u16)(entry >> 48) & access) != access)
		return 0;
	slot = (__u16)(entry >> 32);
	slots = element(call, LSW_FAST_SLOTS + slot / 4);
	if (!slots)
		return 0;
	lent->slot = &slots->slots[slot & 3];
	lent->tag = (__u32)entry;
	return 1;
}

/* The state, or 0 when the runtime took it back. */
static __always_inline __u64 state_of(const struct lent *lent)
{
	__u64 state = *(volatile __u64 *)&lent->slot->state;

	return state >> 32 == lent->tag ? state : 0;
}

static __always_inline __u64 set_event(const struct call *call, __u64 handle, __u64 previous, __u32 signalled)
{
	struct lent lent;

	if (!find(call, handle, LSW_FAST_MODIFY, &lent) || kind_of(&lent) == LSW_FAST_SEMAPHORE)
		return HAND_BACK;
	for (int i = 0; i < TRIES; ++i) {
		__u64 state = state_of(&lent);
		__u32 before = state & 1;

		if (!state || (previous && !put(previous, &before, sizeof(before))))
			return HAND_BACK;
		if (before == signalled ||
		    __sync_bool_compare_and_swap(&lent.slot->state, state, state ^ 1))
			return SUCCESS;
	}
	return HAND_BACK;
}

static __always_inline __u64 release_semaphore(const struct call *call, __u64 handle, __u32 count, __u64 previous)
{
	struct lent lent;

	if (!find(call, handle, LSW_FAST_MODIFY, &lent) || kind_of(&lent) != LSW_FAST_SEMAPHORE || (__s32)count <= 0)
		return HAND_BACK;
	for (int i = 0; i < TRIES; ++i) {
		__u64 state = state_of(&lent);
		__u32 before = state;

		if (!state)
			return HAND_BACK;
		if (count > lent.slot->limit - before)
			return SEMAPHORE_LIMIT_EXCEEDED;
		if (previous && !put(previous, &before, sizeof(before)))
			return HAND_BACK;
		if (__sync_bool_compare_and_swap(&lent.slot->state, state, state + count))
			return SUCCESS;
	}
	return HAND_BACK;
}

/* Whatever the time limit, a signalled object is taken at once; without one, a wait of no time has its answer too. */
static __always_inline __u64 wait_for(const struct call *call, __u64 handle, __u64 alertable, __u64 timeout)
{
	struct lent lent;
	__u64 limit;

	if ((__u8)alertable || !find(call, handle, LSW_FAST_WAIT, &lent))
		return HAND_BACK;
	for (int i = 0; i < TRIES; ++i) {
		__u64 state = state_of(&lent);

		if (!state)
			return HAND_BACK;
		if (!(__u32)state || (kind_of(&lent) != LSW_FAST_SEMAPHORE && !(state & 1)))
			return timeout && !bpf_probe_read_user(&limit, sizeof(limit), (void *)timeout) && limit == 0 ?
				       TIMEOUT :
				       HAND_BACK;
		if (kind_of(&lent) == LSW_FAST_MANUAL_EVENT ||
		    __sync_bool_compare_and_swap(&lent.slot->state, state, state - 1))
			return SUCCESS;
	}
	return HAND_BACK;
}

/* EVENT_BASIC_INFORMATION and SEMAPHORE_BASIC_INFORMATION: two numbers. The size of the answer goes out last, if wanted. */
static __always_inline __u64 query(const struct call *call, int semaphore)
{
	const struct pt_regs *regs = call->regs;
	__u32 values[2], size_bytes = sizeof(values);
	struct lent lent;
	__u64 state, size_wanted;

	/* The fifth argument, above the return address and the home space. */
	if (regs->dx || (__u32)regs->r9 != sizeof(values) ||
	    bpf_probe_read_user(&size_wanted, sizeof(size_wanted), (void *)(regs->sp + 0x28)))
		return HAND_BACK;
	if (!find(call, regs->r10, LSW_FAST_QUERY, &lent) || (kind_of(&lent) == LSW_FAST_SEMAPHORE) != semaphore)
		return HAND_BACK;
	state = state_of(&lent);
	if (!state)
		return HAND_BACK;
	values[0] = semaphore ? (__u32)state : kind_of(&lent) == LSW_FAST_AUTO_EVENT;
	values[1] = semaphore ? lent.slot->limit : (__u32)state & 1;
	if (!put(regs->r8, values, sizeof(values)))
		return HAND_BACK;
	return size_wanted && !put(size_wanted, &size_bytes, sizeof(size_bytes)) ? HAND_BACK : SUCCESS;
}
