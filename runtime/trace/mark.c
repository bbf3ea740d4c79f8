/* SPDX-License-Identifier: BSD-2-Clause */
/* Marks that programs set, <isthmus/trace.h>. */
#include <isthmus/trace.h>

#include "trace.h"

void isthmus_trace_mark(const char *text)
{
    trace_user_mark(text);
}

void isthmus_trace_number(uint64_t number, const char *text)
{
    trace_user_number(number, text);
}
