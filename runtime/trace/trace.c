/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a process's events go: the session of a tracer, or a flight recorder of its own. The
 * writing itself is in lib/trace/writer.c. */
#include "trace.h"

#include "abi/startup.h"
#include "nt.h"
#include "shm.h"
#include "thread.h"

static const uint8_t timing_off[3]; /* timing, follow, stacks, as in struct trace_ctl */

NOCOPY struct trace_target trace_target;
NOCOPY const uint8_t *trace_mask = trace_mask_default;
NOCOPY const uint8_t *trace_timing = timing_off;

static NOCOPY handle_t session_section; /* NULL: not traced */
static NOCOPY handle_t ring_section, ctl_section;

#define FILETIME_1970 116444736000000000ull

static void clock_now(struct trace_clock *c)
{
    c->tsc = trace_tsc();
    c->qpc = nt_qpc();
    c->wall = (nt_time() - FILETIME_1970) * 100;
}

/* A tracer has to make room: its own time slice is what it needs. */
static void wait_for_room(void)
{
    nt_sleep(10000);
}

static void use(struct trace_region *r, const struct trace_geometry *g, const struct trace_ctl *ctl)
{
    trace_target.g = *g;
    trace_mask = ctl->mask;
    trace_timing = &ctl->timing;
    __atomic_store_n(&trace_target.region, r, __ATOMIC_RELEASE);
}

static int session_join(handle_t section)
{
    struct trace_geometry g;
    void *base = NULL;
    size_t size = 0;
    int r = nt_section_map(section, NT_SELF, &base, &size, NT_MAP_RW);

    if (r < 0)
        return r;
    if (trace_geometry_get(base, size, &g) < 0 ||
        ((struct trace_region *)base)->flags & TRACE_CLOSED) {
        nt_section_unmap(NT_SELF, base);
        return -1;
    }
    trace_member_add(&g, trace_target.winpid, trace_target.pid, 0, nt_process_created(NT_SELF),
                     TRACE_MEMBER_JOINED);
    session_section = section;
    use(base, &g, g.ctl);
    return 0;
}

/* Begin as that control section says; false: there is none. */
static bool ctl_take(struct trace_ctl *ctl, const char *name)
{
    const struct trace_ctl *c;
    void *view;
    handle_t h;
    size_t size;

    if (shm_view(name, false, &view, &size, &h) < 0)
        return false;
    c = view;
    if (size >= sizeof *c && c->hdr.magic == SHM_MAGIC_CTL && c->hdr.major == ISTHMUS_ABI_MAJOR) {
        memcpy(ctl->mask, c->mask, sizeof ctl->mask);
        ctl->timing = c->timing;
        ctl->follow = c->follow;
        ctl->stacks = c->stacks;
    }
    nt_section_unmap(NT_SELF, view);
    nt_close(h);
    return true;
}

static NOCOPY bool wanted;

static bool mark_there(void)
{
    handle_t h;

    if (nt_section_open(shm_dir, TRACE_WANT_MARK, false, &h) < 0)
        return false;
    nt_close(h);
    return true;
}

