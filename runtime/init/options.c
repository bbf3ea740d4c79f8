/* SPDX-License-Identifier: BSD-2-Clause */
/* The environment variable CYGWIN. What it says is inherited by fork and read again after exec. */
#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "caps.h"
#include "mm.h"
#include "path.h"
#include "proc_internal.h"
#include "sys.h"

struct options options = {
#define OPTION(name, type, initial, values, help) .name = initial,
#include "options.def"
#undef OPTION
};

enum type { FLAG, WORD, TEXT, LIST };

static const struct option {
    const char *name, *values;
    enum type type;
    size_t offset;
} table[] = {
#define OPTION(name, type, initial, values, help) { #name, values, type, offsetof(struct options, name) },
#include "options.def"
#undef OPTION
};

static const struct option *find(const char *name, size_t n)
{
    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        if (strlen(table[i].name) == n && !memcmp(table[i].name, name, n))
            return &table[i];
    return NULL;
}

/* Number of `value` among words separated by commas, -1: none of them. */
static int word_number(const char *words, const char *value)
{
    size_t n = strlen(value);

    for (int i = 0;; i++) {
        size_t k = strcspn(words, ",");

        if (k == n && !memcmp(words, value, n))
            return i;
        if (!words[k])
            return -1;
        words += k + 1;
    }
}

/* A list that comes twice is one list. */
static void add_text(char **to, const char *value, bool list)
{
    size_t old = list && *to ? strlen(*to) : 0, n = strlen(value);
    char *p = rt_alloc(old + n + 2);

    if (!p)
        return;
    if (old) {
        memcpy(p, *to, old);
        p[old++] = ',';
    }
    memcpy(p + old, value, n + 1);
    rt_free(*to);
    *to = p;
}

/* NULL, or why not. */
static const char *set(const struct option *o, const char *value, bool no)
{
    void *at = (char *)&options + o->offset;
    int i;

    if (o->type == FLAG) {
        if (value)
            return "takes no value";
        *(bool *)at = !no;
        return NULL;
    }
    if (no)
        return "has no opposite";
    if (!value || !*value)
        return "needs a value";
    if (o->type == WORD) {
        if ((i = word_number(o->values, value)) < 0)
            return "has no such value";
        *(int *)at = i;
        return NULL;
    }
    add_text(at, value, o->type == LIST);
    return NULL;
}

static const char *parse_one(char *piece)
{
    char *value = strpbrk(piece, ":=");
    size_t n = value ? (size_t)(value - piece) : strlen(piece);
    const struct option *o = find(piece, n);
    bool no = false;

    if (!o && n > 2 && !memcmp(piece, "no", 2)) {
        no = true;
        o = find(piece + 2, n - 2);
    }
    return o ? set(o, value ? value + 1 : NULL, no) : "is no option";
}

int options_parse(const char *text, void (*bad)(const char *, const char *))
{
    char *copy = rt_strdup(text), *state, *piece, *whole;
    int n = 0;

    if (!copy)
        return 0;
    for (piece = strtok_r(copy, " \t\n", &state); piece; piece = strtok_r(NULL, " \t\n", &state)) {
        const char *why;

        whole = rt_strdup(piece);
        if ((why = parse_one(piece))) {
            n++;
            bad(whole ? whole : piece, why);
        }
        rt_free(whole);
    }
    rt_free(copy);
    return n;
}

/* Said once: by the process that a Windows program has started, not by each of its descendants. */
static void report(const char *piece, const char *why)
{
    struct buf text;

    trace_error_option(piece, why);
    if (!self_creator_is_windows())
        return;
    path_buf(&text);
    buf_puts(&text, "CYGWIN: '");
    buf_puts(&text, piece);
    buf_puts(&text, "' ");
    buf_puts(&text, why);
    if (text.p)
        nt_warning(text.p);
    buf_free(&text);
}

int options_init(void)
{
    const char *text = getenv("CYGWIN");

    if (text)
        options_parse(text, report);
    inject_arm();
    if (options.caps)
        caps_switch(options.caps, report);
    return 0;
}
