/* SPDX-License-Identifier: BSD-2-Clause */
/* Open files: descriptions behind one table of operations, and the descriptor table. */
#ifndef FILE_H
#define FILE_H

#include <sys/stat.h>

#include "abi/startup.h"
#include "base.h"
#include "lock.h"
#include "path.h"

struct dirent;
struct file;
struct statvfs;
struct watch;

/* Kinds of files: file/kinds.def. The number goes into shared memory and startup blocks. */
enum file_kind {
    FILE_NONE = 0,
#define KIND(number, NAME, label, ops, device, mode) FILE_##NAME = number,
#include "file/kinds.def"
#undef KIND
};

/* What a kind of file can do. What is left out gets the dispatcher's default (file/dispatch.h). */
struct file_ops {
    int (*open)(struct file *f, const struct path *p, int flags, mode_t mode);
    int64_t (*read)(struct file *f, void *buf, size_t n);
    int64_t (*write)(struct file *f, const void *buf, size_t n);
    int64_t (*pread)(struct file *f, void *buf, size_t n, off_t off);
    int64_t (*pwrite)(struct file *f, const void *buf, size_t n, off_t off);
    int64_t (*seek)(struct file *f, off_t off, int whence);
    int (*stat)(struct file *f, struct stat *st);
    int (*statvfs)(struct file *f, struct statvfs *s);
    int (*chmod)(struct file *f, mode_t mode);
    int (*utimens)(struct file *f, const struct timespec tv[2]);
    int (*truncate)(struct file *f, off_t size);
    int (*sync)(struct file *f);
    int (*ioctl)(struct file *f, unsigned cmd, void *arg);
    /* Which of `events` (POLL*), and POLLERR and POLLHUP, hold; tells `w` what may change it (watch.h).
     * Left out: always readable and writable. */
    int (*poll)(struct file *f, int events, struct watch *w);
    /* Next entry. `d` has room for a name of DIRENT_NAME bytes. 1: found, 0: no more. */
    int (*readdir)(struct file *f, struct dirent *d);
    int (*rewind)(struct file *f);
    int (*setfl)(struct file *f, int flags);  /* O_APPEND and O_NONBLOCK change; f->flags is still old */
    void (*close)(struct file *f);            /* left out: closes the handles */
    /* After fork in the child, and when a description arrives by exec or spawn: renew what belongs
     * to the Windows process. Handles are right already. */
    int (*adopt)(struct file *f);
    void (*save)(struct file *f, struct startup_fd *s);       /* put state into s->priv */
    void (*load)(struct file *f, const struct startup_fd *s);
    /* Handle for a plain Windows program's standard handle `fd`; left out: handle[0]. */
    handle_t (*std)(struct file *f, int fd);
    bool own_second;    /* handle[1] belongs to this Windows process: neither inherited nor saved */
};

#define DIRENT_NAME 1024 /* bytes of a name that readdir may give: 255 UTF-16 units need 765 */

/* An open file description. In the runtime heap, shared by duplicated descriptors. */
struct file {
    const struct file_ops *ops;
    uint32_t kind;      /* enum file_kind */
    uint32_t refs;
    int flags;          /* O_*, as fcntl(F_GETFL) gives them */
    int unit;           /* of devices */
    handle_t handle[2]; /* by kind; [0] is the one that Windows programs get */
    char *name;         /* POSIX name, NULL: none */
    struct lock lock;
    uint32_t shared;    /* descriptors without close-on-exec */
    bool inheritable;   /* the handles are */
    uint64_t priv[4];   /* by kind */
    void *data;         /* by kind: memory from rt_alloc, freed with the description */
    struct pipe_watch *watch; /* file/watch.c */
    uint32_t moves;     /* reads and writes, for edge-triggered epoll */
    bool in_epoll;
    /* What processes share (file/ofd.c). */
    uint64_t ofd;           /* 0: nothing yet */
    handle_t alive;         /* kept open for others to see that it lives */
    uint32_t *shared_flags; /* those of OFD_FLAGS that hold; NULL: `flags` */
    bool held_cr;       /* text mode of what cannot seek (file/text.c): a CR that was read, */
    char held_next;     /* and a byte behind it */
};

const char *file_label(uint32_t kind);  /* "pipe": for events */

/* ---- descriptor table (file/fd.c) ---- */
int fd_init(void);                     /* from the standard handles, for a Windows creator */
struct file *fd_get(int fd);           /* with a reference; NULL: EBADF */
void fd_get_many(const int *fd, size_t stride, struct file **out, unsigned n); /* fd < 0: NULL */
void fd_put(struct file *f);           /* NULL allowed */
/* Give `f` (whose reference is taken over) the lowest free descriptor >= min. Returns it or -EMFILE. */
int fd_install(struct file *f, int min, bool cloexec);
int fd_close(int fd);
void fd_close_all(void);               /* for a process that is only a stub from here on */
int fd_dup(int fd, int min, bool cloexec);
int fd_dup2(int fd, int to, bool cloexec);
int fd_get_cloexec(int fd);            /* 0, 1 or -EBADF */
int fd_set_cloexec(int fd, bool on);   /* close-on-exec handles are not inheritable */
int fd_limit(void);                    /* one more than the highest descriptor possible */
struct file *file_new(uint32_t kind);  /* one reference, ops set */
/* Opens what was resolved (mode without the umask's bits). NULL: *err is negative errno. */
struct file *file_open(const struct path *p, int flags, mode_t mode, int *err);
handle_t fd_std_handle(int fd);        /* for STARTUPINFO; NULL: none */

/* ---- fork: handles that the child does not inherit are handed over one by one ---- */
/* Parent, before the child runs: calls give(arg, &file->handle[i], inheritable) for each handle to hand
 * over: those that are not inheritable, or all of them; the child finds what give makes of it at the same
 * address. */
typedef int fd_give_fn(void *arg, handle_t *slot, bool inheritable);
int fd_fork_handles(bool all, fd_give_fn *give, void *arg);
void fd_hold(bool hold);                /* the table's lock, around a fork */
void fd_fork_child(void);              /* child: adopt all */

/* ---- exec and spawn (proc/exec.c calls), file/plan.c ---- */
/* What a child will have instead of our table. */
struct fd_plan;
struct fd_plan *fd_plan_new(void);     /* a copy of the table, close-on-exec still in it */
/* Ends the plan, after the child was created: handles made for it are closed, those hidden from it
 * inheritable again. */
void fd_plan_free(struct fd_plan *p);
int fd_plan_dup2(struct fd_plan *p, int from, int to);
int fd_plan_close(struct fd_plan *p, int fd);
int fd_plan_open(struct fd_plan *p, int fd, const char *path, int flags, mode_t mode);
struct pump;
/* For a plain Windows program: pipes instead of pseudo terminals and FIFOs (tty/pump.h). */
int fd_plan_windows(struct fd_plan *p, struct pump **pump);
struct buf;
/* Append struct startup_fd[] and names to the block; *off and *n receive place and count.
 * Leaves out close-on-exec descriptors. From here to fd_plan_free exactly the handles of the plan
 * are inheritable. */
int fd_plan_save(struct fd_plan *p, struct buf *block, uint64_t *off, uint64_t *n);
/* exec closes descriptors, and with them go the locks of this process on their files. */
void fd_plan_exec(struct fd_plan *p);
handle_t fd_plan_std(struct fd_plan *p, int fd); /* after fd_plan_save */
int fd_load(const struct startup_block *b); /* in the new process */

#endif
