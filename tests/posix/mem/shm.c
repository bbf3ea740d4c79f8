/* SPDX-License-Identifier: BSD-2-Clause */
/* shm_open: memory by name, between processes. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/tap.h"

int main(void)
{
    char name[64], *p, *q;
    struct stat st;
    int fd, status;
    pid_t pid;

    snprintf(name, sizeof(name), "/isthmus-memory-%d", (int)getpid());
    shm_unlink(name); /* of an earlier process with our pid */
    test("made, sized, mapped");
    fd = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
    if (!CHECK(fd >= 0))
        return test_done();
    CHECK_EQ(FD_CLOEXEC, fcntl(fd, F_GETFD));
    CHECK_EQ(0, fstat(fd, &st));
    CHECK_EQ(0, st.st_size);
    CHECK_EQ(0, ftruncate(fd, 100000));
    p = mmap(NULL, 100000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(p != MAP_FAILED);
    CHECK_EQ(0, p[99999]);
    CHECK_EQ(0, close(fd));

    test("another process opens it by name, and both see what is written");
    strcpy(p, "from the parent");
    if ((pid = fork()) == 0) {
        fd = shm_open(name, O_RDWR, 0);
        q = mmap(NULL, 100000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (q == MAP_FAILED || strcmp(q, "from the parent"))
            _exit(1);
        strcpy(q + 5000, "from the child");
        strcpy(p + 50000, "the inherited one");
        _exit(0);
    }
    CHECK_EQ(pid, waitpid(pid, &status, 0));
    CHECK_EQ(0, status);
    CHECK_STR("from the child", p + 5000);
    CHECK_STR("the inherited one", p + 50000);

    test("names that are taken, are not there, cannot be");
    CHECK_ERR(EEXIST, shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600));
    CHECK_EQ(0, shm_unlink(name));
    CHECK_ERR(ENOENT, shm_unlink(name));
    CHECK_ERR(ENOENT, shm_open(name, O_RDWR, 0));
    CHECK(shm_open("/no/such", O_CREAT | O_RDWR, 0600) < 0);
    CHECK_STR("from the child", p + 5000);
    CHECK_EQ(0, munmap(p, 100000));
    return test_done();
}
