/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/*
 * What the programs of trace.bpf.c and who loads them share: keys and values of the maps. `bpftool map dump` prints them
 * by these names.
 */
#pragma once

#ifndef __bpf__
#include <linux/types.h>
#endif

#define LSW_NAME_BYTES 48
/* In place of a call's number: the thread was in none. */
#define LSW_NO_CALL 0xffffffffu

struct lsw_name {
	char name[LSW_NAME_BYTES];
};

struct lsw_call_key {
	__u32 pid;
	__u32 call;
};

/* What the kernel did on behalf of one export's calls in one process. */
struct lsw_call_work {
	char name[LSW_NAME_BYTES];
	__u64 syscalls;
	__u64 syscall_ns; /* without waiting */
	__u64 blocked_ns;
	__u64 page_faults;
	__u64 bytes;
};

/* A process that is traced. */
struct lsw_process {
	char comm[16];
	__s64 thread_offset; /* of the word with the call in progress, from FS */
};

/* A thread of such a process. */
struct lsw_thread {
	__s64 thread_offset;
	__u64 enter_ns; /* of the system call in progress, when it is timed */
	__u64 waited_ns; /* and how long it has waited */
	__u64 off_ns;   /* when it left the CPU to wait */
	__u32 syscall_call;
	__u32 off_call;
	__u32 pid;
	__u32 number;
	__u32 in_syscall;
	__u32 calls;  /* system calls so far: decides which are timed */
	__u32 weight; /* how many the one in progress stands for */
	/* Work for one call that is not in the map yet: a thread repeats itself, and the map is dear. */
	__u32 pending_call;
	__u32 pending_events;
	__u64 syscalls;
	__u64 syscall_ns;
	__u64 blocked_ns;
	__u64 page_faults;
	__u64 bytes;
};
