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
 */
void trace_init(int pid, handle_t session);

/** The process got its POSIX pid, or another one, after trace_init. */
void trace_set_pid(int pid);

/** First thing in a forked child: forget the parent's packet. Nothing may be emitted before it. */
void trace_fork_child(struct thread *t);

/** A thread begins. Its events are dropped before. */
void trace_thread_attach(struct thread *t, uint32_t wintid);

/** A thread ends: its packet is closed. Its events are dropped after. */
void trace_thread_detach(struct thread *t);

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

#endif
