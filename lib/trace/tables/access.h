/* SPDX-License-Identifier: BSD-2-Clause */
/* Modes of access(). X(mask, value, name). */
X(~0, 0, F_OK)
X(4, 4, R_OK)
X(2, 2, W_OK)
X(1, 1, X_OK)
