/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/* Services that need no object: clocks, the processor, yielding. They answer what the runtime's own do. */
#pragma once

#define TICK_NS 100ULL
#define TICKS_PER_SECOND 10000000ULL
#define UNIX_EPOCH_TICKS 116444736000000000ULL /* 1970 in ticks since 1601 */

static __always_inline __u64 processor_number(__u64 address)
{
	/* PROCESSOR_NUMBER: group, number, reserved */
	__u32 value = bpf_get_smp_processor_id() << 16;

	return put(address, &value, sizeof(value)) ? SUCCESS : HAND_BACK;
}

static __always_inline __u64 performance_counter(__u64 counter, __u64 frequency)
{
	__u64 now = bpf_ktime_get_ns() / TICK_NS, per_second = TICKS_PER_SECOND;

	if (frequency && !put(frequency, &per_second, sizeof(per_second)))
		return HAND_BACK;
	return put(counter, &now, sizeof(now)) ? SUCCESS : HAND_BACK;
}

/*
 * There is no helper for the wall clock, but one for atomic time, which is ahead by the offset that the kernel keeps. In
 * tk_core it lies behind a counter of eight bytes. The runtime compares before it relies on this (kernel_calls.cpp).
 */
static __always_inline __u64 system_time(__u64 address)
{
	const char *core = (const char *)&tk_core;
	__s32 ahead_s;
	__u64 now;

	if (!core || !bpf_core_field_exists(((struct timekeeper *)0)->tai_offset))
		return HAND_BACK;
	core += 8 + bpf_core_field_offset(((struct timekeeper *)0)->tai_offset);
	if (bpf_probe_read_kernel(&ahead_s, sizeof(ahead_s), core))
		return HAND_BACK;
	now = bpf_ktime_get_tai_ns() - (__s64)ahead_s * 1000000000;
	now = UNIX_EPOCH_TICKS + now / TICK_NS;
	return put(address, &now, sizeof(now)) ? SUCCESS : HAND_BACK;
}

static __always_inline __u64 timer_resolution(__u64 coarsest, __u64 finest, __u64 current)
{
	__u32 most = 156250, least = 5000;

	return put(coarsest, &most, sizeof(most)) && put(finest, &least, sizeof(least)) &&
	       put(current, &least, sizeof(least)) ? SUCCESS : HAND_BACK;
}

/* Done when nobody else wants this processor; giving it up is not a program's to do. */
static __always_inline __u64 yield(void)
{
	const struct rq *queue = &runqueues ? bpf_this_cpu_ptr(&runqueues) : 0;

	return queue && queue->nr_running == 1 ? SUCCESS : HAND_BACK;
}
