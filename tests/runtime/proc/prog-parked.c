/* SPDX-License-Identifier: BSD-2-Clause */
/* Forks with a prepared child (CYGWIN=fork:parked): after each fork something changes, and the events
 * tell (parked.sh) which forks found a good child. */
#include <windows.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The child looks at descriptor `fd`, opened after it was made: 0, or what is wrong with it. */
static int child_with(int fd)
{
    char buf[8] = "";

    if (fd >= 0 && (read(fd, buf, 3) != 3 || strcmp(buf, "abc")))
        return 20;
    return 7;
}

static void round_of(const char *name, int fd)
{
    int st = -1;
    pid_t pid = fork();

    if (pid == 0)
        _exit(child_with(fd));
    if (pid < 0 || waitpid(pid, &st, 0) != pid)
        st = -1;
    printf("%s %d\n", name, WIFEXITED(st) ? WEXITSTATUS(st) : -1);
    fflush(stdout);
}

/* A pipe's end of file comes although a child was made while the pipe was open. */
static void end_of_pipe(void)
{
    int p[2];
    char c;

    if (pipe(p) != 0)
        return;
    round_of("with-pipe", -1);
    close(p[1]);
    printf("eof %d\n", (int)read(p[0], &c, 1));
    fflush(stdout);
    close(p[0]);
}

int main(int argc, char **argv)
{
    int p[2];

    round_of("first", -1);
    round_of("second", -1);
    if (argc > 1 && strcmp(argv[1], "wait") == 0) {
        puts("waiting");
        fflush(stdout);
        pause();
    }
    if (pipe(p) == 0 && write(p[1], "abc", 3) == 3)
        round_of("opened-since", p[0]);
    end_of_pipe();
    SetEnvironmentVariableW(L"PARKED_TEST", L"changed");
    round_of("environment", -1);
    SetCurrentDirectoryW(L"C:\\");
    round_of("directory", -1);
    return 0;
}
