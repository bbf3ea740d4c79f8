/* SPDX-License-Identifier: BSD-2-Clause */
/* getaddrinfo and getnameinfo. Look-ups are in net/resolve.c. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/resolve.h"
#include "net/sock.h"

#define FLAGS (AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_NUMERICSERV | AI_ALL | AI_ADDRCONFIG | AI_V4MAPPED | AI_IDN)

static const struct {
    int type, protocol;
    const char *name;
} sorts[] = {
    { SOCK_STREAM, IPPROTO_TCP, "tcp" }, { SOCK_DGRAM, IPPROTO_UDP, "udp" }, { SOCK_RAW, 0, NULL },
};

/* In the program's memory: freeaddrinfo() may come from anywhere, and so may free() in old programs. */
static struct addrinfo *entry(int sort, int family, const void *addr, uint32_t scope, int port)
{
    size_t len = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    struct addrinfo *a = calloc(1, sizeof(*a) + sizeof(struct sockaddr_in6));

    if (!a)
        return NULL;
    a->ai_family = family;
    a->ai_socktype = sorts[sort].type;
    a->ai_protocol = sorts[sort].protocol;
    a->ai_addrlen = (socklen_t)len;
    a->ai_addr = (struct sockaddr *)(a + 1);
    a->ai_addr->sa_family = (sa_family_t)family;
    if (family == AF_INET) {
        struct sockaddr_in *in = (void *)a->ai_addr;

        in->sin_port = htons((uint16_t)port);
        memcpy(&in->sin_addr, addr, 4);
    } else {
        struct sockaddr_in6 *in6 = (void *)a->ai_addr;

        in6->sin6_port = htons((uint16_t)port);
        in6->sin6_scope_id = scope;
        memcpy(&in6->sin6_addr, addr, 16);
    }
    return a;
}

/** Frees a list of getaddrinfo(). POSIX.1-2017 */
void freeaddrinfo(struct addrinfo *list)
{
    struct addrinfo *next;

    for (; list; list = next) {
        next = list->ai_next;
        free(list->ai_canonname);
        free(list);
    }
}

static int port_of(const char *service, int flags, int sort)
{
    char *end;
    unsigned long n;

    if (!service)
        return 0;
    n = strtoul(service, &end, 10);
    if (service[0] && !*end)
        return n <= 65535 ? (int)n : -1;
    return flags & AI_NUMERICSERV || !sorts[sort].name ? -1 : service_port(service, sorts[sort].name);
}

static int check(const char *node, const char *service, const struct addrinfo *h)
{
    if (!node && !service)
        return EAI_NONAME;
    if ((h->ai_flags & ~FLAGS) || ((h->ai_flags & AI_CANONNAME) && !node))
        return EAI_BADFLAGS;
    if (h->ai_family != AF_UNSPEC && h->ai_family != AF_INET && h->ai_family != AF_INET6)
        return EAI_FAMILY;
    return 0;
}

static void any_host(const struct addrinfo *h, struct host_addrs *out)
{
    bool passive = h->ai_flags & AI_PASSIVE;

    memset(out, 0, sizeof(*out));
    if (h->ai_family != AF_INET6) {
        out->v[out->n].family = AF_INET;
        if (!passive)
            memcpy(out->v[out->n].addr, "\x7f\0\0\1", 4);
        out->n++;
    }
    if (h->ai_family != AF_INET) {
        out->v[out->n].family = AF_INET6;
        out->v[out->n++].addr[15] = !passive;
    }
}

static int build(const struct addrinfo *h, const char *service, const struct host_addrs *found,
                 struct addrinfo **list)
{
    struct addrinfo **end = list;
    bool sort_known = false;

    for (int i = 0; i < found->n; i++)
        for (int s = 0; s < 3; s++) {
            int port;

            if (h->ai_socktype && h->ai_socktype != sorts[s].type)
                continue;
            if (h->ai_protocol && sorts[s].protocol && h->ai_protocol != sorts[s].protocol)
                continue;
            sort_known = true;
            if ((port = port_of(service, h->ai_flags, s)) < 0)
                continue;
            if (!(*end = entry(s, found->v[i].family, found->v[i].addr, found->v[i].scope, port)))
                return EAI_MEMORY;
            end = &(*end)->ai_next;
        }
    if (!*list)
        return !sort_known ? EAI_SOCKTYPE : h->ai_flags & AI_NUMERICSERV ? EAI_NONAME : EAI_SERVICE;
    if ((h->ai_flags & AI_CANONNAME) && !((*list)->ai_canonname = strdup(found->canon)))
        return EAI_MEMORY;
    return 0;
}

