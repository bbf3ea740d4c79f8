/* SPDX-License-Identifier: BSD-2-Clause */
/* FIFOs: a file with a cookie on disk, a ring in a section while it is open. Opening, the meeting of
 * readers and writers, closing. handle[0] is the file, handle[1] the section. */
#include "fifo.h"

#include <stdio.h>
#include <string.h>

#include "dispatch.h"
#include "file_internal.h"
#include "file_stat.h"
#include "mm.h"
#include "nt.h"
#include "park.h"
#include "shm.h"
#include "sig.h"
#include "slock.h"

#define ID 0       /* priv: inode */
#define SEEN 3     /* priv: 1 + w_opens at an open that met no writer; 0: met one */

static struct lock local = LOCK_INIT; /* of this process, for fork */

void fifo_hold(bool hold)
{
    if (hold)
        lock_take(&local);
    else
        lock_release(&local);
}

void fifo_lock(struct shm_fifo *s)
{
    lock_take(&local);
    slock_take(&s->lock); /* each change is one store, so the dead leave nothing to repair */
    if (s->high > FIFO_ENDS)
        s->high = FIFO_ENDS;
    if (s->in - s->out > FIFO_SIZE) /* nobody of us does that */
        s->out = s->in;
}

void fifo_unlock(struct shm_fifo *s)
{
    slock_release(&s->lock);
    lock_release(&local);
}

void fifo_changed(struct shm_fifo *s)
{
    uint64_t v = word_get(&s->change);

    while (!word_cas(&s->change, &v, (v + 0x10000) & ~PARKED))
        ;
    if (v & PARKED)
        park_shared_wake(&s->change);
}

/* ---- who has it open ---- */

bool fifo_has(struct shm_fifo *s, bool writer, uint32_t *winpid)
{
    bool own = false;

    *winpid = 0;
    for (uint32_t i = 0; i < s->high; i++) {
        struct shm_fifo_end *e = &s->end[i];

        if (!e->winpid || !(writer ? e->writers : e->readers))
            continue;
        if (e->winpid == nt_winpid()) {
            own = true;
        } else if (nt_process_alive(e->winpid, e->created)) {
            *winpid = e->winpid;
            return true;
        } else {
            e->winpid = 0;
        }
    }
    return own;
}

static struct shm_fifo_end *own_end(struct shm_fifo *s, bool make)
{
    struct shm_fifo_end *free = NULL;

    for (uint32_t i = 0; i < s->high; i++) {
        if (s->end[i].winpid == nt_winpid())
            return &s->end[i];
        if (!s->end[i].winpid && !free)
            free = &s->end[i];
    }
    if (!make)
        return NULL;
    for (uint32_t i = 0; i < s->high && !free && s->high == FIFO_ENDS; i++)
        if (!nt_process_alive(s->end[i].winpid, s->end[i].created))
            free = &s->end[i];
    if (!free && s->high < FIFO_ENDS)
        free = &s->end[s->high++];
    if (free)
        *free = (struct shm_fifo_end){ nt_winpid(), 0, 0, 0, nt_process_created(NT_SELF) };
    return free;
}

static int add_end(struct file *f, struct shm_fifo *s)
{
    struct shm_fifo_end *e = own_end(s, true);

    if (!e)
        return -ENFILE;
    e->readers += file_readable(f);
    e->writers += file_writable(f);
    ((struct fifo *)f->data)->entered = true;
    return 0;
}

static void remove_end(struct file *f, struct shm_fifo *s)
{
    struct shm_fifo_end *e = own_end(s, false);

    if (e && e->readers >= (unsigned)file_readable(f) && e->writers >= (unsigned)file_writable(f)) {
        e->readers -= file_readable(f);
        e->writers -= file_writable(f);
        if (!e->readers && !e->writers)
            e->winpid = 0;
    }
    ((struct fifo *)f->data)->entered = false;
}

/* ---- opening ---- */

static int map(struct file *f)
{
    struct fifo *own = f->data ? f->data : rt_alloc(sizeof(*own));
    void *view = NULL;
    size_t size = 0;
    int r;

    if (!own)
        return -ENOMEM;
    *own = (struct fifo){ NULL, false };
    f->data = own;
    if ((r = nt_section_map(f->handle[1], NT_SELF, &view, &size, NT_MAP_RW)) < 0)
        return r;
    if (size < sizeof(struct shm_fifo)) {
        nt_section_unmap(NT_SELF, view);
        return -EIO;
    }
    own->s = view;
    return 0;
}

static int open_section(struct file *f)
{
    char name[64];
    int r;

    snprintf(name, sizeof(name), "fifo.%llx.%llx",
             (unsigned long long)stat_dev(f->handle[0], (unsigned)f->priv[FILE_DRIVE]),
             (unsigned long long)f->priv[ID]);
    r = nt_section_create(shm_dir, name, sizeof(struct shm_fifo), &f->handle[1]);
    if (r < 0)
        return r;
    if (f->inheritable)
        nt_set_inherit(f->handle[1], true);
    if ((r = map(f)) == 0)
        fifo_shared(f)->hdr = (struct shm_hdr){ SHM_MAGIC_FIFO, ISTHMUS_ABI_MAJOR, ISTHMUS_ABI_MINOR,
                                                sizeof(struct shm_fifo) };
    return r;
}

