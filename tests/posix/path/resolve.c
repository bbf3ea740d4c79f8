/* SPDX-License-Identifier: BSD-2-Clause */
/* Resolution of names: links, loops, "..", slashes at the end, names of all bytes, long ones. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

static void make_file(const char *name)
{
    int fd = open(name, O_CREAT | O_WRONLY | O_TRUNC, 0644);

    CHECK(fd >= 0);
    close(fd);
}

static bool is_dir(const char *name)
{
    struct stat st;

    return stat(name, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_file(const char *name)
{
    struct stat st;

    return stat(name, &st) == 0 && S_ISREG(st.st_mode);
}

static void dots(void)
{
    struct stat st;

    test("dots and slashes");
    CHECK(mkdir("d", 0755) == 0);
    CHECK(mkdir("d/e", 0755) == 0);
    make_file("d/f");
    CHECK(is_dir("d/"));
    CHECK(is_dir("d/."));
    CHECK(is_dir("d//e///"));
    CHECK(is_dir("./d/./e/../e/.."));
    CHECK(is_file("d/e/../f"));
    CHECK(is_file(".//d/f"));
    CHECK_ERR(ENOTDIR, stat("d/f/", &st));
    CHECK_ERR(ENOTDIR, stat("d/f/.", &st));
    CHECK_ERR(ENOTDIR, stat("d/f/..", &st));
    CHECK_ERR(ENOTDIR, stat("d/f/x", &st));
    CHECK_ERR(ENOTDIR, stat("d/f/x/y", &st));
    CHECK_ERR(ENOENT, stat("d/no/..", &st));
    CHECK_ERR(ENOENT, stat("d/no/x", &st));
    CHECK_ERR(ENOENT, stat("d/no/x/y/z", &st));
    CHECK_ERR(ENOENT, stat("", &st));
    CHECK(is_dir("/.."));
    CHECK(is_dir("/../../."));
    CHECK(is_dir("/bin/.."));
    CHECK(is_dir("/bin/../bin/./"));
    CHECK(is_dir("/bin/../bin/../bin"));
}

static void links(void)
{
    char target[32];
    struct stat st;
    int fd;

    test("links to files and folders");
    CHECK(symlink("d/e", "to-e") == 0);
    CHECK(symlink("d/f", "to-f") == 0);
    CHECK(symlink("../d/f", "d/up") == 0);
    CHECK(is_dir("to-e"));
    CHECK(is_file("to-f"));
    CHECK(is_file("d/up"));
    CHECK(lstat("to-e", &st) == 0 && S_ISLNK(st.st_mode));
    CHECK(lstat("to-e/", &st) == 0 && S_ISDIR(st.st_mode));
    CHECK_EQ(3, lstat("to-f", &st) == 0 ? st.st_size : -1);
    CHECK_EQ(3, readlink("to-f", target, sizeof target));
    CHECK(!memcmp(target, "d/f", 3));
    CHECK_EQ(2, readlink("to-f", target, 2));
    CHECK_ERR(EINVAL, readlink("d/f", target, sizeof target));
    CHECK_ERR(ENOENT, readlink("nothing", target, sizeof target));
    test(".. behind a link goes up from where the link leads");
    make_file("d/e/g");
    CHECK(is_file("to-e/g"));
    CHECK(is_file("to-e/../f"));
    CHECK_ERR(ENOENT, stat("to-e/../to-f", &st));
    CHECK_ERR(ENOTDIR, stat("to-f/..", &st));
    CHECK_ERR(ENOTDIR, stat("to-f/x", &st));
    test("a link below a link, and an absolute one");
    CHECK(symlink("../../to-e", "d/e/back") == 0);
    CHECK(is_file("to-e/back/back/g"));
    CHECK(symlink("/", "slash") == 0);
    CHECK(is_dir("slash/"));
    test("dangling");
    CHECK(symlink("d/later", "dangling") == 0);
    CHECK_ERR(ENOENT, stat("dangling", &st));
    CHECK(lstat("dangling", &st) == 0 && S_ISLNK(st.st_mode));
    CHECK_ERR(EEXIST, open("dangling", O_CREAT | O_EXCL | O_WRONLY, 0644));
    fd = open("dangling", O_CREAT | O_WRONLY, 0644);
    CHECK(fd >= 0);
    close(fd);
    CHECK(is_file("d/later"));
    CHECK_ERR(EEXIST, symlink("x", "dangling"));
    CHECK_ERR(ENOENT, symlink("", "empty"));
    CHECK(unlink("dangling") == 0);
    CHECK(is_file("d/later"));
}

static void loops(void)
{
    struct stat st;
    char name[16], target[16];

    test("loops");
    CHECK(symlink("self", "self") == 0);
    CHECK(symlink("ping", "pong") == 0);
    CHECK(symlink("pong", "ping") == 0);
    CHECK_ERR(ELOOP, stat("self", &st));
    CHECK_ERR(ELOOP, stat("ping/x", &st));
    CHECK(lstat("self", &st) == 0);
    test("40 links in a chain are followed, 41 are not");
    make_file("l0");
    for (int i = 1; i <= 41; i++) {
        snprintf(name, sizeof name, "l%d", i);
        snprintf(target, sizeof target, "l%d", i - 1);
        CHECK(symlink(target, name) == 0);
    }
    CHECK(is_file("l40"));
    CHECK_ERR(ELOOP, stat("l41", &st));
}

static void bytes(void)
{
    char name[] = "b-x-";
    struct stat st;
    int bad = 0;

    test("a file for each byte in a name");
    CHECK(mkdir("bytes", 0755) == 0);
    CHECK(chdir("bytes") == 0);
    for (int c = 2; c < 256; c++) {
        int fd;

        if (c == '/')
            continue;
        if (c >= 'A' && c <= 'Z')   /* the same file as the small letter where case does not count */
            continue;
        name[2] = (char)c;
        fd = open(name, O_CREAT | O_EXCL | O_WRONLY, 0644);
        if (fd < 0 || lstat(name, &st) || unlink(name) || !lstat(name, &st)) {
            bad++;
            test_note("byte %d: errno %d", c, errno);
        }
        close(fd);
    }
    CHECK_EQ(0, bad);
    test("names that Windows takes for something else");
    for (const char *const *s = (const char *const[]){ "aux", "con", "nul", "com1", "aux.txt", "x.", "x..",
                                                       "x ", "...", "a:b", "c\\d", " x", "x .", NULL };
         *s; s++) {
        int fd = open(*s, O_CREAT | O_EXCL | O_WRONLY, 0644);

        if (!CHECK(fd >= 0) || !CHECK(is_file(*s)))
            test_note("'%s'", *s);
        close(fd);
    }
    CHECK(chdir("..") == 0);
}

