/* SPDX-License-Identifier: BSD-2-Clause */
/* Flags of pipe2(), dup3(). X(mask, value, name). */
X(0x8, 0x8, O_APPEND)
X(0x4000, 0x4000, O_NONBLOCK)
X(0x10000, 0x10000, O_BINARY)
X(0x20000, 0x20000, O_TEXT)
X(0x40000, 0x40000, O_CLOEXEC)
X(0x80000, 0x80000, O_DIRECT)
