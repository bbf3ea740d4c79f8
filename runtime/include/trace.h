/* SPDX-License-Identifier: BSD-2-Clause */
/* Tracing as the runtime uses it: trace_<event>() of lib/trace/events.def, each in line no more
 * than a test of the event's mask byte (a call that failed is recorded in any case), and the life
 * of a process's and a thread's record. */
#ifndef RT_TRACE_H
#define RT_TRACE_H

#include "base.h"
#include "trace/writer.h"
#ifdef TRACE_EMIT_H
#include TRACE_EMIT_H /* the emitters that this file calls, see lib/trace/uses.awk */
#else
#include "trace_emit.h"
#endif

struct thread;

/* Now, in the unit of fields that are durations. */
static inline uint64_t trace_clock(void)
{
    return trace_tsc();
}

/**
 * Begin to record: join the session of a tracer, or make the own flight recorder. Called once at
 * start-up, in a forked child as well, before the first event. Without memory for it the process
 * runs on unrecorded.
 *
 * @param pid     POSIX pid
 * @param session section of the tracer's session, NULL: none; becomes trace's own
 * @param creator Windows pid of a process whose control bytes are to be taken over, 0: none
 */
void trace_init(int pid, handle_t session, uint32_t creator);

/** The process got its POSIX pid, or another one, after trace_init. */
void trace_set_pid(int pid);

/** First thing in a forked child: forget the parent's packet. Nothing may be emitted before it. */
void trace_fork_child(struct thread *t);

/** A thread begins. Its events are dropped before. */
void trace_thread_attach(struct thread *t, uint32_t wintid);

/** A thread ends: its packet is closed. Its events are dropped after. */
void trace_thread_detach(struct thread *t);
void trace_wanted_wait(void); /* before main(): until the strace that waits for this program has it */

/** The process ends: closes the calling thread's packet. */
void trace_exit(void);

/**
 * Section of the session that children are to join, for the startup block's h_session.
 *
 * @return handle of this process, NULL: none
 */
handle_t trace_session(void);

/** The same for a process that replaces this one by exec: it joins even when children do not. */
handle_t trace_session_exec(void);

/**
 * Announce a child that was created and does not run yet, so that the tracer waits for it even when
 * this process ends before the child's first instruction.
 *
 * @param winpid its Windows pid
 * @param pid    its POSIX pid, 0: not known
 */
void trace_child_created(uint32_t winpid, int pid);

/** enum startup_flags for a child: whether it takes over our control bytes. */
uint32_t trace_startup_flags(void);

/* ---- times of what is recorded later than it happened ---- */

/* Where the calling thread's next event will be. */
struct trace_place {
    struct trace_packet *packet;
    uint8_t *pos;
};
struct trace_place trace_place(void);
void trace_place_time(const struct trace_place *p, uint64_t tsc);

/* An event that carries the time `when`: not before the thread's last one. */
#define TRACE_AT(when, emit)                    \
    do {                                        \
        struct trace_place at_ = trace_place(); \
                                                \
        emit;                                   \
        trace_place_time(&at_, when);           \
    } while (0)

/* ---- stacks (stack.c) ---- */

/** Records the caller's stack, for the call that is recorded next; only if the tracer wants that. */
void trace_stack(struct trace_writer *w);

/* The module that an address lies in. */
struct trace_module {
    uint64_t address, base; /* base 0: in none */
    char name[64];          /* of the file, cut short if need be */
};
void trace_module_of(uint64_t address, struct trace_module *m);

/** Records registers and frames of a fault; context is a CONTEXT. */
void trace_fault_stack(const void *context);

/* ---- recorders of those that have ended (keep.c) ---- */

/** Opens a process's recorder, so that it stays readable. NULL: it has none, or records for a tracer. */
handle_t trace_ring_open(uint32_t winpid);

/** It is needed no more. While somebody traces us and our children, the last ones stay open for him. */
void trace_ring_release(handle_t ring);

/** A child has ended: its recorder is put into a file when it did not end well by itself. */
void trace_keep_child(handle_t ring, int pid, int wait_status, const char *program);

/** This process ends: the same for its own. */
void trace_keep_self(int wait_status);

/** Something happened that somebody will ask about: the recorder is kept however the process ends. */
void trace_keep_at_exit(void);

#endif
