/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of a terminal that its processes share: finding it, locking it, its events, and who has it
 * open. Nothing here depends on a process doing something at its end. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ldisc.h"
#include "mm.h"
#include "nt.h"
#include "nt_console.h"
#include "proc.h"
#include "shm.h"
#include "tty.h"

static struct tty *ttys;
static NOCOPY uint32_t ttys_of;     /* the Windows process that they are attached in */
static NOCOPY struct lock opening;  /* the console's events come on a thread of their own */

/* Of a console the other side is Windows. */
#define CONSOLE_EVENTS (1u << TTY_IN | 1u << TTY_ROOM_OUT)

static const char *const event_names[TTY_EVENTS] = { "in", "out", "roomin", "roomout", "change" };

/* ---- attaching ---- */

/* What was copied from the parent of a fork is of another Windows process. */
static void forget_inherited(void)
{
    if (ttys_of == nt_winpid())
        return;
    for (struct tty *t = ttys, *next; t; t = next) {
        next = t->next;
        rt_free(t);
    }
    ttys = NULL;
    ttys_of = nt_winpid();
}

static void detach(struct tty *t)
{
    if (t->holder)
        __atomic_store_n(&t->shm->holder[t->holder - 1].word, 0, __ATOMIC_SEQ_CST);
    if (t->shm)
        nt_section_unmap(NT_SELF, t->shm);
    nt_close(t->section);
    nt_close(t->mutex);
    for (int i = 0; i < TTY_EVENTS; i++)
        nt_close(t->event[i]);
    nt_close(t->peer[0].process);
    nt_close(t->peer[1].process);
    rt_free(t);
}

static int map_existing(struct tty *t, const char *name)
{
    void *view;
    size_t size;
    int r = shm_view(name, true, &view, &size, &t->section);

    if (r < 0)
        return r == -ENOENT ? -ENXIO : r;
    t->shm = view;
    return size < sizeof(*t->shm) ? -ENXIO : 0;
}

static int map_made(struct tty *t, const char *name, enum tty_make how)
{
    void *view;
    int r = shm_create(name, sizeof(*t->shm), &view, &t->section);

    if (r < 0)
        return r;
    t->shm = view;
    return r == 1 && how == TTY_NEW ? -EEXIST : 0;
}

static void prepare(struct tty *t)
{
    struct shm_tty *s = t->shm;

    if (tty_is_console(t->id)) {
        s->pgrp = shm_self->pgid;
        s->sid = shm_self->sid;
    } else {
        s->flags = SHM_TTY_MASTER | SHM_TTY_LOCKED;
    }
    ldisc_init(s);
    s->hdr.size = sizeof(*s);
    s->hdr.major = ISTHMUS_ABI_MAJOR;
    s->hdr.minor = ISTHMUS_ABI_MINOR;
    __atomic_store_n(&s->hdr.magic, SHM_MAGIC_TTY, __ATOMIC_RELEASE);
}

static int attach(struct tty *t, enum tty_make how)
{
    char name[40], lock[48];
    int r;

    shm_name(name, "tty", t->id);
    snprintf(lock, sizeof(lock), "%s.lock", name);
    r = how == TTY_EXISTING ? map_existing(t, name) : map_made(t, name, how);
    if (r < 0 || (r = nt_mutex_create(shm_dir, lock, &t->mutex)) < 0)
        return r;
    if (how != TTY_EXISTING && t->shm->hdr.magic != SHM_MAGIC_TTY) {
        nt_wait(&t->mutex, 1, -1);
        if (t->shm->hdr.magic != SHM_MAGIC_TTY)
            prepare(t);
        nt_mutex_release(t->mutex);
    }
    return __atomic_load_n(&t->shm->hdr.magic, __ATOMIC_ACQUIRE) == SHM_MAGIC_TTY ? 0 : -ENXIO;
}

static struct tty *find_or_attach(int id, enum tty_make how, int *err)
{
    struct tty *t;

    forget_inherited();
    for (t = ttys; t && t->id != id; t = t->next)
        ;
    *err = t && how == TTY_NEW ? -EEXIST : 0;
    if (t) {
        t->refs += *err == 0;
        return *err ? NULL : t;
    }
    if (!(t = rt_zalloc(sizeof(*t)))) {
        *err = -ENOMEM;
        return NULL;
    }
    t->id = id;
    t->refs = 1;
    if ((*err = attach(t, how)) < 0) {
        detach(t);
        return NULL;
    }
    t->next = ttys;
    ttys = t;
    return t;
}

