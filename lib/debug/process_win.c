/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading another process; see process.h. */
#ifdef _WIN32
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <winternl.h>
#include <ntstatus.h>
#include <psapi.h>

#include "lib/debug/process.h"
#include "lib/text/utf.h"
#include "lib/tool/out.h"

#define SYSTEM_PROCESSES 5
#define PATH_UNITS 32768

NTSTATUS NTAPI NtSuspendProcess(HANDLE);
NTSTATUS NTAPI NtResumeProcess(HANDLE);

/* SYSTEM_PROCESS_INFORMATION and SYSTEM_THREAD_INFORMATION of 64-bit systems. */
struct system_process {
    ULONG next, threads;
    LARGE_INTEGER reserved[3], created, user, kernel;
    UNICODE_STRING name;
    LONG priority;
    HANDLE pid, parent;
    char rest[256 - 96];
};
struct system_thread {
    LARGE_INTEGER kernel, user, created;
    ULONG wait_time;
    PVOID start;
    CLIENT_ID id;
    LONG priority, base_priority;
    ULONG switches, state, reason;
};
_Static_assert(sizeof(struct system_process) == 256 && sizeof(struct system_thread) == 80, "layout");

int debug_process_read(void *arg, uint64_t addr, void *buf, size_t n)
{
    const struct debug_process *p = arg;
    SIZE_T done = 0;

    if (!ReadProcessMemory(p->handle, (LPCVOID)(uintptr_t)addr, buf, n, &done) || done != n)
        return -1;
    return 0;
}

static int read_u64(struct debug_process *p, uint64_t addr, uint64_t *v)
{
    return debug_process_read(p, addr, v, sizeof *v);
}

/* ---- threads ---- */

static void read_thread(struct debug_thread *t)
{
    struct { /* THREAD_BASIC_INFORMATION */
        NTSTATUS status;
        PVOID teb;
        CLIENT_ID id;
        ULONG_PTR affinity;
        LONG priority, base_priority;
    } info;
    CONTEXT *c = (CONTEXT *)t->context;
    HANDLE h = OpenThread(THREAD_GET_CONTEXT | THREAD_QUERY_INFORMATION, FALSE, t->tid);

    if (!h)
        return;
    c->ContextFlags = CONTEXT_ALL;
    t->known = GetThreadContext(h, c);
    if (t->known)
        debug_context_regs(c, &t->regs);
    if (NtQueryInformationThread(h, ThreadBasicInformation, &info, sizeof info, NULL) >= 0)
        t->teb = (uint64_t)(uintptr_t)info.teb;
    CloseHandle(h);
}

static int by_age(const void *a, const void *b)
{
    const struct debug_thread *x = a, *y = b;

    if (x->created != y->created)
        return x->created < y->created ? -1 : 1;
    return (x->tid > y->tid) - (x->tid < y->tid);
}

static void take_threads(struct debug_process *p, const struct system_process *s, size_t room)
{
    const struct system_thread *t = (const void *)(s + 1);
    size_t n = s->threads;

    if (n > (room - sizeof *s) / sizeof *t)
        n = (room - sizeof *s) / sizeof *t;
    p->threads = tool_realloc(p->threads, (n + 1) * sizeof *p->threads);
    memset(p->threads, 0, (n + 1) * sizeof *p->threads);
    for (size_t i = 0; i < n; i++) {
        p->threads[i].tid = (uint32_t)(uintptr_t)t[i].id.UniqueThread;
        p->threads[i].created = (uint64_t)t[i].created.QuadPart;
    }
    p->nthreads = n;
    qsort(p->threads, n, sizeof *p->threads, by_age);
    for (size_t i = 0; i < n; i++)
        read_thread(&p->threads[i]);
}

static int read_threads(struct debug_process *p)
{
    ULONG size = 65536, used = 0;
    char *info = NULL;
    size_t at = 0;
    NTSTATUS st;
    int r = -ESRCH;

    do {
        size *= 2;
        info = tool_realloc(info, size);
        st = NtQuerySystemInformation(SYSTEM_PROCESSES, info, size, &used);
    } while (st == STATUS_INFO_LENGTH_MISMATCH && size < (1u << 28));
    while (st >= 0 && at + sizeof(struct system_process) <= size) {
        const struct system_process *s = (const void *)(info + at);

        if ((uint32_t)(uintptr_t)s->pid == p->winpid) {
            take_threads(p, s, size - at);
            r = 0;
            break;
        }
        if (!s->next)
            break;
        at += s->next;
    }
    tool_realloc(info, 0);
    return r;
}

