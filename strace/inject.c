/* SPDX-License-Identifier: BSD-2-Clause */
/* -e inject= and -e fault=: what makes calls fail is the runtime, told by the variable CYGWIN. */
#include <string.h>

#include "lib/text/utf.h"
#include "strace.h"

static struct buf spec; /* CYGWIN=inject:... */

/* when=N: the N-th time only, N+: from there on, as on Linux. */
static void put_when(const char *when)
{
    if (!when)
        return;
    buf_puts(&spec, ":@");
    buf_put(&spec, when, strcspn(when, ":"));
}

/* SET:error=E:when=N -> call.NAME=E:N for each name of the set. */
static const char *add_calls(const char *set, size_t len, const char *error, size_t elen, const char *when)
{
    uint8_t mask[TRACE_MAX_EVENTS];
    char *list = tool_realloc(NULL, len + 1);
    const char *why;

    memcpy(list, set, len);
    list[len] = 0;
    why = filter_parse(mask, true, list);
    tool_realloc(list, 0);
    if (why)
        return why;
    for (unsigned i = 0; i < trace_desc_count; i++) {
        if (!trace_descs[i].call || mask[trace_descs[i].id] != TRACE_ON)
            continue;
        if (spec.len)
            buf_putc(&spec, ',');
        buf_puts(&spec, "call.");
        buf_puts(&spec, trace_desc_name(&trace_descs[i]));
        buf_putc(&spec, '=');
        buf_put(&spec, error, elen);
        put_when(when);
    }
    return NULL;
}

const char *inject_add(const char *arg)
{
    const char *set = strchr(arg, '=') + 1, *p = set + strcspn(set, ":"), *error = "ENOSYS", *when = NULL;
    size_t len = (size_t)(p - set), elen = 6;

    if (!spec.alloc)
        buf_init(&spec, tool_realloc, NULL, 0);
    while (*p == ':') {
        size_t n = strcspn(++p, ":");

        if (!strncmp(p, "error=", 6)) {
            error = p + 6;
            elen = n - 6;
        } else if (!strncmp(p, "when=", 5)) {
            when = p + 5;
        } else {
            return "only error= and when= can be injected";
        }
        p += n;
    }
    /* Stages of fork and exec are the runtime's own: fork.map, exec.start and the like. */
    if (memchr(set, '.', len)) {
        if (spec.len)
            buf_putc(&spec, ',');
        buf_put(&spec, set, len);
        buf_putc(&spec, '=');
        buf_put(&spec, error, elen);
        put_when(when);
        return NULL;
    }
    return add_calls(set, len, error, elen, when);
}

void inject_environment(void)
{
    const char *old = tool_getenv("CYGWIN");
    struct buf b;
    struct wbuf w;

    if (!spec.len)
        return;
    buf_init(&b, tool_realloc, NULL, 0);
    wbuf_init(&w, tool_realloc, NULL, 0);
    if (old && *old) {
        buf_puts(&b, old);
        buf_putc(&b, ' ');
    }
    buf_puts(&b, "inject:");
    buf_put(&b, spec.p, spec.len);
    utf8_to_wide(&w, b.p, b.len);
    wbuf_putc(&w, 0);
    SetEnvironmentVariableW(L"CYGWIN", (wchar_t *)w.p);
    buf_free(&b);
    wbuf_free(&w);
}
