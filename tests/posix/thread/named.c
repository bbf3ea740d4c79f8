/* SPDX-License-Identifier: BSD-2-Clause */
/* Named semaphores. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/tap.h"

int main(void)
{
    char name[64];
    sem_t *s, *again;
    pid_t pid;
    int v, st;

    snprintf(name, sizeof(name), "/isthmus-test-%d", (int)getpid());
    test("made, opened again, closed");
    sem_unlink(name); /* of an earlier process with our pid */
    s = sem_open(name, O_CREAT | O_EXCL, 0600, 2);
    if (s == SEM_FAILED && errno == ENOSYS) {
        test_skip("there are no shared mappings yet");
        return test_done();
    }
    if (!CHECK(s != SEM_FAILED))
        return test_done();
    CHECK_EQ(0, sem_getvalue(s, &v));
    CHECK_EQ(2, v);
    again = sem_open(name, 0);
    CHECK(again == s);
    CHECK(sem_open(name, O_CREAT | O_EXCL, 0600, 1) == SEM_FAILED);
    CHECK_EQ(EEXIST, errno);
    CHECK_EQ(0, sem_close(again));
    CHECK_EQ(0, sem_wait(s));
    CHECK_EQ(0, sem_close(s));

    test("its value stays when nobody has it open");
    s = sem_open(name, O_CREAT, 0600, 77);
    if (!CHECK(s != SEM_FAILED))
        return test_done();
    CHECK_EQ(0, sem_getvalue(s, &v));
    CHECK_EQ(1, v);

    test("another process uses it, by name and by inheritance");
    CHECK_EQ(0, sem_wait(s));
    if ((pid = fork()) == 0) {
        sem_t *mine = sem_open(name, 0);

        _exit(mine == SEM_FAILED || sem_post(mine) || sem_post(s));
    }
    CHECK_EQ(0, sem_wait(s));
    CHECK_EQ(0, sem_wait(s));
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK_EQ(0, st);

    test("unlinked: the name is free, the semaphore works on");
    CHECK_EQ(0, sem_unlink(name));
    CHECK_ERR(ENOENT, sem_unlink(name));
    CHECK(sem_open(name, 0) == SEM_FAILED);
    CHECK_EQ(ENOENT, errno);
    CHECK_EQ(0, sem_post(s));
    CHECK_EQ(0, sem_wait(s));
    CHECK_EQ(0, sem_close(s));
    CHECK(sem_open("/no/such", O_CREAT, 0600, 1) == SEM_FAILED);
    return test_done();
}
