/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of /proc, and what their functions get. */
#ifndef PROCFS_INTERNAL_H
#define PROCFS_INTERNAL_H

#include "lib/proc/proc.h"
#include "procfs.h"

/* The process that is looked at. Of the system: pid 0, and nothing else. */
struct procfs_target {
    int32_t pid;
    struct proc_info info;
    struct buf text;                /* strings of info */
    const void *section;            /* its own, mapped */
    size_t size;
    handle_t h_section;
    handle_t process;               /* NULL: it has ended, or is not ours */
};

/* Appends. 0 or negative errno. */
typedef int procfs_make(const struct procfs_target *t, struct buf *out);

struct procfs_row {
    const char *name;
    enum procfs_type type;
    procfs_make *make;              /* content or target; of directories NULL */
};

/* procfs_system.c, procfs_process.c, procfs_memory.c */
extern const struct procfs_row procfs_root[], procfs_process[];
int procfs_fd_target(const struct procfs_target *t, int fd, struct buf *out);
procfs_make procfs_cwd, procfs_root_dir, procfs_environ, procfs_maps;

/* procfs_registry.c: `rest` is the name below /proc/registry. */
int procfs_registry_lookup(const char *rest, enum procfs_type *type);
int procfs_registry_content(const char *rest, struct buf *out);
int procfs_registry_list(const char *rest, procfs_add *add, void *arg);

/* printf into a buffer; lines of /proc are short. */
__attribute__((format(printf, 2, 3))) void procfs_printf(struct buf *out, const char *fmt, ...);
/* 100 ns to clock ticks. */
uint64_t procfs_ticks(uint64_t units);

#endif
