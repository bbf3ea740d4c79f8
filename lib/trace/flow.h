/* SPDX-License-Identifier: BSD-2-Clause */
/* What pictures of a trace need: events that last, arrows between processes, names of processes. */
#ifndef TRACE_FLOW_H
#define TRACE_FLOW_H

#include "lib/text/buf.h"
#include "trace/desc.h"
#include "trace/reader.h"
#include "trace/reader_time.h"

/* An event that has a beginning and an end. Nanoseconds. */
struct trace_slice {
    uint64_t begin;
    uint64_t dur; /* 0: it is an instant */
};

/** The time that an event recorded at `ns` took. */
struct trace_slice trace_slice(const struct trace_time *time, const struct trace_decoded *d,
                               uint64_t ns);

/* One end of an arrow. Both ends have the same id. */
struct trace_flow {
    const char *kind; /* fork, exec, kill */
    uint64_t id;
    bool end; /* it arrives here */
};

/* How many of each kind have begun and have arrived between two processes. */
struct trace_flow_pair {
    uint64_t key;
    uint32_t begun, ended;
};

struct trace_flow_process {
    int32_t pid;
    char *program;
    size_t len;
};

struct trace_flows {
    buf_realloc_fn alloc;
    struct trace_flow_pair *pairs; /* hash, nbuckets a power of two */
    uint32_t npairs, nbuckets;
    struct trace_flow_process *processes; /* by pid */
    uint32_t nprocesses, cap;
    bool named;      /* the last event has given its process a new name: */
    struct buf name;
};

void trace_flows_init(struct trace_flows *w, buf_realloc_fn alloc);
void trace_flows_free(struct trace_flows *w);

/** Look at an event, in order: names of processes. */
void trace_flows_event(struct trace_flows *w, const struct trace_record *r,
                       const struct trace_decoded *d);

/** Whether an arrow begins or ends at the event. */
bool trace_flow_of(struct trace_flows *w, const struct trace_record *r, const struct trace_decoded *d,
                   struct trace_flow *out);

/** A field by name; NULL: the event has none. */
const struct trace_value *trace_field(const struct trace_decoded *d, const char *name);

#endif
