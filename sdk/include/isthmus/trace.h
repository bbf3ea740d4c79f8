/* SPDX-License-Identifier: BSD-2-Clause */
/* Marks of a program in its own trace: strace shows them among the system calls. */
#ifndef _ISTHMUS_TRACE_H
#define _ISTHMUS_TRACE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Record a text. Costs some 20 ns; always recorded. */
void isthmus_trace_mark(const char *text);

/** Record a number and a text (may be NULL), for marks that are to be counted. */
void isthmus_trace_number(uint64_t number, const char *text);

/** Record a text made as printf() makes it: some microseconds, since it formats first. */
void isthmus_trace_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

#ifdef __cplusplus
}
#endif

#endif
