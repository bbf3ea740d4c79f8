/* SPDX-License-Identifier: BSD-2-Clause */
/* Directories: make, remove, list, change into; rename and unlink. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

static void touch(const char *name)
{
    int fd = open(name, O_WRONLY | O_CREAT, 0644);

    CHECK(fd >= 0);
    close(fd);
}

static int entries(const char *dir)
{
    DIR *d = opendir(dir);
    int n = 0;

    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return d ? n : -1;
}

static void making(void)
{
    test("mkdir and rmdir, and their errors");
    CHECK_EQ(0, mkdir("d", 0755));
    CHECK_ERR(EEXIST, mkdir("d", 0755));
    CHECK_ERR(ENOENT, mkdir("x/y", 0755));
    touch("d/f");
    CHECK(rmdir("d") == -1 && (errno == ENOTEMPTY || errno == EEXIST));
    CHECK_ERR(ENOTDIR, rmdir("d/f"));
    CHECK_ERR(ENOENT, rmdir("nothing"));
    CHECK_EQ(0, unlink("d/f"));
    CHECK_ERR(ENOENT, unlink("d/f"));
    CHECK_EQ(0, rmdir("d"));
    CHECK_ERR(ENOENT, access("d", F_OK));
}

static void listing(void)
{
    char name[30];
    unsigned char seen[300] = { 0 };

    test("readdir lists each of 300 names once, . and .. too");
    CHECK_EQ(0, mkdir("many", 0755));
    CHECK_EQ(2, entries("many"));
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof(name), "many/file-%d", i);
        touch(name);
    }
    DIR *d = opendir("many");
    struct dirent *e;
    int dots = 0, other = 0, types = 0;
    while (d && (e = readdir(d))) {
        int n = -1;
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            dots++;
        else if (sscanf(e->d_name, "file-%d", &n) == 1 && n >= 0 && n < 300)
            seen[n]++, types += e->d_type == DT_REG || e->d_type == DT_UNKNOWN;
        else
            other++;
    }
    int once = 0;
    for (int i = 0; i < 300; i++)
        once += seen[i] == 1;
    CHECK_EQ(300, once);
    CHECK_EQ(2, dots);
    CHECK_EQ(0, other);
    CHECK_EQ(300, types);

    test("rewinddir starts again");
    rewinddir(d);
    int n = 0;
    while (readdir(d))
        n++;
    CHECK_EQ(302, n);
    CHECK_EQ(0, closedir(d));

    test("opendir errors");
    CHECK(opendir("nothing") == NULL && errno == ENOENT);
    CHECK(opendir("many/file-1") == NULL && errno == ENOTDIR);
}

static void moving(void)
{
    char before[4096], after[4096];

    test("chdir and getcwd");
    CHECK(getcwd(before, sizeof(before)) != NULL);
    CHECK_EQ('/', before[0]);
    CHECK_EQ(0, chdir("many"));
    CHECK(getcwd(after, sizeof(after)) != NULL);
    CHECK(strncmp(before, after, strlen(before)) == 0);
    CHECK_STR("/many", after + strlen(before));
    CHECK_EQ(0, chdir(".."));
    CHECK(getcwd(after, sizeof(after)) != NULL);
    CHECK_STR(before, after);
    CHECK_EQ(0, chdir("many/../many"));
    CHECK_EQ(0, chdir(before));
    CHECK_ERR(ENOENT, chdir("nothing"));
    CHECK_ERR(ENOTDIR, chdir("many/file-1"));
    CHECK(getcwd(after, 2) == NULL && errno == ERANGE);

    test("rename: a file, over a file, a directory");
    touch("a");
    CHECK_EQ(0, rename("a", "b"));
    CHECK_ERR(ENOENT, access("a", F_OK));
    touch("c");
    CHECK_EQ(0, rename("b", "c"));
    CHECK_ERR(ENOENT, access("b", F_OK));
    CHECK_EQ(0, rename("many", "lots"));
    CHECK_EQ(302, entries("lots"));
    CHECK_EQ(0, rename("c", "lots/c"));
    CHECK_EQ(0, access("lots/c", F_OK));

    test("rename errors");
    CHECK_ERR(ENOENT, rename("nothing", "x"));
    CHECK_ERR(ENOENT, rename("lots/c", "no/c"));
    touch("file");
    CHECK_ERR(EISDIR, rename("file", "lots"));
    CHECK_ERR(ENOTDIR, rename("lots", "file"));
    CHECK_ERR(EINVAL, rename("lots", "lots/sub"));

    test("names: spaces, dots, UTF-8, case");
    static const char *const names[] = { "with space", "...", "a.b.c", "\xc3\xa4\xc3\xb6\xe2\x82\xac", "-dash" };
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        touch(names[i]);
        CHECK_EQ(0, access(names[i], F_OK));
    }
    DIR *d = opendir(".");
    struct dirent *e;
    unsigned found = 0;
    while (d && (e = readdir(d)))
        for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
            found += strcmp(e->d_name, names[i]) == 0;
    closedir(d);
    CHECK_EQ(sizeof(names) / sizeof(names[0]), found);
}

int main(void)
{
    making();
    listing();
    moving();
    return test_done();
}
