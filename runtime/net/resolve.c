/* SPDX-License-Identifier: BSD-2-Clause */
/* Looking up names: numbers, /etc/hosts, and the resolver of Windows. */
#include "resolve.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "mm.h"
#include "nt_winsock.h"
#include "path.h"
#include "sock.h"
#include "text/utf.h"

int etc_each(const char *file, int (*fn)(void *arg, char **word, int n), void *arg)
{
    FILE *f = fopen(file, "re");
    char *line = NULL, *word[ETC_WORDS], *at, *save;
    size_t size = 0;
    int r = 0, n;

    if (!f)
        return 0;
    while (r == 0 && __getline(&line, &size, f) > 0) {
        line[strcspn(line, "#\r\n")] = 0;
        for (n = 0, at = strtok_r(line, " \t", &save); at && n < ETC_WORDS - 1; at = strtok_r(NULL, " \t", &save))
            word[n++] = at;
        word[n] = NULL;
        if (n)
            r = fn(arg, word, n);
    }
    free(line);
    fclose(f);
    return r;
}

static void put(struct host_addrs *out, int family, const void *addr, uint32_t scope)
{
    size_t len = family == AF_INET ? 4 : 16;

    for (int i = 0; i < out->n; i++)
        if (out->v[i].family == family && !memcmp(out->v[i].addr, addr, len))
            return;
    if (out->n == HOST_ADDRS)
        return;
    out->v[out->n].family = family;
    out->v[out->n].scope = scope;
    memcpy(out->v[out->n++].addr, addr, len);
}

/* ---- numbers ---- */

static bool number(const char *name, int family, struct host_addrs *out)
{
    const char *percent = strchr(name, '%');
    char text[INET6_ADDRSTRLEN + 1];
    struct in_addr in;
    uint8_t in6[16];
    uint32_t scope = 0;
    size_t n = percent ? (size_t)(percent - name) : strlen(name);

    if (family != AF_INET6 && inet_aton(name, &in)) {
        put(out, AF_INET, &in, 0);
        return true;
    }
    if (family == AF_INET || n > INET6_ADDRSTRLEN)
        return false;
    memcpy(text, name, n);
    text[n] = 0;
    if (percent)
        scope = (uint32_t)strtoul(percent + 1, NULL, 10);
    if (inet_pton(AF_INET6, text, in6) != 1)
        return false;
    put(out, AF_INET6, in6, scope);
    return true;
}

/* ---- /etc/hosts ---- */

struct hosts {
    const char *name;
    int family;
    struct host_addrs *out;
    const uint8_t *addr;    /* the other way round */
    char *to;
    size_t size;
};

static int hosts_line(void *arg, char **word, int n)
{
    struct hosts *h = arg;

    for (int i = 1; i < n; i++)
        if (!strcasecmp(word[i], h->name) && number(word[0], h->family, h->out) && !h->out->canon[0])
            snprintf(h->out->canon, sizeof(h->out->canon), "%s", word[1]);
    return 0;
}

static int hosts_addr(void *arg, char **word, int n)
{
    struct hosts *h = arg;
    uint8_t a[16];

    if (n < 2 || inet_pton(h->family, word[0], a) != 1 || memcmp(a, h->addr, h->family == AF_INET ? 4 : 16))
        return 0;
    return (size_t)snprintf(h->to, h->size, "%s", word[1]) < h->size ? 1 : -1;
}

/* What has to be right without any file. */
static bool localhost(const char *name, int family, struct host_addrs *out)
{
    static const uint8_t in[4] = { 127, 0, 0, 1 }, in6[16] = { [15] = 1 };

    if (strcasecmp(name, "localhost"))
        return false;
    if (family != AF_INET)
        put(out, AF_INET6, in6, 0);
    if (family != AF_INET6)
        put(out, AF_INET, in, 0);
    return true;
}

/* ---- Windows ---- */

static int eai(int error)
{
    switch (error) {
    case 0:
        return 0;
    case 8: /* WSA_NOT_ENOUGH_MEMORY */
        return EAI_MEMORY;
    case 11002:
        return EAI_AGAIN;
    case 11003:
        return EAI_FAIL;
    case 10047:
        return EAI_FAMILY;
    default: /* 11001 not found, 11004 no data */
        return EAI_NONAME;
    }
}

