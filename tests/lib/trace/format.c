/* SPDX-License-Identifier: BSD-2-Clause */
/* Text and JSON of events, times, decoding of payloads that are not as declared. */
#include "host.h"
#include "tap.h"

#include "lib/tool/out.h"
#include "trace/desc.h"
#include "trace/format.h"

static struct trace_region *region;
static struct trace_reader reader;
static struct trace_time timebase;
static struct buf out;
static struct trace_format format;

static int put(void *arg, const struct trace_record *r)
{
    (void)arg;
    trace_format_record(&format, r);
    return 0;
}

/* What has been emitted since, as `ops` writes it. */
static const char *lines(const struct trace_format_ops *ops)
{
    buf_cut(&out, 0);
    format.ops = ops;
    trace_reader_poll(&reader);
    trace_reader_emit(&reader, UINT64_MAX, put, NULL);
    buf_putc(&out, ' '); /* so that p is never NULL */
    buf_cut(&out, out.len - 1);
    return out.p;
}

/* The only line, without its time. */
static const char *text(void)
{
    const char *s = lines(&trace_format_text), *space = strchr(s, ' ');

    if (out.len)
        buf_cut(&out, out.len - 1);
    return space ? space + 1 : s;
}

/* The only line from "category" on, with a brace in front for the eye. */
static const char *json(void)
{
    const char *s = lines(&trace_format_json), *cat = strstr(s, "\"category\"");

    if (out.len)
        buf_cut(&out, out.len - 1);
    return cat ? cat : s;
}

static void setup(void)
{
    struct trace_clock first = { .tsc = 0, .qpc = 0, .wall = 1700000000000000000ull };
    struct trace_clock later = { .tsc = 3000000000000000, .qpc = 10000000000000 };

    region = host_region(NULL, 0, 8, TRACE_PACKET_MIN);
    trace_reader_open(&reader, region, region->hdr.size, true);
    memset(host_mask, TRACE_ON, sizeof host_mask);
    buf_init(&out, tool_realloc, NULL, 0);
    trace_time_init(&timebase, &first, 10000000); /* 10 MHz against 3 GHz */
    trace_time_advance(&timebase, &later);
    format = (struct trace_format){ .out = &out, .time = &timebase,
                                    .show = { .clock = 2, .durations = true } };
}

static void check_calls(void)
{
    test("calls as text");
    trace_sys_openat(-2, "a \"b\"\n\xc3\xa4\xff", 0x202, 0644, 3);
    CHECK_STR("openat(AT_FDCWD, \"a \\\"b\\\"\\n\xc3\xa4\\377\", O_RDWR|O_CREAT, 0644) = 3", text());
    trace_sys_openat(5, NULL, 0, 0, -14);
    CHECK_STR("openat(5, NULL, O_RDONLY, 0) = -1 EFAULT", text());
    trace_sys_openat(5, (const char *)16, 0, 0, -14);
    CHECK_STR("openat(5, (bad address), O_RDONLY, 0) = -1 EFAULT", text());
    trace_sys_read(0, "hello", 100, 5);
    CHECK_STR("read(0, \"hello\", 100) = 5", text());
    trace_sys_read(0, "hello", 100, -11);
    CHECK_STR("read(0, \"\", 100) = -1 EAGAIN", text());
    trace_sys_write(1, "0123456789012345678901234567890123456789012345678901234567890123456789", 70, 70);
    CHECK_STR("write(1, \"0123456789012345678901234567890123456789012345678901234567890123\"..., 70) = 70",
              text());
    trace_sys_stat("x", 0100644, 12, 0);
    CHECK_STR("stat(\"x\", {st_mode=S_IFREG|0644, st_size=12}) = 0", text());
    trace_sys_stat("x", 7, 7, -2);
    CHECK_STR("stat(\"x\") = -1 ENOENT", text());
    trace_sys_pipe2(3, 4, 0x40000, 0);
    CHECK_STR("pipe2({rd=3, wr=4}, O_CLOEXEC) = 0", text());
    trace_sys_waitpid(-1, 0x0300, 1, 7);
    CHECK_STR("waitpid(-1, {status=exited with 3}, WNOHANG) = 7", text());
    trace_sys_kill(7, 30, 0);
    CHECK_STR("kill(7, SIGUSR1) = 0", text());
    trace_sys_sigprocmask(1, 1u << 1 | 1u << 14, 0, 0);
    CHECK_STR("sigprocmask(SIG_BLOCK, [SIGINT SIGTERM], {old=[]}) = 0", text());
    trace_sys_sigsuspend(~(1ull << 8), -4);
    CHECK_STR("sigsuspend(~[SIGKILL]) = -1 EINTR", text());
    trace_sys_mmap(NULL, 4096, 3, 0x22, -1, 0, 0x2000000000);
    CHECK_STR("mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x2000000000",
              text());
    trace_sys__exit(3);
    CHECK_STR("_exit(3) = ?", text());
    trace_sys_umask(022, 0);
    CHECK_STR("umask(022) = 0", text());
    trace_sys_lseek(1, -5, 7, -22);
    CHECK_STR("lseek(1, -5, 7) = -1 EINVAL", text());

    test("durations and prefixes");
    host_timing = 1;
    host_t0 = trace_tsc();
    trace_sys_getpid(12);
    CHECK(strncmp(text(), "getpid() = 12 <0.0000", 21) == 0);
    host_timing = 0;
    format.pids = true;
    trace_sys_getpid(12);
    CHECK(strncmp(lines(&trace_format_text), "[pid    12] ", 12) == 0);
    format.pids = false;
}

