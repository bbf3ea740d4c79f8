/* SPDX-License-Identifier: BSD-2-Clause */
/* What the formats write is read back as it was: JSON and CTF; times of calls that are parts of others; the
 * rules of --why on traces made by hand. */
#include "host.h"
#include "tap.h"

#include "lib/tool/out.h"
#include "trace/format.h"
#include "trace/replay.h"
#include "trace/why.h"

static struct trace_reader reader;
static struct trace_time timebase;

struct file {
    char name[32];
    struct buf data;
};
static struct file files[4];

static int put_file(void *arg, const char *name, const void *data, size_t n)
{
    struct file *f = files;

    (void)arg;
    while (f->name[0] && strcmp(f->name, name))
        f++;
    if (!f->name[0]) {
        snprintf(f->name, sizeof f->name, "%s", name);
        buf_init(&f->data, tool_realloc, NULL, 0);
    }
    buf_put(&f->data, data, n);
    return 0;
}

static int put(void *arg, const struct trace_record *r)
{
    trace_format_record(arg, r);
    return 0;
}

static void done(void)
{
    trace_reader_close(&reader);
    free(trace_target.region);
    trace_target.region = NULL;
}

/* Everything that is awkward to read back. */
static void emit_all(void)
{
    static const uint8_t bytes[] = { 0, 1, '"', '\\', 0xff, 'x' };

    host_region(NULL, 0, 8, TRACE_PACKET_MIN);
    memset(host_mask, TRACE_ON, sizeof host_mask);
    trace_reader_open(&reader, trace_target.region, trace_target.region->hdr.size, true);
    trace_sys_open("a \"quoted\" \\ path\n\xc3\xa9 \xff", 0x40201, 0644, 3);
    trace_sys_open(NULL, 0, 0, -14);
    trace_sys_openat(-2, "/no/such", 2, 0, -2);
    trace_sys_write(1, bytes, sizeof bytes, sizeof bytes);
    trace_sys_sigprocmask(0, ~0ull, 0x6, 0);
    trace_sys_wait4(-1, 0x8b, 1, 12);
    trace_sys_mmap((void *)0x1000, 4096, 3, 0x22, -1, 0, 0x7fff12345678);
    trace_process_exit(3 << 8);
    trace_process_exit(9);
    trace_fork_failed("map", 11, 0xc0000018, (void *)0x7000, 65536, "image x.dll", 12, 1000);
    trace_signal_sent(15, 12, 0, -1);
    trace_error_nt(0xc0ffee00, 5, "somewhere");
    trace_sys_stat("x", 0100644, 99, 0);
    trace_sys_sigaction(2, (void *)1, 0, 0x10000000, 0);
    trace_signal_queued(40, 3, 0, 1);
}

static void run(struct trace_format *f, struct buf *out)
{
    buf_init(out, tool_realloc, NULL, 0);
    f->out = out;
    trace_format_begin(f);
}

static void read_back(struct buf *again, bool ctf, const struct buf *text)
{
    struct trace_time time;
    struct trace_format f = { .ops = &trace_format_json, .time = &time };
    struct trace_ctf_stream stream = { 0 };
    struct trace_replay p;

    trace_replay_time(&time);
    run(&f, again);
    trace_replay_init(&p, tool_realloc, put, &f);
    if (ctf) {
        stream.data = (uint8_t *)files[1].data.p;
        stream.size = files[1].data.len;
        CHECK(trace_replay_ctf_ours(files[0].data.p, files[0].data.len));
        trace_replay_ctf(&p, &stream, 1);
    } else {
        for (const char *s = text->p; *s; s += strcspn(s, "\n") + 1)
            trace_replay_json(&p, s, strcspn(s, "\n"));
    }
    CHECK_EQ(0, p.bad);
    CHECK_EQ(15, p.records);
    trace_replay_free(&p);
}

static void same_again(void)
{
    struct trace_format json = { .ops = &trace_format_json, .time = &timebase };
    struct trace_format ctf = { .ops = &trace_format_ctf, .time = &timebase, .file = put_file };
    struct buf text, nothing, again;

    emit_all();
    trace_time_init(&timebase, &trace_target.region->clock, 10000000);
    trace_time_advance(&timebase, &(struct trace_clock){ trace_tsc() + 1000000, trace_target.region->clock.qpc + 100000, 0 });
    run(&json, &text);
    run(&ctf, &nothing);
    trace_reader_poll(&reader);
    trace_reader_emit(&reader, UINT64_MAX, put, &json);
    done();
    emit_all(); /* once more, for the other format */
    trace_reader_poll(&reader);
    trace_reader_emit(&reader, UINT64_MAX, put, &ctf);
    trace_format_end(&ctf, 0);

    test("JSON lines are read back as they were");
    read_back(&again, false, &text);
    CHECK_STR(text.p, again.p);
    buf_free(&again);
    test("CTF is read back");
    read_back(&again, true, NULL);
    CHECK(again.len > 1000);
    buf_free(&again);
    buf_free(&text);
    for (int i = 0; i < 4; i++)
        buf_free(&files[i].data);
    done();
}