struct tty *tty_get(int id, enum tty_make how, int *err)
{
    struct tty *t;

    if (id < 0) {
        *err = -ENXIO;
        return NULL;
    }
    lock_take(&opening);
    t = find_or_attach(id, how, err);
    lock_release(&opening);
    return t;
}

void tty_put(struct tty *t)
{
    if (!t)
        return;
    lock_take(&opening);
    if (--t->refs == 0) {
        for (struct tty **l = &ttys; *l; l = &(*l)->next)
            if (*l == t) {
                *l = t->next;
                break;
            }
        detach(t);
    }
    lock_release(&opening);
}

struct tty *tty_controlling(void)
{
    int err;
    struct tty *t = tty_get(me.tty, TTY_EXISTING, &err);

    if (t && t->shm->sid != shm_self->sid) { /* it hung up, or was given up */
        tty_put(t);
        t = NULL;
    }
    return t;
}

static uint32_t count_of(uint64_t word, enum tty_side side)
{
    return side == TTY_MASTER ? (uint32_t)(word >> 16 & 0xffff) : (uint32_t)(word & 0xffff);
}

/* Entries that have ever been taken. */
static uint32_t holders(const struct shm_tty *s)
{
    return s->holders < SHM_TTY_HOLDERS ? s->holders : SHM_TTY_HOLDERS;
}

/* An entry says so; its process may be gone. */
static bool any_slave(const struct shm_tty *s)
{
    for (uint32_t i = 0; i < holders(s); i++)
        if (count_of(__atomic_load_n(&s->holder[i].word, __ATOMIC_ACQUIRE), TTY_SLAVE))
            return true;
    return false;
}

/* ---- events ---- */

handle_t tty_event(struct tty *t, enum tty_event e)
{
    char name[48];

    if (likely(t->event[e]))
        return t->event[e];
    snprintf(name, sizeof(name), "tty.%d.%s", t->id, event_names[e]);
    nt_wait(&t->mutex, 1, -1);
    lock_take(&opening);
    /* New: nobody had it, and it begins unset. */
    if (!t->event[e] && nt_event_create(shm_dir, name, true, &t->event[e]) == 0 && t->shm->signalled & 1u << e)
        nt_event_set(t->event[e]);
    lock_release(&opening);
    nt_mutex_release(t->mutex);
    return t->event[e];
}

/* An event that nobody has open needs no telling: who opens it looks at `signalled`. */
static void tell(struct tty *t, enum tty_event e, bool on)
{
    handle_t h = tty_event(t, e);

    if (on) {
        t->shm->signalled |= 1u << e;
        if (h)
            nt_event_set(h);
    } else {
        if (h)
            nt_event_reset(h);
        t->shm->signalled &= ~(1u << e);
    }
}

void tty_wake(struct tty *t, enum tty_event e)
{
    if (!(t->shm->signalled & 1u << e))
        tell(t, e, true);
}

/* What should be set now, but for TTY_CHANGE. */
static uint32_t wanted(const struct shm_tty *s)
{
    uint32_t w = 0;

    if (s->flags & SHM_TTY_HUNG)
        return 1u << TTY_IN | 1u << TTY_OUT | 1u << TTY_ROOM_IN | 1u << TTY_ROOM_OUT;
    if (ldisc_ready(s))
        w |= 1u << TTY_IN;
    if (s->out_used || (s->flags & SHM_TTY_PACKET && s->packet) || (s->flags & SHM_TTY_OPENED && !any_slave(s)))
        w |= 1u << TTY_OUT;
    if (ldisc_room(s))
        w |= 1u << TTY_ROOM_IN;
    if (ldisc_out_room(s) && !(s->flags & SHM_TTY_STOPPED))
        w |= 1u << TTY_ROOM_OUT;
    return w;
}

void tty_pulse(struct tty *t)
{
    handle_t h = tty_event(t, TTY_CHANGE);

    if (h)
        nt_event_set(h);
}

void tty_lock(struct tty *t)
{
    nt_wait(&t->mutex, 1, -1);
    if (!t->depth++)
        ldisc_check(t->shm);
}

