/* SPDX-License-Identifier: BSD-2-Clause */
/* Locks on files, between processes. What conflicts with what is in lib/lock; here is who owns them, how
 * long, and the waiting. Nobody is told when a process dies with locks: who waits for one waits for the
 * end of its process as well, and takes locks of the dead for none. */
#include "lock_file.h"

#include <errno.h>

#include "dispatch.h"
#include "file_internal.h"
#include "file_stat.h"
#include "nt.h"
#include "ofd.h"
#include "park.h"
#include "proc.h"
#include "shm.h"
#include "sig.h"
#include "slock.h"
#include "trace.h"

#define BLOCKERS 24u /* processes whose end is watched when it is not known which has the lock */

static NOCOPY struct shm_locks *table;
static struct lock local = LOCK_INIT; /* of this process, for fork */

struct shm_locks *locks_table(void)
{
    struct shm_locks *t;
    handle_t h;

    if (likely(__atomic_load_n(&table, __ATOMIC_ACQUIRE)))
        return table;
    lock_take(&local);
    if (!table && shm_create("locks", sizeof(*t), (void **)&t, &h) >= 0) {
        /* All who come first write the same. The section stays open with this process. */
        t->hdr = (struct shm_hdr){ SHM_MAGIC_LOCKS, ISTHMUS_ABI_MAJOR, ISTHMUS_ABI_MINOR, sizeof(*t) };
        __atomic_store_n(&table, t, __ATOMIC_RELEASE);
    }
    lock_release(&local);
    return table;
}

void locks_hold(bool hold)
{
    if (hold)
        lock_take(&local);
    else
        lock_release(&local);
}

static int enter(void)
{
    if (!locks_table())
        return -ENOLCK;
    lock_take(&local);
    if (slock_take(&table->lock) < 0)
        lock_rebuild(table);
    return 0;
}

static void leave(void)
{
    slock_release(&table->lock);
    lock_release(&local);
}

/* Those who wait for a lock in this bucket look again. The table's lock is held. */
static void changed(void *arg, uint32_t bucket)
{
    uint64_t *word = &table->change[bucket], v = word_get(word);

    lock_wait_changed(table, bucket);
    while (!word_cas(word, &v, (v + 0x10000) & ~PARKED))
        ;
    if (v & PARKED)
        park_shared_wake(word);
}

/* ---- owners ---- */

static int key_of(struct file *f, struct lock_file *k)
{
    struct nt_stat n;
    struct stat st;
    int r;

    if (f->kind == FILE_DISK || f->kind == FILE_DIR || f->kind == FILE_FIFO) {
        if ((r = nt_file_stat(f->handle[0], &n)) < 0)
            return r;
        *k = (struct lock_file){ stat_dev(f->handle[0], (unsigned)f->priv[FILE_DRIVE]), n.ino };
        return 0;
    }
    if ((r = file_stat(f, &st)) == 0)
        *k = (struct lock_file){ st.st_dev, st.st_ino };
    return r;
}

static int owner_of(struct file *f, uint32_t kind, struct lock_owner *o)
{
    int r;

    *o = (struct lock_owner){ .kind = kind, .winpid = nt_winpid() };
    if (kind == SHM_LOCK_POSIX) {
        o->id = (uint64_t)me.pid;
        o->started = shm_self->started;
        __atomic_fetch_or(&shm_self->flags, SHM_PROC_LOCKS, __ATOMIC_RELAXED);
        return 0;
    }
    if ((r = ofd_share(f)) < 0)
        return r == -ENOMEM ? r : -ENOLCK;
    o->id = f->ofd;
    ofd_locked(f);
    return 0;
}

/* In the middle of an exec the two Windows processes change places: then any of that number counts. */
static bool runs(const struct shm_proc *p, uint32_t *winpid)
{
    uint32_t seq = __atomic_load_n(&p->seq, __ATOMIC_ACQUIRE);
    uint64_t created = p->created;

    *winpid = p->winpid;
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if (seq & 1 || p->seq != seq)
        created = 0;
    return p->state != SHM_STATE_EXITED && nt_process_alive(*winpid, created);
}

