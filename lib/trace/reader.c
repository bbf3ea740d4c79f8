/* SPDX-License-Identifier: BSD-2-Clause */
/* Collecting events from a region that others write into. See lib/abi/trace.h for the order of
 * their stores. Nothing that is read is believed: packets, sizes and numbers are checked against
 * the geometry that was checked at the start. */
#include <stdlib.h>

#include "trace/reader.h"

#define MAX_STREAMS (1u << 20) /* a region full of lies must not eat all memory */

/* A packet that is in use, by thread and number. */
struct reader_found {
    uint32_t slot;
    uint32_t stream;
    uint64_t packet_seq;
};

static struct trace_packet *packet_at(const struct trace_reader *r, uint32_t i)
{
    return (struct trace_packet *)(r->g.packets + (uint64_t)i * r->g.packet_size);
}

static uint64_t state_at(const struct trace_reader *r, uint32_t i)
{
    return __atomic_load_n(&r->g.slots[i].state, __ATOMIC_ACQUIRE);
}

static uint64_t word_at(const uint8_t *event)
{
    return __atomic_load_n((const uint64_t *)(event + offsetof(struct trace_event, id)),
                           __ATOMIC_ACQUIRE);
}

int trace_reader_open(struct trace_reader *r, struct trace_region *region, uint64_t size,
                      bool session)
{
    memset(r, 0, sizeof *r);
    if (trace_geometry_get(region, size, &r->g) < 0)
        return -1;
    r->region = region;
    r->session = session;
    r->nbuckets = 256;
    r->buckets = calloc(r->nbuckets, sizeof(*r->buckets));
    return r->buckets ? 0 : -1;
}

void trace_reader_close(struct trace_reader *r)
{
    struct trace_stream *s, *next;

    for (uint32_t i = 0; r->buckets && i < r->nbuckets; i++)
        for (s = r->buckets[i]; s; s = next) {
            next = s->hash_next;
            free(s->data);
            free(s);
        }
    free(r->buckets);
    free(r->heap);
    free(r->found);
    free(r->dead);
    memset(r, 0, sizeof *r);
}

/* ---- threads ---- */

static void buckets_grow(struct trace_reader *r)
{
    uint32_t n = r->nbuckets * 4;
    struct trace_stream **b = calloc(n, sizeof(*b)), *s, *next;

    if (!b)
        return; /* slower, not wrong */
    for (uint32_t i = 0; i < r->nbuckets; i++)
        for (s = r->buckets[i]; s; s = next) {
            next = s->hash_next;
            s->hash_next = b[s->id & (n - 1)];
            b[s->id & (n - 1)] = s;
        }
    free(r->buckets);
    r->buckets = b;
    r->nbuckets = n;
}

static struct trace_stream *stream_get(struct trace_reader *r, const struct trace_packet *p)
{
    struct trace_stream *s = r->buckets[p->stream & (r->nbuckets - 1)];

    while (s && s->id != p->stream)
        s = s->hash_next;
    if (s) {
        s->pid = p->pid; /* may have become known */
        return s;
    }
    if (r->streams >= MAX_STREAMS)
        return NULL;
    if (r->streams > r->nbuckets * 2)
        buckets_grow(r);
    s = calloc(1, sizeof *s);
    if (!s) {
        r->failed = true;
        return NULL;
    }
    s->id = p->stream;
    s->pid = p->pid;
    s->winpid = p->winpid;
    s->tid = p->tid;
    if (!r->session)
        s->next_seq = p->first_seq; /* what a recorder has overwritten is no loss */
    s->hash_next = r->buckets[s->id & (r->nbuckets - 1)];
    r->buckets[s->id & (r->nbuckets - 1)] = s;
    r->streams++;
    return s;
}

/* Room for n more bytes of events. */
static bool stream_reserve(struct trace_stream *s, size_t n)
{
    size_t cap = s->cap ? s->cap : 4096;
    uint8_t *p;

    if (s->off && s->off == s->len)
        s->off = s->len = 0;
    if (s->cap - s->len >= n)
        return true;
    if (s->off) {
        memmove(s->data, s->data + s->off, s->len - s->off);
        s->len -= s->off;
        s->off = 0;
    }
    while (cap - s->len < n)
        cap *= 2;
    if (cap == s->cap)
        return true;
    p = realloc(s->data, cap);
    if (!p)
        return false;
    s->data = p;
    s->cap = cap;
    return true;
}

/* ---- packets ---- */

static int found_compare(const void *a, const void *b)
{
    const struct reader_found *x = a, *y = b;

    if (x->stream != y->stream)
        return x->stream < y->stream ? -1 : 1;
    return x->packet_seq < y->packet_seq ? -1 : x->packet_seq > y->packet_seq;
}

static bool is_dead(const struct trace_reader *r, uint32_t winpid)
{
    for (uint32_t i = 0; i < r->ndead; i++)
        if (r->dead[i] == winpid)
            return true;
    return false;
}

