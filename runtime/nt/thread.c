/* SPDX-License-Identifier: BSD-2-Clause */
/* Windows threads: creation, suspension, the stack that the TEB names; waiting on addresses. */
#include <errno.h>

#include "lock.h"
#include "ntapi.h"

/* Places in the TEB that Windows' own headers do not name; fixed on x86-64 since its beginning. */
enum { TEB_STACK_BASE = 0x08, TEB_STACK_LIMIT = 0x10, TEB_DEALLOCATION_STACK = 0x1478,
       TEB_GUARANTEED = 0x1748 };

static uint64_t teb_get(uint32_t off)
{
    uint64_t v;

    __asm__ volatile("movq %%gs:(%1), %0" : "=r"(v) : "r"((uint64_t)off));
    return v;
}

static void teb_set(uint32_t off, uint64_t v)
{
    __asm__ volatile("movq %0, %%gs:(%1)" : : "r"(v), "r"((uint64_t)off) : "memory");
}

void nt_stack_get(struct nt_stack *s)
{
    s->base = teb_get(TEB_STACK_BASE);
    s->limit = teb_get(TEB_STACK_LIMIT);
    s->alloc = teb_get(TEB_DEALLOCATION_STACK);
    __asm__ volatile("movl %%gs:(%1), %0" : "=r"(s->guarantee) : "r"((uint64_t)TEB_GUARANTEED));
}

void nt_stack_set(const struct nt_stack *s)
{
    teb_set(TEB_STACK_BASE, s->base);
    teb_set(TEB_STACK_LIMIT, s->limit);
    teb_set(TEB_DEALLOCATION_STACK, s->alloc);
    __asm__ volatile("movl %0, %%gs:(%1)" : : "r"(s->guarantee), "r"((uint64_t)TEB_GUARANTEED) : "memory");
}

int nt_thread_resume(handle_t thread)
{
    NTSTATUS st = NtResumeThread(thread, NULL);

    return NT_OK(st) ? 0 : nt_fail(st);
}

int nt_thread_suspend(handle_t thread)
{
    NTSTATUS st = NtSuspendThread(thread, NULL);

    return NT_OK(st) ? 0 : nt_fail(st);
}

struct thread_start {
    void (*fn)(void *);
    void *arg;
};

static DWORD WINAPI thread_main(void *p)
{
    struct thread_start s = *(struct thread_start *)p;

    HeapFree(GetProcessHeap(), 0, p);
    s.fn(s.arg);
    return 0;
}

int nt_thread_create(void (*fn)(void *), void *arg, size_t stack, handle_t *out, uint32_t *tid)
{
    /* The process heap, not ours: this thread must not depend on memory that a fork remaps. */
    struct thread_start *s = HeapAlloc(GetProcessHeap(), 0, sizeof(*s));
    DWORD id;
    HANDLE h;

    if (!s)
        return -ENOMEM;
    *s = (struct thread_start){ fn, arg };
    h = CreateThread(NULL, stack, thread_main, s, STACK_SIZE_PARAM_IS_A_RESERVATION, &id);
    if (!h) {
        int r = win_err(GetLastError());

        HeapFree(GetProcessHeap(), 0, s);
        return r;
    }
    if (tid)
        *tid = id;
    if (out)
        *out = h;
    else
        NtClose(h);
    return 0;
}

int nt_thread_self(handle_t *out)
{
    return nt_dup(NT_SELF, (handle_t)-2, NT_SELF, false, out);
}

/* ---- all the others ---- */

/* Grown outside the stop, since a stopped thread may hold any lock of Windows'. */
struct stopped {
    HANDLE h;
    uint32_t tid;
};
static NOCOPY struct stopped *stopped;
static NOCOPY unsigned stopped_n, stopped_room;

static bool stopped_grow(void)
{
    unsigned room = stopped_room ? 2 * stopped_room : 512;
    struct stopped *p = nt_alloc(room * sizeof(*p));

    if (!p)
        return false;
    for (unsigned i = 0; i < stopped_n; i++)
        p[i] = stopped[i];
    nt_free(stopped);
    stopped = p;
    stopped_room = room;
    return true;
}

NTSTATUS NTAPI NtGetContextThread(HANDLE, CONTEXT *);

static bool is_stopped(uint32_t tid)
{
    for (unsigned i = 0; i < stopped_n; i++)
        if (stopped[i].tid == tid)
            return true;
    return false;
}

/* One pass over the threads; the number of newly stopped ones or negative errno. A second pass that
 * finds none proves that all are stopped: a stopped thread makes no new one. */
static int stop_pass(uint32_t own)
{
    HANDLE h, prev = NULL;
    bool prev_kept = true;
    int fresh = 0;
    uint32_t tid;
    NTSTATUS st;

    for (;;) {
        st = NtGetNextThread(NT_SELF, prev, THREAD_SUSPEND_RESUME | THREAD_QUERY_LIMITED_INFORMATION
                             | THREAD_GET_CONTEXT, 0, 0, &h);
        if (prev && !prev_kept)
            NtClose(prev);
        if (!NT_OK(st))
            break;
        prev = h;
        prev_kept = false;
        tid = GetThreadId(h);
        if (tid == own || is_stopped(tid))
            continue;
        if (stopped_n == stopped_room && !stopped_grow())
            return -ENOMEM;
        st = NtSuspendThread(h, NULL);
        if (!NT_OK(st)) /* it is just ending */
            continue;
        stopped[stopped_n++] = (struct stopped){ h, tid };
        prev_kept = true;
        fresh++;
    }
    return fresh;
}

int nt_threads_stop(unsigned *count)
{
    uint32_t own = GetCurrentThreadId();
    int r;

    stopped_n = 0;
    do
        r = stop_pass(own);
    while (r > 0);
    if (r < 0) {
        nt_threads_resume();
        return r;
    }
    /* Suspending only asks for it. Asking for registers waits until the thread really stands still: before
     * that its stack must not be unmapped. */
    for (unsigned i = 0; i < stopped_n; i++) {
        CONTEXT c = { .ContextFlags = CONTEXT_CONTROL };

        NtGetContextThread(stopped[i].h, &c);
    }
    *count = stopped_n;
    return 0;
}

void nt_threads_resume(void)
{
    for (unsigned i = 0; i < stopped_n; i++) {
        NtResumeThread(stopped[i].h, NULL);
        NtClose(stopped[i].h);
    }
    stopped_n = 0;
}

/* ---- futex ---- */

int futex_wait(uint32_t *addr, uint32_t value, int64_t timeout_ns)
{
    LARGE_INTEGER li = { .QuadPart = -(timeout_ns / 100) };
    NTSTATUS st = RtlWaitOnAddress(addr, &value, sizeof(value), timeout_ns < 0 ? NULL : &li);

    return st == STATUS_TIMEOUT ? -ETIMEDOUT : 0;
}

void futex_wake(uint32_t *addr, bool all)
{
    if (all)
        RtlWakeAddressAll(addr);
    else
        RtlWakeAddressSingle(addr);
}
