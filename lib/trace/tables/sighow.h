/* SPDX-License-Identifier: BSD-2-Clause */
/* How sigprocmask() changes the mask. X(mask, value, name). */
X(~0, 0, SIG_SETMASK)
X(~0, 1, SIG_BLOCK)
X(~0, 2, SIG_UNBLOCK)
