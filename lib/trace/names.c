/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of descriptors: a table by process and number, kept by what the calls say. */
#include "trace/names.h"

#include <string.h>

#include "trace/flow.h"

#define AT_FDCWD_NUMBER (-2)

static uint32_t bucket(int32_t pid, int32_t fd)
{
    return ((uint32_t)pid * 2654435761u ^ (uint32_t)fd * 40503u) % TRACE_NAME_BUCKETS;
}

void trace_names_free(struct trace_names *t)
{
    for (uint32_t i = 0; i < TRACE_NAME_BUCKETS; i++)
        for (struct trace_name *n = t->buckets[i], *next; n; n = next) {
            next = n->next;
            t->alloc(n, 0);
        }
    memset(t->buckets, 0, sizeof t->buckets);
}

const struct trace_name *trace_name_find(const struct trace_names *t, int32_t pid, int32_t fd)
{
    const struct trace_name *n = t->buckets[bucket(pid, fd)];

    while (n && (n->pid != pid || n->fd != fd))
        n = n->next;
    return n;
}

static void forget(struct trace_names *t, int32_t pid, int32_t fd)
{
    for (struct trace_name **p = &t->buckets[bucket(pid, fd)]; *p; p = &(*p)->next)
        if ((*p)->pid == pid && (*p)->fd == fd) {
            struct trace_name *n = *p;

            *p = n->next;
            t->alloc(n, 0);
            return;
        }
}

static void set(struct trace_names *t, int32_t pid, int64_t fd, const char *dir, size_t dirlen,
                const char *s, size_t len)
{
    struct trace_name **b = &t->buckets[bucket(pid, (int32_t)fd)], *n;
    size_t slash = dirlen && len;

    if (fd < 0 || !(n = t->alloc(NULL, sizeof *n + dirlen + slash + len + 1))) {
        forget(t, pid, (int32_t)fd);
        return;
    }
    n->pid = pid;
    n->fd = (int32_t)fd;
    n->len = (uint32_t)(dirlen + slash + len);
    memcpy(n->text, dir, dirlen);
    if (slash)
        n->text[dirlen] = '/';
    memcpy(n->text + dirlen + slash, s, len);
    n->text[n->len] = 0;
    forget(t, pid, (int32_t)fd); /* not before: dir or s may lie in it */
    n->next = *b;
    *b = n;
}

static void set_text(struct trace_names *t, int32_t pid, int64_t fd, const char *text)
{
    set(t, pid, fd, "", 0, text, strlen(text));
}

/* A call that has made a descriptor for a path. */
static void opened(struct trace_names *t, int32_t pid, const struct trace_decoded *d, int64_t fd)
{
    const struct trace_value *path = trace_field(d, "path"), *dir = trace_field(d, "dirfd");
    const struct trace_name *n = NULL;

    if (!path || !path->s)
        return;
    if (dir && dir->i != AT_FDCWD_NUMBER && !(path->len && path->s[0] == '/'))
        n = trace_name_find(t, pid, (int32_t)dir->i);
    set(t, pid, fd, n ? n->text : "", n ? n->len : 0, path->s, path->len);
}

static void copied(struct trace_names *t, int32_t pid, int64_t from, int64_t to)
{
    const struct trace_name *n = trace_name_find(t, pid, (int32_t)from);

    if (n && from != to)
        set(t, pid, to, "", 0, n->text, n->len);
    else if (!n)
        forget(t, pid, (int32_t)to);
}

static void ended(struct trace_names *t, int32_t pid)
{
    for (uint32_t i = 0; i < TRACE_NAME_BUCKETS; i++)
        for (struct trace_name **p = &t->buckets[i], *n; (n = *p);) {
            if (n->pid == pid) {
                *p = n->next;
                t->alloc(n, 0);
            } else {
                p = &n->next;
            }
        }
}

static void forked(struct trace_names *t, int32_t parent, int32_t child)
{
    if (parent == child)
        return; /* nobody honest says so */
    ended(t, child); /* the last one of this pid; so nothing is taken out of a list while it is walked */
    for (uint32_t i = 0; i < TRACE_NAME_BUCKETS; i++)
        for (const struct trace_name *n = t->buckets[i], *next; n; n = next) {
            next = n->next;
            if (n->pid == parent)
                set(t, child, n->fd, "", 0, n->text, n->len);
        }
}

