// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/*
 * Attributes what the kernel does for a thread (system calls, waiting, page faults, bytes) to the Windows call that the
 * thread is in. The runtime's wrapper keeps that call's number in a word of thread storage; here it is read through FS.
 * A thread that is not traced costs one look at its (absent) storage.
 */
#include "bpf/compat.bpf.h"
#include "bpf/trace/trace.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct thread_struct {
	unsigned long fsbase;
};
struct task_struct___threads {
	struct thread_struct thread;
};
#pragma clang attribute pop

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct lsw_thread);
} lsw_threads SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, struct lsw_process);
} lsw_processes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, struct lsw_call_key);
	__type(value, struct lsw_call_work);
} lsw_calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE); /* filled with one copy */
	__uint(max_entries, 1); /* set when loaded */
	__type(key, __u32);
	__type(value, struct lsw_name);
} lsw_names SEC(".maps");

/* Set when processes are attached to that have threads already: those are found by their process, once. */
volatile __u32 lsw_adopt = 0;

static __always_inline __u32 call_of(struct task_struct *task, const struct lsw_thread *thread)
{
	unsigned long fs = ((struct task_struct___threads *)task)->thread.fsbase;
	__u32 call = 0;

	bpf_probe_read_user(&call, sizeof(call), (void *)(fs + thread->thread_offset));
	return call - 1; /* 0 becomes LSW_NO_CALL */
}

static __always_inline struct lsw_call_work *work_of(__u32 pid, __u32 call)
{
	struct lsw_call_key key = { .pid = pid, .call = call };
	struct lsw_call_work *work = bpf_map_lookup_elem(&lsw_calls, &key);
	static const struct lsw_call_work empty;
	struct lsw_name *name;

	if (work)
		return work;
	bpf_map_update_elem(&lsw_calls, &key, &empty, BPF_NOEXIST);
	work = bpf_map_lookup_elem(&lsw_calls, &key);
	name = bpf_map_lookup_elem(&lsw_names, &call);
	if (work && name)
		__builtin_memcpy(work->name, name->name, sizeof(work->name));
	else if (work)
		__builtin_memcpy(work->name, "(outside)", 10);
	return work;
}

/* What a thread may gather before it goes into the map: bounds what is missing when a running process is let go. */
#define MOST_PENDING 64

static __always_inline void flush(struct lsw_thread *thread)
{
	struct lsw_call_work *work;

	if (!thread->pending_events)
		return;
	work = work_of(thread->pid, thread->pending_call);
	if (work) {
		__sync_fetch_and_add(&work->syscalls, thread->syscalls);
		__sync_fetch_and_add(&work->syscall_ns, thread->syscall_ns);
		__sync_fetch_and_add(&work->blocked_ns, thread->blocked_ns);
		__sync_fetch_and_add(&work->page_faults, thread->page_faults);
		__sync_fetch_and_add(&work->bytes, thread->bytes);
	}
	thread->syscalls = thread->syscall_ns = thread->blocked_ns = 0;
	thread->page_faults = thread->bytes = 0;
	thread->pending_events = 0;
}

/* Before work for `call` is added to the thread's own. */
static __always_inline void prepare(struct lsw_thread *thread, __u32 call)
{
	if (thread->pending_call != call || thread->pending_events >= MOST_PENDING)
		flush(thread);
	thread->pending_call = call;
	thread->pending_events++;
}

static __always_inline struct lsw_thread *adopt(struct task_struct *task)
{
	__u32 pid = task->tgid;
	struct lsw_process *process = bpf_map_lookup_elem(&lsw_processes, &pid);
	struct lsw_thread fresh = {};

	if (!process)
		return 0;
	fresh.thread_offset = process->thread_offset;
	fresh.pid = pid;
	return bpf_task_storage_get(&lsw_threads, task, &fresh, BPF_LOCAL_STORAGE_GET_F_CREATE);
}

static __always_inline struct lsw_thread *current_thread(struct task_struct *task)
{
	struct lsw_thread *thread = bpf_task_storage_get(&lsw_threads, task, 0, 0);

	return thread || !lsw_adopt ? thread : adopt(task);
}

/*
 * The clock is dearer than all else here. A thread's first calls are timed one by one, later one in so many, which stands
 * for the others; waiting is always timed, and not part of it.
 */
#define TIMED_ALL 256
#define TIMED_OF 8

