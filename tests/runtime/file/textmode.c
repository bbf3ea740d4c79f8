/* SPDX-License-Identifier: BSD-2-Clause */
/* Text mode by open flag, by setmode and by mount: what is on disk, what is read, positions. */
/* alone: changes the registry of the build's prefix (and puts it back) */
#include <fcntl.h>
#include <io.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/cygwin.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tap.h"

static void put(const char *name, int flags, const char *text)
{
    int fd = open(name, O_CREAT | O_TRUNC | O_WRONLY | flags, 0644);

    CHECK(fd >= 0);
    CHECK_EQ(strlen(text), write(fd, text, strlen(text)));
    CHECK(close(fd) == 0);
}

static const char *get(const char *name, int flags, size_t piece)
{
    static char out[256];
    size_t n = 0;
    ssize_t r;
    int fd = open(name, O_RDONLY | flags);

    CHECK(fd >= 0);
    while ((r = read(fd, out + n, piece)) > 0)
        n += (size_t)r;
    CHECK_EQ(0, r);
    out[n] = 0;
    close(fd);
    return out;
}

static void by_flag(void)
{
    char buf[16];
    int fd;

    test("written as CR LF");
    put("t", O_TEXT, "a\nb\n\n");
    CHECK_STR("a\r\nb\r\n\r\n", get("t", O_BINARY, 100));
    CHECK_STR("a\r\nb\r\n\r\n", get("t", 0, 100));
    test("read as LF, in pieces of every size");
    put("t", O_BINARY, "a\r\n\rb\r\r\nc\r");
    for (size_t piece = 1; piece < 12; piece++)
        CHECK_STR("a\n\rb\r\nc\r", get("t", O_TEXT, piece));
    test("Ctrl-Z ends the text");
    put("t", O_BINARY, "ab\r\n\032cd");
    for (size_t piece = 1; piece < 10; piece++)
        CHECK_STR("ab\n", get("t", O_TEXT, piece));
    test("positions are those on disk");
    put("t", O_BINARY, "ab\r\ncd\r\nef");
    fd = open("t", O_RDWR | O_TEXT);
    CHECK_EQ(3, read(fd, buf, 4));
    CHECK_EQ(4, lseek(fd, 0, SEEK_CUR));
    CHECK_EQ(3, read(fd, buf, 3));  /* c d CR: the LF behind it belongs to it */
    CHECK(!memcmp(buf, "cd\n", 3));
    CHECK_EQ(8, lseek(fd, 0, SEEK_CUR));
    CHECK_EQ(2, lseek(fd, 2, SEEK_SET));
    CHECK_EQ(1, read(fd, buf, 1));
    CHECK_EQ('\n', buf[0]);
    CHECK_EQ(4, lseek(fd, 0, SEEK_CUR));
    CHECK_EQ(2, pread(fd, buf, 3, 1));
    CHECK(!memcmp(buf, "b\n", 2));
    CHECK_EQ(4, lseek(fd, 0, SEEK_CUR));
    CHECK_EQ(2, pwrite(fd, "x\n", 2, 0));
    CHECK_EQ(4, lseek(fd, 0, SEEK_CUR));
    close(fd);
    CHECK_STR("x\r\n\ncd\r\nef", get("t", O_BINARY, 100));
    test("appending");
    put("t", O_BINARY, "a");
    fd = open("t", O_WRONLY | O_APPEND | O_TEXT);
    CHECK_EQ(3, write(fd, "\nb\n", 3));
    close(fd);
    CHECK_STR("a\r\nb\r\n", get("t", O_BINARY, 100));
}

