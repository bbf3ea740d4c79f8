/* SPDX-License-Identifier: BSD-2-Clause */
/* Internet addresses as numbers and as text. Pure: no sockets. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#undef htonl
#undef htons
#undef ntohl
#undef ntohs

const struct in6_addr in6addr_any = IN6ADDR_ANY_INIT;
const struct in6_addr in6addr_loopback = IN6ADDR_LOOPBACK_INIT;

uint32_t htonl(uint32_t host)
{
    return __builtin_bswap32(host);
}

uint16_t htons(uint16_t host)
{
    return __builtin_bswap16(host);
}

uint32_t ntohl(uint32_t net)
{
    return __builtin_bswap32(net);
}

uint16_t ntohs(uint16_t net)
{
    return __builtin_bswap16(net);
}

/** a, a.b, a.b.c or a.b.c.d, each decimal, octal or hexadecimal. @return 1, or 0 if it is none */
int inet_aton(const char *text, struct in_addr *addr)
{
    uint32_t part[4];
    int n = 0, i;
    uint32_t value;

    for (;;) {
        unsigned long v;
        char *end;

        if (!isdigit((unsigned char)*text))
            return 0;
        v = strtoul(text, &end, 0);
        if (v > 0xffffffff)
            return 0;
        part[n++] = (uint32_t)v;
        if (*end == '.' && n < 4) {
            text = end + 1;
            continue;
        }
        if (*end && !isspace((unsigned char)*end))
            return 0;
        break;
    }
    value = part[n - 1];
    if (n > 1 && value >> (8 * (5 - n)))
        return 0;
    for (i = 0; i < n - 1; i++) {
        if (part[i] > 255)
            return 0;
        value |= part[i] << (24 - 8 * i);
    }
    addr->s_addr = __builtin_bswap32(value);
    return 1;
}

in_addr_t inet_addr(const char *text)
{
    struct in_addr addr;

    return inet_aton(text, &addr) ? addr.s_addr : INADDR_NONE;
}

in_addr_t inet_network(const char *text)
{
    struct in_addr addr;

    return inet_aton(text, &addr) ? __builtin_bswap32(addr.s_addr) : INADDR_NONE;
}

/* Bits of the host part in the old classes of networks. */
static int class_shift(uint32_t host)
{
    return IN_CLASSA(host) ? IN_CLASSA_NSHIFT : IN_CLASSB(host) ? IN_CLASSB_NSHIFT : IN_CLASSC_NSHIFT;
}

in_addr_t inet_netof(struct in_addr addr)
{
    uint32_t host = __builtin_bswap32(addr.s_addr);

    return host >> class_shift(host);
}

in_addr_t inet_lnaof(struct in_addr addr)
{
    uint32_t host = __builtin_bswap32(addr.s_addr);

    return host & ((1u << class_shift(host)) - 1);
}

struct in_addr inet_makeaddr(in_addr_t net, in_addr_t host)
{
    int shift = net < 128 ? IN_CLASSA_NSHIFT : net < 65536 ? IN_CLASSB_NSHIFT : IN_CLASSC_NSHIFT;
    struct in_addr addr = { __builtin_bswap32(net << shift | (host & ((1u << shift) - 1))) };

    return addr;
}

/** @return text in a buffer that the next call overwrites */
char *inet_ntoa(struct in_addr addr)
{
    static char text[INET_ADDRSTRLEN];

    return (char *)inet_ntop(AF_INET, &addr, text, sizeof(text));
}

/* The longest run of zero groups, at least two, that "::" replaces. */
static void zero_run(const unsigned char *a, int *start, int *len)
{
    int i, j;

    *start = -1;
    *len = 1;
    for (i = 0; i < 8; i = j + 1) {
        for (j = i; j < 8 && !a[2 * j] && !a[2 * j + 1]; j++)
            ;
        if (j - i > *len) {
            *start = i;
            *len = j - i;
        }
    }
}

