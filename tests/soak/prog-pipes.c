/* SPDX-License-Identifier: BSD-2-Clause */
/* A storm in pipelines: prog-pipes PIPELINES STAGES SECONDS [SEED]. Each stage copies its input to its
 * output; numbered bytes go in at the front and have to come out at the end, while random stages get
 * signals, are stopped and continued. Then one stage of each pipeline is killed, and the others have to
 * end. Prints TAP. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

struct line {
    int in, out;            /* ours: write and read */
    int *pid;
    unsigned long sent, got;
    bool bad;
};

static int stages;
static volatile sig_atomic_t caught;

static double now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void on_signal(int sig)
{
    caught++;
}

static int stage(int in, int out)
{
    char buf[3000];

    for (;;) {
        ssize_t n = read(in, buf, sizeof(buf)), done = 0, r;

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0;
        while (done < n) {
            if ((r = write(out, buf + done, (size_t)(n - done))) > 0)
                done += r;
            else if (errno != EINTR)
                return 2;
        }
    }
}

/* A child that has only its two ends. */
static int start_stage(int in, int out, const struct line *all, int n, int other)
{
    int pid = fork();

    if (pid)
        return pid;
    for (int i = 0; i < n; i++) {
        close(all[i].in);
        if (all[i].out >= 0)
            close(all[i].out);
    }
    close(other);
    signal(SIGUSR1, on_signal);
    sigaction(SIGUSR2, &(struct sigaction){ .sa_handler = on_signal }, NULL); /* no SA_RESTART */
    signal(SIGPIPE, SIG_DFL);
    _exit(stage(in, out));
}

static bool start_line(struct line *all, int i)
{
    struct line *l = &all[i];
    int p[2], in;

    l->pid = calloc((size_t)stages, sizeof(int));
    l->out = -1;
    if (pipe(p) < 0)
        return false;
    in = p[0];
    l->in = p[1];
    for (int k = 0; k < stages; k++) {
        if (pipe(p) < 0)
            return false;
        l->pid[k] = start_stage(in, p[1], all, i + 1, p[0]);
        close(in);
        close(p[1]);
        in = p[0];
        if (l->pid[k] < 0)
            return false;
    }
    l->out = in;
    return true;
}

static unsigned char byte_at(unsigned long i)
{
    return (unsigned char)(i * 7 + i / 251);
}

static void feed(struct line *l)
{
    unsigned char buf[2000];
    size_t n = 1 + (size_t)rand() % sizeof(buf);
    ssize_t r;

    if (l->sent - l->got > 200000)
        return;
    for (size_t i = 0; i < n; i++)
        buf[i] = byte_at(l->sent + i);
    if ((r = write(l->in, buf, n)) > 0)
        l->sent += (unsigned long)r;
}

static void drain(struct line *l)
{
    unsigned char buf[4096];
    ssize_t n = read(l->out, buf, sizeof(buf));

    for (ssize_t i = 0; i < n; i++)
        l->bad |= buf[i] != byte_at(l->got + (unsigned long)i);
    if (n > 0)
        l->got += (unsigned long)n;
}

static void disturb(struct line *l)
{
    int pid = l->pid[rand() % stages];

    switch (rand() % 4) {
    case 0:
        kill(pid, SIGSTOP);
        kill(pid, SIGCONT);
        break;
    case 1:
        kill(pid, SIGUSR1);
        break;
    default:
        kill(pid, SIGUSR2);
    }
}

static void pump(struct line *lines, int n, int timeout)
{
    struct pollfd p[64];

    for (int i = 0; i < n; i++)
        p[i] = (struct pollfd){ lines[i].out, POLLIN, 0 };
    if (poll(p, (nfds_t)n, timeout) > 0)
        for (int i = 0; i < n; i++)
            if (p[i].revents)
                drain(&lines[i]);
}

static bool all_there(const struct line *lines, int n)
{
    for (int i = 0; i < n; i++)
        if (lines[i].got < lines[i].sent)
            return false;
    return true;
}

int main(int argc, char **argv)
{
    static struct line lines[64];
    int n = argc > 1 ? atoi(argv[1]) : 3, status, ended = 0;
    double end, seconds = argc > 3 ? atof(argv[3]) : 3;
    unsigned long total = 0, bad = 0, disturbed = 0;

    stages = argc > 2 ? atoi(argv[2]) : 5;
    srand(argc > 4 ? (unsigned)atoi(argv[4]) : 1);
    signal(SIGPIPE, SIG_IGN);
    test("%d pipelines of %d", n, stages);
    for (int i = 0; i < n; i++)
        if (!CHECK(start_line(lines, i)))
            return test_done();
    test("a storm of signals: no byte is lost");
    for (end = now() + seconds; now() < end;) {
        for (int i = 0; i < n; i++)
            feed(&lines[i]);
        disturb(&lines[rand() % n]);
        disturbed++;
        pump(lines, n, 0);
    }
    for (end = now() + 60; now() < end && !all_there(lines, n);)
        pump(lines, n, 1000);
    for (int i = 0; i < n; i++) {
        total += lines[i].got;
        bad += lines[i].bad;
        if (lines[i].got != lines[i].sent)
            test_note("pipeline %d: %lu of %lu", i, lines[i].got, lines[i].sent);
    }
    CHECK(all_there(lines, n));
    CHECK(bad == 0);
    printf("# %lu bytes, %lu signals\n", total, disturbed);
    test("one of each is killed: the others end");
    for (int i = 0; i < n; i++)
        kill(lines[i].pid[rand() % stages], SIGKILL);
    for (int i = 0; i < n; i++) {
        close(lines[i].in);
        close(lines[i].out);
    }
    for (end = now() + 60; now() < end && ended < n * stages;) {
        if (waitpid(-1, &status, WNOHANG) > 0)
            ended++;
        else
            usleep(10000);
    }
    CHECK_EQ(n * stages, ended);
    for (int i = 0; i < n && ended < n * stages; i++)
        for (int k = 0; k < stages; k++)
            kill(lines[i].pid[k], SIGKILL);
    return test_done();
}
