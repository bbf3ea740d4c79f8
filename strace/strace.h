/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the files of strace. */
#ifndef STRACE_H
#define STRACE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <windows.h>

#include "lib/proc/proc.h"
#include "lib/text/buf.h"
#include "lib/tool/opt.h"
#include "lib/tool/out.h"
#include "trace/format.h"
#include "trace/names.h"
#include "trace/reader.h"

enum { EXIT_FAILED = 1, EXIT_NOT_EXECUTABLE = 126, EXIT_NOT_FOUND = 127, EXIT_INTERRUPTED = 130 };

/* What the command line asked for. */
struct config {
    bool follow;
    int per_process;    /* -ff is -f with a file for each process */
    const struct trace_format_ops *format;
    bool counts;        /* -c */
    bool counts_too;    /* -C */
    bool summary;
    bool append;
    bool quiet;
    bool stacks;        /* -k */
    bool kill_on_exit;
    bool addresses;     /* -yy */
    bool until_exec;    /* -b execve */
    int64_t buffer;     /* MiB of the session */
    bool lossless;      /* programs wait for us rather than lose events */
    bool wait;          /* -p: also processes that start later */
    bool background;    /* -D */
    const char *user;   /* -u */
    const char *output;
    const char *argv0;
    struct opt_list env; /* -E */
    const char *sort;    /* -S */
    const char *columns; /* -U */
    int64_t align;       /* -a */
    struct trace_show show;
    uint8_t mask[TRACE_MAX_EVENTS]; /* what is recorded and shown */
};
extern struct config cfg;

/* ---- filter.c: what the traced process records ---- */

/** Record everything. */
void filter_all(uint8_t mask[TRACE_MAX_EVENTS]);

/**
 * A list of names, categories, %groups and /patterns/; ! in front means all but these. The first one
 * starts from nothing, further ones add.
 *
 * @return NULL, or what is wrong with it; the text stays valid
 */
const char *filter_parse(uint8_t mask[TRACE_MAX_EVENTS], bool first, const char *arg);

/** The masks of a process that nobody traces. */
void filter_default(uint8_t mask[TRACE_MAX_EVENTS]);

/** One bit for each category, in the order of --help, as older relatives have it. */
const char *filter_bits(uint8_t mask[TRACE_MAX_EVENTS], const char *arg);

/* ---- pattern.c ---- */

struct pattern;
/** Compiles a PCRE2 pattern; NULL: *why says what is wrong with it. */
struct pattern *pattern_new(const char *text, size_t len, const char **why);
bool pattern_matches(const struct pattern *p, const char *s, size_t len);
void pattern_free(struct pattern *p);

/* ---- select.c: what strace shows of that ---- */

/** -e status=, -e signal=, -P, -z, -Z. NULL, or what is wrong. */
const char *select_status(const char *list);
const char *select_signal(const char *list);
void select_path(const char *path);

/** Whether an event is shown. */
bool selected(const struct trace_record *r, const struct trace_decoded *d,
              const struct trace_names *names);

/* ---- target.c ---- */

/* The program to run, once found. */
struct target {
    struct wbuf image; /* Win32 name */
    char **argv;       /* NULL-terminated, interpreters of scripts in front */
    bool traceable;    /* the runtime will be in it */
};

/** Finds a command as a shell would, or ends strace with a message and the status shells use. */
void target_find(struct target *t, char **argv);

/** Win32 name of a POSIX or Windows name; ends strace when there is none. */
void target_win32(struct wbuf *out, const char *name);

/* ---- inject.c ---- */

/** An -e inject= or fault= argument. NULL, or what is wrong with it. */
const char *inject_add(const char *arg);
/** Puts them into the environment of what is started. */
void inject_environment(void);

/* ---- session.c ---- */

struct session {
    struct trace_region *region;
    struct trace_reader reader;
    HANDLE section;
    HANDLE process; /* the first one */
    uint32_t winpid;
    bool joined; /* its runtime was heard of */
    struct member *members;
    size_t nmembers, cap;
};

/** Makes the session's memory, or ends strace. */
void session_create(struct session *s, const struct config *cfg);

/** Starts the program in it, or ends strace. */
void session_start(struct session *s, const struct target *t);

/** Looks which processes have ended; tells the reader. Returns how many live. */
size_t session_members(struct session *s);

/** Ends all processes of the session. */
void session_kill(struct session *s, unsigned code);

/** Processes that go on are no longer recorded. */
void session_end(struct session *s);

/** Now, by all three clocks. */
void session_clock(struct trace_clock *c);

/* ---- output.c ---- */

/* Where the trace goes. */
struct output {
    HANDLE handle;
    bool file;     /* a file of ours */
    bool failed;   /* and the user has been told */
    bool document; /* it cannot be cut after any line */
    const char *name;
};

/** Opens FILE, or standard error when that is NULL; ends strace when it cannot. */
void output_open(struct output *o, const char *name);
/** Makes a directory, or takes an empty one; ends strace when it cannot. */
void output_directory(struct output *o, const char *name);
/** Appends to a file of it; for struct trace_format. */
int output_part(void *arg, const char *file, const void *data, size_t n);
/** Writes all and empties the buffer. After a failure the file ends with the last whole line. */
void output_write(struct output *o, struct buf *b);
void output_close(struct output *o);

/** Text of a Windows error. Static memory. */
const char *error_text(DWORD error);

/* ---- sink.c ---- */

struct summary;

