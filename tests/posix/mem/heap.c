/* SPDX-License-Identifier: BSD-2-Clause */
/* malloc and realloc: alignment, contents, size; and across a fork. */
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

int main(void)
{
    int st;

    test("malloc: aligned to 16, distinct, keeps what it is given");
    char *p[1000];
    for (int i = 0; i < 1000; i++) {
        size_t n = (size_t)(i * 37 % 5000 + 1);
        p[i] = malloc(n);
        CHECK(p[i] && ((uintptr_t)p[i] & 15) == 0);
        memset(p[i], i, n);
    }
    int wrong = 0;
    for (int i = 0; i < 1000; i++) {
        size_t n = (size_t)(i * 37 % 5000 + 1);
        wrong += p[i][0] != (char)i || p[i][n - 1] != (char)i;
        free(p[i]);
    }
    CHECK_EQ(0, wrong);

    test("calloc is zero, realloc keeps, large blocks work");
    char *z = calloc(1000, 1000);
    CHECK(z && z[0] == 0 && z[999999] == 0);
    z[10] = 'k';
    z = realloc(z, 64 << 20);
    CHECK(z && z[10] == 'k');
    z[(64 << 20) - 1] = 1;
    free(z);

    test("too much is ENOMEM");
    void *(*volatile alloc)(size_t) = malloc;    /* or the compiler takes success for granted */
    errno = 0;
    CHECK(alloc(SIZE_MAX / 2) == NULL && errno == ENOMEM);

    test("posix_memalign");
    void *a = NULL;
    CHECK_EQ(0, posix_memalign(&a, 4096, 100));
    CHECK(((uintptr_t)a & 4095) == 0);
    free(a);

    test("16 MiB of heap, half of it rewritten between two forks");
    char *big = malloc(16 << 20);
    memset(big, 'a', 16 << 20);
    for (int round = 0; round < 2; round++) {
        pid_t pid = fork();
        if (pid == 0) {
            int bad = 0;
            for (int i = 0; i < 16 << 20; i += 1024)
                bad |= big[i] != (round == 1 && i < 8 << 20 ? 'b' : 'a');
            _exit(bad);
        }
        memset(big, 'b', 8 << 20);
        CHECK(waitpid(pid, &st, 0) == pid && WIFEXITED(st) && WEXITSTATUS(st) == 0);
    }
    return test_done();
}