static void take(struct host_addrs *out, const struct ws_addrinfo *a, int family)
{
    const struct sockaddr_in *in = a->addr;
    const struct sockaddr_in6 *in6 = a->addr;

    if (a->family == AF_INET && family != AF_INET6)
        put(out, AF_INET, &in->sin_addr, 0);
    else if (a->family == AF_INET6 && family != AF_INET)
        put(out, AF_INET6, &in6->sin6_addr, in6->sin6_scope_id);
}

static int ask_windows(const char *name, int family, struct host_addrs *out)
{
    struct ws_addrinfo hints = { .family = family, .type = SOCK_STREAM, .flags = AI_CANONNAME }, *list = NULL;
    uint16_t mem[256];
    struct wbuf w;
    struct buf b;
    int r;

    if (sock_load() < 0)
        return EAI_SYSTEM;
    wbuf_init(&w, path_realloc, mem, sizeof(mem) / sizeof(mem[0]));
    utf8_to_wide(&w, name, strlen(name));
    r = wbuf_err(&w) < 0 ? EAI_MEMORY : eai(ws_getaddrinfo(w.p, NULL, &hints, &list));
    wbuf_free(&w);
    if (r)
        return r;
    for (struct ws_addrinfo *a = list; a; a = a->next) {
        take(out, a, family);
        if (a->canon && !out->canon[0]) {
            size_t n = 0;

            while (a->canon[n])
                n++;
            path_buf(&b);
            wide_to_utf8(&b, a->canon, n);
            if (buf_err(&b) == 0)
                snprintf(out->canon, sizeof(out->canon), "%s", b.p);
            buf_free(&b);
        }
    }
    ws_freeaddrinfo(list);
    return out->n ? 0 : EAI_NONAME;
}

int host_find(const char *name, int family, int flags, struct host_addrs *out)
{
    struct hosts h = { .name = name, .family = family, .out = out };

    out->n = 0;
    out->canon[0] = 0;
    if (!name[0])
        return EAI_NONAME;
    if (number(name, family, out)) {
        snprintf(out->canon, sizeof(out->canon), "%s", name);
        return 0;
    }
    if (flags & AI_NUMERICHOST)
        return EAI_NONAME;
    etc_each(_PATH_HOSTS, hosts_line, &h);
    if (!out->n && localhost(name, family, out))
        snprintf(out->canon, sizeof(out->canon), "localhost");
    return out->n ? 0 : ask_windows(name, family, out);
}

int host_name(int family, const void *addr, char *out, size_t size)
{
    struct hosts h = { .family = family, .addr = addr, .to = out, .size = size };
    static const uint8_t in[4] = { 127, 0, 0, 1 }, in6[16] = { [15] = 1 };
    union sock_addr a;
    uint16_t text[NI_MAXHOST];
    struct buf b;
    int r = etc_each(_PATH_HOSTS, hosts_addr, &h), len;

    if (r)
        return r > 0 ? 0 : EAI_OVERFLOW;
    if (!memcmp(addr, family == AF_INET ? in : in6, family == AF_INET ? 4 : 16))
        return (size_t)snprintf(out, size, "localhost") < size ? 0 : EAI_OVERFLOW;
    if (sock_load() < 0)
        return EAI_SYSTEM;
    memset(&a, 0, sizeof(a));
    a.sa.sa_family = (sa_family_t)family;
    if (family == AF_INET)
        memcpy(&((struct sockaddr_in *)&a)->sin_addr, addr, 4);
    else
        memcpy(&((struct sockaddr_in6 *)&a)->sin6_addr, addr, 16);
    len = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    if ((r = eai(ws_getnameinfo(&a, len, text, NI_MAXHOST, NI_NAMEREQD))))
        return r;
    for (len = 0; text[len]; len++)
        ;
    path_buf(&b);
    wide_to_utf8(&b, text, (size_t)len);
    r = buf_err(&b) < 0 ? EAI_MEMORY : (size_t)snprintf(out, size, "%s", b.p) < size ? 0 : EAI_OVERFLOW;
    buf_free(&b);
    return r;
}
