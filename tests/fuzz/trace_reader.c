/* SPDX-License-Identifier: BSD-2-Clause */
/* libFuzzer: regions with whatever bytes. The reader must neither crash nor loop nor eat memory,
 * and all that it hands on must be printable.
 *
 *   clang -g -O1 -fsanitize=fuzzer,address,undefined -Ilib -Ilib/abi -Ibuild/gen -I. \
 *       tests/fuzz/trace_reader.c, and the C files of lib/trace (not writer.c), lib/text,
 * lib/tool/json.c, build/gen/trace_desc.c
 *
 * Input: pieces {u16 where, u8 length, bytes} laid over a small region that is in order. */
#include <stdlib.h>
#include <string.h>

#include "trace/desc.h"
#include "trace/format.h"

#define PACKETS 4u
#define MEMBERS 4u

static void *plain_realloc(void *old, size_t size)
{
    if (!size) {
        free(old);
        return NULL;
    }
    return realloc(old, size);
}

static int put(void *arg, const struct trace_record *r)
{
    struct trace_format *f = arg;

    trace_format_record(f, r);
    buf_cut(f->out, 0);
    return 0;
}

/* Packets that look as if threads had written them. */
static void packets_make(struct trace_region *r)
{
    struct trace_geometry g;

    trace_geometry_get(r, r->hdr.size, &g);
    for (uint32_t i = 0; i < PACKETS; i++) {
        struct trace_packet *p = (struct trace_packet *)(g.packets + (size_t)i * g.packet_size);
        uint8_t *at = (uint8_t *)(p + 1);

        g.slots[i].state = TRACE_SLOT(8, 1, i & 1 ? TRACE_PACKET_FULL : TRACE_PACKET_OPEN);
        p->magic = TRACE_CTF_MAGIC;
        p->stream = i / 2;
        p->packet_seq = i & 1;
        p->content_size = 1024 * 8;
        for (unsigned k = 0; k < 8; k++) {
            struct trace_event e = {
                .tsc = k * 100, .id = (uint16_t)(1 + i * 60 + k), .size = 48, .seq = k
            };

            memcpy(at, &e, sizeof e);
            at += 64;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t total = trace_region_size(MEMBERS, PACKETS, TRACE_PACKET_MIN);
    struct trace_region *region = calloc(1, total);
    struct trace_clock clock = { 0, 0, 0 };
    struct trace_reader reader;
    struct trace_time time;
    struct buf out;
    struct trace_format f = { .out = &out, .time = &time, .pids = true };

    trace_region_init(region, TRACE_OVERWRITE, MEMBERS, PACKETS, TRACE_PACKET_MIN, 8, 1);
    packets_make(region);
    while (size > 3) {
        size_t at = data[0] | data[1] << 8, n = data[2];

        data += 3;
        size -= 3;
        n = n < size ? n : size;
        if (at + n <= total)
            memcpy((uint8_t *)region + at, data, n);
        data += n;
        size -= n;
    }
    buf_init(&out, plain_realloc, NULL, 0);
    trace_time_init(&time, &clock, 0);
    for (int session = 0; session < 2; session++) {
        f.ops = session ? &trace_format_json : &trace_format_text;
        if (trace_reader_open(&reader, region, total, session) < 0)
            break;
        for (int i = 0; i < 3; i++) {
            if (i == 1)
                trace_reader_dead(&reader, 8);
            trace_reader_poll(&reader);
            trace_reader_emit(&reader, i == 2 ? UINT64_MAX : 300, put, &f);
        }
        trace_reader_lost(&reader);
        trace_reader_close(&reader);
    }
    buf_free(&out);
    free(region);
    return 0;
}
