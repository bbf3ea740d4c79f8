/* SPDX-License-Identifier: BSD-2-Clause */
/* Running a program in a session and following it to its end. */
#include <string.h>

#include "lib/text/utf.h"
#include "strace.h"

static volatile LONG interrupts;
static bool take_all;

/* Ctrl-C is for the program; strace ends when that does. Without a console the event went to strace
 * alone, as kill -INT does under Wine: then strace ends the program. */
static BOOL WINAPI on_control(DWORD event)
{
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT)
        return FALSE;
    if (take_all || !GetConsoleCP())
        InterlockedExchange(&interrupts, 1);
    return TRUE;
}

void interrupts_watch(bool always)
{
    take_all = always;
    SetConsoleCtrlHandler(on_control, TRUE);
}

bool interrupted(void)
{
    return InterlockedExchange(&interrupts, 0) != 0;
}

#define IDLE_MIN 1 /* milliseconds between looks: short while there is much to read */
#define IDLE_MAX 16

static void drain(struct session *s, struct sink *k, struct trace_time *time, uint64_t *horizon,
                  bool last)
{
    struct trace_clock now;

    session_clock(&now);
    trace_time_advance(time, &now);
    __atomic_fetch_add(&s->region->looks, 1, __ATOMIC_RELAXED);
    if (trace_reader_poll(&s->reader) < 0)
        tool_die(EXIT_FAILED, "out of memory");
    trace_reader_emit(&s->reader, last ? UINT64_MAX : *horizon, sink_take, k);
    *horizon = now.tsc; /* what is older than this look is complete at the next one */
    sink_flush(k);
}

/* Until the program, and with -f all its children, have ended. */
static void follow(struct session *s, struct sink *k, struct trace_time *time)
{
    uint64_t horizon = 0, before;
    DWORD idle = IDLE_MIN;
    bool ended = false, said = false;
    size_t live;

    for (;;) {
        if (ended)
            Sleep(idle);
        else
            ended = WaitForSingleObject(s->process, idle) == WAIT_OBJECT_0;
        if (interrupted()) {
            session_kill(s, EXIT_INTERRUPTED);
            tool_error("interrupted: the traced programs were ended");
        }
        if (ended && !said) {
            DWORD code = EXIT_FAILED;

            said = true;
            GetExitCodeProcess(s->process, &code);
            background_report(code);
        }
        live = session_members(s);
        if (ended && (!live || !cfg.follow))
            break;
        before = s->reader.polled;
        drain(s, k, time, &horizon, false);
        idle = s->reader.polled != before ? IDLE_MIN : idle < IDLE_MAX ? idle * 2 : IDLE_MAX;
    }
    session_end(s);
    drain(s, k, time, &horizon, true);
}

/* The program ended before its runtime wrote anything: say why. */
static void never_joined(const struct target *t, DWORD code)
{
    const char *name = trace_table_name(&trace_table_ntstatus, (int64_t)code);

    if (name)
        tool_error("%s: ended before its runtime started: %s", t->argv[0], name);
    else
        tool_error("%s: ended before its runtime started, with 0x%lx", t->argv[0],
                   (unsigned long)code);
}

/* -E NAME=VALUE, or NAME to remove it. */
static void environment(void)
{
    for (size_t i = 0; i < cfg.env.n; i++) {
        const char *eq = strchr(cfg.env.v[i], '=');
        struct wbuf name, value;
        size_t n = eq ? (size_t)(eq - cfg.env.v[i]) : strlen(cfg.env.v[i]);

        wbuf_init(&name, tool_realloc, NULL, 0);
        wbuf_init(&value, tool_realloc, NULL, 0);
        utf8_to_wide(&name, cfg.env.v[i], n);
        if (eq)
            utf8_to_wide(&value, eq + 1, strlen(eq + 1));
        wbuf_putc(&value, 0);
        if (!n || !SetEnvironmentVariableW((wchar_t *)name.p, eq ? (wchar_t *)value.p : NULL))
            tool_die(2, "'%s' is no NAME=VALUE", cfg.env.v[i]);
        wbuf_free(&name);
        wbuf_free(&value);
    }
}

/* Everything that is started below ends with strace, however that ends. */
static void end_together(void)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limit = {
        .BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
    };
    HANDLE job = CreateJobObjectW(NULL, NULL);

    if (!job ||
        !SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limit, sizeof limit) ||
        !AssignProcessToJobObject(job, GetCurrentProcess()))
        tool_error("--kill-on-exit: %s", error_text(GetLastError()));
}

int run_command(char **argv)
{
    struct target target;
    struct session s;
    struct trace_time time;
    struct sink k;
    DWORD code = EXIT_FAILED;

    environment();
    inject_environment();
    target_find(&target, argv);
    if (cfg.argv0)
        target.argv[0] = (char *)cfg.argv0;
    interrupts_watch(false);
    session_create(&s, &cfg);
    trace_time_init(&time, &s.region->clock, s.region->qpc_frequency);
    sink_open(&k, &time, cfg.follow);
    if (cfg.kill_on_exit)
        end_together();
    session_start(&s, &target);
    follow(&s, &k, &time);
    GetExitCodeProcess(s.process, &code);
    if (target.traceable && !s.joined)
        never_joined(&target, code);
    sink_close(&k, trace_reader_lost(&s.reader));
    return k.out.failed ? EXIT_FAILED : (int)code;
}
