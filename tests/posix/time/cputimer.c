/* SPDX-License-Identifier: BSD-2-Clause */
/* Timers and clocks of CPU time, timers that start threads, overruns. */
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

static volatile sig_atomic_t fired, code;
static void *volatile value;

static void handler(int sig, siginfo_t *si, void *uc)
{
    (void)sig;
    (void)uc;
    fired++;
    code = si->si_code;
    value = si->si_value.sival_ptr;
}

static void handle(int sig)
{
    struct sigaction sa = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };

    sigemptyset(&sa.sa_mask);
    CHECK_EQ(0, sigaction(sig, &sa, NULL));
}

static double seconds(clockid_t clock)
{
    struct timespec ts = { 0, 0 };

    clock_gettime(clock, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static volatile unsigned long burnt;

static void burn_until_fired(int times)
{
    double limit = seconds(CLOCK_MONOTONIC) + 30;

    while (fired < times && seconds(CLOCK_MONOTONIC) < limit)
        for (int i = 0; i < 100000; i++)
            burnt++;
}

static void interval(int which, int sig, const char *name)
{
    struct itimerval it = { .it_value = { 0, 60000 }, .it_interval = { 0, 30000 } }, old;
    double begin = seconds(CLOCK_PROCESS_CPUTIME_ID);

    test("setitimer(%s) counts CPU time, again and again", name);
    handle(sig);
    fired = 0;
    CHECK_EQ(0, setitimer(which, &it, NULL));
    CHECK_EQ(0, getitimer(which, &old));
    CHECK_EQ(30000, old.it_interval.tv_usec);
    CHECK(old.it_value.tv_sec == 0 && old.it_value.tv_usec > 0 && old.it_value.tv_usec <= 70000);
    burn_until_fired(3);
    CHECK(fired >= 3);
    CHECK(seconds(CLOCK_PROCESS_CPUTIME_ID) - begin >= 0.09);
    it = (struct itimerval){ 0 };
    CHECK_EQ(0, setitimer(which, &it, &old));
    CHECK_EQ(30000, old.it_interval.tv_usec);
    signal(sig, SIG_IGN);
}

static void cpu_clock(clockid_t clock, const char *name)
{
    struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN,
                           .sigev_value.sival_ptr = (void *)&burnt };
    struct itimerspec it = { .it_value = { 0, 50000000 } }, left;
    timer_t t;

    test("timer_create with %s", name);
    handle(SIGRTMIN);
    fired = 0;
    if (!CHECK_EQ(0, timer_create(clock, &ev, &t)))
        return;
    CHECK_EQ(0, timer_settime(t, 0, &it, NULL));
    CHECK_EQ(0, timer_gettime(t, &left));
    CHECK(left.it_value.tv_sec == 0 && left.it_value.tv_nsec > 0);
    usleep(100000);
    CHECK_EQ(0, fired); /* nothing was computed meanwhile */
    burn_until_fired(1);
    CHECK_EQ(1, fired);
    CHECK_EQ(SI_TIMER, code);
    CHECK(value == &burnt);
    CHECK_EQ(0, timer_delete(t));
    CHECK_ERR(EINVAL, timer_delete(t));
}

/* ---- SIGEV_THREAD ---- */

static sem_t called;
static volatile int calls, same_thread;
static pthread_t first;

static void in_thread(union sigval v)
{
    if (pthread_equal(pthread_self(), first))
        same_thread = 1;
    __atomic_add_fetch(&calls, v.sival_int, __ATOMIC_SEQ_CST);
    sem_post(&called);
}

static void by_thread(void)
{
    struct sigevent ev = { .sigev_notify = SIGEV_THREAD, .sigev_notify_function = in_thread,
                           .sigev_value.sival_int = 7 };
    struct itimerspec it = { .it_value = { 0, 10000000 }, .it_interval = { 0, 10000000 } };
    timer_t t;

    test("SIGEV_THREAD calls the function in another thread");
    first = pthread_self();
    CHECK_EQ(0, sem_init(&called, 0, 0));
    if (!CHECK_EQ(0, timer_create(CLOCK_MONOTONIC, &ev, &t)))
        return;
    CHECK_EQ(0, timer_settime(t, 0, &it, NULL));
    for (int i = 0; i < 3; i++)
        while (sem_wait(&called) != 0)
            ;
    CHECK_EQ(0, timer_delete(t));
    CHECK(calls >= 21 && calls % 7 == 0);
    CHECK_EQ(0, same_thread);
}

static void overrun(void)
{
    struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN };
    struct itimerspec it = { .it_value = { 0, 10000000 }, .it_interval = { 0, 10000000 } };
    sigset_t set, old;
    siginfo_t si;
    timer_t t;

    test("a timer has one signal pending at most; the others are overruns");
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &set, &old);
    CHECK_EQ(0, timer_create(CLOCK_MONOTONIC, &ev, &t));
    CHECK_EQ(0, timer_settime(t, 0, &it, NULL));
    usleep(200000);
    struct timespec zero = { 0, 0 };
    int n = 0;
    while (sigtimedwait(&set, &si, &zero) == SIGRTMIN)
        n++;
    CHECK(n >= 1 && n <= 3); /* a fresh one may come while we look */
    CHECK_EQ(0, timer_delete(t));
    while (sigtimedwait(&set, &si, &zero) == SIGRTMIN)
        ;
    fired = 0;
    sigprocmask(SIG_SETMASK, &old, NULL);
    CHECK_EQ(0, fired);

    test("timer_getoverrun counts those before the delivered signal");
    it = (struct itimerspec){ .it_value = { 0, 5000000 }, .it_interval = { 0, 5000000 } };
    sigprocmask(SIG_BLOCK, &set, &old);
    CHECK_EQ(0, timer_create(CLOCK_MONOTONIC, &ev, &t));
    CHECK_EQ(0, timer_settime(t, 0, &it, NULL));
    usleep(150000);
    CHECK_EQ(SIGRTMIN, sigwaitinfo(&set, &si));
    CHECK(timer_getoverrun(t) >= 5);
    CHECK_EQ(0, timer_delete(t));
    sigprocmask(SIG_SETMASK, &old, NULL);
}

