/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages of the tools, their memory, and the decision about colour.
 */
#include "lib/tool/out.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const char *tool_name = "isthmus";

static void message(const char *fmt, va_list ap)
{
    fflush(stdout);
    fprintf(stderr, "%s: ", tool_name);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    fflush(stderr);
}

void tool_error(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    message(fmt, ap);
    va_end(ap);
}

void tool_die(int code, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    message(fmt, ap);
    va_end(ap);
    exit(code);
}

void *tool_realloc(void *old, size_t size)
{
    void *p;

    if (!size) {
        free(old);
        return NULL;
    }
    p = realloc(old, size);
    if (!p)
        tool_die(1, "out of memory");
    return p;
}

bool tool_flush(struct buf *b, FILE *f)
{
    bool ok = !b->len || fwrite(b->p, 1, b->len, f) == b->len;

    buf_cut(b, 0);
    return fflush(f) == 0 && ok;
}

const char *tool_colour_arg(void *value, const char *arg)
{
    enum tool_colour *mode = value;

    if (!arg || !strcmp(arg, "always"))
        *mode = TOOL_COLOUR_ALWAYS;
    else if (!strcmp(arg, "auto"))
        *mode = TOOL_COLOUR_AUTO;
    else if (!strcmp(arg, "never"))
        *mode = TOOL_COLOUR_NEVER;
    else
        return "not auto, always or never";
    return NULL;
}

bool tool_colour(FILE *f, enum tool_colour mode)
{
    const char *no, *term;

    if (mode != TOOL_COLOUR_AUTO)
        return mode == TOOL_COLOUR_ALWAYS;
    no = tool_getenv("NO_COLOR");
    term = tool_getenv("TERM");
    return tool_is_terminal(f) && !(no && *no) && !(term && !strcmp(term, "dumb"));
}
