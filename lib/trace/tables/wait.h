/* SPDX-License-Identifier: BSD-2-Clause */
/* Options of waitpid(). X(mask, value, name). */
X(1, 1, WNOHANG)
X(2, 2, WUNTRACED)
X(8, 8, WCONTINUED)
