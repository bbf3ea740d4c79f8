/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of descriptors, followed through the calls that make, copy and close them. */
#ifndef TRACE_NAMES_H
#define TRACE_NAMES_H

#include "lib/text/buf.h"
#include "trace/desc.h"
#include "trace/reader.h"

struct trace_name {
    struct trace_name *next;
    int32_t pid, fd;
    uint32_t len;
    char text[];
};

#define TRACE_NAME_BUCKETS 1024u

struct trace_names {
    bool addresses; /* sockets are called by theirs */
    buf_realloc_fn alloc;
    uint8_t rows[TRACE_MAX_EVENTS]; /* what is done for an event */
    struct trace_name *buckets[TRACE_NAME_BUCKETS];
};

void trace_names_init(struct trace_names *t, buf_realloc_fn alloc);
void trace_names_free(struct trace_names *t);

/** Look at an event, after it was shown. */
void trace_names_event(struct trace_names *t, const struct trace_record *r,
                       const struct trace_decoded *d);

/** Name of a descriptor, NULL: not known. */
const struct trace_name *trace_name_find(const struct trace_names *t, int32_t pid, int32_t fd);

#endif
