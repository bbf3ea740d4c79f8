/* SPDX-License-Identifier: BSD-2-Clause */
/* The older way to ask for hosts: gethostbyname and its relatives. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/resolve.h"

static int host_error;

/** Behind the macro h_errno. */
int *__h_errno(void)
{
    return &host_error;
}

static int h_error(int eai)
{
    return eai == EAI_AGAIN ? TRY_AGAIN : eai == EAI_NONAME ? HOST_NOT_FOUND : eai == EAI_SYSTEM ? NETDB_INTERNAL
                                                                                                : NO_RECOVERY;
}

/* Lays the entry out in `buf`: list of addresses, no aliases, the addresses, the name. */
static int lay_out(struct hostent *e, char *buf, size_t size, const struct host_addrs *a, int family,
                   const char *name)
{
    size_t len = family == AF_INET ? 4 : 16, n = (size_t)a->n;
    char **list = (char **)(((uintptr_t)buf + 7) & ~(uintptr_t)7), *at = (char *)(list + n + 2);

    if ((size_t)(at - buf) + n * len + strlen(name) + 1 > size)
        return ERANGE;
    for (size_t i = 0; i < n; i++, at += len) {
        list[i] = at;
        memcpy(at, a->v[i].addr, len);
    }
    list[n] = NULL;
    list[n + 1] = NULL;
    strcpy(at, name);
    *e = (struct hostent){ at, list + n + 1, (short)family, (short)len, list };
    return 0;
}

static int by_name(const char *name, int family, struct hostent *entry, char *buf, size_t size, int *error)
{
    struct host_addrs *a = malloc(sizeof(*a));
    int r;

    if (!a) {
        *error = NETDB_INTERNAL;
        return ENOMEM;
    }
    r = host_find(name, family, 0, a);
    *error = r ? h_error(r) : 0;
    if (r == 0) {
        r = lay_out(entry, buf, size, a, family, a->canon[0] ? a->canon : name);
        *error = r ? NETDB_INTERNAL : 0;
    } else {
        r = ENOENT;
    }
    free(a);
    return r;
}

/** gethostbyname() into the caller's memory. @return 0 or the error's number: ERANGE: too little room. As on Linux. */
int gethostbyname_r(const char *name, struct hostent *entry, char *buf, size_t size, struct hostent **result,
                    int *error)
{
    int r = by_name(name, AF_INET, entry, buf, size, error);

    *result = r ? NULL : entry;
    return r == ENOENT ? 0 : r;
}

static struct hostent result;
static char result_buf[4096];

/** Addresses of a host, of one family. Static memory. @return NULL with h_errno. As on Linux. */
struct hostent *gethostbyname2(const char *name, int family)
{
    if (family != AF_INET && family != AF_INET6) {
        errno = EAFNOSUPPORT;
        host_error = NETDB_INTERNAL;
        return NULL;
    }
    return by_name(name, family, &result, result_buf, sizeof(result_buf), &host_error) ? NULL : &result;
}

/** Addresses of a host. Static memory. @return NULL with h_errno. POSIX.1-2001 */
struct hostent *gethostbyname(const char *name)
{
    return gethostbyname2(name, AF_INET);
}

/** Name of an address. Static memory. @return NULL with h_errno. POSIX.1-2001 */
struct hostent *gethostbyaddr(const void *addr, socklen_t len, int family)
{
    struct host_addrs a = { .n = 1 };
    char name[NI_MAXHOST];
    int r;

    if ((family != AF_INET || len != 4) && (family != AF_INET6 || len != 16)) {
        errno = EINVAL;
        host_error = NETDB_INTERNAL;
        return NULL;
    }
    r = host_name(family, addr, name, sizeof(name));
    host_error = r ? h_error(r) : 0;
    if (r)
        return NULL;
    memcpy(a.v[0].addr, addr, (size_t)len);
    return lay_out(&result, result_buf, sizeof(result_buf), &a, family, name) ? NULL : &result;
}

/** What an h_errno means. As on BSD. */
const char *hstrerror(int code)
{
    static const char *const text[] = {
        "Resolver Error 0 (no error)", "Unknown host", "Host name lookup failure", "Unknown server error",
        "No address associated with name",
    };

    return code < 0 ? "Resolver internal error" : code < 5 ? text[code] : "Unknown resolver error";
}

/** Prints h_errno. As on BSD. */
void herror(const char *message)
{
    fprintf(stderr, "%s%s%s\n", message && *message ? message : "", message && *message ? ": " : "",
            hstrerror(host_error));
}
