/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls on files: holes, room, copies, times, O_PATH and the like, as on Linux. */
/* timeout: 120 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "scratch.h"
#include "tap.h"

static void holes(void)
{
    int fd = open("s", O_RDWR | O_CREAT | O_TRUNC, 0644);
    off_t at;
    char c = 'x';

    test("SEEK_HOLE, SEEK_DATA");
    CHECK_ERR(ENXIO, lseek(fd, 0, SEEK_DATA));
    CHECK_ERR(ENXIO, lseek(fd, 0, SEEK_HOLE));
    CHECK(pwrite(fd, "data", 4, 0) == 4);
    CHECK_EQ(0, lseek(fd, 0, SEEK_DATA));
    CHECK_EQ(4, lseek(fd, 0, SEEK_HOLE));
    CHECK_EQ(2, lseek(fd, 2, SEEK_DATA));
    CHECK_ERR(ENXIO, lseek(fd, 4, SEEK_DATA));
    CHECK_ERR(ENXIO, lseek(fd, -1, SEEK_DATA));
    CHECK(pwrite(fd, "end", 3, 4 << 20) == 3);
    at = lseek(fd, 1 << 20, SEEK_DATA); /* a file system without holes says 1 MiB itself */
    CHECK(at >= 1 << 20 && at <= 4 << 20);
    at = lseek(fd, 0, SEEK_HOLE);
    CHECK(at > 0 && at <= (4 << 20) + 3);
    CHECK(pread(fd, &c, 1, 2 << 20) == 1 && c == 0);
    test("fallocate");
    CHECK(fallocate(fd, 0, 0, 5 << 20) == 0);
    CHECK_EQ(5 << 20, lseek(fd, 0, SEEK_END));
    CHECK(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 6 << 20) == 0 || errno == EOPNOTSUPP);
    CHECK_EQ(5 << 20, lseek(fd, 0, SEEK_END));
    if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 3) == 0)
        CHECK(pread(fd, &c, 1, 0) == 1 && c == 0);
    else
        CHECK_EQ(EOPNOTSUPP, errno);
    CHECK(pread(fd, &c, 1, 3) == 1 && c == 'a');
    CHECK_ERR(EINVAL, fallocate(fd, 0, 0, 0));
    CHECK_ERR(EBADF, fallocate(99, 0, 0, 1));
    CHECK_EQ(0, posix_fallocate(fd, 0, 7 << 20));
    CHECK_EQ(7 << 20, lseek(fd, 0, SEEK_END));
    close(fd);
}

static void copies(void)
{
    int a = open("a", O_RDWR | O_CREAT | O_TRUNC, 0644), b = open("b", O_RDWR | O_CREAT | O_TRUNC, 0644), p[2];
    char big[100000], got[100000];
    off_t from = 10, to = 5;

    test("copy_file_range");
    for (size_t i = 0; i < sizeof(big); i++)
        big[i] = (char)(i * 7);
    CHECK_EQ(sizeof(big), write(a, big, sizeof(big)));
    CHECK_EQ(1000, copy_file_range(a, &from, b, &to, 1000, 0));
    CHECK(from == 1010 && to == 1005);
    CHECK_EQ(1000, pread(b, got, sizeof(got), 5));
    CHECK(!memcmp(got, big + 10, 1000));
    CHECK_EQ(0, lseek(b, 0, SEEK_CUR));
    CHECK_EQ(0, lseek(a, 0, SEEK_SET));
    CHECK_EQ(sizeof(big), copy_file_range(a, NULL, b, NULL, sizeof(big), 0));
    CHECK_EQ(0, copy_file_range(a, NULL, b, NULL, 10, 0));
    CHECK(pread(b, got, sizeof(got), 0) == sizeof(got) && !memcmp(got, big, sizeof(big)));
    CHECK_ERR(EINVAL, copy_file_range(a, NULL, b, NULL, 1, 1));
    CHECK_ERR(EBADF, copy_file_range(99, NULL, b, NULL, 1, 0));
    from = 0, to = 10;
    CHECK_ERR(EINVAL, copy_file_range(a, &from, a, &to, 100, 0));
    test("sendfile into a pipe");
    CHECK(pipe(p) == 0);
    from = 3;
    CHECK_EQ(100, sendfile(p[1], a, &from, 100));
    CHECK_EQ(103, from);
    CHECK(read(p[0], got, sizeof(got)) == 100 && !memcmp(got, big + 3, 100));
    CHECK_EQ(0, lseek(a, 0, SEEK_SET));
    CHECK(sendfile(p[1], a, NULL, 10) == 10 && lseek(a, 0, SEEK_CUR) == 10);
    CHECK_ERR(EBADF, sendfile(p[0], a, NULL, 10));
    close(p[0]);
    close(p[1]);
    close(a);
    close(b);
}

static void vectors(void)
{
    int fd = open("v", O_RDWR | O_CREAT | O_TRUNC, 0644);
    char x[4] = "", y[8] = "";
    struct iovec w[3] = { { (void *)"ab", 2 }, { NULL, 0 }, { (void *)"cdef", 4 } }, r[2] = { { x, 3 }, { y, 8 } };

    test("preadv, pwritev");
    CHECK_EQ(6, pwritev(fd, w, 3, 100));
    CHECK_EQ(0, lseek(fd, 0, SEEK_CUR));
    CHECK_EQ(6, preadv(fd, r, 2, 100));
    CHECK(!memcmp(x, "abc", 3) && !memcmp(y, "def", 3));
    CHECK_EQ(0, preadv(fd, r, 2, 1000));
    CHECK_ERR(EINVAL, preadv(fd, r, 2, -1));
    close(fd);
}

