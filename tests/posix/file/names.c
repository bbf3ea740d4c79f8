/* SPDX-License-Identifier: BSD-2-Clause */
/* Names: link, symlink, unlink, rename, mkdir, rmdir, also of files that are open. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"
#include "scratch.h"

static void make(const char *name, const char *content)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

    CHECK(fd >= 0);
    CHECK_EQ(strlen(content), write(fd, content, strlen(content)));
    close(fd);
}

static int content_is(const char *name, const char *content)
{
    char buf[64] = "";
    int fd = open(name, O_RDONLY), n = -1;

    if (fd >= 0)
        n = (int)read(fd, buf, sizeof(buf) - 1);
    close(fd);
    return n == (int)strlen(content) && memcmp(buf, content, (size_t)n) == 0;
}

static void test_dirs(void)
{
    test("mkdir and rmdir");
    CHECK(mkdir("d", 0755) == 0);
    CHECK_ERR(EEXIST, mkdir("d", 0755));
    CHECK_ERR(EEXIST, mkdir("d/", 0755));
    CHECK_ERR(ENOENT, mkdir("x/y", 0755));
    make("f", "file");
    CHECK_ERR(EEXIST, mkdir("f", 0755));
    CHECK_ERR(ENOTDIR, mkdir("f/x", 0755));
    CHECK(mkdir("d/e/", 0755) == 0);
    CHECK_ERR(ENOTEMPTY, rmdir("d"));
    CHECK_ERR(ENOTDIR, rmdir("f"));
    CHECK_ERR(ENOENT, rmdir("x"));
    CHECK_ERR(EINVAL, rmdir("d/e/."));
    CHECK_ERR(ENOTEMPTY, rmdir("d/e/.."));
    CHECK(rmdir("d/e") == 0);
    CHECK(rmdir("d/") == 0);
}

static void test_unlink(void)
{
    struct stat st;
    char buf[8];
    int fd;

    test("unlink");
    make("a", "1");
    CHECK(unlink("a") == 0);
    CHECK_ERR(ENOENT, unlink("a"));
    CHECK_ERR(ENOTDIR, unlink("f/"));
    mkdir("d", 0755);
    CHECK_ERR(EISDIR, unlink("d"));
    test("unlink of an open file: the name goes at once, the file stays usable");
    make("open", "still here");
    fd = open("open", O_RDWR);
    CHECK(unlink("open") == 0);
    CHECK_ERR(ENOENT, stat("open", &st));
    CHECK_EQ(5, read(fd, buf, 5));
    CHECK_EQ(4, write(fd, "xxxx", 4));
    CHECK_EQ(4, pread(fd, buf, 4, 5));
    test("its name can be used again");
    make("open", "new");
    CHECK(content_is("open", "new"));
    close(fd);
    CHECK(content_is("open", "new"));
    CHECK(unlink("open") == 0);
    test("its folder can be removed while it is open");
    mkdir("d", 0755);
    make("d/open", "still there");
    fd = open("d/open", O_RDONLY);
    CHECK(unlink("d/open") == 0);
    CHECK(rmdir("d") == 0);
    CHECK_EQ(5, read(fd, buf, 5));
    CHECK(memcmp(buf, "still", 5) == 0);
    close(fd);
    mkdir("d", 0755);
    test("unlink of a file without write permission");
    make("ro", "x");
    CHECK(chmod("ro", 0444) == 0);
    CHECK(unlink("ro") == 0);
    CHECK_ERR(ENOENT, stat("ro", &st));
    test("remove() takes both");
    make("a", "1");
    CHECK(remove("a") == 0);
    CHECK(remove("d") == 0);
}

static void test_rename(void)
{
    struct stat st;
    char buf[8];
    int fd;

    test("rename");
    make("a", "aa");
    CHECK(rename("a", "b") == 0);
    CHECK(content_is("b", "aa"));
    CHECK_ERR(ENOENT, rename("a", "c"));
    CHECK(rename("b", "b") == 0);
    test("rename replaces a file");
    make("c", "cc");
    CHECK(rename("b", "c") == 0);
    CHECK(content_is("c", "aa"));
    CHECK_ERR(ENOENT, stat("b", &st));
    test("rename over an open file: who has it open keeps the old one");
    make("b", "bb");
    fd = open("c", O_RDONLY);
    CHECK(rename("b", "c") == 0);
    CHECK(content_is("c", "bb"));
    CHECK_EQ(2, read(fd, buf, sizeof(buf)));
    CHECK(memcmp(buf, "aa", 2) == 0);
    close(fd);
    test("rename of an open file");
    fd = open("c", O_RDONLY);
    CHECK(rename("c", "b") == 0);
    CHECK_EQ(2, read(fd, buf, sizeof(buf)));
    close(fd);
    test("rename of and over directories");
    mkdir("d", 0755);
    mkdir("e", 0755);
    make("d/x", "x");
    CHECK_ERR(EISDIR, rename("b", "d"));
    CHECK_ERR(ENOTDIR, rename("d", "b"));
    CHECK_ERR(EINVAL, rename("d", "d/y"));
    CHECK_ERR(ENOTEMPTY, rename("e", "d"));
    CHECK(rename("d", "e") == 0);
    CHECK(content_is("e/x", "x"));
    CHECK_ERR(ENOENT, stat("d", &st));
    CHECK(rename("e/x", "x") == 0);
    CHECK(rmdir("e") == 0);
    test("rename changes the case of a name");
    CHECK(rename("x", "X") == 0);
    CHECK(content_is("X", "x"));
    unlink("X");
    unlink("b");
}

static void test_links(void)
{
    struct stat a, b;
    char buf[64];

    test("hard links");
    make("a", "linked");
    CHECK(link("a", "b") == 0);
    CHECK(stat("a", &a) == 0 && stat("b", &b) == 0);
    CHECK_EQ(a.st_ino, b.st_ino);
    CHECK_EQ(2, b.st_nlink);
    CHECK_ERR(EEXIST, link("a", "b"));
    CHECK_ERR(ENOENT, link("missing", "c"));
    CHECK(rename("a", "b") == 0); /* two links of one file: nothing happens */
    CHECK(stat("a", &a) == 0);
    CHECK(unlink("a") == 0);
    CHECK(content_is("b", "linked"));
    test("symbolic links");
    CHECK(symlink("b", "s") == 0);
    CHECK(lstat("s", &a) == 0 && S_ISLNK(a.st_mode));
    CHECK_EQ(1, a.st_size);
    CHECK(stat("s", &a) == 0 && S_ISREG(a.st_mode) && a.st_size == 6);
    CHECK(content_is("s", "linked"));
    CHECK_EQ(1, readlink("s", buf, sizeof(buf)));
    CHECK(buf[0] == 'b');
    CHECK_ERR(EINVAL, readlink("b", buf, sizeof(buf)));
    CHECK_ERR(ENOENT, readlink("missing", buf, sizeof(buf)));
    CHECK_ERR(EEXIST, symlink("b", "s"));
    CHECK_ERR(ENOENT, symlink("", "t"));
    CHECK_ERR(ELOOP, open("s", O_RDONLY | O_NOFOLLOW));
    test("dangling links and loops");
    CHECK(symlink("nowhere", "t") == 0);
    CHECK_ERR(ENOENT, open("t", O_RDONLY));
    CHECK_ERR(EEXIST, open("t", O_RDWR | O_CREAT | O_EXCL, 0644));
    CHECK(lstat("t", &a) == 0);
    CHECK(symlink("l2", "l1") == 0 && symlink("l1", "l2") == 0);
    CHECK_ERR(ELOOP, stat("l1", &a));
    test("links to directories");
    mkdir("d", 0755);
    make("d/in", "in");
    CHECK(symlink("d", "ld") == 0);
    CHECK(content_is("ld/in", "in"));
    CHECK_ERR(ENOTDIR, rmdir("ld"));
    CHECK(unlink("ld") == 0);
    CHECK(content_is("d/in", "in"));
    test("unlink and rename work on the link itself");
    CHECK(rename("s", "s2") == 0);
    CHECK(lstat("s2", &a) == 0 && S_ISLNK(a.st_mode));
    CHECK(unlink("s2") == 0);
    CHECK(content_is("b", "linked"));
    test("a long target");
    memset(buf, 'x', sizeof(buf));
    CHECK_EQ(3, (symlink("abc/d", "cut"), readlink("cut", buf, 3)));
    CHECK(memcmp(buf, "abcx", 4) == 0);
}

