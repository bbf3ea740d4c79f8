/* SPDX-License-Identifier: BSD-2-Clause */
/* Operations of flock(). X(mask, value, name). */
X(1, 1, LOCK_SH)
X(2, 2, LOCK_EX)
X(4, 4, LOCK_NB)
X(8, 8, LOCK_UN)
