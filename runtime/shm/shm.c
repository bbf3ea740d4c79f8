/* SPDX-License-Identifier: BSD-2-Clause */
/* The installation's shared regions: directory, index, process sections. */
#include "shm.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "abi/names.h"
#include "nt.h"
#include "shm_internal.h"

NOCOPY struct shm_index *shm_index;
NOCOPY struct shm_proc *shm_self;
NOCOPY handle_t shm_dir;
uint64_t shm_tree;

/* The installation is the folder above the one that the runtime was loaded from. */
static uint64_t tree_hash(void)
{
    unsigned units, parts = 0;
    const uint16_t *path = nt_module_path((uintptr_t)nt_runtime_base, &units);

    while (units && parts < 2)
        if (path[--units] == '\\' || path[units] == '/')
            parts++;
    return abi_tree_hash(path, units);
}

int shm_directory_open(void)
{
    char name[64];

    if (!shm_tree)
        shm_tree = tree_hash();
    snprintf(name, sizeof(name), ABI_DIRECTORY_PREFIX "%016llx", (unsigned long long)shm_tree);
    return nt_directory_create(name, &shm_dir);
}

int shm_create(const char *name, size_t size, void **view, handle_t *h)
{
    int existed = nt_section_create(shm_dir, name, size, h);
    size_t n = 0;
    int r;

    if (existed < 0)
        return existed;
    *view = NULL;
    r = nt_section_map(*h, NT_SELF, view, &n, NT_MAP_RW);
    if (r == 0 && n < size) { /* somebody else's idea of this name */
        nt_section_unmap(NT_SELF, *view);
        r = -EINVAL;
    }
    if (r < 0) {
        nt_close(*h);
        return r;
    }
    return existed;
}

int shm_view(const char *name, bool write, void **view, size_t *size, handle_t *h)
{
    int r = nt_section_open(shm_dir, name, write, h);

    if (r < 0)
        return r;
    *view = NULL;
    *size = 0;
    r = nt_section_map(*h, NT_SELF, view, size, write ? NT_MAP_RW : NT_MAP_RO);
    if (r < 0)
        nt_close(*h);
    return r;
}

char *shm_name(char *buf, const char *kind, int pid)
{
    snprintf(buf, 32, "%s.%d", kind, pid);
    return buf;
}

int shm_index_open(void)
{
    struct shm_index *x;
    handle_t h; /* stays open: the index lives as long as its processes */
    size_t size = sizeof(*x);
    int r = shm_create("index", size, (void **)&x, &h);

    /* One that older processes of this installation have made lacks the summaries. */
    if (r == -EINVAL && (r = shm_view("index", true, (void **)&x, &size, &h)) == 0
        && size < offsetof(struct shm_index, summaries)) {
        nt_section_unmap(NT_SELF, x);
        nt_close(h);
        r = -EINVAL;
    }
    if (r < 0)
        return r;
    /* All who come first write the same; zeros are a valid empty index. */
    x->nslots = SHM_SLOTS;
    if (size >= sizeof(*x))
        x->off_summaries = offsetof(struct shm_index, summaries);
    x->hdr.size = size;
    x->hdr.major = ISTHMUS_ABI_MAJOR;
    x->hdr.minor = ISTHMUS_ABI_MINOR;
    __atomic_store_n(&x->hdr.magic, SHM_MAGIC_INDEX, __ATOMIC_RELEASE);
    shm_index = x;
    return 0;
}

/* ---- pids ---- */

static struct shm_slot *slot_of(int pid)
{
    return shm_index ? &shm_index->slots[(uint32_t)pid % SHM_SLOTS] : NULL;
}

/* A slot's pid and Windows pid change together. Free: both 0. Being taken: pid 0, and the Windows pid of
 * who does that. Taken: the new pid, with the taker's Windows pid until the process itself exists. So a
 * slot that is being set up can always be told from what somebody left who died doing that. */
union slot_word {
    struct {
        uint32_t pid, winpid;
    };
    uint64_t all;
};

static union slot_word slot_read(const struct shm_slot *s)
{
    return (union slot_word){ .all = __atomic_load_n((const uint64_t *)&s->pid, __ATOMIC_ACQUIRE) };
}

static bool slot_change(struct shm_slot *s, union slot_word from, uint32_t pid, uint32_t winpid)
{
    union slot_word to = { .pid = pid, .winpid = winpid };

    return __atomic_compare_exchange_n((uint64_t *)&s->pid, &from.all, to.all, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_RELAXED);
}

/* May a slot be taken? It is free, or its process is gone and nobody who lives will wait for it. */
static bool slot_available(const struct shm_slot *s, union slot_word seen)
{
    uint32_t holder = s->holder;
    const struct shm_slot *h = holder ? slot_of((int)holder) : NULL;

    if (!seen.winpid)
        return true;
    if (nt_process_alive(seen.winpid, seen.pid ? s->created : 0))
        return false;
    return !seen.pid || !h || h->pid != holder || !nt_process_alive(h->winpid, h->created);
}

/* The hint only grows, so that a pid is not used again soon. */
static void pid_hint(uint32_t next)
{
    uint32_t seen = __atomic_load_n(&shm_index->next_pid, __ATOMIC_RELAXED);

    while ((int32_t)(next - seen) > 0
           && !__atomic_compare_exchange_n(&shm_index->next_pid, &seen, next, false, __ATOMIC_RELAXED,
                                           __ATOMIC_RELAXED))
        ;
}

