/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parsing of option tables; see opt.h. Help text is in opt_help.c.
 */
#include "lib/tool/opt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/tool/opt_int.h"
#include "lib/tool/out.h"

struct parse {
    const struct opt_spec *spec;
    struct buf *out;
    int argc;
    char **argv;
    int next;               /* the argument to look at next */
};

static int bad(struct parse *p, const char *name, const char *what, const char *detail)
{
    struct buf *b = p->out;

    buf_puts(b, p->spec->prog);
    buf_puts(b, ": ");
    buf_puts(b, name);
    buf_puts(b, ": ");
    buf_puts(b, what);
    if (detail)
        buf_puts(b, detail);
    buf_puts(b, "\nTry '");
    buf_puts(b, p->spec->prog);
    buf_puts(b, " --help'.\n");
    return OPT_BAD;
}

int opt_number(const char *s, int64_t *value)
{
    uint64_t v = 0, limit = INT64_MAX;
    unsigned base = 10;
    bool minus = *s == '-';

    if (*s == '-' || *s == '+')
        s++;
    if (minus)
        limit++;
    if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
        base = 16;
        s += 2;
    } else if (s[0] == '0' && s[1]) {
        base = 8;
        s++;
    }
    if (!*s)
        return -EINVAL;
    for (; *s; s++) {
        unsigned d = *s >= '0' && *s <= '9' ? (unsigned)(*s - '0')
                     : (*s | 32) >= 'a' && (*s | 32) <= 'f' ? (unsigned)((*s | 32) - 'a' + 10) : 99;

        if (d >= base)
            return -EINVAL;
        if (v > (limit - d) / base)
            return -ERANGE;
        v = v * base + d;
    }
    *value = minus ? (int64_t)(0 - v) : (int64_t)v;
    return 0;
}

static const char *store_int(const struct opt *o, const char *arg, struct buf *text)
{
    bool limited = o->max > o->min;
    int64_t v;
    int r = opt_number(arg, &v);

    if (r == -EINVAL)
        return "not a number";
    if (r == 0 && (!limited || (v >= o->min && v <= o->max))) {
        *(int64_t *)o->value = v;
        return NULL;
    }
    if (!limited)
        return "number too large";
    buf_puts(text, "not between ");
    buf_putd(text, o->min);
    buf_puts(text, " and ");
    buf_putd(text, o->max);
    return text->p;
}

static void store_list(struct opt_list *l, const char *arg)
{
    l->v = tool_realloc(l->v, (l->n + 1) * sizeof *l->v);
    l->v[l->n++] = arg;
}

/* Does what row `o` says; `name` is the option as the user wrote it. */
static int apply(struct parse *p, const struct opt *o, const char *name, const char *arg)
{
    const char *what = NULL;
    struct buf text;
    char mem[96];
    int r = 0;

    buf_init(&text, tool_realloc, mem, sizeof mem);
    switch (o->kind) {
    case OPT_FLAG:
        *(bool *)o->value = true;
        break;
    case OPT_COUNT:
        ++*(int *)o->value;
        break;
    case OPT_STR:
        *(const char **)o->value = arg;
        break;
    case OPT_INT:
        what = store_int(o, arg, &text);
        break;
    case OPT_LIST:
        store_list(o->value, arg);
        break;
    case OPT_CALL:
        what = o->call(o->value, arg);
        break;
    default:
        break;
    }
    if (what && arg) {
        struct buf detail;

        buf_init(&detail, tool_realloc, NULL, 0);
        buf_puts(&detail, "'");
        buf_puts(&detail, arg);
        buf_puts(&detail, "' is ");
        buf_puts(&detail, what);
        r = bad(p, name, detail.p, NULL);
        buf_free(&detail);
    } else if (what) {
        r = bad(p, name, what, NULL);
    }
    buf_free(&text);
    return r;
}

/* --help and --version, which have no row. */
static int builtin(struct parse *p, char c)
{
    if (c == 'h') {
        opt_help(p->spec, p->out);
    } else {
        buf_puts(p->out, p->spec->prog);
        buf_puts(p->out, " (Isthmus) ");
        buf_puts(p->out, ISTHMUS_VERSION);
        buf_puts(p->out, "\n");
    }
    return OPT_DONE;
}

/*
 * The row whose long name begins with name[0..n): exact, or a prefix that fits one row only.
 * *more counts the candidates. --help and --version take part as `extra`.
 */
