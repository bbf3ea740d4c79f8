/* SPDX-License-Identifier: BSD-2-Clause */
/* Writer side of tracing, free of any operating system: how a thread puts events into its packet.
 * trace_emit.h, generated from events.def, has the emitters built on this. */
#ifndef TRACE_WRITER_H
#define TRACE_WRITER_H

#include "trace/region.h"

#define TRACE_KEPT 2 /* path conversions that a thread keeps in case that its call fails */
#define TRACE_OWN  8 /* full packets of a recorder's thread before it takes its oldest again */

/* State of one thread; in struct thread. All zero is a valid start. */
struct trace_writer {
    struct trace_packet *packet; /* NULL: none */
    uint64_t at;         /* number of the next event << 32 | its offset in the packet: one store for both */
    uint32_t limit;      /* offset at or before which events end; room for a header follows. 0: no packet */
    uint32_t stream;     /* number in the region + 1, 0: not joined */
    uint64_t packet_seq;
    uint64_t discarded;
    uint64_t state;      /* of the open packet's slot */
    uint32_t slot;       /* open packet */
    uint32_t tid;        /* Windows thread */
    uint32_t own_next;   /* where the next entry of `own` goes */
    uint32_t backoff;    /* after looking for a packet in vain: events to lose before looking again */
    uint32_t skip;       /* of these, still to come */
    uint64_t given_up;   /* lossless: the tracer's looks when it was waited for in vain, + 1 */
    uint32_t kept;       /* conversions that lie after pos, not yet events */
    uint32_t stacked;    /* the stack of the call was written just now */
    uint8_t *kept_at[TRACE_KEPT + 1]; /* where they begin, and where the last one ends */
    uint64_t call_t0;    /* timed calls: when the one that was recorded last was entered */
    uint64_t call_from;  /* when that one began, if it was part of another */
    uint64_t call_end;   /* when it was recorded */
    uint8_t *call_dur;   /* its duration, in the packet */
    struct trace_clock anchor; /* the clocks as they were read last */
    uint64_t anchor_rate;      /* QPC ticks per TSC tick, 32.32 */
    uint64_t anchor_ns;        /* nanoseconds per TSC tick, 32.32 */
    uint64_t anchor_ticks;     /* TSC ticks for which that is good enough */
    uint32_t kept_size[TRACE_KEPT];
    uint16_t kept_id[TRACE_KEPT];
    struct {
        uint32_t slot;
        uint32_t reserved;
        uint64_t state;
    } own[TRACE_OWN];    /* the last full packets of this thread */
};

/* What the writers of a process share. Never inherited by a forked child. */
struct trace_target {
    struct trace_region *region; /* NULL: nothing is recorded */
    struct trace_geometry g;     /* of the region */
    uint32_t winpid;
    int32_t pid;
    void (*clock)(struct trace_clock *c);
    void (*wait)(void);          /* about a millisecond, for lossless sessions */
};

extern struct trace_target trace_target;
extern const uint8_t *trace_mask;   /* TRACE_MAX_EVENTS bytes, never NULL */
extern const uint8_t *trace_timing; /* one byte, never NULL */
extern const uint8_t trace_mask_default[TRACE_MAX_EVENTS]; /* what is always recorded */

/** Forget everything of a thread without touching packets: start of a forked child. */
void trace_writer_reset(struct trace_writer *w, uint32_t tid);

/** Close the thread's packet: it ends, or the process does. */
void trace_writer_close(struct trace_writer *w);

/** Slow path of trace_begin: get a packet with room for `need` bytes. NULL: the event is lost. */
struct trace_event *trace_begin_slow(struct trace_writer *w, uint32_t need);

/** Slow path of a call that failed: make events of the last `n` conversions kept. */
void trace_kept_publish(struct trace_writer *w, uint32_t n);

/** Begin a conversion that becomes an event only if the call fails. NULL: it cannot be kept. */
struct trace_event *trace_keep(struct trace_writer *w, uint16_t id, uint32_t size);

/* Where the next event goes, its number, and how much room there is. */
static inline uint8_t *trace_pos_at(const struct trace_writer *w, uint64_t at)
{
    return (uint8_t *)w->packet + (uint32_t)at;
}

static inline uint8_t *trace_pos(const struct trace_writer *w)
{
    return trace_pos_at(w, w->at);
}

static inline uint32_t trace_seq(const struct trace_writer *w)
{
    return (uint32_t)(w->at >> 32);
}

static inline uint32_t trace_room(const struct trace_writer *w)
{
    return w->limit - (uint32_t)w->at;
}

/* Whether a call is recorded: its byte in the mask is TRACE_ON, or TRACE_OFF and its result is negative. One
 * comparison of signed bytes for all: the sign of a result is -1 when it is an error, else 0. */
#define TRACE_WANTED(byte, ret) TRACE_UNLIKELY(trace_sign(ret) < (int8_t)(byte))
#define TRACE_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define TRACE_COLD        static __attribute__((noinline, cold))

static inline int8_t trace_sign(int64_t ret)
{
    int8_t sign = (int8_t)(ret >> 63);

    /* Or the compiler takes two shifts and a conversion to compare 32 bits. */
    if (!__builtin_constant_p(sign))
        __asm__("" : "+q"(sign));
    return sign;
}

static inline uint64_t trace_tsc(void)
{
    return __builtin_ia32_rdtsc();
}

/* The same in the two halves that the processor gives. */
static inline void trace_tsc_halves(uint32_t now[2])
{
    __asm__ volatile("rdtsc" : "=a"(now[0]), "=d"(now[1]));
}

static inline uint64_t trace_whole(const uint32_t now[2])
{
    return (uint64_t)now[1] << 32 | now[0];
}

