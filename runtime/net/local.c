/* SPDX-License-Identifier: BSD-2-Clause */
/* AF_UNIX: names, binding, life of descriptions. See local.h. */
#include "local.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mm.h"
#include "nt.h"
#include "nt_file.h"
#include "nt_registry.h"
#include "path.h"
#include "proc.h"
#include "shm.h"

int local_new(struct sock *s)
{
    s->local = rt_zalloc(sizeof(*s->local));
    if (!s->local)
        return -ENOMEM;
    s->local->framed = s->type == SOCK_SEQPACKET;
    s->local->name.sun_family = s->local->peer.sun_family = AF_UNIX;
    s->local->namelen = s->local->peerlen = sizeof(sa_family_t);
    return 0;
}

static void unmap(struct local *l)
{
    if (l->ends)
        nt_section_unmap(NT_SELF, l->ends);
    if (l->bound)
        nt_section_unmap(NT_SELF, l->bound);
    l->ends = NULL;
    l->bound = NULL;
}

void local_close(struct file *f)
{
    unmap(sock_of(f)->local);
    rt_free(sock_of(f)->local);
}

static void names_from_ends(struct local *l)
{
    const struct local_side *own = &l->ends->side[l->side], *other = &l->ends->side[!l->side];

    l->namelen = own->namelen <= sizeof(l->name) ? own->namelen : sizeof(sa_family_t);
    l->name = own->name;
    l->peerlen = other->namelen <= sizeof(l->peer) ? other->namelen : sizeof(sa_family_t);
    l->peer = other->name;
}

/* In a forked child the view is not there, after exec nothing but the handles. Which end we are is kept
 * in the description's unit. */
int local_adopt(struct file *f)
{
    struct sock *s = sock_of(f);
    bool fresh = !s->local;
    void *view = NULL;
    size_t size = 0;
    struct local *l;
    int r;

    if (fresh && (r = local_new(s)) < 0)
        return r;
    l = s->local;
    l->ends = NULL;
    l->bound = NULL;
    if (!f->handle[1])
        return 0;
    if ((r = nt_section_map(f->handle[1], NT_SELF, &view, &size, NT_MAP_RW)) < 0)
        return r;
    if (size >= sizeof(*l->ends) && *(uint32_t *)view == LOCAL_ENDS_MAGIC)
        l->ends = view;
    else if (size >= sizeof(*l->bound) && *(uint32_t *)view == LOCAL_BOUND_MAGIC)
        l->bound = view;
    if (!fresh)
        return 0;
    l->side = f->unit & 1;
    l->framed = s->type != SOCK_STREAM && l->ends;
    if (l->ends)
        names_from_ends(l);
    if (l->bound) {
        l->name = l->bound->name;
        l->namelen = l->bound->namelen;
    }
    return 0;
}

bool local_peer_shut(const struct local *l)
{
    return l->ends && l->ends->side[!l->side].shut;
}

void local_shutdown(struct local *l, int how)
{
    if (how != SHUT_RD)
        __atomic_store_n(&l->ends->side[l->side].shut, 1, __ATOMIC_SEQ_CST);
}

int local_loopback(union sock_addr *a, uint32_t port)
{
    struct sockaddr_in *in = (void *)a;

    memset(in, 0, sizeof(*in));
    in->sin_family = AF_INET;
    in->sin_port = htons((uint16_t)port);
    in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return sizeof(*in);
}

/* ---- names ---- */

static bool is_abstract(const struct sockaddr_un *a, socklen_t len)
{
    return len > (socklen_t)sizeof(sa_family_t) && !a->sun_path[0];
}

/* Name of the object behind an abstract name, which may have any bytes and be too long: two hashes. */
static void object_name(char out[48], const struct sockaddr_un *a, socklen_t len)
{
    uint64_t h1 = 0xcbf29ce484222325ull, h2 = 0x9e3779b97f4a7c15ull;

    for (socklen_t i = sizeof(sa_family_t); i < len; i++) {
        uint8_t c = ((const uint8_t *)a)[i];

        h1 = (h1 ^ c) * 0x100000001b3ull;
        h2 = (h2 + c) * 0xff51afd7ed558ccdull ^ h2 >> 29;
    }
    snprintf(out, 48, "un.%016llx%016llx", (unsigned long long)h1, (unsigned long long)h2);
}

