/* SPDX-License-Identifier: BSD-2-Clause */
/* Windows processes: creation, opening, end. */
#include <errno.h>
#include <string.h>

#include "ntapi.h"

/* ---- a suspended process whose creator is ended ----
 * Nobody else knows of it, so it would stay for ever. It is put into a job of its own, at its creation
 * where Windows can do that, whose only handle we have; when that is closed, by whatever ends us, the
 * job's processes end. What it creates later is not in the job. */

static int job_limits(HANDLE job, DWORD flags)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION info = { 0 };

    info.BasicLimitInformation.LimitFlags = flags;
    return SetInformationJobObject(job, JobObjectExtendedLimitInformation, &info, sizeof(info)) ? 0 : -1;
}

static HANDLE job_new(void)
{
    HANDLE job = CreateJobObjectW(NULL, NULL);

    if (job && job_limits(job, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK)) {
        NtClose(job);
        job = NULL;
    }
    return job;
}

int nt_process_run(handle_t thread, handle_t *job)
{
    int r = nt_thread_resume(thread);

    if (r == 0 && *job) {
        job_limits(*job, JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK);
        nt_close(*job);
        *job = NULL;
    }
    return r;
}

/* STARTUPINFOEXW with one attribute: the job. `room` is for the list. */
static bool with_job(STARTUPINFOEXW *si, void *room, SIZE_T size, HANDLE *job)
{
    LPPROC_THREAD_ATTRIBUTE_LIST list = room;

    if (!InitializeProcThreadAttributeList(list, 1, 0, &size)
        || !UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_JOB_LIST, job, sizeof(*job), NULL, NULL))
        return false;
    si->lpAttributeList = list;
    si->StartupInfo.cb = sizeof(*si);
    return true;
}

static BOOL create(const struct nt_spawn *s, STARTUPINFOW *si, DWORD flags, PROCESS_INFORMATION *pi)
{
    return CreateProcessW((const WCHAR *)s->image, (WCHAR *)s->cmdline, NULL, NULL, s->inherit, flags,
                          (void *)s->env, (const WCHAR *)s->cwd, si, pi);
}

static BOOL create_in_job(struct nt_spawn *s, const STARTUPINFOW *si, DWORD flags, PROCESS_INFORMATION *pi)
{
    STARTUPINFOEXW ex = { .StartupInfo = *si };
    uint64_t room[32];

    s->job = job_new();
    if (s->job && with_job(&ex, room, sizeof(room), &s->job)
        && create(s, &ex.StartupInfo, flags | EXTENDED_STARTUPINFO_PRESENT, pi))
        return TRUE;
    if (!create(s, (STARTUPINFOW *)si, flags, pi)) {
        DWORD err = GetLastError();

        nt_close(s->job);
        s->job = NULL;
        SetLastError(err);
        return FALSE;
    }
    if (s->job && !AssignProcessToJobObject(s->job, pi->hProcess)) {
        nt_close(s->job);
        s->job = NULL;
    }
    return TRUE;
}

int nt_process_create(struct nt_spawn *s)
{
    STARTUPINFOW si = { .cb = sizeof(si) };
    PROCESS_INFORMATION pi;
    DWORD flags = CREATE_UNICODE_ENVIRONMENT;
    BOOL ok;

    s->job = NULL;
    if (s->no_std || s->std[0] || s->std[1] || s->std[2]) {
        si.dwFlags |= STARTF_USESTDHANDLES;
        si.hStdInput = s->std[0];
        si.hStdOutput = s->std[1];
        si.hStdError = s->std[2];
    }
    if (s->suspended)
        flags |= CREATE_SUSPENDED;
    if (s->new_group)
        flags |= CREATE_NEW_PROCESS_GROUP;
    ok = s->suspended ? create_in_job(s, &si, flags, &pi) : create(s, &si, flags, &pi);
    if (!ok) {
        DWORD err = GetLastError();

        /* Wine's word for one that was ended while it was being made: the next one may live. */
        return err == ERROR_INTERNAL_ERROR ? -EAGAIN : win_err(err);
    }
    s->process = pi.hProcess;
    s->thread = pi.hThread;
    s->pid = pi.dwProcessId;
    s->tid = pi.dwThreadId;
    return 0;
}

