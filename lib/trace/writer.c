/* SPDX-License-Identifier: BSD-2-Clause */
/* The slow half of writing events: getting a packet, closing it, keeping path conversions for the
 * case that their call fails. No locks and no waiting; what cannot be written is counted. */
#include <stdbool.h>

#include "trace/writer.h"

static struct trace_slot *slot_at(uint32_t i)
{
    return &trace_target.g.slots[i];
}

static struct trace_packet *packet_at(uint32_t i)
{
    return (struct trace_packet *)(trace_target.g.packets +
                                   (uint64_t)i * trace_target.g.packet_size);
}

/* Take packet i if its state is still `from`. */
static int take(struct trace_writer *w, uint32_t i, uint64_t from)
{
    uint64_t to = TRACE_SLOT(trace_target.winpid, TRACE_SLOT_GEN(from) + 1, TRACE_PACKET_OPEN);

    if (!__atomic_compare_exchange_n(&slot_at(i)->state, &from, to, 0, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE))
        return 0;
    w->slot = i;
    w->state = to;
    return 1;
}

static int take_free(struct trace_writer *w)
{
    uint64_t s;

    for (uint32_t i = 0; i < trace_target.g.npackets; i++) {
        s = __atomic_load_n(&slot_at(i)->state, __ATOMIC_RELAXED);
        if (TRACE_SLOT_STATE(s) == TRACE_PACKET_FREE && take(w, i, s))
            return 1;
    }
    return 0;
}

/* A recorder's thread that has its share takes its own oldest packet again. */
static int take_own(struct trace_writer *w)
{
    uint32_t i = w->own_next % TRACE_OWN;

    if (w->own_next < TRACE_OWN)
        return 0;
    return take(w, w->own[i].slot, w->own[i].state);
}

static int take_oldest(struct trace_writer *w)
{
    uint64_t s, best, oldest, closed;
    uint32_t at;

    for (int tries = 0; tries < 8; tries++) {
        oldest = UINT64_MAX;
        at = 0;
        best = 0;
        for (uint32_t i = 0; i < trace_target.g.npackets; i++) {
            s = __atomic_load_n(&slot_at(i)->state, __ATOMIC_ACQUIRE);
            closed = slot_at(i)->closed;
            if (TRACE_SLOT_STATE(s) == TRACE_PACKET_FULL && closed < oldest) {
                oldest = closed;
                at = i;
                best = s;
            }
        }
        if (oldest == UINT64_MAX)
            return 0;
        if (take(w, at, best))
            return 1;
    }
    return 0;
}

static int take_any(struct trace_writer *w)
{
    if (!(trace_target.region->flags & TRACE_OVERWRITE))
        return take_free(w);
    return take_own(w) || take_free(w) || take_oldest(w);
}

/* A packet is ours: write its header, no events. */
static void packet_open(struct trace_writer *w, const struct trace_clock *now)
{
    static const uint8_t uuid[16] = TRACE_UUID_BYTES;
    struct trace_packet *p = packet_at(w->slot);

    /* Readers must not take an earlier use's header or events for this one's. */
    __atomic_store_n(&p->magic, 0, __ATOMIC_RELEASE);
    memcpy(p->uuid, uuid, sizeof p->uuid);
    p->stream_id = 0;
    p->begin = now->tsc;
    p->end = 0;
    p->content_size = 0;
    p->packet_size = (uint64_t)trace_target.g.packet_size * 8;
    p->packet_seq = w->packet_seq++;
    p->discarded = w->discarded;
    p->begin_qpc = now->qpc;
    p->begin_wall = now->wall;
    p->end_qpc = 0;
    p->end_wall = 0;
    p->pid = trace_target.pid;
    p->winpid = trace_target.winpid;
    p->tid = w->tid;
    p->stream = w->stream - 1;
    p->first_seq = trace_seq(w);
    p->version = ISTHMUS_ABI_MAJOR << 16 | ISTHMUS_ABI_MINOR;
    memset(p + 1, 0, sizeof(struct trace_event));
    __atomic_store_n(&p->magic, TRACE_CTF_MAGIC, __ATOMIC_RELEASE);
    w->packet = p;
    w->at = (uint64_t)trace_seq(w) << 32 | sizeof *p;
    w->limit = trace_target.g.packet_size - (uint32_t)sizeof(struct trace_event);
    w->kept = 0;
}

