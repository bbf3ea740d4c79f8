/* SPDX-License-Identifier: BSD-2-Clause */
/* Handles, object names, events, waiting, time. */
#include <errno.h>

#include "ntapi.h"

void nt_object(OBJECT_ATTRIBUTES *oa, UNICODE_STRING *us, uint16_t *buf, HANDLE dir, const char *name,
               ULONG attributes)
{
    unsigned n = 0;

    memset(oa, 0, sizeof(*oa));
    oa->Length = sizeof(*oa);
    oa->Attributes = attributes;
    oa->RootDirectory = name ? dir : NULL;
    if (!name)
        return;
    while (name[n] && n < NT_NAME_UNITS - 1) {
        buf[n] = (unsigned char)name[n];
        n++;
    }
    us->Buffer = (WCHAR *)buf;
    us->Length = us->MaximumLength = (USHORT)(2 * n);
    oa->ObjectName = us;
}

void nt_close(handle_t h)
{
    if (h)
        NtClose(h);
}

int nt_dup(handle_t from, handle_t h, handle_t to, bool inherit, handle_t *out)
{
    NTSTATUS st = NtDuplicateObject(from, h, to, out, 0, inherit ? OBJ_INHERIT : 0,
                                    DUPLICATE_SAME_ACCESS);

    return NT_OK(st) ? 0 : nt_fail(st);
}

unsigned nt_handle_count(handle_t h)
{
    struct {
        ULONG attributes, access, handles, pointers, reserved[10];
    } info;
    ULONG n;
    NTSTATUS st = NtQueryObject(h, ObjectBasicInformation, &info, sizeof(info), &n);

    return NT_OK(st) ? info.handles : 0;
}

int nt_set_inherit(handle_t h, bool inherit)
{
    struct {
        BOOLEAN inherit, protect;
    } info = { inherit, FALSE };
    NTSTATUS st = NtSetInformationObject(h, 4 /* ObjectHandleFlagInformation */, &info, sizeof(info));

    return NT_OK(st) ? 0 : nt_fail(st);
}

int nt_event_create(handle_t dir, const char *name, bool manual, handle_t *out)
{
    OBJECT_ATTRIBUTES oa;
    UNICODE_STRING us;
    uint16_t buf[NT_NAME_UNITS];
    NTSTATUS st;

    nt_object(&oa, &us, buf, dir, name, OBJ_OPENIF);
    st = NtCreateEvent(out, EVENT_ALL_ACCESS, &oa, manual ? 0 : 1, FALSE);
    if (st == STATUS_OBJECT_NAME_EXISTS)
        return 1;
    return NT_OK(st) ? 0 : nt_fail(st);
}

int nt_event_open(handle_t dir, const char *name, handle_t *out)
{
    OBJECT_ATTRIBUTES oa;
    UNICODE_STRING us;
    uint16_t buf[NT_NAME_UNITS];
    NTSTATUS st;

    nt_object(&oa, &us, buf, dir, name, 0);
    st = NtOpenEvent(out, EVENT_MODIFY_STATE | SYNCHRONIZE, &oa);
    return NT_OK(st) ? 0 : nt_fail(st);
}

void nt_event_set(handle_t event)
{
    NtSetEvent(event, NULL);
}

void nt_event_reset(handle_t event)
{
    NtResetEvent(event, NULL);
}

int nt_wait(const handle_t *handles, unsigned n, int64_t timeout)
{
    LARGE_INTEGER li = { .QuadPart = -timeout };
    NTSTATUS st;

    if (n == 1)
        st = NtWaitForSingleObject(handles[0], FALSE, timeout < 0 ? NULL : &li);
    else
        st = NtWaitForMultipleObjects(n, handles, 1 /* any */, FALSE, timeout < 0 ? NULL : &li);
    if (st == STATUS_TIMEOUT)
        return -ETIMEDOUT;
    if ((uint32_t)st < 64)
        return st;
    if ((uint32_t)st >= STATUS_ABANDONED_WAIT_0 && (uint32_t)st < STATUS_ABANDONED_WAIT_0 + 64)
        return st - STATUS_ABANDONED_WAIT_0;
    return nt_fail(st);
}

void nt_sleep(int64_t timeout)
{
    handle_t never = NT_SELF;

    nt_wait(&never, 1, timeout);
}

uint64_t nt_time(void)
{
    LARGE_INTEGER t;

    NtQuerySystemTime(&t);
    return t.QuadPart;
}

uint64_t nt_qpc(void)
{
    LARGE_INTEGER t;

    QueryPerformanceCounter(&t);
    return t.QuadPart;
}

uint64_t nt_qpc_frequency(void)
{
    static NOCOPY LARGE_INTEGER f;

    if (!f.QuadPart)
        QueryPerformanceFrequency(&f);
    return f.QuadPart;
}

uint64_t nt_uptime(void)
{
    uint64_t f = nt_qpc_frequency(), t = nt_qpc();

    return t / f * 10000000 + t % f * 10000000 / f;
}
