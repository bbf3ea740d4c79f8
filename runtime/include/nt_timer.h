/* SPDX-License-Identifier: BSD-2-Clause */
/* Timers of Windows, and events that all may set. */
#ifndef NT_TIMER_H
#define NT_TIMER_H

#include "base.h"

int nt_timer_create(handle_t *out);
/* Signalled from then on: FILETIME, or negative: 100 ns from now. Before that it is not. */
void nt_timer_set(handle_t h, int64_t due);
void nt_timer_clear(handle_t h);

#endif