/* Give a packet back to the writers. */
static void packet_free(struct trace_reader *r, uint32_t i, uint64_t state)
{
    uint64_t to = TRACE_SLOT(0, TRACE_SLOT_GEN(state), TRACE_PACKET_FREE);

    __atomic_store_n(&packet_at(r, i)->magic, 0, __ATOMIC_RELAXED);
    __atomic_compare_exchange_n(&r->g.slots[i].state, &state, to, 0, __ATOMIC_RELEASE,
                                __ATOMIC_RELAXED);
}

/* List the packets in use. */
static int packets_find(struct trace_reader *r, uint32_t *count)
{
    struct trace_packet *p;
    uint64_t state;
    uint32_t n = 0;

    for (uint32_t i = 0; i < r->g.npackets; i++) {
        state = state_at(r, i);
        if (TRACE_SLOT_STATE(state) == TRACE_PACKET_FREE)
            continue;
        p = packet_at(r, i);
        if (__atomic_load_n(&p->magic, __ATOMIC_ACQUIRE) != TRACE_CTF_MAGIC) {
            if (r->session && is_dead(r, TRACE_SLOT_WINPID(state)))
                packet_free(r, i, state); /* killed before it wrote anything */
            continue;
        }
        if (n == r->found_cap) {
            uint32_t cap = r->found_cap ? r->found_cap * 2 : 64;
            void *more = realloc(r->found, cap * sizeof(*r->found));

            if (!more)
                return -1;
            r->found = more;
            r->found_cap = cap;
        }
        r->found[n].slot = i;
        r->found[n].stream = p->stream;
        r->found[n++].packet_seq = p->packet_seq;
    }
    if (n)
        qsort(r->found, n, sizeof(*r->found), found_compare);
    *count = n;
    return 0;
}

/* Where the finished events of a packet end, from `at` on. */
static uint32_t packet_scan(const uint8_t *p, uint32_t at, uint32_t limit, bool final)
{
    uint64_t word, next;

    while (at + sizeof(struct trace_event) <= limit) {
        word = word_at(p + at);
        if (!word)
            break;
        next = at + trace_align(sizeof(struct trace_event) + (uint16_t)(word >> 16), 8);
        if (next > limit)
            break;
        if (!(uint16_t)word && !final) {
            /* Being written, or given up: then something follows it. */
            if (next + sizeof(struct trace_event) > limit || !word_at(p + next))
                break;
            if (word_at(p + at) != word)
                continue;
        }
        at = (uint32_t)next;
    }
    return at;
}

/* Bytes of a full packet that may hold events. */
static uint32_t packet_limit(const struct trace_reader *r, const struct trace_packet *p)
{
    uint64_t n = __atomic_load_n(&p->content_size, __ATOMIC_RELAXED) / 8;

    return n > r->g.packet_size ? r->g.packet_size : (uint32_t)n;
}

static int packet_read(struct trace_reader *r, const struct reader_found *f)
{
    struct trace_packet *p = packet_at(r, f->slot), head;
    uint64_t state = state_at(r, f->slot), after;
    uint32_t kind = TRACE_SLOT_STATE(state), start, end;
    bool dead = is_dead(r, TRACE_SLOT_WINPID(state)), final = kind == TRACE_PACKET_FULL || dead;
    struct trace_stream *s;

    memcpy(&head, p, sizeof head);
    if (kind == TRACE_PACKET_FREE || head.magic != TRACE_CTF_MAGIC || head.stream != f->stream ||
        head.packet_seq != f->packet_seq)
        return 0; /* went to somebody else since it was found */
    s = stream_get(r, &head);
    if (!s)
        return r->failed ? -1 : 0;
    if (f->packet_seq < s->next_packet) {
        if (r->session && final)
            packet_free(r, f->slot, state);
        return 0;
    }
    /* Looking at the states one by one, it can be that this packet was seen and the one before was
     * not, since it was taken after its state had been looked at: the next poll sees both. */
    if (f->packet_seq > s->next_packet && r->session && !dead)
        return 0;
    if (f->packet_seq > s->next_packet)
        s->read = 0;
    s->next_packet = f->packet_seq;
    start = s->read ? s->read : (uint32_t)sizeof head;
    end = packet_scan((uint8_t *)p, start,
                      kind == TRACE_PACKET_FULL ? packet_limit(r, p) : r->g.packet_size, final);
    if (end > start) {
        if (!stream_reserve(s, end - start)) {
            r->failed = true;
            return -1;
        }
        memcpy(s->data + s->len, (uint8_t *)p + start, end - start);
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        after = state_at(r, f->slot);
        if (TRACE_SLOT_GEN(after) != TRACE_SLOT_GEN(state))
            return 0; /* overwritten meanwhile: a gap will show it */
        s->len += end - start;
        r->polled += end - start;
    }
    s->read = end;
    if (final) {
        s->next_packet++;
        s->read = 0;
        if (r->session)
            packet_free(r, f->slot, state);
    }
    return 0;
}

