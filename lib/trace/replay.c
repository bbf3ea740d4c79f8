/* SPDX-License-Identifier: BSD-2-Clause */
/* What reading back from JSON and from CTF have in common: threads, and handing records on. */
#include "trace/replay.h"

#include <string.h>

#define MAX_STREAMS (1u << 20)

struct trace_replay_stream {
    struct trace_replay_stream *next;
    struct trace_stream s;
};

void trace_replay_init(struct trace_replay *p, buf_realloc_fn alloc, trace_record_fn fn, void *arg)
{
    memset(p, 0, sizeof *p);
    p->alloc = alloc;
    p->fn = fn;
    p->arg = arg;
    buf_init(&p->payload, alloc, NULL, 0);
    buf_init(&p->text, alloc, NULL, 0);
}

void trace_replay_free(struct trace_replay *p)
{
    for (struct trace_replay_stream *s = p->streams, *next; s; s = next) {
        next = s->next;
        p->alloc(s, 0);
    }
    buf_free(&p->payload);
    buf_free(&p->text);
    memset(p, 0, sizeof *p);
}

void trace_replay_time(struct trace_time *t)
{
    struct trace_clock first = { 0, 0, 0 }, last = { 1ull << 62, 1ull << 62, 1ull << 62 };

    trace_time_init(t, &first, 1000000000);
    trace_time_advance(t, &last);
}

struct trace_stream *trace_replay_stream(struct trace_replay *p, int32_t pid, uint32_t winpid, uint32_t tid,
                                         uint32_t id)
{
    struct trace_replay_stream **at = &p->streams, *s;

    for (; (s = *at); at = &s->next)
        if (s->s.pid == pid && s->s.tid == tid && s->s.winpid == winpid && s->s.id == id) {
            *at = s->next; /* to the front: the next record is often the same thread's */
            s->next = p->streams;
            p->streams = s;
            return &s->s;
        }
    if (p->nstreams >= MAX_STREAMS || !(s = p->alloc(NULL, sizeof *s)))
        return NULL;
    memset(s, 0, sizeof *s);
    s->s.pid = pid;
    s->s.winpid = winpid;
    s->s.tid = tid;
    s->s.id = id;
    s->next = p->streams;
    p->streams = s;
    p->nstreams++;
    return &s->s;
}

int trace_replay_emit(struct trace_replay *p, struct trace_stream *s, uint64_t ns, uint32_t seq, uint16_t id)
{
    struct trace_record r = { .stream = s, .tsc = ns, .seq = seq, .id = id };

    if (p->payload.failed || p->payload.len > UINT16_MAX) {
        p->bad++;
        return 0;
    }
    if (s->events && (int32_t)(seq - s->next_seq) > 0)
        r.lost = seq - s->next_seq;
    s->next_seq = seq + 1;
    s->events++;
    s->lost += r.lost;
    p->lost += r.lost;
    p->records++;
    r.size = (uint16_t)p->payload.len;
    r.payload = (const uint8_t *)p->payload.p;
    return p->fn(p->arg, &r);
}
