/* SPDX-License-Identifier: BSD-2-Clause */
/* stat, fstat, access, chmod on what the file system can keep. */
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

int main(void)
{
    struct stat a, b;
    int fd;

    umask(022);
    test("a new file: type, size, link count, times");
    fd = open("f", O_RDWR | O_CREAT, 0644);
    CHECK(write(fd, "hello", 5) == 5);
    CHECK_EQ(0, fstat(fd, &a));
    CHECK(S_ISREG(a.st_mode));
    CHECK_EQ(5, a.st_size);
    CHECK_EQ(1, a.st_nlink);
    CHECK(a.st_mtime > time(NULL) - 100 && a.st_mtime < time(NULL) + 100);
    CHECK_EQ(getuid(), a.st_uid);

    test("stat and fstat agree on who a file is");
    CHECK_EQ(0, stat("f", &b));
    CHECK(a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size);
    CHECK_EQ(0, stat("./f", &b));
    CHECK(a.st_ino == b.st_ino);
    close(fd);

    test("two files are different files");
    fd = creat("g", 0644);
    CHECK_EQ(0, fstat(fd, &b));
    CHECK(a.st_ino != b.st_ino);
    close(fd);

    test("directories, pipes");
    int p[2];
    CHECK_EQ(0, stat(".", &a));
    CHECK(S_ISDIR(a.st_mode));
    CHECK_EQ(0, mkdir("d", 0755));
    CHECK_EQ(0, stat("d/..", &b));
    CHECK(a.st_dev == b.st_dev && a.st_ino == b.st_ino);
    CHECK_EQ(0, pipe(p));
    CHECK_EQ(0, fstat(p[0], &a));
    CHECK(S_ISFIFO(a.st_mode));

    test("a hard link is the same file");
    CHECK_EQ(0, link("f", "f2"));
    CHECK_EQ(0, stat("f", &a));
    CHECK_EQ(0, stat("f2", &b));
    CHECK(a.st_ino == b.st_ino);
    CHECK_EQ(2, b.st_nlink);

    test("errors: ENOENT, ENOTDIR, EBADF");
    CHECK_ERR(ENOENT, stat("nothing", &a));
    CHECK_ERR(ENOENT, stat("", &a));
    CHECK_ERR(ENOENT, stat("no/thing", &a));
    CHECK_ERR(ENOTDIR, stat("f/x", &a));
    CHECK_ERR(EBADF, fstat(-1, &a));

    test("access");
    CHECK_EQ(0, access("f", F_OK));
    CHECK_EQ(0, access("f", R_OK | W_OK));
    CHECK_EQ(0, access(".", X_OK));
    CHECK_ERR(ENOENT, access("nothing", F_OK));

    test("chmod takes the write bits away and gives them back");
    CHECK_EQ(0, chmod("f", 0444));
    CHECK_EQ(0, stat("f", &a));
    CHECK_EQ(0, a.st_mode & 0222);
    CHECK_EQ(0, chmod("f", 0644));
    CHECK_EQ(0, stat("f", &a));
    CHECK(a.st_mode & 0200);
    return test_done();
}
