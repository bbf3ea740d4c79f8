/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the CTF that strace writes (ctf.h): streams to records, merged by time. */
#include <string.h>

#include "trace/ctf.h"
#include "trace/replay.h"

bool trace_replay_ctf_ours(const char *metadata, size_t len)
{
    static const char start[] = "/* CTF 1.8 */", key[] = "isthmus_layout = 1;";

    if (len < sizeof start || memcmp(metadata, start, sizeof start - 1))
        return false;
    for (size_t i = 0; i + sizeof key <= len; i++)
        if (!memcmp(metadata + i, key, sizeof key - 1))
            return true;
    return false;
}

/* Bytes of an event's payload at p; 0: it is not as declared. */
static size_t payload_size(uint16_t id, const uint8_t *p, size_t left)
{
    static const uint8_t width[TRACE_TYPES] = { 1, 1, 2, 2, 4, 4, 8, 8, 8 };
    const struct trace_desc *d = trace_desc_find(id);
    size_t at = 0;

    if (!d)
        return SIZE_MAX;
    at = d->call ? 8 : 0;
    for (unsigned i = 0; i < d->nfields; i++) {
        uint16_t n;
        const uint8_t *end;

        if (at > left)
            return SIZE_MAX;
        if (d->fields[i].type == TRACE_TYPE_STR) {
            end = memchr(p + at, 0, left - at);
            if (!end)
                return SIZE_MAX;
            at = (size_t)(end - p) + 1;
        } else if (d->fields[i].type == TRACE_TYPE_BUF) {
            if (left - at < sizeof n)
                return SIZE_MAX;
            memcpy(&n, p + at, sizeof n);
            at += sizeof n + n;
        } else {
            at += width[d->fields[i].type];
        }
    }
    return at <= left ? at : SIZE_MAX;
}

/* Find the next event; packets that are none end the stream. */
static void settle(struct trace_ctf_stream *s)
{
    struct ctf_packet k;
    struct ctf_event e;
    uint64_t bytes;

    s->more = false;
    while (s->at + sizeof e > s->end) {
        size_t next = s->end;

        if (s->size - next < sizeof k)
            return;
        memcpy(&k, s->data + next, sizeof k);
        bytes = k.packet_size / 8;
        if (k.magic != TRACE_CTF_MAGIC || bytes < sizeof k || bytes > s->size - next ||
            k.content_size > k.packet_size)
            return;
        s->winpid = k.winpid;
        s->number = k.stream;
        s->at = next + sizeof k;
        s->end = next + (size_t)bytes;
    }
    memcpy(&e, s->data + s->at, sizeof e);
    s->ns = e.ns;
    s->more = true;
}

static int emit(struct trace_replay *p, struct trace_ctf_stream *s)
{
    struct trace_stream *t;
    struct ctf_event e;
    size_t n;
    int r = 0;

    memcpy(&e, s->data + s->at, sizeof e);
    s->at += sizeof e;
    n = payload_size(e.id, s->data + s->at, s->end - s->at);
    if (n == SIZE_MAX || !(t = trace_replay_stream(p, e.pid, s->winpid, e.tid, s->number))) {
        p->bad++;
        s->at = s->end; /* nobody knows where the next one begins */
    } else {
        buf_cut(&p->payload, 0);
        buf_put(&p->payload, s->data + s->at, n);
        s->at += n;
        r = trace_replay_emit(p, t, e.ns, e.seq, e.id);
    }
    settle(s);
    return r;
}

int trace_replay_ctf(struct trace_replay *p, struct trace_ctf_stream *streams, size_t n)
{
    size_t *heap = p->alloc(NULL, (n + 1) * sizeof *heap), count = 0, i, child, top;
    int r = 0;

    if (!heap)
        return 0;
    for (i = 0; i < n; i++) {
        streams[i].at = streams[i].end = 0;
        settle(&streams[i]);
        if (!streams[i].more)
            continue;
        for (child = count++; child && streams[heap[(child - 1) / 2]].ns > streams[i].ns; child = (child - 1) / 2)
            heap[child] = heap[(child - 1) / 2];
        heap[child] = i;
    }
    while (count && !r) {
        top = heap[0];
        r = emit(p, &streams[top]);
        if (!streams[top].more)
            top = heap[--count];
        for (i = 0; (child = 2 * i + 1) < count; i = child) {
            if (child + 1 < count && streams[heap[child + 1]].ns < streams[heap[child]].ns)
                child++;
            if (streams[heap[child]].ns >= streams[top].ns)
                break;
            heap[i] = heap[child];
        }
        if (count)
            heap[i] = top;
    }
    p->alloc(heap, 0);
    return r;
}
