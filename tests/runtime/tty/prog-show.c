/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes a file to the terminal in pieces of odd sizes, waits for a key, and ends. */
#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct termios old, raw;
    char buf[4096], c;
    ssize_t n;
    int fd = argc > 1 ? open(argv[1], O_RDONLY) : -1;

    if (fd < 0 || tcgetattr(0, &old) < 0)
        return 1;
    raw = old;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    tcsetattr(0, TCSANOW, &raw);
    for (unsigned i = 1; (n = read(fd, buf, 1 + i * 37 % 97)) > 0; i++)
        if (write(1, buf, (size_t)n) != n)
            return 2;
    if (read(0, &c, 1) != 1)
        return 3;
    return tcsetattr(0, TCSANOW, &old) < 0;
}
