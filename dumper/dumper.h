/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of dumper share. */
#ifndef DUMPER_H
#define DUMPER_H

#include "lib/abi/trace.h"
#include "lib/debug/core.h"
#include "lib/debug/process.h"
#include "lib/proc/proc.h"

/* What is looked at: a process, or a core of one. */
struct subject {
    struct proc_tree tree;
    bool posix;                /* info, text and section are filled in */
    struct proc_info info;
    struct buf text;           /* strings of info */
    struct buf section;        /* copy of the process section */
    struct buf ring;           /* copy of the flight recorder; empty: none */
    struct debug_process p;    /* of a core: threads, modules and images only */
    debug_read_fn read;
    void *read_arg;
    struct core core;
    bool from_core;
    bool patched;              /* stacks have no sys_return any more: see corefile.c */
    struct core_cause cause;   /* signal 0: none */
    const char *why;
};

/* ---- subject.c ---- */

/** Finds a process by POSIX pid, else by Windows pid (only that if `windows`), and stops it. 0 or -1. */
int subject_open(struct subject *s, const char *pid, bool windows);
/** Opens a core. 0 or -1 with s->why. */
int subject_open_core(struct subject *s, const char *path);
void subject_close(struct subject *s);
/** Prepares a walk of thread i. */
void subject_unwind(struct subject *s, size_t i, struct unwind *u);
/** What the thread waits for, in words; appends nothing if it runs. */
void subject_wait(struct subject *s, uint32_t tid, struct buf *out);
/** Program's name, Win32 or POSIX. */
const char *subject_program(const struct subject *s);

/* ---- corefile.c ---- */

struct core_options {
    uint64_t limit;            /* bytes of memory that are stored; 0: no limit */
    bool small;                /* without what can be read from the files of the images */
};
/** Writes a core; 0, or -1 after a message. */
int core_write(struct subject *s, const char *path, const struct core_options *o);
/** A file that is not there yet or may be replaced, by UTF-8 name; NULL after a message. */
void *file_create(const char *path);

/* ---- backtrace.c, text.c, minidump.c ---- */

struct backtrace_options {
    bool json, args;
    int64_t frames;            /* at most */
};
void backtrace(struct subject *s, const struct backtrace_options *o, struct buf *out);
/** All that a core or a process tells, for people. */
void describe(struct subject *s, const struct backtrace_options *o, struct buf *out);
/** The last `n` events of the ring; 0: all. */
void describe_events(struct subject *s, size_t n, bool json, struct buf *out);
int minidump_write(struct subject *s, const char *path);

#endif
