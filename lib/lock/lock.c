/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of locks on files. See lock.h. */
#include "lib/lock/lock.h"

#include <errno.h>

#define NONE LOCKS_MAX /* index of no entry */

uint32_t lock_bucket(const struct lock_file *f)
{
    uint64_t h = (f->ino ^ f->dev << 40 ^ f->dev) * 0x9e3779b97f4a7c15ull;

    return (uint32_t)(h >> 48) % LOCKS_BUCKETS;
}

/* ---- lists ---- */

void lock_rebuild(struct shm_locks *t)
{
    uint32_t high = t->high <= LOCKS_MAX ? t->high : LOCKS_MAX;

    t->free = 0;
    t->high = high;
    for (uint32_t b = 0; b < LOCKS_BUCKETS; b++)
        t->bucket[b] = 0;
    for (uint32_t i = high; i-- > 0;) {
        struct shm_lock *e = &t->entry[i];
        struct lock_file f = { e->dev, e->ino };
        uint32_t *list;

        if (e->kind > SHM_LOCK_FLOCK || e->type > SHM_LOCK_WRITE || !e->type || e->start > e->last)
            e->kind = SHM_LOCK_FREE;
        list = e->kind == SHM_LOCK_FREE ? &t->free : &t->bucket[lock_bucket(&f)];
        e->next = *list;
        *list = i + 1;
    }
}

/* Going through a bucket. A link that leads nowhere or in a circle ends it. */
struct walk {
    struct shm_locks *t;
    const struct lock_file *f;
    uint32_t *link;     /* that leads to the current entry */
    uint32_t at;        /* its index + 1, as it was checked: others may write here */
    uint32_t steps;
};

static struct walk walk_begin(struct shm_locks *t, const struct lock_file *f)
{
    return (struct walk){ t, f, &t->bucket[lock_bucket(f)], 0, 0 };
}

/* The entry at w->link, NULL: no more. */
static struct shm_lock *walk_at(struct walk *w)
{
    for (;;) {
        uint32_t i = *w->link;
        struct shm_lock *e;

        if (!i)
            return NULL;
        if (i > LOCKS_MAX || w->steps++ > LOCKS_MAX) {
            *w->link = 0;
            return NULL;
        }
        w->at = i;
        e = &w->t->entry[i - 1];
        if (e->kind != SHM_LOCK_FREE && e->dev == w->f->dev && e->ino == w->f->ino)
            return e;
        w->link = &e->next;
    }
}

static void walk_on(struct walk *w)
{
    w->link = &w->t->entry[w->at - 1].next;
}

/* The current entry goes; the walk is at the one behind it. */
static void walk_remove(struct walk *w)
{
    uint32_t i = w->at;
    struct shm_lock *e = &w->t->entry[i - 1];

    *w->link = e->next;
    e->kind = SHM_LOCK_FREE;
    e->next = w->t->free;
    w->t->free = i;
}

static uint32_t take_entry(struct shm_locks *t)
{
    uint32_t i = t->free, high = t->high;

    if (i && i <= LOCKS_MAX && t->entry[i - 1].kind == SHM_LOCK_FREE) {
        t->free = t->entry[i - 1].next;
        return i - 1;
    }
    if (high >= LOCKS_MAX)
        return NONE;
    t->high = high + 1;
    return high;
}

static void give_entry(struct shm_locks *t, uint32_t i)
{
    t->entry[i].kind = SHM_LOCK_FREE;
    t->entry[i].next = t->free;
    t->free = i + 1;
}

static void put_entry(struct shm_locks *t, uint32_t i, const struct lock_file *f, const struct lock_owner *o,
                      unsigned type, struct lock_range r)
{
    uint32_t *head = &t->bucket[lock_bucket(f)];
    struct shm_lock *e = &t->entry[i];

    *e = (struct shm_lock){
        .next = *head, .type = (uint16_t)type, .dev = f->dev, .ino = f->ino, .start = r.start, .last = r.last,
        .owner = o->id, .started = o->started, .winpid = o->winpid,
    };
    e->kind = (uint16_t)o->kind;
    *head = i + 1;
}

/* ---- conflicts ---- */

