/* SPDX-License-Identifier: BSD-2-Clause */
/* Anonymous private mmap, and across a fork. */
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

int main(void)
{
    int st;

    test("anonymous private memory: zero, writable, not shared after a fork");
    char *m = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (m == MAP_FAILED && errno == ENOSYS) {
        test_skip("mmap is not written yet");
        return test_done();
    }
    CHECK(m != MAP_FAILED && m[0] == 0 && m[(1 << 20) - 1] == 0);
    m[5000] = 'p';
    pid_t pid = fork();
    if (pid == 0) {
        bool ok = m[5000] == 'p';
        m[5000] = 'c';
        _exit(ok ? 0 : 1);
    }
    CHECK(waitpid(pid, &st, 0) == pid && WIFEXITED(st) && WEXITSTATUS(st) == 0);
    CHECK_EQ('p', m[5000]);
    CHECK_EQ(0, munmap(m, 1 << 20));
    return test_done();
}
