/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the files of strace. */
#ifndef STRACE_H
#define STRACE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <windows.h>

#include "lib/text/buf.h"
#include "lib/tool/out.h"
#include "trace/format.h"
#include "trace/reader.h"

enum { EXIT_FAILED = 1, EXIT_NOT_EXECUTABLE = 126, EXIT_NOT_FOUND = 127, EXIT_INTERRUPTED = 130 };

/* What the command line asked for. */
struct config {
    bool follow;
    bool json;
    bool counts; /* -c */
    bool summary;
    const char *output;
    uint8_t mask[TRACE_MAX_EVENTS];
};

/* ---- filter.c ---- */

/** Record everything. */
void filter_all(uint8_t mask[TRACE_MAX_EVENTS]);

/**
 * One -e argument: categories, or trace= with names of events; ! in front means all but these.
 * The first one starts from nothing, further ones add.
 *
 * @return NULL, or what is wrong with it; the text stays valid
 */
const char *filter_parse(uint8_t mask[TRACE_MAX_EVENTS], bool first, const char *arg);

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

/* ---- summary.c ---- */

struct summary;
struct summary *summary_new(const struct trace_time *time);
void summary_add(struct summary *s, const struct trace_record *r);
/** Table of calls, as strace -c. */
void summary_counts(struct summary *s, struct buf *out);
/** Processes, forks and times. */
void summary_processes(struct summary *s, struct buf *out, uint64_t lost);

/* ---- output.c ---- */

/* Where the trace goes. */
struct output {
    HANDLE handle;
    bool file;   /* a file of ours */
    bool failed; /* and the user has been told */
    const char *name;
};

/** Opens FILE, or standard error when that is NULL; ends strace when it cannot. */
void output_open(struct output *o, const char *name);
/** Writes all and empties the buffer. After a failure the file ends with the last whole line. */
void output_write(struct output *o, struct buf *b);
void output_close(struct output *o);

/** Text of a Windows error. Static memory. */
const char *error_text(DWORD error);

#endif
