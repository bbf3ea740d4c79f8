/* SPDX-License-Identifier: BSD-2-Clause */
/* Mappings: anonymous and of files, private and shared, through fork, protected, in parts. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static int child_status(pid_t pid)
{
    int st = -1;

    return waitpid(pid, &st, 0) == pid && WIFEXITED(st) ? WEXITSTATUS(st) : -1;
}

static void anonymous(void)
{
    test("private memory is zero, and a child's changes are its own");
    char *p = mmap(NULL, 300000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(p != MAP_FAILED && p[0] == 0 && p[299999] == 0);
    strcpy(p, "parent");
    pid_t pid = fork();
    if (pid == 0) {
        int ok = strcmp(p, "parent") == 0;
        strcpy(p, "child");
        _exit(ok ? 42 : 1);
    }
    CHECK_EQ(42, child_status(pid));
    CHECK(strcmp(p, "parent") == 0);

    test("shared memory is shared with a child and its child");
    char *s = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(s != MAP_FAILED);
    s[0] = 1;
    pid = fork();
    if (pid == 0) {
        s[0]++;
        pid = fork();
        if (pid == 0) {
            s[4096] = 9;
            _exit(s[0]);
        }
        _exit(child_status(pid));
    }
    CHECK_EQ(2, child_status(pid));
    CHECK_EQ(9, s[4096]);
    CHECK(munmap(s, 8192) == 0);

    test("parts can be unmapped, and mapped over");
    CHECK(munmap(p + 65536, 65536) == 0);
    CHECK(p[65535] == 0 && p[131072] == 0);
    strcpy(p + 200704, "old");
    CHECK(mmap(p + 200704, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
          == p + 200704);
    CHECK(p[200704] == 0);
    CHECK(munmap(p, 300000) == 0);
}

static void files(void)
{
    char buf[20] = "";
    int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0644);

    CHECK(fd >= 0 && ftruncate(fd, 200000) == 0 && pwrite(fd, "hello", 5, 70000) == 5);

    test("a shared mapping and the file are the same, also in a child");
    char *m = mmap(NULL, 131072, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 65536);
    CHECK(m != MAP_FAILED && memcmp(m + 70000 - 65536, "hello", 5) == 0);
    memcpy(m + 100, "mapped", 6);
    CHECK(pread(fd, buf, 6, 65636) == 6 && memcmp(buf, "mapped", 6) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        memcpy(m + 200, "child", 5);
        _exit(0);
    }
    CHECK_EQ(0, child_status(pid));
    CHECK(memcmp(m + 200, "child", 5) == 0);
    CHECK(msync(m, 131072, MS_SYNC) == 0 && munmap(m, 131072) == 0);

    test("an offset that is no multiple of 64 KiB");
    m = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 69632);
    CHECK(m != MAP_FAILED && memcmp(m + 70000 - 69632, "hello", 5) == 0);
    CHECK(munmap(m, 4096) == 0);

    test("a private mapping keeps its changes, a child inherits them");
    m = mmap(NULL, 200000, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    CHECK(m != MAP_FAILED && memcmp(m + 70000, "hello", 5) == 0);
    memcpy(m + 70000, "HELLO", 5);
    CHECK(pread(fd, buf, 5, 70000) == 5 && memcmp(buf, "hello", 5) == 0);
    for (int i = 0; i < 2; i++) {
        pid = fork();
        if (pid == 0)
            _exit(memcmp(m + 70000, "HELLO", 5) == 0 && m[0] == 0 ? 42 : 1);
        CHECK_EQ(42, child_status(pid));
    }
    CHECK(munmap(m, 200000) == 0);

    test("errors");
    CHECK(mmap(NULL, 0, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED && errno == EINVAL);
    CHECK(mmap(NULL, 10, PROT_READ, MAP_PRIVATE, fd, 5) == MAP_FAILED && errno == EINVAL);
    CHECK(mmap(NULL, 10, PROT_READ, MAP_PRIVATE, 99, 0) == MAP_FAILED && errno == EBADF);
    int ro = open("f", O_RDONLY);
    CHECK(mmap(NULL, 10, PROT_WRITE, MAP_SHARED, ro, 0) == MAP_FAILED && errno == EACCES);
    m = mmap(NULL, 10, PROT_READ | PROT_WRITE, MAP_PRIVATE, ro, 0);
    CHECK(m != MAP_FAILED);
    m[0] = 1;
    close(ro);
    close(fd);
}

static void protection(void)
{
    test("protection holds in a child");
    char *p = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    p[4096] = 7;
    CHECK(mprotect(p + 4096, 4096, PROT_READ) == 0);
    for (int i = 0; i < 2; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            p[0] = 1;
            if (p[4096] != 7)
                _exit(1);
            p[4096] = 8; /* ends here */
            _exit(2);
        }
        int st;
        CHECK(waitpid(pid, &st, 0) == pid && WIFSIGNALED(st) && WTERMSIG(st) == SIGSEGV);
    }
    CHECK(mprotect(p + 4096, 4096, PROT_READ | PROT_WRITE) == 0);
    p[4096] = 9;
    CHECK_ERR(ENOMEM, mprotect((void *)0x7000000000, 4096, PROT_READ));
    CHECK_ERR(EINVAL, mprotect(p + 1, 4096, PROT_READ));
}

int main(void)
{
    alarm(60);
    anonymous();
    files();
    protection();
    return test_done();
}
