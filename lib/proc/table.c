/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checked reading of the index and of process sections; see proc.h.
 */
#include "lib/proc/proc.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define TRIES 1000              /* then the writer does not run just now, has ended, or hangs */
#define PAUSES 5                /* of a millisecond, for one that does not run; */
#define PAUSES_IN_ALL 200       /* but a table full of sections that are never quiet delays nobody for long */
#define TEXT_MAX 65536

/* Copies memory that another process writes: each byte is read once. */
static void copy_shared(void *to, const void *from, size_t n)
{
    typedef uint32_t __attribute__((may_alias)) word;
    const volatile word *s = from;
    char *d = to;

    for (size_t i = 0; i < n / sizeof *s; i++) {
        uint32_t w = s[i];

        memcpy(d + i * sizeof w, &w, sizeof w);
    }
    for (size_t i = n - n % sizeof *s; i < n; i++)
        d[i] = ((const volatile char *)from)[i];
}

static const char *check_header(const struct shm_hdr *h, uint32_t magic, size_t size, size_t least)
{
    if (h->magic != magic)
        return "not written by Isthmus, or not yet";
    if (h->major != ISTHMUS_ABI_MAJOR)
        return "written by another major version of Isthmus";
    if (size < least || h->size < least)
        return "too small";
    return NULL;
}

int proc_index_check(const void *index, size_t size, const char **why)
{
    struct {
        struct shm_hdr hdr;
        uint32_t nslots, next;
    } head; /* as struct shm_index begins */
    size_t fixed = offsetof(struct shm_index, slots), room;

    *why = "too small";
    if (size < fixed)
        return -EINVAL;
    copy_shared(&head, index, sizeof head);
    *why = check_header(&head.hdr, SHM_MAGIC_INDEX, size, fixed);
    if (*why)
        return -EINVAL;
    room = (size - fixed) / sizeof(struct shm_slot);
    if (head.nslots < room)
        room = head.nslots;
    return room > SHM_SLOTS ? (int)SHM_SLOTS : (int)room;
}

struct shm_slot proc_index_slot(const void *index, size_t i)
{
    struct shm_slot s;

    copy_shared(&s, (const char *)index + offsetof(struct shm_index, slots) + i * sizeof s, sizeof s);
    return s;
}

uint32_t proc_index_pid(const void *index, size_t i)
{
    const char *at = (const char *)index + offsetof(struct shm_index, slots) + i * sizeof(struct shm_slot);

    return __atomic_load_n((const uint32_t *)(const void *)at, __ATOMIC_ACQUIRE);
}

static bool let_writer_run(unsigned turn)
{
    static unsigned left = PAUSES_IN_ALL;

    if (turn >= PAUSES || !left)
        return false;
    left--;
    usleep(1000);
    return true;
}

/* A consistent copy of the fixed part; 0, or 1 when the seqlock was not quiet. */
static int try_fixed(const void *section, struct shm_proc *p)
{
    const volatile uint32_t *seq =
        (const volatile uint32_t *)((const char *)section + offsetof(struct shm_proc, seq));

    for (int i = 0; i < TRIES; i++) {
        uint32_t before = *seq;

        if (before & 1)
            continue;
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        copy_shared(p, section, sizeof *p);
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        if (*seq == before)
            return 0;
    }
    copy_shared(p, section, sizeof *p);
    return 1;
}

static int read_fixed(const void *section, struct shm_proc *p)
{
    unsigned turn = 0;
    int r;

    while ((r = try_fixed(section, p)) != 0 && let_writer_run(turn++))
        ;
    return r;
}

/* ---- summaries ---- */

static void take_summary(const struct shm_summary *s, struct proc_info *info, struct buf *text)
{
    size_t n = strnlen(s->program, sizeof s->program);

    memset(info, 0, sizeof *info);
    info->summary = 1;
    info->pid = (int32_t)s->pid;
    info->ppid = s->ppid;
    info->pgid = s->pgid;
    info->sid = s->sid;
    info->tty = s->tty;
    info->winpid = s->winpid;
    info->state = s->state;
    info->created = s->created;
    info->started = s->started;
    info->uid = s->uid;
    info->gid = s->gid;
    info->euid = s->euid;
    info->egid = s->egid;
    info->flags = s->flags;
    info->stub = s->stub;
    info->wait_status = s->wait_status;
    info->stop_signal = s->stop_signal;
    info->user_time = s->user_time;
    info->sys_time = s->sys_time;
    info->wait_kind = s->waiting ? SHM_WAIT_OTHER : SHM_WAIT_NONE;
    info->program = text->len;
    info->program_cut = s->name_len > n;
    buf_put(text, s->program, n);
    buf_putc(text, 0);
    info->cmdline = info->cmdline_end = text->len;
}

