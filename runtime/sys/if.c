/* SPDX-License-Identifier: BSD-2-Clause */
/* Network interfaces: names, numbers, addresses. An interface has the name that Windows shows, or where
 * that is too long its GUID; the loopback is "lo". */
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mm.h"
#include "nt_netif.h"
#include "path.h"
#include "sys.h"
#include "text/utf.h"

static const char *name_of(const struct nt_if *i, char out[IF_NAMESIZE])
{
    char mem[256];
    struct buf b;
    size_t n = 0;

    if (i->type == NT_IF_LOOPBACK)
        return strcpy(out, "lo");
    buf_init(&b, path_realloc, mem, sizeof(mem));
    while (i->name && i->name[n])
        n++;
    wide_to_utf8(&b, i->name, n);
    if (buf_err(&b) == 0 && b.len && b.len < IF_NAMESIZE)
        memcpy(out, b.p, b.len + 1);
    else
        snprintf(out, IF_NAMESIZE, "%s", i->guid);
    buf_free(&b);
    return out;
}

static unsigned index_of(const struct nt_if *i)
{
    return i->index ? i->index : i->index6;
}

/** Number of an interface. @return 0 with ENODEV: there is none. POSIX.1-2017 */
unsigned if_nametoindex(const char *name)
{
    struct nt_if *list;
    char text[IF_NAMESIZE];
    unsigned found = 0;
    int r = nt_if_list(&list);

    for (struct nt_if *i = list; i && !found; i = i->next)
        if (!strcmp(name_of(i, text), name))
            found = index_of(i);
    rt_free(list);
    if (!found)
        errno = r < 0 ? -r : ENODEV;
    return found;
}

/** Name of an interface, into IF_NAMESIZE bytes. @return name, or NULL with ENXIO. POSIX.1-2017 */
char *if_indextoname(unsigned index, char *name)
{
    struct nt_if *list;
    bool found = false;
    int r = nt_if_list(&list);

    for (struct nt_if *i = list; i && !found; i = i->next)
        if ((found = index_of(i) == index))
            name_of(i, name);
    rt_free(list);
    if (!found)
        errno = r < 0 ? -r : ENXIO;
    return found ? name : NULL;
}

/** All interfaces; the last has index 0. For if_freenameindex(). @return NULL with ENOBUFS. POSIX.1-2017 */
struct if_nameindex *if_nameindex(void)
{
    struct if_nameindex *v;
    struct nt_if *list;
    char text[IF_NAMESIZE];
    size_t n = 0;

    if (nt_if_list(&list) < 0) {
        errno = ENOBUFS;
        return NULL;
    }
    for (struct nt_if *i = list; i; i = i->next)
        n++;
    v = calloc(n + 1, sizeof(*v));
    n = 0;
    for (struct nt_if *i = list; v && i; i = i->next) {
        v[n].if_name = strdup(name_of(i, text));
        if (v[n].if_name)
            v[n++].if_index = index_of(i);
    }
    rt_free(list);
    if (!v)
        errno = ENOBUFS;
    return v;
}

/** Frees a list of if_nameindex(). POSIX.1-2017 */
void if_freenameindex(struct if_nameindex *v)
{
    for (struct if_nameindex *i = v; i && i->if_name; i++)
        free(i->if_name);
    free(v);
}

/* ---- addresses ---- */

struct entry {
    struct ifaddrs a;
    char name[IF_NAMESIZE];
    struct sockaddr_storage addr, mask, broadcast;
};

static void set_bits(uint8_t *to, unsigned bits, unsigned bytes)
{
    for (unsigned i = 0; i < bytes && bits; i++) {
        unsigned n = bits < 8 ? bits : 8;

        to[i] = (uint8_t)(0xff00u >> n);
        bits -= n;
    }
}

static struct entry *entry(const struct nt_if *i, const struct nt_if_addr *u)
{
    struct entry *e = calloc(1, sizeof(*e));
    struct sockaddr_in *in, *mask;

    if (!e)
        return NULL;
    name_of(i, e->name);
    e->a.ifa_name = e->name;
    e->a.ifa_flags = (i->type == NT_IF_LOOPBACK ? IFF_LOOPBACK : IFF_BROADCAST | IFF_MULTICAST)
        | (i->state == NT_IF_UP ? IFF_UP | IFF_RUNNING : 0);
    memcpy(&e->addr, u->addr, (size_t)u->addrlen < sizeof(e->addr) ? (size_t)u->addrlen : sizeof(e->addr));
    e->mask.ss_family = e->broadcast.ss_family = e->addr.ss_family;
    e->a.ifa_addr = (struct sockaddr *)&e->addr;
    e->a.ifa_netmask = (struct sockaddr *)&e->mask;
    if (e->addr.ss_family == AF_INET6) {
        set_bits(((struct sockaddr_in6 *)&e->mask)->sin6_addr.s6_addr, u->prefix, 16);
        return e;
    }
    in = (struct sockaddr_in *)&e->addr;
    mask = (struct sockaddr_in *)&e->mask;
    set_bits((uint8_t *)&mask->sin_addr, u->prefix, 4);
    ((struct sockaddr_in *)&e->broadcast)->sin_addr.s_addr = in->sin_addr.s_addr | ~mask->sin_addr.s_addr;
    if (e->a.ifa_flags & IFF_BROADCAST)
        e->a.ifa_broadaddr = (struct sockaddr *)&e->broadcast;
    return e;
}

/** Addresses of all interfaces, for freeifaddrs(). @return 0, or -1 with ENOMEM. As on Linux, without link-level ones. */
int getifaddrs(struct ifaddrs **out)
{
    struct ifaddrs **end = out;
    struct nt_if *list;
    int r = nt_if_list(&list);

    *out = NULL;
    for (struct nt_if *i = list; i && r == 0; i = i->next)
        for (struct nt_if_addr *u = i->unicast; u && r == 0; u = u->next) {
            struct entry *e = entry(i, u);

            if (!e) {
                r = -ENOMEM;
                break;
            }
            *end = &e->a;
            end = &e->a.ifa_next;
        }
    rt_free(list);
    if (r < 0) {
        freeifaddrs(*out);
        *out = NULL;
    }
    return (int)sys_ret(r);
}

/** Frees a list of getifaddrs(). As on Linux. */
void freeifaddrs(struct ifaddrs *list)
{
    struct ifaddrs *next;

    for (; list; list = next) {
        next = list->ifa_next;
        free(container_of(list, struct entry, a));
    }
}
