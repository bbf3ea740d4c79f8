/* SPDX-License-Identifier: BSD-2-Clause */
/* A storm in pipelines: prog-pipes PIPELINES STAGES SECONDS [SEED]. Each stage copies its input to its
 * output; numbered bytes go in at the front and have to come out at the end, while random stages get
 * signals, are stopped and continued, and now and then one is killed. Then its pipeline has to end, with every
 * byte that its other stages wrote read by the next one; a new pipeline takes its place. At the end all
 * bytes have to be there, and processes that wait must not use the processor. Prints TAP. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

#define LINES 64
#define PATIENCE 60         /* seconds in which what has to come must have come */
#define IDLE_SECONDS 5

/* What a stage says of itself, in memory that all share. */
struct count {
    volatile uint64_t in, out;
    volatile int doing;     /* 'r', 'w', or how it ended */
    volatile int told;      /* how often it has told what follows: at each signal */
    volatile uint64_t cpu;  /* microseconds of processor time */
};

struct line {
    int in, out;            /* ours: write and read */
    int *pid;               /* 0: has ended */
    struct count *count;
    uint64_t sent, got;
    bool bad;
};

static struct line lines[LINES];
static int n_lines, stages;
static uint64_t total, signals, kills, lost;
static struct count *own;   /* of a stage */

static double now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void on_signal(int sig)
{
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    own->cpu = (uint64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000
        + (uint64_t)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
    own->told++;
}

static int stage(int in, int out, struct count *c)
{
    char buf[3000];

    for (;;) {
        ssize_t n, done = 0, r;

        c->doing = 'r';
        n = read(in, buf, sizeof(buf));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            c->doing = n < 0 ? -errno : 'e';
            return n < 0;
        }
        c->in += (uint64_t)n;
        c->doing = 'w';
        while (done < n) {
            if ((r = write(out, buf + done, (size_t)(n - done))) > 0) {
                done += r;
                c->out += (uint64_t)r;
            } else if (errno != EINTR) {
                c->doing = -errno;
                return 2;
            }
        }
    }
}

/* A child that has only its two ends. Signals wait until it is ready for them. */
static int start_stage(struct line *l, int k, int in, int out, int other)
{
    sigset_t all, old;
    int pid;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &old);
    if ((pid = fork()) == 0) {
        for (int i = 0; i < n_lines; i++) {
            if (lines[i].in >= 0)
                close(lines[i].in);
            if (lines[i].out >= 0)
                close(lines[i].out);
        }
        close(other);
        own = &l->count[k];
        signal(SIGUSR1, on_signal);
        sigaction(SIGUSR2, &(struct sigaction){ .sa_handler = on_signal }, NULL); /* no SA_RESTART */
        signal(SIGPIPE, SIG_DFL);
        sigprocmask(SIG_SETMASK, &old, NULL);
        _exit(stage(in, out, &l->count[k]));
    }
    sigprocmask(SIG_SETMASK, &old, NULL);
    return pid;
}

static bool start_line(struct line *l)
{
    int p[2], in;

    memset(l->count, 0, (size_t)stages * sizeof(*l->count));
    l->in = l->out = -1;
    l->sent = l->got = 0;
    l->bad = false;
    if (pipe(p) < 0)
        return false;
    in = p[0];
    l->in = p[1];
    fcntl(l->in, F_SETFL, O_NONBLOCK);
    for (int k = 0; k < stages; k++) {
        if (pipe(p) < 0)
            return false;
        l->pid[k] = start_stage(l, k, in, p[1], p[0]);
        close(in);
        close(p[1]);
        in = p[0];
        if (l->pid[k] < 0) {
            test_note("fork: %s", strerror(errno));
            return false;
        }
    }
    l->out = in;
    fcntl(l->out, F_SETFL, O_NONBLOCK);
    return true;
}

static unsigned char byte_at(uint64_t i)
{
    return (unsigned char)(i * 7 + i / 251);
}

static void feed(struct line *l)
{
    unsigned char buf[2000];
    size_t n = 1 + (size_t)rand() % sizeof(buf);
    ssize_t r;

    if (l->in < 0 || l->sent - l->got > 200000)
        return;
    for (size_t i = 0; i < n; i++)
        buf[i] = byte_at(l->sent + i);
    if ((r = write(l->in, buf, n)) > 0)
        l->sent += (uint64_t)r;
}