/* The name in a path of fixed size that may not end in NUL. */
static const char *path_of(const struct sockaddr_un *a, socklen_t len, char buf[UNIX_PATH_LEN + 1])
{
    size_t n = len - sizeof(sa_family_t);

    memcpy(buf, a->sun_path, n);
    buf[n] = 0;
    return buf;
}

/* ---- the file of a socket ---- */

static int write_file(const struct path *p, const struct local_bound *b)
{
    struct nt_name name = { .p = p->nt.p, .n = p->nt.len };
    char text[LOCAL_FILE_MAX];
    handle_t h;
    int64_t r;
    int n;

    n = snprintf(text, sizeof(text), LOCAL_COOKIE "%u %u %d %u %u ", b->port, b->type, b->pid, b->uid, b->gid);
    for (size_t i = 0; i < sizeof(b->secret); i++)
        n += snprintf(text + n, sizeof(text) - (size_t)n, "%02x", b->secret[i]);
    r = nt_file_open(&name, NT_O_WRITE | NT_O_NODIR, NT_CREATE_NEW, NT_ATTR_SYSTEM, &h);
    if (r < 0)
        return r == -EEXIST ? -EADDRINUSE : (int)r;
    r = nt_write(h, NULL, text, (size_t)n, 0);
    nt_close(h);
    return r < 0 ? (int)r : 0;
}

static unsigned hex(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;
}

static int parse_file(const char *text, struct local_bound *b)
{
    unsigned long v[5];
    char *end;

    if (strncmp(text, LOCAL_COOKIE, sizeof(LOCAL_COOKIE) - 1))
        return -ECONNREFUSED;
    text += sizeof(LOCAL_COOKIE) - 1;
    for (int i = 0; i < 5; i++) {
        v[i] = strtoul(text, &end, 10);
        if (end == text || *end != ' ')
            return -ECONNREFUSED;
        text = end + 1;
    }
    if (strspn(text, "0123456789abcdef") != 2 * sizeof(b->secret))
        return -ECONNREFUSED;
    for (size_t i = 0; i < sizeof(b->secret); i++)
        b->secret[i] = (uint8_t)(hex(text[2 * i]) << 4 | hex(text[2 * i + 1]));
    b->port = (uint32_t)v[0];
    b->type = (uint32_t)v[1];
    b->pid = (int32_t)v[2];
    b->uid = (uint32_t)v[3];
    b->gid = (uint32_t)v[4];
    return 0;
}

static int find_file(const struct sockaddr_un *addr, socklen_t len, struct local_bound *b)
{
    char buf[UNIX_PATH_LEN + 1], text[LOCAL_FILE_MAX + 1];
    struct path p;
    int64_t n;
    int r = path_resolve(PATH_CWD, path_of(addr, len, buf), 0, &p);

    if (r == 0 && !p.exists)
        r = -ENOENT;
    if (r == 0 && (p.dir || !(p.attr & PATH_ATTR_SYSTEM) || p.size > LOCAL_FILE_MAX))
        r = -ECONNREFUSED;
    if (r == 0) {
        n = nt_read_small(p.nt.p, p.nt.len, false, text, LOCAL_FILE_MAX);
        r = n < 0 ? (int)n : 0;
        if (r == 0) {
            text[n] = 0;
            r = parse_file(text, b);
        }
    }
    path_done(&p);
    return r;
}

int local_find(const struct sockaddr_un *addr, socklen_t len, struct local_bound *b)
{
    char name[48];
    void *view;
    size_t size;
    handle_t h;
    int r;

    if (!is_abstract(addr, len))
        return find_file(addr, len, b);
    object_name(name, addr, len);
    if (shm_view(name, false, &view, &size, &h) < 0)
        return -ECONNREFUSED;
    r = size >= sizeof(*b) && *(uint32_t *)view == LOCAL_BOUND_MAGIC ? 0 : -ECONNREFUSED;
    if (r == 0)
        memcpy(b, view, sizeof(*b));
    nt_section_unmap(NT_SELF, view);
    nt_close(h);
    return r;
}

