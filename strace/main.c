/* SPDX-License-Identifier: BSD-2-Clause */
/* strace: shows what programs do, read from shared memory while they run, or afterwards. Nothing is
 * stopped, no debugger is attached. This file has the command line. */
#include <string.h>

#include "strace.h"

struct config cfg = { .format = &trace_format_text, .buffer = TRACE_SESSION_MIB };

static bool filtered, timed;
static struct opt_list pids;
static const char *last, *why, *replay;
static bool use_last, use_why, list_kept, tips, json, top;
static int clock_style, quiet;

static const char *trace_arg(void *value, const char *arg)
{
    (void)value;
    arg = filter_parse(cfg.mask, !filtered, arg);
    filtered = true;
    return arg;
}

static const char *expr_arg(void *value, const char *arg)
{
    if (!strncmp(arg, "status=", 7))
        return select_status(arg + 7);
    if (!strncmp(arg, "signal=", 7) || !strncmp(arg, "signals=", 8))
        return select_signal(strchr(arg, '=') + 1);
    if (!strncmp(arg, "inject=", 7) || !strncmp(arg, "fault=", 6))
        return inject_add(strchr(arg, '=') + 1);
    if (!strncmp(arg, "trace=", 6))
        arg += 6;
    else if (!strncmp(arg, "t=", 2))
        arg += 2;
    else if (*arg != '/' && *arg != '!' && strchr(arg, '='))
        return "not trace=, status=, signal=, inject= or fault=, nor a list of categories";
    return trace_arg(value, arg);
}

static const char *list_status_arg(void *value, const char *arg)
{
    (void)value;
    return select_status(arg);
}

static const char *list_signal_arg(void *value, const char *arg)
{
    (void)value;
    return select_signal(arg);
}

static const char *inject_arg(void *value, const char *arg)
{
    (void)value;
    return inject_add(arg);
}

static const char *mask_arg(void *value, const char *arg)
{
    (void)value;
    filtered = true;
    return filter_bits(cfg.mask, arg);
}

static const char *path_arg(void *value, const char *arg)
{
    (void)value;
    select_path(arg);
    return NULL;
}

static const char *status_arg(void *value, const char *arg)
{
    (void)arg;
    return select_status(value);
}

static const char *format_arg(void *value, const char *arg)
{
    (void)value;
    cfg.format = trace_format_by_name(arg);
    return cfg.format ? NULL : "not text, json, ctf, chrome or html";
}

static const char *durations_arg(void *value, const char *arg)
{
    (void)arg;
    timed = true;
    *(bool *)value = true;
    return NULL;
}

static const char *optional_arg(void *value, const char *arg)
{
    if (value == &last)
        use_last = true;
    else
        use_why = true;
    if (arg)
        *(const char **)value = arg;
    return NULL;
}

static const char *until_arg(void *value, const char *arg)
{
    (void)value;
    cfg.until_exec = !strcmp(arg, "execve");
    return cfg.until_exec ? NULL : "only execve can end the trace of a process";
}

static const char *sort_arg(void *value, const char *arg)
{
    (void)value;
    return summary_sort_arg(arg);
}

static const char *columns_arg(void *value, const char *arg)
{
    (void)value;
    return summary_columns_arg(arg);
}

static const char *size_arg(void *value, const char *arg)
{
    int64_t n;

    (void)value;
    if (opt_number(arg, &n) < 0 || n < 0 || n > 1 << 20)
        return "not a number of characters";
    cfg.show.str_max = n ? (uint32_t)n : 1;
    return NULL;
}

static bool all_values, wall_clock;
static int hex_count, path_count;