/* False: that was all. */
static bool drain(struct line *l)
{
    unsigned char buf[4096];
    ssize_t n = read(l->out, buf, sizeof(buf));

    for (ssize_t i = 0; i < n; i++)
        l->bad |= buf[i] != byte_at(l->got + (uint64_t)i);
    if (n > 0) {
        l->got += (uint64_t)n;
        total += (uint64_t)n;
    }
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

static void disturb(struct line *l)
{
    int pid = l->pid[rand() % stages];

    signals++;
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

static void pump(int timeout)
{
    struct pollfd p[LINES];

    for (int i = 0; i < n_lines; i++)
        p[i] = (struct pollfd){ lines[i].out, POLLIN, 0 };
    if (poll(p, (nfds_t)n_lines, timeout) > 0)
        for (int i = 0; i < n_lines; i++)
            if (p[i].revents)
                drain(&lines[i]);
}

static bool all_there(void)
{
    for (int i = 0; i < n_lines; i++)
        if (lines[i].got < lines[i].sent)
            return false;
    return true;
}

static void describe(const struct line *l)
{
    test_note("pipeline %d: %llu of %llu", (int)(l - lines), (unsigned long long)l->got, (unsigned long long)l->sent);
    for (int k = 0; k < stages; k++)
        test_note("  stage %d (pid %d): read %llu, wrote %llu, %c/%d", k, l->pid[k],
                  (unsigned long long)l->count[k].in, (unsigned long long)l->count[k].out,
                  l->count[k].doing > 0 ? l->count[k].doing : '-', l->count[k].doing);
}

/* Those of the pipeline that have ended are collected; how many have not. */
static int collect(struct line *l)
{
    int left = 0, status;

    for (int k = 0; k < stages; k++) {
        if (l->pid[k] > 0 && waitpid(l->pid[k], &status, WNOHANG) == l->pid[k])
            l->pid[k] = 0;
        left += l->pid[k] > 0;
    }
    return left;
}

/* One stage is killed; our end stays open, so that those behind it bring what they have. Its neighbours see the
 * end of a file and a broken pipe. What the killed one had is gone; nothing else is. */
static bool kill_one(struct line *l)
{
    int victim = rand() % stages;
    double end = now() + PATIENCE;
    bool more = true, ok = true;

    kills++;
    kill(l->pid[victim], SIGKILL);
    close(l->in);
    l->in = -1;
    while (more && now() < end) {
        struct pollfd p = { l->out, POLLIN, 0 };

        if (poll(&p, 1, 1000) > 0)
            more = drain(l);
    }
    while (collect(l) && now() < end)
        usleep(1000);
    ok = !more && collect(l) == 0 && !l->bad;
    for (int k = victim + 1; k < stages; k++) {
        uint64_t came = k + 1 < stages ? l->count[k + 1].in : l->got;

        if (l->count[k].out != came || l->count[k].in != l->count[k].out) {
            lost += l->count[k].in - came;
            ok = false;
        }
    }
    if (!ok) {
        test_note("stage %d was killed; %d have not ended%s", victim, collect(l), more ? ", no end of the file" : "");
        describe(l);
    }
    close(l->out);
    l->out = -1;
    return ok;
}

/* Processor time of all stages, in microseconds: each is asked by a signal. < 0: one does not answer. */
static int64_t used(void)
{
    int64_t sum = 0;
    double end = now() + PATIENCE;

    for (int i = 0; i < n_lines * stages; i++) {
        struct count *c = &lines[i / stages].count[i % stages];
        int before = c->told;

        kill(lines[i / stages].pid[i % stages], SIGUSR1);
        while (c->told == before) {
            if (now() > end)
                return -1;
            usleep(100);
        }
        sum += (int64_t)c->cpu;
    }
    return sum;
}

static void storm(double seconds, double between)
{
    double end = now() + seconds, next = now() + between;
    bool ok = true;

    while (now() < end && ok) {
        for (int i = 0; i < n_lines; i++)
            feed(&lines[i]);
        disturb(&lines[rand() % n_lines]);
        pump(0);
        if (now() > next) {
            struct line *l = &lines[rand() % n_lines];

            ok = CHECK(kill_one(l)) && CHECK(start_line(l));
            next = now() + between;
        }
    }
}

static void ends(void)
{
    int left = 0;
    double end = now() + PATIENCE;

    test("when the front is closed all end");
    for (int i = 0; i < n_lines; i++) {
        close(lines[i].in);
        lines[i].in = -1;
    }
    do {
        left = 0;
        for (int i = 0; i < n_lines; i++)
            left += collect(&lines[i]);
        usleep(10000);
    } while (left && now() < end);
    CHECK_EQ(0, left);
    for (int i = 0; i < n_lines && left; i++)
        for (int k = 0; k < stages; k++)
            if (lines[i].pid[k] > 0)
                kill(lines[i].pid[k], SIGKILL);
}

int main(int argc, char **argv)
{
    double end, seconds = argc > 3 ? atof(argv[3]) : 3;
    int64_t cpu;

    n_lines = argc > 1 ? atoi(argv[1]) : 3;
    stages = argc > 2 ? atoi(argv[2]) : 5;
    srand(argc > 4 ? (unsigned)atoi(argv[4]) : 1);
    signal(SIGPIPE, SIG_IGN);
    test("%d pipelines of %d", n_lines, stages);
    for (int i = 0; i < n_lines; i++) {
        struct line *l = &lines[i];

        l->in = l->out = -1;
        l->pid = calloc((size_t)stages, sizeof(int));
        l->count = mmap(NULL, (size_t)stages * sizeof(*l->count), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    }
    for (int i = 0; i < n_lines; i++)
        if (!CHECK(start_line(&lines[i])))
            return test_done();
    test("a storm of signals and kills: no byte is lost, nobody hangs");
    storm(seconds, seconds / 20 > 1 ? seconds / 20 : 1);
    for (end = now() + PATIENCE; now() < end && !all_there();)
        pump(1000);
    for (int i = 0; i < n_lines; i++) {
        CHECK(!lines[i].bad);
        if (!CHECK(lines[i].got == lines[i].sent))
            describe(&lines[i]);
    }
    CHECK(lost == 0);
    printf("# %llu bytes, %llu signals, %llu kills\n", (unsigned long long)total, (unsigned long long)signals,
           (unsigned long long)kills);
    test("who waits uses no processor");
    used(); /* what the storm left to do is done */
    cpu = used();
    sleep(IDLE_SECONDS);
    if (CHECK(cpu >= 0)) {
        cpu = used() - cpu;
        printf("# %lld ms of %d processes in %d seconds\n", (long long)cpu / 1000, n_lines * stages, IDLE_SECONDS);
        CHECK(cpu <= n_lines * stages * 2000ll); /* answering costs something, too */
    }
    ends();
    return test_done();
}
