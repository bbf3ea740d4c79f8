/* SPDX-License-Identifier: BSD-2-Clause */
/* The session's memory, the program that is started in it, and the processes that join. */
#include <stdlib.h>
#include <string.h>
#include <winternl.h>

#include "abi/startup.h"
#include "lib/text/argv.h"
#include "strace.h"

/* A process that writes, or will. */
struct member {
    uint32_t winpid;
    uint64_t created;
    HANDLE process; /* NULL: could not be opened, so it has ended */
};

NTSTATUS NTAPI NtMapViewOfSection(HANDLE, HANDLE, PVOID *, ULONG_PTR, SIZE_T, PLARGE_INTEGER,
                                  PSIZE_T, DWORD, ULONG, ULONG);

#define FILETIME_1970 116444736000000000ull

static uint64_t filetime(const FILETIME *t)
{
    return (uint64_t)t->dwHighDateTime << 32 | t->dwLowDateTime;
}

/* The three clocks are read one after the other; whoever is interrupted in between gets a false picture,
 * so the closest of some tries counts. */
void session_clock(struct trace_clock *c)
{
    uint64_t best = UINT64_MAX;

    for (int tries = 0; tries < 8 && best > 4000; tries++) {
        LARGE_INTEGER qpc;
        FILETIME now;
        uint64_t before = __builtin_ia32_rdtsc(), after;

        QueryPerformanceCounter(&qpc);
        after = __builtin_ia32_rdtsc();
        if (after - before >= best)
            continue;
        best = after - before;
        GetSystemTimeAsFileTime(&now);
        c->tsc = before + best / 2;
        c->qpc = (uint64_t)qpc.QuadPart;
        c->wall = (filetime(&now) - FILETIME_1970) * 100;
    }
}

static uint64_t created_at(HANDLE process)
{
    FILETIME created, other;

    return GetProcessTimes(process, &created, &other, &other, &other) ? filetime(&created) : 0;
}

static HANDLE section_make(uint64_t size, void **view)
{
    HANDLE h = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, (DWORD)(size >> 32),
                                  (DWORD)size, NULL);

    *view = h ? MapViewOfFile(h, FILE_MAP_ALL_ACCESS, 0, 0, 0) : NULL;
    if (!*view)
        tool_die(EXIT_FAILED, "no shared memory for the trace: %s", error_text(GetLastError()));
    return h;
}

void session_create(struct session *s, const struct config *cfg)
{
    uint32_t packets = (uint32_t)(((uint64_t)cfg->buffer << 20) / TRACE_SESSION_PACKET);
    uint64_t size = trace_region_size(TRACE_SESSION_MEMBERS, packets, TRACE_SESSION_PACKET);
    struct trace_ctl *ctl;
    LARGE_INTEGER frequency;
    void *view;

    memset(s, 0, sizeof *s);
    s->section = section_make(size, &view);
    s->region = view;
    session_clock(&s->region->clock);
    QueryPerformanceFrequency(&frequency);
    s->region->qpc_frequency = (uint64_t)frequency.QuadPart;
    trace_region_init(view, (cfg->follow ? TRACE_FOLLOW : 0) | (cfg->lossless ? TRACE_LOSSLESS : 0),
                      TRACE_SESSION_MEMBERS,
                      packets, TRACE_SESSION_PACKET, GetCurrentProcessId(),
                      created_at(GetCurrentProcess()));
    ctl = (struct trace_ctl *)((uint8_t *)view + s->region->off_ctl);
    trace_ctl_init(ctl, GetCurrentProcessId(), cfg->mask);
    ctl->timing = 1;
    ctl->stacks = cfg->stacks;
    if (cfg->stacks)
        stacks_need(ctl->mask);
    if (trace_reader_open(&s->reader, view, size, true) < 0)
        tool_die(EXIT_FAILED, "out of memory");
}

/* What the runtime of the new process finds at STARTUP_ADDR. */
static void startup_give(struct session *s, HANDLE process)
{
    struct startup_block *b;
    void *view, *there = (void *)(uintptr_t)STARTUP_ADDR;
    HANDLE theirs, section = section_make(sizeof *b, &view);
    SIZE_T size = 0;
    NTSTATUS status;

    b = view;
    if (!DuplicateHandle(GetCurrentProcess(), s->section, process, &theirs, 0, FALSE,
                         DUPLICATE_SAME_ACCESS))
        tool_die(EXIT_FAILED, "cannot hand the trace memory over: %s", error_text(GetLastError()));
    b->hdr.magic = SHM_MAGIC_STARTUP;
    b->hdr.major = ISTHMUS_ABI_MAJOR;
    b->hdr.minor = ISTHMUS_ABI_MINOR;
    b->hdr.size = sizeof *b;
    b->kind = STARTUP_START;
    b->creator = GetCurrentProcessId();
    b->h_session = (uintptr_t)theirs;
    status = NtMapViewOfSection(section, process, &there, 0, 0, NULL, &size, 2 /* ViewUnmap */, 0,
                                PAGE_READONLY);
    if (status < 0) {
        TerminateProcess(process, 1);
        tool_die(EXIT_FAILED, "cannot map the startup block at 0x%llx: NTSTATUS 0x%08lx",
                 (unsigned long long)STARTUP_ADDR, (unsigned long)status);
    }
    UnmapViewOfFile(view);
    CloseHandle(section);
}

