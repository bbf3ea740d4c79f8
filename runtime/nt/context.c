/* SPDX-License-Identifier: BSD-2-Clause */
/* Machine state of threads, exceptions, and threads in other processes: what signals need of NT. */
#include <cpuid.h>
#include <errno.h>

#include "caps.h"
#include "ntapi.h"
#include "nt/nt_context.h"

NTSTATUS NTAPI NtGetContextThread(HANDLE, CONTEXT *);
NTSTATUS NTAPI NtSetContextThread(HANDLE, const CONTEXT *);
NTSTATUS NTAPI NtSuspendProcess(HANDLE);
NTSTATUS NTAPI NtResumeProcess(HANDLE);
NTSTATUS NTAPI NtOpenThread(PHANDLE, ACCESS_MASK, const OBJECT_ATTRIBUTES *, const CLIENT_ID *);
NTSTATUS NTAPI NtYieldExecution(void);

static int status(NTSTATUS st)
{
    return NT_OK(st) ? 0 : nt_fail(st);
}

int nt_thread_get_ip(handle_t thread, uint64_t *rip)
{
    CONTEXT c = { .ContextFlags = CONTEXT_CONTROL };
    int r = status(NtGetContextThread(thread, &c));

    *rip = c.Rip;
    return r;
}

/* Control registers only: writing back more than was read breaks the result of a system call in
 * progress. */
int nt_thread_set_ip(handle_t thread, uint64_t rip)
{
    CONTEXT c = { .ContextFlags = CONTEXT_CONTROL };
    int r = status(NtGetContextThread(thread, &c));

    if (r < 0)
        return r;
    c.Rip = rip;
    return status(NtSetContextThread(thread, &c));
}

int nt_thread_times(handle_t thread, uint64_t *user, uint64_t *sys)
{
    KERNEL_USER_TIMES t;
    int r = status(NtQueryInformationThread(thread, ThreadTimes, &t, sizeof(t), NULL));

    if (r == 0) {
        *user = t.UserTime.QuadPart;
        *sys = t.KernelTime.QuadPart;
    }
    return r;
}

void nt_yield(void)
{
    NtYieldExecution();
}

int nt_thread_priority(handle_t thread, int priority)
{
    return SetThreadPriority(thread, priority) ? 0 : win_err(GetLastError());
}

int nt_thread_open(uint32_t wintid, handle_t *out)
{
    OBJECT_ATTRIBUTES oa;
    CLIENT_ID id = { .UniqueThread = (HANDLE)(uintptr_t)wintid };
    NTSTATUS st;

    InitializeObjectAttributes(&oa, NULL, 0, NULL, NULL);
    st = NtOpenThread(out, SYNCHRONIZE, &oa, &id);
    if (st == STATUS_INVALID_CID || st == STATUS_INVALID_PARAMETER)
        return -ESRCH;
    return status(st);
}

bool nt_thread_alive(uint32_t wintid)
{
    handle_t h;
    bool alive;
    int r = nt_thread_open(wintid, &h);

    if (r < 0)
        return r != -ESRCH;
    alive = nt_wait(&h, 1, 0) != 0;
    nt_close(h);
    return alive;
}

unsigned nt_cpu_number(void)
{
    return GetCurrentProcessorNumber();
}

static int remote_create(HANDLE process, void (*fn)(void *))
{
    HANDLE thread = CreateRemoteThread(process, NULL, 65536, (LPTHREAD_START_ROUTINE)(void *)fn, NULL,
                                       STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);

    if (!thread)
        return win_err(GetLastError());
    NtClose(thread);
    return 0;
}

/* ---- where the call may never return ----
 * Wine asks the other process to make the thread, and waits for ever if that is ended just then. So a
 * helper asks, and who wants the thread watches the process. */

struct remote {
    HANDLE process;
    void (*fn)(void *);
    int result;
    LONG left; /* by one of the two: the other one frees this */
};

static void remote_free(struct remote *r)
{
    NtClose(r->process);
    HeapFree(GetProcessHeap(), 0, r);
}