/* What a record goes through. */
struct sink {
    struct trace_format format;
    struct output out;
    struct buf text;
    struct trace_names names;
    struct summary *summary;
    struct stacks *stacks;   /* -k */
    bool lines;              /* events are shown, not only counted */
    struct part *parts;      /* -ff: a file for each process */
    uint64_t events, lost;
    /** Instead of showing them: for analyses. */
    void (*look)(void *arg, const struct trace_record *r, const struct trace_decoded *d, uint64_t ns);
    void *look_arg;
};

/** Opens the output as the command line says. `time` must stay. */
void sink_open(struct sink *k, const struct trace_time *time, bool pids);
/** A trace_record_fn. */
int sink_take(void *arg, const struct trace_record *r);
/** Writes what has gathered. */
void sink_flush(struct sink *k);
/** Ends the trace: totals, summaries. */
void sink_close(struct sink *k, uint64_t lost);

/* ---- run.c ---- */

/** Runs a command and traces it. Returns the exit code of strace. */
int run_command(char **argv);

/* ---- background.c ---- */

/** -D: starts this very command again as the tracer and waits for the program only. Returns its exit code. */
int background_run(void);
/** Whether we are that tracer; asked once, before anything is started. */
bool background_tracer(void);
/** The tracer tells how the program has ended. */
void background_report(DWORD code);

/* ---- user.c ---- */

/** CreateProcess, as the user of -u. The error is said in words. */
bool user_create(const wchar_t *image, wchar_t *line, STARTUPINFOW *si, PROCESS_INFORMATION *pi);

/** Set by Ctrl-C or kill -INT when the program does not get that; reading takes it back. */
bool interrupted(void);
void interrupts_watch(bool always);

/* ---- rings.c: recorders of running processes, and kept ones ---- */

/* A recorder, mapped. */
struct ring {
    uint32_t winpid;
    int32_t pid;
    struct trace_region *region;
    size_t size;
    struct trace_reader reader;
    HANDLE process; /* of a live one, else NULL */
    void *mapped;   /* view of a file, NULL: a section of the tree */
    struct trace_ctl *ctl;
    bool ended;
};

struct proc_tree *rings_tree(void);
/** The recorder of a Windows process. 0, or -1: it has none. */
int ring_open(struct ring *r, uint32_t winpid, int32_t pid);
/** A kept one. 0, or -1 with *why. */
int ring_open_file(struct ring *r, const wchar_t *file, const char **why);
void ring_close(struct ring *r);

/** Read all of several recorders, in order of time. horizon as in trace_reader_emit. */
int rings_read(struct ring *r, size_t n, uint64_t horizon, trace_record_fn fn, void *arg);

/* A line of the index of kept recorders. */
struct kept {
    uint64_t time; /* FILETIME */
    int32_t pid, ppid;
    uint32_t winpid;
    int32_t status;
    char *file;    /* Win32 name, UTF-8 */
    char *program;
};
/** All that are still there, the newest first. Returns how many. */
size_t kept_list(struct kept **out);
/** --list */
int kept_print(bool json);

/** Finds what the user means by a number, a name, "last" or a file; ends strace if there is none. */
void ring_find(struct ring *r, struct trace_time *time, const char *what, bool say);

/** --last */
int last_show(const char *what);

/* ---- attach.c ---- */

/** -p: until all have ended or the user has had enough. */
int attach_run(char **pids, size_t n);

struct attached;
/** Attaches to what the arguments say; NULL: to none, and the user was told. */
struct attached *attach_open(char **pids, size_t n, struct sink *k, struct trace_time *time);
size_t attach_count(const struct attached *a);
/** Also to these, if they are there. */
void attach_more(struct attached *a, const char *pid);
/** Reads what has come; false: all have ended. */
bool attach_poll(struct attached *a);
void attach_close(struct attached *a);

/* ---- top.c ---- */

/** --top: what all processes, or those of -p, do just now. */
int top_run(char **pids, size_t n);

/* ---- replay.c ---- */

/**
 * Reads a trace from a JSON file, a CTF directory or a kept recorder; ends strace when it cannot.
 * `time` is set up for its records.
 *
 * @return events lost
 */
uint64_t replay_read(const char *file, struct trace_time *time, void (*begin)(void *),
                     trace_record_fn fn, void *arg);
int replay_show(const char *file);

/* ---- why.c, analyse.c ---- */

int why_show(const char *what);
int diff_show(const char *a, const char *b);
int report_show(const char *file);

/* ---- summary.c ---- */

struct summary *summary_new(const struct trace_time *time);
/** d: NULL if it could not be taken apart. */
void summary_add(struct summary *s, const struct trace_record *r, const struct trace_decoded *d);
/** Table of calls, as strace -c. */
void summary_counts(struct summary *s, struct buf *out);
/** Processes, forks and times. */
void summary_processes(struct summary *s, struct buf *out, uint64_t lost);

/** --summary-sort-by, --summary-columns: NULL, or what is wrong with the argument. */
const char *summary_sort_arg(const char *arg);
const char *summary_columns_arg(const char *arg);

/* ---- stacks.c ---- */

/** Remembers a call_stack and modules; prints the stack of a call behind it. */
struct stacks *stacks_new(void);
/** What has to be recorded for that. */
void stacks_need(uint8_t mask[TRACE_MAX_EVENTS]);
void stacks_event(struct stacks *s, struct buf *out, const struct trace_record *r,
                  const struct trace_decoded *d);

#endif
