/* SPDX-License-Identifier: BSD-2-Clause */
/* What the option inject of CYGWIN says: entries WHERE=WHAT[+WHAT]...[:WHEN], with commas between.
 * WHAT is an errno by name or number, ret.NUMBER, sig.SIGNAL, delay.MICROSECONDS. WHEN is N (the first N
 * times), @F, @F+, @F+STEP, @F..L or @F..L+STEP (the F-th to the L-th time, each STEP-th). */
#ifndef TRACE_INJECT_H
#define TRACE_INJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct trace_inject {
    int err; /* the call is not made and fails with it; 0: no */
    bool has_ret;
    int64_t ret;    /* the call is not made and returns this */
    int sig;        /* the thread gets this signal; 0: none */
    uint64_t delay; /* before the call, microseconds */
};

/** Reads the part behind `=`, up to the end or `:`. 0; -1: something of it is not known. */
int trace_inject_what(const char *what, size_t len, struct trace_inject *out);

/** Whether it is the turn of the n-th time (from 1); `when` is what follows `:`, may be empty. */
bool trace_inject_turn(const char *when, size_t len, uint64_t n);

/** Whether `when` can be understood. */
bool trace_inject_when(const char *when, size_t len);

#endif