int proc_summary_at(const void *index, size_t size, size_t i, struct shm_slot *slot, struct proc_info *info,
                    struct buf *text)
{
    const char *at;
    struct shm_summary s;
    uint32_t off;

    *slot = proc_index_slot(index, i);
    if (!slot->pid)
        return 0;
    copy_shared(&off, (const char *)index + offsetof(struct shm_index, off_summaries), sizeof off);
    if (slot->pid > INT32_MAX || slot->pid % SHM_SLOTS != i || !off || off % 8 || off > size
        || i >= (size - off) / sizeof s)
        return -1;
    at = (const char *)index + off + i * sizeof s;
    for (int tries = 0; tries < TRIES; tries++) {
        uint32_t before = __atomic_load_n((const uint32_t *)(const void *)at, __ATOMIC_ACQUIRE);

        if (before & 1)
            continue;
        copy_shared(&s, at, sizeof s);
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        if (__atomic_load_n((const uint32_t *)(const void *)at, __ATOMIC_RELAXED) != before)
            continue;
        if (s.pid != slot->pid)
            return -1;
        take_summary(&s, info, text);
        return 1;
    }
    return -1;
}

/* ---- process sections ---- */

/* One string of at most `left` bytes at `at`; appends it with its NUL. Returns its length or -1. */
static int64_t copy_string(const char *section, size_t at, size_t left, struct buf *text)
{
    size_t n = 0;

    if (left > TEXT_MAX)
        left = TEXT_MAX;
    while (n < left && ((const volatile char *)section)[at + n])
        n++;
    if (n == left)
        return -1;
    buf_put(text, section + at, n);
    /* it may have changed between counting and copying: a NUL inside only shortens it */
    buf_putc(text, 0);
    return (int64_t)n;
}

static void read_strings(const char *section, const struct shm_proc *p, struct proc_info *info,
                         struct buf *text)
{
    size_t base = p->off_strings, size = p->size_strings, at = p->program;

    info->program = text->len;
    if (!at || at >= size || copy_string(section, base + at, size - at, text) < 0)
        buf_putc(text, 0);
    info->cmdline = info->cmdline_end = text->len;
    at = p->cmdline;
    for (uint32_t i = 0; i < p->argc && at && at < size && text->len - info->cmdline < TEXT_MAX; i++) {
        int64_t n = copy_string(section, base + at, size - at, text);

        if (n < 0)
            return;
        at += (size_t)n + 1;
        info->cmdline_end = text->len;
    }
}

static void read_wait(const char *section, const struct shm_proc *p, struct proc_info *info)
{
    uint32_t n = p->n_threads > SHM_MAX_THREADS ? SHM_MAX_THREADS : p->n_threads;

    for (uint32_t i = 0; i < n; i++) {
        struct shm_thread t;

        copy_shared(&t, section + p->off_threads + i * sizeof t, sizeof t);
        if (!t.wintid)
            continue;
        if (!t.waiting)
            return;
        info->wait_kind = t.wait_kind ? t.wait_kind : SHM_WAIT_OTHER;
        info->wait_arg = t.wait_arg;
        info->wait_owner = t.owner;
        return;
    }
}

static const char *check_places(const struct shm_proc *p, size_t size)
{
    if (p->off_strings > size || p->size_strings > size - p->off_strings)
        return "its strings lie outside of the section";
    if (p->off_threads > size || p->off_threads % 8 ||
        p->n_threads > (size - p->off_threads) / sizeof(struct shm_thread))
        return "its threads lie outside of the section";
    return NULL;
}

int proc_read(const void *section, size_t size, uint32_t pid, struct proc_info *info,
              struct buf *text)
{
    struct shm_proc p;

