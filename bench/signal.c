/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals: to oneself against an event that is set and waited for; to the handler of another process
 * that is blocked in the runtime, and back, against two processes that hand events to each other; the
 * time until another process is interrupted that computes. */
#include <windows.h>

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/clock.h"

enum { SELF = 1000, SWITCHES = 100 };

static uint64_t count(void)
{
    LARGE_INTEGER t;

    QueryPerformanceCounter(&t);
    return (uint64_t)t.QuadPart;
}

/* ---- to oneself ---- */

static volatile sig_atomic_t got;

static void handler(int sig)
{
    (void)sig;
    got++;
}

static double self_signal(void *arg)
{
    pid_t pid = getpid();
    double t = now();

    (void)arg;
    got = 0;
    for (int i = 0; i < SELF; i++)
        kill(pid, SIGUSR1);
    return got == SELF ? (now() - t) / SELF : -1;
}

static double event_self(void *arg)
{
    double t = now();

    for (int i = 0; i < SELF; i++) {
        SetEvent(arg);
        WaitForSingleObject(arg, INFINITE);
    }
    return (now() - t) / SELF;
}

/* ---- to another process and back ---- */

static HANDLE ea, eb; /* inherited by it */
static sigset_t unblocked;

static struct shared {
    volatile uint64_t seen; /* when the spinning process was interrupted */
    volatile int ready;
} *shared;

static void answer(int sig)
{
    kill(getppid(), sig);
}

/* Answers signals until it is killed. */
static void partner_signals(void)
{
    signal(SIGUSR1, answer);
    sigprocmask(SIG_SETMASK, &unblocked, NULL);
    kill(getppid(), SIGUSR1);
    for (;;)
        pause();
}

static void partner_events(void)
{
    SetEvent(eb);
    for (;;) {
        WaitForSingleObject(ea, INFINITE);
        SetEvent(eb);
    }
}

static void stamp(int sig)
{
    (void)sig;
    shared->seen = count();
}

static void partner_spins(void)
{
    signal(SIGUSR1, stamp);
    sigprocmask(SIG_SETMASK, &unblocked, NULL);
    for (volatile unsigned long n = 0;; n++)
        shared->ready = 1;
}

static pid_t start(void (*fn)(void))
{
    pid_t pid = fork();

    if (pid == 0) {
        fn();
        _exit(0);
    }
    return pid;
}

static void stop(pid_t pid)
{
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) != pid)
        ;
}

static double signal_ping_pong(void *arg)
{
    pid_t pid = *(pid_t *)arg;
    double t = now();

    for (int i = 0; i < SWITCHES; i++) {
        got = 0;
        kill(pid, SIGUSR1);
        while (!got)
            sigsuspend(&unblocked);
    }
    return (now() - t) / SWITCHES;
}

static double event_ping_pong(void *arg)
{
    double t = now();

    (void)arg;
    for (int i = 0; i < SWITCHES; i++) {
        SetEvent(ea);
        WaitForSingleObject(eb, INFINITE);
    }
    return (now() - t) / SWITCHES;
}

static double interrupt(void *arg)
{
    pid_t pid = *(pid_t *)arg;
    double sum = 0;

    for (int i = 0; i < 10; i++) {
        uint64_t begin = count();

        shared->seen = 0;
        kill(pid, SIGUSR1);
        while (!shared->seen)
            SwitchToThread();
        sum += (double)(shared->seen - begin) * tick;
    }
    return sum / 10;
}

static int between(const char *only)
{
    SECURITY_ATTRIBUTES inherit = { sizeof(inherit), NULL, TRUE };
    pid_t signals, events, spins;
    sigset_t set;
    int bad = 0;

    ea = CreateEventW(&inherit, FALSE, FALSE, NULL);
    eb = CreateEventW(&inherit, FALSE, FALSE, NULL);
    shared = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, &unblocked);
    got = 0;
    signals = start(partner_signals);
    while (!got)
        sigsuspend(&unblocked);
    events = start(partner_events);
    WaitForSingleObject(eb, INFINITE);
    if (strstr("signal-ping-pong", only))
        bad |= bench_pair("signal-ping-pong", "us", 50, signal_ping_pong, &signals, "event-ping-pong",
                          event_ping_pong, NULL);
    if (strstr("signal-interrupt", only)) {
        spins = start(partner_spins);
        while (!shared->ready)
            usleep(1000);
        bad |= bench_pair("signal-interrupt", "us", 20, interrupt, &spins, "event-ping-pong", event_ping_pong,
                          NULL);
        stop(spins);
    }
    stop(signals);
    stop(events);
    return bad;
}

int main(int argc, char **argv)
{
    const char *only = argc > 1 ? argv[1] : "";
    int bad = 0;

    clock_init();
    signal(SIGUSR1, handler);
    if (strstr("self-signal", only))
        bad |= bench_pair("self-signal", "us", 101, self_signal, NULL, "event-set-wait", event_self,
                          CreateEventW(NULL, FALSE, FALSE, NULL));
    if (strstr("signal-ping-pong signal-interrupt", only))
        bad |= between(only);
    return bad;
}
