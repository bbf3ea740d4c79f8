/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dumper: a core, a minidump or a backtrace of a process that runs, hangs, is stopped or crashes right
 * now. It is no debugger of the process and does not end it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "dumper/dumper.h"
#include "lib/path/name_win.h"
#include "lib/text/utf.h"
#include "lib/tool/opt.h"
#include "lib/tool/out.h"

#define FRAMES 256

static struct {
    bool nokill, kill, quiet, verbose, windows, minidump, backtrace, json, no_args, small, to_text, events;
    const char *output, *bundle;
    int64_t frames;
    uint64_t limit;
} cfg = { .frames = FRAMES };

/* "500M" */
static const char *size_arg(void *value, const char *arg)
{
    static const char units[] = "kMGT";
    char *end;
    unsigned long long n = strtoull(arg, &end, 10);
    const char *unit;

    if (end == arg || !n)
        return "not a size";
    if (*end && (unit = strchr(units, *end)) != NULL) {
        for (int i = 0; i <= unit - units; i++) {
            if (n > UINT64_MAX / 1024)
                return "too large";
            n *= 1024;
        }
        end++;
    }
    if (*end)
        return "not a size (a number, and k, M, G or T)";
    *(uint64_t *)value = n;
    return NULL;
}

static const struct opt opts[] = {
    { 'o', "output", OPT_STR, &cfg.output, "FILE", "write to FILE (default: PID.core)" },
    { 'b', "backtrace", OPT_FLAG, &cfg.backtrace, NULL,
      "print the stacks of all threads instead: functions, files and lines" },
    { 'm', "minidump", OPT_FLAG, &cfg.minidump, NULL, "write a Windows minidump (default: PID.dmp)" },
    { 'c', "core-to-text", OPT_FLAG, &cfg.to_text, NULL,
      "the operand is a core: print what is in it" },
    { 'B', "bundle", OPT_STR, &cfg.bundle, "FOLDER",
      "make FOLDER with core, report.txt, backtrace.json and events.jsonl" },
    { 'e', "events", OPT_FLAG, &cfg.events, NULL, "print the flight recorder instead, as text or --json" },
    { 'J', "json", OPT_FLAG, &cfg.json, NULL, "backtrace and events as JSON" },
    { 0, "frames", OPT_INT, &cfg.frames, "N", "at most N frames a thread (default: 256)", .min = 1,
      .max = UNWIND_MAX },
    { 0, "no-arguments", OPT_FLAG, &cfg.no_args, NULL, "backtrace without values of arguments" },
    { 'l', "limit", OPT_CALL, &cfg.limit, "SIZE",
      "at most SIZE bytes of memory (500M): stacks first, then what was written", .call = size_arg },
    { 's', "small", OPT_FLAG, &cfg.small, NULL, "leave out what stands in the files of the images" },
    { 'W', "windows", OPT_FLAG, &cfg.windows, NULL, "PID is a Windows process id" },
    { 'k', "kill", OPT_FLAG, &cfg.kill, NULL, "end the process afterwards" },
    { 'n', "nokill", OPT_FLAG, &cfg.nokill, NULL, "do not end it (this is the default)" },
    { 'q', "quiet", OPT_FLAG, &cfg.quiet, NULL, "say nothing but errors" },
    { 'd', "verbose", OPT_FLAG, &cfg.verbose, NULL, "say what is done" },
    { 0 }
};

static const struct opt_spec spec = {
    .prog = "dumper",
    .usage = "[OPTION]... PID\n[OPTION]... FILE PID\n--core-to-text CORE",
    .about = "Writes a core of a process, for gdb and for --core-to-text, or shows its stacks. "
             "The process is stopped meanwhile, then goes on. With FILE the core is FILE.core, and PID is "
             "a Windows process id first: so it can be the program of CYGWIN=error_start.",
    .opts = opts,
    .exit_status = "0  done\n1  no such process, no permission, or the file cannot be written\n2  wrong usage",
    .more = "PID is a POSIX process id, or else a Windows one.",
};

static const char *file_name(struct buf *b, const char *name)
{
    const char *why = "it leads nowhere";

    if (tool_file_name(b, name, &why) < 0)
        tool_die(1, "%s: %s", name, why);
    return b->p;
}

static void end_process(struct subject *s)
{
    HANDLE h = OpenProcess(PROCESS_TERMINATE, FALSE, s->p.winpid);

    if (!h || !TerminateProcess(h, 9))
        tool_error("process %u cannot be ended (error %lu)", s->p.winpid, GetLastError());
    if (h)
        CloseHandle(h);
}

static int print(struct buf *b)
{
    bool ok = tool_flush(b, stdout);

    buf_free(b);
    if (!ok)
        tool_error("cannot write");
    return ok ? 0 : -1;
}

