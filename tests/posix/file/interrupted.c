/* SPDX-License-Identifier: BSD-2-Clause */
/* Writers that are killed at any moment: what was written, synced and renamed over the old file is either the old
 * content or the new one, whole, and nothing is left behind. */
/* timeout: 120 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "scratch.h"
#include "tap.h"

#define KILLS 24
#define SIZE 20000

static char block[SIZE];

/* The file "new" with SIZE times the letter, on disk. */
static void write_new(char letter)
{
    int fd = open("new", O_CREAT | O_TRUNC | O_WRONLY, 0644);

    memset(block, letter, SIZE);
    if (fd < 0 || write(fd, block, SIZE) != SIZE || fsync(fd) < 0 || close(fd) < 0)
        _exit(10);
}

static void replace_for_ever(int started)
{
    for (unsigned i = 0;; i++) {
        write_new((char)('a' + i % 26));
        if (rename("new", "file") < 0)
            _exit(11);
        if (i == 1 && write(started, "s", 1) != 1)
            _exit(12);
    }
}

static void remove_for_ever(int started)
{
    for (unsigned i = 0;; i++) {
        int fd = open("victim", O_CREAT | O_RDWR, 0644);

        if (fd < 0 || write(fd, "x", 1) != 1 || unlink("victim") < 0)
            _exit(13);
        if (mkdir("folder", 0755) < 0 || rmdir("folder") < 0)
            _exit(14);
        close(fd);
        if (i == 1 && write(started, "s", 1) != 1)
            _exit(15);
    }
}

/* Runs it, kills it after about `us` microseconds of its second round. */
static void run_and_kill(void (*fn)(int), unsigned us)
{
    struct timespec t = { 0, (long)us * 1000 };
    int p[2], status;
    pid_t pid;
    char c;

    CHECK(pipe(p) == 0);
    if ((pid = fork()) == 0)
        fn(p[1]);
    close(p[1]);
    if (!CHECK(read(p[0], &c, 1) == 1))
        test_note("it ended by itself");
    nanosleep(&t, NULL); /* where it is then is up to chance: that is the test */
    kill(pid, SIGKILL);
    CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
    if (WIFEXITED(status))
        test_note("exit status %d", WEXITSTATUS(status));
    close(p[0]);
}

static bool whole(const char *name)
{
    int fd = open(name, O_RDONLY);
    ssize_t n = fd < 0 ? -1 : read(fd, block, SIZE);
    bool ok = n == SIZE;

    for (int i = 1; ok && i < SIZE; i++)
        ok = block[i] == block[0];
    if (!ok)
        test_note("%s: %zd bytes, errno %d", name, n, errno);
    close(fd);
    return ok;
}

/* Names that the folder has besides these. */
static int others(const char *a, const char *b)
{
    DIR *d = opendir(".");
    struct dirent *e;
    int n = 0;

    while (d && (e = readdir(d)) != NULL) {
        if (e->d_name[0] == '.' || !strcmp(e->d_name, a) || !strcmp(e->d_name, b))
            continue;
        test_note("left: %s", e->d_name);
        n++;
    }
    closedir(d);
    return n;
}

int main(void)
{
    int fd;

    scratch_enter();
    test("the name that is replaced always leads to one whole content, whenever the writer is killed");
    write_new('0');
    CHECK(rename("new", "file") == 0);
    for (unsigned i = 0; i < KILLS; i++) {
        run_and_kill(replace_for_ever, i * 331 % 4000);
        CHECK(whole("file"));
    }
    test("what is left is at most the file that was being written");
    CHECK_EQ(0, others("file", "new"));
    unlink("new");

    test("the same while somebody has the old file open");
    fd = open("file", O_RDONLY);
    for (unsigned i = 0; i < KILLS; i++) {
        run_and_kill(replace_for_ever, i * 331 % 4000);
        CHECK(whole("file"));
        close(fd);
        fd = open("file", O_RDONLY);
    }
    close(fd);
    CHECK_EQ(0, others("file", "new"));

    test("names that are made and removed: at most the last is left, and its folder can be emptied");
    for (unsigned i = 0; i < KILLS; i++) {
        run_and_kill(remove_for_ever, i * 331 % 4000);
        unlink("victim");
        rmdir("folder");
    }
    unlink("new");
    CHECK_EQ(0, others("file", "file"));
    CHECK(unlink("file") == 0);
    CHECK(chdir("..") == 0);
    CHECK_EQ(0, rmdir(scratch_name));
    return test_done();
}