static int ntop6(const unsigned char *a, char *text)
{
    char *p = text;
    int start, len, i;

    zero_run(a, &start, &len);
    for (i = 0; i < 8; i++) {
        if (i == start) {
            *p++ = ':';
            i += len - 1;
            if (i == 7)
                *p++ = ':';
            continue;
        }
        if (i)
            *p++ = ':';
        if (i == 6 && start == 0 && (len == 6 || (len == 5 && a[10] == 0xff && a[11] == 0xff)))
            return (int)(p - text) + sprintf(p, "%d.%d.%d.%d", a[12], a[13], a[14], a[15]);
        p += sprintf(p, "%x", a[2 * i] << 8 | a[2 * i + 1]);
    }
    *p = 0;
    return (int)(p - text);
}

/** @return text, or NULL with EAFNOSUPPORT or ENOSPC. POSIX.1-2017 */
const char *inet_ntop(int family, const void *addr, char *text, socklen_t size)
{
    const unsigned char *a = addr;
    char buf[INET6_ADDRSTRLEN + 8];
    int n;

    if (family == AF_INET)
        n = sprintf(buf, "%d.%d.%d.%d", a[0], a[1], a[2], a[3]);
    else if (family == AF_INET6)
        n = ntop6(a, buf);
    else {
        errno = EAFNOSUPPORT;
        return NULL;
    }
    if (n >= size) {
        errno = ENOSPC;
        return NULL;
    }
    return memcpy(text, buf, (size_t)n + 1);
}

/* Strictly four decimal numbers. */
static int pton4(const char *text, unsigned char *a)
{
    int i;

    for (i = 0; i < 4; i++) {
        int v = 0, digits = 0;

        for (; isdigit((unsigned char)*text); text++, digits++) {
            if (digits && !v)
                return 0; /* a leading zero might mean octal */
            v = v * 10 + (*text - '0');
            if (v > 255)
                return 0;
        }
        if (!digits || *text != (i < 3 ? '.' : 0))
            return 0;
        a[i] = (unsigned char)v;
        text++;
    }
    return 1;
}

static int hex(int c)
{
    return isdigit(c) ? c - '0' : isxdigit(c) ? tolower(c) - 'a' + 10 : -1;
}

static int pton6(const char *text, unsigned char *out)
{
    unsigned char a[16] = { 0 };
    int n = 0, gap = -1, digits;

    if (*text == ':' && *++text != ':')
        return 0;
    while (*text) {
        const char *begin = text;
        unsigned v = 0;

        if (*text == ':') {
            if (gap >= 0)
                return 0;
            gap = n;
            text++;
            continue;
        }
        for (digits = 0; hex((unsigned char)*text) >= 0; text++, digits++)
            v = v << 4 | (unsigned)hex((unsigned char)*text);
        if (*text == '.' && n <= 12 && pton4(begin, a + n)) {
            n += 4;
            break;
        }
        if (!digits || digits > 4 || n > 14)
            return 0;
        a[n++] = (unsigned char)(v >> 8);
        a[n++] = (unsigned char)v;
        if (*text == ':' && !*++text)
            return 0;
        else if (text[-1] != ':' && *text)
            return 0;
    }
    if (gap >= 0) {
        if (n == 16)
            return 0;
        memmove(a + 16 - (n - gap), a + gap, (size_t)(n - gap));
        memset(a + gap, 0, (size_t)(16 - n));
    } else if (n != 16) {
        return 0;
    }
    memcpy(out, a, 16);
    return 1;
}

/** @return 1, 0 for text that is no address, -1 with EAFNOSUPPORT. POSIX.1-2017 */
int inet_pton(int family, const char *text, void *addr)
{
    unsigned char a[4];

    if (family == AF_INET6)
        return pton6(text, addr);
    if (family != AF_INET) {
        errno = EAFNOSUPPORT;
        return -1;
    }
    if (!pton4(text, a))
        return 0;
    memcpy(addr, a, 4);
    return 1;
}
