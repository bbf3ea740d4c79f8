/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The build machine's side of hostcc: runs tools of one folder for who knows the token.
 *   hostrun DIR COMMAND...   runs COMMAND with HOSTRUN=PORT:TOKEN set, and ends with it
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MESSAGE_MAX (64u << 20)
#define ARGS_MAX 100000

static char token[33];

static int all(int fd, void *p, size_t n, int out)
{
    for (size_t at = 0; at < n;) {
        ssize_t r = out ? write(fd, (char *)p + at, n - at) : read(fd, (char *)p + at, n - at);

        if (r < 0 && errno == EINTR)
            continue;
        if (r <= 0)
            return -1;
        at += (size_t)r;
    }
    return 0;
}

struct message {
    char *p, *end;
};

static uint32_t word(struct message *m)
{
    uint32_t v;

    if ((size_t)(m->end - m->p) < sizeof(v))
        _exit(2);
    memcpy(&v, m->p, sizeof(v));
    m->p += sizeof(v);
    return v;
}

static char *string(struct message *m, size_t *len)
{
    uint32_t n = word(m);
    char *s;

    if ((size_t)(m->end - m->p) < n || !(s = malloc((size_t)n + 1)))
        _exit(2);
    memcpy(s, m->p, n);
    s[n] = 0;
    m->p += n;
    if (len)
        *len = n;
    return s;
}

static int send_frame(int s, uint32_t what, const char *p, uint32_t n)
{
    uint32_t head[2] = { what, n };

    return all(s, head, sizeof(head), 1) < 0 || all(s, (void *)p, p ? n : 0, 1) < 0;
}

static void relay(int s, int out, int err)
{
    struct pollfd p[2] = { { out, POLLIN, 0 }, { err, POLLIN, 0 } };
    static char buf[65536];

    while (p[0].fd >= 0 || p[1].fd >= 0) {
        if (poll(p, 2, -1) < 0 && errno != EINTR)
            _exit(2);
        for (int i = 0; i < 2; i++) {
            ssize_t n;

            if (p[i].fd < 0 || !p[i].revents)
                continue;
            if ((n = read(p[i].fd, buf, sizeof(buf))) <= 0)
                p[i].fd = -1;
            else if (send_frame(s, (uint32_t)i + 1, buf, (uint32_t)n))
                _exit(2);
        }
    }
}

static void run_tool(int s, const char *dir, char **argv, const char *in, size_t n)
{
    int out[2], err[2], st;
    FILE *input = tmpfile();
    char *path;
    pid_t pid;

    if (strchr(argv[0], '/') || asprintf(&path, "%s/%s", dir, argv[0]) < 0 || !input || pipe(out) || pipe(err))
        _exit(2);
    fwrite(in, 1, n, input);
    rewind(input);
    if ((pid = fork()) == 0) {
        dup2(fileno(input), 0);
        dup2(out[1], 1);
        dup2(err[1], 2);
        for (int fd = 3; fd < 64; fd++)
            close(fd);
        execv(path, argv);
        fprintf(stderr, "hostrun: %s: %s\n", path, strerror(errno));
        _exit(127);
    }
    close(out[1]);
    close(err[1]);
    relay(s, out[0], err[0]);
    if (pid < 0 || waitpid(pid, &st, 0) != pid)
        _exit(2);
    send_frame(s, 0, NULL, (uint32_t)(WIFEXITED(st) ? WEXITSTATUS(st) : 128 + WTERMSIG(st)));
}

static void serve(int s, const char *dir)
{
    struct message m;
    uint32_t n;
    char **argv, *in, *cwd;
    size_t len;

    if (all(s, &n, sizeof(n), 0) < 0 || n > MESSAGE_MAX || !(m.p = malloc(n)) || all(s, m.p, n, 0) < 0)
        _exit(2);
    m.end = m.p + n;
    if (strcmp(string(&m, NULL), token) != 0)
        _exit(2);
    cwd = string(&m, NULL);
    n = word(&m);
    if (!n || n > ARGS_MAX || !(argv = calloc(n + 1, sizeof(*argv))))
        _exit(2);
    for (uint32_t i = 0; i < n; i++)
        argv[i] = string(&m, NULL);
    in = string(&m, &len);
    if (chdir(cwd) != 0) {
        fprintf(stderr, "hostrun: %s: %s\n", cwd, strerror(errno));
        _exit(2);
    }
    run_tool(s, dir, argv, in, len);
    _exit(0);
}

static int listen_somewhere(unsigned *port)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof(a);
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (s < 0 || bind(s, (struct sockaddr *)&a, n) != 0 || listen(s, 64) != 0
        || getsockname(s, (struct sockaddr *)&a, &n) != 0) {
        perror("hostrun");
        exit(125);
    }
    *port = ntohs(a.sin_port);
    return s;
}

int main(int argc, char **argv)
{
    unsigned char random[16];
    char where[64];
    unsigned port;
    int s = listen_somewhere(&port), st = 0, c;
    pid_t server, command;

    if (argc < 3 || getrandom(random, sizeof(random), 0) != sizeof(random))
        return 125;
    for (int i = 0; i < 16; i++)
        sprintf(token + 2 * i, "%02x", random[i]);
    snprintf(where, sizeof(where), "%u:%s", port, token);
    setenv("HOSTRUN", where, 1);
    if ((server = fork()) == 0) {
        signal(SIGCHLD, SIG_IGN);
        while ((c = accept(s, NULL, NULL)) >= 0) {
            if (fork() == 0) {
                signal(SIGCHLD, SIG_DFL);
                serve(c, argv[1]);
            }
            close(c);
        }
        _exit(2);
    }
    if ((command = fork()) == 0) {
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    waitpid(command, &st, 0);
    kill(server, SIGTERM);
    return WIFEXITED(st) ? WEXITSTATUS(st) : 128 + WTERMSIG(st);
}