static int64_t number(const struct trace_decoded *d, const char *name)
{
    const struct trace_value *v = trace_field(d, name);

    return v ? v->i : -1;
}

/* -yy: whom a socket talks to. */
static void address(struct trace_names *t, int32_t pid, int64_t fd, const struct trace_decoded *d, const char *word)
{
    const struct trace_value *addr = trace_field(d, "addr");

    if (t->addresses && addr && addr->len)
        set(t, pid, fd, word, strlen(word), addr->s, addr->len);
}

/* ---- what is done for which event ---- */

static void on_open(struct trace_names *t, int32_t pid, const struct trace_decoded *d)
{
    opened(t, pid, d, d->ret);
}

static void on_opendir(struct trace_names *t, int32_t pid, const struct trace_decoded *d)
{
    opened(t, pid, d, number(d, "fd"));
}

static void on_close(struct trace_names *t, int32_t pid, const struct trace_decoded *d)
{
    forget(t, pid, (int32_t)number(d, "fd"));
}

static void on_dup(struct trace_names *t, int32_t pid, const struct trace_decoded *d)
{
    copied(t, pid, number(d, "fd"), d->ret);
}

static void on_dup2(struct trace_names *t, int32_t pid, const struct trace_decoded *d)
{
    copied(t, pid, number(d, "fd"), number(d, "newfd"));
}

static void on_fcntl(struct trace_names *t, int32_t pid, const struct trace_decoded *d)
{
    int64_t cmd = number(d, "cmd");

    if (cmd == 0 || cmd == 14) /* F_DUPFD, F_DUPFD_CLOEXEC */
        on_dup(t, pid, d);
}

static void on_socket(struct trace_names *t, int32_t pid, const struct trace_decoded *d)
{
    set_text(t, pid, d->ret, "socket");
    address(t, pid, d->ret, d, "socket:from");
}

static void on_connect(struct trace_names *t, int32_t pid, const struct trace_decoded *d)
{
    address(t, pid, number(d, "fd"), d, "socket:to");
}

static void on_bind(struct trace_names *t, int32_t pid, const struct trace_decoded *d)
{
    address(t, pid, number(d, "fd"), d, "socket:at");
}

static void on_handle(struct trace_names *t, int32_t pid, const struct trace_decoded *d)
{
    const struct trace_value *name = trace_field(d, "name"), *kind = trace_field(d, "kind");

    if (name && name->len)
        set(t, pid, number(d, "fd"), "", 0, name->s, name->len);
    else if (kind && kind->s)
        set(t, pid, number(d, "fd"), "", 0, kind->s, kind->len);
}

static void on_fork(struct trace_names *t, int32_t pid, const struct trace_decoded *d)
{
    forked(t, (int32_t)number(d, "parent"), pid);
}

static void on_exit(struct trace_names *t, int32_t pid, const struct trace_decoded *d)
{
    (void)d;
    ended(t, pid);
}

static void on_pipe(struct trace_names *t, int32_t pid, const struct trace_decoded *d)
{
    set_text(t, pid, number(d, "rd"), "pipe:read");
    set_text(t, pid, number(d, "wr"), "pipe:write");
}

static const struct row {
    const char *name;
    void (*event)(struct trace_names *t, int32_t pid, const struct trace_decoded *d);
} rows[] = {
    { "open", on_open },         { "openat", on_open },     { "opendir", on_opendir },
    { "close", on_close },       { "closedir", on_close },  { "dup", on_dup },
    { "dup2", on_dup2 },         { "dup3", on_dup2 },       { "fcntl", on_fcntl },
    { "socket", on_socket },     { "accept", on_socket },   { "accept4", on_socket },
    { "connect", on_connect },   { "bind", on_bind },       { "file_handle", on_handle },
    { "fork_child_running", on_fork }, { "process_exit", on_exit }, { "pipe2", on_pipe },
};

void trace_names_init(struct trace_names *t, buf_realloc_fn alloc)
{
    memset(t, 0, sizeof *t);
    t->alloc = alloc;
    trace_desc_rows(t->rows, &rows[0].name, sizeof *rows, sizeof rows / sizeof *rows);
}

void trace_names_event(struct trace_names *t, const struct trace_record *r,
                       const struct trace_decoded *d)
{
    unsigned row = t->rows[d->desc->id];

    if (row && !(d->has_ret && d->failed))
        rows[row - 1].event(t, r->stream->pid, d);
}
