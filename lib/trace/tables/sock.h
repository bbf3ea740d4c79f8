/* SPDX-License-Identifier: BSD-2-Clause */
/* Types of sockets. X(mask, value, name). */
X(0xf, 1, SOCK_STREAM)
X(0xf, 2, SOCK_DGRAM)
X(0xf, 3, SOCK_RAW)
X(0xf, 4, SOCK_RDM)
X(0xf, 5, SOCK_SEQPACKET)
X(0x1000000, 0x1000000, SOCK_NONBLOCK)
X(0x2000000, 0x2000000, SOCK_CLOEXEC)