static void times(void)
{
    struct timespec t[2] = { { 1000000001, 123456700 }, { 1000000002, 765432100 } };
    struct stat st, old;
    int fd = open("t", O_RDWR | O_CREAT, 0644);

    test("times to 100 ns, UTIME_OMIT, UTIME_NOW");
    CHECK(futimens(fd, t) == 0 && fstat(fd, &st) == 0);
    CHECK(st.st_atim.tv_sec == t[0].tv_sec && st.st_atim.tv_nsec == t[0].tv_nsec);
    CHECK(st.st_mtim.tv_sec == t[1].tv_sec && st.st_mtim.tv_nsec == t[1].tv_nsec);
    old = st;
    t[0].tv_nsec = UTIME_OMIT;
    t[1].tv_nsec = UTIME_NOW;
    CHECK(utimensat(AT_FDCWD, "t", t, 0) == 0 && stat("t", &st) == 0);
    CHECK(st.st_atim.tv_nsec == old.st_atim.tv_nsec && st.st_mtim.tv_sec > old.st_mtim.tv_sec);
    t[1].tv_nsec = 1000000000;
    CHECK_ERR(EINVAL, futimens(fd, t));
    CHECK_ERR(ENOENT, utimensat(AT_FDCWD, "none", NULL, 0));
    close(fd);
}

static void paths(void)
{
    int fd, dir;
    struct stat st;
    char c;

    test("O_PATH, O_NOFOLLOW, O_DIRECTORY, openat");
    CHECK(mkdir("dir", 0755) == 0 && symlink("t", "link") == 0);
    fd = open("t", O_PATH);
    CHECK(fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode));
    CHECK_ERR(EBADF, read(fd, &c, 1));
    CHECK_ERR(EBADF, write(fd, &c, 1));
    close(fd);
    dir = open("dir", O_PATH | O_DIRECTORY);
    CHECK(dir >= 0);
    CHECK((fd = openat(dir, "f", O_WRONLY | O_CREAT | O_EXCL, 0644)) >= 0);
    close(fd);
    CHECK(fstatat(dir, "f", &st, 0) == 0 && unlinkat(dir, "f", 0) == 0);
    CHECK_ERR(ENOENT, fstatat(dir, "f", &st, 0));
    CHECK(mkdirat(dir, "sub", 0755) == 0 && unlinkat(dir, "sub", AT_REMOVEDIR) == 0);
    CHECK(fstatat(dir, "", &st, AT_EMPTY_PATH) == 0 && S_ISDIR(st.st_mode));
    close(dir);
    CHECK_ERR(ELOOP, open("link", O_RDONLY | O_NOFOLLOW));
    CHECK_ERR(ENOTDIR, open("t", O_RDONLY | O_DIRECTORY));
    CHECK_ERR(EISDIR, open("dir", O_WRONLY));
    CHECK_ERR(EEXIST, open("t", O_WRONLY | O_CREAT | O_EXCL, 0644));
    CHECK_ERR(EEXIST, open("link", O_WRONLY | O_CREAT | O_EXCL, 0644));
    CHECK_ERR(ENOTDIR, open("t/x", O_RDONLY));
    CHECK_ERR(ENOTDIR, openat(open("t", O_RDONLY), "x", O_RDONLY));
    CHECK_ERR(EBADF, openat(99, "x", O_RDONLY));
    CHECK(access("/dev/null", W_OK) == 0);
}

static void attributes(void)
{
    char v[10];

    test("extended attributes: there, or honestly not supported");
    CHECK(getxattr("t", "user.none", v, 10) < 0 && (errno == ENOTSUP || errno == ENODATA));
    CHECK_ERR(ENOENT, getxattr("none", "user.x", v, 10));
    CHECK_ERR(EBADF, fgetxattr(99, "user.x", v, 10));
    CHECK(listxattr("t", v, 0) >= 0 || errno == ENOTSUP);
}

/* Going back to places in a folder that has more than one buffer of entries. */
static void big_folder(void)
{
    enum { FILES = 1500 };
    char name[40];
    long places[10];
    char there[10][40];
    struct dirent *e;
    int n = 0, bad = 0;
    DIR *d;

    test("telldir and seekdir in a folder of %d files", FILES);
    CHECK(mkdir("big", 0755) == 0 && chdir("big") == 0);
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof(name), "a-rather-long-name-%d", i);
        bad += close(open(name, O_WRONLY | O_CREAT | O_EXCL, 0644)) != 0;
    }
    CHECK_EQ(0, bad);
    d = opendir(".");
    while (n < FILES + 2) {
        long at = telldir(d);

        if (!(e = readdir(d)))
            break;
        if (n % 150 == 0 && n / 150 < 10) {
            places[n / 150] = at;
            snprintf(there[n / 150], sizeof(there[0]), "%.39s", e->d_name);
        }
        n++;
    }
    CHECK_EQ(FILES + 2, n);
    CHECK(readdir(d) == NULL);
    for (int i = 9; i >= 0; i -= 3) {
        seekdir(d, places[i]);
        CHECK((e = readdir(d)) != NULL && !strcmp(e->d_name, there[i]));
    }
    rewinddir(d);
    for (n = 0; readdir(d); n++)
        ;
    CHECK_EQ(FILES + 2, n);
    closedir(d);
    CHECK(chdir("..") == 0);
}

int main(void)
{
    scratch_enter();
    holes();
    copies();
    vectors();
    times();
    paths();
    attributes();
    big_folder();
    scratch_leave();
    return test_done();
}
