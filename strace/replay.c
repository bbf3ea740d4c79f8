/* SPDX-License-Identifier: BSD-2-Clause */
/* Traces from files: JSON lines, CTF directories, kept recorders. */
#include <stdlib.h>
#include <string.h>

#include "lib/text/utf.h"
#include "strace.h"
#include "trace/replay.h"

struct whole {
    uint8_t *p;
    size_t n;
    HANDLE map;
};

/* A file, mapped. False with the reason. */
static bool map_file(struct whole *w, const wchar_t *name, const char **why)
{
    HANDLE f = CreateFileW(name, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                           OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    LARGE_INTEGER size = { 0 };

    memset(w, 0, sizeof *w);
    if (f == INVALID_HANDLE_VALUE) {
        *why = error_text(GetLastError());
        return false;
    }
    GetFileSizeEx(f, &size);
    if (size.QuadPart) {
        w->map = CreateFileMappingW(f, NULL, PAGE_READONLY, 0, 0, NULL);
        w->p = w->map ? MapViewOfFile(w->map, FILE_MAP_READ, 0, 0, 0) : NULL;
        w->n = w->p ? (size_t)size.QuadPart : 0;
        *why = w->p ? NULL : error_text(GetLastError());
    }
    CloseHandle(f);
    return w->p || !size.QuadPart;
}

static void unmap_file(struct whole *w)
{
    if (w->p)
        UnmapViewOfFile(w->p);
    if (w->map)
        CloseHandle(w->map);
}

static uint64_t read_json(const struct whole *w, struct trace_replay *p, const char *name)
{
    const char *s = (const char *)w->p, *end = s + w->n, *line;

    while (s < end) {
        line = s;
        s = memchr(s, '\n', (size_t)(end - s));
        s = s ? s + 1 : end;
        if (trace_replay_json(p, line, (size_t)(s - line)))
            break;
    }
    if (p->bad)
        tool_error("%s: %llu lines could not be read", name, (unsigned long long)p->bad);
    if (!p->records && w->n)
        tool_die(EXIT_FAILED, "%s: is no trace that strace has written (JSON lines, CTF or a recorder)", name);
    return p->lost;
}

static uint64_t read_ctf(const struct wbuf *folder, struct trace_replay *p, const char *name)
{
    struct trace_ctf_stream *v = NULL;
    struct whole *files = NULL;
    struct wbuf w;
    const char *why;
    size_t n = 0;

    wbuf_init(&w, tool_realloc, NULL, 0);
    for (;; n++) {
        char part[32];

        snprintf(part, sizeof part, "\\stream_%zu", n);
        wbuf_cut(&w, 0);
        wbuf_put(&w, folder->p, folder->len);
        wbuf_puta(&w, part);
        files = tool_realloc(files, (n + 1) * sizeof *files);
        if (!map_file(&files[n], (wchar_t *)w.p, &why))
            break;
        v = tool_realloc(v, (n + 1) * sizeof *v);
        memset(&v[n], 0, sizeof v[n]);
        v[n].data = files[n].p;
        v[n].size = files[n].n;
    }
    trace_replay_ctf(p, v, n);
    if (p->bad)
        tool_error("%s: %llu events could not be read", name, (unsigned long long)p->bad);
    for (size_t i = 0; i < n; i++)
        unmap_file(&files[i]);
    tool_realloc(files, 0);
    tool_realloc(v, 0);
    wbuf_free(&w);
    return p->lost;
}

static uint64_t read_ring(const struct wbuf *w, struct trace_time *time, void (*begin)(void *),
                          trace_record_fn fn, void *arg, const char *name)
{
    struct ring r;
    const char *why;

    if (ring_open_file(&r, (wchar_t *)w->p, &why) < 0)
        tool_die(EXIT_FAILED, "%s: %s", name, why);
    trace_time_init(time, &r.region->clock, r.region->qpc_frequency);
    trace_time_advance(time, &r.region->last);
    begin(arg);
    rings_read(&r, 1, UINT64_MAX, fn, arg);
    ring_close(&r);
    return 0;
}

uint64_t replay_read(const char *file, struct trace_time *time, void (*begin)(void *), trace_record_fn fn,
                     void *arg)
{
    struct trace_replay p;
    struct whole whole;
    struct wbuf w;
    const char *why;
    uint64_t lost = 0;
    size_t len;
    DWORD a;

    wbuf_init(&w, tool_realloc, NULL, 0);
    target_win32(&w, file);
    len = w.len;
    trace_replay_init(&p, tool_realloc, fn, arg);
    trace_replay_time(time);
    a = GetFileAttributesW((wchar_t *)w.p);
    if (a != INVALID_FILE_ATTRIBUTES && a & FILE_ATTRIBUTE_DIRECTORY)
        wbuf_puta(&w, "\\metadata");
    if (!map_file(&whole, (wchar_t *)w.p, &why))
        tool_die(EXIT_FAILED, "%s: %s", file, why);
    if (w.len != len) {
        if (!trace_replay_ctf_ours((char *)whole.p, whole.n))
            tool_die(EXIT_FAILED, "%s: is no CTF trace of strace", file);
        wbuf_cut(&w, len);
        begin(arg);
        lost = read_ctf(&w, &p, file);
    } else if (whole.n >= 4 && *(uint32_t *)whole.p == SHM_MAGIC_TRACE) {
        lost = read_ring(&w, time, begin, fn, arg, file);
    } else {
        begin(arg);
        lost = read_json(&whole, &p, file);
    }
    unmap_file(&whole);
    trace_replay_free(&p);
    wbuf_free(&w);
    return lost;
}

/* ---- --replay ---- */

struct show {
    struct sink sink;
    struct trace_time time;
};

static void begin(void *arg)
{
    struct show *s = arg;

    sink_open(&s->sink, &s->time, true);
}

static int take(void *arg, const struct trace_record *r)
{
    struct show *s = arg;

    return sink_take(&s->sink, r);
}

int replay_show(const char *file)
{
    static struct show s;
    uint64_t lost = replay_read(file, &s.time, begin, take, &s);

    sink_flush(&s.sink);
    sink_close(&s.sink, lost);
    return s.sink.out.failed ? EXIT_FAILED : 0;
}
