/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A compiler inside: has hostrun, on the build machine, run the cross compiler (or ar, ranlib, ...: the tool
 * of the name by which this is called) in the same folder, and is for its caller what that was: output,
 * errors, exit status. Names of files are turned into those of the build machine. For ports/self/build only.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/cygwin.h>
#include <sys/socket.h>
#include <unistd.h>

struct text {
    char *p;
    size_t n;
};

static void die(const char *what)
{
    fprintf(stderr, "hostcc: %s: %s\n", what, strerror(errno));
    exit(125);
}

static void put(struct text *t, const void *p, size_t n)
{
    if (!(t->p = realloc(t->p, t->n + n)))
        die("memory");
    memcpy(t->p + t->n, p, n);
    t->n += n;
}

static void put_word(struct text *t, uint32_t v)
{
    put(t, &v, sizeof(v));
}

static void put_string(struct text *t, const char *s)
{
    put_word(t, (uint32_t)strlen(s));
    put(t, s, strlen(s));
}

/* z:\a\b is /a/b there; NULL: the build machine does not know it. */
static char *host_name(const char *posix)
{
    char *p = cygwin_create_path(CCP_POSIX_TO_WIN_A | CCP_ABSOLUTE, posix), *out = NULL;

    if (p && (p[0] == 'z' || p[0] == 'Z') && p[1] == ':') {
        out = p + 2;
        for (char *c = out; *c; c++)
            if (*c == '\\')
                *c = '/';
    }
    return out;
}

/* -I/usr/include, -o/tmp/x, /tmp/x.c; what is relative stays. */
static void put_argument(struct text *t, const char *arg)
{
    size_t prefix = arg[0] == '-' && strchr("ILBo", arg[1]) && arg[1] && arg[2] == '/' ? 2 : 0;
    char *name = arg[prefix] == '/' ? host_name(arg + prefix) : NULL;

    put_word(t, (uint32_t)(name ? prefix + strlen(name) : strlen(arg)));
    put(t, arg, name ? prefix : strlen(arg));
    if (name)
        put(t, name, strlen(name));
}

/* A source on standard input is sent along. */
static void put_input(struct text *t, int argc, char **argv)
{
    struct text in = { 0 };
    char buf[4096];
    ssize_t n;
    int wanted = 0;

    for (int i = 1; i < argc; i++)
        wanted |= !strcmp(argv[i], "-");
    while (wanted && (n = read(0, buf, sizeof(buf))) > 0)
        put(&in, buf, (size_t)n);
    put_word(t, (uint32_t)in.n);
    put(t, in.p ? in.p : "", in.n);
    free(in.p);
}

static int talk(const char *where)
{
    const char *colon = strchr(where, ':');
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(where)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int s = socket(AF_INET, SOCK_STREAM, 0);

    if (!colon || s < 0 || connect(s, (struct sockaddr *)&a, sizeof(a)) != 0)
        die("no hostrun (HOSTRUN=PORT:TOKEN)");
    return s;
}

static void all(int fd, void *p, size_t n, ssize_t (*fn)(int, void *, size_t))
{
    for (size_t at = 0; at < n;) {
        ssize_t r = fn(fd, (char *)p + at, n - at);

        if (r <= 0)
            die("hostrun is gone");
        at += (size_t)r;
    }
}

static ssize_t write_some(int fd, void *p, size_t n)
{
    return write(fd, p, n);
}

int main(int argc, char **argv)
{
    const char *where = getenv("HOSTRUN"), *name = strrchr(argv[0], '/');
    struct text t = { 0 };
    uint32_t head[2];
    char *cwd;
    int s;

    if (!where || !(cwd = host_name(".")))
        die("HOSTRUN is not set, or the folder is none of the build machine");
    s = talk(where);
    put_word(&t, 0); /* the length, in the end */
    put_string(&t, strchr(where, ':') + 1);
    put_string(&t, cwd);
    put_word(&t, (uint32_t)argc);
    put_string(&t, name ? name + 1 : argv[0]);
    for (int i = 1; i < argc; i++)
        put_argument(&t, argv[i]);
    put_input(&t, argc, argv);
    memcpy(t.p, &(uint32_t){ (uint32_t)t.n - 4 }, 4);
    all(s, t.p, t.n, write_some);
    for (;;) { /* 1, 2: output; 0: the end, with the exit status */
        all(s, head, sizeof(head), read);
        if (!head[0])
            return (int)head[1];
        if (!(t.p = realloc(t.p, head[1] + 1)))
            die("memory");
        all(s, t.p, head[1], read);
        all((int)head[0], t.p, head[1], write_some);
    }
}