/* Begin an event with `size` bytes of payload. NULL: lost, and counted. */
static inline struct trace_event *trace_begin(struct trace_writer *w, uint32_t size)
{
    uint32_t need = (uint32_t)sizeof(struct trace_event) + ((size + 7u) & ~7u);
    struct trace_event *e;
    uint64_t now = trace_tsc(), word;
    uint8_t *end;

    e = (struct trace_event *)trace_pos(w);
    if (__builtin_expect(trace_room(w) < need, 0)) {
        e = trace_begin_slow(w, need);
        if (!e)
            return NULL;
        now = trace_tsc(); /* not before the packet */
    }
    end = (uint8_t *)e + need;
    word = (uint64_t)trace_seq(w) << 32 | (uint64_t)size << 16;
    w->at += (1ull << 32) + need;
    /* The end comes first, or a reader of a killed process would run into old bytes. */
    *(volatile uint64_t *)(end + offsetof(struct trace_event, id)) = 0;
    *(volatile uint64_t *)((uint8_t *)e + offsetof(struct trace_event, id)) = word;
    __asm__ volatile("" ::: "memory");
    e->tsc = now;
    return e;
}

static inline void trace_commit(struct trace_event *e, uint16_t id)
{
    __atomic_store_n(&e->id, id, __ATOMIC_RELEASE);
}

/* The same in steps for an event whose size is known and that nothing can interrupt: the word at `e` is zero
 * until the last store, which has id, size and number together. The time is read before all else: a processor
 * that waits for what came before then has little to wait for, and looks for the place meanwhile. */
static inline uint8_t *trace_start(uint8_t *e, const uint32_t now[2], uint32_t need)
{
    __asm__("" : "+r"(e)); /* base plus index would be one register more, and a store port less */
    *(volatile uint64_t *)(e + need + offsetof(struct trace_event, id)) = 0;
    memcpy(e, &now[0], sizeof now[0]);
    memcpy(e + sizeof now[0], &now[1], sizeof now[1]);
    return e;
}

/* `at` is as it was in the writer when the event began. */
static inline void trace_finish(struct trace_writer *w, uint64_t at, uint8_t *e, uint16_t id, uint32_t size,
                                uint32_t need)
{
    w->at = at + (1ull << 32) + need;
    __atomic_store_n((uint64_t *)(e + offsetof(struct trace_event, id)),
                     at >> 32 << 32 | (uint64_t)size << 16 | id, __ATOMIC_RELEASE);
}

/* Eight bytes of a payload of numbers. */
static inline void trace_word(uint8_t *p, uint64_t word)
{
    __builtin_memcpy(p, &word, sizeof word);
}

/* Ticks since the call was entered at `t0`, 0 when that is not known; `at` is where they will lie. A call
 * that is made inside the runtime, as exit() calls close(), enters nothing: it looks as if it had taken
 * all the time since the outer one was entered. When the next record of the same entry comes, it is known
 * to be a part, and its time is put right: from the end of the part before. */
static inline uint64_t trace_dur(struct trace_writer *w, uint64_t now, uint64_t t0, uint8_t *at)
{
    uint64_t part;

    if (!t0 || t0 > now)
        return 0;
    if (w->call_t0 == t0) {
        part = w->call_end - w->call_from;
        if (w->call_dur > (uint8_t *)w->packet && w->call_dur < trace_pos(w))
            memcpy(w->call_dur, &part, sizeof part);
        w->call_from = w->call_end;
    } else {
        w->call_t0 = w->call_from = t0;
    }
    w->call_end = now;
    w->call_dur = at;
    return now - t0;
}

/* ---- payload ---- */

/* A string on its way into an event: `len` bytes, then `mark`, then NUL. */
struct trace_span {
    const char *s;
    uint32_t len;
    uint32_t mark; /* bytes of the mark, 0 or 2 */
    char marks[2];
};

static inline struct trace_span trace_span(const char *s, int bad)
{
    struct trace_span p = { s, 0, 0, { '\xff', '\xfe' } };

    if (__builtin_expect(!s || bad, 0)) {
        p.mark = 2;
        if (s)
            p.marks[1] = '\xfd';
        p.s = "";
        return p;
    }
    p.len = (uint32_t)strnlen(s, TRACE_STR_MAX + 1);
    if (__builtin_expect(p.len > TRACE_STR_MAX, 0)) {
        p.len = TRACE_STR_MAX;
        p.mark = 2;
        p.marks[1] = '\xfc';
    }
    return p;
}

static inline uint32_t trace_span_size(const struct trace_span *p)
{
    return p->len + p->mark + 1;
}

static inline uint8_t *trace_put_str(uint8_t *to, const struct trace_span *p)
{
    memcpy(to, p->s, p->len);
    to += p->len;
    memcpy(to, p->marks, p->mark);
    to[p->mark] = 0;
    return to + p->mark + 1;
}

static inline uint32_t trace_buf_len(const void *data, int64_t len, int bad)
{
    if (!data || len <= 0 || bad)
        return 0;
    return len > (int64_t)TRACE_BUF_MAX ? TRACE_BUF_MAX : (uint32_t)len;
}

static inline uint8_t *trace_put_buf(uint8_t *to, const void *data, uint32_t len)
{
    uint16_t n = (uint16_t)len;

    memcpy(to, &n, sizeof n);
    memcpy(to + sizeof n, data, len);
    return to + sizeof n + len;
}

#define TRACE_PUT(to, value) \
    (__builtin_memcpy((to), &(__typeof__(value)){ (value) }, sizeof(value)), (to) += sizeof(value))

#endif
