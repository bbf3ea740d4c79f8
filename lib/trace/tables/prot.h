/* SPDX-License-Identifier: BSD-2-Clause */
/* Protections of memory. X(mask, value, name). */
X(~0, 0, PROT_NONE)
X(1, 1, PROT_READ)
X(2, 2, PROT_WRITE)
X(4, 4, PROT_EXEC)
