/* SPDX-License-Identifier: BSD-2-Clause */
/* Writer and reader together in one process: order, losses, overwriting, kept conversions, records
 * that were never finished. */
#include "host.h"
#include "tap.h"

#include "trace/desc.h"

#define MAX 400000

static struct seen {
    uint16_t id;
    uint32_t seq, lost, stream;
    int64_t first; /* first number of the payload, or length of the first string */
    uint64_t tsc;
} * seen;
static unsigned nseen;

static int collect(void *arg, const struct trace_record *r)
{
    struct trace_decoded d;
    struct seen *s = &seen[nseen++];

    CHECK(trace_decode(r->id, r->payload, r->size, &d) == 0);
    s->id = r->id;
    s->seq = r->seq;
    s->lost = r->lost;
    s->stream = r->stream->id;
    s->tsc = r->tsc;
    s->first = d.desc->fields[0].type == TRACE_TYPE_STR ? (int64_t)d.v[0].len : d.v[0].i;
    return nseen == MAX;
}

static void read_all(struct trace_reader *r)
{
    nseen = 0;
    CHECK_EQ(0, trace_reader_poll(r));
    trace_reader_emit(r, UINT64_MAX, collect, NULL);
}

static void check_masks(void)
{
    struct trace_reader r;
    struct trace_region *region;

    test("what is off is not recorded, what fails is, and what is never wanted is not");
    region = host_region(NULL, 0, 8, TRACE_PACKET_MIN);
    CHECK_EQ(0, trace_reader_open(&r, region, region->hdr.size, true));
    trace_sys_lseek(3, 5, 0, 5);
    trace_sys_lseek(4, 5, 0, -9);
    host_mask[TRACE_ID_sys_lseek] = TRACE_NEVER;
    trace_sys_lseek(5, 5, 0, -9);
    host_mask[TRACE_ID_sys_lseek] = TRACE_ON;
    trace_sys_lseek(6, 5, 0, 5);
    trace_fork_begin(12, 13, "cow");
    read_all(&r);
    CHECK_EQ(3, nseen);
    CHECK_EQ(4, seen[0].first);
    CHECK_EQ(6, seen[1].first);
    CHECK_EQ(TRACE_ID_fork_begin, seen[2].id);

    test("an open packet is read on where reading stopped");
    trace_sys_lseek(7, 5, 0, 5);
    read_all(&r);
    CHECK_EQ(1, nseen);
    CHECK_EQ(7, seen[0].first);
    CHECK_EQ(3, seen[0].seq);
    read_all(&r);
    CHECK_EQ(0, nseen);
    trace_reader_close(&r);
    free(region);
}

static void check_session(void)
{
    struct trace_reader r;
    struct trace_region *region;
    unsigned total = 0;

    test("a session hands packets back and loses nothing");
    region = host_region(NULL, 0, 4, TRACE_PACKET_MIN);
    trace_reader_open(&r, region, region->hdr.size, true);
    host_mask[TRACE_ID_sys_lseek] = TRACE_ON;
    for (int i = 0; i < 20000; i++) {
        trace_sys_lseek(i, i, 0, i);
        if (i % 500 == 499) {
            read_all(&r);
            for (unsigned k = 0; k < nseen; k++, total++)
                if (!CHECK(seen[k].first == total && seen[k].seq == total && !seen[k].lost))
                    return;
        }
    }
    CHECK_EQ(20000, total);
    CHECK_EQ(0, trace_reader_lost(&r));

    test("a full session counts what it could not take, exactly");
    for (int i = 0; i < 20000; i++)
        trace_sys_lseek(i, i, 0, i);
    read_all(&r);
    total = nseen;
    CHECK(total > 500 && total < 20000);
    CHECK_EQ(20000 - total, trace_reader_lost(&r));

    test("with room again, recording goes on soon, and the loss is told once");
    for (int i = 0; i < 100; i++)
        trace_sys_lseek(1, 1, 0, 1);
    read_all(&r);
    CHECK(nseen > 30 && nseen < 100);
    CHECK_EQ(20000 - total + 100 - nseen, seen[0].lost);
    CHECK_EQ(20000 - total + 100 - nseen, trace_reader_lost(&r));
    CHECK_EQ(0, seen[1].lost);
    trace_reader_close(&r);
    free(region);
}

static void check_recorder(void)
{
    struct trace_reader r;
    struct trace_region *region;

    test("a recorder keeps the last events without a gap");
    region = host_region(NULL, TRACE_OVERWRITE, 16, TRACE_PACKET_MIN);
    host_mask[TRACE_ID_sys_lseek] = TRACE_ON;
    for (int i = 0; i < 100000; i++)
        trace_sys_lseek(i, i, 0, i);
    trace_reader_open(&r, region, region->hdr.size, false);
    read_all(&r);
    CHECK(nseen > 2000);
    CHECK_EQ(99999, seen[nseen - 1].first);
    for (unsigned k = 1; k < nseen; k++)
        if (!CHECK(seen[k].first == seen[k - 1].first + 1))
            break;
    CHECK_EQ(0, trace_reader_lost(&r));
    trace_reader_close(&r);

    test("more threads than packets: a new one takes the oldest");
    for (unsigned i = 2; i < 40; i++) {
        trace_writer_reset(&host_writer, i);
        trace_sys_lseek((int)i, 0, 0, 0);
        trace_writer_close(&host_writer);
    }
    trace_reader_open(&r, region, region->hdr.size, false);
    read_all(&r);
    int others = 0;
    for (unsigned k = 0; k < nseen; k++)
        others += seen[k].stream != 0;
    CHECK_EQ(15, others); /* the first thread's packet is still open: nobody takes it */
    CHECK_EQ(39, seen[nseen - 1].first);
    trace_reader_close(&r);
    free(region);
}