static void check_events(void)
{
    test("other events as text");
    trace_signal_queued(30, 12, 0, 0);
    CHECK_STR("--- SIGUSR1 {si_pid=12, si_code=SI_USER} queued, blocked=false ---", text());
    trace_fork_created(13, 340, 57000000);
    CHECK_STR("fork: created child pid 13 (winpid 340) <0.019000>", text());
    trace_fork_failed("map", 12, 0xc0000018, (void *)0x510000000, 4096, "image C:\\x.dll", 13, 0);
    CHECK_STR("fork: FAILED in map: ENOMEM (STATUS_CONFLICTING_ADDRESSES) at 0x510000000, occupied by "
              "image C:\\x.dll, child pid 13 <0.000000>", text());
    trace_process_exit(0x8f);
    CHECK_STR("+++ killed by SIGTERM (core dumped) +++", text());
    trace_error_unimplemented("mincore");
    CHECK_STR("error: mincore is not implemented", text());
    trace_path_convert("/bin/sh", "C:\\tree\\bin\\sh.exe", "mount /", 0);
    CHECK_STR("path: \"/bin/sh\" -> \"C:\\\\tree\\\\bin\\\\sh.exe\" by mount /, flags 0", text());
    trace_exec_image("x", NULL, 3, NULL);
    CHECK_STR("exec: \"x\" is script - interpreter -", text());
}

static void check_json(void)
{
    test("JSON lines");
    trace_sys_openat(-2, "a\"", 0x202, 0644, 3);
    CHECK_STR("\"category\":\"syscall\",\"event\":\"openat\",\"dirfd\":\"AT_FDCWD\",\"path\":\"a\\\"\","
              "\"flags\":\"O_RDWR|O_CREAT\",\"mode\":\"0644\",\"ret\":3}", json());
    trace_sys_stat(NULL, 7, 7, -14);
    CHECK_STR("\"category\":\"syscall\",\"event\":\"stat\",\"path\":null,\"ret\":-1,\"errno\":\"EFAULT\"}",
              json());
    trace_sys_waitpid(-1, 0x0f, 0, 7);
    CHECK_STR("\"category\":\"syscall\",\"event\":\"waitpid\",\"wpid\":-1,\"status\":{\"killed\":\"SIGTERM\"},"
              "\"options\":\"0\",\"ret\":7}", json());
    trace_fork_done(13, 340, 3000000);
    CHECK_STR("\"category\":\"fork\",\"event\":\"fork_done\",\"child\":13,\"winpid\":340,\"dur\":1000.000}",
              json());
    trace_signal_sent(30, 99, 0, -3);
    CHECK_STR("\"category\":\"signal\",\"event\":\"signal_sent\",\"sig\":\"SIGUSR1\",\"to\":99,"
              "\"si_code\":\"SI_USER\",\"ret\":-1,\"errno\":\"ESRCH\"}", json());
    trace_sys_sigprocmask(1, 1u << 1 | 1u << 14, 0, 0);
    CHECK_STR("\"category\":\"syscall\",\"event\":\"sigprocmask\",\"how\":\"SIG_BLOCK\","
              "\"set\":[\"SIGINT\",\"SIGTERM\"],\"old\":[],\"ret\":0}", json());
    trace_sys_sbrk(4096, 0x800000000);
    CHECK_STR("\"category\":\"syscall\",\"event\":\"sbrk\",\"incr\":4096,\"ret\":\"0x800000000\"}", json());
    buf_cut(&out, 0);
    trace_format_json.end(&format, 0);
    CHECK_EQ(0, out.len);
    trace_format_json.end(&format, 3);
    CHECK_STR("{\"category\":\"error\",\"event\":\"lost_total\",\"lost\":3}\n", out.p);

    test("the head of a JSON line");
    trace_user_mark("x");
    CHECK(strncmp(lines(&trace_format_json), "{\"ts\":", 6) == 0);
    CHECK(strstr(out.p, ",\"seq\":") && strstr(out.p, ",\"pid\":12,\"tid\":1,\"category\":\"user\""));
}

