/* SPDX-License-Identifier: BSD-2-Clause */
/* exec: arguments, environment, what the new program inherits; errors. The program runs itself. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

extern char **environ;
static char *self;

static const char *const awkward[] = {
    "", "a b", "tab\there", "quo\"te", "back\\slash", "trail\\", "\\\"", "'", "*", "$HOME", "%PATH%",
    "new\nline", "\xc3\xa4\xe2\x82\xac", "-x", "a\\\\\"b c\\", "^&|<>",
};
#define AWKWARD (sizeof(awkward) / sizeof(awkward[0]))

/* The other side: `exec WHAT...` */
static int other_side(int argc, char **argv)
{
    if (strcmp(argv[1], "args") == 0) {
        if (argc != AWKWARD + 2)
            return 1;
        for (unsigned i = 0; i < AWKWARD; i++)
            if (strcmp(argv[i + 2], awkward[i]) != 0)
                return 10 + (int)i;
        return 42;
    }
    if (strcmp(argv[1], "env") == 0) {
        const char *v = getenv("ISTHMUS_T1"), *e = getenv("ISTHMUS_EMPTY");
        return v && strcmp(v, "x=y z") == 0 && e && *e == 0 && !getenv("ISTHMUS_T2") ? 42 : 1;
    }
    if (strcmp(argv[1], "pid") == 0)
        return atoi(argv[2]) == getpid() && atoi(argv[3]) == getppid() ? 42 : 1;
    if (strcmp(argv[1], "fds") == 0) {
        int keep = atoi(argv[2]), gone = atoi(argv[3]);
        char buf[3] = "";
        if (fcntl(gone, F_GETFD) != -1 || errno != EBADF)
            return 1;
        return read(keep, buf, 2) == 2 && strcmp(buf, "cd") == 0 ? 42 : 2;
    }
    if (strcmp(argv[1], "cwd") == 0) {
        struct stat st;
        return stat("marker", &st) == 0 ? 42 : 1;
    }
    if (strcmp(argv[1], "umask") == 0)
        return umask(0) == 027 ? 42 : 1;
    return 99;
}

static int status_of(pid_t pid)
{
    int st;

    return waitpid(pid, &st, 0) == pid && WIFEXITED(st) ? WEXITSTATUS(st) : -1;
}

static void arguments(void)
{
    char *argv[AWKWARD + 3] = { self, "args" };

    test("arguments arrive unchanged: quotes, backslashes, empty, UTF-8, newlines");
    for (unsigned i = 0; i < AWKWARD; i++)
        argv[i + 2] = (char *)awkward[i];
    pid_t pid = fork();
    if (pid == 0) {
        execv(self, argv);
        _exit(98);
    }
    CHECK_EQ(42, status_of(pid));

    test("execve gives exactly the environment it was handed");
    setenv("ISTHMUS_T2", "not for the child", 1);
    pid = fork();
    if (pid == 0) {
        char *env[] = { "ISTHMUS_T1=x=y z", "ISTHMUS_EMPTY=", NULL, NULL };
        char path[5000];
        /* Windows programs cannot start without a few variables; PATH does no harm */
        snprintf(path, sizeof(path), "PATH=%s", getenv("PATH"));
        env[2] = path;
        execve(self, (char *[]){ self, "env", NULL }, env);
        _exit(98);
    }
    CHECK_EQ(42, status_of(pid));

    test("execl passes on environ");
    setenv("ISTHMUS_T1", "x=y z", 1);
    setenv("ISTHMUS_EMPTY", "", 1);
    unsetenv("ISTHMUS_T2");
    pid = fork();
    if (pid == 0) {
        execl(self, "name", "env", (char *)NULL);
        _exit(98);
    }
    CHECK_EQ(42, status_of(pid));
}

static void inheritance(void)
{
    test("pid and parent stay the same");
    pid_t pid = fork();
    if (pid == 0) {
        char me[20], dad[20];
        snprintf(me, sizeof(me), "%d", (int)getpid());
        snprintf(dad, sizeof(dad), "%d", (int)getppid());
        execl(self, self, "pid", me, dad, (char *)NULL);
        _exit(98);
    }
    CHECK_EQ(42, status_of(pid));

    test("descriptors are inherited with their offset, but not those with FD_CLOEXEC");
    int fd = open("data", O_RDWR | O_CREAT, 0644);
    CHECK(write(fd, "abcdef", 6) == 6);
    CHECK_EQ(2, lseek(fd, 2, SEEK_SET));
    int gone = open("data", O_RDONLY | O_CLOEXEC);
    CHECK(fd >= 0 && gone >= 0);
    pid = fork();
    if (pid == 0) {
        char keep[20], lost[20];
        snprintf(keep, sizeof(keep), "%d", fd);
        snprintf(lost, sizeof(lost), "%d", gone);
        execl(self, self, "fds", keep, lost, (char *)NULL);
        _exit(98);
    }
    CHECK_EQ(42, status_of(pid));
    CHECK_EQ(4, lseek(fd, 0, SEEK_CUR));
    close(fd);
    close(gone);

    test("the working directory is inherited");
    CHECK(mkdir("sub", 0755) == 0);
    int m = creat("sub/marker", 0644);
    CHECK(m >= 0);
    close(m);
    pid = fork();
    if (pid == 0) {
        if (chdir("sub") != 0)
            _exit(97);
        execl(self, self, "cwd", (char *)NULL);
        _exit(98);
    }
    CHECK_EQ(42, status_of(pid));

    test("umask is inherited");
    pid = fork();
    if (pid == 0) {
        umask(027);
        execl(self, self, "umask", (char *)NULL);
        _exit(98);
    }
    CHECK_EQ(42, status_of(pid));
}

static void errors(void)
{
    test("a failed exec returns, and the process goes on");
    CHECK_ERR(ENOENT, execl("./nothing-here", "x", (char *)NULL));
    CHECK_ERR(ENOENT, execl("./no-dir/x", "x", (char *)NULL));
    CHECK_ERR(ENOENT, execl("", "x", (char *)NULL));
    CHECK_ERR(ENOTDIR, execl("./data/x", "x", (char *)NULL));
    CHECK_ERR(EACCES, execl("./sub", "x", (char *)NULL));

    test("a file that is no program: ENOEXEC");
    int fd = open("junk", O_WRONLY | O_CREAT, 0755);
    CHECK(fd >= 0 && write(fd, "junk\n", 5) == 5);
    close(fd);
    CHECK_ERR(ENOEXEC, execl("./junk", "x", (char *)NULL));
}

int main(int argc, char **argv)
{
    self = argv[0];
    if (argc > 1)
        return other_side(argc, argv);
    arguments();
    inheritance();
    errors();
    return test_done();
}
