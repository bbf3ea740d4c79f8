/* SPDX-License-Identifier: BSD-2-Clause */
/* --why: gathers the events of a process or of a trace, asks lib/trace/why, and says it in words. What
 * only the running system knows (who waits for whom, which DLL is missing) is added here. */
#include <stdlib.h>
#include <string.h>

#include "lib/pe/pe.h"
#include "lib/text/utf.h"
#include "strace.h"
#include "trace/flow.h"
#include "trace/why.h"

struct gather {
    struct why w;
    struct trace_time time;
};

static int take(void *arg, const struct trace_record *r)
{
    struct gather *g = arg;

    why_add(&g->w, r, trace_time_ns(&g->time, r->tsc));
    return 0;
}

static void begin(void *arg)
{
    struct gather *g = arg;

    why_init(&g->w, tool_realloc, &g->time);
}

/* ---- the process table ---- */

static const struct proc_info *find_pid(const struct proc_list *list, int32_t pid)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->v[i].pid == pid)
            return &list->v[i];
    return NULL;
}

/* Only what has lasted is a reason to say that a process hangs. */
static void wait_fill(struct why_wait *t, const struct proc_list *list, const struct proc_info *p)
{
    const struct proc_info *owner;

    t->kind = p->wait_kind;
    t->arg = (int64_t)p->wait_arg;
    t->owner = (int32_t)p->wait_owner;
    t->stopped = p->state == SHM_STATE_STOPPED;
    t->seconds = -1;
    if (t->owner == p->pid)
        t->owner = 0;
    owner = t->owner ? find_pid(list, t->owner) : NULL;
    if (!owner && t->kind == SHM_WAIT_CHILD)
        for (size_t i = 0; i < list->n && !owner; i++)
            if (list->v[i].ppid == p->pid && list->v[i].alive) {
                owner = &list->v[i]; /* any child: the first that lives */
                t->owner = owner->pid;
            }
    if (owner) {
        t->owner_program = list->text.p + owner->program;
        t->owner_state = proc_state_name(owner);
    }
}

/* ---- missing DLLs ---- */

struct imports {
    struct buf names; /* each ended by NUL */
};

static int64_t read_at(void *arg, uint64_t off, void *data, size_t n)
{
    OVERLAPPED at = { .Offset = (DWORD)off, .OffsetHigh = (DWORD)(off >> 32) };
    DWORD got = 0;

    if (!ReadFile(arg, data, n > 1u << 20 ? 1u << 20 : (DWORD)n, &got, &at) &&
        GetLastError() != ERROR_HANDLE_EOF)
        return -5;
    return got;
}

static int import_add(void *arg, const char *dll, const char *name, int ordinal)
{
    struct imports *m = arg;

    (void)name;
    (void)ordinal;
    for (size_t i = 0; i < m->names.len; i += strlen(m->names.p + i) + 1)
        if (!_stricmp(m->names.p + i, dll))
            return 0;
    buf_put(&m->names, dll, strlen(dll) + 1);
    return 0;
}

static bool dll_found(const wchar_t *folder, const char *dll)
{
    struct wbuf w;
    bool found;

    wbuf_init(&w, tool_realloc, NULL, 0);
    utf8_to_wide(&w, dll, strlen(dll));
    wbuf_putc(&w, 0);
    found = SearchPathW(folder, (wchar_t *)w.p, NULL, 0, NULL, NULL) > 0 ||
            SearchPathW(NULL, (wchar_t *)w.p, NULL, 0, NULL, NULL) > 0;
    wbuf_free(&w);
    return found;
}

/* Names of DLLs that the program at `path` imports and that are nowhere. */
static void missing_dlls(struct buf *out, const char *path, size_t len)
{
    struct imports m;
    struct wbuf w;
    struct pe pe;
    HANDLE f;
    wchar_t *slash;

    wbuf_init(&w, tool_realloc, NULL, 0);
    buf_init(&m.names, tool_realloc, NULL, 0);
    utf8_to_wide(&w, path, len);
    wbuf_putc(&w, 0);
    f = CreateFileW((wchar_t *)w.p, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    NULL, OPEN_EXISTING, 0, NULL);
    if (f != INVALID_HANDLE_VALUE && pe_open(&pe, read_at, f) >= 0) {
        pe_imports(&pe, import_add, &m, 0);
        if ((slash = wcsrchr((wchar_t *)w.p, L'\\')))
            *slash = 0;
        for (size_t i = 0; i < m.names.len; i += strlen(m.names.p + i) + 1)
            if (!dll_found((wchar_t *)w.p, m.names.p + i)) {
                buf_puts(out, out->len ? ", " : "");
                buf_puts(out, m.names.p + i);
            }
    }
    if (f != INVALID_HANDLE_VALUE)
        CloseHandle(f);
    buf_free(&m.names);
    wbuf_free(&w);
}

static void name_dlls(struct gather *g, struct why_verdict *v)
{
    struct trace_decoded d;
    const struct trace_value *program;
    struct buf names;

    if (!v->rule || strcmp(v->rule, "exec-dll-missing"))
        return;
    buf_init(&names, tool_realloc, NULL, 0);
    for (unsigned i = 0; i < v->n; i++)
        if (why_is(&g->w, v->evidence[i], "exec_child_died") && why_decode(&g->w, v->evidence[i], &d) &&
            (program = trace_field(&d, "program")) && program->s)
            missing_dlls(&names, program->s, program->len);
    if (names.len) {
        buf_puts(&v->cause, ": ");
        buf_puts(&v->cause, names.p);
    }
    buf_free(&names);
}

