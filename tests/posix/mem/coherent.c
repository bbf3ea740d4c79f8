/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared mappings of a file and read() and write() see the same, in all processes. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../file/scratch.h"
#include "tap.h"

#define SIZE 200000

int main(void)
{
    int fd, other, st;
    char *m, *r, c, page[4096];

    scratch_enter();
    fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0644);
    other = open("f", O_RDWR);
    test("a mapping shows what is written, a read what was stored");
    CHECK(ftruncate(fd, SIZE) == 0);
    m = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    r = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, other, 0);
    CHECK(m != MAP_FAILED && r != MAP_FAILED);
    CHECK(pwrite(fd, "written", 7, 100000) == 7);
    CHECK(!memcmp(m + 100000, "written", 7) && !memcmp(r + 100000, "written", 7));
    memcpy(m + 5, "stored", 6);
    CHECK(pread(other, page, 6, 5) == 6 && !memcmp(page, "stored", 6));
    CHECK(!memcmp(r + 5, "stored", 6));
    test("both over fork, both ways");
    if (fork() == 0) {
        m[50000] = 'c';
        if (pwrite(other, "d", 1, 60000) != 1)
            _exit(1);
        _exit(0);
    }
    wait(&st);
    CHECK_EQ(0, st);
    CHECK(m[50000] == 'c' && m[60000] == 'd' && r[50000] == 'c' && r[60000] == 'd');
    CHECK(pread(fd, &c, 1, 50000) == 1 && c == 'c');
    test("a process that maps the file by itself sees it, too");
    if (fork() == 0) {
        int own = open("f", O_RDWR);
        char *p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, own, 0);

        if (p == MAP_FAILED || p[50000] != 'c')
            _exit(1);
        p[70000] = 'e';
        munmap(p, SIZE);
        _exit(0);
    }
    wait(&st);
    CHECK_EQ(0, st);
    CHECK(m[70000] == 'e' && pread(fd, &c, 1, 70000) == 1 && c == 'e');
    test("the mapping stays when descriptor and name are gone");
    CHECK(close(fd) == 0 && unlink("f") == 0);
    m[80000] = 'f';
    CHECK(r[80000] == 'f' && pread(other, &c, 1, 80000) == 1 && c == 'f');
    CHECK(msync(m, SIZE, MS_SYNC) == 0 && munmap(m, SIZE) == 0);
    CHECK(r[80000] == 'f');
    munmap(r, SIZE);
    close(other);
    scratch_leave();
    return test_done();
}
