/* SPDX-License-Identifier: BSD-2-Clause */
/* Plain Windows programs on a pseudo terminal, or with a FIFO as standard handle: pipes, which this process
 * serves. */
#ifndef TTY_PUMP_H
#define TTY_PUMP_H

#include "file.h"

struct pump;

/* A Windows program shall have the pseudo terminal or FIFO `f` as descriptor `fd`: the end of a pipe instead,
 * with a reference. *p: one pump for all descriptors of a program, made when first needed. NULL: *err. */
struct file *pump_end(struct pump **p, struct file *f, int fd, int *err);
/* The program runs, in a process group; NULL: it does not, forget it all. The pump is taken over. */
void pump_run(struct pump *p, handle_t process, uint32_t winpid, int pgid);
/* Until what ended programs have written has arrived. */
void pump_finish(void);

#endif