/* ---- modules ---- */

/* "\??\C:\x" and "\Device\HarddiskVolume1\x" as Win32 has them. */
static char *win32_name(const WCHAR *name, size_t n)
{
    WCHAR device[300], drive[3] = L"A:";
    struct buf out;
    size_t len;

    buf_init(&out, tool_realloc, NULL, 0);
    if (n > 4 && !memcmp(name, L"\\??\\", 8)) {
        name += 4;
        n -= 4;
    } else if (n > 8 && !memcmp(name, L"\\Device\\", 16)) {
        for (; drive[0] <= 'Z'; drive[0]++) {
            if (!QueryDosDeviceW(drive, device, 300))
                continue;
            len = wcslen(device);
            if (len < n && !_wcsnicmp(device, name, len) && name[len] == '\\') {
                wide_to_utf8(&out, (const uint16_t *)drive, 2);
                name += len;
                n -= len;
                break;
            }
        }
    }
    wide_to_utf8(&out, (const uint16_t *)name, n);
    return out.p ? out.p : tool_realloc(NULL, 1);
}

static void add_module(struct debug_process *p, uint64_t base, uint64_t size, const WCHAR *name, size_t n)
{
    struct debug_module *m;

    for (size_t i = 0; i < p->nmodules; i++)
        if (p->modules[i].base == base)
            return;
    p->modules = tool_realloc(p->modules, (p->nmodules + 1) * sizeof *p->modules);
    m = &p->modules[p->nmodules++];
    m->base = base;
    m->size = size;
    m->path = win32_name(name, n);
    debug_images_add(p->images, base, size, m->path);
}

/* The loader's list, of which every byte may be wrong: it is the process's memory. */
static void read_loader(struct debug_process *p, uint64_t ldr)
{
    uint64_t head = ldr + 16, at; /* InLoadOrderModuleList */
    WCHAR *name = tool_realloc(NULL, PATH_UNITS * sizeof *name);

    if (read_u64(p, head, &at) == 0) {
        for (unsigned i = 0; i < 1000 && at != head; i++) {
            struct { /* LDR_DATA_TABLE_ENTRY */
                uint64_t next, links[5], base, entry;
                uint32_t size, pad;
                uint16_t len, max;
                uint32_t pad2;
                uint64_t name;
            } e;

            if (debug_process_read(p, at, &e, sizeof e) < 0)
                break;
            if (e.base && e.len / 2 < PATH_UNITS && debug_process_read(p, e.name, name, e.len) == 0)
                add_module(p, e.base, e.size, name, e.len / 2);
            at = e.next;
        }
    }
    tool_realloc(name, 0);
}

/* What is mapped as an image, where the loader has not been yet or its list is damaged. */
static void read_images(struct debug_process *p)
{
    WCHAR *name = tool_realloc(NULL, PATH_UNITS * sizeof *name);

    for (size_t i = 0; i < p->nregions; i++) {
        struct debug_region *g = &p->regions[i];
        struct unwind_image im;
        DWORD n;

        if (g->type != MEM_IMAGE || g->base != g->allocation
            || unwind_image_read(debug_process_read, p, g->base, &im) < 0)
            continue;
        n = GetMappedFileNameW(p->handle, (LPVOID)(uintptr_t)g->base, name, PATH_UNITS);
        if (n)
            add_module(p, im.base, im.size, name, n);
    }
    tool_realloc(name, 0);
}

