/* SPDX-License-Identifier: BSD-2-Clause */
/* CYGWIN=inject: making stages of fork and exec fail, and calls fail, return what they would not, come
 * late, or bring a signal: fork.map=EAGAIN:2,call.open=EACCES:@3,call.read=sig.USR1+delay.500. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "nt.h"
#include "options.h"
#include "proc.h"
#include "sig.h"
#include "sys.h"
#include "thread.h"
#include "trace.h"
#include "trace/inject.h"

/* Looked at by the entry stubs. Inherited by forked children: they go on with what their parent has. */
uint8_t inject_armed;

void inject_arm(void)
{
    inject_armed = options.inject && strstr(options.inject, "call.");
}

/* How often each stage was asked about; by the place of its entry in the list. */
static uint32_t inject_seen[256];

/* The next entry for `stage` whose turn it is. `at` and `i` go on from call to call. */
static bool next_turn(const char *stage, const char **at, unsigned *i, struct trace_inject *what)
{
    size_t n = strlen(stage);

    while (*at && *i < ARRAY_SIZE(inject_seen)) {
        const char *p = *at, *when;
        size_t len = strcspn(p, ",");
        unsigned k = (*i)++;
        uint32_t turn;

        *at = p[len] ? p + len + 1 : NULL;
        if (len <= n || memcmp(p, stage, n) || p[n] != '=')
            continue;
        when = memchr(p, ':', len);
        turn = __atomic_add_fetch(&inject_seen[k], 1, __ATOMIC_RELAXED);
        if (!trace_inject_turn(when ? when + 1 : "", when ? (size_t)(p + len - when - 1) : 0, turn))
            continue;
        if (trace_inject_what(p + n + 1, (size_t)((when ? when : p + len) - (p + n + 1)), what) < 0)
            *what = (struct trace_inject){ .err = EIO }; /* an errno that nobody knows */
        return true;
    }
    return false;
}

int inject_child(const char *stage, handle_t child)
{
    const char *at = options.inject;
    struct trace_inject what;
    unsigned i = 0;

    while (next_turn(stage, &at, &i, &what)) {
        if (what.sig && child) {
            trace_call_injected(stage, what.sig, 0, false, 0);
            nt_process_terminate(child, 1); /* as the task manager does */
        }
        if (what.err) {
            trace_failure_injected(stage, what.err);
            return -what.err;
        }
    }
    return 0;
}

int inject(const char *stage)
{
    return inject_child(stage, NULL);
}

extern const struct {
    uint64_t function;
    const char *name;
} stub_table[]; /* made by sdk/exports.awk */

/* Functions that give a pointer, and those that give their error. */
static int64_t failed_result(const char *name, int err)
{
    static const char *const pointers[] = {
        "opendir", "fdopendir", "readdir", "getcwd", "realpath", "popen", "sem_open",
    };

    for (size_t i = 0; i < ARRAY_SIZE(pointers); i++)
        if (!strcmp(pointers[i], name))
            return 0;
    return !strncmp(name, "pthread_", 8) || !strncmp(name, "posix_", 6) ? err : -1;
}

/* Whatever comes meanwhile: the call is late, as on a slow system. */
static void delay(uint64_t us)
{
    uint64_t due = nt_uptime() + us * 10, now;

    while ((now = nt_uptime()) < due)
        nt_sleep((int64_t)(due - now));
}

/* What goes before the call. */
static void bring(const char *name, const struct trace_inject *what)
{
    siginfo_t si = { .si_signo = what->sig, .si_code = SI_USER };

    trace_call_injected(name, what->sig, what->delay, what->has_ret, what->ret);
    if (what->delay)
        delay(what->delay);
    if (what->sig) {
        si.si_pid = me.pid;
        si.si_uid = me.uid;
        sig_raise_thread(self(), &si);
    }
}

/* Called by the entry stubs while inject_armed is set. Nonzero: do not call the function, *result is what
 * it returns. */
int inject_call(uint64_t function, int64_t *result)
{
    const char *at = options.inject, *name = NULL;
    struct trace_inject what;
    char stage[80] = "call.";
    unsigned entry = 0;

    for (size_t i = 0; stub_table[i].function; i++) { /* one function may have several names */
        if (stub_table[i].function != function || strlen(stub_table[i].name) > 64)
            continue;
        name = stub_table[i].name;
        strcpy(stage + 5, name);
        at = options.inject;
        entry = 0;
        while (next_turn(stage, &at, &entry, &what)) {
            if (what.sig || what.delay || what.has_ret)
                bring(name, &what);
            if (what.err) {
                trace_failure_injected(stage, what.err);
                sys_ret(-what.err);
                *result = failed_result(name, what.err);
                return 1;
            }
            if (what.has_ret) {
                *result = what.ret;
                return 1;
            }
        }
    }
    return 0;
}