static void waiters_change(uint32_t from, uint32_t to)
{
    if (shm_index)
        __atomic_compare_exchange_n(&shm_index->waiters, &from, to, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

static bool anybody_waits(void)
{
    uint32_t known = shm_index ? __atomic_load_n(&shm_index->waiters, __ATOMIC_ACQUIRE) : TRACE_WAITERS_UNKNOWN;
    bool there;

    if (known == TRACE_WAITERS_NOBODY || known == TRACE_WAITERS_SOMEBODY)
        return known == TRACE_WAITERS_SOMEBODY;
    there = mark_there();
    waiters_change(TRACE_WAITERS_UNKNOWN, there ? TRACE_WAITERS_SOMEBODY : TRACE_WAITERS_NOBODY);
    return there;
}

/* Somebody waits for programs of this name, or for all. */
static void ctl_wanted(struct trace_ctl *ctl)
{
    char name[TRACE_WANT_NAME + 1] = TRACE_WANT_PREFIX;
    size_t n = sizeof TRACE_WANT_PREFIX - 1;
    unsigned units, from;
    const uint16_t *path = nt_program_path(&units);

    if (!anybody_waits())
        return;
    for (from = units; from && path[from - 1] != '\\' && path[from - 1] != '/';)
        from--;
    for (unsigned i = from; i < units && n < TRACE_WANT_NAME; i++)
        name[n++] = trace_want_letter(path[i]);
    trace_want_end(name, n);
    wanted = ctl_take(ctl, name) || ctl_take(ctl, TRACE_WANT_ALL);
    if (!wanted && !mark_there()) /* a tracer was killed */
        waiters_change(TRACE_WAITERS_SOMEBODY, TRACE_WAITERS_UNKNOWN);
}

/* What a program that ends at once has recorded would be gone before strace has seen it. */
#define WANTED_WAIT 20000000 /* 2 s: strace may be gone as well */

void trace_wanted_wait(void)
{
    char name[32];
    handle_t seen;

    if (!wanted || nt_event_create(shm_dir, shm_name(name, "seen", (int)nt_winpid()), false, &seen) < 0)
        return;
    nt_wait(&seen, 1, WANTED_WAIT);
    nt_close(seen);
}

static void ring_make(uint32_t creator)
{
    size_t size = trace_region_size(1, TRACE_RING_PACKETS, TRACE_RING_PACKET);
    uint64_t created = nt_process_created(NT_SELF);
    struct trace_geometry g;
    struct trace_region *r;
    void *ring, *view;
    struct trace_ctl *ctl;
    char name[32];

    /* By Windows pid: during an exec two Windows processes have the same POSIX pid. */
    if (shm_create(shm_name(name, "ring", (int)trace_target.winpid), size, &ring, &ring_section) <
        0)
        return;
    r = ring;
    r->qpc_frequency = nt_qpc_frequency();
    clock_now(&r->clock);
    trace_region_init(r, TRACE_OVERWRITE, 1, TRACE_RING_PACKETS, TRACE_RING_PACKET,
                      trace_target.winpid, created);
    if (trace_geometry_get(r, size, &g) < 0)
        return;
    trace_member_add(&g, trace_target.winpid, trace_target.pid, 0, created, TRACE_MEMBER_JOINED);
    ctl = g.ctl; /* without a section of its own nobody can attach, but the recorder works */
    trace_ctl_init(ctl, trace_target.winpid, trace_mask_default);
    if (shm_create(shm_name(name, "ctl", (int)trace_target.winpid), sizeof *ctl, &view,
                   &ctl_section) >= 0) {
        ctl = view;
        trace_ctl_init(ctl, trace_target.winpid, trace_mask_default);
    }
    /* Somebody traces our creator and what that starts? */
    if (!creator || !ctl_take(ctl, shm_name(name, "ctl", (int)creator)))
        ctl_wanted(ctl);
    use(r, &g, ctl);
}

void trace_init(int pid, handle_t session, uint32_t creator)
{
    trace_target.winpid = nt_winpid();
    trace_target.pid = pid;
    trace_target.clock = clock_now;
    trace_target.wait = wait_for_room;
    if (session) {
        if (session_join(session) == 0)
            return;
        nt_close(session);
    }
    ring_make(creator);
}

void trace_set_pid(int pid)
{
    struct thread *t = self_or_null();

    trace_target.pid = pid;
    if (!trace_target.region)
        return;
    if (t && t->trace.packet)
        t->trace.packet->pid = pid;
    if (session_section)
        trace_member_add(&trace_target.g, trace_target.winpid, pid, 0, 0, TRACE_MEMBER_JOINED);
    else
        trace_target.g.members[0].pid = pid;
}

void trace_fork_child(struct thread *t)
{
    trace_writer_reset(&t->trace, nt_wintid());
}

void trace_thread_attach(struct thread *t, uint32_t wintid)
{
    trace_writer_reset(&t->trace, wintid);
}

void trace_thread_detach(struct thread *t)
{
    trace_writer_close(&t->trace);
    t->trace.tid = 0;
}

void trace_exit(void)
{
    struct thread *t = self_or_null();

    if (t)
        trace_writer_close(&t->trace);
}

handle_t trace_session_exec(void)
{
    if (!session_section || trace_target.region->flags & TRACE_CLOSED)
        return NULL;
    return session_section;
}

handle_t trace_session(void)
{
    handle_t h = trace_session_exec();

    return h && trace_target.region->flags & TRACE_FOLLOW ? h : NULL;
}

void trace_child_created(uint32_t winpid, int pid)
{
    if (trace_session())
        trace_member_add(&trace_target.g, winpid, pid, trace_target.winpid, 0,
                         TRACE_MEMBER_EXPECTED);
}

uint32_t trace_startup_flags(void)
{
    return !session_section && trace_timing[1] ? STARTUP_FOLLOW : 0;
}

struct trace_place trace_place(void)
{
    struct thread *t = self_or_null();

    return t ? (struct trace_place){ t->trace.packet, trace_pos(&t->trace) } : (struct trace_place){ 0 };
}

void trace_place_time(const struct trace_place *p, uint64_t tsc)
{
    struct thread *t = self_or_null();
    struct trace_event *e;

    if (!t || !t->trace.packet)
        return;
    e = t->trace.packet == p->packet ? (struct trace_event *)p->pos
                                     : (struct trace_event *)(t->trace.packet + 1);
    if ((uint8_t *)e < trace_pos(&t->trace) && tsc >= t->trace.packet->begin && tsc < e->tsc)
        e->tsc = tsc;
}