void tty_unlock(struct tty *t)
{
    struct shm_tty *s = t->shm;
    uint32_t want, differ;

    if (!--t->depth) {
        want = wanted(s);
        differ = (want ^ s->signalled) & (s->flags & SHM_TTY_MASTER ? (1u << TTY_CHANGE) - 1 : CONSOLE_EVENTS);
        for (int e = 0; differ; e++, differ >>= 1)
            if (differ & 1)
                tell(t, e, want >> e & 1);
    }
    nt_mutex_release(t->mutex);
}

/* ---- who has it open ---- */

static bool entry_alive(const struct shm_tty_holder *h, uint64_t word)
{
    return nt_process_alive((uint32_t)(word >> 32), h->created);
}

/* A free entry, or one of a process that is gone. */
static int entry_take(struct tty *t)
{
    uint64_t mine = (uint64_t)nt_winpid() << 32;
    uint32_t high;

    for (int sweep = 0; sweep < 2; sweep++)
        for (uint32_t i = 0; i < SHM_TTY_HOLDERS; i++) {
            struct shm_tty_holder *h = &t->shm->holder[i];
            uint64_t word = __atomic_load_n(&h->word, __ATOMIC_ACQUIRE);

            /* What a process of our number has left is ours. */
            if (word && word >> 32 != nt_winpid() && !(sweep && !entry_alive(h, word)))
                continue;
            if (!__atomic_compare_exchange_n(&h->word, &word, mine, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
                continue;
            h->created = nt_process_created(NT_SELF);
            t->holder = i + 1;
            high = __atomic_load_n(&t->shm->holders, __ATOMIC_RELAXED);
            while (high <= i
                   && !__atomic_compare_exchange_n(&t->shm->holders, &high, i + 1, false, __ATOMIC_SEQ_CST,
                                                   __ATOMIC_RELAXED))
                ;
            return 0;
        }
    return -EAGAIN;
}

int tty_hold(struct tty *t, enum tty_side side, int more)
{
    uint64_t step = side == TTY_MASTER ? 1u << 16 : 1;
    int r = 0;

    lock_take(&opening);
    if (!t->holder && more > 0)
        r = entry_take(t);
    if (r == 0 && t->holder)
        __atomic_fetch_add(&t->shm->holder[t->holder - 1].word, more > 0 ? step : -step, __ATOMIC_SEQ_CST);
    lock_release(&opening);
    return r;
}

/* The process that was found the last time still has it open? */
static bool still(struct tty *t, enum tty_side side)
{
    handle_t h = t->peer[side].process;

    if (!h || nt_wait(&h, 1, 0) != -ETIMEDOUT)
        return false;
    for (uint32_t i = 0; i < holders(t->shm); i++) {
        uint64_t word = __atomic_load_n(&t->shm->holder[i].word, __ATOMIC_ACQUIRE);

        if (word >> 32 == t->peer[side].winpid && count_of(word, side))
            return true;
    }
    return false;
}

static bool open_peer(struct tty *t, enum tty_side side, const struct shm_tty_holder *e, uint64_t word)
{
    uint32_t winpid = (uint32_t)(word >> 32);
    handle_t h;

    if (nt_process_open(winpid, &h) < 0)
        return false;
    if ((e->created && nt_process_created(h) != e->created) || nt_wait(&h, 1, 0) != -ETIMEDOUT) {
        nt_close(h);
        return false;
    }
    nt_close(t->peer[side].process);
    t->peer[side].winpid = winpid;
    t->peer[side].process = h;
    return true;
}

bool tty_held(struct tty *t, enum tty_side side, handle_t *process)
{
    bool found = false;

    if (process)
        *process = NULL;
    if (t->holder && count_of(__atomic_load_n(&t->shm->holder[t->holder - 1].word, __ATOMIC_ACQUIRE), side))
        return true;
    lock_take(&opening);
    found = still(t, side);
    for (uint32_t i = 0; i < holders(t->shm) && !found; i++) {
        const struct shm_tty_holder *e = &t->shm->holder[i];
        uint64_t word = __atomic_load_n(&e->word, __ATOMIC_ACQUIRE);

        found = count_of(word, side) && word >> 32 != nt_winpid() && open_peer(t, side, e, word);
    }
    if (found && process)
        *process = t->peer[side].process;
    lock_release(&opening);
    return found;
}
