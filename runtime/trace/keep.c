/* SPDX-License-Identifier: BSD-2-Clause */
/* Recorders of processes that ended abnormally go into files, the last ones of each user, in
 * <tree>\var\log\isthmus\<uid>\. A process that is ended by a signal of its own runtime does that itself;
 * for one that was killed its parent does. A file is a trace region as lib/abi/trace.h has it, with the
 * packets in use only; the line for it in the file `index` tells whose it is.
 *
 * This runs in processes that have just crashed: no heap, memory from Windows. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "abi/startup.h"
#include "lib/text/buf.h"
#include "nt.h"
#include "nt_file.h"
#include "options.h"
#include "path.h"
#include "proc.h"
#include "shm.h"
#include "thread.h"
#include "trace.h"

#define KEEP_FILES 64u
#define KEEP_KIB   1024u
#define NAME_UNITS 32768u
#define INDEX_MAX  65536u /* an index larger than this loses its older half */

static NOCOPY bool keep_wanted;

/* What one file is made with; from nt_alloc. */
struct keeping {
    uint16_t name[NAME_UNITS];
    unsigned units, folder; /* of the name, and of the part that is the folder */
    uint32_t order[4096];   /* packets to keep, the oldest first */
    uint32_t n;
    uint8_t head[80 * 1024];
    uint8_t list[INDEX_MAX * 2];
    char oldest[64];
    unsigned files;
    struct nt_io io;
};

static void limits(unsigned *files, unsigned *kib)
{
    char *end;

    *files = KEEP_FILES;
    *kib = KEEP_KIB;
    if (!options.rings)
        return;
    *files = (unsigned)strtoul(options.rings, &end, 10);
    if (*end == ',')
        *kib = (unsigned)strtoul(end + 1, NULL, 10);
}

static void name_add(struct keeping *k, const char *s)
{
    while (*s && k->units < NAME_UNITS - 1)
        k->name[k->units++] = (unsigned char)*s++;
}

static int open_named(struct keeping *k, unsigned how, enum nt_disposition disp, uint32_t attr, handle_t *h)
{
    struct nt_name n = { .p = k->name, .n = k->units };

    return nt_file_open(&n, how, disp, attr, h);
}

static int folder_make(struct keeping *k, const char *part)
{
    handle_t h;
    int r;

    name_add(k, part);
    r = open_named(k, NT_O_DIR, NT_OPEN_OR_CREATE, 0, &h);
    if (r >= 0)
        nt_close(h);
    return r;
}

/* The user's folder, made if need be. */
static int folder(struct keeping *k)
{
    unsigned units;
    const uint16_t *root = tree_root(&units);
    char uid[16];
    int r;

    k->units = 0;
    name_add(k, "\\??\\");
    if (k->units + units + 64 > NAME_UNITS)
        return -ENAMETOOLONG;
    memcpy(k->name + k->units, root, units * sizeof *root);
    k->units += units;
    snprintf(uid, sizeof uid, "\\%u", (unsigned)shm_self->uid);
    if ((r = folder_make(k, "\\var")) < 0 || (r = folder_make(k, "\\log")) < 0 ||
        (r = folder_make(k, "\\isthmus")) < 0 || (r = folder_make(k, uid)) < 0)
        return r;
    k->folder = k->units;
    return 0;
}

/* ---- which packets ---- */

static const struct trace_packet *packet_at(const struct trace_geometry *g, uint32_t i)
{
    return (const struct trace_packet *)(g->packets + (uint64_t)i * g->packet_size);
}

/* The newest packets that fit into `most`, in the order in which they were begun. */
static void choose(struct keeping *k, const struct trace_geometry *g, uint32_t most)
{
    uint32_t i, j;

    k->n = 0;
    if (most > ARRAY_SIZE(k->order))
        most = ARRAY_SIZE(k->order);
    for (i = 0; i < g->npackets; i++) {
        uint64_t begin = packet_at(g, i)->begin;

        if (TRACE_SLOT_STATE(g->slots[i].state) == TRACE_PACKET_FREE ||
            packet_at(g, i)->magic != TRACE_CTF_MAGIC)
            continue;
        if (k->n == most) {
            if (!most || begin <= packet_at(g, k->order[0])->begin)
                continue;
            memmove(k->order, k->order + 1, --k->n * sizeof k->order[0]);
        }
        for (j = k->n; j > 0 && packet_at(g, k->order[j - 1])->begin > begin; j--)
            k->order[j] = k->order[j - 1];
        k->order[j] = i;
        k->n++;
    }
}

