/* SPDX-License-Identifier: BSD-2-Clause */
/* Whose resources. X(mask, value, name). */
X(~0, 0, RUSAGE_SELF)
X(~0, -1, RUSAGE_CHILDREN)
