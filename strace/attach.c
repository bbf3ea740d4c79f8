/* SPDX-License-Identifier: BSD-2-Clause */
/* -p: tracing processes that run already. Their recorders are read while they write; what they record is
 * said by bytes in their control sections. Nothing else is done to them, and these bytes are put back. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/proc/win_int.h"
#include "strace.h"
#include "trace/flow.h"

#define IDLE 4 /* milliseconds between looks */

struct attached {
    struct ring *v;
    size_t n;
    uint64_t since;   /* TSC: what is older was there before */
    uint64_t horizon; /* of the next look */
    struct sink *sink;
    struct trace_time *time;
    char **args;        /* of -p */
    size_t nargs;
    struct want *wants; /* --wait */
    size_t nwants;
    HANDLE mark;        /* of TRACE_WANT_MARK */
    uint32_t newest;    /* pid that the tree would give next, when it was looked at */
    unsigned looks;
};

/* A name for which processes may still come. */
struct want {
    const char *name;
    HANDLE section;
    struct trace_ctl *ctl;
};

/* What following children needs is recorded even if nobody wants to see it. */
static const char *const needed[] = { "fork_done", "exec_done", "process_start" };

static void ctl_set(struct trace_ctl *ctl)
{
    for (unsigned i = 0; i < TRACE_MAX_EVENTS; i++)
        ctl->mask[i] = cfg.mask[i];
    for (size_t i = 0; cfg.follow && i < sizeof needed / sizeof *needed; i++)
        ctl->mask[trace_desc_by_name(needed[i], strlen(needed[i]))->id] = TRACE_ON;
    ctl->timing = 1;
    ctl->stacks = cfg.stacks;
    if (cfg.stacks)
        stacks_need(ctl->mask);
    ctl->follow = cfg.follow;
}

static void ctl_reset(struct trace_ctl *ctl)
{
    uint8_t mask[TRACE_MAX_EVENTS];

    filter_default(mask);
    memcpy(ctl->mask, mask, sizeof mask);
    ctl->timing = ctl->stacks = ctl->follow = 0;
}

/* 0, or -1: it has no recorder, or belongs to somebody else. `child`: of one that is followed; it may have
 * ended already, and its parent holds the recorder for us. */
static int attach(struct attached *a, uint32_t winpid, int32_t pid, bool child)
{
    char name[32];
    struct ring r;
    void *view;
    size_t size;

    for (size_t i = 0; i < a->n; i++)
        if (a->v[i].winpid == winpid)
            return 0;
    if (ring_open(&r, winpid, pid) < 0)
        return -1;
    snprintf(name, sizeof name, "ctl.%u", (unsigned)winpid);
    if (proc_section_rw(rings_tree(), name, &view, &size) == 0) {
        struct trace_ctl *ctl = view;

        if (size >= sizeof *ctl && ctl->hdr.magic == SHM_MAGIC_CTL && ctl->hdr.major == ISTHMUS_ABI_MAJOR) {
            r.ctl = ctl;
            ctl_set(ctl);
        } else {
            proc_section_close(view);
        }
    }
    if (!r.ctl && !child) {
        ring_close(&r);
        return -1;
    }
    a->v = tool_realloc(a->v, (a->n + 1) * sizeof *a->v);
    a->v[a->n++] = r;
    snprintf(name, sizeof name, "seen.%u", (unsigned)winpid);
    proc_event_set(rings_tree(), name); /* there is one only if it waits for us */
    return 0;
}

static void detach(struct ring *r)
{
    if (r->ctl && !r->ended)
        ctl_reset(r->ctl);
    ring_close(r);
}

static bool is_name(const struct proc_list *list, const struct proc_info *p, const char *name)
{
    const char *s = list->text.p + p->program, *base = s + strlen(s);
    size_t n;

    while (base > s && base[-1] != '/')
        base--;
    n = strlen(base);
    return !_stricmp(base, name) || !strcmp(s, name) ||
           (n > 4 && !_stricmp(base + n - 4, ".exe") && strlen(name) == n - 4 && !_strnicmp(base, name, n - 4));
}

