/* SPDX-License-Identifier: BSD-2-Clause */
/* Events as a CTF 1.8 trace, which babeltrace2 reads: a directory with `metadata`, made from the tables
 * of events.def, and a stream for each thread. Records become the events of ctf.h; what is a number of
 * ticks in memory is nanoseconds there. */
#include <string.h>

#include "trace/ctf.h"
#include "trace/format.h"

#define PACKET_BYTES 65536u

struct ctf_stream {
    struct ctf_stream *next;
    uint32_t winpid, tid, id;
    uint32_t number; /* of its file */
    uint64_t packets, discarded, begin, end;
    struct buf data; /* of the packet at hand, header included */
};

#define BUCKETS 1024u

struct ctf {
    struct ctf_stream *buckets[BUCKETS];
    uint32_t streams;
    uint8_t uuid[16];
    bool failed;
};

/* ---- metadata ---- */

static const char *const types[TRACE_TYPES] = {
    [TRACE_TYPE_S8] = "int8_t",   [TRACE_TYPE_U8] = "uint8_t",   [TRACE_TYPE_S16] = "int16_t",
    [TRACE_TYPE_U16] = "uint16_t", [TRACE_TYPE_S32] = "int32_t", [TRACE_TYPE_U32] = "uint32_t",
    [TRACE_TYPE_S64] = "int64_t", [TRACE_TYPE_U64] = "uint64_t", [TRACE_TYPE_PTR] = "ptr_t",
    [TRACE_TYPE_STR] = "string",
};

static void put_integer(struct buf *b, const char *name, unsigned bits, bool is_signed,
                        const char *more)
{
    buf_puts(b, "typealias integer { size = ");
    buf_putu(b, bits);
    buf_puts(b, "; align = 8; signed = ");
    buf_puts(b, is_signed ? "true" : "false");
    buf_puts(b, more);
    buf_puts(b, "; } := ");
    buf_puts(b, name);
    buf_puts(b, ";\n");
}

static void put_event(struct buf *b, const struct trace_desc *d)
{
    buf_puts(b, "event {\n    id = ");
    buf_putu(b, d->id);
    buf_puts(b, ";\n    name = \"");
    buf_puts(b, trace_category_names[d->category]);
    buf_putc(b, ':');
    buf_puts(b, trace_desc_name(d));
    buf_puts(b, "\";\n    stream_id = 0;\n    fields := struct {\n");
    if (d->call)
        buf_puts(b, "        uint64_t _dur;\n");
    for (unsigned i = 0; i < d->nfields; i++) {
        const struct trace_field *f = &d->fields[i];

        if (f->type == TRACE_TYPE_BUF) {
            buf_puts(b, "        uint16_t __");
            buf_puts(b, f->name);
            buf_puts(b, "_length;\n        byte_t _");
            buf_puts(b, f->name);
            buf_puts(b, "[__");
            buf_puts(b, f->name);
            buf_puts(b, "_length];\n");
            continue;
        }
        buf_puts(b, "        ");
        buf_puts(b, f->meaning == TRACE_MEAN_HEX && f->type == TRACE_TYPE_U64 ? "ptr_t"
                                                                              : types[f->type]);
        buf_puts(b, " _");
        buf_puts(b, f->name);
        buf_puts(b, ";\n");
    }
    buf_puts(b, "    };\n};\n");
}

static void put_uuid(struct buf *b, const uint8_t uuid[16])
{
    for (unsigned i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            buf_putc(b, '-');
        buf_putx(b, uuid[i], 2);
    }
}

static void metadata(struct buf *b, const struct ctf *c)
{
    buf_puts(b, "/* CTF 1.8 */\n\n");
    for (unsigned bits = 8; bits <= 64; bits *= 2) {
        char name[12] = "uint", *p = name + 4;

        if (bits >= 10)
            *p++ = (char)('0' + bits / 10);
        *p++ = (char)('0' + bits % 10);
        memcpy(p, "_t", 3);
        put_integer(b, name, bits, false, "");
        put_integer(b, name + 1, bits, true, "");
    }
    put_integer(b, "ptr_t", 64, false, "; base = 16");
    put_integer(b, "byte_t", 8, false, "; base = 16");
    buf_puts(b, "\ntrace {\n    major = 1;\n    minor = 8;\n    uuid = \"");
    put_uuid(b, c->uuid);
    buf_puts(b, "\";\n    byte_order = le;\n    packet.header := struct {\n        uint32_t magic;\n"
                "        uint8_t uuid[16];\n        uint32_t stream_id;\n    };\n};\n\n"
                "env {\n    domain = \"ust\";\n    tracer_name = \"isthmus\";\n"
                "    tracer_major = 1;\n    tracer_minor = 0;\n    isthmus_layout = ");
    buf_putu(b, CTF_LAYOUT);
    buf_puts(b, ";\n};\n\nclock {\n    name = wall;\n    description = \"Nanoseconds since 1970, UTC\";\n"
                "    freq = 1000000000;\n    offset_s = 0;\n    offset = 0;\n    absolute = true;\n};\n\n");
    put_integer(b, "wall_t", 64, false, "; map = clock.wall.value");
    buf_puts(b, "\nstream {\n    id = 0;\n    packet.context := struct {\n"
                "        wall_t timestamp_begin;\n        wall_t timestamp_end;\n"
                "        uint64_t content_size;\n        uint64_t packet_size;\n"
                "        uint64_t packet_seq_num;\n        uint64_t events_discarded;\n"
                "        uint32_t winpid;\n        uint32_t thread;\n    };\n"
                "    event.header := struct {\n        wall_t timestamp;\n        uint16_t id;\n    };\n"
                "    event.context := struct {\n        uint32_t _seq;\n        int32_t _pid;\n"
                "        uint32_t _tid;\n    };\n};\n\n");
    for (unsigned i = 0; i < trace_desc_count; i++)
        put_event(b, &trace_descs[i]);
}

