/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of the controlling terminal that its processes share: settings, foreground group, input
 * that was typed and not read. */
#include <errno.h>
#include <stdio.h>

#include "ldisc.h"
#include "nt.h"
#include "nt_console.h"
#include "proc.h"
#include "shm.h"
#include "tty.h"

/* Of this Windows process. */
static NOCOPY struct shm_tty *shared;
static NOCOPY int32_t shared_for;
static NOCOPY handle_t section, mutex;
static NOCOPY struct lock opening; /* the console's events come on a thread of their own */

static void forget(void)
{
    if (shared)
        nt_section_unmap(NT_SELF, shared);
    nt_close(section);
    nt_close(mutex);
    shared = NULL;
    section = mutex = NULL;
}

static void prepare(struct shm_tty *t)
{
    t->pgrp = me.pgid;
    t->sid = me.sid;
    ldisc_init(t);
    t->hdr.size = sizeof(*t);
    t->hdr.major = ISTHMUS_ABI_MAJOR;
    t->hdr.minor = ISTHMUS_ABI_MINOR;
    __atomic_store_n(&t->hdr.magic, SHM_MAGIC_TTY, __ATOMIC_RELEASE);
}

static struct shm_tty *open_shared(int number)
{
    char name[40];
    void *view;

    if (shared && shared_for == number)
        return shared;
    forget();
    snprintf(name, sizeof(name), "tty.%d.lock", number);
    if (nt_mutex_create(shm_dir, name, &mutex) < 0)
        return NULL;
    snprintf(name, sizeof(name), "tty.%d", number);
    if (shm_create(name, sizeof(*shared), &view, &section) < 0) {
        nt_close(mutex);
        mutex = NULL;
        return NULL;
    }
    shared = view;
    shared_for = number;
    tty_lock();
    if (shared->hdr.magic != SHM_MAGIC_TTY)
        prepare(shared);
    tty_unlock();
    return shared;
}

struct shm_tty *tty_shared(int number)
{
    struct shm_tty *t;

    if (number < 0)
        return NULL;
    lock_take(&opening);
    t = open_shared(number);
    lock_release(&opening);
    return t;
}

void tty_lock(void)
{
    nt_wait(&mutex, 1, -1);
}

void tty_unlock(void)
{
    nt_mutex_release(mutex);
}

bool tty_in_foreground(void)
{
    struct shm_tty *t = tty_shared(me.tty);

    return !t || t->pgrp <= 0 || t->pgrp == me.pgid;
}
