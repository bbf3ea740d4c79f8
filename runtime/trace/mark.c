/* SPDX-License-Identifier: BSD-2-Clause */
/* Marks that programs set, <isthmus/trace.h>. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <isthmus/trace.h>

#include "trace.h"

/** Records a text. */
void isthmus_trace_mark(const char *text)
{
    trace_user_mark(text);
}

/** Records a number and a text, which may be NULL. */
void isthmus_trace_number(uint64_t number, const char *text)
{
    trace_user_number(number, text);
}

/** Records a text made as printf() makes it. Without memory for it: the format itself. */
void isthmus_trace_printf(const char *format, ...)
{
    char *text;
    va_list ap;
    int n;

    va_start(ap, format);
    n = vasprintf(&text, format, ap);
    va_end(ap);
    trace_user_mark(n < 0 ? format : text);
    if (n >= 0)
        free(text);
}
