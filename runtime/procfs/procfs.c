/* SPDX-License-Identifier: BSD-2-Clause */
/* /proc: from names to rows of the tables. */
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mm.h"
#include "nt.h"
#include "nt_peek.h"
#include "path.h"
#include "proc.h"
#include "procfs_internal.h"
#include "shm.h"
#include "shm_internal.h"

void procfs_printf(struct buf *out, const char *fmt, ...)
{
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0 || buf_reserve(out, (size_t)n) < 0)
        return;
    va_start(ap, fmt);
    vsnprintf(out->p + out->len, (size_t)n + 1, fmt, ap);
    va_end(ap);
    out->len += (size_t)n;
}

uint64_t procfs_ticks(uint64_t units)
{
    return units / (10000000 / (uint64_t)sysconf(_SC_CLK_TCK));
}

/* ---- processes ---- */

static void target_close(struct procfs_target *t)
{
    if (t->section)
        nt_section_unmap(NT_SELF, (void *)t->section);
    nt_close(t->h_section);
    nt_close(t->process);
    buf_free(&t->text);
}

/* A zombie has a section, as long as its parent holds it; of one that was killed only the index tells. */
static int target_open(int32_t pid, struct procfs_target *t)
{
    char name[32];
    void *view;
    int r;

    memset(t, 0, sizeof(*t));
    path_buf(&t->text);
    t->pid = pid;
    if (!pid)
        return 0;
    r = shm_view(shm_name(name, "proc", pid), false, &view, &t->size, &t->h_section);
    if (r < 0)
        return r == -EACCES ? r : -ENOENT;
    t->section = view;
    r = proc_read(view, t->size, (uint32_t)pid, &t->info, &t->text);
    if (r == 0 && t->info.why)
        r = -ENOENT;
    t->info.alive = r == 0 && nt_process_alive(t->info.winpid, t->info.created);
    if (r == 0 && !t->info.alive && !shm_pid_held(pid))
        r = -ENOENT;
    if (r == 0 && t->info.alive && nt_peek_open(t->info.winpid, &t->process) < 0)
        t->process = NULL;
    if (r < 0)
        target_close(t);
    return r;
}

static bool process_exists(int32_t pid)
{
    const struct shm_slot *s = shm_index ? &shm_index->slots[(uint32_t)pid % SHM_SLOTS] : NULL;

    if (pid == me.pid)
        return true;
    return s && s->pid == (uint32_t)pid && (nt_process_alive(s->winpid, s->created) || shm_pid_held(pid));
}

/* ---- look-up ---- */

static const struct procfs_row *find(const struct procfs_row *rows, const char *name, size_t n)
{
    for (; rows->name; rows++)
        if (strlen(rows->name) == n && !memcmp(rows->name, name, n))
            return rows;
    return NULL;
}

/* A decimal number as the kernel writes it, -1: none. */
static int32_t number(const char *s, size_t n)
{
    int32_t v = 0;

    if (!n || n > 9 || (n > 1 && *s == '0'))
        return -1;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        v = v * 10 + (s[i] - '0');
    }
    return v;
}

/* Below /proc/<pid>/fd. */
static int lookup_fd(const char *s, size_t n, size_t used, struct procfs_node *node)
{
    struct procfs_target t;
    struct buf out;
    int r;

    node->fd = number(s, n);
    if (node->fd < 0)
        return -ENOENT;
    if ((r = target_open(node->pid, &t)) < 0)
        return r;
    path_buf(&out);
    r = procfs_fd_target(&t, node->fd, &out);
    buf_free(&out);
    target_close(&t);
    node->type = PROCFS_LINK;
    node->used = used;
    return r;
}

int procfs_lookup(const char *name, size_t len, struct procfs_node *node)
{
    const struct procfs_row *rows = procfs_root;
    size_t at = 5; /* behind /proc */

    *node = (struct procfs_node){ .type = PROCFS_DIR, .fd = -1, .used = len };
    while (at < len) {
        const char *s = name + at + 1;
        size_t n = strcspn(s, "/");
        int32_t pid;

        at += 1 + n;
        if (node->row && node->row->type == PROCFS_DIR)
            return lookup_fd(s, n, at, node);
        if (rows == procfs_root && (pid = number(s, n)) > 0) {
            if (!process_exists(pid))
                return -ENOENT;
            node->pid = pid;
            rows = procfs_process;
            continue;
        }
        if (!(node->row = find(rows, s, n)))
            return -ENOENT;
        node->type = node->row->type;
        if (node->type == PROCFS_LINK) {
            node->used = at;
            return 0;
        }
        if (node->type == PROCFS_DIR && !node->pid) {
            node->rest = name + at;
            return procfs_registry_lookup(node->rest, &node->type);
        }
        if (at < len && node->type != PROCFS_DIR)
            return -ENOTDIR;
    }
    return 0;
}

/* ---- contents ---- */

static int make(const struct procfs_node *node, struct buf *out)
{
    struct procfs_target t;
    int r = target_open(node->pid, &t);

    if (r < 0)
        return r;
    if (node->fd >= 0)
        r = procfs_fd_target(&t, node->fd, out);
    else
        r = node->row->make(&t, out);
    target_close(&t);
    return r < 0 ? r : buf_err(out);
}

int procfs_readlink(const struct procfs_node *node, struct buf *out)
{
    return node->type == PROCFS_LINK ? make(node, out) : -EINVAL;
}

int procfs_content(const struct procfs_node *node, struct buf *out)
{
    if (node->type != PROCFS_FILE)
        return -EISDIR;
    return node->rest ? procfs_registry_content(node->rest, out) : make(node, out);
}

uid_t procfs_owner(const struct procfs_node *node)
{
    struct procfs_target t;
    uid_t uid = me.uid;

    if (node->pid && target_open(node->pid, &t) == 0) {
        uid = t.info.euid;
        target_close(&t);
    }
    return uid;
}

/* ---- lists ---- */

struct listing {
    procfs_add *add;
    void *arg;
};

static int add_pid(void *arg, pid_t pid)
{
    struct listing *l = arg;
    char name[16];

    if (!process_exists(pid))
        return 0;
    snprintf(name, sizeof(name), "%d", (int)pid);
    return l->add(l->arg, name, PROCFS_DIR);
}

static int list_fds(const struct procfs_node *node, procfs_add *add, void *arg)
{
    struct procfs_target t;
    struct proc_fd fd;
    char name[16];
    int r = target_open(node->pid, &t), more;

    if (r < 0)
        return r;
    for (unsigned i = 0; r == 0 && (more = proc_fd_at(t.section, t.size, i, &fd)) >= 0; i++) {
        if (!more)
            continue;
        snprintf(name, sizeof(name), "%d", fd.fd);
        r = add(arg, name, PROCFS_LINK);
    }
    target_close(&t);
    return r;
}

int procfs_list(const struct procfs_node *node, procfs_add *add, void *arg)
{
    const struct procfs_row *rows = node->pid ? procfs_process : procfs_root;
    struct listing l = { add, arg };
    int r = 0;

    if (node->type != PROCFS_DIR)
        return -ENOTDIR;
    if (node->rest)
        return procfs_registry_list(node->rest, add, arg);
    if (node->row)
        return list_fds(node, add, arg);
    for (; rows->name && r == 0; rows++)
        r = add(arg, rows->name, rows->type);
    if (r == 0 && !node->pid)
        r = proc_each(add_pid, &l);
    return r;
}