static bool process_alive(uint64_t pid, uint64_t started, uint32_t *winpid)
{
    const struct shm_proc *p;
    char name[32];
    void *view;
    size_t size;
    handle_t h;
    bool alive;
    int r;

    if (pid == (uint64_t)me.pid)
        return started == shm_self->started;
    r = shm_view(shm_name(name, "proc", (int)pid), false, &view, &size, &h);
    if (r < 0)
        return r == -EACCES; /* of another user: it is there */
    p = view;
    alive = size >= SHM_PROC_SIZE && p->hdr.magic == SHM_MAGIC_PROC && p->started == started && runs(p, winpid);
    nt_section_unmap(NT_SELF, view);
    nt_close(h);
    return alive;
}

static int owner_alive(void *arg, struct shm_lock *e)
{
    uint32_t winpid = e->winpid;
    bool alive;

    if (e->kind == SHM_LOCK_POSIX)
        alive = process_alive(e->owner, e->started, &winpid);
    else
        alive = ofd_alive(e->owner, &winpid);
    e->winpid = winpid;
    return alive;
}

static int waiter_alive(void *arg, uint64_t pid, uint64_t started)
{
    uint32_t winpid;

    return process_alive(pid, started, &winpid);
}

/* ---- waiting ---- */

struct blockers {
    handle_t h[BLOCKERS];
    unsigned n;
};

static void add_blocker(struct blockers *b, uint32_t winpid)
{
    if (b->n < BLOCKERS && winpid != nt_winpid() && nt_process_open(winpid, &b->h[b->n]) == 0)
        b->n++;
}

static int any_process(void *arg, pid_t pid)
{
    struct blockers *b = arg;
    const struct shm_slot *s = &shm_index->slots[(uint32_t)pid % SHM_SLOTS];

    add_blocker(b, s->winpid);
    return b->n == BLOCKERS;
}

/* The processes with which the lock may end: its known holder; else any may be one. */
static void find_blockers(struct blockers *b, const struct shm_lock *e)
{
    b->n = 0;
    if (e->winpid)
        add_blocker(b, e->winpid);
    else
        proc_each(any_process, b);
}

struct request {
    struct lock_file key;
    struct lock_owner owner;
    unsigned type;
    struct lock_range range;
    int fd;
};

/* Until `e` may be gone. The table's lock is held, and let go of. */
static int wait_change(const struct request *q, const struct shm_lock *e)
{
    uint64_t *word = &table->change[lock_bucket(&q->key)], seen = word_get(word);
    struct lock_wait wait = { 0 };
    uint32_t owner = e->kind == SHM_LOCK_POSIX ? (uint32_t)e->owner : 0;
    struct blockers b;
    int r = 0;

    if (q->owner.kind == SHM_LOCK_POSIX && e->kind == SHM_LOCK_POSIX) {
        r = lock_wait_begin(table, q->owner.id, q->owner.started, e, &wait);
        if (r < 0) { /* perhaps only for what the dead have left */
            lock_wait_sweep(table, waiter_alive, NULL);
            r = lock_wait_begin(table, q->owner.id, q->owner.started, e, &wait);
        }
    }
    if (r == 0)
        find_blockers(&b, e);
    leave();
    if (r < 0)
        return r;
    trace_file_lock_wait(q->fd, owner, q->range.start, q->range.last);
    wait_record(SHM_WAIT_LOCK, (uint64_t)q->fd, owner);
    r = park_shared_handles(word, seen, b.h, b.n, NULL, PARK_SIGNALS | PARK_CANCEL);
    lock_wait_end(table, &wait);
    for (unsigned i = 0; i < b.n; i++)
        nt_close(b.h[i]);
    return r == -EAGAIN || r == -EOWNERDEAD ? 0 : r;
}