static void packet_close(struct trace_writer *w, const struct trace_clock *now)
{
    struct trace_packet *p = w->packet;
    uint64_t full = (w->state & ~0xffull) | TRACE_PACKET_FULL;
    uint32_t i = w->own_next++ % TRACE_OWN;

    p->end = now->tsc;
    p->end_qpc = now->qpc;
    p->end_wall = now->wall;
    p->discarded = w->discarded;
    p->content_size = (uint64_t)(uint32_t)w->at * 8;
    w->own[i].slot = w->slot;
    w->own[i].state = full;
    slot_at(w->slot)->closed = now->tsc;
    __atomic_store_n(&slot_at(w->slot)->state, full, __ATOMIC_RELEASE);
    w->packet = NULL;
    w->at = (uint64_t)trace_seq(w) << 32;
    w->limit = 0;
    w->kept = 0;
}

/* The clocks. Reading all of them costs as much as ten events, so for a millisecond those read last are
 * carried on by the TSC. */
static void clock_get(struct trace_writer *w, struct trace_clock *now)
{
    const struct trace_region *r = trace_target.region;
    uint64_t tsc = trace_tsc(), since = tsc - w->anchor.tsc;

    if (since < w->anchor_ticks) {
        now->tsc = tsc;
        now->qpc = w->anchor.qpc + (since * w->anchor_rate >> 32);
        now->wall = w->anchor.wall + (since * w->anchor_ns >> 32);
        return;
    }
    trace_target.clock(now);
    w->anchor = *now;
    w->anchor_ticks = 0;
    since = now->tsc - r->clock.tsc;
    if (r->qpc_frequency >= 1000 && r->qpc_frequency < 1u << 31 && now->qpc > r->clock.qpc &&
        now->qpc - r->clock.qpc < 1ull << 31 && now->tsc > r->clock.tsc) {
        w->anchor_rate = ((now->qpc - r->clock.qpc) << 32) / since;
        w->anchor_ns = w->anchor_rate * 1000000000 / r->qpc_frequency;
        if (w->anchor_rate && w->anchor_rate >> 32 == 0)
            w->anchor_ticks = ((r->qpc_frequency / 1000) << 32) / w->anchor_rate;
    }
}

void trace_writer_reset(struct trace_writer *w, uint32_t tid)
{
    memset(w, 0, sizeof *w);
    w->tid = tid;
}

void trace_writer_close(struct trace_writer *w)
{
    struct trace_clock now;

    if (!w->packet || !trace_target.region)
        return;
    trace_target.clock(&now);
    packet_close(w, &now);
}

#define PATIENCE 3000u /* waits for a tracer that does not look: it hangs, or was killed */

/* Any packet; in a lossless session one that the tracer still has to read, as long as that goes on. */
static int take_some(struct trace_writer *w)
{
    struct trace_region *r = trace_target.region;
    uint64_t looks = 0, seen = UINT64_MAX;
    uint32_t in_vain = 0;

    while (!take_any(w)) {
        looks = __atomic_load_n(&r->looks, __ATOMIC_RELAXED);
        if (!(r->flags & TRACE_LOSSLESS) || !trace_target.wait || w->given_up == looks + 1)
            return 0;
        if (__atomic_load_n(&r->flags, __ATOMIC_RELAXED) & TRACE_CLOSED)
            return 0;
        in_vain = looks == seen ? in_vain + 1 : 0;
        seen = looks;
        if (in_vain == PATIENCE) {
            w->given_up = looks + 1;
            return 0;
        }
        trace_target.wait();
    }
    return 1;
}

/* Get a packet with room for `need` bytes. */
static int packet_switch(struct trace_writer *w, uint32_t need)
{
    struct trace_region *r = trace_target.region;
    bool had = w->packet != NULL;
    struct trace_clock now;

    if (!r || !w->tid || __atomic_load_n(&r->flags, __ATOMIC_RELAXED) & TRACE_CLOSED)
        return 0;
    if (had) { /* one instant for the end and the beginning: reading it costs more than many events
                */
        clock_get(w, &now);
        packet_close(w, &now);
    }
    if (!w->stream)
        w->stream = __atomic_fetch_add(&r->next_stream, 1, __ATOMIC_RELAXED) + 1;
    if (!take_some(w))
        return 0;
    if (!had)
        clock_get(w, &now);
    packet_open(w, &now);
    return trace_room(w) >= need;
}

