/* SPDX-License-Identifier: BSD-2-Clause */
/* Flags of the calls relative to a directory. X(mask, value, name). */
X(1, 1, AT_EACCESS)
X(2, 2, AT_SYMLINK_NOFOLLOW)
X(4, 4, AT_SYMLINK_FOLLOW)
X(8, 8, AT_REMOVEDIR)
X(16, 16, AT_EMPTY_PATH)
