/* SPDX-License-Identifier: BSD-2-Clause */
/* --last and --list: the recorder of one process, running or not. */
#include <stdlib.h>
#include <string.h>

#include "lib/text/utf.h"
#include "strace.h"

#define FILETIME_1970 116444736000000000ull

static void put_time(struct buf *b, uint64_t time)
{
    FILETIME utc = { (DWORD)time, (DWORD)(time >> 32) }, local;
    SYSTEMTIME t;
    char text[40];

    FileTimeToLocalFileTime(&utc, &local);
    FileTimeToSystemTime(&local, &t);
    snprintf(text, sizeof text, "%04u-%02u-%02u %02u:%02u:%02u", t.wYear, t.wMonth, t.wDay, t.wHour,
             t.wMinute, t.wSecond);
    buf_puts(b, text);
}

static void kept_json(struct buf *b, const struct kept *k)
{
    buf_puts(b, "{\"time\":");
    trace_value_seconds(b, (k->time - FILETIME_1970) * 100, 6);
    buf_puts(b, ",\"pid\":");
    buf_putd(b, k->pid);
    buf_puts(b, ",\"ppid\":");
    buf_putd(b, k->ppid);
    buf_puts(b, ",\"winpid\":");
    buf_putu(b, k->winpid);
    buf_puts(b, ",\"program\":");
    json_strz(b, k->program);
    buf_puts(b, ",\"end\":\"");
    trace_value_status(b, k->status);
    buf_puts(b, "\",\"file\":");
    json_strz(b, k->file);
    buf_puts(b, "}\n");
}

static void kept_text(struct buf *b, const struct kept *k)
{
    char head[32];
    size_t at;

    put_time(b, k->time);
    snprintf(head, sizeof head, " %6d %6d  ", k->pid, k->ppid);
    buf_puts(b, head);
    at = b->len;
    trace_value_status(b, k->status);
    at = b->len - at;
    buf_pad(b, ' ', at < 34 ? 34 - at : 1);
    buf_puts(b, k->program);
    buf_putc(b, '\n');
}

int kept_print(bool json)
{
    struct kept *v;
    size_t n = kept_list(&v);
    struct buf b;

    buf_init(&b, tool_realloc, NULL, 0);
    if (!json)
        buf_puts(&b, "ended                  pid   ppid  end                               program\n");
    for (size_t i = 0; i < n; i++)
        if (json)
            kept_json(&b, &v[i]);
        else
            kept_text(&b, &v[i]);
    return tool_flush(&b, stdout) ? 0 : EXIT_FAILED;
}

/* "dash", "dash.exe" and "/usr/bin/dash.exe" are one program. */
static bool same_program(const char *program, const char *name)
{
    const char *base = program + strlen(program);
    size_t n;

    if (!strcmp(program, name))
        return true;
    while (base > program && base[-1] != '/' && base[-1] != '\\')
        base--;
    n = strlen(base);
    if (!_stricmp(base, name))
        return true;
    return n > 4 && !_stricmp(base + n - 4, ".exe") && strlen(name) == n - 4 &&
           !_strnicmp(base, name, n - 4);
}

/* The process of that number or name; of several of one name, the youngest. */
static bool find_live(struct ring *r, const char *what)
{
    struct proc_list list;
    int64_t number = -1;
    bool found = false;

    opt_number(what, &number);
    if (proc_list_read(rings_tree(), &list) < 0)
        return false;
    for (size_t i = list.n; i-- > 0 && !found;) {
        const struct proc_info *p = &list.v[i];

        if (number >= 0 ? p->pid == number : same_program(list.text.p + p->program, what))
            found = ring_open(r, p->winpid, p->pid) == 0;
    }
    if (!found && number > 0)
        found = ring_open(r, (uint32_t)number, 0) == 0; /* a Windows pid */
    proc_list_free(&list);
    return found;
}

static bool find_kept(struct ring *r, const char *what)
{
    struct kept *v;
    size_t n = kept_list(&v);
    bool last = !strcmp(what, "last");
    const char *why;

    for (size_t i = 0; i < n; i++) {
        struct wbuf w;
        int64_t number = -1;
        int e;

        if (!last && (opt_number(what, &number) == 0 ? number != v[i].pid : !same_program(v[i].program, what)))
            continue;
        wbuf_init(&w, tool_realloc, NULL, 0);
        utf8_to_wide(&w, v[i].file, strlen(v[i].file));
        wbuf_putc(&w, 0);
        e = ring_open_file(r, (wchar_t *)w.p, &why);
        wbuf_free(&w);
        if (e == 0)
            return true;
    }
    return false;
}

void ring_find(struct ring *r, struct trace_time *time, const char *what, bool say)
{
    struct trace_clock now;

    if (!strcmp(what, "last") ? !find_kept(r, what) : !find_live(r, what) && !find_kept(r, what))
        tool_die(EXIT_FAILED, !strcmp(what, "last")
                     ? "no process has ended abnormally, or nothing was kept (strace --list)%s"
                     : "%s: no such process runs, and no recorder of one was kept (strace --list)",
                 !strcmp(what, "last") ? "" : what);
    trace_time_init(time, &r->region->clock, r->region->qpc_frequency);
    if (r->mapped) {
        trace_time_advance(time, &r->region->last);
    } else {
        session_clock(&now);
        trace_time_advance(time, &now);
        if (r->process && WaitForSingleObject(r->process, 0) == WAIT_OBJECT_0)
            r->ended = true;
    }
    if (say && r->mapped) {
        struct buf b;

        buf_init(&b, tool_realloc, NULL, 0);
        buf_puts(&b, "recorder of pid ");
        buf_putd(&b, r->pid);
        buf_puts(&b, ", ");
        trace_value_status(&b, r->region->wait_status);
        buf_puts(&b, " at ");
        put_time(&b, r->region->ended);
        tool_error("%s", b.p);
        buf_free(&b);
    }
}

int last_show(const char *what)
{
    struct ring r;
    struct trace_time time;
    struct sink k;

    ring_find(&r, &time, what, !cfg.quiet);
    sink_open(&k, &time, false);
    rings_read(&r, 1, UINT64_MAX, sink_take, &k);
    sink_flush(&k);
    sink_close(&k, k.lost);
    ring_close(&r);
    return k.out.failed ? EXIT_FAILED : 0;
}
