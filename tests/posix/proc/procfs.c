/* SPDX-License-Identifier: BSD-2-Clause */
/* /proc: what programs like ps and top read there, here and on Linux. */
/* timeout: 120 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static char text[200000];

/* Content of a file of /proc, "" for none; its bytes. */
static ssize_t slurp(const char *path)
{
    int fd = open(path, O_RDONLY);
    ssize_t n, sum = 0;

    text[0] = 0;
    if (fd < 0)
        return -1;
    while ((n = read(fd, text + sum, sizeof(text) - 1 - (size_t)sum)) > 0)
        sum += n;
    text[sum] = 0;
    close(fd);
    return n < 0 ? -1 : sum;
}

static ssize_t slurp_pid(pid_t pid, const char *name)
{
    char path[100];

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
    return slurp(path);
}

/* Number behind "NAME:" at the start of a line. */
static long field(const char *name)
{
    size_t n = strlen(name);

    for (const char *s = text; s; s = strchr(s, '\n')) {
        s += *s == '\n';
        if (!strncmp(s, name, n) && s[n] == ':')
            return strtol(s + n + 1, NULL, 10);
    }
    return -1;
}

static bool listed(const char *dir, const char *name)
{
    DIR *d = opendir(dir);
    struct dirent *e;
    bool found = false;

    while (d && (e = readdir(d)) != NULL)
        found |= !strcmp(e->d_name, name);
    if (d)
        closedir(d);
    return found;
}

static void links(void)
{
    char target[PATH_MAX], want[32], exe[PATH_MAX];
    struct stat st, st2;
    ssize_t n;

    test("links: self, exe, cwd, root, fd");
    snprintf(want, sizeof(want), "%d", (int)getpid());
    n = readlink("/proc/self", target, sizeof(target) - 1);
    CHECK(n > 0);
    target[n > 0 ? n : 0] = 0;
    CHECK_STR(want, target);
    CHECK(lstat("/proc/self", &st) == 0 && S_ISLNK(st.st_mode));
    CHECK(stat("/proc/self", &st) == 0 && S_ISDIR(st.st_mode));
    n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
    CHECK(n > 0 && exe[0] == '/');
    CHECK(stat("/proc/self/exe", &st) == 0 && S_ISREG(st.st_mode));
    n = readlink("/proc/self/cwd", target, sizeof(target) - 1);
    target[n > 0 ? n : 0] = 0;
    CHECK_STR(target, getcwd(exe, sizeof(exe)));
    CHECK(stat("/proc/self/cwd/..", &st) == 0 && stat("..", &st2) == 0 && st.st_ino == st2.st_ino);
    n = readlink("/proc/self/root", target, sizeof(target) - 1);
    CHECK(n == 1 && target[0] == '/');
    CHECK_ERR(EINVAL, readlink("/proc/self/stat", target, 10));
    CHECK_ERR(EINVAL, readlink("/proc/version", target, 10));
}

static void descriptors(void)
{
    char path[64], target[PATH_MAX];
    int fd = open("/dev/null", O_RDONLY), p[2], again;
    struct stat st, st2;
    ssize_t n;

    test("/proc/self/fd");
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    n = readlink(path, target, sizeof(target) - 1);
    target[n > 0 ? n : 0] = 0;
    CHECK_STR("/dev/null", target);
    CHECK(lstat(path, &st) == 0 && S_ISLNK(st.st_mode));
    CHECK(listed("/proc/self/fd", strrchr(path, '/') + 1));
    CHECK(pipe(p) == 0);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", p[0]);
    n = readlink(path, target, sizeof(target) - 1);
    target[n > 0 ? n : 0] = 0;
    CHECK(!strncmp(target, "pipe:[", 6));
    CHECK(stat(path, &st) == 0 && S_ISFIFO(st.st_mode));
    CHECK(fstat(p[0], &st2) == 0 && st.st_ino == st2.st_ino);
    CHECK((again = open(path, O_RDONLY)) >= 0);
    CHECK(write(p[1], "x", 1) == 1 && read(again, target, 1) == 1);
    close(again);
    close(p[0]);
    close(p[1]);
    close(fd);
    CHECK_ERR(ENOENT, readlink(path, target, 10));
    CHECK_ERR(ENOENT, open("/proc/self/fd/999", O_RDONLY));
    CHECK_ERR(ENOENT, open("/proc/self/fd/x", O_RDONLY));
}