static int write_text(const char *folder, const char *name, struct buf *text)
{
    struct buf path;
    DWORD done;
    HANDLE h;
    bool ok;

    buf_init(&path, tool_realloc, NULL, 0);
    buf_puts(&path, folder);
    buf_putc(&path, '\\');
    buf_puts(&path, name);
    h = file_create(path.p);
    ok = h && WriteFile(h, text->p ? text->p : "", (DWORD)text->len, &done, NULL) && done == text->len;
    if (h && !ok)
        tool_error("%s: cannot be written (error %lu)", path.p, GetLastError());
    if (h)
        CloseHandle(h);
    buf_free(&path);
    buf_cut(text, 0);
    return ok ? 0 : -1;
}

static bool make_folder(const char *name)
{
    struct wbuf w;
    bool ok;

    wbuf_init(&w, tool_realloc, NULL, 0);
    utf8_to_wide(&w, name, strlen(name));
    wbuf_putc(&w, 0);
    ok = CreateDirectoryW((WCHAR *)w.p, NULL) || GetLastError() == ERROR_ALREADY_EXISTS;
    if (!ok)
        tool_error("%s: cannot be created (error %lu)", name, GetLastError());
    wbuf_free(&w);
    return ok;
}

static struct backtrace_options stack_options(bool json)
{
    return (struct backtrace_options){ json, !cfg.no_args, cfg.frames };
}

static int bundle(struct subject *s, const char *folder, const struct core_options *o)
{
    struct backtrace_options text = stack_options(false), json = stack_options(true);
    struct buf core, b;
    int r = 0;

    if (!make_folder(folder))
        return -1;
    buf_init(&b, tool_realloc, NULL, 0);
    buf_init(&core, tool_realloc, NULL, 0);
    buf_puts(&core, folder);
    buf_puts(&core, "\\core");
    r |= core_write(s, core.p, o);
    describe(s, &text, &b);
    r |= write_text(folder, "report.txt", &b);
    backtrace(s, &json, &b);
    r |= write_text(folder, "backtrace.json", &b);
    describe_events(s, 0, true, &b);
    r |= write_text(folder, "events.jsonl", &b);
    buf_free(&core);
    buf_free(&b);
    return r;
}

static int to_text(const char *name)
{
    struct backtrace_options o = stack_options(cfg.json);
    struct subject s;
    struct buf path, out;

    buf_init(&path, tool_realloc, NULL, 0);
    buf_init(&out, tool_realloc, NULL, 0);
    if (subject_open_core(&s, file_name(&path, name)) < 0)
        tool_die(1, "%s: %s", name, s.why);
    if (cfg.events)
        describe_events(&s, 0, cfg.json, &out);
    else if (cfg.backtrace || cfg.json)
        backtrace(&s, &o, &out);
    else
        describe(&s, &o, &out);
    subject_close(&s);
    buf_free(&path);
    return print(&out) < 0;
}

/* The file of a core or a minidump, by the options or made from the operands. */
static const char *output_name(struct buf *b, const char *file, const char *pid)
{
    if (cfg.output)
        return file_name(b, cfg.output);
    if (file)
        file_name(b, file);
    else
        buf_puts(b, pid);
    buf_puts(b, cfg.minidump ? ".dmp" : ".core");
    return b->p;
}

static int dump(struct subject *s, const char *file, const char *pid)
{
    struct core_options o = { cfg.limit, cfg.small };
    struct backtrace_options stacks = stack_options(cfg.json);
    struct buf b, out;
    const char *name;
    int r;

    buf_init(&b, tool_realloc, NULL, 0);
    buf_init(&out, tool_realloc, NULL, 0);
    if (cfg.backtrace || cfg.events) {
        if (cfg.events)
            describe_events(s, 0, cfg.json, &out);
        else
            backtrace(s, &stacks, &out);
        return print(&out);
    }
    name = cfg.bundle ? file_name(&b, cfg.bundle) : output_name(&b, file, pid);
    if (cfg.verbose && !cfg.quiet)
        fprintf(stderr, "dumper: %s: %zu threads, %zu modules\n", subject_program(s), s->p.nthreads,
                s->p.nmodules);
    r = cfg.bundle ? bundle(s, name, &o) : cfg.minidump ? minidump_write(s, name) : core_write(s, name, &o);
    if (r == 0 && !cfg.quiet)
        fprintf(stderr, "dumper: wrote %s\n", name);
    buf_free(&b);
    return r;
}

int tool_main(int argc, char **argv)
{
    int first = opt_parse(&spec, argc, argv), n = argc - first, r;
    const char *pid, *file = NULL;
    struct subject s;

    if (n < 1 || n > (cfg.to_text ? 1 : 2)) {
        tool_error(n < 1 ? "no process given (try 'dumper --help')" : "too many operands (try 'dumper --help')");
        return OPT_EXIT_USAGE;
    }
    if (cfg.to_text)
        return to_text(argv[first]);
    pid = argv[argc - 1];
    if (n == 2)
        file = argv[first];
    if (subject_open(&s, pid, cfg.windows || file) < 0)
        tool_die(1, "process %s: %s", pid, s.why);
    r = dump(&s, file, pid);
    if (cfg.kill)
        end_process(&s);
    subject_close(&s);
    return r < 0 ? 1 : 0;
}
