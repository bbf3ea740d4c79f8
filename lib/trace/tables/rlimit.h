/* SPDX-License-Identifier: BSD-2-Clause */
/* Resources. X(mask, value, name). */
X(~0, 0, RLIMIT_CPU)
X(~0, 1, RLIMIT_FSIZE)
X(~0, 2, RLIMIT_DATA)
X(~0, 3, RLIMIT_STACK)
X(~0, 4, RLIMIT_CORE)
X(~0, 5, RLIMIT_NOFILE)
X(~0, 6, RLIMIT_AS)
