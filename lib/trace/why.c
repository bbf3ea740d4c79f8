/* SPDX-License-Identifier: BSD-2-Clause */
/* The events that a verdict is made of, finding the one that matters, and applying the rules to it. */
#include "trace/why.h"

#include <string.h>

#include "trace/flow.h"

#define MAX_EVENTS (1u << 20)

void why_init(struct why *w, buf_realloc_fn alloc, const struct trace_time *time)
{
    memset(w, 0, sizeof *w);
    w->alloc = alloc;
    buf_init(&w->bytes, alloc, NULL, 0);
    buf_init(&w->line, alloc, NULL, 0);
    w->format = (struct trace_format){ .ops = &trace_format_text, .out = &w->line, .time = time };
}

void why_free(struct why *w)
{
    w->alloc(w->v, 0);
    buf_free(&w->bytes);
    buf_free(&w->line);
}

void why_add(struct why *w, const struct trace_record *r, uint64_t ns)
{
    struct why_event *e;

    if (w->n == MAX_EVENTS) { /* what is long ago says least */
        memmove(w->v, w->v + MAX_EVENTS / 2, MAX_EVENTS / 2 * sizeof *w->v);
        w->n = MAX_EVENTS / 2;
    }
    if (w->n == w->cap) {
        size_t cap = w->cap ? w->cap * 2 : 1024;
        void *more = w->alloc(w->v, cap * sizeof *w->v);

        if (!more)
            return;
        w->v = more;
        w->cap = cap;
    }
    e = &w->v[w->n];
    *e = (struct why_event){ ns, r->stream->pid, r->stream->tid, r->stream->winpid, r->stream->id,
                             r->seq, r->id, r->size, w->bytes.len };
    buf_put(&w->bytes, r->payload, r->size);
    if (!w->bytes.failed)
        w->n++;
}

bool why_decode(const struct why *w, size_t i, struct trace_decoded *d)
{
    const struct why_event *e = &w->v[i];

    return i < w->n && trace_decode(e->id, (const uint8_t *)w->bytes.p + e->at, e->size, d) == 0;
}

const char *why_line(struct why *w, size_t i)
{
    const struct why_event *e = &w->v[i];
    struct trace_stream s = { .pid = e->pid, .tid = e->tid };
    struct trace_record r = { &s, e->ns, e->seq, 0, e->id, e->size, (const uint8_t *)w->bytes.p + e->at };
    struct trace_decoded d;

    buf_cut(&w->line, 0);
    trace_format_line(&w->format, &r, why_decode(w, i, &d) ? &d : NULL);
    return w->line.p ? w->line.p : "";
}

bool why_is(const struct why *w, size_t i, const char *name)
{
    const struct trace_desc *d = i < w->n ? trace_desc_find(w->v[i].id) : NULL;

    return d && !strcmp(d->name, name);
}

int64_t why_number(const struct why *w, size_t i, const char *field)
{
    struct trace_decoded d;
    int64_t v = 0;

    if (why_decode(w, i, &d))
        trace_field_number(&d, field, &v);
    return v;
}

size_t why_before(const struct why *w, size_t i, int32_t pid, uint32_t tid, const char *name)
{
    while (i-- > 0)
        if (w->v[i].pid == pid && (!tid || w->v[i].tid == tid) && why_is(w, i, name))
            return i;
    return SIZE_MAX;
}

size_t why_after(const struct why *w, size_t i, int32_t pid, const char *name)
{
    for (i++; i < w->n; i++)
        if (w->v[i].pid == pid && why_is(w, i, name))
            return i;
    return SIZE_MAX;
}

void why_cite(struct why_verdict *v, size_t i)
{
    unsigned at = v->n;

    if (i == SIZE_MAX || v->n == WHY_EVIDENCE)
        return;
    for (unsigned k = 0; k < v->n; k++)
        if (v->evidence[k] == i)
            return;
    for (; at > 0 && v->evidence[at - 1] > i; at--)
        v->evidence[at] = v->evidence[at - 1];
    v->evidence[at] = i;
    v->n++;
}

