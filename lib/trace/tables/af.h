/* SPDX-License-Identifier: BSD-2-Clause */
/* Address families. X(mask, value, name). */
X(~0, 0, AF_UNSPEC)
X(~0, 1, AF_UNIX)
X(~0, 2, AF_INET)
X(~0, 23, AF_INET6)