/* ---- saying it ---- */

static void put_json(struct gather *g, const struct why_verdict *v, struct buf *b)
{
    buf_puts(b, "{\"verdict\":");
    json_strz(b, v->rule ? v->rule : v->kind == WHY_NOTHING ? "nothing" : "unknown");
    buf_puts(b, ",\"pid\":");
    buf_putd(b, v->pid);
    buf_puts(b, ",\"program\":");
    json_str(b, v->program.p ? v->program.p : "", v->program.len);
    buf_puts(b, ",\"what\":");
    json_str(b, v->what.p, v->what.len);
    buf_puts(b, ",\"stage\":");
    json_str(b, v->stage.p ? v->stage.p : "", v->stage.len);
    buf_puts(b, ",\"cause\":");
    json_str(b, v->cause.p ? v->cause.p : "", v->cause.len);
    buf_puts(b, ",\"remedy\":");
    json_str(b, v->remedy.p ? v->remedy.p : "", v->remedy.len);
    buf_puts(b, v->injected ? ",\"injected\":true,\"evidence\":[" : ",\"injected\":false,\"evidence\":[");
    for (unsigned i = 0; i < v->n; i++) {
        const struct why_event *e = &g->w.v[v->evidence[i]];

        buf_puts(b, i ? ",{\"ts\":" : "{\"ts\":");
        trace_value_seconds(b, e->ns, 9);
        buf_puts(b, ",\"pid\":");
        buf_putd(b, e->pid);
        buf_puts(b, ",\"tid\":");
        buf_putu(b, e->tid);
        buf_puts(b, ",\"seq\":");
        buf_putu(b, e->seq);
        buf_puts(b, ",\"event\":");
        json_strz(b, why_line(&g->w, v->evidence[i]));
        buf_putc(b, '}');
    }
    buf_puts(b, "]}\n");
}

static void put_row(struct buf *b, const char *name, const struct buf *text)
{
    if (!text->len)
        return;
    buf_puts(b, name);
    buf_put(b, text->p, text->len);
    buf_putc(b, '\n');
}

static void put_text(struct gather *g, const struct why_verdict *v, struct buf *b)
{
    if (v->program.len)
        buf_put(b, v->program.p, v->program.len);
    if (v->pid) {
        buf_puts(b, v->program.len ? " (pid " : "(pid ");
        buf_putd(b, v->pid);
        buf_puts(b, ") ");
    }
    buf_put(b, v->what.p, v->what.len);
    buf_putc(b, '\n');
    put_row(b, "  stage:    ", &v->stage);
    if (v->rule)
        put_row(b, "  cause:    ", &v->cause);
    else if (v->kind != WHY_NOTHING)
        buf_puts(b, "  cause:    unknown: no rule knows this; the events below are all there is\n");
    put_row(b, "  remedy:   ", &v->remedy);
    if (v->injected)
        buf_puts(b, "  note:     somebody asked for this failure by CYGWIN=inject\n");
    for (unsigned i = 0; i < v->n; i++) {
        const struct why_event *e = &g->w.v[v->evidence[i]];
        char head[64];

        snprintf(head, sizeof head, "  %s [pid %d seq %u] ", i ? "         " : "evidence:", (int)e->pid,
                 (unsigned)e->seq);
        buf_puts(b, head);
        buf_puts(b, why_line(&g->w, v->evidence[i]));
        buf_putc(b, '\n');
    }
    if (v->rule)
        put_row(b, "  rule:     ", &(struct buf){ .p = (char *)v->rule, .len = strlen(v->rule) });
}

/* A name with a slash or of a file that exists; numbers and names of programs are processes. */
static bool is_file(const char *what)
{
    struct wbuf w;
    int64_t number;
    DWORD a;

    if (!strcmp(what, "last") || opt_number(what, &number) == 0)
        return false;
    wbuf_init(&w, tool_realloc, NULL, 0);
    target_win32(&w, what);
    a = GetFileAttributesW((wchar_t *)w.p);
    wbuf_free(&w);
    return a != INVALID_FILE_ATTRIBUTES;
}

int why_show(const char *what)
{
    static struct gather g;
    struct why_verdict v;
    struct why_wait wait = { 0 };
    struct proc_list list = { 0 };
    const struct proc_info *p;
    struct ring r = { 0 };
    struct buf b;
    int code;

    if (is_file(what)) {
        replay_read(what, &g.time, begin, take, &g);
    } else {
        ring_find(&r, &g.time, what, false);
        begin(&g);
        rings_read(&r, 1, UINT64_MAX, take, &g);
        g.w.pid = r.pid;
        if (r.mapped) {
            g.w.ended = true;
            g.w.wait_status = (int32_t)r.region->wait_status;
        } else if (!r.ended && proc_list_read(rings_tree(), &list) >= 0 && (p = find_pid(&list, r.pid))) {
            wait_fill(&wait, &list, p);
            g.w.wait = &wait;
        }
    }
    why_judge(&g.w, &v);
    name_dlls(&g, &v);
    buf_init(&b, tool_realloc, NULL, 0);
    if (cfg.format == &trace_format_json)
        put_json(&g, &v, &b);
    else
        put_text(&g, &v, &b);
    code = !tool_flush(&b, stdout) ? EXIT_FAILED : v.rule ? 0 : 3;
    why_verdict_free(&v);
    why_free(&g.w);
    return code;
}