static void by_setmode(void)
{
    int fd, status, p[2];
    char buf[16];

    test("setmode");
    put("t", O_BINARY, "a\r\n");
    fd = open("t", O_RDONLY);
    CHECK_EQ(O_BINARY, setmode(fd, O_TEXT));
    CHECK_EQ(2, read(fd, buf, 9));
    CHECK_EQ(O_TEXT, setmode(fd, 0));
    CHECK_EQ(O_BINARY, setmode(fd, O_BINARY));
    CHECK_ERR(EINVAL, setmode(fd, 12345));
    CHECK_ERR(EBADF, setmode(99, O_TEXT));
    test("a child inherits it");
    CHECK_EQ(0, lseek(fd, 0, SEEK_SET));
    setmode(fd, O_TEXT);
    if (fork() == 0)
        _exit((int)read(fd, buf, 9));
    CHECK(wait(&status) > 0 && WEXITSTATUS(status) == 2);
    close(fd);
    test("a pipe: a CR waits for what follows");
    CHECK(pipe(p) == 0);
    setmode(p[0], O_TEXT);
    CHECK_EQ(2, write(p[1], "a\r", 2));
    CHECK_EQ(1, read(p[0], buf, 9));
    CHECK_EQ(1, write(p[1], "\n", 1));
    CHECK_EQ(1, read(p[0], buf, 9));
    CHECK_EQ('\n', buf[0]);
    CHECK_EQ(2, write(p[1], "\rb", 2));
    CHECK_EQ(1, read(p[0], buf, 1));
    CHECK_EQ('\r', buf[0]);
    CHECK_EQ(1, read(p[0], buf, 1));
    CHECK_EQ('b', buf[0]);
    CHECK_EQ(1, write(p[1], "\r", 1));
    close(p[1]);
    CHECK_EQ(1, read(p[0], buf, 9));
    CHECK_EQ('\r', buf[0]);
    CHECK_EQ(0, read(p[0], buf, 9));
    close(p[0]);
}

static void by_mount(void)
{
    char cwd[4096], win[4096], line[16];
    FILE *f;

    test("by mount, also through stdio");
    CHECK(getcwd(cwd, sizeof cwd) != NULL);
    CHECK_EQ(0, cygwin_conv_path(CCP_POSIX_TO_WIN_A, cwd, win, sizeof win));
    CHECK_EQ(0, mount(win, "/text test", MOUNT_TEXT));
    f = fopen("/text test/m", "w");
    CHECK(f && fputs("x\ny\n", f) >= 0 && fclose(f) == 0);
    CHECK_STR("x\r\ny\r\n", get("m", 0, 100));
    f = fopen("/text test/m", "r");
    CHECK(f && fgets(line, sizeof line, f));
    CHECK_STR("x\n", line);
    fclose(f);
    CHECK_STR("x\r\ny\r\n", get("/text test/m", O_BINARY, 100));
    f = fopen("/text test/m", "rb");
    CHECK(f && fgets(line, sizeof line, f));
    CHECK_STR("x\r\n", line);
    fclose(f);
    CHECK_EQ(0, umount("/text test"));
}

/* The key that makes CR has come when it has come. */
static void terminals(void)
{
    struct termios raw;
    char buf[4];
    int m, s;

    test("a terminal has no text mode");
    if (!CHECK(openpty(&m, &s, NULL, NULL, NULL) == 0))
        return;
    tcgetattr(s, &raw);
    cfmakeraw(&raw);
    tcsetattr(s, TCSANOW, &raw);
    CHECK_EQ(O_BINARY, setmode(s, O_TEXT));
    CHECK(write(m, "\r", 1) == 1);
    alarm(20);
    CHECK_EQ(1, read(s, buf, sizeof(buf)));
    alarm(0);
    CHECK_EQ('\r', buf[0]);
    CHECK(write(s, "\n", 1) == 1);
    CHECK_EQ(1, read(m, buf, sizeof(buf)));
    CHECK_EQ('\n', buf[0]);
    CHECK_EQ(O_TEXT, setmode(s, O_BINARY));
}

int main(void)
{
    by_flag();
    by_setmode();
    terminals();
    by_mount();
    return test_done();
}
