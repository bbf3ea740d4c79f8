/* SPDX-License-Identifier: BSD-2-Clause */
/* struct dirent and DIR. */
#ifndef _SYS_DIRENT_H
#define _SYS_DIRENT_H

#include <sys/types.h>
#include <limits.h>

struct dirent {
    __uint32_t __d_version;
    ino_t d_ino;
    unsigned char d_type;       /* DT_*; DT_UNKNOWN is always possible */
    unsigned char __d_unused[3];
    __uint32_t __d_internal;
    char d_name[NAME_MAX + 1];
};

#define d_fileno d_ino
#define _DIRENT_HAVE_D_TYPE

typedef struct __DIR DIR;

#if __BSD_VISIBLE
#define DT_UNKNOWN 0
#define DT_FIFO 1
#define DT_CHR 2
#define DT_DIR 4
#define DT_BLK 6
#define DT_REG 8
#define DT_LNK 10
#define DT_SOCK 12
#define DT_WHT 14
#define IFTODT(mode) (((mode) & 0170000) >> 12)
#define DTTOIF(type) ((type) << 12)
#endif

#define _D_EXACT_NAMLEN(d) (strlen((d)->d_name))
#define _D_ALLOC_NAMLEN(d) (_D_EXACT_NAMLEN(d) + 1)

#endif
