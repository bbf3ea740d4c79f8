/* SPDX-License-Identifier: BSD-2-Clause */
/* Symbolic links behave the same in whatever form CYGWIN=winsymlinks makes them: for links.sh. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

static const char *target(const char *name)
{
    static char buf[4200];
    ssize_t n = readlink(name, buf, sizeof buf - 1);

    buf[n < 0 ? 0 : n] = 0;
    return buf;
}

static int entry(const char *name, unsigned char *type, ino_t *ino)
{
    DIR *d = opendir(".");
    struct dirent *e;
    int n = 0;

    while ((e = readdir(d)) != NULL) {
        if (strcmp(e->d_name, name))
            continue;
        n++;
        *type = e->d_type;
        *ino = e->d_ino;
    }
    closedir(d);
    return n;
}

int main(void)
{
    unsigned char type;
    struct stat st, ls;
    ino_t ino;
    int fd;

    CHECK(mkdir("d", 0755) == 0);
    fd = open("d/f", O_CREAT | O_WRONLY, 0644);
    CHECK(write(fd, "abc", 3) == 3 && close(fd) == 0);
    test("a link to a file");
    CHECK(symlink("d/f", "l") == 0);
    CHECK(lstat("l", &ls) == 0 && S_ISLNK(ls.st_mode) && ls.st_size == 3);
    CHECK(stat("l", &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 3);
    CHECK_STR("d/f", target("l"));
    CHECK_ERR(EEXIST, symlink("x", "l"));
    test("in listings");
    CHECK_EQ(1, entry("l", &type, &ino));
    CHECK(type == DT_LNK || type == DT_UNKNOWN);
    CHECK(ino == ls.st_ino);
    test("a link to a folder");
    CHECK(symlink("d", "ld") == 0);
    CHECK(lstat("ld", &ls) == 0 && S_ISLNK(ls.st_mode));
    CHECK(stat("ld/f", &st) == 0 && stat("ld/../ld/f", &st) == 0);
    CHECK_STR("d", target("ld"));
    test("dangling, absolute, odd");
    CHECK(symlink("../no such/\xc3\xa4?", "dang") == 0);
    CHECK_STR("../no such/\xc3\xa4?", target("dang"));
    CHECK_ERR(ENOENT, stat("dang", &st));
    CHECK(symlink("/dev/null", "dev") == 0);
    CHECK(stat("dev", &st) == 0 && S_ISCHR(st.st_mode));
    test("renaming");
    CHECK(rename("l", "l2") == 0);
    CHECK_ERR(ENOENT, lstat("l", &ls));
    CHECK(lstat("l2", &ls) == 0 && S_ISLNK(ls.st_mode));
    CHECK_STR("d/f", target("l2"));
    CHECK_EQ(1, entry("l2", &type, &ino));
    test("removing");
    CHECK(unlink("l2") == 0 && unlink("ld") == 0 && unlink("dang") == 0 && unlink("dev") == 0);
    CHECK_ERR(ENOENT, lstat("l2", &ls));
    CHECK(stat("d/f", &st) == 0);
    test("loops");
    CHECK(symlink("b", "a") == 0 && symlink("a", "b") == 0);
    CHECK_ERR(ELOOP, stat("a", &st));
    CHECK(unlink("a") == 0 && unlink("b") == 0);
    test("nothing is left");
    CHECK(unlink("d/f") == 0 && rmdir("d") == 0);
    return test_done();
}
