/* SPDX-License-Identifier: BSD-2-Clause */
/* /dev/null and its kind. */
#include <fcntl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "tap.h"

int main(void)
{
    char a[64], b[64];
    struct stat st;
    int fd, p[2];

    test("/dev/null");
    CHECK((fd = open("/dev/null", O_RDWR)) >= 0);
    CHECK_EQ(0, read(fd, a, sizeof(a)));
    CHECK_EQ(64, write(fd, a, sizeof(a)));
    CHECK(fstat(fd, &st) == 0 && S_ISCHR(st.st_mode));
    CHECK_EQ(0666, st.st_mode & 0777);
    CHECK_EQ(0, lseek(fd, 10, SEEK_SET) > 10);
    CHECK(!isatty(fd));
    CHECK_EQ(ENOTTY, errno);
    close(fd);
    CHECK(stat("/dev/null", &st) == 0 && S_ISCHR(st.st_mode));
    CHECK(access("/dev/null", R_OK | W_OK) == 0);
    CHECK((fd = open("/dev/null", O_WRONLY | O_CREAT | O_TRUNC, 0644)) >= 0);
    close(fd);
    test("/dev/zero and /dev/full");
    fd = open("/dev/zero", O_RDWR);
    memset(a, 'x', sizeof(a));
    memset(b, 0, sizeof(b));
    CHECK_EQ(64, read(fd, a, sizeof(a)));
    CHECK(memcmp(a, b, sizeof(a)) == 0);
    CHECK_EQ(64, write(fd, a, sizeof(a)));
    close(fd);
    fd = open("/dev/full", O_RDWR);
    CHECK_EQ(64, read(fd, a, sizeof(a)));
    CHECK_ERR(ENOSPC, write(fd, a, 1));
    close(fd);
    test("/dev/random and /dev/urandom");
    fd = open("/dev/urandom", O_RDONLY);
    CHECK_EQ(64, read(fd, a, sizeof(a)));
    CHECK_EQ(64, read(fd, b, sizeof(b)));
    CHECK(memcmp(a, b, sizeof(a)) != 0);
    close(fd);
    fd = open("/dev/random", O_RDONLY);
    CHECK(read(fd, a, sizeof(a)) > 0);
    close(fd);
    test("/dev/fd/N is the file of descriptor N");
    CHECK(pipe(p) == 0);
    snprintf(a, sizeof(a), "/dev/fd/%d", p[0]);
    CHECK((fd = open(a, O_RDONLY)) >= 0);
    CHECK_EQ(3, write(p[1], "abc", 3));
    CHECK_EQ(3, read(fd, b, sizeof(b)));
    CHECK(stat(a, &st) == 0 && S_ISFIFO(st.st_mode));
    close(fd);
    CHECK_ERR(ENOENT, open("/dev/fd/999", O_RDONLY));
    test("terminal calls on what is none");
    CHECK_ERR(ENOTTY, tcgetattr(p[0], &(struct termios){ 0 }));
    CHECK_ERR(ENOTTY, tcgetpgrp(p[0]));
    CHECK_ERR(EBADF, tcgetpgrp(-1));
    CHECK(ttyname(p[0]) == NULL);
    return test_done();
}