static int put(struct keeping *k, handle_t h, const void *data, size_t n)
{
    int64_t done;

    for (const char *p = data; n; p += done, n -= (size_t)done)
        if ((done = nt_write(h, &k->io, p, n, NT_AT_END)) <= 0)
            return done < 0 ? (int)done : -EIO;
    return 0;
}

static int write_region(struct keeping *k, handle_t h, const struct trace_region *r,
                        const struct trace_geometry *g, int pid, int status)
{
    struct trace_region *out = (struct trace_region *)k->head;
    struct trace_slot *slots;
    int e;

    if (trace_region_size(1, k->n, 0) > sizeof k->head)
        return -EFBIG;
    memset(k->head, 0, sizeof k->head);
    trace_region_init(out, TRACE_OVERWRITE | TRACE_SAVED, 1, k->n, g->packet_size, r->owner, r->created);
    out->clock = r->clock;
    out->qpc_frequency = r->qpc_frequency;
    out->next_stream = r->next_stream;
    out->lost = r->lost;
    trace_target.clock(&out->last);
    out->ended = nt_time();
    out->wait_status = (uint32_t)status;
    out->pid = pid;
    memcpy(k->head + out->off_ctl, g->ctl, sizeof *g->ctl);
    memcpy(k->head + out->off_members, g->members, sizeof *g->members);
    slots = (struct trace_slot *)(k->head + out->off_slots);
    for (uint32_t i = 0; i < k->n; i++)
        slots[i] = g->slots[k->order[i]];
    e = put(k, h, k->head, out->off_packets);
    for (uint32_t i = 0; i < k->n && e == 0; i++)
        e = put(k, h, packet_at(g, k->order[i]), g->packet_size);
    return e;
}

/* ---- the index and the older files ---- */

static void index_add(struct keeping *k, const char *line)
{
    handle_t h;
    int64_t size;

    k->units = k->folder;
    name_add(k, "\\index");
    if (open_named(k, NT_O_READ | NT_O_WRITE | NT_O_APPEND, NT_OPEN_OR_CREATE, NT_ATTR_NORMAL, &h) < 0)
        return;
    size = nt_read(h, &k->io, k->list, sizeof k->list, 0);
    if (size > (int64_t)INDEX_MAX) {
        const uint8_t *half = memchr(k->list + size / 2, '\n', (size_t)(size - size / 2));

        nt_file_truncate(h, 0);
        if (half)
            put(k, h, half + 1, (size_t)(k->list + size - half - 1));
    }
    put(k, h, line, strlen(line));
    nt_close(h);
}

static bool is_ring(const struct nt_dirent *d)
{
    static const uint16_t end[] = { '.', 'r', 'i', 'n', 'g' };

    return d->units > 5 && d->units < 60 && !memcmp(d->name + d->units - 5, end, sizeof end);
}

/* Names begin with the time, so the least one is the oldest. */
static void look_for_oldest(struct keeping *k, handle_t dir)
{
    struct nt_dirent d;
    char name[64];
    bool restart = true;
    size_t at;

    k->files = 0;
    k->oldest[0] = 0;
    for (; nt_dir_read(dir, k->list, sizeof k->list, restart) > 0; restart = false)
        for (at = 0; nt_dir_next(k->list, &at, &d);) {
            if (!is_ring(&d))
                continue;
            k->files++;
            for (size_t i = 0; i <= d.units; i++)
                name[i] = i < d.units ? (char)d.name[i] : 0;
            if (!k->oldest[0] || strcmp(name, k->oldest) < 0)
                strcpy(k->oldest, name);
        }
}

static void prune(struct keeping *k, unsigned most)
{
    handle_t dir, h;

    k->units = k->folder;
    if (open_named(k, NT_O_READ | NT_O_DIR, NT_OPEN_EXISTING, 0, &dir) < 0)
        return;
    for (unsigned tries = 0; tries < 16; tries++) {
        look_for_oldest(k, dir);
        if (k->files <= most)
            break;
        k->units = k->folder;
        name_add(k, "\\");
        name_add(k, k->oldest);
        if (open_named(k, NT_O_DELETE, NT_OPEN_EXISTING, 0, &h) < 0)
            break; /* somebody else has deleted it, or reads it under an old system */
        nt_file_delete(h);
        nt_close(h);
    }
    nt_close(dir);
}