SEC("tp_btf/sys_enter")
int lsw_sys_enter(__u64 *context)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct lsw_thread *thread = current_thread(task);

	if (!thread)
		return 0;
	thread->syscall_call = call_of(task, thread);
	thread->number = (__u32)context[1];
	thread->in_syscall = 1;
	thread->weight = thread->calls < TIMED_ALL ? 1 : thread->calls % TIMED_OF ? 0 : TIMED_OF;
	thread->calls++;
	if (thread->weight) {
		thread->waited_ns = 0;
		thread->enter_ns = bpf_ktime_get_ns();
	}
	return 0;
}

/* Calls that return how many bytes they moved. */
static __always_inline int moves_bytes(__u32 number)
{
	switch (number) {
	case 0: case 1: case 17: case 18: case 19: case 20: /* read, write, pread64, pwrite64, readv, writev */
	case 40: case 44: case 45: case 46: case 47:        /* sendfile, sendto, recvfrom, sendmsg, recvmsg */
	case 295: case 296: case 326: case 327: case 328:   /* preadv, pwritev, copy_file_range, preadv2, pwritev2 */
		return 1;
	}
	return 0;
}

SEC("tp_btf/sys_exit")
int lsw_sys_exit(__u64 *context)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct lsw_thread *thread = bpf_task_storage_get(&lsw_threads, task, 0, 0);
	long result = (long)context[1];

	if (!thread || !thread->in_syscall)
		return 0;
	prepare(thread, thread->syscall_call);
	thread->syscalls++;
	if (thread->weight)
		thread->syscall_ns += (bpf_ktime_get_ns() - thread->enter_ns - thread->waited_ns) * thread->weight;
	if (result > 0 && moves_bytes(thread->number))
		thread->bytes += result;
	thread->in_syscall = 0;
	return 0;
}

SEC("tp_btf/sched_switch")
int lsw_sched_switch(__u64 *context)
{
	struct task_struct *prev = (struct task_struct *)context[1];
	struct task_struct *next = (struct task_struct *)context[2];
	__u64 waited;
	struct lsw_thread *thread = bpf_task_storage_get(&lsw_threads, prev, 0, 0);

	/* A thread that is merely pushed off the CPU (state 0) does not wait. */
	if (thread && (__u32)context[3]) {
		thread->off_call = call_of(prev, thread);
		thread->off_ns = bpf_ktime_get_ns();
	}
	thread = bpf_task_storage_get(&lsw_threads, next, 0, 0);
	if (!thread || !thread->off_ns)
		return 0;
	prepare(thread, thread->off_call);
	waited = bpf_ktime_get_ns() - thread->off_ns;
	thread->blocked_ns += waited;
	thread->waited_ns += waited;
	thread->off_ns = 0;
	return 0;
}

SEC("tp_btf/page_fault_user")
int lsw_page_fault(__u64 *context)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct lsw_thread *thread = bpf_task_storage_get(&lsw_threads, task, 0, 0);

	if (!thread)
		return 0;
	prepare(thread, call_of(task, thread));
	thread->page_faults++;
	return 0;
}

/* New threads of a traced process are traced; new processes say so themselves, when they are to be. */
SEC("tp_btf/sched_process_fork")
int lsw_fork(__u64 *context)
{
	struct task_struct *parent = (struct task_struct *)context[0];
	struct task_struct *child = (struct task_struct *)context[1];
	struct lsw_thread *thread = bpf_task_storage_get(&lsw_threads, parent, 0, 0);
	struct lsw_thread fresh = {};

	if (!thread || parent->tgid != child->tgid)
		return 0;
	fresh.thread_offset = thread->thread_offset;
	fresh.pid = thread->pid;
	bpf_task_storage_get(&lsw_threads, child, &fresh, BPF_LOCAL_STORAGE_GET_F_CREATE);
	return 0;
}

/* The last that is heard of a thread. A system call that it is in (exit, a wait that was killed) counts too. */
SEC("tp_btf/sched_process_exit")
int lsw_exit(__u64 *context)
{
	struct task_struct *task = (struct task_struct *)context[0];
	struct lsw_thread *thread = bpf_task_storage_get(&lsw_threads, task, 0, 0);

	if (!thread)
		return 0;
	if (thread->in_syscall) {
		prepare(thread, thread->syscall_call);
		thread->syscalls++;
	}
	flush(thread);
	return 0;
}

LSW_LICENSE;
