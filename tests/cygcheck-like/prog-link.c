/* SPDX-License-Identifier: BSD-2-Clause */
/* link TARGET NAME: makes a symbolic link. wait FILE: makes FILE and waits for a signal. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc == 4 && !strcmp(argv[1], "link") && symlink(argv[2], argv[3]) == 0)
        return 0;
    if (argc == 3 && !strcmp(argv[1], "wait") && close(open(argv[2], O_CREAT | O_WRONLY, 0666)) == 0)
        return pause();
    perror(argv[0]);
    return 1;
}