    memset(info, 0, sizeof *info);
    info->pid = (int32_t)pid;
    info->why = "too small";
    if (size < sizeof p)
        return -EINVAL;
    info->torn = (uint8_t)read_fixed(section, &p);
    info->why = check_header(&p.hdr, SHM_MAGIC_PROC, size, sizeof p);
    if (!info->why && p.pid != (int32_t)pid)
        info->why = "the section belongs to another pid";
    if (!info->why)
        info->why = check_places(&p, size);
    if (info->why)
        return -EINVAL;
    info->ppid = p.ppid;
    info->pgid = p.pgid;
    info->sid = p.sid;
    info->winpid = p.winpid;
    info->stub = p.stub;
    info->uid = p.uid;
    info->gid = p.gid;
    info->euid = p.euid;
    info->egid = p.egid;
    info->umask = p.umask;
    info->tty = p.tty;
    info->state = p.state;
    info->flags = p.flags;
    info->wait_status = p.wait_status;
    info->stop_signal = p.stop_signal;
    info->fork_stage = p.fork_stage;
    info->nthreads = p.nthreads;
    info->created = p.created;
    info->started = p.started;
    info->sig_blocked = p.sig_blocked;
    info->sig_pending = p.sig_pending;
    info->sig_ignored = p.sig_ignored;
    info->sig_caught = p.sig_caught;
    info->user_time = p.user_time;
    info->sys_time = p.sys_time;
    info->fault_signal = p.fault_signal;
    info->fault_tid = p.fault_tid;
    info->fault_status = p.fault_status;
    info->fault_code = p.fault_code;
    info->fault_address = p.fault_address;
    info->fault_ip = p.fault_ip;
    info->fault_context = p.fault_context;
    info->sys_return = p.sys_return;
    info->teb_slot = p.teb_slot;
    info->ret_saved = p.ret_saved;
    info->fork_links = p.fork_links;
    read_wait(section, &p, info);
    read_strings(section, &p, info, text);
    return buf_err(text);
}

/* Heap sort: in place, and no pivot that a hostile order could spoil. */
static void sift(struct proc_live *v, size_t i, size_t n)
{
    for (size_t k; (k = 2 * i + 1) < n; i = k) {
        struct proc_live t;

        if (k + 1 < n && v[k + 1].winpid > v[k].winpid)
            k++;
        if (v[i].winpid >= v[k].winpid)
            return;
        t = v[i];
        v[i] = v[k];
        v[k] = t;
    }
}

void proc_sort_live(struct proc_live *v, size_t n)
{
    for (size_t i = n / 2; i--;)
        sift(v, i, n);
    while (n > 1) {
        struct proc_live t = v[0];

        v[0] = v[--n];
        v[n] = t;
        sift(v, 0, n);
    }
}

const struct proc_live *proc_find_live(const struct proc_live *v, size_t n, uint32_t winpid,
                                       uint64_t created)
{
    size_t low = 0;

    while (n) {
        size_t half = n / 2;

        if (v[low + half].winpid < winpid) {
            low += half + 1;
            n -= half + 1;
        } else if (v[low + half].winpid > winpid) {
            n = half;
        } else {
            const struct proc_live *p = &v[low + half];

            return !created || p->created == created ? p : NULL;
        }
    }
    return NULL;
}

const char *proc_state_name(const struct proc_info *p)
{
    switch (p->state) {
    case SHM_STATE_STARTING:
        return "starting";
    case SHM_STATE_RUNNING:
        return !p->alive ? "exited" : p->wait_kind ? "sleeping" : "running";
    case SHM_STATE_STOPPED:
        return p->alive ? "stopped" : "exited";
    case SHM_STATE_EXITED:
        return "exited";
    default:
        return "unknown";
    }
}

char proc_state_letter(const struct proc_info *p)
{
    switch (*proc_state_name(p)) {
    case 'r':
        return 'R';
    case 'e':
        return 'Z';
    case 'u':
        return '?';
    default:
        return p->state == SHM_STATE_STARTING ? 'N' : p->state == SHM_STATE_STOPPED ? 'T' : 'S';
    }
}

const char *proc_wait_name(uint32_t kind)
{
    static const char *const names[] = {
        [SHM_WAIT_NONE] = "", [SHM_WAIT_CHILD] = "child", [SHM_WAIT_READ] = "read",
        [SHM_WAIT_WRITE] = "write", [SHM_WAIT_SLEEP] = "sleep", [SHM_WAIT_SIGNAL] = "signal",
        [SHM_WAIT_LOCK] = "lock", [SHM_WAIT_POLL] = "poll", [SHM_WAIT_OTHER] = "other",
        [SHM_WAIT_PROGRAM] = "program",
    };

    return kind < sizeof names / sizeof *names ? names[kind] : "?";
}
