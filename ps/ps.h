/* SPDX-License-Identifier: BSD-2-Clause */
/* Output of ps: columns and JSON. `text` has the strings of the process. */
#ifndef PS_PS_H
#define PS_PS_H

#include <stdbool.h>

#include "lib/proc/proc.h"

void ps_header(struct buf *out, bool full, bool longer);
void ps_row(struct buf *out, const struct proc_info *p, const char *text, bool full, bool longer);
void ps_json(struct buf *out, const struct proc_info *p, const char *text);

#endif
