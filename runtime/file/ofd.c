/* SPDX-License-Identifier: BSD-2-Clause */
/* What descriptors share with those of other processes: the flags that fcntl() can change, and the
 * identity by which flock() and F_OFD_SETLK know an open file description. A description gets a place in
 * the shared table before the first fork or spawn, or with its first lock. Its life is that of a named
 * event, which is inherited with the file's handles: so it ends with the last process that has it,
 * however that ends. */
#include "ofd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "lock_file.h"
#include "nt.h"
#include "shm.h"

static const char *event_name(char name[40], uint64_t id)
{
    snprintf(name, 40, "ofd.%llx", (unsigned long long)id);
    return name;
}

static struct shm_ofd *place_of(struct shm_locks *t, uint64_t id)
{
    struct shm_ofd *o = t && (uint32_t)id < LOCKS_OFDS ? &t->ofd[(uint32_t)id] : NULL;

    return o && o->gen == id >> 32 ? o : NULL;
}

/* Somebody has it open. */
static bool exists(uint64_t id)
{
    char name[40];
    handle_t h;

    if (nt_event_open(shm_dir, event_name(name, id), &h) < 0)
        return false;
    nt_close(h);
    return true;
}

bool ofd_alive(uint64_t id, uint32_t *winpid)
{
    struct shm_ofd *o = place_of(locks_table(), id);

    if (!o || !exists(id))
        return false;
    *winpid = 0;
    for (unsigned i = 0; i < SHM_OFD_HOLDERS && !*winpid; i++) {
        uint32_t holder = __atomic_load_n(&o->holder[i], __ATOMIC_ACQUIRE);

        if (holder && nt_process_alive(holder, 0))
            *winpid = holder;
    }
    return true;
}

/* Takes place `i` if nobody has it: the event first, so that it is never seen without one. */
static uint64_t try_place(struct shm_locks *t, uint32_t i, handle_t *event)
{
    struct shm_ofd *o = &t->ofd[i];
    uint32_t gen = __atomic_load_n(&o->gen, __ATOMIC_ACQUIRE), next = (gen | 1) + (gen & 1 ? 2 : 0);
    uint64_t id = shm_ofd_id(i, next);
    char name[40];

    if ((gen & 1 && exists(shm_ofd_id(i, gen)))
        || nt_event_create(shm_dir, event_name(name, id), true, event) < 0)
        return 0;
    if (__atomic_compare_exchange_n(&o->gen, &gen, next, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        return id;
    nt_close(*event);
    return 0;
}

int ofd_share(struct file *f)
{
    struct shm_locks *t = locks_table();
    struct shm_ofd *o;
    uint64_t id = 0;

    if (f->ofd)
        return 0;
    if (!t)
        return -ENOMEM;
    for (uint32_t i = 0; i < LOCKS_OFDS && !id; i++)
        id = try_place(t, __atomic_fetch_add(&t->next_ofd, 1, __ATOMIC_RELAXED) % LOCKS_OFDS, &f->alive);
    if (!id)
        return -ENFILE;
    if (f->inheritable)
        nt_set_inherit(f->alive, true);
    o = &t->ofd[(uint32_t)id];
    o->flags = (uint32_t)(f->flags & OFD_FLAGS);
    o->locked = 0;
    o->holder[0] = nt_winpid();
    for (unsigned i = 1; i < SHM_OFD_HOLDERS; i++)
        o->holder[i] = 0;
    f->ofd = id;
    f->shared_flags = &o->flags;
    return 0;
}

/* Only some are remembered: whoever wants to know of an end looks at all processes if these are gone. */
static void enter_holder(struct shm_ofd *o)
{
    uint32_t mine = nt_winpid(), none;

    for (unsigned i = 0; i < SHM_OFD_HOLDERS; i++) {
        none = 0;
        if (o->holder[i] == mine
            || __atomic_compare_exchange_n(&o->holder[i], &none, mine, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
            return;
    }
    __atomic_store_n(&o->holder[mine / 4 % SHM_OFD_HOLDERS], mine, __ATOMIC_RELEASE);
}

void ofd_adopt(struct file *f)
{
    struct shm_ofd *o;

    f->shared_flags = NULL;
    if (!f->ofd)
        return;
    o = place_of(locks_table(), f->ofd);
    if (!o) { /* nobody else sees our changes from here on */
        nt_close(f->alive);
        f->alive = NULL;
        f->ofd = 0;
        return;
    }
    f->shared_flags = &o->flags;
    enter_holder(o);
}

void ofd_locked(struct file *f)
{
    struct shm_ofd *o = place_of(locks_table(), f->ofd);

    if (o)
        o->locked = 1;
}

void ofd_close(struct file *f)
{
    struct shm_ofd *o;
    uint32_t mine;

    if (!f->ofd)
        return;
    o = place_of(locks_table(), f->ofd);
    for (unsigned i = 0; o && i < SHM_OFD_HOLDERS; i++) {
        mine = nt_winpid();
        __atomic_compare_exchange_n(&o->holder[i], &mine, 0, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
    }
    nt_close(f->alive);
    if (o && o->locked && !exists(f->ofd))
        locks_drop_ofd(f->ofd);
    f->ofd = 0;
    f->shared_flags = NULL;
}
