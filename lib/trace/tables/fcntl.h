/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands of fcntl(). X(mask, value, name). */
X(~0, 0, F_DUPFD)
X(~0, 1, F_GETFD)
X(~0, 2, F_SETFD)
X(~0, 3, F_GETFL)
X(~0, 4, F_SETFL)
X(~0, 5, F_GETOWN)
X(~0, 6, F_SETOWN)
X(~0, 7, F_GETLK)
X(~0, 8, F_SETLK)
X(~0, 9, F_SETLKW)
X(~0, 14, F_DUPFD_CLOEXEC)
