/* SPDX-License-Identifier: BSD-2-Clause */
/* open, read, write, lseek, stat, truncate of files. */
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tap.h"
#include "scratch.h"

static void test_open(void)
{
    struct stat st;
    int fd;

    test("open without O_CREAT of a missing file");
    CHECK_ERR(ENOENT, open("missing", O_RDONLY));
    CHECK_ERR(ENOENT, open("", O_RDONLY));
    CHECK_ERR(ENOENT, open("no/such/folder", O_RDWR | O_CREAT, 0644));
    test("O_CREAT makes a file, O_EXCL insists on a new one");
    CHECK((fd = open("a", O_RDWR | O_CREAT, 0644)) >= 0);
    CHECK(fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0);
    CHECK_EQ(0644, st.st_mode & 0777);
    CHECK_EQ(1, st.st_nlink);
    CHECK(close(fd) == 0);
    CHECK_ERR(EBADF, close(fd));
    CHECK_ERR(EEXIST, open("a", O_RDWR | O_CREAT | O_EXCL, 0644));
    test("a name below a file");
    CHECK_ERR(ENOTDIR, open("a/b", O_RDONLY));
    CHECK_ERR(ENOTDIR, open("a/", O_RDONLY));
    CHECK_ERR(ENOTDIR, open("a", O_RDONLY | O_DIRECTORY));
    test("directories");
    CHECK(mkdir("d", 0755) == 0);
    CHECK_ERR(EISDIR, open("d", O_WRONLY));
    CHECK_ERR(EISDIR, open("d", O_RDONLY | O_CREAT, 0644));
    CHECK((fd = open("d", O_RDONLY)) >= 0);
    CHECK_ERR(EISDIR, read(fd, &st, 1));
    CHECK(fstat(fd, &st) == 0 && S_ISDIR(st.st_mode));
    close(fd);
    test("the lowest free descriptor is used");
    CHECK((fd = open("a", O_RDONLY)) >= 0);
    close(fd);
    CHECK_EQ(fd, open("a", O_RDONLY));
    close(fd);
    test("access rights of descriptors");
    fd = open("a", O_RDONLY);
    CHECK_ERR(EBADF, write(fd, "x", 1));
    close(fd);
    fd = open("a", O_WRONLY);
    CHECK_ERR(EBADF, read(fd, &st, 1));
    close(fd);
    CHECK_ERR(EBADF, read(-1, &st, 1));
    CHECK_ERR(EBADF, write(9999, &st, 1));
}

