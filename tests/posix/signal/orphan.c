/* SPDX-License-Identifier: BSD-2-Clause */
/* Orphaned process groups. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static int out = -1;

static void tell(int sig)
{
    char c = sig == SIGHUP ? 'H' : sig == SIGCONT ? 'C' : '?';

    if (write(out, &c, 1) != 1)
        _exit(9);
}

/* A member of a group of its own that stops itself, then says what it hears. */
static void member(void)
{
    sigset_t both, old;

    setpgid(0, 0);
    sigemptyset(&both);
    sigaddset(&both, SIGHUP);
    sigaddset(&both, SIGCONT);
    sigprocmask(SIG_BLOCK, &both, &old);
    signal(SIGHUP, tell);
    signal(SIGCONT, tell);
    raise(SIGSTOP);
    sigprocmask(SIG_SETMASK, &old, NULL);
    if (write(out, ".", 1) != 1)
        _exit(9);
    _exit(0);
}

/* The leader of a session; ends by itself or is killed when its child has stopped. */
static void leader(bool killed)
{
    pid_t pid;
    int st;

    setsid();
    pid = fork();
    if (pid == 0)
        member();
    if (waitpid(pid, &st, WUNTRACED) != pid || !WIFSTOPPED(st))
        _exit(1);
    if (killed)
        kill(getpid(), SIGKILL);
    _exit(0);
}

static void orphaned(bool killed)
{
    char text[16] = "";
    int p[2], st;
    size_t n = 0;
    ssize_t r;

    CHECK_EQ(0, pipe(p));
    pid_t pid = fork();
    if (pid == 0) {
        close(p[0]);
        out = p[1];
        leader(killed);
    }
    close(p[1]);
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    while ((r = read(p[0], text + n, sizeof(text) - 1 - n)) > 0)
        n += (size_t)r;
    CHECK(strchr(text, 'H') && strchr(text, 'C') && text[n - 1] == '.');
    if (n != 3)
        test_note("heard \"%s\"", text);
    close(p[0]);
}

int main(void)
{
    int st;

    test("a stopped group whose last outside parent exits gets SIGHUP and SIGCONT");
    orphaned(false);
    test("the same when the parent is killed");
    orphaned(true);

    test("SIGTSTP, SIGTTIN and SIGTTOU stop nobody in an orphaned group, SIGSTOP does");
    pid_t pid = fork();
    if (pid == 0) {
        setsid();
        raise(SIGTSTP);
        raise(SIGTTIN);
        raise(SIGTTOU);
        raise(SIGSTOP);
        _exit(5);
    }
    CHECK_EQ(pid, waitpid(pid, &st, WUNTRACED));
    CHECK(WIFSTOPPED(st));
    CHECK_EQ(SIGSTOP, WSTOPSIG(st));
    kill(pid, SIGCONT);
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK(WIFEXITED(st) && WEXITSTATUS(st) == 5);

    test("they stop a group that is not orphaned");
    static const int stoppers[] = { SIGTSTP, SIGTTIN, SIGTTOU };
    for (unsigned i = 0; i < sizeof(stoppers) / sizeof(stoppers[0]); i++) {
        pid = fork();
        if (pid == 0) {
            setpgid(0, 0);
            raise(stoppers[i]);
            _exit(6);
        }
        CHECK_EQ(pid, waitpid(pid, &st, WUNTRACED));
        CHECK(WIFSTOPPED(st) && WSTOPSIG(st) == stoppers[i]);
        kill(pid, SIGCONT);
        CHECK_EQ(pid, waitpid(pid, &st, 0));
        CHECK(WIFEXITED(st) && WEXITSTATUS(st) == 6);
    }
    return test_done();
}