/* ---- which event is the failure ---- */

static bool wanted(const struct why *w, size_t i)
{
    return !w->pid || w->v[i].pid == w->pid;
}

/* A failed fork that was not made good by another try, or by a later fork. */
static bool fork_final(const struct why *w, size_t i)
{
    return why_after(w, i, w->v[i].pid, "fork_failed") == SIZE_MAX &&
           why_after(w, i, w->v[i].pid, "fork_done") == SIZE_MAX;
}

/* A failed exec after which the process did not manage another one. */
static bool exec_final(const struct why *w, size_t i)
{
    return why_after(w, i, w->v[i].pid, "exec_done") == SIZE_MAX &&
           why_after(w, i, w->v[i].pid, "exec_failed") == SIZE_MAX;
}

static bool ended_badly(const struct why *w, size_t exit)
{
    return why_number(w, exit, "status") != 0;
}

static size_t end_of(const struct why *w, size_t i)
{
    return why_after(w, i, w->v[i].pid, "process_exit");
}

/* A call that failed, or one that was not even made since somebody wanted it to fail. */
static bool is_failed_call(const struct trace_decoded *d)
{
    const struct trace_value *what;

    if (d->desc->call)
        return d->has_ret && d->failed;
    return !strcmp(d->desc->name, "failure_injected") && (what = trace_field(d, "what")) && what->s &&
           what->len > 5 && !memcmp(what->s, "call.", 5);
}

/* The last call that failed before a process ended with a status other than 0. What failed long before,
 * or was followed by further failures, has nothing to do with it. */
static bool call_final(const struct why *w, size_t i)
{
    struct trace_decoded d;
    size_t end = end_of(w, i);

    if (end == SIZE_MAX || !ended_badly(w, end) || w->v[end].ns - w->v[i].ns > 2000000000)
        return false;
    for (size_t k = i + 1; k < end; k++)
        if (w->v[k].pid == w->v[i].pid && why_decode(w, k, &d) && is_failed_call(&d) &&
            strcmp(d.desc->name, "sys_isatty") && strcmp(d.desc->name, "sys_tcgetattr") &&
            strcmp(d.desc->name, "sys_wait4") && strcmp(d.desc->name, "sys_waitpid") &&
            strcmp(d.desc->name, "sys_ioctl") && strcmp(d.desc->name, "sys_lseek"))
            return false;
    return true;
}

/* Signals whose default is to end a process. */
static bool ends(int64_t sig)
{
    return sig > 0 && sig < 64 && sig != 20 && sig != 16 && sig != 28 && (sig < 17 || sig > 19) && sig != 21 && sig != 22;
}

/* A signal that the sender made effective: nothing more is heard of the one that it was for. */
static bool killed_by(const struct why *w, size_t i)
{
    int32_t to = (int32_t)why_number(w, i, "to");
    bool known = false;

    if (to <= 0 || why_number(w, i, "ret") != 0 || !ends(why_number(w, i, "sig")) || to == w->v[i].pid)
        return false;
    for (size_t k = 0; k < w->n; k++)
        if (w->v[k].pid == to && (k > i || why_is(w, k, "process_exit")))
            return false;
        else
            known |= w->v[k].pid == to;
    return known;
}

/* A child that was ended and has not said why itself. */
static bool ended_silently(const struct why *w, size_t i)
{
    int64_t status = why_number(w, i, "status");
    int32_t child = (int32_t)why_number(w, i, "child");

    if (!(status & 0x7f) || (status & 0x7f) == 0x7f)
        return false;
    for (size_t k = 0; k < w->n; k++)
        if ((w->v[k].pid == child && why_is(w, k, "signal_default")) ||
            (why_is(w, k, "signal_sent") && why_number(w, k, "to") == child &&
             why_number(w, k, "sig") == (status & 0x7f)))
            return false;
    return true;
}