/* ---- streams ---- */

static int ctf_begin(struct trace_format *f)
{
    static const uint8_t uuid[16] = TRACE_UUID_BYTES;
    struct ctf *c = f->out->alloc(NULL, sizeof *c);
    struct buf b;

    if (!c)
        return -1;
    memset(c, 0, sizeof *c);
    f->state = c;
    memcpy(c->uuid, uuid, sizeof uuid);
    memcpy(c->uuid + 10, &f->time->first.wall, 6); /* each trace its own */
    buf_init(&b, f->out->alloc, NULL, 0);
    metadata(&b, c);
    c->failed = b.failed || f->file(f->file_arg, "metadata", b.p, b.len) < 0;
    buf_free(&b);
    return c->failed ? -1 : 0;
}

static struct ctf_stream *stream_get(struct trace_format *f, const struct trace_stream *t)
{
    struct ctf *c = f->state;
    struct ctf_stream **bucket = &c->buckets[(t->winpid * 31 + t->tid * 7 + t->id) % BUCKETS], *s;

    for (s = *bucket; s; s = s->next)
        if (s->winpid == t->winpid && s->tid == t->tid && s->id == t->id)
            return s;
    s = f->out->alloc(NULL, sizeof *s);
    if (!s)
        return NULL;
    memset(s, 0, sizeof *s);
    s->winpid = t->winpid;
    s->tid = t->tid;
    s->id = t->id;
    s->number = c->streams++;
    buf_init(&s->data, f->out->alloc, NULL, 0);
    s->next = *bucket;
    *bucket = s;
    return s;
}

static void packet_flush(struct trace_format *f, struct ctf_stream *s)
{
    struct ctf *c = f->state;
    struct ctf_packet *p = (struct ctf_packet *)s->data.p;
    struct buf name;

    if (!s->data.len || c->failed)
        return;
    p->end = s->end;
    p->content_size = p->packet_size = (uint64_t)s->data.len * 8;
    p->discarded = s->discarded;
    buf_init(&name, f->out->alloc, NULL, 0);
    buf_puts(&name, "stream_");
    buf_putu(&name, s->number);
    c->failed = s->data.failed || name.failed ||
                f->file(f->file_arg, name.p, s->data.p, s->data.len) < 0;
    buf_free(&name);
    buf_cut(&s->data, 0);
}

static void packet_open(struct ctf *c, struct ctf_stream *s, uint64_t ns)
{
    struct ctf_packet p = { .magic = TRACE_CTF_MAGIC };

    memcpy(p.uuid, c->uuid, sizeof p.uuid);
    p.begin = ns;
    p.packet_seq = s->packets++;
    p.winpid = s->winpid;
    p.stream = s->id;
    buf_put(&s->data, &p, sizeof p);
}

/* The payload as it is, but for ticks. */
static void put_payload(struct trace_format *f, struct buf *b, const struct trace_record *r,
                        const struct trace_decoded *d)
{
    static const uint8_t width[TRACE_TYPES] = { 1, 1, 2, 2, 4, 4, 8, 8, 8 };
    size_t from = b->len, at = 0;
    uint64_t ns;

    buf_put(b, r->payload, r->size);
    if (b->failed)
        return;
    if (d->desc->call) {
        ns = trace_time_span(f->time, d->dur);
        memcpy(b->p + from, &ns, sizeof ns);
        at = 8;
    }
    for (unsigned i = 0; i < d->desc->nfields; i++) {
        const struct trace_field *field = &d->desc->fields[i];

        if (field->meaning == TRACE_MEAN_DUR && width[field->type] == 8) {
            ns = trace_time_span(f->time, d->v[i].u);
            memcpy(b->p + from + at, &ns, sizeof ns);
        }
        if (field->type == TRACE_TYPE_STR)
            at += strlen((const char *)r->payload + at) + 1;
        else
            at += field->type == TRACE_TYPE_BUF ? 2 + d->v[i].len : width[field->type];
    }
}

static void ctf_event(struct trace_format *f, const struct trace_record *r,
                      const struct trace_decoded *d)
{
    struct ctf_event e = { f->ns, r->id, r->seq, r->stream->pid, r->stream->tid };
    struct ctf_stream *s = stream_get(f, r->stream);

    if (!s || !d) /* an event that the metadata does not have would end the stream */
        return;
    if (s->data.len >= PACKET_BYTES)
        packet_flush(f, s);
    if (!s->data.len)
        packet_open(f->state, s, f->ns);
    s->end = f->ns;
    buf_put(&s->data, &e, sizeof e);
    put_payload(f, &s->data, r, d);
}

static void ctf_lost(struct trace_format *f, const struct trace_record *r)
{
    struct ctf_stream *s = stream_get(f, r->stream);

    if (s)
        s->discarded += r->lost;
}

static void ctf_end(struct trace_format *f, uint64_t total)
{
    struct ctf *c = f->state;

    for (uint32_t i = 0; i < BUCKETS; i++)
        for (struct ctf_stream *s = c->buckets[i], *next; s; s = next) {
            next = s->next;
            packet_flush(f, s);
            buf_free(&s->data);
            f->out->alloc(s, 0);
        }
    f->out->alloc(c, 0);
    f->state = NULL;
}

const struct trace_format_ops trace_format_ctf = {
    .name = "ctf",
    .begin = ctf_begin,
    .event = ctf_event,
    .lost = ctf_lost,
    .end = ctf_end,
    .directory = true,
};
