/* SPDX-License-Identifier: BSD-2-Clause */
/* script-like: runs a command on a pseudo terminal, and passes keys and output through. With -s ROWSxCOLS
 * the terminal begins with that size. Returns the command's status. */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int master;

static void resized(int sig)
{
    struct winsize w;

    if (ioctl(0, TIOCGWINSZ, &w) == 0)
        ioctl(master, TIOCSWINSZ, &w);
}

static int pass(int from, int to)
{
    char buf[4096];
    ssize_t n = read(from, buf, sizeof(buf));

    if (n <= 0)
        return n < 0 && errno == EINTR ? 0 : -1;
    return write(to, buf, (size_t)n) == n ? 0 : -1;
}

static void relay(void)
{
    struct pollfd p[2] = { { master, POLLIN, 0 }, { 0, POLLIN, 0 } };

    for (;;) {
        if (poll(p, 2, -1) < 0) {
            if (errno == EINTR)
                continue;
            return;
        }
        if (p[0].revents && pass(master, 1) < 0)
            return;
        if (p[1].revents && pass(0, master) < 0) {
            if (write(master, "\004", 1) < 0)
                return;
            p[1].fd = -1;
        }
    }
}

int main(int argc, char **argv)
{
    struct termios old, raw;
    struct winsize size = { 24, 80, 0, 0 };
    bool tty = tcgetattr(0, &old) == 0;
    int pid, status, at = 1;

    if (argc > 2 && !strcmp(argv[1], "-s") && sscanf(argv[2], "%hux%hu", &size.ws_row, &size.ws_col) == 2)
        at = 3;
    else if (tty)
        ioctl(0, TIOCGWINSZ, &size);
    pid = forkpty(&master, NULL, tty ? &old : NULL, &size);
    if (pid < 0) {
        perror("forkpty");
        return 126;
    }
    if (pid == 0) {
        execvp(argv[at] ? argv[at] : "dash", argv[at] ? argv + at : (char *[]){ "dash", "-i", NULL });
        perror("exec");
        _exit(127);
    }
    signal(SIGWINCH, resized);
    raw = old;
    cfmakeraw(&raw);
    if (tty)
        tcsetattr(0, TCSANOW, &raw);
    relay();
    if (tty)
        tcsetattr(0, TCSANOW, &old);
    close(master);
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