static enum why_kind kind_of(const struct why *w, size_t i)
{
    struct trace_decoded d;
    const char *name;
    const struct trace_value *action;

    if (!why_decode(w, i, &d))
        return WHY_NOTHING;
    name = d.desc->name;
    if (!strcmp(name, "signal_default")) {
        action = trace_field(&d, "action");
        return action && action->s && (!strncmp(action->s, "core", 4) || !strncmp(action->s, "term", 4))
            ? WHY_END : WHY_NOTHING;
    }
    if (!strcmp(name, "signal_sent"))
        return killed_by(w, i) ? WHY_END : WHY_NOTHING;
    if (!strcmp(name, "child_ended"))
        return ended_silently(w, i) ? WHY_END : WHY_NOTHING;
    if (!strcmp(name, "fork_failed"))
        return fork_final(w, i) ? WHY_FORK : WHY_NOTHING;
    if (!strcmp(name, "exec_failed"))
        return exec_final(w, i) ? WHY_EXEC : WHY_NOTHING;
    if (!strcmp(name, "dll_failed"))
        return WHY_DLL;
    if (!strcmp(name, "error_internal") || !strcmp(name, "mount_entry_bad"))
        return WHY_ERROR;
    if (is_failed_call(&d) && call_final(w, i))
        return WHY_CALL;
    return WHY_NOTHING;
}

/* The gravest; of several, the last. */
static size_t find_subject(const struct why *w, enum why_kind *kind)
{
    size_t best = SIZE_MAX;

    *kind = WHY_NOTHING;
    for (size_t i = 0; i < w->n; i++) {
        enum why_kind k = wanted(w, i) ? kind_of(w, i) : WHY_NOTHING;

        if (k != WHY_NOTHING && k >= *kind) {
            *kind = k;
            best = i;
        }
    }
    return best;
}

/* ---- words ---- */

/* {field}s of the event. */
static void fill(struct why *w, struct buf *out, const char *text, size_t i)
{
    struct trace_decoded d;
    bool known = i != SIZE_MAX && why_decode(w, i, &d);

    for (const char *t = text; *t;) {
        const char *end = *t == '{' ? strchr(t, '}') : NULL;
        unsigned k = 0;

        if (!end || !known) {
            buf_putc(out, *t++);
            continue;
        }
        while (k < d.desc->nfields && (strlen(d.desc->fields[k].name) != (size_t)(end - t - 1) ||
                                       memcmp(d.desc->fields[k].name, t + 1, (size_t)(end - t - 1))))
            k++;
        if (k < d.desc->nfields)
            trace_value_text(&w->format, out, &d, k, true);
        else if (!memcmp(t, "{call}", 6) && !d.desc->call) /* failure_injected: call.NAME */
            buf_put(out, d.v[0].s + 5, d.v[0].len - 5);
        else if (!memcmp(t, "{call}", 6))
            buf_puts(out, trace_desc_name(d.desc));
        t = end + 1;
    }
}

static void program_of(const struct why *w, struct why_verdict *v, size_t i, int32_t pid)
{
    size_t start = why_before(w, i == SIZE_MAX ? w->n : i + 1, pid, 0, "process_start"), fork;
    struct trace_decoded d;
    const struct trace_value *p;

    for (int depth = 0; start == SIZE_MAX && depth < 64; depth++) {
        fork = why_before(w, w->n, pid, 0, "fork_child_running"); /* its parent's, then */
        if (fork == SIZE_MAX)
            return;
        pid = (int32_t)why_number(w, fork, "parent");
        start = why_before(w, fork, pid, 0, "process_start");
    }
    if (start != SIZE_MAX && why_decode(w, start, &d) && (p = trace_field(&d, "program")) && p->s)
        buf_put(&v->program, p->s, p->len);
}

