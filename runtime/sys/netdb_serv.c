/* SPDX-License-Identifier: BSD-2-Clause */
/* Services and protocols: /etc/services and /etc/protocols, and the best known where these are not. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "net/resolve.h"

static const struct known {
    const char *name, *alias;
    int number;
    const char *protocol;   /* of a service: NULL: both */
} services[] = {
    { "echo", NULL, 7, NULL }, { "discard", "sink", 9, NULL }, { "daytime", NULL, 13, NULL },
    { "ftp-data", NULL, 20, "tcp" }, { "ftp", NULL, 21, "tcp" }, { "ssh", NULL, 22, "tcp" },
    { "telnet", NULL, 23, "tcp" }, { "smtp", "mail", 25, "tcp" }, { "time", "timserver", 37, NULL },
    { "domain", NULL, 53, NULL }, { "tftp", NULL, 69, "udp" }, { "finger", NULL, 79, "tcp" },
    { "http", "www", 80, "tcp" }, { "pop3", "pop-3", 110, "tcp" }, { "sunrpc", "portmapper", 111, NULL },
    { "nntp", NULL, 119, "tcp" }, { "ntp", NULL, 123, "udp" }, { "imap2", "imap", 143, "tcp" },
    { "snmp", NULL, 161, NULL }, { "ldap", NULL, 389, NULL }, { "https", NULL, 443, NULL },
    { "syslog", NULL, 514, "udp" }, { "ldaps", NULL, 636, NULL }, { "imaps", NULL, 993, "tcp" },
    { "pop3s", NULL, 995, "tcp" },
}, protocols[] = {
    { "ip", "IP", 0, NULL }, { "icmp", "ICMP", 1, NULL }, { "igmp", "IGMP", 2, NULL }, { "tcp", "TCP", 6, NULL },
    { "udp", "UDP", 17, NULL }, { "ipv6", "IPv6", 41, NULL }, { "ipv6-icmp", "IPv6-ICMP", 58, NULL },
};

/* What is looked for, and where the answer goes: static, as these functions have it. */
struct query {
    const char *name;
    int number;             /* used when name is NULL; -1: the one of place `index` */
    const char *protocol;
    bool service;
    int index;
};

static struct {
    char text[256];
    char *alias[ETC_WORDS];
    char *name, *protocol;
    int number;
    int at;                 /* of the enumeration */
} got[2];

static char *keep(char **end, const char *s)
{
    char *p = *end;
    size_t n = strlen(s) + 1;
    char *limit = got[0].text <= p && p < got[0].text + sizeof(got[0].text) ? got[0].text : got[1].text;

    if ((size_t)(p - limit) + n > sizeof(got[0].text))
        return NULL;
    memcpy(p, s, n);
    *end = p + n;
    return p;
}

/* word: name, number[/protocol], aliases */
static int match(void *arg, char **word, int n)
{
    struct query *q = arg;
    __typeof__(&got[0]) g = &got[q->service];
    char *slash = n > 1 ? strchr(word[1], '/') : NULL, *end = g->text;
    int number = n > 1 ? atoi(word[1]) : -1, k = 0;
    bool named = false;

    if (n < 2 || (q->service && !slash) || (q->service && q->protocol && strcmp(slash + 1, q->protocol)))
        return 0;
    for (int i = 0; q->name && i < n; i++)
        named = named || (i != 1 && !strcmp(word[i], q->name));
    if (q->name ? !named : q->number >= 0 ? number != q->number : q->index-- > 0)
        return 0;
    g->number = number;
    g->name = keep(&end, word[0]);
    g->protocol = keep(&end, slash ? slash + 1 : "");
    for (int i = 2; i < n && (g->alias[k] = keep(&end, word[i])); i++)
        k++;
    g->alias[k] = NULL;
    return 1;
}

static int find_known(struct query *q, const struct known *v, size_t n)
{
    static const char *const both[] = { "tcp", "udp" };

    for (size_t i = 0; i < n; i++)
        for (int p = 0; p < (q->service ? 2 : 1); p++) {
            char number[24], *word[4] = { (char *)v[i].name, number, (char *)v[i].alias, NULL };

            if (v[i].protocol && strcmp(v[i].protocol, both[p]))
                continue;
            snprintf(number, sizeof(number), q->service ? "%d/%s" : "%d", v[i].number, both[p]);
            if (match(q, word, v[i].alias ? 3 : 2))
                return 1;
        }
    return 0;
}

static int find(struct query *q)
{
    if (etc_each(q->service ? _PATH_SERVICES : _PATH_PROTOCOLS, match, q))
        return 1;
    return q->service ? find_known(q, services, sizeof(services) / sizeof(services[0]))
                      : find_known(q, protocols, sizeof(protocols) / sizeof(protocols[0]));
}

static struct servent *serv(struct query *q)
{
    static struct servent s;

    q->service = true;
    if (!find(q))
        return NULL;
    s = (struct servent){ got[1].name, got[1].alias, (short)htons((uint16_t)got[1].number), got[1].protocol };
    return &s;
}

static struct protoent *proto(struct query *q)
{
    static struct protoent p;

    if (!find(q))
        return NULL;
    p = (struct protoent){ got[0].name, got[0].alias, (short)got[0].number };
    return &p;
}

int service_port(const char *name, const char *protocol)
{
    struct query q = { .name = name, .number = -1, .protocol = protocol, .service = true };

    return find(&q) ? got[1].number : -1;
}

/** A service by name; protocol NULL: any. Static memory. POSIX.1-2017 */
struct servent *getservbyname(const char *name, const char *protocol)
{
    return serv(&(struct query){ .name = name, .number = -1, .protocol = protocol });
}

/** A service by port, in network order. POSIX.1-2017 */
struct servent *getservbyport(int port, const char *protocol)
{
    return serv(&(struct query){ .number = ntohs((uint16_t)port), .protocol = protocol });
}

/** The next service. POSIX.1-2017 */
struct servent *getservent(void)
{
    return serv(&(struct query){ .number = -1, .index = got[1].at++ });
}

/** getservent() begins anew. POSIX.1-2017 */
void setservent(int stay_open)
{
    got[1].at = 0;
}

/** The enumeration is over. POSIX.1-2017 */
void endservent(void)
{
    got[1].at = 0;
}

/** A protocol by name. Static memory. POSIX.1-2017 */
struct protoent *getprotobyname(const char *name)
{
    return proto(&(struct query){ .name = name, .number = -1 });
}

/** A protocol by number. POSIX.1-2017 */
struct protoent *getprotobynumber(int number)
{
    return number < 0 ? NULL : proto(&(struct query){ .number = number });
}

/** The next protocol. POSIX.1-2017 */
struct protoent *getprotoent(void)
{
    return proto(&(struct query){ .number = -1, .index = got[0].at++ });
}

/** getprotoent() begins anew. POSIX.1-2017 */
void setprotoent(int stay_open)
{
    got[0].at = 0;
}

/** The enumeration is over. POSIX.1-2017 */
void endprotoent(void)
{
    got[0].at = 0;
}