/* One -p argument: numbers, names or all, with commas. Returns how many were attached to. */
static size_t attach_arg(struct attached *a, const char *arg, bool say)
{
    struct proc_list list;
    size_t found = 0;
    int64_t uid;

    if (proc_list_read(rings_tree(), &list) < 0)
        tool_die(EXIT_FAILED, "cannot read the list of processes");
    while (*arg) {
        size_t n = strcspn(arg, ", \t"), before = found;
        char *one = tool_realloc(NULL, n + 1);
        int64_t number = 0;

        memcpy(one, arg, n);
        one[n] = 0;
        opt_number(one, &number);
        if (strncmp(one, "uid:", 4) || opt_number(one + 4, &uid) < 0)
            uid = -1;
        for (size_t i = 0; n && i < list.n; i++) {
            const struct proc_info *p = &list.v[i];

            if (p->alive && (uid >= 0 ? p->euid == uid : !strcmp(one, "all") ||
                             (number ? p->pid == number : is_name(&list, p, one))) &&
                attach(a, p->winpid, p->pid, false) == 0)
                found++;
        }
        if (n && found == before && say)
            tool_error("%s: no such process, or it is traced already", one);
        tool_realloc(one, 0);
        arg += n + (arg[n] != 0);
    }
    proc_list_free(&list);
    return found;
}

/* ---- --wait: processes that start later begin with what is in a section of their name ---- */

static void want(struct attached *a, const char *name, size_t n)
{
    char section[TRACE_WANT_NAME + 1] = TRACE_WANT_PREFIX;
    size_t at = sizeof TRACE_WANT_PREFIX - 1;
    struct want *w;
    void *view;
    int e;

    if (n == 3 && !memcmp(name, "all", 3)) {
        strcpy(section, TRACE_WANT_ALL);
    } else {
        for (size_t i = n; i > 0; i--)
            if (name[i - 1] == '/' || name[i - 1] == '\\') {
                name += i;
                n -= i;
                break;
            }
        for (size_t i = 0; i < n && at < TRACE_WANT_NAME; i++)
            section[at++] = trace_want_letter((unsigned char)name[i]);
        trace_want_end(section, at);
    }
    a->wants = tool_realloc(a->wants, (a->nwants + 1) * sizeof *a->wants);
    w = &a->wants[a->nwants];
    e = proc_section_make(section, sizeof(struct trace_ctl), false, &view, (void **)&w->section);
    if (e < 0)
        tool_die(EXIT_FAILED, e == -EEXIST ? "--wait: another strace waits for %.*s already"
                                           : "--wait: no shared memory for %.*s", (int)n, name);
    w->ctl = view;
    trace_ctl_init(w->ctl, GetCurrentProcessId(), cfg.mask);
    ctl_set(w->ctl);
    a->nwants++;
}

/* Each name of an argument; numbers are of processes that are there. */
static void want_arg(struct attached *a, const char *arg)
{
    int64_t number;

    while (*arg) {
        size_t n = strcspn(arg, ", \t");
        char *one = _strdup(arg);

        one[n] = 0;
        if (n && opt_number(one, &number) < 0 && strncmp(one, "uid:", 4))
            want(a, arg, n);
        free(one);
        arg += n + (arg[n] != 0);
    }
}

/* For the processes that start from now on; without an index nothing runs, and the first one will look. */
static void waiters_say(uint32_t what)
{
    void *view;
    size_t size;

    if (proc_section_rw(rings_tree(), "index", &view, &size) < 0)
        return;
    if (size >= sizeof(struct shm_index))
        __atomic_store_n(&((struct shm_index *)view)->waiters, what, __ATOMIC_SEQ_CST);
    proc_section_close(view);
}

static void wants_say(struct attached *a)
{
    void *view;

    if (proc_section_make(TRACE_WANT_MARK, 1, true, &view, (void **)&a->mark) == 0)
        proc_section_close(view);
    else
        a->mark = NULL; /* another user's, who waits, too */
    waiters_say(TRACE_WAITERS_SOMEBODY);
}

static void wants_end(struct attached *a)
{
    if (!a->nwants)
        return;
    if (a->mark)
        CloseHandle(a->mark);
    waiters_say(TRACE_WAITERS_UNKNOWN); /* another one may wait, too */
    for (size_t i = 0; i < a->nwants; i++) {
        proc_section_close(a->wants[i].ctl);
        CloseHandle(a->wants[i].section);
    }
    tool_realloc(a->wants, 0);
}

#define OFTEN 25u /* looks after which the list is read anyway: exec makes no new pid */

/* Who has come since. */
static void look_for_new(struct attached *a)
{
    const struct proc_tree *tree = rings_tree();
    uint32_t next = tree->index ? ((const struct shm_index *)tree->index)->next_pid : 0;

    if (next == a->newest && !a->nwants && ++a->looks % OFTEN)
        return;
    a->newest = next;
    for (size_t i = 0; i < a->nargs; i++)
        attach_arg(a, a->args[i], false);
}