/**
 * Takes a pid that nobody has.
 * @param holder pid of the parent that will wait for it, 0: none
 * @return the pid or -EAGAIN
 */
int shm_pid_take(int holder)
{
    uint32_t first;

    if (!shm_index)
        return (int)(nt_winpid() & 0x3fffffff);
    first = __atomic_fetch_add(&shm_index->next_pid, 1, __ATOMIC_RELAXED) % 0x3fff0000u + SHM_PID_FIRST;
    for (uint32_t i = 0; i < SHM_SLOTS; i++) {
        uint32_t pid = first + i;
        struct shm_slot *s = slot_of((int)pid);
        union slot_word seen = slot_read(s);

        if (!slot_available(s, seen) || !slot_change(s, seen, 0, nt_winpid()))
            continue;
        s->created = 0; /* any process of this Windows pid */
        s->holder = (uint32_t)holder;
        slot_change(s, slot_read(s), pid, nt_winpid());
        if (i)
            pid_hint(pid - SHM_PID_FIRST + 1);
        return (int)pid;
    }
    return -EAGAIN;
}

void shm_pid_bind(int pid, uint32_t winpid, uint64_t created)
{
    struct shm_slot *s = slot_of(pid);

    if (s && s->pid == (uint32_t)pid) {
        /* At each moment the two say a living process. */
        __atomic_store_n(&s->created, 0, __ATOMIC_RELEASE);
        __atomic_store_n(&s->winpid, winpid, __ATOMIC_RELEASE);
        __atomic_store_n(&s->created, created, __ATOMIC_RELEASE);
    }
}

void shm_pid_unhold(int pid)
{
    struct shm_slot *s = slot_of(pid);

    if (s && s->pid == (uint32_t)pid)
        __atomic_store_n(&s->holder, 0, __ATOMIC_RELEASE);
}

bool shm_pid_held(int pid)
{
    struct shm_slot *s = slot_of(pid), *h;
    uint32_t holder;

    if (!s || s->pid != (uint32_t)pid || !(holder = s->holder))
        return false;
    h = slot_of((int)holder);
    return h->pid == holder && nt_process_alive(h->winpid, h->created);
}

void shm_pid_free(int pid)
{
    struct shm_slot *s = slot_of(pid);
    union slot_word seen;

    if (s && (seen = slot_read(s)).pid == (uint32_t)pid)
        slot_change(s, seen, 0, 0);
}

/* ---- process sections ---- */

/**
 * Makes the section of a new process, zeroed and laid out, state SHM_STATE_STARTING.
 * @return 0, -EEXIST when somebody still holds one of that name, or another error
 */
int shm_proc_create(int pid, struct shm_proc **view, handle_t *h)
{
    char name[32];
    struct shm_proc *p;
    int r = shm_create(shm_name(name, "proc", pid), SHM_PROC_SIZE, (void **)&p, h);

    if (r < 0)
        return r;
    if (r == 1) {
        nt_section_unmap(NT_SELF, p);
        nt_close(*h);
        return -EEXIST;
    }
    p->hdr.size = SHM_PROC_SIZE;
    p->hdr.major = ISTHMUS_ABI_MAJOR;
    p->hdr.minor = ISTHMUS_ABI_MINOR;
    p->pid = pid;
    p->tty = -1;
    p->state = SHM_STATE_STARTING;
    p->off_threads = SHM_PROC_OFF_THREADS;
    p->n_threads = SHM_MAX_THREADS;
    p->off_sigq = SHM_PROC_OFF_SIGQ;
    p->n_sigq = SHM_SIGQ;
    p->off_fds = SHM_PROC_OFF_FDS;
    p->n_fds = SHM_MAX_FDS;
    p->off_strings = SHM_PROC_OFF_STRINGS;
    p->size_strings = SHM_PROC_SIZE - SHM_PROC_OFF_STRINGS;
    p->strings_used = 1; /* offset 0 means none */
    __atomic_store_n(&p->hdr.magic, SHM_MAGIC_PROC, __ATOMIC_RELEASE);
    *view = p;
    return 0;
}

void shm_proc_begin(struct shm_proc *p)
{
    __atomic_fetch_or(&p->seq, 1, __ATOMIC_ACQ_REL);
}

void shm_proc_end(struct shm_proc *p)
{
    uint32_t seq = __atomic_load_n(&p->seq, __ATOMIC_RELAXED);

    /* even at the end, also when two were at it */
    while (!__atomic_compare_exchange_n(&p->seq, &seq, (seq | 1) + 1, true, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        ;
    shm_summarize(p);
}

/**
 * Puts `n` bytes and a NUL into the section's strings.
 * @return their offset there, 0 when the room is used up
 */
uint32_t shm_string(struct shm_proc *p, const char *s, size_t n)
{
    uint32_t at = p->strings_used;

    if (n >= SHM_PROC_SIZE || at + n + 1 > SHM_PROC_OFF_FD_NAMES - SHM_PROC_OFF_STRINGS)
        return 0;
    memcpy((char *)p + p->off_strings + at, s, n);
    ((char *)p)[p->off_strings + at + n] = 0;
    p->strings_used = at + (uint32_t)n + 1;
    return at;
}
