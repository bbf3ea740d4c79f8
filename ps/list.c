/* SPDX-License-Identifier: BSD-2-Clause */
/* Choice and order of the processes that are shown. */
#include <stdlib.h>
#include <string.h>

#include "lib/tool/out.h"
#include "ps/ps.h"

void ps_read(struct ps_list *l, const struct proc_tree *tree, enum ps_source source,
             bool (*wanted)(const struct proc_info *p, const char *text))
{
    int r;

    memset(l, 0, sizeof *l);
    l->tree = tree;
    r = source == PS_WINDOWS ? proc_list_read_all(tree, &l->list)
        : source == PS_INDEX ? proc_list_summary(tree, &l->list, true) : proc_list_read(tree, &l->list);
    if (r < 0)
        tool_die(1, "the system does not list its processes");
    l->rows = tool_realloc(NULL, (l->list.n + 1) * sizeof *l->rows);
    for (size_t i = 0; i < l->list.n; i++) {
        const struct proc_info *p = &l->list.v[i];
        uint64_t age = l->list.now > p->started && p->started ? l->list.now - p->started : 0;

        if (wanted && !wanted(p, l->list.text.p))
            continue;
        l->rows[l->n++] = (struct ps_row){
            .p = p, .permille = age ? (uint32_t)((p->user_time + p->sys_time) * 1000 / age) : 0 };
    }
}

void ps_free(struct ps_list *l)
{
    ps_reason_free(l);
    tool_realloc(l->rows, 0);
    proc_list_free(&l->list);
}

/* ---- sorting ---- */

struct key {
    const struct ps_column *c;
    bool down;
};

/* The C library's qsort takes no argument; a list of some hundred elements needs none of its speed. */
static int compare(struct ps_list *l, const struct key *keys, size_t n, const struct ps_row *a,
                   const struct ps_row *b)
{
    for (size_t i = 0; i < n; i++) {
        int r;

        if (keys[i].c->number) {
            int64_t x = keys[i].c->number(a), y = keys[i].c->number(b);

            r = (x > y) - (x < y);
        } else {
            struct buf s, t;

            buf_init(&s, tool_realloc, NULL, 0);
            buf_init(&t, tool_realloc, NULL, 0);
            keys[i].c->put(&s, l, a);
            keys[i].c->put(&t, l, b);
            r = strcmp(s.p ? s.p : "", t.p ? t.p : "");
            buf_free(&s);
            buf_free(&t);
        }
        if (r)
            return keys[i].down ? -r : r;
    }
    return 0;
}

/* Merge sort: what is equal stays in order. */
static void sort(struct ps_list *l, struct ps_row *v, struct ps_row *tmp, size_t n, const struct key *keys,
                 size_t nkeys)
{
    size_t half = n / 2, i = 0, j = half, k = 0;

    if (n < 2)
        return;
    sort(l, v, tmp, half, keys, nkeys);
    sort(l, v + half, tmp, n - half, keys, nkeys);
    while (i < half && j < n)
        tmp[k++] = compare(l, keys, nkeys, &v[j], &v[i]) < 0 ? v[j++] : v[i++];
    while (i < half)
        tmp[k++] = v[i++];
    while (j < n)
        tmp[k++] = v[j++];
    memcpy(v, tmp, n * sizeof *v);
}

bool ps_needs_sections(const char *keys)
{
    while (*keys) {
        size_t len = strcspn(keys, ","), skip = *keys == '-' || *keys == '+';
        const struct ps_column *c = ps_column(keys + skip, len - skip);

        if (c && c->section)
            return true;
        keys += len + (keys[len] == ',');
    }
    return false;
}

const char *ps_sort(struct ps_list *l, const char *text)
{
    struct key keys[16];
    struct ps_row *tmp;
    size_t n = 0;

    while (*text) {
        size_t len = strcspn(text, ","), skip = *text == '-' || *text == '+';

        if (n == 16)
            return "too many keys";
        keys[n].down = *text == '-';
        keys[n].c = ps_column(text + skip, len - skip);
        if (!keys[n++].c)
            return "no such column (ps -L lists them)";
        text += len + (text[len] == ',');
    }
    tmp = tool_realloc(NULL, (l->n + 1) * sizeof *tmp);
    sort(l, l->rows, tmp, l->n, keys, n);
    tool_realloc(tmp, 0);
    return NULL;
}

/* ---- tree ---- */

static bool is_child(const struct ps_row *parent, const struct ps_row *r)
{
    return r->p->ppid == parent->p->pid && r->p != parent->p && r->p->windows == parent->p->windows;
}

static bool has_parent(const struct ps_list *l, const struct ps_row *r)
{
    for (size_t i = 0; i < l->n; i++)
        if (is_child(&l->rows[i], r))
            return true;
    return false;
}

struct walk {
    struct ps_list *l;
    struct ps_row *out;
    size_t n;
    bool *done;
};

static void take(struct walk *w, size_t i, uint32_t depth, uint64_t branches)
{
    size_t last = SIZE_MAX;

    if (w->done[i]) /* a hostile table may have circles */
        return;
    w->done[i] = true;
    w->out[w->n] = w->l->rows[i];
    w->out[w->n].depth = depth;
    w->out[w->n++].branches = branches;
    for (size_t k = 0; k < w->l->n; k++)
        if (is_child(&w->l->rows[i], &w->l->rows[k]) && !w->done[k])
            last = k;
    for (size_t k = 0; k < w->l->n && last != SIZE_MAX && depth < 60; k++)
        if (is_child(&w->l->rows[i], &w->l->rows[k]))
            take(w, k, depth + 1, k < last ? branches | 1ull << depth : branches);
}

void ps_make_tree(struct ps_list *l)
{
    struct walk w = { .l = l };

    w.out = tool_realloc(NULL, (l->n + 1) * sizeof *w.out);
    w.done = tool_realloc(NULL, l->n + 1);
    memset(w.done, 0, l->n + 1);
    for (size_t i = 0; i < l->n; i++)
        if (!has_parent(l, &l->rows[i]))
            take(&w, i, 0, 0);
    for (size_t i = 0; i < l->n; i++) /* what is left are circles, and what lies too deep */
        take(&w, i, 0, 0);
    tool_realloc(l->rows, 0);
    tool_realloc(w.done, 0);
    l->rows = w.out;
}