/* Until somebody opens the other end; he need not have it open any more when we see it. */
static int meet(struct shm_fifo *s, const uint32_t *opens, uint32_t before)
{
    int r = 0;

    while (r == 0) {
        uint64_t seen = word_get(&s->change);

        if (__atomic_load_n(opens, __ATOMIC_ACQUIRE) != before)
            return 0;
        wait_record(SHM_WAIT_OTHER, 0, 0);
        r = park_shared_handles(&s->change, seen, NULL, 0, NULL, PARK_SIGNALS | PARK_CANCEL);
        if (r == -EAGAIN)
            r = 0;
    }
    return r;
}

static int join(struct file *f, int flags)
{
    struct shm_fifo *s = fifo_shared(f);
    bool reads = file_readable(f), writes = file_writable(f), other;
    uint32_t winpid, before;
    int r = 0;

    fifo_lock(s);
    other = (reads && writes) || fifo_has(s, reads, &winpid);
    before = reads ? s->w_opens : s->r_opens;
    if (!other && writes && flags & O_NONBLOCK)
        r = -ENXIO;
    else
        r = add_end(f, s);
    if (r == 0) {
        s->r_opens += reads;
        s->w_opens += writes;
        fifo_changed(s);
    }
    fifo_unlock(s);
    if (r < 0 || other)
        return r;
    if (flags & O_NONBLOCK) {
        f->priv[SEEN] = 1ull + before;
        return 0;
    }
    return meet(s, reads ? &s->w_opens : &s->r_opens, before);
}

static int fifo_open(struct file *f, const struct path *p, int flags, mode_t mode)
{
    struct nt_name name = { .p = p->nt.p, .n = p->nt.len };
    unsigned how = NT_O_NODIR | (f->inheritable ? NT_O_INHERIT : 0);
    struct nt_stat n;
    int r;

    how |= (file_readable(f) ? NT_O_READ : 0) | (file_writable(f) ? NT_O_WRITE : 0);
    if ((r = nt_file_open(&name, how, NT_OPEN_EXISTING, 0, &f->handle[0])) < 0
        || (r = nt_file_stat(f->handle[0], &n)) < 0)
        return r;
    f->priv[ID] = n.ino;
    f->priv[FILE_DRIVE] = stat_drive(p->nt.p, p->nt.len);
    if ((r = open_section(f)) < 0)
        return r;
    return join(f, flags);
}

static void fifo_close(struct file *f)
{
    struct shm_fifo *s = fifo_shared(f);

    if (s) {
        if (((struct fifo *)f->data)->entered) {
            fifo_lock(s);
            remove_end(f, s);
            fifo_changed(s);
            fifo_unlock(s);
        }
        nt_section_unmap(NT_SELF, s);
    }
    nt_close(f->handle[1]);
    nt_close(f->handle[0]);
}

/* The parent, or the program before, has it open until we have. */
static int fifo_adopt(struct file *f)
{
    struct shm_fifo *s;
    int r = map(f);

    if (r < 0)
        return r;
    s = fifo_shared(f);
    fifo_lock(s);
    r = add_end(f, s);
    fifo_unlock(s);
    return r;
}

static int fifo_stat(struct file *f, struct stat *st)
{
    struct nt_stat n;
    int r = nt_file_stat(f->handle[0], &n);

    if (r < 0)
        return r;
    stat_fill(st, &n, stat_dev(f->handle[0], (unsigned)f->priv[FILE_DRIVE]), false);
    r = stat_permissions(st, f->handle[0], stat_mount_flags(f->name), (unsigned)f->priv[FILE_DRIVE]);
    st->st_mode = (st->st_mode & ~(mode_t)S_IFMT) | S_IFIFO;
    st->st_size = 0;
    st->st_blocks = 0;
    st->st_blksize = FIFO_ATOMIC;
    return r;
}

static int fifo_statvfs(struct file *f, struct statvfs *s)
{
    return stat_volume(f->handle[0], s);
}

static void fifo_save(struct file *f, struct startup_fd *s)
{
    memcpy(s->priv, f->priv, sizeof(s->priv));
}

static void fifo_load(struct file *f, const struct startup_fd *s)
{
    memcpy(f->priv, s->priv, sizeof(s->priv));
}

const struct file_ops fifo_ops = {
    .open = fifo_open, .read = fifo_read, .write = fifo_write, .stat = fifo_stat, .statvfs = fifo_statvfs,
    .chmod = disk_chmod, .utimens = disk_utimens, .ioctl = fifo_ioctl, .poll = fifo_poll,
    .close = fifo_close, .adopt = fifo_adopt, .save = fifo_save, .load = fifo_load,
};
