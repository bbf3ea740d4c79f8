/* SPDX-License-Identifier: BSD-2-Clause */
/* prog-crash KIND: ends or hangs in one of many ways, for tests of strace --why. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int zero;

static int deep(int n)
{
    volatile char room[1000];

    room[0] = (char)n;
    if (zero)
        return 0;
    return deep(n + 1) + room[0];
}

static void crash(const char *kind)
{
    if (!strcmp(kind, "null"))
        *(volatile int *)0 = 1;
    else if (!strcmp(kind, "wild"))
        *(volatile int *)0x123456789000 = 1;
    else if (!strcmp(kind, "jump"))
        ((void (*)(void))0x7777777000)();
    else if (!strcmp(kind, "stack"))
        exit(deep(0));
    else if (!strcmp(kind, "divide"))
        exit(5 / zero);
    else if (!strcmp(kind, "illegal"))
        __asm__ volatile("ud2");
    else if (!strcmp(kind, "abort"))
        abort();
    else if (!strcmp(kind, "self"))
        kill(getpid(), SIGTERM);
}

static void give_up(const char *kind, const char *path)
{
    int p[2];

    if (!strcmp(kind, "open") && open(path, O_RDONLY) < 0)
        exit(1);
    if (!strcmp(kind, "create") && open(path, O_WRONLY | O_CREAT | O_EXCL, 0644) < 0)
        exit(1);
    if (!strcmp(kind, "chdir") && chdir(path) < 0)
        exit(1);
    if (!strcmp(kind, "mkdir") && mkdir(path, 0755) < 0)
        exit(1);
    if (!strcmp(kind, "rmdir") && rmdir(path) < 0)
        exit(1);
    if (!strcmp(kind, "loop") && symlink("loop.b", "loop.a") + symlink("loop.a", "loop.b") <= 0 &&
        open("loop.a", O_RDONLY) < 0)
        exit(1);
    if (!strcmp(kind, "connect")) {
        struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(1), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

        if (connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&to, sizeof to) < 0)
            exit(1);
    }
    if (!strcmp(kind, "files"))
        while (pipe(p) == 0)
            ;
    if (!strcmp(kind, "files"))
        exit(1);
    if (!strcmp(kind, "pipe") && pipe(p) == 0) {
        close(p[0]);
        exit((int)write(p[1], "x", 1));
    }
    if (!strcmp(kind, "alarm")) {
        alarm(1);
        pause();
    }
}

static void hang(const char *kind)
{
    int p[2];
    char c;

    if (strcmp(kind, "wait-read") && strcmp(kind, "wait-child"))
        return;
    if (pipe(p) == 0 && fork() == 0) {
        pause();
        _exit(0);
    }
    puts("hangs");
    fflush(stdout);
    if (!strcmp(kind, "wait-read"))
        exit((int)read(p[0], &c, 1));
    wait(NULL);
}

int main(int argc, char **argv)
{
    const char *kind = argc > 1 ? argv[1] : "";

    setvbuf(stdout, NULL, _IONBF, 0);
    if (!strcmp(kind, "child")) { /* what comes then happens in a child */
        int status;

        if (fork() == 0)
            crash(argv[2]);
        else
            wait(&status);
        return 0;
    }
    if (!strcmp(kind, "kill")) {
        int child = fork();

        if (child == 0)
            pause();
        kill(child, atoi(argv[2]));
        waitpid(child, NULL, 0);
        return 0;
    }
    crash(kind);
    give_up(kind, argc > 2 ? argv[2] : "");
    hang(kind);
    return 0;
}