static int owns(const struct lock_owner *o, const struct shm_lock *e)
{
    return e->kind == o->kind && e->owner == o->id && e->started == o->started;
}

static int overlap(const struct shm_lock *e, struct lock_range r)
{
    return e->start <= r.last && r.start <= e->last;
}

struct shm_lock *lock_conflict(struct shm_locks *t, const struct lock_file *f, const struct lock_owner *o,
                               unsigned type, struct lock_range r, lock_alive_fn *alive, void *arg)
{
    struct walk w = walk_begin(t, f);
    struct shm_lock *e;

    while ((e = walk_at(&w)) != NULL) {
        /* flock() and fcntl() do not see each other, as on Linux. */
        if ((e->kind == SHM_LOCK_FLOCK) != (o->kind == SHM_LOCK_FLOCK) || owns(o, e) || !overlap(e, r)
            || (type == SHM_LOCK_READ && e->type == SHM_LOCK_READ)) {
            walk_on(&w);
            continue;
        }
        if (alive(arg, e))
            return e;
        walk_remove(&w);
    }
    return NULL;
}

/* ---- ranges ---- */

/* `e` lies in the range or directly beside it. */
static int touches(const struct shm_lock *e, struct lock_range r)
{
    return (e->last == INT64_MAX || e->last + 1 >= r.start) && (r.last == INT64_MAX || e->start <= r.last + 1);
}

/* The entry of another type than the one that takes [r.start, r.last]: what is left of it. `spare` is
 * for the part behind. */
static void trim(struct walk *w, struct shm_lock *e, struct lock_range r, const struct lock_owner *o,
                 uint32_t *spare)
{
    if (e->start < r.start && e->last > r.last) {
        put_entry(w->t, *spare, w->f, o, e->type, (struct lock_range){ r.last + 1, e->last });
        *spare = NONE;
        e->last = r.start - 1;
    } else if (e->start < r.start) {
        e->last = r.start - 1;
    } else if (e->last > r.last) {
        e->start = r.last + 1;
    } else {
        walk_remove(w);
        return;
    }
    walk_on(w);
}

/* What the new lock and those of its type beside it make together; whether one has to be split; whether
 * all is so already. */
static struct lock_range plan(struct shm_locks *t, const struct lock_file *f, const struct lock_owner *o,
                              unsigned type, struct lock_range r, int *split, int *same)
{
    struct lock_range joined = r;
    struct walk w = walk_begin(t, f);
    struct shm_lock *e;

    *split = *same = 0;
    for (; (e = walk_at(&w)) != NULL; walk_on(&w)) {
        if (!owns(o, e))
            continue;
        if (e->type == type && touches(e, r)) {
            *same |= e->start <= r.start && e->last >= r.last;
            joined.start = e->start < joined.start ? e->start : joined.start;
            joined.last = e->last > joined.last ? e->last : joined.last;
        } else if (e->start < r.start && e->last > r.last) {
            *split = 1;
        }
    }
    return joined;
}

int lock_set(struct shm_locks *t, const struct lock_file *f, const struct lock_owner *o, unsigned type,
             struct lock_range r)
{
    int split, same, let_go = 0;
    struct lock_range joined = plan(t, f, o, type, r, &split, &same);
    uint32_t mine = NONE, spare = NONE;
    struct shm_lock *e;
    struct walk w;

    if (same)
        return 0;
    if (type != SHM_LOCK_NONE && (mine = take_entry(t)) == NONE)
        return -ENOLCK;
    if (split && (spare = take_entry(t)) == NONE) {
        if (mine != NONE)
            give_entry(t, mine);
        return -ENOLCK;
    }
    if (mine != NONE)
        put_entry(t, mine, f, o, type, joined);
    for (w = walk_begin(t, f); (e = walk_at(&w)) != NULL;) {
        if (!owns(o, e) || (mine != NONE && e == &t->entry[mine])) {
            walk_on(&w);
        } else if (e->type == type && touches(e, r)) {
            walk_remove(&w);
        } else if (overlap(e, r)) {
            let_go |= type != SHM_LOCK_WRITE;
            trim(&w, e, r, o, &spare);
        } else {
            walk_on(&w);
        }
    }
    if (spare != NONE)
        give_entry(t, spare);
    return let_go;
}

