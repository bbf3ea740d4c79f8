/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs that number their own marks and are killed at random moments.
 *
 *   marks kill N SEED [fast]  N of them, one after the other; prints for each "PID ACKNOWLEDGED", where the
 *                             latter is how many marks it had made for certain, told by shared memory
 *   marks run FILE            one, until FILE is there; prints how many marks it made
 *
 * fast: as fast as it goes; else one in some microseconds. The text of a mark repeats its number as often as
 * its last two bits say, so that what is torn does not fit together. */
#include <windows.h>

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <isthmus/trace.h>

static struct {
    volatile uint64_t done;
    volatile uint32_t winpid;
} *shared;

static uint64_t state;

static unsigned number(void)
{
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return (unsigned)(state >> 33);
}

static void spin(unsigned ticks)
{
    uint64_t end = __builtin_ia32_rdtsc() + ticks;

    while (__builtin_ia32_rdtsc() < end)
        ;
}

static void mark(uint64_t i)
{
    char text[100];
    int n = snprintf(text, sizeof text, "%llu", (unsigned long long)i);

    for (unsigned k = 0; k < (i & 3); k++)
        n += snprintf(text + n, sizeof text - (size_t)n, "-%llu", (unsigned long long)i);
    isthmus_trace_number(i, text);
}

static void victim(bool fast)
{
    shared->winpid = GetCurrentProcessId();
    for (uint64_t i = 0;; i++) {
        mark(i);
        shared->done = i + 1;
        if (!fast)
            spin(number() % 60000);
    }
}

static bool end(pid_t pid)
{
    HANDLE h;

    if (number() % 2)
        return kill(pid, SIGKILL) == 0;
    h = OpenProcess(PROCESS_TERMINATE, FALSE, shared->winpid);
    if (!h || !TerminateProcess(h, 137))
        return false;
    CloseHandle(h);
    return true;
}

static int one(bool fast)
{
    pid_t pid;
    int st;

    shared->done = 0;
    shared->winpid = 0;
    pid = fork();
    if (pid < 0) {
        perror("fork");
        return 1;
    }
    if (pid == 0)
        victim(fast);
    while (!shared->winpid && waitpid(pid, &st, WNOHANG) == 0)
        usleep(100);
    spin(number() % 20000000); /* up to some 8 ms of its life */
    if (!end(pid) || waitpid(pid, &st, 0) != pid || !WIFSIGNALED(st) || WTERMSIG(st) != SIGKILL) {
        fprintf(stderr, "pid %d was not killed as it should be\n", (int)pid);
        return 1;
    }
    printf("%d %llu\n", (int)pid, (unsigned long long)shared->done);
    return 0;
}

static int until(const char *file)
{
    uint64_t i = 0;

    printf("%d\n", (int)getpid());
    fflush(stdout);
    while (i % 1024 || access(file, F_OK) != 0) {
        mark(i++);
        spin(number() % 60000);
    }
    printf("%llu\n", (unsigned long long)i);
    return 0;
}

int main(int argc, char **argv)
{
    int n, bad = 0;

    if (argc == 3 && !strcmp(argv[1], "run"))
        return until(argv[2]);
    if (argc < 4 || strcmp(argv[1], "kill"))
        return 2;
    n = atoi(argv[2]);
    state = strtoull(argv[3], NULL, 10) * 0x9e3779b97f4a7c15ull;
    shared = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < n; i++)
        bad |= one(argc > 4 && !strcmp(argv[4], "fast"));
    return bad;
}
