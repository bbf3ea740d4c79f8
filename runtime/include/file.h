/* SPDX-License-Identifier: BSD-2-Clause */
/* Open files: descriptions behind one table of operations, and the descriptor table. */
#ifndef FILE_H
#define FILE_H

#include <sys/stat.h>

#include "abi/startup.h"
#include "base.h"
#include "lock.h"
#include "path.h"

struct file;

/* What a kind of file can do. What is left out gets the dispatcher's default (file/dispatch.c). */
struct file_ops {
    const char *name;
    int (*open)(struct file *f, const struct path *p, int flags, mode_t mode);
    int64_t (*read)(struct file *f, void *buf, size_t n);
    int64_t (*write)(struct file *f, const void *buf, size_t n);
    int64_t (*pread)(struct file *f, void *buf, size_t n, off_t off);
    int64_t (*pwrite)(struct file *f, const void *buf, size_t n, off_t off);
    int64_t (*seek)(struct file *f, off_t off, int whence);
    int (*stat)(struct file *f, struct stat *st);
    int (*truncate)(struct file *f, off_t size);
    int (*sync)(struct file *f);
    int (*ioctl)(struct file *f, unsigned long cmd, void *arg);
    int (*poll)(struct file *f, int events);
    int (*readdir)(struct file *f, struct dirent *d, off_t *pos);
    int (*setfl)(struct file *f, int flags);
    void (*close)(struct file *f);
    /* After fork in the child, and when a description arrives by exec or spawn: renew what belongs
     * to the Windows process. Handles are right already. */
    int (*adopt)(struct file *f);
    void (*save)(struct file *f, struct startup_fd *s);       /* put state into s->priv */
    void (*load)(struct file *f, const struct startup_fd *s);
};

/* An open file description. In the runtime heap, shared by duplicated descriptors. */
struct file {
    const struct file_ops *ops;
    uint32_t kind;      /* file/kinds.def */
    uint32_t refs;
    int flags;          /* O_* */
    int minor;          /* of devices */
    handle_t handle[2]; /* by kind; [0] is the one that Windows programs get */
    char *name;         /* POSIX name, NULL: none */
    struct lock lock;
    uint64_t priv[4];   /* by kind */
    void *data;         /* by kind: memory from rt_alloc */
};

/* ---- descriptor table (file/fd.c) ---- */
int fd_init(void);                     /* from the standard handles, for a Windows creator */
struct file *fd_get(int fd);           /* with a reference; NULL: EBADF */
void fd_put(struct file *f);           /* NULL allowed */
/* Give `f` (whose reference is taken over) the lowest free descriptor >= min. Returns it or -EMFILE. */
int fd_install(struct file *f, int min, bool cloexec);
int fd_close(int fd);
int fd_dup(int fd, int min, bool cloexec);
int fd_dup2(int fd, int to, bool cloexec);
int fd_get_cloexec(int fd);            /* 0, 1 or -EBADF */
int fd_set_cloexec(int fd, bool on);   /* close-on-exec handles are not inheritable */
struct file *file_new(uint32_t kind);  /* one reference, ops set */
struct file *file_open(const struct path *p, int flags, mode_t mode, int *err);
handle_t fd_std_handle(int fd);        /* for STARTUPINFO; NULL: none */

/* ---- fork: handles that are not inheritable are handed over one by one ---- */
/* Parent, before the child runs: calls give(arg, &file->handle[i]) for each handle to hand over;
 * give returns the child's value, which the child finds at the same address. */
typedef int fd_give_fn(void *arg, handle_t *slot);
int fd_fork_handles(fd_give_fn *give, void *arg);
void fd_hold(bool hold);                /* the table's lock, around a fork */
void fd_fork_child(void);              /* child: adopt all */

/* ---- exec and spawn (proc/exec.c calls) ---- */
/* What a child will have instead of our table; NULL entries are closed. */
struct fd_plan;
struct fd_plan *fd_plan_new(void);     /* a copy of the table, close-on-exec still in it */
void fd_plan_free(struct fd_plan *p);
int fd_plan_dup2(struct fd_plan *p, int from, int to);
int fd_plan_close(struct fd_plan *p, int fd);
int fd_plan_open(struct fd_plan *p, int fd, const char *path, int flags, mode_t mode);
struct buf;
/* Append struct startup_fd[] and names to the block; *off and *n receive place and count.
 * Leaves out close-on-exec descriptors. */
int fd_plan_save(struct fd_plan *p, struct buf *block, uint64_t *off, uint64_t *n);
handle_t fd_plan_std(struct fd_plan *p, int fd);
/* Calls give for each handle of the plan that is not inheritable by itself and not close-on-exec. */
int fd_load(const struct startup_block *b); /* in the new process */

#endif