static void one_process(const char *self)
{
    char comm[100], state;
    const char *base = strrchr(self, '/');
    int pid, ppid, pgrp, session;
    char *end;

    test("stat, status, cmdline, comm, statm");
    CHECK(slurp("/proc/self/stat") > 0);
    CHECK_EQ(6, sscanf(text, "%d (%99[^)]) %c %d %d %d", &pid, comm, &state, &ppid, &pgrp, &session));
    CHECK_EQ(getpid(), pid);
    CHECK_EQ(getppid(), ppid);
    CHECK_EQ(getpgrp(), pgrp);
    CHECK_EQ(getsid(0), session);
    CHECK_EQ('R', state);
    base = base ? base + 1 : self;
    CHECK(!strncmp(comm, base, strlen(comm)));
    end = strrchr(text, ')');
    pid = 2;
    for (char *s = strtok(end + 1, " \n"); s; s = strtok(NULL, " \n"))
        pid++;
    CHECK_EQ(52, pid);
    CHECK(slurp("/proc/self/status") > 0);
    CHECK_EQ(getpid(), field("Pid"));
    CHECK_EQ(getppid(), field("PPid"));
    CHECK_EQ(getuid(), field("Uid"));
    CHECK_EQ(getgid(), field("Gid"));
    CHECK_EQ(1, field("Threads"));
    CHECK(field("VmSize") > 0 && field("VmRSS") > 0);
    CHECK(slurp("/proc/self/comm") > 0 && text[strlen(text) - 1] == '\n');
    CHECK(!strncmp(text, comm, strlen(comm)));
    CHECK(slurp("/proc/self/statm") > 0 && atol(text) > 0);
    CHECK(slurp("/proc/self/maps") > 0 && strstr(text, "[stack]") && strstr(text, "r-xp"));
    CHECK(slurp("/proc/self/mounts") > 0 && strstr(text, " /"));
    CHECK(slurp("/proc/self/environ") >= 0);
    CHECK(slurp("/proc/self/cmdline") > 0);
    CHECK_STR(self, text);
}

static void others(void)
{
    char name[16], *v[] = { (char *)"/bin/sh", (char *)"-c", (char *)"read x", NULL }, target[PATH_MAX], path[64];
    char *env[] = { (char *)"PROCFS_TEST=yes", NULL };
    int p[2], q[2];
    char c, state;
    ssize_t n;
    pid_t pid;

    test("another process: listed, its state, arguments, environment, folder");
    CHECK(pipe(p) == 0 && pipe(q) == 0);
    pid = fork();
    if (pid == 0) {
        close(p[1]);
        if (chdir("/") < 0 || write(q[1], "x", 1) != 1)
            _exit(1);
        _exit(read(p[0], &c, 1) != 0);
    }
    CHECK_EQ(1, read(q[0], &c, 1));
    snprintf(name, sizeof(name), "%d", (int)pid);
    CHECK(listed("/proc", name));
    CHECK(listed("/proc", "self") && listed("/proc", "meminfo"));
    do {
        CHECK(slurp_pid(pid, "stat") > 0);
        CHECK_EQ(1, sscanf(strrchr(text, ')'), ") %c", &state));
    } while (state == 'R');
    CHECK_EQ('S', state);
    snprintf(path, sizeof(path), "/proc/%d/cwd", (int)pid);
    n = readlink(path, target, sizeof(target));
    CHECK(n == 1 && target[0] == '/');
    kill(pid, SIGSTOP);
    waitpid(pid, NULL, WUNTRACED);
    CHECK(slurp_pid(pid, "stat") > 0 && sscanf(strrchr(text, ')'), ") %c", &state) == 1);
    CHECK_EQ('T', state);
    CHECK(slurp_pid(pid, "status") > 0 && field("PPid") == getpid());
    kill(pid, SIGCONT);
    close(p[1]);
    snprintf(path, sizeof(path), "/proc/%d", (int)pid);
    do /* it ends, and is not waited for */
        CHECK(slurp_pid(pid, "stat") > 0 && sscanf(strrchr(text, ')'), ") %c", &state) == 1);
    while (state != 'Z');
    CHECK_EQ(0, slurp_pid(pid, "cmdline"));
    waitpid(pid, NULL, 0);
    CHECK_ERR(ENOENT, access(path, F_OK));
    CHECK(!listed("/proc", name));
    close(p[0]);
    CHECK(pipe(p) == 0);
    pid = fork();
    if (pid == 0) {
        dup2(p[0], 0);
        close(p[1]);
        execve(v[0], v, env);
        _exit(127);
    }
    close(p[0]);
    do
        n = slurp_pid(pid, "cmdline");
    while (waitpid(pid, NULL, WNOHANG) == 0 && (n <= 0 || strcmp(text, "/bin/sh")));
    CHECK_EQ(18, n);
    CHECK(!memcmp(text, "/bin/sh\0-c\0read x", 18));
    do
        slurp_pid(pid, "environ");
    while (!strstr(text, "PROCFS_TEST=yes") && slurp_pid(pid, "stat") > 0 && strrchr(text, ')')[2] != 'Z');
    slurp_pid(pid, "environ");
    CHECK(strstr(text, "PROCFS_TEST=yes") != NULL);
    close(p[1]);
    waitpid(pid, NULL, 0);
    close(q[0]);
    close(q[1]);
}

