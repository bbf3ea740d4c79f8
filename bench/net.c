/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets against bare Winsock in the same process: round trips and throughput on loopback, between two
 * threads so that both sides pay the same. The base calls ws2_32 itself, with sockets that block. */
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define TRIPS 300
#define CHUNK 65536
#define CHUNKS 256

typedef uintptr_t bare_t;
void *LoadLibraryA(const char *);
void *GetProcAddress(void *, const char *);
static bare_t (*ws_socket)(int, int, int);
static int (*ws_connect)(bare_t, const void *, int), (*ws_bind)(bare_t, const void *, int), (*ws_listen)(bare_t, int);
static bare_t (*ws_accept)(bare_t, void *, int *);
static int (*ws_getsockname)(bare_t, void *, int *), (*ws_send)(bare_t, const void *, int, int);
static int (*ws_recv)(bare_t, void *, int, int);

static int ours[2];
static bare_t theirs[2];

static double now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static int put(bool bare, int side, const void *p, int n)
{
    return bare ? ws_send(theirs[side], p, n, 0) : (int)send(ours[side], p, (size_t)n, 0);
}

static int get(bool bare, int side, void *p, int n)
{
    return bare ? ws_recv(theirs[side], p, n, 0) : (int)recv(ours[side], p, (size_t)n, 0);
}

struct job {
    bool bare;
    int kind;
};

static void *other(void *arg)
{
    static char buf[CHUNK];
    struct job *j = arg;
    char c;

    if (j->kind == 0)
        for (int i = 0; i < TRIPS; i++)
            if (get(j->bare, 1, &c, 1) != 1 || put(j->bare, 1, &c, 1) != 1)
                break;
    if (j->kind == 1) {
        long left = (long)CHUNK * CHUNKS;

        while (left > 0) {
            int n = get(j->bare, 1, buf, CHUNK);

            if (n <= 0)
                break;
            left -= n;
        }
        put(j->bare, 1, &c, 1);
    }
    return NULL;
}

/* Per round trip, or per chunk. */
static double run(void *arg)
{
    static char buf[CHUNK];
    struct job *j = arg;
    pthread_t t;
    double begin;
    char c = 0;

    if (pthread_create(&t, NULL, other, j))
        return -1;
    begin = now();
    if (j->kind == 0)
        for (int i = 0; i < TRIPS; i++)
            if (put(j->bare, 0, &c, 1) != 1 || get(j->bare, 0, &c, 1) != 1)
                return -1;
    if (j->kind == 1) {
        for (int i = 0; i < CHUNKS; i++)
            for (int done = 0, n; done < CHUNK; done += n)
                if ((n = put(j->bare, 0, buf, CHUNK - done)) <= 0)
                    return -1;
        get(j->bare, 0, &c, 1);
    }
    begin = now() - begin;
    pthread_join(t, NULL);
    return begin / (j->kind == 0 ? TRIPS : CHUNKS);
}

static int set_up(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(a);
    int l = socket(AF_INET, SOCK_STREAM, 0), blen = sizeof(a);
    void *dll = LoadLibraryA("ws2_32.dll");
    bare_t bl;

    ws_socket = GetProcAddress(dll, "socket");
    ws_connect = GetProcAddress(dll, "connect");
    ws_bind = GetProcAddress(dll, "bind");
    ws_listen = GetProcAddress(dll, "listen");
    ws_accept = GetProcAddress(dll, "accept");
    ws_getsockname = GetProcAddress(dll, "getsockname");
    ws_send = GetProcAddress(dll, "send");
    ws_recv = GetProcAddress(dll, "recv");
    if (bind(l, (void *)&a, sizeof(a)) || listen(l, 1) || getsockname(l, (void *)&a, &len))
        return -1;
    ours[0] = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(ours[0], (void *)&a, sizeof(a)) || (ours[1] = accept(l, NULL, NULL)) < 0)
        return -1;
    a.sin_port = 0;
    bl = ws_socket(AF_INET, SOCK_STREAM, 0);
    if (ws_bind(bl, &a, sizeof(a)) || ws_listen(bl, 1) || ws_getsockname(bl, &a, &blen))
        return -1;
    theirs[0] = ws_socket(AF_INET, SOCK_STREAM, 0);
    if (ws_connect(theirs[0], &a, sizeof(a)))
        return -1;
    theirs[1] = ws_accept(bl, NULL, NULL);
    return 0;
}

int main(void)
{
    struct job trip = { false, 0 }, bare_trip = { true, 0 }, bulk = { false, 1 }, bare_bulk = { true, 1 };
    int r;

    if (set_up() < 0) {
        perror("bench: net");
        return 1;
    }
    r = bench_pair("tcp-round-trip", "us", 15, run, &trip, "winsock", run, &bare_trip);
    r |= bench_pair("tcp-64k-chunk", "us", 15, run, &bulk, "winsock", run, &bare_bulk);
    return r;
}