/* One attempt: 1: it waited, try again. */
static int attempt(const struct request *q, bool wait)
{
    struct shm_lock *e = NULL;
    int r = enter();

    if (r < 0)
        return r;
    if (q->type != SHM_LOCK_NONE)
        e = lock_conflict(table, &q->key, &q->owner, q->type, q->range, owner_alive, NULL);
    if (!e) {
        r = lock_set(table, &q->key, &q->owner, q->type, q->range);
        if (r > 0)
            changed(NULL, lock_bucket(&q->key));
    } else if (wait) {
        r = wait_change(q, e);
        return r < 0 ? r : 1;
    } else {
        r = -EAGAIN;
    }
    leave();
    return r < 0 ? r : 0;
}

/* flock() lets go of the old lock before it takes one of the other kind. */
static int let_go_first(const struct request *q)
{
    unsigned old;
    int r = enter();

    if (r < 0)
        return r;
    old = lock_get(table, &q->key, &q->owner);
    if (old != SHM_LOCK_NONE && old != q->type
        && lock_set(table, &q->key, &q->owner, SHM_LOCK_NONE, q->range) > 0)
        changed(NULL, lock_bucket(&q->key));
    leave();
    return 0;
}

int lock_file(struct file *f, int fd, uint32_t kind, unsigned type, struct lock_range range, bool wait)
{
    struct request q = { .type = type, .range = range, .fd = fd };
    int r = key_of(f, &q.key);

    if (r == 0)
        r = owner_of(f, kind, &q.owner);
    if (r == 0 && kind == SHM_LOCK_FLOCK)
        r = let_go_first(&q);
    if (r < 0)
        return r;
    do
        r = attempt(&q, wait);
    while (r > 0);
    return r;
}

int lock_test(struct file *f, uint32_t kind, unsigned type, struct lock_range range, struct shm_lock *out)
{
    struct lock_file key;
    struct lock_owner o;
    struct shm_lock *e;
    int r = key_of(f, &key);

    if (r == 0)
        r = owner_of(f, kind, &o);
    if (r == 0)
        r = enter();
    if (r < 0)
        return r;
    e = lock_conflict(table, &key, &o, type, range, owner_alive, NULL);
    if (e)
        *out = *e;
    leave();
    return e != NULL;
}

/* ---- ends ---- */

void locks_closed(struct file *f)
{
    struct lock_range all = { 0, INT64_MAX };
    struct lock_owner o;
    struct lock_file key;

    if (likely(!shm_self || !(shm_self->flags & SHM_PROC_LOCKS)) || key_of(f, &key) < 0)
        return;
    owner_of(f, SHM_LOCK_POSIX, &o);
    if (enter() < 0)
        return;
    if (lock_get(table, &key, &o) != SHM_LOCK_NONE && lock_set(table, &key, &o, SHM_LOCK_NONE, all) > 0)
        changed(NULL, lock_bucket(&key));
    leave();
}

void locks_exit(void)
{
    struct lock_owner o;

    if (likely(!shm_self || !(shm_self->flags & SHM_PROC_LOCKS)))
        return;
    owner_of(NULL, SHM_LOCK_POSIX, &o);
    if (enter() < 0)
        return;
    lock_drop(table, &o, changed, NULL);
    leave();
}

void locks_drop_ofd(uint64_t id)
{
    if (enter() < 0)
        return;
    lock_drop(table, &(struct lock_owner){ SHM_LOCK_OFD, id, 0, 0 }, changed, NULL);
    lock_drop(table, &(struct lock_owner){ SHM_LOCK_FLOCK, id, 0, 0 }, changed, NULL);
    leave();
}

uint64_t *append_lock(uint64_t ino)
{
    struct shm_locks *t = locks_table();

    return t ? &t->append[(ino ^ ino >> 16) % LOCKS_APPEND] : NULL;
}