static void machine(void)
{
    double up, idle;

    test("the machine: uptime, meminfo, stat, cpuinfo, loadavg, version, filesystems");
    CHECK(slurp("/proc/uptime") > 0 && sscanf(text, "%lf %lf", &up, &idle) == 2 && up > 1);
    CHECK(slurp("/proc/meminfo") > 0);
    CHECK(field("MemTotal") > 1000 && field("MemAvailable") > 0 && field("SwapTotal") >= 0);
    CHECK(slurp("/proc/stat") > 0 && !strncmp(text, "cpu  ", 5));
    CHECK(strstr(text, "\ncpu0 ") && strstr(text, "\nbtime ") && strstr(text, "\nprocesses "));
    CHECK(slurp("/proc/cpuinfo") > 0 && strstr(text, "processor\t: 0") && strstr(text, " sse2"));
    CHECK(slurp("/proc/loadavg") > 0);
    CHECK(slurp("/proc/version") > 0 && strstr(text, " version "));
    CHECK(slurp("/proc/filesystems") > 0 && strstr(text, "nodev\tproc\n"));
    CHECK(slurp("/proc/mounts") > 0);
}

static void behaviour(void)
{
    struct stat st, st2;
    char a[16], b[16];
    int fd;

    test("files: seek, pread, no writing; folders: openat, chdir");
    fd = open("/proc/version", O_RDONLY);
    CHECK_EQ(5, read(fd, a, 5));
    CHECK_EQ(0, lseek(fd, 0, SEEK_SET));
    CHECK_EQ(5, read(fd, b, 5));
    CHECK(!memcmp(a, b, 5));
    CHECK_EQ(5, pread(fd, b, 5, 0));
    CHECK(!memcmp(a, b, 5));
    CHECK(fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0);
    CHECK(stat("/proc/version", &st2) == 0 && st.st_ino == st2.st_ino && (st.st_mode & 0777) == 0444);
    close(fd);
    CHECK(open("/proc/nosuch", O_RDONLY) < 0 && errno == ENOENT);
    CHECK(open("/proc/nosuch", O_WRONLY | O_CREAT, 0644) < 0 && errno == ENOENT);
    CHECK_ERR(ENOTDIR, open("/proc/version/x", O_RDONLY));
    CHECK_ERR(ENOENT, open("/proc/999999999/stat", O_RDONLY));
    CHECK_ERR(EISDIR, open("/proc/self", O_WRONLY));
    CHECK((fd = open("/proc/self", O_RDONLY | O_DIRECTORY)) >= 0);
    CHECK_ERR(EISDIR, read(fd, a, 1));
    CHECK(fstatat(fd, "stat", &st, 0) == 0 && S_ISREG(st.st_mode));
    CHECK(fchdir(fd) == 0);
    close(fd);
    CHECK(slurp("status") > 0 && field("Pid") == getpid());
    CHECK(chdir("/proc") == 0 && stat("self/stat", &st) == 0);
    CHECK(system("test -r meminfo") == 0);
    CHECK(chdir("..") == 0 && stat("proc/self/stat", &st) == 0);
    CHECK(rmdir("/proc/self") < 0 && unlink("/proc/version") < 0 && mkdir("/proc/x", 0777) < 0);
}

static void devices(void)
{
    struct stat st;
    char name[16];
    int fd;

    test("/dev and /dev/fd are folders with names in them");
    CHECK(stat("/dev", &st) == 0 && S_ISDIR(st.st_mode));
    CHECK(listed("/dev", "null") && listed("/dev", "zero") && listed("/dev", "urandom") && listed("/dev", "tty"));
    CHECK(listed("/dev", "fd") && listed("/dev", ".") && listed("/dev", ".."));
    CHECK((fd = open("/dev/null", O_RDONLY)) >= 0);
    snprintf(name, sizeof(name), "%d", fd);
    CHECK(listed("/dev/fd", name));
    close(fd);
}

int main(int argc, char **argv)
{
    (void)argc;
    links();
    descriptors();
    one_process(argv[0]);
    others();
    machine();
    behaviour();
    devices();
    return test_done();
}
