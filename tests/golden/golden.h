/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For programs whose trace is known beforehand. The calls between golden_begin and golden_end are
 * compared with the lines that EXPECT collected; golden_end prints those. Marks in the trace are
 * calls of access() with two names that exist nowhere.
 */
#ifndef GOLDEN_H
#define GOLDEN_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char golden__text[20000];
static size_t golden__len;

/* Does nothing but to mark the place. Call EXPECT and printf-like functions only in between. */
static inline void golden_begin(void)
{
    access("golden:begin", F_OK);
}

/* One line of the trace: as strace prints it, without time stamp and duration. */
__attribute__((format(printf, 1, 2), unused)) static void EXPECT(const char *fmt, ...)
{
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(golden__text + golden__len, sizeof(golden__text) - golden__len - 1, fmt, ap);
    va_end(ap);
    golden__len += (size_t)n;
    golden__text[golden__len++] = '\n';
}

static inline int golden_end(void)
{
    access("golden:end", F_OK);
    return fwrite(golden__text, 1, golden__len, stdout) == golden__len ? 0 : 1;
}

#endif