static int take(void *arg, const struct trace_record *r)
{
    struct attached *a = arg;
    struct trace_record copy = *r;
    struct trace_decoded d;
    const struct trace_value *winpid, *child;

    if (r->tsc < a->since)
        return 0;
    if (cfg.follow && trace_decode(r->id, r->payload, r->size, &d) == 0 &&
        (!strcmp(d.desc->name, "fork_done") || !strcmp(d.desc->name, "exec_done")) &&
        (winpid = trace_field(&d, "winpid")) && (child = trace_field(&d, "child")))
        attach(a, (uint32_t)winpid->u, (int32_t)child->i, true);
    return sink_take(a->sink, &copy);
}

/* Those that have ended are read to their end and let go. */
static void look(struct attached *a)
{
    for (size_t i = 0; i < a->n; i++)
        if (!a->v[i].process || WaitForSingleObject(a->v[i].process, 0) == WAIT_OBJECT_0)
            a->v[i].ended = true;
}

static void let_go(struct attached *a, bool all)
{
    for (size_t i = a->n; i-- > 0;)
        if (all || a->v[i].ended) {
            detach(&a->v[i]);
            a->v[i] = a->v[--a->n];
        }
}

struct attached *attach_open(char **pids, size_t n, struct sink *k, struct trace_time *time)
{
    struct attached *a = tool_realloc(NULL, sizeof *a);
    struct trace_clock now;

    memset(a, 0, sizeof *a);
    a->since = __builtin_ia32_rdtsc();
    a->sink = k;
    a->time = time;
    a->args = pids;
    a->nargs = n;
    session_clock(&now);
    for (size_t i = 0; cfg.wait && i < n; i++)
        want_arg(a, pids[i]);
    if (a->nwants)
        wants_say(a);
    for (size_t i = 0; i < n; i++)
        attach_arg(a, pids[i], !cfg.wait);
    if (!a->n && !a->nwants) {
        tool_realloc(a, 0);
        return NULL;
    }
    if (a->n) {
        trace_time_init(time, &a->v[0].region->clock, a->v[0].region->qpc_frequency);
        session_clock(&now);
        trace_time_advance(time, &now);
    } else {
        LARGE_INTEGER frequency;

        QueryPerformanceFrequency(&frequency);
        trace_time_init(time, &now, (uint64_t)frequency.QuadPart);
    }
    return a;
}

size_t attach_count(const struct attached *a)
{
    return a->n;
}

void attach_more(struct attached *a, const char *pid)
{
    attach_arg(a, pid, false);
}

bool attach_poll(struct attached *a)
{
    struct trace_clock now;
    size_t had;

    if (a->nwants)
        look_for_new(a);
    had = a->n;
    look(a);
    session_clock(&now);
    trace_time_advance(a->time, &now);
    rings_read(a->v, a->n, a->horizon, take, a);
    a->horizon = now.tsc;
    for (size_t i = 0; a->n == had && i < a->n; i++)
        if (a->v[i].ended) { /* nothing comes any more */
            rings_read(a->v, a->n, UINT64_MAX, take, a);
            let_go(a, false);
            break;
        }
    return a->n > 0 || a->nwants > 0;
}

void attach_close(struct attached *a)
{
    rings_read(a->v, a->n, UINT64_MAX, take, a);
    wants_end(a); /* before the others: a child that starts now would begin to record for nobody */
    let_go(a, true);
    tool_realloc(a->v, 0);
    tool_realloc(a, 0);
}

int attach_run(char **pids, size_t n)
{
    struct attached *a;
    struct trace_time time;
    struct sink k = { 0 };

    a = attach_open(pids, n, &k, &time);
    if (!a)
        return EXIT_FAILED;
    sink_open(&k, &time, cfg.follow || cfg.wait || a->n > 1);
    interrupts_watch(true);
    if (!cfg.quiet && cfg.wait)
        tool_error("attached to %u process%s, waiting for more; Ctrl-C ends", (unsigned)a->n, a->n == 1 ? "" : "es");
    else if (!cfg.quiet)
        tool_error("attached to %u process%s; Ctrl-C detaches", (unsigned)a->n, a->n == 1 ? "" : "es");
    do {
        Sleep(IDLE);
        sink_flush(&k);
    } while (attach_poll(a) && !interrupted() && !k.out.failed);
    attach_close(a);
    sink_flush(&k);
    sink_close(&k, k.lost);
    return k.out.failed ? EXIT_FAILED : 0;
}