static void test_rw(void)
{
    char buf[64];
    struct stat st;
    int fd, fd2;

    test("write, seek, read");
    fd = open("b", O_RDWR | O_CREAT | O_TRUNC, 0644);
    CHECK_EQ(11, write(fd, "hello world", 11));
    CHECK_EQ(11, lseek(fd, 0, SEEK_CUR));
    CHECK_EQ(6, lseek(fd, 6, SEEK_SET));
    CHECK_EQ(5, read(fd, buf, sizeof(buf)));
    CHECK(memcmp(buf, "world", 5) == 0);
    CHECK_EQ(0, read(fd, buf, sizeof(buf)));
    CHECK_EQ(8, lseek(fd, -3, SEEK_END));
    CHECK_ERR(EINVAL, lseek(fd, -1, SEEK_SET));
    CHECK_ERR(EINVAL, lseek(fd, 0, 99));
    test("pread and pwrite leave the offset alone");
    CHECK_EQ(8, lseek(fd, 0, SEEK_CUR));
    CHECK_EQ(5, pread(fd, buf, 5, 0));
    CHECK(memcmp(buf, "hello", 5) == 0);
    CHECK_EQ(1, pwrite(fd, "J", 1, 0));
    CHECK_EQ(8, lseek(fd, 0, SEEK_CUR));
    CHECK_EQ(0, pread(fd, buf, 5, 100));
    CHECK_ERR(EINVAL, pread(fd, buf, 5, -1));
    test("duplicates share the offset");
    CHECK((fd2 = dup(fd)) >= 0);
    lseek(fd2, 2, SEEK_SET);
    CHECK_EQ(2, lseek(fd, 0, SEEK_CUR));
    close(fd2);
    test("writing behind the end leaves zeros");
    CHECK_EQ(20, lseek(fd, 20, SEEK_SET));
    CHECK_EQ(1, write(fd, "!", 1));
    CHECK_EQ(9, pread(fd, buf, 9, 11));
    CHECK(memcmp(buf, "\0\0\0\0\0\0\0\0\0", 9) == 0);
    CHECK(fstat(fd, &st) == 0);
    CHECK_EQ(21, st.st_size);
    test("ftruncate and truncate");
    CHECK(ftruncate(fd, 5) == 0);
    CHECK(fstat(fd, &st) == 0 && st.st_size == 5);
    CHECK(truncate("b", 100) == 0);
    CHECK(fstat(fd, &st) == 0 && st.st_size == 100);
    CHECK_ERR(EINVAL, ftruncate(fd, -1));
    CHECK_ERR(ENOENT, truncate("missing", 0));
    CHECK_ERR(EISDIR, truncate("d", 0));
    close(fd);
    fd = open("b", O_RDONLY);
    CHECK_ERR(EINVAL, ftruncate(fd, 0));
    close(fd);
    test("O_TRUNC");
    fd = open("b", O_RDWR | O_TRUNC);
    CHECK(fstat(fd, &st) == 0 && st.st_size == 0);
    close(fd);
}

static void test_append(void)
{
    char buf[16];
    int a, b;

    test("O_APPEND writes at the end, wherever the offset is");
    a = open("c", O_RDWR | O_CREAT | O_APPEND, 0644);
    b = open("c", O_RDWR | O_APPEND);
    CHECK_EQ(3, write(a, "one", 3));
    CHECK_EQ(3, write(b, "two", 3));
    lseek(a, 0, SEEK_SET);
    CHECK_EQ(3, write(a, "six", 3));
    CHECK_EQ(9, lseek(a, 0, SEEK_CUR));
    CHECK_EQ(9, pread(b, buf, sizeof(buf), 0));
    CHECK(memcmp(buf, "onetwosix", 9) == 0);
    test("O_APPEND can be switched off and on");
    CHECK_EQ(O_APPEND, fcntl(a, F_GETFL) & O_APPEND);
    CHECK(fcntl(a, F_SETFL, 0) == 0);
    CHECK_EQ(0, fcntl(a, F_GETFL) & O_APPEND);
    lseek(a, 0, SEEK_SET);
    CHECK_EQ(3, write(a, "ONE", 3));
    CHECK_EQ(3, pread(b, buf, 3, 0));
    CHECK(memcmp(buf, "ONE", 3) == 0);
    close(a);
    close(b);
}

static void test_vectors(void)
{
    char x[4] = "", y[8] = "";
    struct iovec v[3] = { { "abc", 3 }, { "", 0 }, { "defg", 4 } };
    struct iovec r[2] = { { x, 2 }, { y, 8 } };
    volatile int negative = -1, many = IOV_MAX + 1;
    int fd = open("v", O_RDWR | O_CREAT | O_TRUNC, 0644);

    test("writev and readv");
    CHECK_EQ(7, writev(fd, v, 3));
    lseek(fd, 0, SEEK_SET);
    CHECK_EQ(7, readv(fd, r, 2));
    CHECK(memcmp(x, "ab", 2) == 0 && memcmp(y, "cdefg", 5) == 0);
    CHECK_EQ(0, readv(fd, r, 2));
    CHECK_ERR(EINVAL, readv(fd, r, negative));
    CHECK_ERR(EINVAL, writev(fd, v, many));
    CHECK_ERR(EBADF, writev(-1, v, 1));
    close(fd);
}