static DWORD WINAPI remote_main(void *arg)
{
    struct remote *r = arg;

    r->result = remote_create(r->process, r->fn);
    if (InterlockedExchange(&r->left, 1))
        remote_free(r);
    return 0;
}

/* Takes over `process`. */
static int remote_watched(HANDLE process, void (*fn)(void *))
{
    struct remote *r = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*r));
    HANDLE both[2] = { NULL, process };
    int result;

    if (r) {
        r->process = process;
        r->fn = fn;
        both[0] = CreateThread(NULL, 65536, remote_main, r, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    }
    if (!both[0]) {
        HeapFree(GetProcessHeap(), 0, r);
        NtClose(process);
        return -EAGAIN;
    }
    WaitForMultipleObjects(2, both, FALSE, INFINITE);
    NtClose(both[0]);
    if (!InterlockedExchange(&r->left, 1))
        return -ESRCH; /* the process has ended; the helper frees this if it ever comes back */
    result = r->result;
    remote_free(r);
    return result;
}

int nt_remote_thread(uint32_t winpid, void (*fn)(void *))
{
    HANDLE process = OpenProcess(PROCESS_CREATE_THREAD | PROCESS_QUERY_INFORMATION | PROCESS_VM_OPERATION
                                     | PROCESS_VM_READ | PROCESS_VM_WRITE | SYNCHRONIZE,
                                 FALSE, winpid);
    int r;

    if (!process)
        return win_err(GetLastError());
    if (nt_is_wine())
        cap_lost(CAP_remote_threads);
    if (!cap(CAP_remote_threads))
        return remote_watched(process, fn);
    r = remote_create(process, fn);
    NtClose(process);
    return r;
}

int nt_process_suspend(handle_t process)
{
    return status(NtSuspendProcess(process));
}

int nt_process_resume(handle_t process)
{
    return status(NtResumeProcess(process));
}

int nt_process_priority(handle_t process, int set, uint32_t *prio_class)
{
    if (set)
        return SetPriorityClass(process, *prio_class) ? 0 : win_err(GetLastError());
    *prio_class = GetPriorityClass(process);
    return *prio_class ? 0 : win_err(GetLastError());
}

/* x87, SSE, AVX and AVX-512. Later components (AMX's tiles) are large and no handler's business. */
enum { XSAVE_WANTED = 0xe7, XSAVE_AVX = 4, XSAVE_AVX512 = 0xe0 };

uint32_t nt_xsave_mask(uint32_t *size)
{
    uint32_t a, b, c, d, lo, hi;

    *size = 512 + 64;
    __cpuid(1, a, b, c, d);
    if (!(c & bit_OSXSAVE))
        return 0;
    __asm__ volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
    lo &= XSAVE_WANTED;
    if (lo & XSAVE_AVX512)
        *size = 2688;
    else if (lo & XSAVE_AVX)
        *size = 512 + 64 + 256;
    return lo;
}

/* ---- exceptions ---- */

/* The frame handler of the functions at the base of our stacks (signal/base.S, signal/return.S). */
EXCEPTION_DISPOSITION fault_handler(EXCEPTION_RECORD *rec, void *frame, CONTEXT *context, void *dispatcher);

EXCEPTION_DISPOSITION fault_handler(EXCEPTION_RECORD *rec, void *frame, CONTEXT *context, void *dispatcher)
{
    struct nt_fault f = {
        .code = rec->ExceptionCode,
        .nparams = rec->NumberParameters,
        .address = (uint64_t)rec->ExceptionAddress,
        .context = context,
    };
    MEMORY_BASIC_INFORMATION mbi;

    if (rec->ExceptionFlags & 0x66) /* somebody unwinds: nothing to undo in our frames */
        return ExceptionContinueSearch;
    for (unsigned i = 0; i < 4 && i < rec->NumberParameters; i++)
        f.params[i] = rec->ExceptionInformation[i];
    if (f.code == (uint32_t)EXCEPTION_ACCESS_VIOLATION && f.nparams >= 2)
        f.mapped = VirtualQuery((void *)f.params[1], &mbi, sizeof(mbi)) && mbi.State == MEM_COMMIT;
    return sig_fault(&f) ? ExceptionContinueExecution : ExceptionContinueSearch;
}