static uint64_t durs[4];
static unsigned ndurs;

static int take_dur(void *arg, const struct trace_record *r)
{
    struct trace_decoded d;

    (void)arg;
    if (trace_decode(r->id, r->payload, r->size, &d) == 0 && ndurs < 4)
        durs[ndurs++] = d.dur;
    return 0;
}

static void parts(void)
{
    test("calls that are parts of another count from each other's end, the whole from its entry");
    host_region(NULL, 0, 8, TRACE_PACKET_MIN);
    memset(host_mask, TRACE_ON, sizeof host_mask);
    host_timing = 1;
    host_t0 = trace_tsc();
    trace_reader_open(&reader, trace_target.region, trace_target.region->hdr.size, true);
    for (volatile int i = 0; i < 200000; i++)
        ;
    trace_sys_close(3, 0);
    for (volatile int i = 0; i < 200000; i++)
        ;
    trace_sys_close(4, 0);
    trace_sys_dup2(3, 4, 4);
    trace_reader_poll(&reader);
    trace_reader_emit(&reader, UINT64_MAX, take_dur, NULL);
    CHECK_EQ(3, ndurs);
    CHECK(durs[2] >= durs[0] + durs[1]);
    CHECK(durs[1] < durs[2]);
    host_timing = 0;
    done();
}

static int remember(void *arg, const struct trace_record *r)
{
    why_add(arg, r, r->tsc);
    return 0;
}

static void verdict(const char *rule)
{
    struct trace_time time;
    struct why_verdict v;
    struct why w;

    trace_replay_time(&time);
    why_init(&w, tool_realloc, &time);
    trace_reader_poll(&reader);
    trace_reader_emit(&reader, UINT64_MAX, remember, &w);
    why_judge(&w, &v);
    CHECK_STR(rule ? rule : "", v.rule ? v.rule : "");
    why_verdict_free(&v);
    why_free(&w);
    done();
}

static void fresh(void)
{
    host_region(NULL, 0, 8, TRACE_PACKET_MIN);
    trace_reader_open(&reader, trace_target.region, trace_target.region->hdr.size, true);
}

static void whys(void)
{
    test("an occupied address: the occupant is the cause");
    fresh();
    trace_fork_begin(12, 13, "cow");
    trace_fork_failed("map", 11, 0xc0000018, (void *)0x7000, 65536, "image evil.dll", 13, 1000);
    trace_sys_fork(-11);
    verdict("fork-address-occupied");
    test("a fork that failed and was tried again is no failure");
    fresh();
    trace_fork_failed("map", 11, 0xc0000018, (void *)0x7000, 65536, "image evil.dll", 13, 1000);
    trace_fork_retry("map", 1, 11, 0xc0000018);
    trace_fork_done(13, 99, 1000);
    verdict(NULL);
    test("a new program that lacks a DLL");
    fresh();
    trace_exec_begin("/bin/x", "exec", 1, 1);
    trace_exec_child_died(12, 99, 0xc0000135, "C:\\x.exe");
    trace_exec_failed("start of the new runtime", 13, 0, "/bin/x");
    verdict("exec-dll-missing");
    test("a death that no rule explains is named, not explained");
    fresh();
    trace_exec_begin("/bin/x", "exec", 1, 1);
    trace_exec_child_died(12, 99, 0xc0de, "C:\\x.exe");
    trace_exec_failed("start of the new runtime", 13, 0, "/bin/x");
    verdict("exec-died");
    test("a call's failure long before the end has nothing to do with it");
    fresh();
    trace_sys_open("/x", 0, 0, -2);
    trace_sys_open("/y", 0, 0, -2);
    trace_process_exit(0);
    verdict(NULL);
    test("an unknown failure of fork gets no cause");
    fresh();
    trace_fork_failed("somewhere", 5, 0, NULL, 0, NULL, 13, 1000);
    verdict(NULL);
}

int main(void)
{
    same_again();
    parts();
    whys();
    return test_done();
}