static void test_stat(void)
{
    struct stat a, b;

    test("stat, fstat and lstat agree");
    int fd = open("s.txt", O_RDWR | O_CREAT, 0644);
    CHECK_EQ(10, write(fd, "0123456789", 10));
    CHECK(stat("s.txt", &a) == 0 && fstat(fd, &b) == 0);
    CHECK_EQ(a.st_ino, b.st_ino);
    CHECK_EQ(a.st_dev, b.st_dev);
    CHECK_EQ(10, a.st_size);
    CHECK_EQ(a.st_mode, b.st_mode);
    CHECK(lstat("s.txt", &b) == 0 && a.st_ino == b.st_ino);
    CHECK(stat("./d/../s.txt", &b) == 0 && a.st_ino == b.st_ino);
    CHECK(stat(".", &b) == 0 && a.st_ino != b.st_ino && S_ISDIR(b.st_mode));
    close(fd);
    test("errors of stat");
    CHECK_ERR(ENOENT, stat("missing", &a));
    CHECK_ERR(ENOENT, stat("", &a));
    CHECK_ERR(ENOTDIR, stat("s.txt/x", &a));
    CHECK_ERR(ENOTDIR, stat("s.txt/", &a));
    CHECK_ERR(EBADF, fstat(-1, &a));
    test("access");
    CHECK(access("s.txt", F_OK) == 0);
    CHECK(access("s.txt", R_OK | W_OK) == 0);
    CHECK_ERR(EACCES, access("s.txt", X_OK));
    CHECK_ERR(ENOENT, access("missing", F_OK));
    CHECK_ERR(EINVAL, access("s.txt", 64));
    CHECK(access("d", R_OK | W_OK | X_OK) == 0);
    test("a script is executable after chmod");
    fd = open("script", O_RDWR | O_CREAT, 0755);
    CHECK_EQ(10, write(fd, "#!/bin/sh\n", 10));
    close(fd);
    CHECK(access("script", X_OK) == 0);
    test("chmod takes and gives the write permission");
    CHECK(chmod("s.txt", 0444) == 0);
    CHECK(stat("s.txt", &a) == 0 && (a.st_mode & 0777) == 0444);
    CHECK(chmod("s.txt", 0644) == 0);
    CHECK(stat("s.txt", &a) == 0 && (a.st_mode & 0777) == 0644);
    CHECK_ERR(ENOENT, chmod("missing", 0644));
}

static void test_times(void)
{
    struct timespec tv[2] = { { 1000000000, 123456700 }, { 1500000000, 0 } };
    struct stat st;

    test("utimensat to 100 ns");
    CHECK(utimensat(AT_FDCWD, "s.txt", tv, 0) == 0);
    CHECK(stat("s.txt", &st) == 0);
    CHECK_EQ(1000000000, st.st_atim.tv_sec);
    CHECK_EQ(123456700, st.st_atim.tv_nsec);
    CHECK_EQ(1500000000, st.st_mtim.tv_sec);
    test("UTIME_OMIT and UTIME_NOW");
    tv[0].tv_nsec = UTIME_OMIT;
    tv[1].tv_nsec = UTIME_NOW;
    CHECK(utimensat(AT_FDCWD, "s.txt", tv, 0) == 0);
    CHECK(stat("s.txt", &st) == 0);
    CHECK_EQ(1000000000, st.st_atim.tv_sec);
    CHECK(st.st_mtim.tv_sec > 1600000000);
    tv[1].tv_nsec = 1000000000;
    CHECK_ERR(EINVAL, utimensat(AT_FDCWD, "s.txt", tv, 0));
    CHECK_ERR(ENOENT, utimensat(AT_FDCWD, "missing", NULL, 0));
}

int main(void)
{
    umask(022);
    scratch_enter();
    test_open();
    test_rw();
    test_append();
    test_vectors();
    test_stat();
    test_times();
    scratch_leave();
    return test_done();
}
