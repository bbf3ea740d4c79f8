/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading entries of the option inject. Shared by the runtime, which does it, and strace, which checks
 * what the user wrote. */
#include "trace/inject.h"

#include <string.h>

struct name {
    int number;
    const char *name;
};

static const struct name errors[] = {
#define X(mask, number, name) { number, #name },
#include "trace/tables/errno.h"
#undef X
};

static const struct name signals[] = {
#define X(mask, number, name) { number, #name },
#include "trace/tables/sig.h"
#undef X
};

/* A decimal number that fills the text; false: it is none. */
static bool number(const char *s, size_t n, uint64_t *value)
{
    uint64_t v = 0;

    if (!n || n > 18)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        v = v * 10 + (uint64_t)(s[i] - '0');
    }
    *value = v;
    return true;
}

/* By name, with or without `prefix`, or by number below `most`; 0: neither. */
static int find(const struct name *table, size_t count, const char *prefix, uint64_t most, const char *s,
                size_t n)
{
    size_t skip = strlen(prefix);
    uint64_t v;

    for (size_t i = 0; i < count; i++) {
        const char *name = table[i].name;

        if ((strlen(name) == n && !memcmp(name, s, n)) ||
            (skip && strlen(name) == n + skip && !memcmp(name, prefix, skip) && !memcmp(name + skip, s, n)))
            return table[i].number;
    }
    return number(s, n, &v) && v && v < most ? (int)v : 0;
}

static bool begins(const char *s, size_t n, const char *with)
{
    return n > strlen(with) && !memcmp(s, with, strlen(with));
}

static bool one(const char *s, size_t n, struct trace_inject *out)
{
    uint64_t v;

    if (begins(s, n, "ret.")) {
        bool minus = s[4] == '-';

        out->has_ret = true;
        if (!number(s + 4 + minus, n - 4 - minus, &v))
            return false;
        out->ret = minus ? -(int64_t)v : (int64_t)v;
        return true;
    }
    if (begins(s, n, "delay."))
        return number(s + 6, n - 6, &out->delay);
    if (begins(s, n, "sig.")) {
        out->sig = find(signals, sizeof signals / sizeof *signals, "SIG", 65, s + 4, n - 4);
        return out->sig != 0;
    }
    out->err = find(errors, sizeof errors / sizeof *errors, "", 4096, s, n);
    return out->err != 0;
}

int trace_inject_what(const char *what, size_t len, struct trace_inject *out)
{
    memset(out, 0, sizeof *out);
    for (;;) {
        const char *plus = memchr(what, '+', len);
        size_t n = plus ? (size_t)(plus - what) : len;

        if (!one(what, n, out))
            return -1;
        if (!plus)
            return 0;
        what += n + 1;
        len -= n + 1;
    }
}

/* @F, @F+, @F+STEP, @F..L, @F..L+STEP; step 0: the F-th time only. */
struct turns {
    uint64_t first, last, step;
};

static bool turns_read(const char *s, size_t len, struct turns *t)
{
    const char *plus = memchr(s, '+', len), *end = s + len, *to = plus ? plus : end, *dots = NULL;

    for (const char *p = s; p + 1 < to && !dots; p++)
        if (p[0] == '.' && p[1] == '.')
            dots = p;
    t->last = t->step = 0;
    if (!number(s, (size_t)((dots ? dots : to) - s), &t->first) || !t->first)
        return false;
    if (dots && (!number(dots + 2, (size_t)(to - dots - 2), &t->last) || t->last < t->first))
        return false;
    if (plus && plus + 1 < end)
        return number(plus + 1, (size_t)(end - plus - 1), &t->step) && t->step;
    t->step = plus || dots;
    return true;
}

bool trace_inject_turn(const char *when, size_t len, uint64_t n)
{
    struct turns t;
    uint64_t most;

    if (!len)
        return true;
    if (*when != '@')
        return number(when, len, &most) && n <= most;
    if (!turns_read(when + 1, len - 1, &t) || n < t.first || (t.last && n > t.last))
        return false;
    return t.step ? (n - t.first) % t.step == 0 : n == t.first;
}

bool trace_inject_when(const char *when, size_t len)
{
    struct turns t;
    uint64_t most;

    if (!len)
        return true;
    return *when == '@' ? turns_read(when + 1, len - 1, &t) : number(when, len, &most);
}
