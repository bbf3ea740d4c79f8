/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared inside lib/acl: access rights of files and the marker entry. */
#ifndef LIB_ACL_PERM_INT_H
#define LIB_ACL_PERM_INT_H

#include "lib/acl/perm.h"

enum {
    RIGHT_READ = 0x1, RIGHT_WRITE = 0x2, RIGHT_APPEND = 0x4, RIGHT_READ_EA = 0x8, RIGHT_WRITE_EA = 0x10,
    RIGHT_EXECUTE = 0x20, RIGHT_DELETE_CHILD = 0x40, RIGHT_READ_ATTR = 0x80, RIGHT_WRITE_ATTR = 0x100,
    RIGHT_DELETE = 0x10000, RIGHT_READ_CONTROL = 0x20000, RIGHT_WRITE_DAC = 0x40000, RIGHT_WRITE_OWNER = 0x80000,
    RIGHT_SYNC = 0x100000, RIGHT_ALL = 0x1f01ff,
};
#define GENERIC_ALL_RIGHTS 0x10000000u
#define GENERIC_EXECUTE_RIGHTS 0x20000000u
#define GENERIC_WRITE_RIGHTS 0x40000000u
#define GENERIC_READ_RIGHTS 0x80000000u

/* stat() works for everybody, whatever the mode. */
#define RIGHTS_BASE (RIGHT_READ_CONTROL | RIGHT_READ_ATTR | RIGHT_READ_EA | RIGHT_SYNC)
/* chmod, chown, utime and unlink by the owner do not ask the mode either. */
#define RIGHTS_OWNER (RIGHT_WRITE_DAC | RIGHT_WRITE_OWNER | RIGHT_WRITE_ATTR | RIGHT_WRITE_EA | RIGHT_DELETE)

enum { ACE_ALLOW = 0, ACE_DENY = 1 };
enum { ACE_OBJECT_INHERIT = 1, ACE_CONTAINER_INHERIT = 2, ACE_INHERIT_ONLY = 8 };
#define ACE_DEFAULT (ACE_OBJECT_INHERIT | ACE_CONTAINER_INHERIT | ACE_INHERIT_ONLY)

enum { SD_DACL_PRESENT = 0x4, SD_DACL_PROTECTED = 0x1000, SD_SELF_RELATIVE = 0x8000 };

/* The access mask of the marker: rights that nobody is denied. The mask's rwx are its lowest three bits. */
enum {
    MARK_HAS_MASK = 0x8, MARK_SETUID = 0x10, MARK_SETGID = 0x20, MARK_STICKY = 0x40, MARK_SYSTEM = 0x80,
    MARK_ADMINS = 0x100, MARK_ALWAYS = RIGHT_READ_CONTROL,
};

#endif