static const char *const kinds[] = {
    [WHY_NOTHING] = "nothing is known to have failed", [WHY_CALL] = "ended after a call had failed",
    [WHY_ERROR] = "the runtime found an error", [WHY_DLL] = "a DLL could not be loaded",
    [WHY_EXEC] = "exec failed", [WHY_FORK] = "fork failed", [WHY_HANG] = "waits",
    [WHY_END] = "was ended by a signal",
};

static bool matches(const struct why *w, const struct why_rule *r, size_t i)
{
    struct trace_decoded d;
    const struct trace_value *stage;
    int64_t err = 0, status = 0;

    if (!why_decode(w, i, &d) || (r->event[0] == '*' ? !is_failed_call(&d) : strcmp(r->event, d.desc->name)))
        return false;
    if (d.has_ret && d.failed)
        err = d.ret == INT64_MIN ? 0 : -d.ret;
    else
        trace_field_number(&d, "errno", &err);
    if (!trace_field_number(&d, "code", &status)) /* of Windows; where both are, status is that of wait() */
        trace_field_number(&d, "status", &status);
    stage = trace_field(&d, "stage");
    if (r->stage && !(stage && stage->s && stage->len == strlen(r->stage) && !memcmp(stage->s, r->stage, stage->len)))
        return false;
    return (!r->err || r->err == err) && (!r->status || r->status == (uint32_t)status);
}

static bool was_injected(const struct why *w, const struct why_verdict *v, size_t i)
{
    size_t k = why_before(w, i + 1, v->pid, 0, "failure_injected");

    return k != SIZE_MAX && w->v[i].ns - w->v[k].ns < 5000000000;
}

static void apply(struct why *w, struct why_verdict *out, size_t subject)
{
    struct trace_decoded d;
    const struct trace_value *stage;
    struct why_verdict v;
    size_t i;

    why_cite(out, subject);
    out->injected = was_injected(w, out, subject);
    if (why_decode(w, subject, &d) && (stage = trace_field(&d, "stage")) && stage->s)
        buf_put(&out->stage, stage->s, stage->len);
    for (size_t r = 0; r < why_rule_count; r++) {
        if (!matches(w, &why_rules[r], subject))
            continue;
        v = *out;
        i = subject;
        if (why_rules[r].when && !why_rules[r].when(w, &v, &i))
            continue;
        memcpy(out->evidence, v.evidence, sizeof v.evidence);
        out->n = v.n;
        out->rule = why_rules[r].name;
        fill(w, &out->cause, why_rules[r].cause, i);
        if (why_rules[r].remedy)
            fill(w, &out->remedy, why_rules[r].remedy, i);
        return;
    }
}

/* ---- processes that have not ended, and those that were killed without having a say ---- */

static const char *const waits[] = { "nothing", "a child", "data to read from", "room to write to", "time to pass",
                                     "a signal", "a lock", "descriptors (poll or select)", "something" };