static void read_modules(struct debug_process *p)
{
    PROCESS_BASIC_INFORMATION info;
    uint64_t base = 0, ldr = 0, peb;
    DWORD n = PATH_UNITS;
    WCHAR *name;

    if (NtQueryInformationProcess(p->handle, ProcessBasicInformation, &info, sizeof info, NULL) < 0)
        return;
    peb = (uint64_t)(uintptr_t)info.PebBaseAddress;
    if (read_u64(p, peb + 16, &base) == 0 && base) { /* the program, first whatever the list says */
        struct unwind_image im;

        name = tool_realloc(NULL, PATH_UNITS * sizeof *name);
        if (unwind_image_read(debug_process_read, p, base, &im) == 0
            && QueryFullProcessImageNameW(p->handle, 0, name, &n))
            add_module(p, base, im.size, name, n);
        tool_realloc(name, 0);
    }
    if (read_u64(p, peb + 24, &ldr) == 0 && ldr)
        read_loader(p, ldr);
    if (p->nmodules < 2 && debug_process_map(p) == 0)
        read_images(p);
}

/* ---- memory ---- */

int debug_process_map(struct debug_process *p)
{
    MEMORY_BASIC_INFORMATION m;
    uint64_t at = 0;
    size_t cap = 0;

    if (p->regions)
        return 0;
    while (VirtualQueryEx(p->handle, (LPCVOID)(uintptr_t)at, &m, sizeof m) == sizeof m) {
        uint64_t base = (uint64_t)(uintptr_t)m.BaseAddress;
        struct debug_region *last = p->nregions ? &p->regions[p->nregions - 1] : NULL;

        if (m.State == MEM_COMMIT && !(m.Protect & (PAGE_NOACCESS | PAGE_GUARD))) {
            if (p->nregions == cap) {
                cap = cap ? cap * 2 : 256;
                p->regions = tool_realloc(p->regions, cap * sizeof *p->regions);
                last = p->nregions ? &p->regions[p->nregions - 1] : NULL;
            }
            if (last && last->base + last->size == base && last->protect == m.Protect
                && last->allocation == (uint64_t)(uintptr_t)m.AllocationBase)
                last->size += m.RegionSize;
            else
                p->regions[p->nregions++] = (struct debug_region){
                    base, m.RegionSize, m.Protect, m.Type, (uint64_t)(uintptr_t)m.AllocationBase };
        }
        if (base + m.RegionSize <= at)
            break;
        at = base + m.RegionSize;
    }
    return p->nregions ? 0 : -EIO;
}

int debug_process_open(struct debug_process *p, uint32_t winpid, bool freeze)
{
    DWORD access = PROCESS_QUERY_INFORMATION | PROCESS_VM_READ | SYNCHRONIZE, error;
    int r;

    memset(p, 0, sizeof *p);
    p->winpid = winpid;
    if (winpid == GetCurrentProcessId()) {
        p->why = "a tool cannot look at itself";
        return -EINVAL;
    }
    p->handle = OpenProcess(access | (freeze ? PROCESS_SUSPEND_RESUME : 0), FALSE, winpid);
    if (!p->handle) {
        error = GetLastError();
        p->why = error == ERROR_ACCESS_DENIED ? "no permission" : "no such process";
        return error == ERROR_ACCESS_DENIED ? -EACCES : -ESRCH;
    }
    p->images = debug_images_new();
    debug_images_memory(p->images, debug_process_read, p);
    if (WaitForSingleObject(p->handle, 0) == WAIT_OBJECT_0) {
        p->why = "it has ended";
        debug_process_close(p);
        return -ESRCH;
    }
    p->frozen = freeze && NtSuspendProcess(p->handle) >= 0;
    r = read_threads(p);
    if (r < 0) {
        p->why = "its threads cannot be listed";
        debug_process_close(p);
        return r;
    }
    read_modules(p);
    return 0;
}

void debug_process_close(struct debug_process *p)
{
    const char *why = p->why;

    if (p->frozen)
        NtResumeProcess(p->handle);
    if (p->handle)
        CloseHandle(p->handle);
    for (size_t i = 0; i < p->nmodules; i++)
        tool_realloc(p->modules[i].path, 0);
    tool_realloc(p->modules, 0);
    tool_realloc(p->threads, 0);
    tool_realloc(p->regions, 0);
    if (p->images)
        debug_images_free(p->images);
    memset(p, 0, sizeof *p);
    p->why = why;
}
#else
typedef int process_win_unused;
#endif
