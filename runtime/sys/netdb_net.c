/* SPDX-License-Identifier: BSD-2-Clause */
/* Networks: /etc/networks, and loopback where that is not. */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "net/resolve.h"

#ifndef _PATH_NETWORKS
#define _PATH_NETWORKS "/etc/networks"
#endif

struct query {
    const char *name;   /* NULL: by number, or by place */
    int64_t number;     /* -1: the one of place `index` */
    int index;
};

/* The answer: static, as these functions have it. */
static struct {
    char text[512];
    char *alias[ETC_WORDS];
    struct netent net;
    int at;             /* of the enumeration */
} got;

static char *keep(size_t *used, const char *s)
{
    size_t n = strlen(s) + 1;
    char *p = got.text + *used;

    if (n > sizeof(got.text) - *used)
        return NULL;
    memcpy(p, s, n);
    *used += n;
    return p;
}

/* word: name, number, aliases */
static int match(void *arg, char **word, int n)
{
    struct query *q = arg;
    uint32_t number;
    bool named = false;
    size_t used = 0;
    int k = 0;

    if (n < 2)
        return 0;
    number = inet_network(word[1]);
    for (int i = 0; q->name && i < n; i++)
        named = named || (i != 1 && !strcmp(word[i], q->name));
    if (q->name ? !named : q->number >= 0 ? number != q->number : q->index-- > 0)
        return 0;
    got.net.n_name = keep(&used, word[0]);
    for (int i = 2; i < n && (got.alias[k] = keep(&used, word[i])); i++)
        k++;
    got.alias[k] = NULL;
    got.net.n_aliases = got.alias;
    got.net.n_addrtype = AF_INET;
    got.net.n_net = number;
    return 1;
}

static struct netent *find(struct query *q)
{
    static char *loopback[] = { (char *)"loopback", (char *)"127" };

    return etc_each(_PATH_NETWORKS, match, q) || match(q, loopback, 2) ? &got.net : NULL;
}

/** A network by name. @return NULL: unknown; static memory. POSIX.1-2017 getnetbyname() */
struct netent *getnetbyname(const char *name)
{
    return find(&(struct query){ name, -1, 0 });
}

/** A network by number, in host order. @return NULL: unknown; static memory. POSIX.1-2017 getnetbyaddr() */
struct netent *getnetbyaddr(uint32_t net, int family)
{
    return family == AF_INET || family == AF_UNSPEC ? find(&(struct query){ NULL, net, 0 }) : NULL;
}

/** The next network. @return NULL: that was all. POSIX.1-2017 getnetent() */
struct netent *getnetent(void)
{
    struct netent *n = find(&(struct query){ NULL, -1, got.at });

    got.at += n != NULL;
    return n;
}

/** Begins anew with the first. POSIX.1-2017 setnetent() */
void setnetent(int stay_open)
{
    got.at = 0;
}

/** POSIX.1-2017 endnetent() */
void endnetent(void)
{
    got.at = 0;
}