static const struct opt opts[] = {
    { .kind = OPT_TITLE, .help = "What is traced" },
    { 'f', "follow-forks", OPT_COUNT, &cfg.per_process, NULL,
      "trace children, too, and wait for them; -ff -o FILE: into FILE.PID, one file a process" },
    { 'p', "attach", OPT_LIST, &pids, "PID", "trace running processes: numbers, names, uid:NUMBER or all" },
    { 'W', "wait", OPT_FLAG, &cfg.wait, NULL, "with -p NAME or all: also those that start later, from their first event" },
    { 'e', "expr", OPT_CALL, NULL, "EXPR",
      "trace=LIST: record only these calls and events (names, categories, %groups, /patterns/; ! in "
      "front: all but these; trace= may be left out); status=, signal=, inject=, fault=",
      .call = expr_arg },
    { 0, "trace", OPT_CALL, NULL, "LIST", "-e trace=", .call = trace_arg },
    { 0, "status", OPT_CALL, NULL, "LIST", "-e status=", .call = list_status_arg },
    { 0, "signal", OPT_CALL, NULL, "LIST", "-e signal=", .call = list_signal_arg },
    { 0, "inject", OPT_CALL, NULL, "SET[:error=E][:retval=N][:signal=S][:delay_enter=US][:when=WHEN]",
      "change calls as they are made, or make a stage of fork or exec fail", .call = inject_arg },
    { 0, "fault", OPT_CALL, NULL, "SET[:error=E][:when=WHEN]", "the same", .call = inject_arg },
    { 'm', "mask", OPT_CALL, NULL, "BITS", "record these categories: a bit each, in the order below",
      .call = mask_arg },
    { 'P', "trace-path", OPT_CALL, NULL, "PATH", "show only what has to do with this path",
      .call = path_arg },
    { 'z', "successful-only", OPT_CALL, "successful", NULL, "show only calls that went well",
      .call = status_arg },
    { 'Z', "failed-only", OPT_CALL, "failed", NULL, "show only calls that failed", .call = status_arg },
    { 'b', "detach-on", OPT_CALL, NULL, "execve", "let processes go that call exec", .call = until_arg },
    { .kind = OPT_TITLE, .help = "Output" },
    { 'o', "output", OPT_STR, &cfg.output, "FILE",
      "write the trace to FILE (for ctf: a directory), not to standard error" },
    { 0, "format", OPT_CALL, NULL, "FORMAT", "text, json (lines), ctf (1.8), chrome (trace events), html",
      .call = format_arg },
    { 0, "json", OPT_FLAG, &json, NULL, "--format=json" },
    { 0, "buffer", OPT_INT, &cfg.buffer, "MIB", "memory for what is written and not read yet (128)", .min = 1, .max = 4096 },
    { 0, "lossless", OPT_FLAG, &cfg.lossless, NULL, "programs wait rather than lose events when strace reads too slowly" },
    { 'A', "output-append-mode", OPT_FLAG, &cfg.append, NULL, "append to FILE" },
    { 't', "absolute-timestamps", OPT_COUNT, &clock_style, NULL,
      "time of day; -tt with microseconds; -ttt seconds since 1970" },
    { 'r', "relative-timestamps", OPT_FLAG, &cfg.show.since, NULL, "time since the event before" },
    { 'T', "syscall-times", OPT_CALL, &cfg.show.durations, NULL, "time spent in calls", .call = durations_arg },
    { 'y', "decode-fds", OPT_COUNT, &path_count, NULL, "names of descriptors; -yy: addresses of sockets, too" },
    { 's', "string-limit", OPT_CALL, NULL, "N", "show at most N characters of strings", .call = size_arg },
    { 'x', "strings-in-hex", OPT_COUNT, &hex_count, NULL, "strings in hex that are no ASCII; -xx: all" },
    { 'v', "no-abbrev", OPT_FLAG, &all_values, NULL, "nothing is abbreviated" },
    { 'n', "syscall-number", OPT_FLAG, &cfg.show.numbers, NULL, "number of the event before its name" },
    { 0, "sequence-numbers", OPT_FLAG, &cfg.show.seq, NULL, "number of the event in its thread, as #N" },
    { 'k', "stack-traces", OPT_FLAG, &cfg.stacks, NULL, "the stack of each call, with function and line" },
    { 'a', "columns", OPT_INT, &cfg.align, "N", "results begin in column N", .min = 0, .max = 1000 },
    { 'q', "quiet", OPT_COUNT, &quiet, NULL, "no messages about attaching and ending" },
    { 'c', "summary-only", OPT_FLAG, &cfg.counts, NULL, "count calls, errors and times instead" },
    { 'C', "counts", OPT_FLAG, &cfg.counts_too, NULL, "count, and show the events, too" },
    { 'S', "summary-sort-by", OPT_CALL, NULL, "COLUMN", "time, calls, errors, name, min-time, max-time, avg-time",
      .call = sort_arg },
    { 'U', "summary-columns", OPT_CALL, NULL, "LIST", "columns of -c: time-percent, total-time, avg-time, "
      "min-time, max-time, calls, errors, name", .call = columns_arg },
    { 'w', "summary-wall-clock", OPT_FLAG, &wall_clock, NULL, "times of -c are wall clock (they always are)" },
    { 0, "summary", OPT_FLAG, &cfg.summary, NULL, "processes, forks and times at the end" },
    { .kind = OPT_TITLE, .help = "How the program is started" },
    { 'E', "env", OPT_LIST, &cfg.env, "NAME=VALUE", "set a variable of its environment; NAME: remove it" },
    { 0, "argv0", OPT_STR, &cfg.argv0, "NAME", "give it this name" },
    { 'u', "user", OPT_STR, &cfg.user, "NAME", "run it as that user (asks for the password)" },
    { 'D', "daemonize", OPT_FLAG, &cfg.background, NULL, "trace in the background: strace ends with the program, the trace with its children" },
    { 0, "kill-on-exit", OPT_FLAG, &cfg.kill_on_exit, NULL, "it ends when strace ends" },
    { .kind = OPT_TITLE, .help = "Instead of running a program" },
    { 0, "last", OPT_CALL, &last, "PID|NAME", "the last events of a running, hung or finished process",
      .call = optional_arg, .optional = true },
    { 0, "list", OPT_FLAG, &list_kept, NULL, "list the recorders of processes that ended abnormally" },
    { 0, "why", OPT_CALL, &why, "PID|NAME|last|FILE", "say why it failed or hangs", .call = optional_arg,
      .optional = true },
    { 0, "replay", OPT_STR, &replay, "FILE", "show a trace again that is JSON lines, CTF or a recorder" },
    { 0, "top", OPT_FLAG, &top, NULL, "processes and calls as they are now, each second (with -p: of these)" },
    { 0, "tips", OPT_FLAG, &tips, NULL, "something worth knowing" },
    { 0 }
};

