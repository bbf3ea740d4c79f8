/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of hosts and services: what the public functions of sys/netdb*.c share. */
#ifndef NET_RESOLVE_H
#define NET_RESOLVE_H

#include <netdb.h>

#define HOST_ADDRS 32

struct host_addrs {
    int n;
    struct {
        int family;
        uint32_t scope;
        uint8_t addr[16];
    } v[HOST_ADDRS];
    char canon[NI_MAXHOST];
};

/* Addresses of a name: a number, /etc/hosts, then what Windows knows. family AF_UNSPEC: all. 0 or EAI_*. */
int host_find(const char *name, int family, int flags, struct host_addrs *out);
/* Name of an address: 0 or EAI_*. */
int host_name(int family, const void *addr, char *out, size_t size);
/* Port in host order of a service, -1: unknown. protocol NULL: any. */
int service_port(const char *name, const char *protocol);

/* Lines of a file of /etc in words; # begins a comment. Stops at a nonzero result, which it returns. */
#define ETC_WORDS 36
int etc_each(const char *file, int (*fn)(void *arg, char **word, int n), void *arg);

#endif
