/* SPDX-License-Identifier: BSD-2-Clause */
/* What is large or strange: 2,000 files in a folder (50,000: tests/runtime/file/many.sh), names with every byte,
 * paths of 4,000 characters, 40 symbolic links behind one another, a file deleted while five processes have it
 * open. Both systems have to print the same. */
/* timeout: 120 */
/* compare: stdout */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scratch.h"
#include "tap.h"

#define MANY 2000

static void touch(const char *name)
{
    int fd = open(name, O_CREAT | O_EXCL | O_WRONLY, 0644);

    CHECK(fd >= 0 && close(fd) == 0);
}

static void many_files(void)
{
    unsigned char *seen = calloc(MANY, 1);
    int n = 0, wrong = 0;
    struct dirent *e;
    struct stat st;
    char name[32];
    DIR *d;

    test("%d files in a folder: all are listed once", MANY);
    CHECK(mkdir("many", 0755) == 0 && chdir("many") == 0);
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "file-%05d", i);
        touch(name);
    }
    for (d = opendir("."); d && (e = readdir(d)) != NULL;) {
        int i;

        if (sscanf(e->d_name, "file-%d", &i) != 1)
            continue;
        wrong += i < 0 || i >= MANY || seen[i]++;
        n++;
    }
    closedir(d);
    CHECK_EQ(MANY, n);
    CHECK_EQ(0, wrong);
    test("each 97th is found, and its number is the folder's; a neighbour that is not there is not");
    for (int i = 0; i < MANY; i += 97) {
        snprintf(name, sizeof name, "file-%05d", i);
        wrong += stat(name, &st) < 0 || st.st_nlink != 1;
        snprintf(name, sizeof name, "file-%05dx", i);
        wrong += stat(name, &st) == 0 || errno != ENOENT;
    }
    CHECK_EQ(0, wrong);
    test("removed while they are listed, none is left");
    n = 0;
    for (int rounds = 0; rounds < 100; rounds++) {
        int before = n;

        for (d = opendir("."); d && (e = readdir(d)) != NULL;)
            if (e->d_name[0] != '.')
                n += unlink(e->d_name) == 0;
        closedir(d);
        if (n == before)
            break;
    }
    CHECK_EQ(MANY, n);
    CHECK(chdir("..") == 0 && rmdir("many") == 0);
    free(seen);
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names that a folder has, in order of their bytes. */
static void list(const char *what)
{
    char *names[1024];
    int n = 0;
    struct dirent *e;
    DIR *d = opendir(".");

    while (d && (e = readdir(d)) != NULL && n < 1024)
        if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
            names[n++] = strdup(e->d_name);
    closedir(d);
    qsort(names, n, sizeof *names, compare);
    printf("# %s:", what);
    for (int i = 0; i < n; i++) {
        putchar(' ');
        for (const unsigned char *p = (unsigned char *)names[i]; *p; p++)
            printf("%02x", *p);
        free(names[i]);
    }
    putchar('\n');
}

static void every_byte(void)
{
    char name[8], target[8], back[64];
    int wrong = 0;
    struct stat st;
    ssize_t k;

    test("a name of each byte but 0 and /, at its front, in the middle and at its end");
    CHECK(mkdir("bytes", 0755) == 0 && chdir("bytes") == 0);
    for (int c = 1; c < 256; c++) {
        if (c == '/' || (c >= 'A' && c <= 'Z')) /* letters differ by more than case, as Windows wants it */
            continue;
        snprintf(name, sizeof name, "%cf", c);
        touch(name);
        snprintf(name, sizeof name, "m%cm", c);
        touch(name);
        snprintf(name, sizeof name, "ee%c", c);
        touch(name);
        wrong += stat(name, &st) < 0;
        snprintf(target, sizeof target, "k-%c", c);
        if (symlink(name, target) == 0) {
            k = readlink(target, back, sizeof back);
            wrong += k != (ssize_t)strlen(name) || memcmp(back, name, strlen(name)) || stat(target, &st) < 0;
        } else {
            wrong++;
        }
    }
    CHECK_EQ(0, wrong);
    list("names");
    test("they are removed by the names that readdir gave");
    scratch_clear();
    CHECK(chdir("..") == 0);
    CHECK_EQ(0, rmdir("bytes"));
    test("names that mean something to Windows");
    wrong = 0;
    CHECK(mkdir("odd", 0755) == 0 && chdir("odd") == 0);
    for (const char *const *n = (const char *const[]){ "aux", "con.txt", "nul", "a.", "b ", " c", "d...", "com1",
             "x:y", "a\\b", "*", "?", "<>|\"", "...", "lpt1.c", "~1", "prn" , NULL }; *n; n++) {
        touch(*n);
        wrong += stat(*n, &st) < 0;
    }
    CHECK_EQ(0, wrong);
    list("odd names");
    scratch_clear();
    CHECK(chdir("..") == 0 && rmdir("odd") == 0);
}

/* Opens the folders below the working one until their path has `length` characters. */
static int deepen(char *path, size_t length)
{
    char part[201];
    size_t n;
    int depth = 0;

    memset(part, 'd', 200);
    part[200] = 0;
    for (n = strlen(path); n + 201 < length; n += 201, depth++) {
        path[n] = '/';
        memcpy(path + n + 1, part, 201);
        if (mkdir(path, 0755) < 0)
            return -1;
    }
    return depth;
}

