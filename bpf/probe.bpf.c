// SPDX-License-Identifier: (GPL-2.0-only OR MIT)
/* The smallest programs of each type: loading them tells `lsw doctor` what this kernel lets us load. */
#include "bpf/compat.bpf.h"

SEC("raw_tp/sys_enter")
int lsw_probe_rawtp(struct bpf_raw_tracepoint_args *context)
{
	return 0;
}

SEC("uprobe")
int lsw_probe_uprobe(struct pt_regs *registers)
{
	return 0;
}

LSW_LICENSE;
