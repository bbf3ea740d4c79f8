/* SPDX-License-Identifier: BSD-2-Clause */
/* Fifty processes send to one: every signal arrives, once, and each sender's in the order it sent them. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

enum { SENDERS = 50, EACH = 20 };

static volatile int next[SENDERS]; /* what each has to send next */
static volatile int total, wrong;

static void take(const siginfo_t *si)
{
    int sender = si->si_value.sival_int / 1000, i = si->si_value.sival_int % 1000;

    if (sender < 0 || sender >= SENDERS || next[sender] != i)
        wrong++;
    else
        next[sender]++;
    total++;
}

static void handler(int sig, siginfo_t *si, void *uc)
{
    (void)sig;
    (void)uc;
    take(si);
}

/* Starts to send when there is something to read. */
static void sender(int k, int go)
{
    char c;

    if (read(go, &c, 1) != 1)
        _exit(2);
    for (int i = 0; i < EACH; i++)
        while (sigqueue(getppid(), SIGRTMIN + 1, (union sigval){ .sival_int = k * 1000 + i }) < 0)
            if (errno != EAGAIN)
                _exit(1);
    _exit(0);
}

static void start(pid_t kids[SENDERS])
{
    char all[SENDERS] = { 0 };
    int go[2];

    total = wrong = 0;
    for (int k = 0; k < SENDERS; k++)
        next[k] = 0;
    CHECK_EQ(0, pipe(go));
    for (int k = 0; k < SENDERS; k++) {
        kids[k] = fork();
        if (kids[k] == 0)
            sender(k, go[0]);
        CHECK(kids[k] > 0);
    }
    CHECK_EQ(SENDERS, (int)write(go[1], all, SENDERS));
    close(go[0]);
    close(go[1]);
}

static void end(const pid_t kids[SENDERS])
{
    int st;

    for (int k = 0; k < SENDERS; k++) {
        while (waitpid(kids[k], &st, 0) < 0 && errno == EINTR)
            ;
        CHECK_EQ(0, st);
    }
}

int main(void)
{
    struct sigaction act = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };
    pid_t kids[SENDERS];
    sigset_t set, old;
    siginfo_t si;

    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN + 1);

    test("%d senders, %d signals each, to a handler", SENDERS, EACH);
    sigaction(SIGRTMIN + 1, &act, NULL);
    sigprocmask(SIG_BLOCK, &set, &old);
    start(kids);
    while (total < SENDERS * EACH)
        sigsuspend(&old);
    end(kids);
    CHECK_EQ(SENDERS * EACH, total);
    CHECK_EQ(0, wrong);

    test("the same, taken by sigwaitinfo");
    signal(SIGRTMIN + 1, SIG_DFL);
    start(kids);
    while (total < SENDERS * EACH && sigwaitinfo(&set, &si) == SIGRTMIN + 1)
        take(&si);
    end(kids);
    CHECK_EQ(SENDERS * EACH, total);
    CHECK_EQ(0, wrong);
    CHECK_EQ(-1, sigtimedwait(&set, &si, &(struct timespec){ 0, 0 }));
    CHECK_EQ(EAGAIN, errno);
    sigprocmask(SIG_SETMASK, &old, NULL);
    return test_done();
}