static struct opt_spec spec = {
    .prog = "strace",
    .usage = "[OPTION]... CMD [ARG]...\nstrace [OPTION]... -p PID|NAME|all...\n"
             "strace [OPTION]... --last [PID|NAME]\nstrace --why [PID|NAME|last|FILE]\n"
             "strace [OPTION]... --replay FILE\nstrace diff TRACE TRACE\nstrace report TRACE",
    .about = "Show system calls, forks, signals, path conversions and errors of programs while they run, "
             "afterwards, and what went wrong.",
    .opts = opts,
    .exit_status = "CMD's own\n1    the trace could not be made or written\n2    wrong usage\n"
                   "126  CMD cannot be executed or traced\n127  CMD was not found",
    .more = "Categories: syscall fork exec signal path dll file process net tty mem thread error "
            "user.\n"
            "Groups: %file %desc %process %creds %signal %clock %memory %network %ipc %stat %thread.\n",
    .flags = OPT_COMMAND,
};

/* With these, operands are no command: options may follow them. */
static bool no_command(int argc, char **argv)
{
    static const char *const words[] = { "--last", "--why", "--replay", "--list", "--tips", "--top" };

    for (int i = 1; i < argc && argv[i][0] == '-' && strcmp(argv[i], "--"); i++)
        for (size_t w = 0; w < sizeof words / sizeof *words; w++)
            if (!strncmp(argv[i], words[w], strlen(words[w])))
                return true;
    return false;
}

/* What follows from options together. */
static void settle(void)
{
    if (json)
        cfg.format = &trace_format_json;
    cfg.follow = cfg.per_process > 0;
    if (cfg.per_process > 1 && !cfg.output)
        cfg.per_process = 1; /* as on Linux: without -o there is one place only */
    if (cfg.per_process > 1 && cfg.format->directory)
        tool_die(2, "-ff: this format has a stream for each thread anyway");
    if (cfg.format->directory && !cfg.output && !cfg.counts)
        tool_die(2, "this format is a directory: name it with -o");
    if (cfg.append && (cfg.format->document || cfg.format->directory))
        tool_die(2, "-A: nothing can be appended to this format");
    /* Unless one asks otherwise: what people look for first. */
    if (!clock_style && !cfg.show.since && !timed) {
        clock_style = 2;
        cfg.show.durations = true;
    }
    cfg.show.clock = (uint8_t)(clock_style > 3 ? 3 : clock_style);
    cfg.show.align = (uint32_t)cfg.align;
    cfg.show.hex = hex_count > 0;
    cfg.show.hex_all = hex_count > 1;
    cfg.show.paths = path_count > 0;
    cfg.addresses = path_count > 1;
    cfg.quiet = quiet > 0;
    if (all_values)
        cfg.show.str_max = 0;
}

static int show_tip(void)
{
    static const char *const texts[] = {
        "strace --last shows what a process did before it crashed, even if nobody traced it.",
        "strace --why last says why the last process that ended abnormally did so.",
        "strace -e trace=%file -Z CMD shows only the files that were not found.",
        "strace -f --format=html -o t.html CMD makes a timeline for your browser.",
        "strace -p NAME attaches without stopping the program for a moment.",
        "strace -f --format=ctf -o DIR CMD; babeltrace2 DIR",
        "strace -c -f CMD counts; -S errors sorts by what fails most.",
    };

    puts(texts[GetTickCount() / 10 % (sizeof texts / sizeof *texts)]);
    return 0;
}

int tool_main(int argc, char **argv)
{
    int first;

    if (argc > 1 && !strcmp(argv[1], "diff") && argc == 4)
        return diff_show(argv[2], argv[3]);
    if (argc > 1 && !strcmp(argv[1], "report") && argc == 3)
        return report_show(argv[2]);
    filter_all(cfg.mask);
    if (no_command(argc, argv))
        spec.flags = 0;
    first = opt_parse(&spec, argc, argv);
    settle();
    if (tips)
        return show_tip();
    if (list_kept)
        return kept_print(json);
    if (use_why)
        return why_show(why ? why : first < argc ? argv[first] : "last");
    if (use_last)
        return last_show(last ? last : first < argc ? argv[first] : "last");
    if (replay)
        return replay_show(replay);
    if (top)
        return top_run(pids.n ? (char **)pids.v : (char *[]){ "all" }, pids.n ? pids.n : 1);
    if (cfg.wait && !pids.n)
        tool_die(2, "--wait goes with -p");
    if (cfg.lossless && pids.n)
        tool_die(2, "--lossless: what a process records by itself is overwritten in time; start it by strace");
    if (pids.n && first >= argc)
        return attach_run((char **)pids.v, pids.n);
    if (first >= argc) {
        tool_error("no program given (try 'strace --help')");
        return 2;
    }
    if (cfg.background && !background_tracer())
        return background_run();
    return run_command(argv + first);
}