/* ---- keeping ---- */

static void index_line(char *line, size_t size, const struct trace_region *r, const char *file, int pid,
                       int ppid, int status, const char *program)
{
    int n = snprintf(line, size, "%llu\t%d\t%d\t%u\t%d\t%s\t", (unsigned long long)nt_time(), pid, ppid,
                     r->owner, status, file);

    for (const char *p = program ? program : "?"; *p && n + 2 < (int)size; p++)
        line[n++] = *p == '\t' || *p == '\n' ? '?' : *p;
    line[n++] = '\n';
    line[n] = 0;
}

static int keep(struct keeping *k, struct trace_region *r, size_t size, int pid, int ppid, int status,
                const char *program, char *file)
{
    struct trace_geometry g;
    unsigned files, kib;
    handle_t h;
    int e;

    limits(&files, &kib);
    if (trace_geometry_get(r, size, &g) < 0)
        return -EINVAL;
    choose(k, &g, kib * 1024 / g.packet_size);
    if (!k->n || !files)
        return -ENODATA;
    if ((e = folder(k)) < 0)
        return e;
    sprintf(file, "%016llx-%d-%u.ring", (unsigned long long)nt_time(), pid, r->owner);
    name_add(k, "\\");
    name_add(k, file);
    if ((e = open_named(k, NT_O_WRITE | NT_O_APPEND, NT_CREATE_NEW, NT_ATTR_NORMAL, &h)) < 0)
        return e;
    e = write_region(k, h, r, &g, pid, status);
    nt_close(h);
    if (e < 0)
        return e;
    index_line((char *)k->head, sizeof k->head, r, file, pid, ppid, status, program);
    index_add(k, (char *)k->head);
    prune(k, files);
    return 0;
}

/* Ends that nobody has to explain: the program's own, and those that users and pipes bring about. */
static bool is_normal(int status)
{
    return WIFEXITED(status) || WTERMSIG(status) == SIGPIPE || WTERMSIG(status) == SIGINT;
}

static void keep_region(struct trace_region *r, size_t size, int pid, int ppid, int status,
                        const char *program)
{
    struct keeping *k = nt_alloc(sizeof *k);
    char file[64] = "";
    int e;

    if (!k)
        return;
    e = keep(k, r, size, pid, ppid, status, program, file);
    nt_free(k);
    if (e != -ENODATA)
        trace_ring_kept(pid, status, file, e < 0 ? -e : 0);
}

handle_t trace_ring_open(uint32_t winpid)
{
    char name[32];
    handle_t h;

    if (trace_session() || nt_section_open(shm_dir, shm_name(name, "ring", (int)winpid), false, &h) < 0)
        return NULL;
    return h;
}

#define HELD 64u /* children that a tracer may not have looked at yet */
static NOCOPY handle_t held[HELD];
static NOCOPY uint32_t held_next;

void trace_ring_release(handle_t ring)
{
    handle_t old;

    if (!ring)
        return;
    if (!(trace_startup_flags() & STARTUP_FOLLOW)) {
        nt_close(ring);
        return;
    }
    old = __atomic_exchange_n(&held[__atomic_fetch_add(&held_next, 1, __ATOMIC_RELAXED) % HELD], ring,
                              __ATOMIC_ACQ_REL);
    nt_close(old);
}

void trace_keep_child(handle_t ring, int pid, int wait_status, const char *program)
{
    struct trace_region *r;
    void *view = NULL;
    size_t size = 0;

    if (!ring || is_normal(wait_status) || nt_section_map(ring, NT_SELF, &view, &size, NT_MAP_RO) < 0)
        return;
    r = view;
    if (size >= sizeof *r && !(r->flags & TRACE_SAVED))
        keep_region(r, size, pid, me.pid, wait_status, program);
    nt_section_unmap(NT_SELF, view);
}

void trace_keep_self(int wait_status)
{
    struct trace_region *r = trace_target.region;

    if (!r || !(r->flags & TRACE_OVERWRITE) || (is_normal(wait_status) && !keep_wanted))
        return;
    __atomic_fetch_or(&r->flags, TRACE_SAVED, __ATOMIC_RELAXED);
    keep_region(r, r->hdr.size, me.pid, me.ppid, wait_status, me.program);
}

void trace_keep_at_exit(void)
{
    keep_wanted = true;
}