/**
 * Addresses of a host and a service.
 * @param node name or number; NULL: this host, with AI_PASSIVE any address
 * @param hints ai_flags, ai_family, ai_socktype, ai_protocol; may be NULL
 * @param list receives the result, for freeaddrinfo()
 * @return 0 or EAI_*
 * POSIX.1-2017 getaddrinfo()
 */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **list)
{
    static const struct addrinfo none;
    const struct addrinfo *h = hints ? hints : &none;
    struct host_addrs *found = malloc(sizeof(*found));
    int r = found ? check(node, service, h) : EAI_MEMORY;

    *list = NULL;
    if (r == 0 && node)
        r = host_find(node, h->ai_family, h->ai_flags, found);
    else if (r == 0)
        any_host(h, found);
    if (r == 0)
        r = build(h, service, found, list);
    free(found);
    if (r) {
        freeaddrinfo(*list);
        *list = NULL;
    }
    trace_sys_getaddrinfo(node ? node : "", service ? service : "", -r);
    return r;
}

static int service_text(const struct sockaddr *addr, char *out, socklen_t size, int flags)
{
    int port = addr->sa_family == AF_INET ? ((const struct sockaddr_in *)addr)->sin_port
                                          : ((const struct sockaddr_in6 *)addr)->sin6_port;
    struct servent *s = flags & NI_NUMERICSERV ? NULL : getservbyport(port, flags & NI_DGRAM ? "udp" : "tcp");
    int n = s ? snprintf(out, (size_t)size, "%s", s->s_name)
              : snprintf(out, (size_t)size, "%u", ntohs((uint16_t)port));

    return n < size ? 0 : EAI_OVERFLOW;
}

static int host_text(const struct sockaddr *addr, char *out, socklen_t size, int flags)
{
    const struct sockaddr_in6 *in6 = (const void *)addr;
    const void *a = addr->sa_family == AF_INET ? (const void *)&((const struct sockaddr_in *)addr)->sin_addr
                                               : (const void *)&in6->sin6_addr;
    char text[INET6_ADDRSTRLEN + 12];
    int r = flags & NI_NUMERICHOST ? EAI_NONAME : host_name(addr->sa_family, a, out, (size_t)size);

    if (r == 0 || r == EAI_OVERFLOW || (flags & NI_NAMEREQD))
        return r;
    inet_ntop(addr->sa_family, a, text, sizeof(text));
    if (addr->sa_family == AF_INET6 && in6->sin6_scope_id)
        snprintf(text + strlen(text), 12, "%%%u", in6->sin6_scope_id);
    return snprintf(out, (size_t)size, "%s", text) < size ? 0 : EAI_OVERFLOW;
}

/**
 * Names of an address and its port.
 * @param flags NI_NUMERICHOST, NI_NUMERICSERV, NI_NAMEREQD, NI_DGRAM, NI_NOFQDN
 * @return 0 or EAI_*
 * POSIX.1-2017 getnameinfo()
 */
int getnameinfo(const struct sockaddr *addr, socklen_t len, char *host, socklen_t hostlen, char *service,
                socklen_t servicelen, int flags)
{
    socklen_t need = addr->sa_family == AF_INET ? (socklen_t)sizeof(struct sockaddr_in) : 24;
    char text[SOCK_TEXT];
    int r = 0;

    if (len < (socklen_t)sizeof(sa_family_t) || (addr->sa_family != AF_INET && addr->sa_family != AF_INET6)
        || len < need)
        r = EAI_FAMILY;
    else if ((!host || !hostlen) && (!service || !servicelen))
        r = EAI_NONAME;
    if (r == 0 && host && hostlen)
        r = host_text(addr, host, hostlen, flags);
    if (r == 0 && service && servicelen)
        r = service_text(addr, service, servicelen, flags);
    trace_sys_getnameinfo(sock_text(text, addr, len), -r);
    return r;
}

/** What an EAI_* means. POSIX.1-2017 gai_strerror() */
const char *gai_strerror(int code)
{
    static const char *const text[] = {
        "Success", "Address family for hostname not supported", "Temporary failure in name resolution",
        "Bad value for ai_flags", "Non-recoverable failure in name resolution", "ai_family not supported",
        "Memory allocation failure", "No address associated with hostname", "Name or service not known",
        "Servname not supported for ai_socktype", "ai_socktype not supported", "System error",
        "Bad value for hints", "Resolved protocol is unknown", "Argument buffer overflow",
    };

    return code >= 0 && code < (int)ARRAY_SIZE(text) ? text[code] : "Unknown error";
}
