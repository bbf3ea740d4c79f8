/* SPDX-License-Identifier: BSD-2-Clause */
/* open, read, write, lseek, close, pread, append, truncate: contents and errors. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

static void flags(void)
{
    int fd, other;

    test("open creates, O_EXCL insists, O_TRUNC empties");
    CHECK_ERR(ENOENT, open("f", O_RDONLY));
    CHECK((fd = open("f", O_WRONLY | O_CREAT, 0644)) >= 0);
    CHECK_EQ(5, write(fd, "12345", 5));
    CHECK_EQ(0, close(fd));
    CHECK_ERR(EEXIST, open("f", O_WRONLY | O_CREAT | O_EXCL, 0644));
    CHECK((fd = open("f", O_WRONLY | O_TRUNC)) >= 0);
    CHECK_EQ(0, lseek(fd, 0, SEEK_END));
    close(fd);

    test("the lowest free descriptor is taken");
    fd = open("f", O_RDONLY);
    other = open("f", O_RDONLY);
    CHECK_EQ(fd + 1, other);
    close(fd);
    CHECK_EQ(fd, open("f", O_RDONLY));
    close(fd);
    close(other);

    test("wrong descriptors: EBADF");
    char c;
    CHECK_ERR(EBADF, close(fd));
    CHECK_ERR(EBADF, read(-1, &c, 1));
    CHECK_ERR(EBADF, write(9999, &c, 1));
    fd = open("f", O_RDONLY);
    CHECK_ERR(EBADF, write(fd, "x", 1));
    close(fd);
    fd = open("f", O_WRONLY);
    CHECK_ERR(EBADF, read(fd, &c, 1));
    close(fd);

    test("path errors: ENOENT, ENOTDIR, EISDIR");
    CHECK_ERR(ENOENT, open("", O_RDONLY));
    CHECK_ERR(ENOENT, open("no/f", O_RDONLY | O_CREAT, 0644));
    CHECK_ERR(ENOTDIR, open("f/x", O_RDONLY));
    CHECK_ERR(EISDIR, open(".", O_WRONLY));
    CHECK_ERR(ENOTDIR, open("f", O_RDONLY | O_DIRECTORY));
}

static void contents(void)
{
    char buf[20] = "";
    int fd;

    test("read and write move the offset; lseek sets it");
    CHECK((fd = open("g", O_RDWR | O_CREAT | O_TRUNC, 0644)) >= 0);
    CHECK_EQ(10, write(fd, "0123456789", 10));
    CHECK_EQ(0, read(fd, buf, 5));
    CHECK_EQ(3, lseek(fd, 3, SEEK_SET));
    CHECK_EQ(4, read(fd, buf, 4));
    CHECK(memcmp(buf, "3456", 4) == 0);
    CHECK_EQ(5, lseek(fd, -2, SEEK_CUR));
    CHECK_EQ(8, lseek(fd, -2, SEEK_END));
    CHECK_EQ(2, read(fd, buf, 20));

    test("lseek errors: EINVAL");
    CHECK_ERR(EINVAL, lseek(fd, -1, SEEK_SET));
    CHECK_ERR(EINVAL, lseek(fd, 0, 77));

    test("a hole reads as zeros");
    CHECK_EQ(100, lseek(fd, 100, SEEK_SET));
    CHECK_EQ(1, write(fd, "!", 1));
    CHECK_EQ(50, lseek(fd, 50, SEEK_SET));
    CHECK_EQ(1, read(fd, buf, 1));
    CHECK_EQ(0, buf[0]);

    test("pread and pwrite leave the offset alone");
    CHECK_EQ(7, lseek(fd, 7, SEEK_SET));
    CHECK_EQ(2, pwrite(fd, "ab", 2, 1));
    CHECK_EQ(3, pread(fd, buf, 3, 0));
    CHECK(memcmp(buf, "0ab", 3) == 0);
    CHECK_EQ(7, lseek(fd, 0, SEEK_CUR));

    test("ftruncate shortens and lengthens");
    struct stat st;
    CHECK_EQ(0, ftruncate(fd, 4));
    CHECK_EQ(0, fstat(fd, &st));
    CHECK_EQ(4, st.st_size);
    CHECK_EQ(0, ftruncate(fd, 3000));
    CHECK_EQ(0, fstat(fd, &st));
    CHECK_EQ(3000, st.st_size);
    close(fd);

    test("O_APPEND writes at the end, wherever the offset is");
    fd = open("h", O_RDWR | O_CREAT | O_APPEND, 0644);
    CHECK_EQ(3, write(fd, "one", 3));
    CHECK_EQ(0, lseek(fd, 0, SEEK_SET));
    CHECK_EQ(3, write(fd, "two", 3));
    CHECK_EQ(0, lseek(fd, 0, SEEK_SET));
    CHECK_EQ(6, read(fd, buf, 20));
    CHECK(memcmp(buf, "onetwo", 6) == 0);
    close(fd);

    test("an unlinked file lives as long as it is open");
    fd = open("gone", O_RDWR | O_CREAT, 0644);
    CHECK_EQ(4, write(fd, "here", 4));
    CHECK_EQ(0, unlink("gone"));
    CHECK_ERR(ENOENT, access("gone", F_OK));
    CHECK_EQ(0, lseek(fd, 0, SEEK_SET));
    CHECK_EQ(4, read(fd, buf, 20));
    close(fd);

    test("a megabyte comes back as it was written");
    char *big = malloc(1 << 20), *back = malloc(1 << 20);
    for (int i = 0; i < 1 << 20; i++)
        big[i] = (char)(i * 7 + (i >> 8));
    fd = open("big", O_RDWR | O_CREAT, 0644);
    CHECK_EQ(1 << 20, write(fd, big, 1 << 20));
    CHECK_EQ(0, lseek(fd, 0, SEEK_SET));
    CHECK_EQ(1 << 20, read(fd, back, 1 << 20));
    CHECK(memcmp(big, back, 1 << 20) == 0);
    close(fd);
}

int main(void)
{
    umask(022);
    flags();
    contents();
    return test_done();
}
