/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of this folder share: the table, the operations of all kinds, helpers. */
#ifndef FILE_INTERNAL_H
#define FILE_INTERNAL_H

#include "file.h"
#include "nt_file.h"

struct fd_entry {
    struct file *f;
    bool cloexec;
};

#define FILE_DRIVE 1 /* priv of kinds on a disk: stat_drive() */

struct fd_table {
    struct lock lock;
    struct fd_entry *v;
    int n;
};
extern struct fd_table fds;

/* Under the table's lock. */
int fd_reserve(int fd);                                /* 0, -EMFILE, -ENOMEM */
void fd_fill(int fd, struct file *f, bool cloexec);
void fd_publish_all(void);

const struct file_ops *file_kind_ops(uint32_t kind);
uint32_t file_kind_of_device(uint32_t device);
mode_t file_kind_mode(uint32_t kind);
bool file_kind_known(uint32_t kind);
void file_set_inheritable(struct file *f, bool on);
struct file *file_from_handle(handle_t h, int access);  /* by what it is */

/* Of files on a disk (disk.c), for other kinds whose handle[0] is such a file. */
int disk_chmod(struct file *f, mode_t mode);
int disk_utimens(struct file *f, const struct timespec tv[2]);
void fifo_hold(bool hold); /* around a fork */
void fd_share_all(void);    /* before a fork, with the table held */

#define KIND(number, NAME, label, ops, device, mode) extern const struct file_ops ops;
#include "file/kinds.def"
#undef KIND

#endif
