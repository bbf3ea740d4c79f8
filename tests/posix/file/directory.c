/* SPDX-License-Identifier: BSD-2-Clause */
/* Directory streams. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"
#include "scratch.h"

#define MANY 300

static int filter(const struct dirent *d)
{
    return d->d_name[0] == 'f';
}

int main(void)
{
    char name[300], seen[MANY] = "";
    struct dirent **list, *e;
    struct stat st;
    int fd, n = 0, dots = 0, others = 0;
    bool inodes = true, types = true;
    long place;
    DIR *d;

    scratch_enter();
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof(name), "f%03d", i);
        close(open(name, O_WRONLY | O_CREAT, 0644));
    }
    mkdir("dir", 0755);
    CHECK(symlink("f000", "link") == 0);

    test("every entry is there once, with the inode and type of stat");
    CHECK((d = opendir(".")) != NULL);
    while ((e = readdir(d)) != NULL) {
        inodes = inodes && lstat(e->d_name, &st) == 0 && (strcmp(e->d_name, "..") == 0 || st.st_ino == e->d_ino);
        if (e->d_type != DT_UNKNOWN)
            types = types && e->d_type == (S_ISDIR(st.st_mode) ? DT_DIR : S_ISLNK(st.st_mode) ? DT_LNK : DT_REG);
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            dots++;
        else if (e->d_name[0] == 'f' && atoi(e->d_name + 1) < MANY && !seen[atoi(e->d_name + 1)]++)
            n++;
        else
            others++;
    }
    CHECK_EQ(2, dots);
    CHECK_EQ(MANY, n);
    CHECK_EQ(2, others);
    CHECK(inodes);
    CHECK(types);

    test("rewinddir sees a new file");
    close(open("new", O_WRONLY | O_CREAT, 0644));
    rewinddir(d);
    for (n = 0; (e = readdir(d)) != NULL;)
        n += strcmp(e->d_name, "new") == 0;
    CHECK_EQ(1, n);

    test("telldir and seekdir");
    rewinddir(d);
    for (int i = 0; i < 10; i++)
        readdir(d);
    place = telldir(d);
    CHECK((e = readdir(d)) != NULL);
    snprintf(name, sizeof(name), "%s", e ? e->d_name : "");
    for (int i = 0; i < 20; i++)
        readdir(d);
    seekdir(d, place);
    CHECK((e = readdir(d)) != NULL);
    CHECK_STR(name, e ? e->d_name : "");
    CHECK(fstat(dirfd(d), &st) == 0 && S_ISDIR(st.st_mode));
    CHECK(closedir(d) == 0);

    test("scandir");
    CHECK_EQ(MANY, n = scandir(".", &list, filter, alphasort));
    CHECK(n > 1 && strcmp(list[0]->d_name, "f000") == 0 && strcmp(list[n - 1]->d_name, "f299") == 0);
    while (n > 0)
        free(list[--n]);
    free(list);

    test("errors");
    CHECK(opendir("missing") == NULL && errno == ENOENT);
    CHECK(opendir("f000") == NULL && errno == ENOTDIR);
    fd = open("f000", O_RDONLY);
    CHECK(fdopendir(fd) == NULL && errno == ENOTDIR);
    CHECK(fdopendir(-1) == NULL && errno == EBADF);
    close(fd);

    test("fdopendir takes the descriptor over");
    fd = open("dir", O_RDONLY);
    CHECK((d = fdopendir(fd)) != NULL);
    CHECK_EQ(fd, dirfd(d));
    closedir(d);
    CHECK_ERR(EBADF, close(fd));

    test("files may be removed while the directory is read");
    d = opendir(".");
    n = 0;
    while ((e = readdir(d)) != NULL)
        if (e->d_name[0] == 'f')
            n += unlink(e->d_name) == 0;
    closedir(d);
    CHECK_EQ(MANY, n);
    scratch_leave();
    return test_done();
}