static void check_strings(void)
{
    char big[5000];

    test("long strings are cut, and say so");
    memset(big, 'x', sizeof big);
    big[sizeof big - 1] = 0;
    trace_user_mark(big);
    const char *s = lines(&trace_format_text);
    CHECK(strlen(s) > 4000 && strcmp(s + strlen(s) - 5, "x...\n") == 0);

    test("the longest event fits");
    trace_path_convert(big, big, big, 0);
    lines(&trace_format_text);
    CHECK(out.len > 3 * TRACE_STR_MAX);
    CHECK_EQ(0, trace_reader_lost(&reader));
}

static void check_decode(void)
{
    struct trace_decoded d;
    uint8_t bytes[64] = { 0 };

    test("payloads that are not as declared are refused");
    CHECK_EQ(-1, trace_decode(0, bytes, 64, &d));
    CHECK_EQ(-1, trace_decode(TRACE_MAX_EVENTS, bytes, 64, &d));
    for (unsigned i = 0; i < trace_desc_count; i++)
        for (size_t n = 0; n < 8; n++)
            trace_decode(trace_descs[i].id, bytes, n, &d);
    memset(bytes, 'x', sizeof bytes); /* a string without end */
    CHECK_EQ(-1, trace_decode(TRACE_ID_user_mark, bytes, sizeof bytes, &d));
    CHECK_EQ(-1, trace_decode(TRACE_ID_sys_write, bytes, sizeof bytes, &d));
    memset(bytes, 0, sizeof bytes);
    CHECK_EQ(0, trace_decode(TRACE_ID_user_mark, bytes, 1, &d));
    CHECK_EQ(-1, trace_decode(TRACE_ID_user_mark, bytes, 2, &d));
}

static void check_time(void)
{
    struct trace_clock a = { 1000, 0, 5000000000ull }, b = { 4000, 10, 0 }, c = { 5000, 9, 0 };
    struct trace_time t;

    test("time runs forward and is interpolated");
    trace_time_init(&t, &a, 10000000);
    CHECK_EQ(5000000000ll, trace_time_ns(&t, 1000));
    trace_time_advance(&t, &b);
    CHECK_EQ(5000001000ll, trace_time_ns(&t, 4000));
    CHECK_EQ(5000000500ll, trace_time_ns(&t, 2500));
    CHECK_EQ(1000, trace_time_span(&t, 3000));
    trace_time_advance(&t, &c); /* the counter went back */
    CHECK_EQ(5000001000ll, trace_time_ns(&t, 5000));
    trace_time_advance(&t, &a);
    CHECK_EQ(5000001000ll, trace_time_ns(&t, 5000));
}

int main(void)
{
    setup();
    check_calls();
    check_events();
    check_json();
    check_strings();
    check_decode();
    check_time();
    trace_reader_close(&reader);
    buf_free(&out);
    free(region);
    return test_done();
}
