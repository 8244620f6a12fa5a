/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */
/* The numbers of the NT services as LSW_NtName, from the one table of them. */
#pragma once

enum lsw_service {
#define SERVICE(name, number, arguments, tier) LSW_##name = number,
#include "runtime/abi/services.inc"
#undef SERVICE
};
