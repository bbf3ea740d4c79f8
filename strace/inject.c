/* SPDX-License-Identifier: BSD-2-Clause */
/* -e inject= and -e fault=: what makes calls fail is the runtime, told by the variable CYGWIN. */
#include <string.h>

#include "lib/text/utf.h"
#include "strace.h"
#include "trace/inject.h"

static struct buf spec; /* CYGWIN=inject:... */

/* One argument, taken apart. */
struct wish {
    const char *set, *when;
    size_t len, whenlen;
    struct buf what; /* as CYGWIN has it */
};

static void put_one(const char *where, size_t len, const struct wish *w)
{
    if (spec.len)
        buf_putc(&spec, ',');
    buf_put(&spec, where, len);
    buf_putc(&spec, '=');
    buf_put(&spec, w->what.p, w->what.len);
    if (w->when) {
        buf_puts(&spec, ":@");
        buf_put(&spec, w->when, w->whenlen);
    }
}

/* SET:error=E:when=N -> call.NAME=E:@N for each name of the set. */
static const char *add_calls(const struct wish *w)
{
    uint8_t mask[TRACE_MAX_EVENTS];
    char *list = tool_realloc(NULL, w->len + 1);
    const char *why;
    struct buf name;

    memcpy(list, w->set, w->len);
    list[w->len] = 0;
    why = filter_parse(mask, true, list);
    tool_realloc(list, 0);
    if (why)
        return why;
    buf_init(&name, tool_realloc, NULL, 0);
    for (unsigned i = 0; i < trace_desc_count; i++) {
        if (!trace_descs[i].call || mask[trace_descs[i].id] != TRACE_ON)
            continue;
        buf_cut(&name, 0);
        buf_puts(&name, "call.");
        buf_puts(&name, trace_desc_name(&trace_descs[i]));
        put_one(name.p, name.len, w);
    }
    buf_free(&name);
    return NULL;
}

/* Linux's words, and what stands for them in CYGWIN. */
static const struct {
    const char *word, *ours;
} words[] = {
    { "error=", "" }, { "retval=", "ret." }, { "signal=", "sig." }, { "delay_enter=", "delay." },
};

static const char *take_word(struct wish *w, const char *p, size_t n)
{
    if (n > 5 && !memcmp(p, "when=", 5)) {
        w->when = p + 5;
        w->whenlen = n - 5;
        return NULL;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t k = strlen(words[i].word);

        if (n <= k || memcmp(p, words[i].word, k))
            continue;
        if (w->what.len)
            buf_putc(&w->what, '+');
        buf_puts(&w->what, words[i].ours);
        buf_put(&w->what, p + k, n - k);
        return NULL;
    }
    return "only error=, retval=, signal=, delay_enter= and when= can be injected";
}

const char *inject_add(const char *arg)
{
    struct wish w = { .set = arg, .len = strcspn(arg, ":") };
    struct trace_inject what;
    const char *p = arg + w.len, *why = NULL;
    char when[64];

    if (!spec.alloc)
        buf_init(&spec, tool_realloc, NULL, 0);
    buf_init(&w.what, tool_realloc, NULL, 0);
    while (*p == ':' && !why) {
        size_t n = strcspn(++p, ":");

        why = take_word(&w, p, n);
        p += n;
    }
    if (!w.what.len)
        buf_puts(&w.what, "ENOSYS"); /* as on Linux */
    if (!why && trace_inject_what(w.what.p, w.what.len, &what) < 0)
        why = "not an error, number, signal or time that is known";
    if (!why && w.when) {
        snprintf(when, sizeof when, "@%.*s", (int)w.whenlen, w.when);
        if (!trace_inject_when(when, strlen(when)))
            why = "when= takes FIRST, FIRST+, FIRST+STEP, FIRST..LAST or FIRST..LAST+STEP";
    }
    if (!why && memchr(w.set, '.', w.len)) { /* stages of fork and exec: fork.map, exec.start and the like */
        if (what.delay || what.has_ret || (!what.err && !what.sig))
            why = "stages of fork and exec can be given an error, those of fork also signal=KILL";
        else
            put_one(w.set, w.len, &w);
    } else if (!why) {
        why = add_calls(&w);
    }
    buf_free(&w.what);
    return why;
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