/* ---- clocks ---- */

static volatile bool stop;

static void *spinner(void *arg)
{
    while (!stop)
        burnt++;
    return arg;
}

static void clocks(void)
{
    clockid_t clock;
    pthread_t t;
    int p[2];
    char c;

    test("clock_getcpuclockid: one's own, a child's");
    CHECK_EQ(0, clock_getcpuclockid(0, &clock));
    CHECK(seconds(clock) > 0);
    CHECK_EQ(0, clock_getcpuclockid(getpid(), &clock));
    CHECK(seconds(clock) > 0 && seconds(clock) <= seconds(CLOCK_PROCESS_CPUTIME_ID) + 0.5);
    CHECK_EQ(0, pipe(p));
    pid_t pid = fork();
    if (pid == 0) {
        close(p[0]);
        fired = 0;
        double until = seconds(CLOCK_PROCESS_CPUTIME_ID) + 0.1;
        while (seconds(CLOCK_PROCESS_CPUTIME_ID) < until)
            burnt++;
        if (write(p[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    CHECK_EQ(1, read(p[0], &c, 1));
    CHECK_EQ(0, clock_getcpuclockid(pid, &clock));
    struct timespec ts;
    CHECK_EQ(0, clock_gettime(clock, &ts));
    kill(pid, SIGKILL);
    CHECK_EQ(pid, waitpid(pid, NULL, 0));
    CHECK_EQ(ESRCH, clock_getcpuclockid(pid, &clock));

    test("pthread_getcpuclockid of another thread");
    CHECK_EQ(0, pthread_create(&t, NULL, spinner, NULL));
    CHECK_EQ(0, pthread_getcpuclockid(t, &clock));
    double limit = seconds(CLOCK_MONOTONIC) + 30;
    while (seconds(clock) < 0.05 && seconds(CLOCK_MONOTONIC) < limit)
        usleep(10000);
    CHECK(seconds(clock) >= 0.05);
    stop = true;
    pthread_join(t, NULL);

    test("clock_nanosleep by CPU time ends when it was used");
    struct timespec some = { 0, 50000000 };
    stop = false;
    CHECK_EQ(0, pthread_create(&t, NULL, spinner, NULL));
    double begin = seconds(CLOCK_PROCESS_CPUTIME_ID);
    CHECK_EQ(0, clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, 0, &some, NULL));
    CHECK(seconds(CLOCK_PROCESS_CPUTIME_ID) - begin >= 0.045);
    stop = true;
    pthread_join(t, NULL);
    CHECK_EQ(EINVAL, clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &some, NULL));
}

int main(void)
{
    interval(ITIMER_VIRTUAL, SIGVTALRM, "ITIMER_VIRTUAL");
    interval(ITIMER_PROF, SIGPROF, "ITIMER_PROF");
    cpu_clock(CLOCK_PROCESS_CPUTIME_ID, "CLOCK_PROCESS_CPUTIME_ID");
    cpu_clock(CLOCK_THREAD_CPUTIME_ID, "CLOCK_THREAD_CPUTIME_ID");
    by_thread();
    overrun();
    clocks();
    return test_done();
}
