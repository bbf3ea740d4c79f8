/* SPDX-License-Identifier: BSD-2-Clause */
/* The emitters' bodies, generated from lib/trace/events.def. */
#include "thread.h"
#include "trace.h"

/* No thread state yet, or a thread that the runtime does not know: nothing is recorded. */
static inline struct trace_writer *writer_self(void)
{
    struct thread *t = likely(tls_teb_offset) ? self_or_null() : NULL;

    return likely(t) ? &t->trace : NULL;
}

#define TRACE_SELF() writer_self()
#define TRACE_T0(w)  (container_of(w, struct thread, trace)->t0)

#define TRACE_STACKS(w) unlikely(trace_timing[2] & !(w)->stacked)
#define TRACE_STACK(w)                 \
    do {                               \
        if (TRACE_STACKS(w)) \
            trace_stack(w);  \
    } while (0)

#define TRACE_EMIT_IMPLEMENT
#include "trace_emit.h"
