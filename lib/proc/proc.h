/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The process table, for tools: reads the index and the processes' sections of lib/abi/shm.h. What
 * it reads was written by others, so nothing is believed: every offset is checked against the size
 * of the region, every record against its seqlock, liveness against the system. Pure part
 * (table.c); opening and listing on Windows is in open_win.c.
 */
#ifndef LIB_PROC_PROC_H
#define LIB_PROC_PROC_H

#include <stddef.h>
#include <stdint.h>

#include "lib/abi/shm.h"
#include "lib/text/buf.h"

/* ---- pure: one region ---- */

/** A process as its section describes it. Strings are in `text`, which the reader owns. */
struct proc_info {
    int32_t pid, ppid, pgid, sid;
    uint32_t winpid, stub;
    uint32_t uid, gid, euid, egid;
    uint32_t umask;
    int32_t tty;                /* -1: none */
    uint32_t state;             /* enum shm_state; 0: not known */
    uint32_t flags;
    uint32_t wait_status, stop_signal;
    uint32_t fork_stage;
    uint32_t nthreads;
    uint32_t wait_kind;         /* of the first thread, enum shm_wait_kind */
    uint32_t wait_owner;
    uint64_t wait_arg;
    uint64_t created, started;  /* FILETIME */
    uint64_t sig_blocked, sig_pending, sig_ignored, sig_caught;
    uint64_t user_time, sys_time; /* 100 ns */
    uint32_t fault_signal, fault_tid, fault_status; /* fault_signal 0: none */
    int32_t fault_code;
    uint64_t fault_address, fault_ip, fault_context;
    uint64_t sys_return;        /* for stacks, see struct shm_proc */
    uint32_t teb_slot, ret_saved;
    uint64_t fork_links;        /* hash of the directory of fork protection that it holds, 0: none */
    uint8_t alive;              /* its Windows process runs (set by proc_list) */
    uint8_t windows;            /* no process of the tree: pid is the Windows one, text its file name */
    uint64_t rss, vsz;          /* bytes, of the Windows process */
    uint32_t live_threads;      /* as the system counts them */
    uint8_t torn;               /* the writer ended or hung in the middle of a change */
    uint8_t summary;            /* of the index: no signals, arguments, threads; program may lack its beginning */
    uint8_t program_cut;        /* it does */
    uint8_t kept;               /* open_win.c */
    uint32_t holder;            /* pid that waits for its end, 0: nobody (index) */
    const char *why;            /* not NULL: what is wrong with its section; only pid and winpid count */
    size_t program;             /* offset in text, "" when unknown */
    size_t cmdline, cmdline_end; /* in text: arguments, one behind the other, a NUL after each */
};

/**
 * Checks header and size of the index. Returns the number of slots that can be read, or -EINVAL with
 * *why: wrong magic, another major version, too small.
 */
int proc_index_check(const void *index, size_t size, const char **why);
/** The i-th slot, copied; i must be below what proc_index_check returned. */
struct shm_slot proc_index_slot(const void *index, size_t i);

/** Only its pid, 0: free. */
uint32_t proc_index_pid(const void *index, size_t i);

/**
 * Reads the summary of slot i (below what proc_index_check returned) out of the index of `size` bytes, if
 * the slot's process has one. Appends the program's name to `text`. Returns 1; 0: the slot is free; -1: the
 * process has none that can be read just now, its section tells. *slot gets what the slot says.
 */
int proc_summary_at(const void *index, size_t size, size_t i, struct shm_slot *slot, struct proc_info *info,
                    struct buf *text);

/**
 * Reads the process section of `size` bytes at `section`, which another process may be writing. Appends
 * its strings to `text`. Returns 0; -EINVAL with info->why; -ENOMEM.
 */
int proc_read(const void *section, size_t size, uint32_t pid, struct proc_info *info,
              struct buf *text);

/** A thread as its process says. */
struct proc_thread {
    uint32_t wintid;
    uint32_t wait_kind;         /* enum shm_wait_kind, 0: runs */
    uint32_t owner;             /* pid that has what it waits for, 0: not known */
    uint64_t wait_arg;
    uint64_t since;             /* TSC */
};