/* ---- bind ---- */

static int bind_file(const struct sockaddr_un *addr, socklen_t len, const struct local_bound *b)
{
    char buf[UNIX_PATH_LEN + 1];
    struct path p;
    int r = path_resolve(PATH_CWD, path_of(addr, len, buf), PATH_CREATE | PATH_NOFOLLOW | PATH_EXACT, &p);

    if (r == 0)
        r = p.exists ? -EADDRINUSE : write_file(&p, b);
    path_done(&p);
    return r;
}

/* A section with what is in `b`; name NULL: our own. */
static int bound_section(struct file *f, const char *name, const struct local_bound *b)
{
    struct local *l = sock_of(f)->local;
    void *view = NULL;
    size_t size = 0;
    handle_t h;
    int r;

    if (name) {
        r = shm_create(name, sizeof(*b), &view, &h);
    } else {
        r = nt_section_create(NULL, NULL, sizeof(*b), &h);
        if (r == 0 && (r = nt_section_map(h, NT_SELF, &view, &size, NT_MAP_RW)) < 0)
            nt_close(h);
    }
    if (r < 0)
        return r;
    if (r == 1) {
        nt_section_unmap(NT_SELF, view);
        nt_close(h);
        return -EADDRINUSE;
    }
    memcpy(view, b, sizeof(*b));
    l->bound = view;
    f->handle[1] = h;
    if (f->inheritable)
        nt_set_inherit(h, true);
    return 0;
}

static int bind_abstract(struct file *f, struct local_bound *b)
{
    char name[48];

    object_name(name, &b->name, b->namelen);
    return bound_section(f, name, b);
}

/* No name at all: Linux chooses an abstract one of five digits. */
static int bind_some(struct file *f, struct local_bound *b)
{
    int r;

    b->namelen = sizeof(sa_family_t) + 6;
    for (unsigned i = 0, n = nt_winpid(); i < 64; i++, n += 0x1357) {
        b->name.sun_path[0] = 0;
        snprintf(b->name.sun_path + 1, 6, "%05x", n & 0xfffff);
        if ((r = bind_abstract(f, b)) != -EADDRINUSE)
            return r;
    }
    return -EADDRINUSE;
}

static int inner_port(struct file *f, uint32_t *port)
{
    union sock_addr a;
    int len = local_loopback(&a, 0), r = ws_bind(f->handle[0], &a, len);

    len = sizeof(a);
    if (r == 0 || r == -EINVAL) /* -EINVAL: an earlier attempt has bound it */
        r = ws_getsockname(f->handle[0], &a, &len);
    *port = ntohs(((struct sockaddr_in *)&a)->sin_port);
    return r;
}

int local_bind(struct file *f, const struct sockaddr_un *addr, socklen_t len)
{
    struct sock *s = sock_of(f);
    struct local_bound b = {
        .magic = LOCAL_BOUND_MAGIC, .type = (uint32_t)s->type, .pid = me.pid, .uid = me.euid, .gid = me.egid,
        .namelen = len,
    };
    int r;

    if (!is_abstract(addr, len) && len > (socklen_t)sizeof(sa_family_t)) { /* as Linux gives it back: with one NUL */
        len = (socklen_t)(sizeof(sa_family_t) + strnlen(addr->sun_path, len - sizeof(sa_family_t)));
        b.namelen = len < (socklen_t)sizeof(*addr) ? len + 1 : len;
    }
    memcpy(&b.name, addr, len);
    if ((r = inner_port(f, &b.port)) < 0 || (r = nt_random(b.secret, sizeof(b.secret))) < 0)
        return r;
    if (len == sizeof(sa_family_t))
        r = bind_some(f, &b);
    else if (is_abstract(addr, len))
        r = bind_abstract(f, &b);
    else if ((r = bind_file(addr, len, &b)) == 0)
        r = bound_section(f, NULL, &b);
    if (r == 0) {
        s->local->name = b.name;
        s->local->namelen = b.namelen;
    }
    return r;
}