/* Looking at every packet costs as much as a hundred events: a program must not crawl when its
 * tracer is slow or was killed. */
#define BACKOFF_MAX 63u

struct trace_event *trace_begin_slow(struct trace_writer *w, uint32_t need)
{
    if (w->skip) {
        w->skip--;
    } else if (packet_switch(w, need)) {
        w->backoff = 0;
        return (struct trace_event *)trace_pos(w);
    } else {
        w->skip = w->backoff = w->backoff < BACKOFF_MAX ? w->backoff * 2 + 1 : BACKOFF_MAX;
    }
    if (trace_target.region && w->tid) {
        w->at += 1ull << 32;
        w->discarded++;
        __atomic_fetch_add(&trace_target.region->lost, 1, __ATOMIC_RELAXED);
    }
    return NULL;
}

/* ---- conversions that become events only if their call fails ----
 *
 * They are written after the last event, where the next event will overwrite them, and their header
 * words stay zero, so that for a reader the packet ends before them. */

static void word_set(uint8_t *event, uint64_t word)
{
    __atomic_store_n((uint64_t *)(event + offsetof(struct trace_event, id)), word,
                     __ATOMIC_RELEASE);
}

struct trace_event *trace_keep(struct trace_writer *w, uint16_t id, uint32_t size)
{
    uint32_t need = (uint32_t)sizeof(struct trace_event) + ((size + 7u) & ~7u);
    struct trace_event *e;

    if (w->kept && w->kept_at[0] != trace_pos(w))
        w->kept = 0; /* an event has overwritten them */
    if (w->kept == TRACE_KEPT) {
        memmove(w->kept_at[0], w->kept_at[1], w->kept_at[2] - w->kept_at[1]);
        w->kept_at[1] = w->kept_at[0] + (w->kept_at[2] - w->kept_at[1]);
        w->kept_size[0] = w->kept_size[1];
        w->kept_id[0] = w->kept_id[1];
        w->kept = 1;
    }
    if (!w->kept)
        w->kept_at[0] = trace_pos(w);
    if (!w->packet || (size_t)((uint8_t *)w->packet + w->limit - w->kept_at[w->kept]) < need) {
        if (!packet_switch(w, need))
            return NULL; /* no loss: it was no event */
        w->kept_at[0] = trace_pos(w);
    }
    e = (struct trace_event *)w->kept_at[w->kept];
    w->kept_size[w->kept] = size;
    w->kept_id[w->kept] = id;
    w->kept_at[++w->kept] = (uint8_t *)e + need;
    word_set((uint8_t *)e + need, 0);
    word_set((uint8_t *)e, 0);
    e->tsc = trace_tsc();
    return e;
}

void trace_kept_publish(struct trace_writer *w, uint32_t n)
{
    uint32_t kept = w->kept, first, seq;

    w->kept = 0;
    if (w->kept_at[0] != trace_pos(w))
        return;
    first = kept > n ? kept - n : 0;
    if (first) { /* a call with one path needs only the last conversion */
        memmove(w->kept_at[0], w->kept_at[first], w->kept_at[kept] - w->kept_at[first]);
        w->kept_size[0] = w->kept_size[first];
        w->kept_id[0] = w->kept_id[first];
        w->kept_at[1] = w->kept_at[0] + (w->kept_at[kept] - w->kept_at[first]);
        word_set(w->kept_at[1], 0);
        kept -= first;
    }
    seq = trace_seq(w);
    w->at = (uint64_t)(seq + kept) << 32 | (uint64_t)(w->kept_at[kept] - (uint8_t *)w->packet);
    /* The last one first: while the first's word is zero the packet ends there. */
    for (uint32_t i = kept; i-- > 0;)
        word_set(w->kept_at[i],
                 (uint64_t)(seq + i) << 32 | (uint64_t)w->kept_size[i] << 16 | w->kept_id[i]);
}
