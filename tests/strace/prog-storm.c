/* SPDX-License-Identifier: BSD-2-Clause */
/* storm N: N cheap calls and numbered marks in a row; prints how many marks it made. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <isthmus/trace.h>

int main(int argc, char **argv)
{
    unsigned long n = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;

    for (unsigned long i = 0; i < n; i++) {
        isthmus_trace_number(i, "storm");
        lseek(0, 0, SEEK_CUR);
    }
    printf("%lu\n", n);
    return 0;
}
