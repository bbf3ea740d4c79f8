/* SPDX-License-Identifier: BSD-2-Clause */
/* Types of directory entries. X(mask, value, name). */
X(~0, 0, DT_UNKNOWN)
X(~0, 1, DT_FIFO)
X(~0, 2, DT_CHR)
X(~0, 4, DT_DIR)
X(~0, 6, DT_BLK)
X(~0, 8, DT_REG)
X(~0, 10, DT_LNK)
X(~0, 12, DT_SOCK)