static const struct opt *find_long(const struct opt_spec *spec, const char *name, size_t n,
                                   int *more, char *extra)
{
    const struct opt *found = NULL;

    *more = 0;
    *extra = 0;
    for (const struct opt *o = spec->opts; o && o->kind != OPT_NONE; o++) {
        if (!o->long_name || o->kind == OPT_TITLE || strncmp(o->long_name, name, n))
            continue;
        if (!o->long_name[n]) {
            *more = 1;
            *extra = 0;
            return o;
        }
        found = o;
        ++*more;
    }
    for (int i = 0; i < 2; i++) {
        const char *b = i ? "version" : "help";

        if (opt_has_long(spec, b) || strncmp(b, name, n))
            continue;
        *extra = *b;
        if (!b[n]) {
            *more = 1;
            return NULL;
        }
        found = NULL;
        ++*more;
    }
    return *more == 1 ? found : NULL;
}

static int parse_long(struct parse *p, char *word)
{
    const char *name = word + 2, *eq = strchr(name, '='), *arg = eq ? eq + 1 : NULL;
    size_t n = eq ? (size_t)(eq - name) : strlen(name);
    int candidates;
    char extra;
    const struct opt *o = find_long(p->spec, name, n, &candidates, &extra);

    if (!n || candidates == 0)
        return bad(p, word, "unknown option", NULL);
    if (candidates > 1)
        return bad(p, word, "ambiguous option", NULL);
    if (!o)
        return arg ? bad(p, word, "takes no argument", NULL) : builtin(p, extra);
    if (!o->arg && arg)
        return bad(p, word, "takes no argument", NULL);
    if (o->arg && !arg && !o->optional) {
        if (p->next >= p->argc)
            return bad(p, word, "needs an argument: ", o->arg);
        arg = p->argv[p->next++];
    }
    return apply(p, o, word, arg);
}

/* A cluster of short options, "-abc" or "-ofile". */
static int parse_short(struct parse *p, char *word)
{
    for (char *c = word + 1; *c; c++) {
        const struct opt *o = opt_find_short(p->spec, *c);
        const char *arg = NULL;
        char name[3] = { '-', *c, 0 };
        int r;

        if (!o && (*c == 'h' || *c == 'V'))
            return builtin(p, *c);
        if (!o)
            return bad(p, c == word + 1 ? word : name, "unknown option", NULL);
        if (o->arg) {
            if (c[1])
                arg = c + 1;
            else if (!o->optional) {
                if (p->next >= p->argc)
                    return bad(p, name, "needs an argument: ", o->arg);
                arg = p->argv[p->next++];
            }
        }
        r = apply(p, o, name, arg);
        if (r < 0 || o->arg)
            return r;
    }
    return 0;
}

/* Moves argv[from..to) in front of the `operands` entries before it, keeping both orders. */
static void hoist(char **argv, int operands, int from, int to)
{
    for (int i = from; i < to; i++) {
        char *word = argv[i];

        memmove(argv + i - operands + 1, argv + i - operands, (size_t)operands * sizeof *argv);
        argv[i - operands] = word;
    }
}

int opt_run(const struct opt_spec *spec, int argc, char **argv, struct buf *out)
{
    struct parse p = { .spec = spec, .out = out, .argc = argc, .argv = argv, .next = 1 };
    int operands = 0;

    while (p.next < argc) {
        int start = p.next;
        char *word = argv[p.next++];
        int r = 0;

        if (!strcmp(word, "--")) {
            hoist(argv, operands, start, p.next);
            return p.next - operands;
        }
        if (word[0] != '-' || !word[1]) {
            if (spec->flags & OPT_COMMAND)
                return start;
            operands++;
            continue;
        }
        r = word[1] == '-' ? parse_long(&p, word) : parse_short(&p, word);
        if (r < 0)
            return r;
        hoist(argv, operands, start, p.next);
    }
    return p.next - operands;
}

int opt_parse(const struct opt_spec *spec, int argc, char **argv)
{
    struct buf out;
    int r;

    tool_name = spec->prog;
    buf_init(&out, tool_realloc, NULL, 0);
    r = opt_run(spec, argc, argv, &out);
    if (r < 0) {
        fflush(stdout);
        if (!tool_flush(&out, r == OPT_DONE ? stdout : stderr))
            exit(1);
        exit(r == OPT_DONE ? 0 : OPT_EXIT_USAGE);
    }
    buf_free(&out);
    return r;
}
