/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints what keys give in raw mode, until q. */
#include <stdio.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

int main(void)
{
    struct termios old, raw;
    struct winsize size;
    unsigned char c;

    if (tcgetattr(0, &old) < 0 || ioctl(0, TIOCGWINSZ, &size) < 0)
        return 1;
    raw = old;
    cfmakeraw(&raw);
    raw.c_oflag |= OPOST | ONLCR;
    if (tcsetattr(0, TCSANOW, &raw) < 0)
        return 1;
    printf("raw %dx%d\n", size.ws_row, size.ws_col);
    fflush(stdout);
    do {
        if (read(0, &c, 1) != 1)
            return 2;
        printf("%02x%s", c, c == 'q' ? "\n" : " ");
        fflush(stdout);
    } while (c != 'q');
    return tcsetattr(0, TCSANOW, &old) < 0;
}
