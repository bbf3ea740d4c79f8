/* SPDX-License-Identifier: BSD-2-Clause */
/* Events as text and as JSON lines. A format is a set of functions behind one struct. */
#ifndef TRACE_FORMAT_H
#define TRACE_FORMAT_H

#include "lib/text/buf.h"
#include "trace/desc.h"
#include "trace/reader.h"
#include "trace/reader_time.h"

struct trace_format;

struct trace_format_ops {
    const char *name;
    /** Append one event, `d` decoded from it; NULL when it could not be. */
    void (*event)(struct trace_format *f, const struct trace_record *r,
                  const struct trace_decoded *d);
    /** Append the note that events of r's thread were lost right before r. */
    void (*lost)(struct trace_format *f, const struct trace_record *r);
    /** Append what ends the trace. `total` events were lost. */
    void (*end)(struct trace_format *f, uint64_t total);
};

struct trace_format {
    const struct trace_format_ops *ops;
    struct buf *out;
    const struct trace_time *time;
    bool pids;          /* text: write "[pid N]" */
    int32_t utc_offset; /* text: seconds east of UTC */
};

extern const struct trace_format_ops trace_format_text;
extern const struct trace_format_ops trace_format_json;

/** Append a record (and the note of a loss before it) in the format's way. */
void trace_format_record(struct trace_format *f, const struct trace_record *r);

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
