/* SPDX-License-Identifier: BSD-2-Clause */
/* Events as text, JSON lines, CTF, Chrome's trace format and an HTML page. A format is a set of
 * functions behind one struct. */
#ifndef TRACE_FORMAT_H
#define TRACE_FORMAT_H

#include "lib/text/buf.h"
#include "trace/desc.h"
#include "trace/reader.h"
#include "trace/reader_time.h"

struct trace_format;
struct trace_names;

struct trace_format_ops {
    const char *name;
    /** Append what comes before the first event; memory of its own goes to f->state. May be left out. */
    int (*begin)(struct trace_format *f);
    /** Append one event, `d` decoded from it; NULL when it could not be. */
    void (*event)(struct trace_format *f, const struct trace_record *r,
                  const struct trace_decoded *d);
    /** Append the note that events of r's thread were lost right before r. */
    void (*lost)(struct trace_format *f, const struct trace_record *r);
    /** Append what ends the trace. `total` events were lost. Frees f->state. */
    void (*end)(struct trace_format *f, uint64_t total);
    bool directory; /* writes files of a directory by f->file, and nothing to f->out */
    bool document;  /* of use only as a whole: goes to a file, not to a terminal */
};

/* How text shows times and values. */
struct trace_show {
    uint8_t clock;      /* 0: none, 1: HH:MM:SS, 2: with microseconds, 3: seconds since 1970 */
    bool since;         /* seconds since the event before */
    bool durations;     /* <seconds> */
    bool hex;           /* strings in \xhh: what is no ASCII, */
    bool hex_all;       /* or all of them */
    bool numbers;       /* event numbers in front of names */
    bool seq;           /* #N: number of the event in its thread */
    bool raw;           /* flags and the like as numbers */
    bool paths;         /* names of descriptors: 3</etc/passwd> */
    uint32_t align;     /* results begin in this column at the earliest */
    uint32_t str_max;   /* characters of a string or buffer; 0: all */
};

struct trace_format {
    const struct trace_format_ops *ops;
    struct buf *out;
    const struct trace_time *time;
    bool pids;          /* text: write "[pid N]" */
    int32_t utc_offset; /* text: seconds east of UTC */
    struct trace_show show;
    void *state;        /* the format's own */
    /** Appends to a file of the directory; made when `n` is its first part. 0, or -1: it failed. */
    int (*file)(void *arg, const char *name, const void *data, size_t n);
    void *file_arg;
    const struct trace_names *names; /* of descriptors, NULL: not known */
    int32_t pid;        /* of the event at hand */
    uint64_t ns;        /* time of the event at hand: since 1970 UTC, later than that of any before */
    uint64_t last_ns;   /* of the event before */
};

extern const struct trace_format_ops trace_format_text;
extern const struct trace_format_ops trace_format_json;
extern const struct trace_format_ops trace_format_chrome;
extern const struct trace_format_ops trace_format_html;
extern const struct trace_format_ops trace_format_ctf;

/** The one of that name, NULL: there is none. */
const struct trace_format_ops *trace_format_by_name(const char *name);

/** Start a trace in that format. 0, or -1: out of memory, or no file. */
int trace_format_begin(struct trace_format *f);

/** Append a record (and the note of a loss before it) in the format's way. */
void trace_format_record(struct trace_format *f, const struct trace_record *r);

/** End it. */
void trace_format_end(struct trace_format *f, uint64_t lost);

/** The event as a line of text, without time, process and line end. */
void trace_format_line(struct trace_format *f, const struct trace_record *r,
                       const struct trace_decoded *d);

/* ---- values, for the formats ---- */

/** A value as text shows it; strings with quotes. `raw`: without quotes, in running text. */
void trace_value_text(struct trace_format *f, struct buf *b, const struct trace_decoded *d,
                      unsigned i, bool raw);
/** "O_RDWR|O_CREAT|0x80000000"; values without a name as numbers. */
void trace_value_table(struct buf *b, const struct trace_table *t, int64_t value);
/** "exited with 3", "killed by SIGTERM" and the like, of a wait status. */
void trace_value_status(struct buf *b, int64_t status);
/** Name of an error; sign does not matter. Unknown ones as "errno 1234". */
void trace_value_errno(struct buf *b, int64_t err);
/** Octal with a leading 0. */
void trace_value_octal(struct buf *b, uint64_t v);
/** "[SIGHUP SIGINT]" or "~[SIGKILL]"; as JSON an array, or {"not": array}. */
void trace_value_sigset(struct buf *b, uint64_t set, bool json);
/** Nanoseconds as seconds with `digits` (at most 9) digits after the point. */
void trace_value_seconds(struct buf *b, uint64_t ns, unsigned digits);

#endif