static void test_at(void)
{
    struct stat st;
    int d, fd;

    test("calls relative to a directory's descriptor");
    mkdir("at", 0755);
    CHECK((d = open("at", O_RDONLY | O_DIRECTORY)) >= 0);
    CHECK(mkdirat(d, "sub", 0755) == 0);
    CHECK((fd = openat(d, "file", O_WRONLY | O_CREAT, 0644)) >= 0);
    close(fd);
    CHECK(fstatat(d, "file", &st, 0) == 0 && S_ISREG(st.st_mode));
    CHECK(symlinkat("file", d, "link") == 0);
    CHECK(fstatat(d, "link", &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode));
    CHECK(linkat(d, "file", d, "hard", 0) == 0);
    CHECK(renameat(d, "hard", AT_FDCWD, "moved") == 0);
    CHECK(stat("moved", &st) == 0 && st.st_nlink == 2);
    CHECK(faccessat(d, "file", R_OK, 0) == 0);
    CHECK(unlinkat(d, "link", 0) == 0);
    CHECK_ERR(EISDIR, unlinkat(d, "sub", 0));
    CHECK(unlinkat(d, "sub", AT_REMOVEDIR) == 0);
    CHECK(unlinkat(d, "file", 0) == 0);
    CHECK_ERR(EINVAL, unlinkat(d, "file", 4096));
    fd = open("moved", O_RDONLY);
    CHECK_ERR(ENOTDIR, openat(fd, "x", O_RDONLY));
    CHECK_ERR(EBADF, openat(9999, "x", O_RDONLY));
    close(fd);
    close(d);
}

int main(void)
{
    umask(022);
    scratch_enter();
    test_dirs();
    test_unlink();
    test_rename();
    test_links();
    test_at();
    scratch_leave();
    return test_done();
}