static void check_kept(void)
{
    struct trace_reader r;
    struct trace_region *region;

    test("a conversion is an event only if its call fails");
    region = host_region(NULL, 0, 8, TRACE_PACKET_MIN);
    trace_reader_open(&r, region, region->hdr.size, true);
    trace_path_convert("a", "A", "mount /", 0);
    trace_sys_open("a", 0, 0, 3);
    read_all(&r);
    CHECK_EQ(0, nseen);
    trace_path_convert("bb", "B", "mount /", 0);
    read_all(&r);
    CHECK_EQ(0, nseen);
    trace_sys_open("bb", 0, 0, -2);
    read_all(&r);
    CHECK_EQ(2, nseen);
    CHECK_EQ(TRACE_ID_path_convert, seen[0].id);
    CHECK_EQ(2, seen[0].first);
    CHECK_EQ(0, seen[0].seq);
    CHECK_EQ(TRACE_ID_sys_open, seen[1].id);
    CHECK_EQ(1, seen[1].seq);

    test("a call with two paths keeps two, with one the last");
    trace_path_convert("a", "A", "mount /", 0);
    trace_path_convert("bb", "Bxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "mount /", 0);
    trace_path_convert("ccc", "C", "mount /", 0);
    trace_sys_rename("bb", "ccc", -13);
    trace_path_convert("a", "A", "mount /", 0);
    trace_path_convert("dddd", "D", "mount /", 0);
    trace_sys_unlink("dddd", -2);
    read_all(&r);
    CHECK_EQ(5, nseen);
    CHECK_EQ(2, seen[0].first);
    CHECK_EQ(3, seen[1].first);
    CHECK_EQ(TRACE_ID_sys_rename, seen[2].id);
    CHECK_EQ(4, seen[3].first);
    CHECK_EQ(TRACE_ID_sys_unlink, seen[4].id);

    test("an event in between takes the place of what was kept");
    trace_path_convert("a", "A", "mount /", 0);
    trace_fork_begin(1, 2, "cow");
    trace_sys_unlink("a", -2);
    read_all(&r);
    CHECK_EQ(2, nseen);
    CHECK_EQ(TRACE_ID_fork_begin, seen[0].id);
    CHECK_EQ(TRACE_ID_sys_unlink, seen[1].id);

    test("kept conversions at the end of packets");
    for (int i = 0; i < 2000; i++) {
        trace_path_convert("a", "A", "mount /", 0);
        if (i & 1)
            trace_path_convert("bb", "B", "mount /", 0);
        if (i % 3 == 0)
            trace_sys_stat("a", 0, 0, -2);
        read_all(&r);
        if (!CHECK_EQ(i % 3 == 0 ? 2 : 0, nseen))
            break;
    }
    CHECK_EQ(0, trace_reader_lost(&r));
    trace_reader_close(&r);
    free(region);
}

static void check_torn(void)
{
    struct trace_reader r;
    struct trace_region *region;
    struct trace_event *e;

    test("an event that is being written ends the packet for the moment");
    region = host_region(NULL, 0, 8, TRACE_PACKET_MIN);
    trace_reader_open(&r, region, region->hdr.size, true);
    trace_user_number(1, NULL);
    e = trace_begin(&host_writer, 24);
    read_all(&r);
    CHECK_EQ(1, nseen);
    read_all(&r);
    CHECK_EQ(0, nseen);

    test("an event that was given up is skipped and counted");
    trace_user_number(2, NULL);
    read_all(&r);
    CHECK_EQ(1, nseen);
    CHECK_EQ(1, seen[0].lost);
    CHECK_EQ(1, trace_reader_lost(&r));
    (void)e;

    test("a killed thread's packet is read to its end and given back");
    trace_user_number(3, NULL);
    trace_begin(&host_writer, 24);
    trace_reader_dead(&r, 100);
    read_all(&r);
    CHECK_EQ(1, nseen);
    CHECK_EQ(3, seen[0].first);
    CHECK(!trace_reader_has(&r, 100));
    trace_reader_close(&r);
    free(region);
}

static void check_members(void)
{
    struct trace_region *region;

    test("members: entered by the creator, joined by themselves, one entry");
    region = host_region(NULL, 0, 8, TRACE_PACKET_MIN);
    CHECK_EQ(0, trace_member_add(&trace_target.g, 400, 0, 100, 0, TRACE_MEMBER_EXPECTED));
    CHECK_EQ(0, trace_member_add(&trace_target.g, 400, 13, 0, 77, TRACE_MEMBER_JOINED));
    int n = 0;
    for (uint32_t i = 0; i < trace_target.g.nmembers; i++)
        if (trace_target.g.members[i].winpid) {
            n++;
            CHECK_EQ(13, trace_target.g.members[i].pid);
            CHECK_EQ(100, trace_target.g.members[i].creator);
            trace_member_remove(&trace_target.g, i);
        }
    CHECK_EQ(1, n);
    for (int i = 0; i < 64; i++)
        CHECK_EQ(0, trace_member_add(&trace_target.g, 1000 + i * 4, 1, 0, 0, 1));
    CHECK_EQ(-1, trace_member_add(&trace_target.g, 8, 1, 0, 0, 1));
    free(region);
}

int main(void)
{
    seen = malloc(MAX * sizeof(*seen));
    check_masks();
    check_session();
    check_recorder();
    check_kept();
    check_torn();
    check_members();
    free(seen);
    return test_done();
}
