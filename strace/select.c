/* SPDX-License-Identifier: BSD-2-Clause */
/* -e status=, -e signal=, -P, -z, -Z: what is shown of the events that were recorded. */
#include <stdlib.h>
#include <string.h>

#include "strace.h"
#include "trace/flow.h"

static enum { STATUS_ALL, STATUS_OK = 1, STATUS_FAILED = 2, STATUS_UNFINISHED = 4 } statuses;
static uint64_t signals;
static bool signals_chosen;
static struct opt_list paths;

const char *select_status(const char *list)
{
    static const struct {
        const char *name;
        int value;
    } names[] = {
        { "successful", STATUS_OK }, { "failed", STATUS_FAILED }, { "unfinished", STATUS_UNFINISHED },
        { "unavailable", STATUS_UNFINISHED }, { "detached", STATUS_UNFINISHED },
        { "all", STATUS_OK | STATUS_FAILED | STATUS_UNFINISHED }, { "none", 0 },
    };

    for (;;) {
        size_t n = strcspn(list, ","), i = 0;

        while (i < 7 && (strlen(names[i].name) != n || memcmp(names[i].name, list, n)))
            i++;
        if (i == 7)
            return "not a list of successful, failed, unfinished, unavailable, detached";
        statuses |= names[i].value;
        if (!list[n])
            return NULL;
        list += n + 1;
    }
}

static int signal_number(const char *s, size_t n)
{
    for (size_t i = 0; i < trace_table_sig.count; i++) {
        const char *name = trace_table_sig.rows[i].name;

        if ((strlen(name) == n && !_strnicmp(name, s, n)) ||
            (strlen(name) == n + 3 && !_strnicmp(name + 3, s, n)))
            return (int)trace_table_sig.rows[i].value;
    }
    return atoi(s);
}

const char *select_signal(const char *list)
{
    bool not = *list == '!';
    uint64_t set = 0;

    list += not;
    for (;;) {
        size_t n = strcspn(list, ",");
        int sig = signal_number(list, n);

        if (n == 3 && !memcmp(list, "all", 3))
            set = ~0ull;
        else if (n == 4 && !memcmp(list, "none", 4))
            set = 0;
        else if (sig < 1 || sig > 64)
            return "not a list of signals";
        else
            set |= 1ull << (sig - 1);
        if (!list[n])
            break;
        list += n + 1;
    }
    signals = not ? ~set : set;
    signals_chosen = true;
    return NULL;
}

void select_path(const char *path)
{
    paths.v = tool_realloc(paths.v, (paths.n + 1) * sizeof *paths.v);
    paths.v[paths.n++] = path;
}

static bool is_path(const char *s, size_t n)
{
    for (size_t i = 0; i < paths.n; i++)
        if (strlen(paths.v[i]) == n && !memcmp(paths.v[i], s, n))
            return true;
    return false;
}

static bool path_wanted(const struct trace_record *r, const struct trace_decoded *d,
                        const struct trace_names *names)
{
    for (unsigned i = 0; i < d->desc->nfields; i++) {
        const struct trace_field *f = &d->desc->fields[i];
        const struct trace_name *n;

        if (f->meaning == TRACE_MEAN_PATH && d->v[i].s && is_path(d->v[i].s, d->v[i].len))
            return true;
        if ((f->meaning == TRACE_MEAN_FD || f->meaning == TRACE_MEAN_DIRFD) &&
            (n = trace_name_find(names, r->stream->pid, (int32_t)d->v[i].i)) && is_path(n->text, n->len))
            return true;
    }
    return false;
}

static bool status_wanted(const struct trace_decoded *d)
{
    if (!d->desc->call)
        return false; /* as on Linux: -z and -Z are about calls */
    if (!d->has_ret)
        return statuses & STATUS_UNFINISHED;
    return statuses & (d->failed ? STATUS_FAILED : STATUS_OK);
}

bool selected(const struct trace_record *r, const struct trace_decoded *d, const struct trace_names *names)
{
    const struct trace_value *sig;

    if (!d)
        return !statuses && !paths.n;
    if (!(cfg.mask[r->id] & TRACE_ON) && !(d->has_ret && d->failed && cfg.mask[r->id] != TRACE_NEVER))
        return false;
    if (statuses && !status_wanted(d))
        return false;
    if (signals_chosen && d->desc->category == TRACE_CAT_SIGNAL && (sig = trace_field(d, "sig")) &&
        (sig->i < 1 || sig->i > 64 || !(signals >> (sig->i - 1) & 1)))
        return false;
    return !paths.n || path_wanted(r, d, names);
}
