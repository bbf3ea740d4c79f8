/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys of the console that come while nobody reads. Whoever leads the session takes them while it waits for a
 * child: so VSUSP stops a program that does not read, and what is typed ahead is shown. They are left where they
 * are while a plain Windows program is in the foreground: it reads them itself. */
#include <fcntl.h>

#include "console.h"
#include "file/file_internal.h"
#include "nt.h"
#include "proc.h"
#include "proc_internal.h"
#include "shm.h"

static struct file *keys;           /* the leader's own view of the console */
static NOCOPY uint32_t keys_of;     /* the Windows process whose handles it has */
static NOCOPY bool broken;          /* the console cannot be read: nobody looks again */

/* In a forked child the copy's handles are the parent's. */
static struct file *keys_file(void)
{
    if (!keys && (keys = file_new(FILE_CONSOLE)))
        keys->flags = O_RDWR;
    if (keys && keys_of != nt_winpid()) {
        keys->handle[CONSOLE_IN] = keys->handle[CONSOLE_OUT] = NULL;
        keys->unit = me.tty;
        keys_of = nt_winpid();
    }
    return keys;
}

/* A Windows program in that group, or a process that stands for one. */
static int plain_program(void *arg, pid_t pid)
{
    const struct shm_thread *first;
    struct shm_proc *p;
    handle_t h;
    bool found;

    if (!(p = proc_open(pid, &h)))
        return 0;
    first = (const struct shm_thread *)((const char *)p + SHM_PROC_OFF_THREADS);
    found = p->pgid == *(int *)arg
            && (p->flags & SHM_PROC_WINDOWS || (first->waiting && first->wait_kind == SHM_WAIT_PROGRAM));
    proc_close(p, h);
    return found;
}

/* The keys are ours to take: the foreground is another group, all of whose programs are ported. */
static bool ours(const struct tty *t)
{
    int pgrp = t->shm->pgrp;

    return pgrp > 0 && pgrp != shm_self->pgid && !proc_each(plain_program, &pgrp);
}

handle_t tty_ahead(void)
{
    struct tty *t;
    struct file *f;

    if (likely(!tty_is_console(me.tty)) || shm_self->sid != me.pid || broken)
        return NULL;
    if (!(f = keys_file()) || !(t = tty_of(f)) || !ours(t) || console_need(f, CONSOLE_IN) < 0)
        return NULL;
    return f->handle[CONSOLE_IN];
}

void tty_ahead_take(void)
{
    struct tty *t = tty_of(keys);

    if (t && ours(t) && console_pump(keys, t) < 0)
        broken = true;
}