int nt_process_open(uint32_t winpid, handle_t *out)
{
    static const ACCESS_MASK wanted[] = { /* the most first: another user's process gives less */
        PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE | PROCESS_TERMINATE | PROCESS_DUP_HANDLE
            | PROCESS_SUSPEND_RESUME,
        PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE,
        PROCESS_QUERY_LIMITED_INFORMATION,
    };
    OBJECT_ATTRIBUTES oa = { .Length = sizeof(oa) };
    struct {
        HANDLE process, thread;
    } id = { (HANDLE)(uintptr_t)winpid, NULL };
    NTSTATUS st = STATUS_INVALID_CID;

    for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
        st = NtOpenProcess(out, wanted[i], &oa, &id);
        if (st != STATUS_ACCESS_DENIED)
            break;
    }
    if (st == STATUS_INVALID_PARAMETER)
        st = STATUS_INVALID_CID;
    return NT_OK(st) ? 0 : nt_fail(st);
}

static int process_times(handle_t process, KERNEL_USER_TIMES *t)
{
    NTSTATUS st = NtQueryInformationProcess(process, ProcessTimes, t, sizeof(*t), NULL);

    return NT_OK(st) ? 0 : nt_fail(st);
}

uint64_t nt_process_created(handle_t process)
{
    KERNEL_USER_TIMES t;

    return process_times(process, &t) < 0 ? 0 : ((uint64_t)t.CreateTime.dwHighDateTime << 32 | t.CreateTime.dwLowDateTime);
}

int nt_process_times(handle_t process, uint64_t *user, uint64_t *sys)
{
    KERNEL_USER_TIMES t;
    int r = process_times(process, &t);

    if (r == 0) {
        *user = t.UserTime.QuadPart;
        *sys = t.KernelTime.QuadPart;
    }
    return r;
}

int nt_process_exit_code(handle_t process, uint32_t *code)
{
    PROCESS_BASIC_INFORMATION pbi;
    NTSTATUS st = NtQueryInformationProcess(process, ProcessBasicInformation, &pbi, sizeof(pbi), NULL);
    LARGE_INTEGER now = { 0 };

    if (!NT_OK(st))
        return nt_fail(st);
    /* PROCESS_BASIC_INFORMATION starts with the exit status, which winternl.h calls Reserved1. */
    *code = *(uint32_t *)&pbi;
    if (*code == STATUS_PENDING && NtWaitForSingleObject(process, FALSE, &now) == STATUS_TIMEOUT)
        return -EBUSY;
    return 0;
}

int nt_process_terminate(handle_t process, uint32_t code)
{
    NTSTATUS st = NtTerminateProcess(process, (NTSTATUS)code);

    return NT_OK(st) || st == STATUS_PROCESS_IS_TERMINATING ? 0 : nt_fail(st);
}

/** Does Windows process `winpid`, created at `created`, still run? 0 for created: any. */
bool nt_process_alive(uint32_t winpid, uint64_t created)
{
    LARGE_INTEGER now = { 0 };
    handle_t h;
    bool alive;
    int r = nt_process_open(winpid, &h);

    if (r < 0)
        return r != -ESRCH; /* there, but not ours to look at */
    alive = (!created || nt_process_created(h) == created)
        && NtWaitForSingleObject(h, FALSE, &now) != STATUS_WAIT_0;
    nt_close(h);
    return alive;
}

uint32_t nt_winpid(void)
{
    return GetCurrentProcessId();
}

uint32_t nt_wintid(void)
{
    return GetCurrentThreadId();
}

NORETURN void nt_exit(uint32_t code)
{
    ExitProcess(code);
}

NORETURN void nt_exit_now(uint32_t code)
{
    NtTerminateProcess(NT_SELF, (NTSTATUS)code);
    __builtin_unreachable();
}