/** An open file. */
struct proc_fd {
    int fd;
    uint32_t kind;              /* proc_fd_kind() */
    uint32_t flags;             /* O_*; bit 31: close-on-exec */
    uint32_t ino;               /* equal in all processes that share a pipe */
    char name[SHM_FD_NAME + 1]; /* a long name lacks its beginning */
    uint8_t cut;
};

/** The i-th thread of a section that proc_read has accepted: 1, 0: unused, -1: no more. */
int proc_thread_at(const void *section, size_t size, unsigned i, struct proc_thread *t);
/** The same for descriptors. */
int proc_fd_at(const void *section, size_t size, unsigned i, struct proc_fd *fd);
/** Label of a kind of file: "pipe"; "?" for one that this version does not know. */
const char *proc_fd_kind(uint32_t kind);

/** A process of the system. */
struct proc_live {
    uint32_t winpid;
    uint32_t parent;
    uint64_t created;           /* FILETIME */
    uint64_t user_time, sys_time;
    uint64_t rss, vsz;          /* bytes */
    uint32_t threads, handles;
    char image[64];             /* file name of the program, cut short if need be */
};

/** Sorts by winpid, for proc_find_live. */
void proc_sort_live(struct proc_live *v, size_t n);
/** The living process `winpid` created at `created` (0: at any time), or NULL. */
const struct proc_live *proc_find_live(const struct proc_live *v, size_t n, uint32_t winpid,
                                       uint64_t created);

/** "running", "sleeping", "stopped", "exited", "starting" or "unknown". */
const char *proc_state_name(const struct proc_info *p);
/** The letter that ps shows for it: R S T Z N ?. */
char proc_state_letter(const struct proc_info *p);
/** "child", "read", ...: what the first thread waits for; "" when it does not. */
const char *proc_wait_name(uint32_t kind);

/* ---- Windows (open_win.c) ---- */

/** The shared regions of an installation, open for reading. */
struct proc_tree {
    void *dir;                  /* object directory; NULL: no process has run yet */
    const void *index;
    size_t index_size;
    int slots;
    const char *why;
};

struct proc_list {
    struct proc_info *v;        /* by pid */
    size_t n;
    struct buf text;
    uint64_t now;               /* FILETIME of the listing */
};

/**
 * Opens the installation whose folder (with bin/ below it) is `root` (UTF-16 units), or with NULL the
 * one that the running tool belongs to. Returns 0, also when nothing has run there yet; negative
 * errno with tree->why.
 */
int proc_tree_open(struct proc_tree *tree, const uint16_t *root, size_t units);
void proc_tree_close(struct proc_tree *tree);

/**
 * All processes of the tree: those that run and those that ended and were not waited for. Opens each
 * section read-only, asks the system once for all processes. Returns 0 or negative errno.
 */
int proc_list_read(const struct proc_tree *tree, struct proc_list *list);
/**
 * The same from the index alone (info->summary): no section is opened, but of processes whose summary cannot
 * be read, or whose name is too long for it. With `alive` those that run or are to be waited for, as above;
 * without it whatever the index has, with shortened names, and the system is not asked.
 */
int proc_list_summary(const struct proc_tree *tree, struct proc_list *list, int alive);
/** As proc_list_read, and behind them all other Windows processes (info->windows). */
int proc_list_read_all(const struct proc_tree *tree, struct proc_list *list);
void proc_list_free(struct proc_list *list);

/** Opens and maps a section of the tree ("ring.12") read-only; *size gets the view's. */
int proc_section(const struct proc_tree *tree, const char *name, const void **view, size_t *size);
void proc_section_close(const void *view);
/** Whether some process has that mutex of the tree open: 1 or 0. */
int proc_mutex_used(const struct proc_tree *tree, const char *name);

/** Every process of the system, sorted; free with tool_realloc(v, 0). */
int proc_system(struct proc_live **v, size_t *n);

#endif
