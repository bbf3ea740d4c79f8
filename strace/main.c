/* SPDX-License-Identifier: BSD-2-Clause */
/* strace: runs a program and shows what it does, read from shared memory while it runs. Nothing is
 * stopped, no debugger is attached. */
#include <string.h>

#include "lib/tool/opt.h"
#include "strace.h"

static struct config cfg;
static bool filtered;

static const char *filter_arg(void *value, const char *arg)
{
    const char *why = filter_parse(cfg.mask, !filtered, arg);

    (void)value;
    filtered = true;
    return why;
}

static const struct opt opts[] = {
    { 'f', "follow-forks", OPT_FLAG, &cfg.follow, NULL, "trace children, too, and wait for them" },
    { 'o', "output", OPT_STR, &cfg.output, "FILE",
      "write the trace to FILE, not to standard error" },
    { 'e', "expr", OPT_CALL, NULL, "EXPR",
      "record only these categories, or trace=NAME,...; ! in front: "
      "all but these",
      .call = filter_arg },
    { 0, "json", OPT_FLAG, &cfg.json, NULL, "one JSON object a line" },
    { 'c', "summary-only", OPT_FLAG, &cfg.counts, NULL, "count calls, errors and times instead" },
    { 0, "summary", OPT_FLAG, &cfg.summary, NULL, "processes, forks and times at the end" },
    { 0 }
};

static const struct opt_spec spec = {
    .prog = "strace",
    .usage = "[OPTION]... CMD [ARG]...",
    .about = "Run CMD and show its system calls, forks, signals, path conversions and errors.",
    .opts = opts,
    .exit_status = "CMD's own\n1    the trace could not be made or written\n2    wrong usage\n"
                   "126  CMD cannot be executed or traced\n127  CMD was not found",
    .more = "Categories: syscall fork exec signal path dll file process net tty mem thread error "
            "user.\n"
            "Groups for trace=: %file %desc %process %creds %signal %clock %memory %network.\n",
    .flags = OPT_COMMAND,
};

/* What a record goes through. */
struct sink {
    struct trace_format format;
    struct output out;
    struct summary *summary;
    bool lines;
};

#define FLUSH_AT (1u << 20)

static int take(void *arg, const struct trace_record *r)
{
    struct sink *k = arg;

    if (k->summary)
        summary_add(k->summary, r);
    if (k->lines && !k->out.failed)
        trace_format_record(&k->format, r);
    if (k->format.out->len >= FLUSH_AT)
        output_write(&k->out, k->format.out);
    return 0;
}

static volatile LONG interrupted;

/* Ctrl-C is for the program; strace ends when that does. Without a console the event went to strace
 * alone, as kill -INT does under Wine: then strace ends the program. */
static BOOL WINAPI on_control(DWORD event)
{
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT)
        return FALSE;
    if (!GetConsoleCP())
        InterlockedExchange(&interrupted, 1);
    return TRUE;
}

#define IDLE_MIN 1 /* milliseconds between looks: short while there is much to read */
#define IDLE_MAX 16

static void drain(struct session *s, struct sink *k, struct trace_time *time, uint64_t *horizon,
                  bool last)
{
    struct trace_clock now;

    session_clock(&now);
    trace_time_advance(time, &now);
    if (trace_reader_poll(&s->reader) < 0)
        tool_die(EXIT_FAILED, "out of memory");
    trace_reader_emit(&s->reader, last ? UINT64_MAX : *horizon, take, k);
    *horizon = now.tsc; /* what is older than this look is complete at the next one */
    output_write(&k->out, k->format.out);
}

/* Until the program, and with -f all its children, have ended. */
static void follow(struct session *s, struct sink *k, struct trace_time *time)
{
    uint64_t horizon = 0, before;
    DWORD idle = IDLE_MIN;
    bool ended = false;
    size_t live;

    for (;;) {
        if (ended)
            Sleep(idle);
        else
            ended = WaitForSingleObject(s->process, idle) == WAIT_OBJECT_0;
        if (InterlockedExchange(&interrupted, 0)) {
            session_kill(s, EXIT_INTERRUPTED);
            tool_error("interrupted: the traced programs were ended");
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

static int32_t utc_offset(void)
{
    TIME_ZONE_INFORMATION tz;
    DWORD kind = GetTimeZoneInformation(&tz);
    LONG bias = kind == TIME_ZONE_ID_INVALID ? 0 : tz.Bias;

    if (kind == TIME_ZONE_ID_DAYLIGHT)
        bias += tz.DaylightBias;
    else if (kind == TIME_ZONE_ID_STANDARD)
        bias += tz.StandardBias;
    return (int32_t)-bias * 60;
}

static void finish(struct session *s, struct sink *k)
{
    uint64_t lost = trace_reader_lost(&s->reader);
    struct buf *b = k->format.out;

    if (k->lines && k->format.ops->end)
        k->format.ops->end(&k->format, lost);
    if (cfg.counts)
        summary_counts(k->summary, b);
    if (cfg.summary && !(cfg.json && !k->out.file)) {
        if (k->lines && k->out.file) {
            output_write(&k->out, b);
            output_close(&k->out);
            output_open(&k->out, NULL); /* the summary is for people */
        }
        summary_processes(k->summary, b, lost);
    }
    output_write(&k->out, b);
    output_close(&k->out);
    if (lost)
        tool_error("%llu events lost", (unsigned long long)lost);
}

int tool_main(int argc, char **argv)
{
    int first;
    struct target target;
    struct session s;
    struct trace_time time;
    struct buf text;
    struct sink k = { .lines = true };
    DWORD code = EXIT_FAILED;

    filter_all(cfg.mask);
    first = opt_parse(&spec, argc, argv);
    if (first >= argc) {
        tool_error("no program given (try 'strace --help')");
        return 2;
    }
    target_find(&target, argv + first);
    output_open(&k.out, cfg.output);
    SetConsoleCtrlHandler(on_control, TRUE);
    session_create(&s, &cfg);
    trace_time_init(&time, &s.region->clock, s.region->qpc_frequency);
    buf_init(&text, tool_realloc, NULL, 0);
    k.lines = !cfg.counts;
    k.format = (struct trace_format){ .ops = cfg.json ? &trace_format_json : &trace_format_text,
                                      .out = &text,
                                      .time = &time,
                                      .pids = cfg.follow,
                                      .utc_offset = utc_offset(),
                                      .show = { .clock = 2, .durations = true } };
    if (cfg.counts || cfg.summary)
        k.summary = summary_new(&time);
    session_start(&s, &target);
    follow(&s, &k, &time);
    GetExitCodeProcess(s.process, &code);
    if (target.traceable && !s.joined)
        never_joined(&target, code);
    finish(&s, &k);
    return k.out.failed ? EXIT_FAILED : (int)code;
}
