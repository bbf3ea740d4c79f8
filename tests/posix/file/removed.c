/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that are open when they are removed, replaced or renamed. */
/* timeout: 120 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scratch.h"
#include "tap.h"

static void put(const char *name, const char *text)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        exit(2);
    close(fd);
}

static int holds(int fd, const char *text)
{
    char buf[100] = "";

    return pread(fd, buf, sizeof(buf), 0) == (ssize_t)strlen(text) && !memcmp(buf, text, strlen(text));
}

static int names(const char *dir)
{
    DIR *d = opendir(dir);
    int n = 0;

    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n - 2;
}

static void five(void)
{
    int go[2], up[2], fd, st;
    char c;

    test("a file that five processes have open is removed");
    CHECK(mkdir("d", 0755) == 0);
    put("d/f", "content");
    CHECK(pipe(go) == 0 && pipe(up) == 0);
    for (int i = 0; i < 5; i++)
        if (fork() == 0) {
            fd = open("d/f", O_RDWR);
            close(go[1]);
            if (fd < 0 || write(up[1], "x", 1) != 1 || read(go[0], &c, 1) != 0)
                _exit(1);
            if (!holds(fd, "content") || pwrite(fd, "C", 1, 0) != 1)
                _exit(2);
            _exit(access("d/f", F_OK) == 0 || errno != ENOENT);
        }
    for (int i = 0; i < 5; i++)
        CHECK_EQ(1, read(up[0], &c, 1));
    CHECK(unlink("d/f") == 0);
    CHECK_EQ(0, names("d"));
    put("d/f", "another"); /* the name is free */
    CHECK(unlink("d/f") == 0);
    CHECK(rmdir("d") == 0);
    close(go[1]);
    for (int i = 0; i < 5; i++)
        CHECK(wait(&st) > 0);
    close(go[0]);
    close(up[0]);
    close(up[1]);
}

static void replaced(void)
{
    int fd;
    struct stat a, b;

    test("rename over a file that is open");
    put("old", "old content");
    put("new", "new content");
    fd = open("old", O_RDWR);
    CHECK(stat("new", &a) == 0);
    CHECK(rename("new", "old") == 0);
    CHECK(holds(fd, "old content"));
    CHECK(stat("old", &b) == 0 && a.st_ino == b.st_ino);
    CHECK(fstat(fd, &b) == 0 && b.st_ino != a.st_ino);
    CHECK_EQ(1, write(fd, "O", 1));
    close(fd);
    fd = open("old", O_RDONLY);
    CHECK(holds(fd, "new content"));
    test("rename of a file that is open; of its folder");
    CHECK(rename("old", "else") == 0);
    CHECK(holds(fd, "new content"));
    CHECK(mkdir("a", 0755) == 0 && rename("else", "a/else") == 0);
    close(fd);
    CHECK(rename("a", "b") == 0);
    CHECK(access("b/else", F_OK) == 0 && access("a", F_OK) < 0);
    test("renameat2: RENAME_NOREPLACE");
    put("x", "x");
    put("y", "y");
    CHECK_ERR(EEXIST, renameat2(AT_FDCWD, "x", AT_FDCWD, "y", RENAME_NOREPLACE));
    CHECK(renameat2(AT_FDCWD, "x", AT_FDCWD, "z", RENAME_NOREPLACE) == 0);
    CHECK_ERR(EINVAL, renameat2(AT_FDCWD, "z", AT_FDCWD, "y", 0x100));
    test("errors of rename and rmdir");
    CHECK_ERR(ENOTEMPTY, rmdir("b"));
    CHECK(mkdir("c", 0755) == 0 && rename("c", "e") == 0);
    CHECK(rename("e", "b") < 0 && (errno == ENOTEMPTY || errno == EEXIST));
    CHECK_ERR(ENOTDIR, rename("e", "y"));
    CHECK_ERR(EISDIR, rename("y", "e"));
    CHECK_ERR(EINVAL, rename("b", "b/sub"));
    CHECK_ERR(ENOENT, rename("none", "some"));
    CHECK_ERR(ENOTDIR, unlink("y/x"));
    CHECK(unlink("e") < 0 && (errno == EISDIR || errno == EPERM));
    CHECK_ERR(ENOTDIR, rmdir("y"));
}

static void nameless(void)
{
    struct stat st;
    int fd, before = names(".");

    test("O_TMPFILE: a file without a name");
    fd = open(".", O_TMPFILE | O_RDWR, 0600);
    CHECK(fd >= 0);
    CHECK_EQ(4, write(fd, "data", 4));
    CHECK(holds(fd, "data"));
    CHECK(fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 4);
    CHECK_EQ(before, names("."));
    close(fd);
    CHECK_ERR(EINVAL, open(".", O_TMPFILE | O_RDONLY, 0600));
    CHECK_ERR(ENOENT, open("none", O_TMPFILE | O_RDWR, 0600));
}

static void killed(void)
{
    int up[2], st;
    pid_t pid;
    char c;

    test("the process that removed it is killed: nothing stays");
    CHECK(mkdir("k", 0755) == 0 && pipe(up) == 0);
    pid = fork();
    if (pid == 0) {
        int fd = open("k/f", O_RDWR | O_CREAT, 0644);

        if (fd < 0 || unlink("k/f") < 0 || write(up[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    CHECK_EQ(1, read(up[0], &c, 1));
    CHECK_EQ(0, names("k"));
    kill(pid, SIGKILL);
    waitpid(pid, &st, 0);
    CHECK(rmdir("k") == 0);
    close(up[0]);
    close(up[1]);
}

int main(void)
{
    scratch_enter();
    five();
    replaced();
    nameless();
    killed();
    scratch_leave();
    return test_done();
}
