/* SPDX-License-Identifier: BSD-2-Clause */
/* What a thread waits for (enum shm_wait_kind); the names are words, no macros. X(mask, value, name). */
X(~0, 0, nothing)
X(~0, 1, child)
X(~0, 2, read)
X(~0, 3, write)
X(~0, 4, sleep)
X(~0, 5, signal)
X(~0, 6, lock)
X(~0, 7, poll)
X(~0, 8, other)
