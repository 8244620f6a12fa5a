/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/*
 * What fastpath.bpf.c shares with user space: the table of a process, an array map that the process has mapped and the
 * program reads and changes. Elements have 64 bytes:
 *
 *   LSW_FAST_SITES …    call sites: buckets of four, by lsw_fast_hash(address behind the `syscall`)
 *   LSW_FAST_HANDLES …  what a handle value leads to, eight per element, by value / 4
 *   LSW_FAST_SLOTS …    states of objects, four per element, lent to the kernel (core/wait/lent.h)
 */
#pragma once

#ifdef __cplusplus
#include <linux/types.h>
#endif

#define LSW_FAST_VERSION 1

/* A rewritten site calls Linux's prctl: the one entry that leads to a hook which may answer for it. */
#define LSW_FAST_CALL 157
/*
 * The option of a prctl of the runtime's own: is the program there, and knows this process? Answers LSW_FAST_VERSION, and
 * puts what it takes for the system time where the second argument says.
 */
#define LSW_FAST_HELLO 0x4C535731
/* EAX of a call that is handed back: SIGSYS follows. No status, and no errno. */
#define LSW_FAST_HANDED_BACK 0x2C535731

#define LSW_FAST_TABLES 1024 /* processes at a time */
#define LSW_FAST_CACHED 64

#define LSW_FAST_BUCKETS 256
#define LSW_FAST_HANDLE_COUNT 4096
#define LSW_FAST_SLOT_COUNT 1024
#define LSW_FAST_SITES 0
#define LSW_FAST_HANDLES (LSW_FAST_SITES + LSW_FAST_BUCKETS)
#define LSW_FAST_SLOTS (LSW_FAST_HANDLES + LSW_FAST_HANDLE_COUNT / 8)
#define LSW_FAST_ELEMENTS (LSW_FAST_SLOTS + LSW_FAST_SLOT_COUNT / 4)

/* Windows code lies below (kGuestLimit of abi/layout.h). */
#define LSW_FAST_GUEST_LIMIT 0x500000000000ULL

struct lsw_fast_site {
	__u64 after; /* 0: free */
	__u32 service;
	__u32 completed; /* calls, for people to look at */
};

struct lsw_fast_bucket {
	struct lsw_fast_site sites[4];
};

/* May the handle's holder do it? */
#define LSW_FAST_QUERY 1
#define LSW_FAST_MODIFY 2
#define LSW_FAST_WAIT 4

/* One 64-bit word, so that it changes as a whole. 0: nothing is known of the handle. */
struct lsw_fast_handle {
	__u32 tag; /* the upper half of the slot's state, or the slot is another object's by now */
	__u16 slot;
	__u16 access;
};

struct lsw_fast_handles {
	__u64 entries[8];
};

/* The kind of an object, in the highest byte of its state. */
#define LSW_FAST_MANUAL_EVENT 1
#define LSW_FAST_AUTO_EVENT 2
#define LSW_FAST_SEMAPHORE 3

/* Changed by compare-and-swap alone, by either side. Nobody waits for an object that is lent. */
struct lsw_fast_slot {
	__u64 state; /* SyncRecord's futex word; a generation of 24 bits; the kind, 0 when it is not lent */
	__u32 limit; /* semaphore */
	__u32 reserved;
};

struct lsw_fast_slots {
	struct lsw_fast_slot slots[4];
};

struct lsw_fast_element {
	__u64 words[8];
};

/* What is known of a process, kept with its first thread. lswhost fills in the table, the rest follows LSW_FAST_HELLO. */
struct lsw_fast_process {
	__u32 table;
	__u32 pid;
	__u64 start_time;
	__u64 exec_id;
};

static inline __u32 lsw_fast_hash(__u64 after)
{
	return (__u32)((after * 0x9E3779B97F4A7C15ULL) >> 56);
}
