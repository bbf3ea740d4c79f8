/* SPDX-License-Identifier: BSD-2-Clause */
/* ln [-s] TARGET NAME, for links.sh. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int soft = argc == 4 && !strcmp(argv[1], "-s");
    int r = argc != 3 + soft ? 2 : soft ? symlink(argv[2], argv[3]) : link(argv[1], argv[2]);

    if (r)
        perror(argv[argc - 1]);
    return r ? 1 : 0;
}
