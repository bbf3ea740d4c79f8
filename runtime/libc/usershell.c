/* SPDX-License-Identifier: BSD-2-Clause */
/* Login shells (/etc/shells), and asking for a password. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define SHELLS "/etc/shells"

static FILE *shells;
static char *line;
static size_t line_size;
static int of_defaults; /* next of the list that holds without a file; -1: the file does */

void endusershell(void)
{
    if (shells)
        fclose(shells);
    shells = NULL;
    of_defaults = 0;
}

void setusershell(void)
{
    endusershell();
    shells = fopen(SHELLS, "re");
    of_defaults = shells ? -1 : 0;
}

/** The next path of a shell in /etc/shells, NULL at the end; valid until the next call. BSD */
char *getusershell(void)
{
    static const char *const defaults[] = { "/bin/sh", "/bin/bash" };
    char *s;

    if (!shells && of_defaults == 0)
        setusershell();
    if (!shells)
        return of_defaults < 2 ? (char *)defaults[of_defaults++] : NULL;
    while (getline(&line, &line_size, shells) >= 0) {
        s = line + strcspn(line, "/#");
        s[strcspn(s, " \t\n#")] = 0;
        if (*s == '/')
            return s;
    }
    return NULL;
}

/**
 * Ask on the terminal, without echo; on standard error and input when there is none.
 *
 * @return the line, valid until the next call; NULL at the end of input or with errno
 */
char *getpass(const char *prompt)
{
    static char *answer;
    static size_t size;
    int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    FILE *in = fd >= 0 ? fdopen(fd, "r+") : NULL;
    struct termios was, silent;
    sigset_t block, old;
    ssize_t n;
    int tty;

    if (fd >= 0 && !in)
        close(fd);
    fd = in ? fileno(in) : STDIN_FILENO;
    sigemptyset(&block);
    sigaddset(&block, SIGINT);
    sigaddset(&block, SIGTSTP);
    sigprocmask(SIG_BLOCK, &block, &old);
    tty = tcgetattr(fd, &was) == 0;
    if (tty) {
        silent = was;
        silent.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
        tcsetattr(fd, TCSAFLUSH, &silent);
    }
    if (write(in ? fd : STDERR_FILENO, prompt, strlen(prompt)) < 0)
        n = -1;
    else
        n = getline(&answer, &size, in ? in : stdin);
    if (n > 0 && answer[n - 1] == '\n')
        answer[n - 1] = 0;
    if (tty) {
        tcsetattr(fd, TCSAFLUSH, &was);
        write(in ? fd : STDERR_FILENO, "\n", 1);
    }
    sigprocmask(SIG_SETMASK, &old, NULL);
    if (in)
        fclose(in);
    return n < 0 ? NULL : answer;
}
