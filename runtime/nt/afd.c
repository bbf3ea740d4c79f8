/* SPDX-License-Identifier: BSD-2-Clause */
/* The one request by which the socket driver reports on any number of sockets: what select() of
 * Winsock itself is made of. It needs no thread, and an event or a cancellation ends it. */
#include <errno.h>

#include "ntfile.h"

#include "nt_winsock.h"

#define IOCTL_AFD_POLL 0x00012024u

_Static_assert(sizeof(struct afd_entry) == 16 && offsetof(struct afd_poll, v) == 16, "AFD_POLL_INFO");

NTSTATUS NTAPI NtDeviceIoControlFile(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, ULONG, PVOID,
                                     ULONG, PVOID, ULONG);

static int result(NTSTATUS st)
{
    if (st == STATUS_PENDING)
        return -EINPROGRESS;
    return st == STATUS_TIMEOUT || NT_OK(st) ? 0 : nt_fail(st);
}

/* Any socket's handle leads to the driver: the first one's is taken. */
int nt_afd_poll(struct nt_io *io, struct afd_poll *p)
{
    ULONG size = (ULONG)(sizeof(*p) + p->count * sizeof(p->v[0]));
    NTSTATUS st;

    io->info = 0;
    io->status = STATUS_PENDING;
    st = NtDeviceIoControlFile(p->v[0].socket, io->event, NULL, NULL, (IO_STATUS_BLOCK *)&io->status,
                               IOCTL_AFD_POLL, p, size, p, size);
    if (st == STATUS_TIMEOUT)
        p->count = 0;
    return result(st);
}

int nt_afd_result(const struct nt_io *io)
{
    return result((NTSTATUS)__atomic_load_n(&io->status, __ATOMIC_ACQUIRE));
}