unsigned lock_get(struct shm_locks *t, const struct lock_file *f, const struct lock_owner *o)
{
    struct walk w = walk_begin(t, f);
    struct shm_lock *e;

    for (; (e = walk_at(&w)) != NULL; walk_on(&w))
        if (owns(o, e))
            return e->type;
    return SHM_LOCK_NONE;
}

void lock_drop(struct shm_locks *t, const struct lock_owner *o, void (*changed)(void *arg, uint32_t bucket),
               void *arg)
{
    uint32_t high = t->high <= LOCKS_MAX ? t->high : LOCKS_MAX;

    for (uint32_t i = 0; i < high; i++) {
        struct lock_file f = { t->entry[i].dev, t->entry[i].ino };
        struct walk w;
        struct shm_lock *e;
        int some = 0;

        if (t->entry[i].kind == SHM_LOCK_FREE || !owns(o, &t->entry[i]))
            continue;
        for (w = walk_begin(t, &f); (e = walk_at(&w)) != NULL;) {
            if (owns(o, e)) {
                walk_remove(&w);
                some = 1;
            } else {
                walk_on(&w);
            }
        }
        if (some)
            changed(arg, lock_bucket(&f));
        else
            t->entry[i].kind = SHM_LOCK_FREE; /* in no list: the next rebuild finds it */
    }
}

/* ---- deadlocks ---- */

/* Does the owner of `e` wait, directly or through others, for process `me`? */
static int waits_for(const struct shm_locks *t, const struct shm_lock *e, uint64_t me, uint64_t my_start)
{
    uint16_t todo[LOCKS_WAITS + 1]; /* entries whose targets are to be looked at */
    uint8_t seen[LOCKS_WAITS] = { 0 };
    uint64_t pid = e->owner, started = e->started;
    unsigned n = 0;

    for (;;) {
        if (pid == me && started == my_start)
            return 1;
        for (uint32_t i = 0; i < LOCKS_WAITS; i++) {
            if (seen[i] || !t->wait[i].id || t->wait[i].pid != pid || t->wait[i].started != started)
                continue;
            seen[i] = 1;
            todo[n++] = (uint16_t)i;
        }
        if (!n)
            return 0;
        n--;
        pid = t->wait[todo[n]].for_pid;
        started = t->wait[todo[n]].for_started;
    }
}

int lock_wait_begin(struct shm_locks *t, uint64_t pid, uint64_t started, const struct shm_lock *e,
                    struct lock_wait *wait)
{
    struct lock_file f = { e->dev, e->ino };

    wait->id = 0;
    if (waits_for(t, e, pid, started))
        return -EDEADLK;
    for (uint32_t i = 0; i < LOCKS_WAITS; i++) {
        struct shm_lockwait *v = &t->wait[i];

        if (__atomic_load_n(&v->id, __ATOMIC_ACQUIRE))
            continue;
        *v = (struct shm_lockwait){ 0, pid, started, e->owner, e->started, lock_bucket(&f), 0 };
        wait->slot = i;
        wait->id = 1ull + t->waits++;
        __atomic_store_n(&v->id, wait->id, __ATOMIC_RELEASE);
        return 0;
    }
    return -ENOLCK;
}

void lock_wait_end(struct shm_locks *t, const struct lock_wait *wait)
{
    uint64_t id = wait->id;

    if (id && wait->slot < LOCKS_WAITS)
        __atomic_compare_exchange_n(&t->wait[wait->slot].id, &id, 0, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

void lock_wait_changed(struct shm_locks *t, uint32_t bucket)
{
    for (uint32_t i = 0; i < LOCKS_WAITS; i++)
        if (t->wait[i].id && t->wait[i].bucket == bucket)
            __atomic_store_n(&t->wait[i].id, 0, __ATOMIC_RELEASE);
}

void lock_wait_sweep(struct shm_locks *t, int (*alive)(void *arg, uint64_t pid, uint64_t started), void *arg)
{
    for (uint32_t i = 0; i < LOCKS_WAITS; i++)
        if (t->wait[i].id && !alive(arg, t->wait[i].pid, t->wait[i].started))
            __atomic_store_n(&t->wait[i].id, 0, __ATOMIC_RELEASE);
}
