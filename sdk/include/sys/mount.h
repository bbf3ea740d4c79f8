/* SPDX-License-Identifier: BSD-2-Clause */
/* <sys/mount.h>: changing the mount table. */
#ifndef _SYS_MOUNT_H
#define _SYS_MOUNT_H

#define BLOCK_SIZE 1024
#define BLOCK_SIZE_BITS 10

/* Flags of mount(). */
enum {
    MOUNT_TEXT = 0x00001,       /* CR-LF text mode */
    MOUNT_BINARY = 0x00002,
    MOUNT_SYSTEM = 0x00008,     /* in the system's table, not the user's */
    MOUNT_EXEC = 0x00010,       /* every file is executable */
    MOUNT_CYGDRIVE = 0x00020,   /* sets the prefix of drives */
    MOUNT_CYGWIN_EXEC = 0x00040,
    MOUNT_SPARSE = 0x00080,
    MOUNT_NOTEXEC = 0x00100,
    MOUNT_RO = 0x01000,
    MOUNT_NOACL = 0x02000,
    MOUNT_NOPOSIX = 0x04000,    /* case-insensitive */
    MOUNT_OVERRIDE = 0x08000,
    MOUNT_IMMUTABLE = 0x10000,
    MOUNT_AUTOMATIC = 0x20000,
    MOUNT_DOS = 0x40000,
    MOUNT_IHASH = 0x80000,      /* inode numbers from a hash of the path */
    MOUNT_BIND = 0x100000,
    MOUNT_USER_TEMP = 0x200000,
    MOUNT_DONT_USE = 0x40000000
};

#ifdef __cplusplus
extern "C" {
#endif

int mount(const char *source, const char *target, unsigned flags);
int umount(const char *target);
int cygwin_umount(const char *target, unsigned flags);

#ifdef __cplusplus
}
#endif

#endif
