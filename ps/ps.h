/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of ps share. */
#ifndef PS_H
#define PS_H

#include <stdbool.h>

#include "lib/proc/proc.h"
#include "lib/text/buf.h"
#include "lib/tool/opt.h"

/* The list as it is shown: an order of its processes. */
struct ps_row {
    const struct proc_info *p;
    uint32_t depth;      /* in the tree */
    uint64_t branches;   /* tree: bit i: the ancestor at depth i has a younger sibling below */
    uint32_t permille;   /* of one processor: since the start, or in --top since the last look */
};

struct ps_list {
    const struct proc_tree *tree;
    struct proc_list list;
    struct ps_row *rows;
    size_t n;
    struct pipe_end *ends; /* reason.c; NULL: not asked for yet */
    size_t nends;
    bool has_ends;
};

/* A column has a place in ps_columns, by name for -o and --sort. */
struct ps_column {
    const char *key, *head;
    int width;           /* negative: to the left; 0: as long as it is */
    void (*put)(struct buf *out, struct ps_list *l, const struct ps_row *r);
    int64_t (*number)(const struct ps_row *r); /* to sort by; NULL: by what put writes */
    const char *help;
    bool section;        /* needs more than the summary in the index */
};
extern const struct ps_column ps_columns[];

#define PS_COLUMNS_MAX 48

/** A choice of columns. */
struct ps_format {
    const struct ps_column *v[PS_COLUMNS_MAX];
    const char *head[PS_COLUMNS_MAX]; /* NULL: the column's */
    size_t n;
    bool headless;
};

/** Adds "pid,ppid" or "pid=NAME". Returns NULL, or what is wrong. */
const char *ps_format_add(struct ps_format *f, const char *text);
const struct ps_column *ps_column(const char *key, size_t len);
void ps_header(struct buf *out, const struct ps_format *f);
void ps_row(struct buf *out, const struct ps_format *f, struct ps_list *l, const struct ps_row *r);

/* ---- list.c ---- */

enum ps_source {
    PS_SECTIONS, /* everything that the processes say */
    PS_INDEX,    /* what the index says of them: for columns without `section` */
    PS_WINDOWS,  /* as PS_SECTIONS, with the system's other processes */
};

/** Reads the table; `wanted` (may be NULL) says which processes count. Ends ps when that fails. */
void ps_read(struct ps_list *l, const struct proc_tree *tree, enum ps_source source,
             bool (*wanted)(const struct proc_info *p, const char *text));
void ps_free(struct ps_list *l);
/** Whether one of the keys for ps_sort needs more than the index. */
bool ps_needs_sections(const char *keys);
/** Sorts by keys as in "-rss,pid" (- in front: largest first). Returns NULL, or what is wrong. */
const char *ps_sort(struct ps_list *l, const char *keys);
/** Children behind their parents, in the present order. */
void ps_make_tree(struct ps_list *l);

/* ---- reason.c ---- */

/** Why a process or one of its threads does not run, in words; nothing if it does. */
void ps_reason(struct buf *out, struct ps_list *l, const struct proc_info *p);
void ps_thread_reason(struct buf *out, struct ps_list *l, const struct proc_info *p,
                      const struct proc_thread *t);
/** Maps the section of a process; NULL: gone. To be closed with proc_section_close. */
const void *ps_section(struct ps_list *l, const struct proc_info *p, size_t *size);
void ps_reason_free(struct ps_list *l);

/* ---- details.c, json.c, top.c ---- */

void ps_fds(struct buf *out, struct ps_list *l, const struct proc_info *p);
void ps_threads(struct buf *out, struct ps_list *l, const struct proc_info *p);
/** Text without control characters: a terminal shall not obey names. */
void ps_safe(struct buf *b, const char *s);
const char *ps_fd_mode(uint32_t flags);

/** The process as a JSON object, one line; with its files and threads if wanted. */
void ps_json(struct buf *out, struct ps_list *l, const struct ps_row *r, bool fds, bool threads);

struct top_options {
    double interval; /* seconds */
    const char *sort, *filter;
    bool windows, tree;
    int64_t rounds;  /* 0: until told */
};
int ps_top(const struct proc_tree *tree, const struct top_options *o);

#endif