void session_start(struct session *s, const struct target *t)
{
    STARTUPINFOW si = { .cb = sizeof si };
    PROCESS_INFORMATION pi;
    struct wbuf line;

    wbuf_init(&line, tool_realloc, NULL, 0);
    if (quote_argv(&line, t->argv) < 0)
        tool_die(EXIT_NOT_EXECUTABLE, "%s: the arguments do not fit a Windows command line",
                 t->argv[0]);
    if (!(cfg.user ? user_create((wchar_t *)t->image.p, (wchar_t *)line.p, &si, &pi)
                   : CreateProcessW((wchar_t *)t->image.p, (wchar_t *)line.p, NULL, NULL, TRUE,
                                    CREATE_SUSPENDED, NULL, NULL, &si, &pi)))
        tool_die(EXIT_NOT_EXECUTABLE, "%s: cannot be started: %s", t->argv[0],
                 error_text(GetLastError()));
    s->process = pi.hProcess;
    s->winpid = pi.dwProcessId;
    if (t->traceable)
        startup_give(s, pi.hProcess);
    trace_member_add(&s->reader.g, pi.dwProcessId, 0, GetCurrentProcessId(),
                     created_at(pi.hProcess), TRACE_MEMBER_EXPECTED);
    ResumeThread(pi.hThread);
    CloseHandle(pi.hThread);
    wbuf_free(&line);
}

/* ---- processes that joined ---- */

static struct member *member_get(struct session *s, uint32_t winpid, uint64_t created)
{
    struct member *m;

    for (size_t i = 0; i < s->nmembers; i++)
        if (s->members[i].winpid == winpid)
            return &s->members[i];
    if (s->nmembers == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 64;
        s->members = tool_realloc(s->members, s->cap * sizeof *m);
    }
    m = &s->members[s->nmembers++];
    m->winpid = winpid;
    m->created = created;
    m->process = OpenProcess(SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_TERMINATE,
                             FALSE, winpid);
    if (m->process && created && created_at(m->process) != created) {
        CloseHandle(m->process); /* another process that got the number */
        m->process = NULL;
    }
    return m;
}

size_t session_members(struct session *s)
{
    const struct trace_geometry *g = &s->reader.g;
    size_t live = 0;

    for (uint32_t i = 0; i < g->nmembers; i++) {
        uint32_t winpid = __atomic_load_n(&g->members[i].winpid, __ATOMIC_ACQUIRE);
        struct member *m;

        if (!winpid || __atomic_load_n(&g->members[i].state, __ATOMIC_ACQUIRE) == TRACE_MEMBER_NEW)
            continue;
        if (winpid == s->winpid && g->members[i].state == TRACE_MEMBER_JOINED)
            s->joined = true;
        m = member_get(s, winpid, g->members[i].created);
        if (m->process && WaitForSingleObject(m->process, 0) == WAIT_TIMEOUT) {
            live++;
            continue;
        }
        if (trace_reader_dead(&s->reader, winpid) < 0)
            tool_die(EXIT_FAILED, "out of memory");
        if (m->process)
            CloseHandle(m->process);
        *m = s->members[--s->nmembers];
        trace_member_remove(g, i);
    }
    return live;
}

void session_kill(struct session *s, unsigned code)
{
    TerminateProcess(s->process, code);
    for (int again = 0; again < 2; again++) { /* one may have been created meanwhile */
        session_members(s);
        for (size_t i = 0; i < s->nmembers; i++)
            if (s->members[i].process)
                TerminateProcess(s->members[i].process, code);
    }
}

void session_end(struct session *s)
{
    struct trace_ctl *ctl = s->reader.g.ctl;

    __atomic_fetch_or(&s->region->flags, TRACE_CLOSED, __ATOMIC_RELEASE);
    memset(ctl->mask, TRACE_NEVER, sizeof ctl->mask);
    ctl->timing = 0;
}
