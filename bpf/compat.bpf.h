/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/*
 * What every program here includes: the helpers, and the few kernel types we look at. There is no vmlinux.h: each
 * structure names only the members we read, and CO-RE relocates them on the kernel at hand. Differences between
 * kernels belong here, each with the version it is kept for.
 */
#pragma once

/* Makes bpf_tracing.h use the kernel's names of registers (di, not rdi). */
#define __VMLINUX_H__

#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct pt_regs {
	unsigned long r15;
	unsigned long r14;
	unsigned long r13;
	unsigned long r12;
	unsigned long bp;
	unsigned long bx;
	unsigned long r11;
	unsigned long r10;
	unsigned long r9;
	unsigned long r8;
	unsigned long ax;
	unsigned long cx;
	unsigned long dx;
	unsigned long si;
	unsigned long di;
	unsigned long orig_ax;
	unsigned long ip;
	unsigned long cs;
	unsigned long flags;
	unsigned long sp;
	unsigned long ss;
};

struct task_struct {
	int pid;
	int tgid;
	unsigned long long start_time;
	unsigned long long self_exec_id;
	char comm[16];
	struct task_struct *group_leader;
	struct task_struct *real_parent;
};

#pragma clang attribute pop

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#ifndef __ksym
#define __ksym __attribute__((section(".ksyms")))
#endif

#define LSW_LICENSE char LICENSE[] SEC("license") = "Dual MIT/GPL"
