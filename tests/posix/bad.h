/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests of bad input: each call's result or errno as a line, which has to be Linux's (compare: stdout). */
#ifndef TESTS_POSIX_BAD_H
#define TESTS_POSIX_BAD_H

#include <errno.h>
#include <stdio.h>

#ifdef ESOCKTNOSUPPORT
#define BAD_ESOCKTNOSUPPORT ESOCKTNOSUPPORT
#else
#define BAD_ESOCKTNOSUPPORT 124 /* the C library of this host has no name for it */
#endif

static const struct { int number; const char *name; } bad_names[] = {
    { EACCES, "EACCES" }, { EADDRINUSE, "EADDRINUSE" }, { EADDRNOTAVAIL, "EADDRNOTAVAIL" },
    { EAFNOSUPPORT, "EAFNOSUPPORT" }, { EAGAIN, "EAGAIN" }, { EBADF, "EBADF" }, { ECHILD, "ECHILD" },
    { ECONNREFUSED, "ECONNREFUSED" }, { ECONNRESET, "ECONNRESET" }, { EDESTADDRREQ, "EDESTADDRREQ" },
    { EDOM, "EDOM" }, { EEXIST, "EEXIST" }, { EFAULT, "EFAULT" }, { EFBIG, "EFBIG" }, { EINVAL, "EINVAL" },
    { EIO, "EIO" }, { EISCONN, "EISCONN" }, { EISDIR, "EISDIR" }, { ELOOP, "ELOOP" }, { EMFILE, "EMFILE" },
    { EMSGSIZE, "EMSGSIZE" }, { ENAMETOOLONG, "ENAMETOOLONG" }, { ENODEV, "ENODEV" }, { ENOENT, "ENOENT" },
    { ENOMEM, "ENOMEM" }, { ENOPROTOOPT, "ENOPROTOOPT" }, { ENOSPC, "ENOSPC" }, { ENOSYS, "ENOSYS" },
    { ENOTCONN, "ENOTCONN" }, { ENOTDIR, "ENOTDIR" }, { ENOTSOCK, "ENOTSOCK" }, { ENOTTY, "ENOTTY" },
    { ENXIO, "ENXIO" }, { EOPNOTSUPP, "EOPNOTSUPP" }, { EOVERFLOW, "EOVERFLOW" }, { EPERM, "EPERM" },
    { EPIPE, "EPIPE" }, { EPROTONOSUPPORT, "EPROTONOSUPPORT" }, { ERANGE, "ERANGE" }, { EROFS, "EROFS" },
    { ESPIPE, "ESPIPE" }, { ESRCH, "ESRCH" }, { ETIMEDOUT, "ETIMEDOUT" }, { EXDEV, "EXDEV" },
    { EPROTOTYPE, "EPROTOTYPE" }, { EALREADY, "EALREADY" }, { EINPROGRESS, "EINPROGRESS" }, { EINTR, "EINTR" },
    { EBUSY, "EBUSY" }, { BAD_ESOCKTNOSUPPORT, "ESOCKTNOSUPPORT" }, { EHOSTUNREACH, "EHOSTUNREACH" },
    { ENETUNREACH, "ENETUNREACH" }, { EIDRM, "EIDRM" },
};

static void bad_show(const char *what, long r, int error)
{
    const char *name = "another error";

    for (unsigned i = 0; i < sizeof(bad_names) / sizeof(bad_names[0]); i++)
        if (bad_names[i].number == error)
            name = bad_names[i].name;
    if (r < 0)
        printf("# %s: %s\n", what, name);
    else
        printf("# %s: %ld\n", what, r);
    fflush(stdout);
}

/* The call as it stands is its own label. */
#define BAD(call)                          \
    do {                                   \
        long r__;                          \
        errno = 0;                         \
        r__ = (long)(call);                \
        bad_show(#call, r__, errno);       \
    } while (0)

#endif