static void lengths(void)
{
    char component[202], deep[4096], cwd[4096];
    struct stat st;
    size_t n;

    test("a component of 255 bytes is a name, one of 256 is too long");
    memset(deep, 'n', 256);
    deep[255] = 0;
    make_file(deep);
    CHECK(is_file(deep));
    deep[255] = 'n';
    deep[256] = 0;
    CHECK_ERR(ENAMETOOLONG, stat(deep, &st));
    CHECK_ERR(ENAMETOOLONG, open(deep, O_CREAT | O_WRONLY, 0644));
    test("a path of about 4000 characters");
    CHECK(getcwd(cwd, sizeof cwd) != NULL);
    snprintf(component, sizeof component, "/%0200d", 0);
    strcpy(deep, cwd);
    for (n = strlen(deep); n < 3700; n += 201) {
        strcpy(deep + n, component);
        if (!CHECK(mkdir(deep, 0755) == 0))
            return;
    }
    strcpy(deep + n, "/f");
    make_file(deep);
    CHECK(is_file(deep));
    deep[n] = 0;
    CHECK(chdir(deep) == 0);
    CHECK(is_file("f"));
    CHECK(getcwd(component, sizeof component) == NULL && errno == ERANGE);
    CHECK(chdir(cwd) == 0);
}

int main(void)
{
    dots();
    links();
    loops();
    bytes();
    lengths();
    return test_done();
}
