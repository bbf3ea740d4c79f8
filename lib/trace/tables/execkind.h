/* SPDX-License-Identifier: BSD-2-Clause */
/* What a program file is; the names are words, no macros. X(mask, value, name). */
X(~0, 1, ported)
X(~0, 2, windows)
X(~0, 3, script)
X(~0, 4, batch)
X(~0, 5, foreign)
