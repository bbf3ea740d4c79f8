/* SPDX-License-Identifier: BSD-2-Clause */
/* An interactive shell on a pseudo terminal: Ctrl-C, Ctrl-Z, fg, bg, jobs, a resize, hang-up. */
/* timeout: 180 */
#define _GNU_SOURCE
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "../../tap.h"

static int m, shell;
static char seen[65536];
static size_t n_seen;

/* Reads on until the text has been seen behind what was looked for before: where. NULL: it does not come. */
static char *await(const char *text)
{
    struct pollfd p = { m, POLLIN, 0 };
    char *at;
    ssize_t n;

    seen[n_seen] = 0;
    while (!(at = strstr(seen, text))) {
        if (n_seen > sizeof(seen) - 4096 || poll(&p, 1, 20000) <= 0
            || (n = read(m, seen + n_seen, 4000)) <= 0) {
            test_note("wanted [%s], seen [%s]", text, seen);
            return NULL;
        }
        n_seen += (size_t)n;
        seen[n_seen] = 0;
    }
    return at;
}

static bool expect(const char *text)
{
    char *at = await(text);

    if (!at)
        return false;
    at += strlen(text);
    n_seen -= (size_t)(at - seen);
    memmove(seen, at, n_seen + 1);
    return true;
}

static void type(const char *keys)
{
    if (write(m, keys, strlen(keys)) < 0)
        test_note("the master cannot be written");
}

/* Asks until the list of jobs has the word; then the prompt was seen, too. */
static bool jobs_say(const char *text)
{
    bool found = false;
    char *prompt;

    for (int i = 0; i < 1000 && !found; i++) {
        type("jobs\r");
        if (!(prompt = await("@> ")))
            return false;
        *prompt = 0;
        found = strstr(seen, text);
        *prompt = '@';
        expect("@> ");
    }
    return found;
}

static bool start(void)
{
    struct winsize w = { 24, 80, 0, 0 };

    n_seen = 0;
    shell = forkpty(&m, NULL, NULL, &w);
    if (shell == 0) {
        setenv("PS1", "@> ", 1);
        unsetenv("ENV");
        execlp("dash", "dash", "-i", NULL);
        _exit(127);
    }
    return shell > 0 && expect("@> ");
}

int main(void)
{
    static const char loop[] = "sh -c 'echo run''ning; while :; do :; done'\r";
    struct winsize w = { 40, 100, 0, 0 };
    int status = -1;

    test("a prompt, a command");
    if (!test_have_ptys()) {
        test_skip("no pseudo terminals on this Linux");
        return test_done();
    }
    if (!CHECK(start()))
        return test_done();
    type("echo $((6*7))\r");
    CHECK(expect("\r\n42\r\n@> "));
    test("Ctrl-C ends a program, not the shell");
    type(loop);
    CHECK(expect("running\r\n"));
    type("\003");
    CHECK(expect("^C"));
    CHECK(expect("@> "));
    type("echo st=$?\r");
    CHECK(expect("\r\nst=130\r\n@> "));
    test("Ctrl-Z stops it");
    type(loop);
    CHECK(expect("running\r\n"));
    type("\032");
    CHECK(expect("^Z"));
    CHECK(expect("Stopped"));
    CHECK(expect("@> "));
    test("fg brings it back");
    type("fg\r");
    CHECK(expect("while"));
    usleep(200000);
    type("\003");
    CHECK(expect("@> "));
    test("bg lets it run; it stays out of the way of Ctrl-C");
    type(loop);
    CHECK(expect("running\r\n"));
    type("\032");
    CHECK(expect("Stopped"));
    CHECK(expect("@> "));
    type("bg\r");
    CHECK(expect("@> "));
    type("\003");
    CHECK(expect("@> "));
    type("jobs\r");
    CHECK(expect("Running"));
    type("kill %1; wait; echo done''!\r");
    CHECK(expect("done!"));
    CHECK(expect("@> "));
    test("a background job that reads is stopped");
    type("sh -c 'read x; echo got=$x' &\r");
    CHECK(expect("@> "));
    CHECK(jobs_say("Stopped"));
    type("fg\r");
    CHECK(expect("read"));
    type("value\r");
    CHECK(expect("got=value"));
    CHECK(expect("@> "));
    test("a resize: SIGWINCH");
    type("trap 'echo win''ch' WINCH\r");
    CHECK(expect("@> "));
    CHECK(ioctl(m, TIOCSWINSZ, &w) == 0);
    type("\r");
    CHECK(expect("winch"));
    CHECK(expect("@> "));
    test("Ctrl-D ends the shell");
    type("\004");
    CHECK(waitpid(shell, &status, 0) == shell);
    CHECK(WIFEXITED(status));
    close(m);
    test("the terminal goes away: so do the shell and what runs in it");
    CHECK(start());
    type(loop);
    CHECK(expect("running\r\n"));
    close(m);
    CHECK(waitpid(shell, &status, 0) == shell);
    return test_done();
}