static void judge_wait(struct why *w, struct why_verdict *v)
{
    const struct why_wait *t = w->wait;
    unsigned kind = t->kind < sizeof waits / sizeof *waits ? t->kind : 8;

    v->kind = WHY_HANG;
    v->pid = w->pid;
    why_cite(v, why_before(w, w->n, w->pid, 0, "wait_begin"));
    if (t->stopped) {
        v->rule = "stopped";
        why_cite(v, why_before(w, w->n, w->pid, 0, "process_stopped"));
        buf_puts(&v->cause, "it was stopped by a signal and waits to be continued");
        buf_puts(&v->remedy, "kill -CONT");
        return;
    }
    v->rule = kind == 1 ? "waits-child" : kind == 2 ? "waits-read" : kind == 3 ? "waits-write"
        : kind == 6 ? "waits-lock" : "waits";
    buf_puts(&v->cause, "it waits for ");
    buf_puts(&v->cause, waits[kind]);
    if (kind == 2 || kind == 3) {
        buf_puts(&v->cause, " descriptor ");
        buf_putd(&v->cause, t->arg);
        if (t->object) {
            buf_puts(&v->cause, " (");
            buf_puts(&v->cause, t->object);
            buf_putc(&v->cause, ')');
        }
    }
    if (t->owner) {
        buf_puts(&v->cause, kind == 1 ? ": pid " : ", which pid ");
        buf_putd(&v->cause, t->owner);
        if (t->owner_program) {
            buf_puts(&v->cause, " (");
            buf_puts(&v->cause, t->owner_program);
            buf_putc(&v->cause, ')');
        }
        buf_puts(&v->cause, kind == 1 ? "" : " has");
        if (t->owner_state) {
            buf_puts(&v->cause, "; that process is ");
            buf_puts(&v->cause, t->owner_state);
        }
        buf_puts(&v->remedy, "ask the same of the other one: strace --why ");
        buf_putd(&v->remedy, t->owner);
    }
    if (t->seconds >= 0) {
        buf_puts(&v->cause, "; since ");
        buf_putu(&v->cause, (uint64_t)t->seconds);
        buf_puts(&v->cause, " s");
    }
}

/* Ended from outside: no event of its own tells. */
static void judge_killed(struct why *w, struct why_verdict *v)
{
    v->kind = WHY_END;
    v->pid = w->pid;
    v->rule = "killed";
    for (size_t i = w->n; i-- > 0;)
        if (why_is(w, i, "signal_sent") && why_number(w, i, "to") == w->pid &&
            why_number(w, i, "sig") == (w->wait_status & 0x7f)) {
            why_cite(v, i);
            buf_puts(&v->cause, "pid ");
            buf_putd(&v->cause, w->v[i].pid);
            buf_puts(&v->cause, " sent it ");
            trace_value_table(&v->cause, &trace_table_sig, w->wait_status & 0x7f);
            return;
        }
    buf_puts(&v->cause, "it was ended from outside (");
    trace_value_status(&v->cause, w->wait_status);
    buf_puts(&v->cause, ") while it ran; it had no say in it");
    buf_puts(&v->remedy, "whoever called kill -9, the task manager or a job limit did that");
    if (w->n)
        why_cite(v, w->n - 1);
}

static void verdict_init(const struct why *w, struct why_verdict *v)
{
    struct buf *all[] = { &v->program, &v->what, &v->stage, &v->cause, &v->remedy };

    memset(v, 0, sizeof *v);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        buf_init(all[i], w->alloc, NULL, 0);
}

void why_verdict_free(struct why_verdict *v)
{
    buf_free(&v->program);
    buf_free(&v->what);
    buf_free(&v->stage);
    buf_free(&v->cause);
    buf_free(&v->remedy);
}

void why_judge(struct why *w, struct why_verdict *v)
{
    size_t subject;

    verdict_init(w, v);
    subject = find_subject(w, &v->kind);
    if (subject != SIZE_MAX)
        v->pid = w->v[subject].pid;
    if (subject != SIZE_MAX && why_is(w, subject, "signal_sent"))
        v->pid = (int32_t)why_number(w, subject, "to");
    if (subject != SIZE_MAX && why_is(w, subject, "child_ended"))
        v->pid = (int32_t)why_number(w, subject, "child");
    if (w->ended && (w->wait_status & 0x7f) && (w->wait_status & 0x7f) != 0x7f && v->kind != WHY_END)
        judge_killed(w, v);
    else if (w->wait && (w->wait->kind || w->wait->stopped) && v->kind != WHY_END)
        judge_wait(w, v);
    else if (subject != SIZE_MAX)
        apply(w, v, subject);
    else
        v->pid = w->pid;
    buf_puts(&v->what, kinds[v->kind]);
    program_of(w, v, subject, v->pid);
}