static void long_paths(void)
{
    char path[PATH_MAX + 100] = "deep", cwd[PATH_MAX + 1];
    size_t start, n, length;
    struct stat st, at;
    int fd, depth;

    test("a path of 4,000 characters");
    CHECK(mkdir(path, 0755) == 0 && getcwd(cwd, sizeof cwd));
    length = 4000 - strlen(cwd) - 1;
    depth = deepen(path, length - 2);
    CHECK(depth > 15);
    n = strlen(path);
    path[n++] = '/';
    memset(path + n, 'f', length - n);
    path[length] = 0;
    fd = open(path, O_CREAT | O_RDWR, 0644);
    CHECK(fd >= 0 && write(fd, "deep", 4) == 4 && close(fd) == 0);
    printf("# its length: %d\n", (int)(strlen(cwd) + 1 + strlen(path)));
    CHECK(stat(path, &st) == 0 && st.st_size == 4);
    test("it can be reached step by step, and the working directory be told");
    start = n - 1;
    path[start] = 0;
    CHECK(chdir(path) == 0);
    CHECK(getcwd(cwd, sizeof cwd) != NULL && strlen(cwd) > start);
    CHECK(stat(path + start + 1, &at) == 0 && at.st_ino == st.st_ino);
    CHECK(rename(path + start + 1, "short") == 0);
    CHECK(stat("short", &at) == 0 && at.st_ino == st.st_ino);
    CHECK(unlink("short") == 0);
    for (int i = 0; i <= depth; i++)
        CHECK(chdir("..") == 0);
    test("a part longer than NAME_MAX: ENAMETOOLONG");
    path[256] = 0;
    memset(path, 'x', 256);
    CHECK_ERR(ENAMETOOLONG, stat(path, &st));
    CHECK_ERR(ENAMETOOLONG, open(path, O_CREAT | O_WRONLY, 0644));
}

static void links(void)
{
    char name[32], target[32];
    struct stat st;

    test("40 links behind one another are followed, 41 are too many");
    touch("end");
    for (int i = 1; i <= 41; i++) {
        snprintf(name, sizeof name, "link%d", i);
        snprintf(target, sizeof target, i == 1 ? "end" : "link%d", i - 1);
        CHECK(symlink(target, name) == 0);
    }
    CHECK(stat("link40", &st) == 0 && S_ISREG(st.st_mode));
    CHECK_ERR(ELOOP, stat("link41", &st));
    CHECK(lstat("link41", &st) == 0 && S_ISLNK(st.st_mode));
    CHECK_ERR(ELOOP, open("link41", O_RDONLY));
    test("through folders just so");
    CHECK(mkdir("real", 0755) == 0);
    touch("real/file");
    for (int i = 1; i <= 41; i++) {
        snprintf(name, sizeof name, "dir%d", i);
        snprintf(target, sizeof target, i == 1 ? "real" : "dir%d", i - 1);
        CHECK(symlink(target, name) == 0);
    }
    CHECK(stat("dir40/file", &st) == 0);
    CHECK_ERR(ELOOP, stat("dir41/file", &st));
}

#define HOLDERS 5

static int hold(int ready, int go)
{
    char buf[16] = "", c;
    struct stat st;
    int fd = open("held", O_RDWR), n;

    if (fd < 0 || write(ready, "r", 1) != 1 || read(go, &c, 1) != 1)
        return 1;
    if (fstat(fd, &st) < 0 || st.st_size != 7)
        return 2;
    if ((n = pread(fd, buf, sizeof buf, 0)) != 7 || strcasecmp(buf, "content")) /* others write, too */
        return 3;
    if (access("held", F_OK) == 0)
        return 4;
    return pwrite(fd, "CONTENT", 7, 0) == 7 && pread(fd, buf, 7, 0) == 7 && !memcmp(buf, "CONTENT", 7) ? 0 : 5;
}

static void deleted(void)
{
    int ready[2], go[2], fd = open("held", O_CREAT | O_RDWR, 0644), status, bad = 0;
    pid_t pid[HOLDERS];
    char c;

    test("a file deleted while five processes have it open: gone by name, there for them");
    CHECK(write(fd, "content", 7) == 7);
    CHECK(pipe(ready) == 0 && pipe(go) == 0);
    for (int i = 0; i < HOLDERS; i++) {
        if ((pid[i] = fork()) == 0) {
            close(fd);
            _exit(hold(ready[1], go[0]));
        }
    }
    for (int i = 0; i < HOLDERS; i++)
        CHECK(read(ready[0], &c, 1) == 1);
    CHECK(unlink("held") == 0);
    CHECK_ERR(ENOENT, unlink("held"));
    touch("held2");
    CHECK(rename("held2", "held3") == 0);
    CHECK(write(go[1], "ggggg", HOLDERS) == HOLDERS);
    for (int i = 0; i < HOLDERS; i++) {
        CHECK(waitpid(pid[i], &status, 0) == pid[i]);
        bad += status != 0;
        if (status)
            test_note("status %x", status);
    }
    CHECK_EQ(0, bad);
    close(fd);
    test("its name is free at once, and its folder goes when it is empty");
    CHECK(mkdir("held", 0755) == 0 && rmdir("held") == 0);
}

int main(void)
{
    scratch_enter();
    many_files();
    every_byte();
    long_paths();
    links();
    deleted();
    scratch_leave();
    return test_done();
}
