/* SPDX-License-Identifier: BSD-2-Clause */
/* Where lseek() counts from. X(mask, value, name). */
X(~0, 0, SEEK_SET)
X(~0, 1, SEEK_CUR)
X(~0, 2, SEEK_END)
