/* SPDX-License-Identifier: BSD-2-Clause */
/* O_APPEND of many processes: nothing is lost or mixed. Flags are of the description, over fork. */
/* timeout: 120 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scratch.h"
#include "tap.h"

enum { PROCS = 6, RECORDS = 60, SIZE = 200 };

static void writers(void)
{
    static char all[PROCS * RECORDS * SIZE + 1];
    int count[PROCS] = { 0 }, bad = 0, st, fd;
    char record[SIZE];
    ssize_t n;

    test("records of many processes that append");
    close(open("log", O_WRONLY | O_CREAT, 0644));
    for (int i = 0; i < PROCS; i++)
        if (fork() == 0) {
            fd = open("log", i & 1 ? O_WRONLY | O_APPEND : O_RDWR | O_APPEND);
            memset(record, 'a' + i, SIZE);
            record[SIZE - 1] = '\n';
            for (int k = 0; k < RECORDS; k++) {
                struct iovec v[2] = { { record, 100 }, { record + 100, SIZE - 100 } };

                if (k & 1 ? write(fd, record, SIZE) != SIZE : writev(fd, v, 2) != SIZE)
                    _exit(1);
            }
            _exit(0);
        }
    while (wait(&st) > 0)
        CHECK_EQ(0, st);
    fd = open("log", O_RDONLY);
    n = read(fd, all, sizeof(all));
    CHECK_EQ(PROCS * RECORDS * SIZE, n);
    for (int r = 0; r < PROCS * RECORDS && n == PROCS * RECORDS * SIZE; r++) {
        const char *s = all + r * SIZE;

        for (int i = 1; i < SIZE - 1; i++)
            bad += s[i] != s[0];
        bad += s[SIZE - 1] != '\n';
        if (s[0] >= 'a' && s[0] < 'a' + PROCS)
            count[s[0] - 'a']++;
    }
    CHECK_EQ(0, bad);
    for (int i = 0; i < PROCS; i++)
        CHECK_EQ(RECORDS, count[i]);
    close(fd);
}

static void flags(void)
{
    int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0644), p[2], st;
    char c;

    test("F_SETFL of O_APPEND: whoever has the description appends");
    CHECK(write(fd, "0123456789", 10) == 10 && lseek(fd, 2, SEEK_SET) == 2);
    if (fork() == 0)
        _exit(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_APPEND) != 0);
    wait(&st);
    CHECK_EQ(0, st);
    CHECK(fcntl(fd, F_GETFL) & O_APPEND);
    CHECK_EQ(2, write(fd, "ab", 2));
    CHECK_EQ(12, lseek(fd, 0, SEEK_END));
    CHECK(fcntl(fd, F_SETFL, 0) == 0);
    CHECK(lseek(fd, 0, SEEK_SET) == 0 && write(fd, "x", 1) == 1);
    CHECK_EQ(12, lseek(fd, 0, SEEK_END));
    close(fd);
    test("O_NONBLOCK that a child sets is the parent's, too");
    CHECK(pipe(p) == 0);
    if (fork() == 0)
        _exit(fcntl(p[0], F_SETFL, O_NONBLOCK) != 0);
    wait(&st);
    CHECK_EQ(0, st);
    CHECK_ERR(EAGAIN, read(p[0], &c, 1));
    CHECK(fcntl(p[0], F_GETFL) & O_NONBLOCK);
    CHECK(!(fcntl(p[1], F_GETFL) & O_NONBLOCK));
    CHECK(fcntl(p[0], F_SETFL, 0) == 0);
    if (fork() == 0) {
        st = fcntl(p[0], F_GETFL) & O_NONBLOCK;
        if (fork() == 0)
            _exit(fcntl(p[0], F_SETFL, O_NONBLOCK) != 0);
        wait(NULL);
        _exit(st || !(fcntl(p[0], F_GETFL) & O_NONBLOCK));
    }
    wait(&st);
    CHECK_EQ(0, st);
    CHECK_ERR(EAGAIN, read(p[0], &c, 1));
    CHECK_EQ(65536, fcntl(p[0], F_GETPIPE_SZ));
    close(p[0]);
    close(p[1]);
    test("the offset is shared as well");
    fd = open("f", O_RDWR);
    if (fork() == 0)
        _exit(lseek(fd, 7, SEEK_SET) != 7);
    wait(&st);
    CHECK_EQ(7, lseek(fd, 0, SEEK_CUR));
    close(fd);
}

int main(void)
{
    scratch_enter();
    writers();
    flags();
    scratch_leave();
    return test_done();
}
