/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes events for its flight recorder, prints its Windows pid, and waits until told to end. */
#include <windows.h>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <isthmus/trace.h>

int main(void)
{
    char c;

    for (int i = 0; i < 20000; i++)
        isthmus_trace_number((unsigned)i, "first");
    open("/bin", O_RDONLY);
    open("/no/such/file", O_RDONLY);
    isthmus_trace_mark("last words");
    printf("%lu\n", (unsigned long)GetCurrentProcessId());
    fflush(stdout);
    return read(0, &c, 1) < 0;
}
