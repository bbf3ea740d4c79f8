/* SPDX-License-Identifier: BSD-2-Clause */
/* Flags of mmap(). X(mask, value, name). */
X(1, 1, MAP_SHARED)
X(2, 2, MAP_PRIVATE)
X(0x10, 0x10, MAP_FIXED)
X(0x20, 0x20, MAP_ANONYMOUS)
X(0x4000, 0x4000, MAP_NORESERVE)
