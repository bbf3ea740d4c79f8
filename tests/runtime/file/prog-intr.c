/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads standard input, whatever it is; a signal ends the first read. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void handler(int sig)
{
}

int main(void)
{
    struct sigaction sa = { .sa_handler = handler };
    char buf[100];
    ssize_t n;

    sigaction(SIGALRM, &sa, NULL);
    alarm(1);
    n = read(0, buf, sizeof(buf));
    printf("%s\n", n < 0 && errno == EINTR ? "interrupted" : "not interrupted");
    fflush(stdout);
    while ((n = read(0, buf, sizeof(buf))) > 0)
        printf("%.*s", (int)n, buf);
    printf("end %d\n", (int)n);
    return 0;
}
