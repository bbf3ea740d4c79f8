/* SPDX-License-Identifier: BSD-2-Clause */
/* Timers as objects that can be waited for. */
#include "nt_timer.h"

#include "ntapi.h"

NTSTATUS NTAPI NtCreateTimer(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, ULONG);
NTSTATUS NTAPI NtSetTimer(HANDLE, PLARGE_INTEGER, PVOID, PVOID, BOOLEAN, LONG, PBOOLEAN);
NTSTATUS NTAPI NtCancelTimer(HANDLE, PBOOLEAN);

int nt_timer_create(handle_t *out)
{
    NTSTATUS st = NtCreateTimer(out, TIMER_ALL_ACCESS, NULL, 0 /* stays signalled */);

    return NT_OK(st) ? 0 : nt_fail(st);
}

void nt_timer_set(handle_t h, int64_t due)
{
    LARGE_INTEGER li = { .QuadPart = due };

    NtSetTimer(h, &li, NULL, NULL, FALSE, 0, NULL);
}

/* Not signalled, and it will not be: a timer that is only cancelled stays as it was. */
void nt_timer_clear(handle_t h)
{
    nt_timer_set(h, INT64_MIN / 4);
    NtCancelTimer(h, NULL);
}
