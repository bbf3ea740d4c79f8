/* SPDX-License-Identifier: BSD-2-Clause */
/* Ends by a fault of faults.h somewhere: sites FAULT PLACE [DLL]. Each place has a stack of its own, which
 * sites.sh knows. Or lasts, with threads that wait: sites pause|spin hang FILE; makes FILE then. */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faults.h"

enum { DEPTH = 300, SLEEPERS = 4 };

static fault_fn *fault;
static int pipes[2];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((noinline)) static int middle(int n)
{
    return fault(n * 2) + 1;
}

__attribute__((noinline)) static int deep(int n)
{
    return n ? deep(n - 1) + 1 : middle(n + 7);
}

__attribute__((noinline)) static void on_signal(int sig)
{
    fault_zero = middle(sig);
}

__attribute__((noinline)) static void *thread_main(void *arg)
{
    fault_zero = middle(3);
    return arg;
}

__attribute__((noinline)) static void *reader(void *arg)
{
    char c;
    long n = read(pipes[0], &c, 1);

    return (char *)arg + n;
}

__attribute__((noinline)) static void *locker(void *arg)
{
    pthread_mutex_lock(&lock);
    return (char *)arg + fault_zero;
}

__attribute__((noinline)) static void *sleeper(void *arg)
{
    return (char *)arg + sleep(1000);
}

__attribute__((noinline)) static void before_fork(void)
{
    fault_zero = middle(5);
}

__attribute__((noinline)) static int compare(const void *a, const void *b)
{
    return middle(*(const int *)a - *(const int *)b + 9);
}

static void in_thread(void)
{
    pthread_t t;

    pthread_create(&t, NULL, thread_main, NULL);
    pthread_join(t, NULL);
}

static void sleepers(void)
{
    void *(*const what[SLEEPERS])(void *) = { reader, locker, sleeper, reader };
    pthread_t t[SLEEPERS];

    pthread_mutex_lock(&lock);
    for (int i = 0; i < SLEEPERS; i++)
        pthread_create(&t[i], NULL, what[i], NULL);
}

static void in_crowd(void)
{
    sleepers();
    in_thread();
}

__attribute__((noinline)) static int hang(const char *how, const char *ready)
{
    sleepers();
    close(open(ready, O_CREAT | O_WRONLY, 0666));
    if (!strcmp(how, "spin"))
        while (!fault_zero)
            ;
    else
        pause();
    return fault_zero;
}

/* The child's fate is ours. */
static int in_child(void (*fn)(void))
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        if (fn)
            fn();
        else
            fault_zero = middle(11);
        _exit(1);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        return 97;
    return WIFSIGNALED(status) ? WTERMSIG(status) : 98;
}

static int in_dll(const char *name, const char *what)
{
    void *dll = dlopen(name, RTLD_NOW);
    int (*fn)(const char *) = dll ? (int (*)(const char *))dlsym(dll, "dll_middle") : NULL;

    if (!fn) {
        puts(dlerror());
        return 96;
    }
    return fn(what) + fault_zero;
}

static int at(const char *place, const char *what, const char *dll)
{
    int v[2] = { 1, 2 };

    if (!strcmp(place, "thread")) {
        in_thread();
    } else if (!strcmp(place, "crowd")) {
        in_crowd();
    } else if (!strcmp(place, "deep")) {
        return deep(DEPTH);
    } else if (!strcmp(place, "handler")) {
        signal(SIGUSR1, on_signal);
        raise(SIGUSR1);
    } else if (!strcmp(place, "interrupt")) { /* a handler on top of a call that waits */
        signal(SIGALRM, on_signal);
        alarm(1);
        reader(NULL);
    } else if (!strcmp(place, "dll")) {
        return in_dll(dll, what);
    } else if (!strcmp(place, "child")) {
        return in_child(NULL);
    } else if (!strcmp(place, "childthread")) {
        return in_child(in_thread);
    } else if (!strcmp(place, "fork")) { /* before the process is copied, in the parent */
        pthread_atfork(before_fork, NULL, NULL);
        return in_child(NULL);
    } else if (!strcmp(place, "forked")) { /* the child, before fork has returned */
        pthread_atfork(NULL, NULL, before_fork);
        return in_child(NULL);
    } else if (!strcmp(place, "sort")) {
        qsort(v, 2, sizeof *v, compare);
    } else {
        return middle(21);
    }
    return fault_zero;
}

int main(int argc, char **argv)
{
    if (argc < 3 || pipe(pipes) < 0)
        return 2;
    if (!strcmp(argv[2], "hang") && argc > 3)
        return hang(argv[1], argv[3]) + 1;
    fault = fault_of(argv[1]);
    return at(argv[2], argv[1], argc > 3 ? argv[3] : "");
}
