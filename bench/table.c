/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes 200 processes that wait, and runs bench/native-table.c on them. */
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/cygwin.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CROWD = 200 };

extern char **environ;

static pid_t child[CROWD];

/* All that were made, before or after a failure. */
static void end(int n)
{
    for (int i = 0; i < n; i++)
        kill(child[i], SIGKILL);
    for (int i = 0; i < n; i++)
        waitpid(child[i], NULL, 0);
}

int main(int argc, char **argv)
{
    char root[4096], number[16], *native = malloc(strlen(argv[0]) + 16), *slash;
    char *args[] = { native, root, number, argc > 1 ? argv[1] : NULL, NULL };
    int n = 0, status = 1;
    pid_t pid;

    strcpy(native, argv[0]);
    slash = strrchr(native, '/');
    strcpy(slash ? slash + 1 : native, "native-table.exe");
    snprintf(number, sizeof number, "%d", CROWD);
    if (cygwin_conv_path(CCP_POSIX_TO_WIN_A, "/", root, sizeof root) < 0)
        return 1;
    while (strlen(root) > 3 && root[strlen(root) - 1] == '\\')
        root[strlen(root) - 1] = 0;
    for (; n < CROWD && (child[n] = fork()) >= 0; n++)
        if (!child[n])
            for (;;)
                pause();
    if (n < CROWD)
        perror("fork");
    else if (posix_spawn(&pid, native, NULL, NULL, args, environ) != 0)
        perror(native);
    else
        waitpid(pid, &status, 0);
    end(n);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