int trace_reader_dead(struct trace_reader *r, uint32_t winpid)
{
    if (r->ndead == r->dead_cap) {
        uint32_t cap = r->dead_cap ? r->dead_cap * 2 : 16;
        void *more = realloc(r->dead, cap * sizeof(*r->dead));

        if (!more)
            return -1;
        r->dead = more;
        r->dead_cap = cap;
    }
    r->dead[r->ndead++] = winpid;
    return 0;
}

bool trace_reader_has(const struct trace_reader *r, uint32_t winpid)
{
    for (uint32_t i = 0; i < r->g.npackets; i++) {
        uint64_t s = state_at(r, i);

        if (TRACE_SLOT_STATE(s) != TRACE_PACKET_FREE && TRACE_SLOT_WINPID(s) == winpid)
            return true;
    }
    return false;
}

/* ---- order ---- */

static uint64_t head_tsc(const struct trace_stream *s)
{
    uint64_t tsc;

    memcpy(&tsc, s->data + s->off, sizeof tsc);
    return tsc;
}

static bool before(const struct trace_stream *a, const struct trace_stream *b)
{
    uint64_t x = head_tsc(a), y = head_tsc(b);

    return x != y ? x < y : a->id < b->id;
}

static void heap_down(struct trace_reader *r, uint32_t i)
{
    struct trace_stream *s = r->heap[i];
    uint32_t child;

    while ((child = 2 * i + 1) < r->nheap) {
        if (child + 1 < r->nheap && before(r->heap[child + 1], r->heap[child]))
            child++;
        if (!before(r->heap[child], s))
            break;
        r->heap[i] = r->heap[child];
        i = child;
    }
    r->heap[i] = s;
}

/* Go to the next finished event; false: there is none, and the memory is given up. */
static bool stream_settle(struct trace_stream *s)
{
    struct trace_event e;

    while (s->len - s->off >= sizeof e) {
        memcpy(&e, s->data + s->off, sizeof e);
        if (trace_align(sizeof e + e.size, 8) > s->len - s->off)
            break; /* it was changed between the check and the copy: nobody honest does that */
        if (e.id)
            return true;
        s->torn++;
        s->off += trace_align(sizeof e + e.size, 8);
    }
    free(s->data);
    s->data = NULL;
    s->off = s->len = s->cap = 0;
    return false;
}

static int heap_fill(struct trace_reader *r)
{
    r->nheap = 0;
    if (r->heap_cap < r->streams) {
        void *more = realloc(r->heap, (size_t)r->streams * 2 * sizeof(*r->heap));

        if (!more)
            return -1;
        r->heap = more;
        r->heap_cap = r->streams * 2;
    }
    for (uint32_t i = 0; i < r->nbuckets; i++)
        for (struct trace_stream *s = r->buckets[i]; s; s = s->hash_next)
            if (s->data && stream_settle(s))
                r->heap[r->nheap++] = s;
    for (uint32_t i = r->nheap / 2; i-- > 0;)
        heap_down(r, i);
    return 0;
}

int trace_reader_poll(struct trace_reader *r)
{
    uint32_t n;

    if (packets_find(r, &n) < 0) {
        r->failed = true;
        return -1;
    }
    for (uint32_t i = 0; i < n; i++)
        if (packet_read(r, &r->found[i]) < 0)
            return -1;
    r->ndead = 0;
    return 0;
}

int trace_reader_emit(struct trace_reader *r, uint64_t horizon, trace_record_fn fn, void *arg)
{
    struct trace_record rec;
    struct trace_stream *s;
    struct trace_event e;
    int result = 0;

    if (heap_fill(r) < 0) {
        r->failed = true;
        return -1;
    }
    while (r->nheap && !result) {
        s = r->heap[0];
        memcpy(&e, s->data + s->off, sizeof e);
        if (e.tsc > horizon)
            break;
        rec.stream = s;
        rec.tsc = e.tsc;
        rec.seq = e.seq;
        rec.lost = (int32_t)(e.seq - s->next_seq) > 0 ? e.seq - s->next_seq : 0;
        rec.id = e.id;
        rec.size = e.size;
        rec.payload = s->data + s->off + sizeof e;
        s->lost += rec.lost;
        s->next_seq = e.seq + 1;
        s->events++;
        s->last_tsc = e.tsc;
        result = fn(arg, &rec);
        s->off += trace_align(sizeof e + e.size, 8);
        if (!stream_settle(s))
            r->heap[0] = r->heap[--r->nheap];
        if (r->nheap)
            heap_down(r, 0);
    }
    return result;
}

uint64_t trace_reader_lost(const struct trace_reader *r)
{
    uint64_t gaps = 0, counted = __atomic_load_n(&r->region->lost, __ATOMIC_RELAXED);

    for (uint32_t i = 0; i < r->nbuckets; i++)
        for (const struct trace_stream *s = r->buckets[i]; s; s = s->hash_next)
            gaps += s->lost;
    return gaps > counted ? gaps : counted;
}
