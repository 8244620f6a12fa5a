// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/*
 * Tier T1: completes NT services in the kernel, for call sites that the runtime has rewritten to call prctl
 * (core/exception/kernel_calls.h).
 *
 * security_task_prctl is the first thing that prctl calls, and what it answers, but for -ENOSYS, is prctl's answer. A
 * program of type fmod_ret answers in its place; 0 would mean "let the hook run", and so prctl with a Windows program's
 * registers, hence STATUS_SUCCESS is 1 << 32, of which prctl takes the lower half.
 *
 * What cannot be completed is handed back: the thread gets SIGSYS, and T2 does the call. Processes that did not register
 * are none of ours and see nothing.
 */
#include "bpf/compat.bpf.h"
#include "bpf/fastpath/fastpath.h"
#include "bpf/fastpath/services.h"

LSW_LICENSE;

/* Set before loading. A kernel that is locked down has no bpf_probe_write_user. */
const volatile __u32 lsw_may_write = 1;

struct lsw_table {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, LSW_FAST_ELEMENTS);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct lsw_fast_element));
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, LSW_FAST_TABLES);
	__uint(key_size, sizeof(__u32));
	__array(values, struct lsw_table);
} lsw_fast_tables SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct lsw_fast_process);
} lsw_fast_tasks SEC(".maps");

/* What was last found in lsw_fast_tasks, by pid, on each processor: half of the cost of a call otherwise. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, LSW_FAST_CACHED);
	__type(key, __u32);
	__type(value, struct lsw_fast_process);
} lsw_fast_cache SEC(".maps");

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct timekeeper {
	__s32 tai_offset;
};
struct rq {
	unsigned int nr_running;
};
#pragma clang attribute pop

extern const void tk_core __ksym __weak;
extern const struct rq runqueues __ksym __weak;

#define SUCCESS (1ULL << 32)
#define STATUS(value) ((__u64)(__s64)(__s32)(value))
#define SIGSYS 31

/* Answers of services_*.h that are no statuses. */
#define HAND_BACK 0ULL

struct call {
	const struct pt_regs *regs;
	void *table;
	__u32 service;
};

static __always_inline void *element(const struct call *call, __u32 index)
{
	return bpf_map_lookup_elem(call->table, &index);
}

static __always_inline int put(__u64 address, const void *from, __u32 size_bytes)
{
	return lsw_may_write && bpf_probe_write_user((void *)address, from, size_bytes) == 0;
}

#include "bpf/fastpath/clocks.h"
#include "bpf/fastpath/objects.h"

static __always_inline __u64 complete(const struct call *call)
{
	const struct pt_regs *regs = call->regs;

	switch (call->service) {
	case LSW_NtGetCurrentProcessorNumber:
		/* Processor 0 would be "let the hook run". */
		return SUCCESS | bpf_get_smp_processor_id();
	case LSW_NtGetCurrentProcessorNumberEx:
		return processor_number(regs->r10);
	case LSW_NtYieldExecution:
		return yield();
	case LSW_NtQueryPerformanceCounter:
		return performance_counter(regs->r10, regs->dx);
	case LSW_NtQuerySystemTime:
		return system_time(regs->r10);
	case LSW_NtSetEvent:
		return set_event(call, regs->r10, regs->dx, 1);
	case LSW_NtResetEvent:
		return set_event(call, regs->r10, regs->dx, 0);
	case LSW_NtClearEvent:
		return set_event(call, regs->r10, 0, 0);
	case LSW_NtReleaseSemaphore:
		return release_semaphore(call, regs->r10, regs->dx, regs->r8);
	case LSW_NtQueryTimerResolution:
		return timer_resolution(regs->r10, regs->dx, regs->r8);
	case LSW_NtQueryEvent:
		return query(call, 0);
	case LSW_NtQuerySemaphore:
		return query(call, 1);
	case LSW_NtWaitForSingleObject:
		return wait_for(call, regs->r10, regs->dx, regs->r8);
	}
	return HAND_BACK;
}

static __always_inline struct lsw_fast_site *site_at(void *table, __u64 after)
{
	__u32 index = LSW_FAST_SITES + lsw_fast_hash(after);
	struct lsw_fast_bucket *bucket = bpf_map_lookup_elem(table, &index);

	if (bucket) {
		for (int i = 0; i < 4; ++i)
			if (bucket->sites[i].after == after)
				return &bucket->sites[i];
	}
	return 0;
}

/* Never 0 for a call of Windows code. */
static __always_inline __u64 answer(void *table, const struct pt_regs *regs)
{
	struct lsw_fast_site *site = site_at(table, regs->ip);
	struct call call = { .regs = regs, .table = table };

	if (site) {
		__u64 result;

		call.service = site->service;
		result = complete(&call);
		if (result != HAND_BACK) {
			__sync_fetch_and_add(&site->completed, 1);
			return result;
		}
	}
	bpf_send_signal_thread(SIGSYS);
	return LSW_FAST_HANDED_BACK;
}

/* The process as it is now: neither a later one with its number, nor what it becomes by execve. */
static __always_inline int same(const struct lsw_fast_process *known, const struct task_struct *leader)
{
	return known->pid == (__u32)leader->pid && known->start_time == leader->start_time &&
	       known->exec_id == leader->self_exec_id;
}

/* A process that lswhost knows says that it is ready, and asks for the time, to see whether it is right. */
static __always_inline __u64 greet(struct task_struct *leader, __u64 time)
{
	struct lsw_fast_process *known = bpf_task_storage_get(&lsw_fast_tasks, leader, 0, 0);

	if (!known)
		return 0;
	known->pid = leader->pid;
	known->start_time = leader->start_time;
	known->exec_id = leader->self_exec_id;
	system_time(time);
	return LSW_FAST_VERSION;
}

/* Its table; null when it is none of ours, as a Linux program may lie this low in memory too. */
static __always_inline void *table_of(struct task_struct *leader)
{
	struct lsw_fast_process *known, *cached;
	__u32 index = leader->pid & (LSW_FAST_CACHED - 1);

	cached = bpf_map_lookup_elem(&lsw_fast_cache, &index);
	if (!cached)
		return 0;
	if (!same(cached, leader)) {
		known = bpf_task_storage_get(&lsw_fast_tasks, leader, 0, 0);
		if (!known || !same(known, leader))
			return 0;
		*cached = *known;
	}
	index = cached->table;
	return bpf_map_lookup_elem(&lsw_fast_tables, &index);
}

SEC("fmod_ret/security_task_prctl")
__u64 BPF_PROG(lsw_fast_prctl, int option, unsigned long time)
{
	struct task_struct *task = bpf_get_current_task_btf();
	const struct pt_regs *regs = (const struct pt_regs *)bpf_task_pt_regs(task);
	void *table;

	if (regs->ip >= LSW_FAST_GUEST_LIMIT)
		return option == LSW_FAST_HELLO ? greet(task->group_leader, time) : 0;
	table = table_of(task->group_leader);
	return table ? answer(table, regs) : 0;
}
