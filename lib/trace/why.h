/* SPDX-License-Identifier: BSD-2-Clause */
/* From the events of a trace to a verdict: what failed, at which stage, why, and what can be done. Rules
 * are rows of tables (why_rules.c); when none knows a failure, the verdict says so. */
#ifndef TRACE_WHY_H
#define TRACE_WHY_H

#include "lib/text/buf.h"
#include "trace/desc.h"
#include "trace/format.h"
#include "trace/reader.h"

/* An event that was remembered. */
struct why_event {
    uint64_t ns;
    int32_t pid;
    uint32_t tid, winpid, stream;
    uint32_t seq;
    uint16_t id, size;
    size_t at; /* of its payload in `bytes` */
};

enum why_kind { /* what the verdict is about; the higher, the more it explains */
    WHY_NOTHING, WHY_CALL, WHY_ERROR, WHY_DLL, WHY_EXEC, WHY_FORK, WHY_HANG, WHY_END,
};

#define WHY_EVIDENCE 12u

struct why_verdict {
    enum why_kind kind;
    const char *rule;   /* name of the rule, NULL: none knows it */
    int32_t pid;
    struct buf program, what, stage, cause, remedy;
    size_t evidence[WHY_EVIDENCE]; /* numbers of events, in order of time */
    unsigned n;
    bool injected;      /* somebody asked for the failure, by CYGWIN=inject */
};

/* What a thread of a live process waits for, as the process table says. */
struct why_wait {
    uint32_t kind;      /* enum shm_wait_kind, 0: it does not wait */
    int64_t arg;
    int32_t owner;      /* pid that has what is waited for; 0: unknown */
    double seconds;     /* so long already; below 0: unknown */
    bool stopped;
    const char *owner_program, *owner_state; /* NULL: unknown */
    const char *object; /* "pipe", ...: what the descriptor is; NULL: unknown */
};

struct why {
    buf_realloc_fn alloc;
    struct why_event *v;
    size_t n, cap;
    struct buf bytes;
    struct trace_format format; /* for lines of text */
    struct buf line;
    int32_t pid;         /* the process in question, 0: whichever */
    bool ended;          /* it has ended, with: */
    int32_t wait_status;
    const struct why_wait *wait; /* of a live one */
};

void why_init(struct why *w, buf_realloc_fn alloc, const struct trace_time *time);
void why_free(struct why *w);

/** Remembers an event; in order of time. */
void why_add(struct why *w, const struct trace_record *r, uint64_t ns);

/** Finds the verdict. Its buffers are to be freed. */
void why_judge(struct why *w, struct why_verdict *out);
void why_verdict_free(struct why_verdict *v);

/** The event as a line of text; valid until the next call. */
const char *why_line(struct why *w, size_t i);

/* ---- for the rules ---- */

/** Takes event i apart. False: it is not known. */
bool why_decode(const struct why *w, size_t i, struct trace_decoded *d);
/** Number of the event before i (i excluded) of that name and process; SIZE_MAX: none. tid 0: of any. */
size_t why_before(const struct why *w, size_t i, int32_t pid, uint32_t tid, const char *name);
size_t why_after(const struct why *w, size_t i, int32_t pid, const char *name);
bool why_is(const struct why *w, size_t i, const char *name);
int64_t why_number(const struct why *w, size_t i, const char *field);
void why_cite(struct why_verdict *v, size_t i);

struct why_rule {
    const char *name;
    const char *event;  /* of the subject */
    const char *stage;  /* its field `stage`; NULL: any */
    int err;            /* its errno, 0: any */
    uint32_t status;    /* its NTSTATUS or exception code, 0: any */
    const char *cause;  /* {field}s are the subject's */
    const char *remedy;
    /** Further conditions, and more evidence; may replace *i by the event that the text speaks of. */
    bool (*when)(const struct why *w, struct why_verdict *v, size_t *i);
};

extern const struct why_rule why_rules[];
extern const size_t why_rule_count;

#endif
