/* SPDX-License-Identifier: BSD-2-Clause */
/* Locks between processes: fcntl, flock, lockf, locks of open file descriptions. */
/* timeout: 120 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scratch.h"
#include "tap.h"

static int set(int fd, int cmd, int type, off_t start, off_t len)
{
    struct flock l = { .l_type = (short)type, .l_whence = SEEK_SET, .l_start = start, .l_len = len };

    return fcntl(fd, cmd, &l);
}

/* What F_GETLK of another process says: "w 0 10" or "-". */
static struct flock get(int fd, int cmd, int type, off_t start, off_t len)
{
    struct flock l = { .l_type = (short)type, .l_whence = SEEK_SET, .l_start = start, .l_len = len };

    if (fcntl(fd, cmd, &l) < 0)
        l.l_type = -1;
    return l;
}

/* A child that does what it is told by bytes, and answers each with one. */
struct helper {
    pid_t pid;
    int to, from;
};

static void helper_run(int in, int out, int inherited)
{
    int fd = open("f", O_RDWR), r = -1;
    char c;

    while (read(in, &c, 1) == 1) {
        switch (c) {
        case 'w': r = set(fd, F_SETLK, F_WRLCK, 0, 10); break;
        case 'r': r = set(fd, F_SETLK, F_RDLCK, 0, 10); break;
        case 'W':
            r = set(fd, F_SETLKW, F_WRLCK, 0, 10);
            if (r < 0 && errno == EDEADLK && set(fd, F_SETLK, F_UNLCK, 0, 0) == 0)
                errno = EDEADLK;
            break;
        case 'X': r = set(fd, F_SETLKW, F_WRLCK, 20, 10); break;
        case 'x': r = set(fd, F_SETLK, F_WRLCK, 20, 10); break;
        case 'u': r = set(fd, F_SETLK, F_UNLCK, 0, 0); break;
        case 'o': r = set(fd, F_OFD_SETLK, F_WRLCK, 0, 10); break;
        case 'f': r = flock(fd, LOCK_EX | LOCK_NB); break;
        case 's': r = flock(fd, LOCK_SH | LOCK_NB); break;
        case 'F': r = flock(fd, LOCK_EX); break;
        case 'n': r = flock(fd, LOCK_UN); break;
        case 'i': r = flock(inherited, LOCK_EX | LOCK_NB); break;
        case 'c': r = close(open("f", O_RDONLY)); break;
        case 'C': r = close(inherited); break;
        case 'q': _exit(0);
        }
        c = r == 0 ? 'y' : errno == EAGAIN ? 'a' : errno == EDEADLK ? 'd' : '?';
        if (write(out, &c, 1) != 1)
            _exit(3);
    }
    _exit(0);
}

static struct helper start(int inherited)
{
    int a[2], b[2];
    struct helper h;

    if (pipe(a) < 0 || pipe(b) < 0)
        exit(2);
    h.pid = fork();
    if (h.pid == 0) {
        close(a[1]);
        close(b[0]);
        helper_run(a[0], b[1], inherited);
    }
    close(a[0]);
    close(b[1]);
    h.to = a[1];
    h.from = b[0];
    return h;
}

static void tell(struct helper *h, char c)
{
    if (write(h->to, &c, 1) != 1)
        exit(2);
}

static char answer(struct helper *h)
{
    char c = 0;

    return read(h->from, &c, 1) == 1 ? c : '!';
}

static char ask(struct helper *h, char c)
{
    tell(h, c);
    return answer(h);
}

static void finish(struct helper *h, int sig)
{
    if (sig)
        kill(h->pid, sig);
    close(h->to);
    close(h->from);
    waitpid(h->pid, NULL, 0);
}

/* Until process `pid` is said to hold nothing any more, but waits: it has to be asleep for that. */
static void until_waits(int fd, struct helper *h)
{
    struct flock l;

    /* It holds 20..29 before it asks for 0..9: nothing to see of the wait itself, so give it time by
     * doing something that takes some. */
    for (int i = 0; i < 50; i++) {
        l = get(fd, F_GETLK, F_WRLCK, 20, 10);
        (void)l;
    }
    (void)h;
}

static void one_process(void)
{
    int fd = open("f", O_RDWR | O_CREAT, 0644), ro = open("f", O_RDONLY), wo = open("f", O_WRONLY);

    test("one process: no conflict with itself, errors");
    CHECK(set(fd, F_SETLK, F_WRLCK, 0, 10) == 0);
    CHECK(set(fd, F_SETLK, F_RDLCK, 5, 10) == 0);
    CHECK_EQ(F_UNLCK, get(fd, F_GETLK, F_WRLCK, 0, 0).l_type);
    CHECK_ERR(EBADF, set(ro, F_SETLK, F_WRLCK, 0, 1));
    CHECK_ERR(EBADF, set(wo, F_SETLK, F_RDLCK, 0, 1));
    CHECK_ERR(EINVAL, set(fd, F_SETLK, F_WRLCK, -1, 1));
    CHECK_ERR(EINVAL, set(fd, F_SETLK, 99, 0, 1));
    CHECK_ERR(EBADF, set(99, F_SETLK, F_WRLCK, 0, 1));
    CHECK_ERR(EBADF, flock(99, LOCK_EX));
    CHECK_ERR(EINVAL, flock(fd, 0));
    CHECK(flock(ro, LOCK_EX) == 0);
    CHECK_ERR(EWOULDBLOCK, flock(fd, LOCK_SH | LOCK_NB));
    CHECK(flock(ro, LOCK_UN) == 0);
    CHECK(flock(fd, LOCK_SH | LOCK_NB) == 0);
    CHECK(flock(ro, LOCK_SH | LOCK_NB) == 0);
    close(fd);
    close(ro);
    close(wo);
}

static void ranges(void)
{
    int fd = open("f", O_RDWR);
    struct helper h = start(-1);
    struct flock l;

    test("ranges: split, joined, asked for");
    CHECK(set(fd, F_SETLK, F_WRLCK, 0, 100) == 0);
    CHECK(set(fd, F_SETLK, F_UNLCK, 40, 10) == 0);
    CHECK(set(fd, F_SETLK, F_RDLCK, 60, 10) == 0);
    CHECK_EQ('a', ask(&h, 'w'));
    CHECK_EQ('a', ask(&h, 'x'));
    CHECK(set(fd, F_SETLK, F_UNLCK, 0, 30) == 0);
    CHECK_EQ('y', ask(&h, 'w'));
    CHECK_EQ('y', ask(&h, 'x'));
    l = get(fd, F_GETLK, F_RDLCK, 0, 0);
    CHECK_EQ(F_WRLCK, l.l_type);
    CHECK_EQ(h.pid, l.l_pid);
    CHECK(l.l_len == 10 && (l.l_start == 0 || l.l_start == 20) && l.l_whence == SEEK_SET);
    CHECK_EQ('y', ask(&h, 'u'));
    CHECK_EQ(F_UNLCK, get(fd, F_GETLK, F_WRLCK, 0, 0).l_type);
    l = (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_END, .l_start = 0, .l_len = 0 };
    CHECK(ftruncate(fd, 5) == 0 && fcntl(fd, F_SETLK, &l) == 0);
    CHECK_EQ('a', ask(&h, 'r'));
    l = (struct flock){ .l_type = F_UNLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = -5 };
    CHECK(fcntl(fd, F_SETLK, &l) == 0);
    CHECK_EQ('y', ask(&h, 'r'));
    test("two readers, one writer");
    CHECK(set(fd, F_SETLK, F_UNLCK, 0, 0) == 0);
    CHECK(set(fd, F_SETLK, F_RDLCK, 0, 10) == 0);
    CHECK_ERR(EAGAIN, set(fd, F_SETLK, F_WRLCK, 0, 10));
    CHECK_EQ('a', ask(&h, 'w'));
    CHECK_EQ('y', ask(&h, 'u'));
    CHECK(set(fd, F_SETLK, F_WRLCK, 0, 10) == 0);
    finish(&h, 0);
    close(fd);
}

static void waiting(void)
{
    int fd = open("f", O_RDWR);
    struct helper h = start(-1);

    test("a lock is waited for, and comes when it is let go of");
    CHECK(set(fd, F_SETLK, F_WRLCK, 0, 10) == 0);
    tell(&h, 'W');
    CHECK(set(fd, F_SETLK, F_UNLCK, 0, 10) == 0);
    CHECK_EQ('y', answer(&h));
    CHECK_ERR(EAGAIN, set(fd, F_SETLK, F_RDLCK, 0, 1));
    test("it comes when the owner ends by exit");
    tell(&h, 'q');
    CHECK(set(fd, F_SETLKW, F_WRLCK, 0, 10) == 0);
    finish(&h, 0);
    test("it comes when the owner is killed");
    CHECK(set(fd, F_SETLK, F_UNLCK, 0, 10) == 0);
    h = start(-1);
    CHECK_EQ('y', ask(&h, 'w'));
    kill(h.pid, SIGKILL);
    CHECK(set(fd, F_SETLKW, F_WRLCK, 0, 10) == 0);
    finish(&h, 0);
    test("any close of the file in the process lets go of its locks");
    CHECK(set(fd, F_SETLK, F_UNLCK, 0, 10) == 0);
    h = start(-1);
    CHECK_EQ('y', ask(&h, 'w'));
    CHECK_ERR(EAGAIN, set(fd, F_SETLK, F_WRLCK, 0, 10));
    CHECK_EQ('y', ask(&h, 'c'));
    CHECK(set(fd, F_SETLK, F_WRLCK, 0, 10) == 0);
    test("a forked child has none");
    CHECK_EQ('a', ask(&h, 'w'));
    finish(&h, 0);
    close(fd);
}

static void deadlock(void)
{
    int fd = open("f", O_RDWR);
    struct helper h = start(-1);

    test("who would wait for himself gets EDEADLK");
    CHECK(set(fd, F_SETLK, F_WRLCK, 0, 10) == 0);
    CHECK_EQ('y', ask(&h, 'x'));
    tell(&h, 'W');
    until_waits(fd, &h);
    /* One of the two is refused, whoever comes second. */
    if (set(fd, F_SETLKW, F_WRLCK, 20, 10) < 0) {
        CHECK_EQ(EDEADLK, errno);
        CHECK(set(fd, F_SETLK, F_UNLCK, 0, 0) == 0);
        CHECK_EQ('y', answer(&h));
    } else {
        CHECK_EQ('d', answer(&h));
    }
    finish(&h, 0);
    close(fd);
}

static void on_alarm(int sig)
{
    (void)sig;
}

static void interrupted(void)
{
    struct sigaction sa = { .sa_handler = on_alarm };
    int fd = open("f", O_RDWR);
    struct helper h = start(-1);

    test("a signal ends the wait");
    sigaction(SIGALRM, &sa, NULL);
    CHECK_EQ('y', ask(&h, 'w'));
    CHECK_EQ('y', ask(&h, 'f'));
    alarm(1);
    CHECK_ERR(EINTR, set(fd, F_SETLKW, F_WRLCK, 0, 10));
    alarm(1);
    CHECK_ERR(EINTR, flock(fd, LOCK_EX));
    finish(&h, 0);
    close(fd);
}

static void whole(void)
{
    int fd = open("f", O_RDWR), other = open("f", O_RDWR);
    struct helper h;

    test("flock is of the description: a child that inherited it has it, another open has not");
    CHECK(flock(fd, LOCK_EX) == 0);
    h = start(fd);
    CHECK_EQ('a', ask(&h, 'f'));
    CHECK_EQ('y', ask(&h, 'i'));
    close(fd);
    CHECK_ERR(EWOULDBLOCK, flock(other, LOCK_SH | LOCK_NB));
    CHECK_EQ('y', ask(&h, 'C'));
    CHECK(flock(other, LOCK_EX | LOCK_NB) == 0);
    test("flock and fcntl do not see each other");
    CHECK_EQ('y', ask(&h, 'w'));
    CHECK_EQ('y', ask(&h, 'u'));
    test("flock waits; the last process with the description is killed");
    CHECK(flock(other, LOCK_UN) == 0);
    fd = open("f", O_RDONLY);
    finish(&h, 0);
    h = start(fd);
    CHECK_EQ('y', ask(&h, 'i'));
    close(fd);
    CHECK_ERR(EWOULDBLOCK, flock(other, LOCK_EX | LOCK_NB));
    kill(h.pid, SIGKILL);
    CHECK(flock(other, LOCK_EX) == 0);
    finish(&h, 0);
    test("flock: shared to exclusive and back");
    CHECK(flock(other, LOCK_SH) == 0);
    h = start(-1);
    CHECK_EQ('y', ask(&h, 's'));
    CHECK_ERR(EWOULDBLOCK, flock(other, LOCK_EX | LOCK_NB));
    CHECK_EQ('y', ask(&h, 'n'));
    CHECK(flock(other, LOCK_EX | LOCK_NB) == 0);
    tell(&h, 'F');
    CHECK(flock(other, LOCK_UN) == 0);
    CHECK_EQ('y', answer(&h));
    finish(&h, 0);
    close(other);
}

static void descriptions(void)
{
    int a = open("f", O_RDWR), b = open("f", O_RDWR), c = dup(a);
    struct helper h;
    struct flock l;

    test("F_OFD_SETLK is of the description");
    CHECK(set(a, F_OFD_SETLK, F_WRLCK, 0, 10) == 0);
    CHECK_ERR(EAGAIN, set(b, F_OFD_SETLK, F_WRLCK, 5, 10));
    CHECK_ERR(EAGAIN, set(b, F_SETLK, F_WRLCK, 5, 10));
    CHECK(set(c, F_OFD_SETLK, F_RDLCK, 0, 10) == 0);
    l = get(b, F_OFD_GETLK, F_WRLCK, 0, 0);
    CHECK_EQ(F_RDLCK, l.l_type);
    CHECK_EQ(-1, l.l_pid);
    CHECK(set(c, F_OFD_SETLK, F_WRLCK, 0, 10) == 0);
    h = start(-1);
    CHECK_EQ('a', ask(&h, 'o'));
    CHECK_EQ('a', ask(&h, 'w'));
    close(a);
    CHECK_EQ('a', ask(&h, 'o'));
    finish(&h, SIGKILL); /* it had the description, too */
    close(c);
    CHECK(set(b, F_OFD_SETLK, F_WRLCK, 0, 10) == 0);
    l = (struct flock){ .l_type = F_WRLCK, .l_pid = 1 };
    CHECK_ERR(EINVAL, fcntl(b, F_OFD_SETLK, &l));
    close(b);
}

static void simple(void)
{
    int fd = open("f", O_RDWR);
    pid_t pid;
    int st;

    test("lockf");
    CHECK(lseek(fd, 10, SEEK_SET) == 10 && lockf(fd, F_LOCK, 10) == 0);
    CHECK(lockf(fd, F_TEST, 0) == 0);
    pid = fork();
    if (pid == 0) {
        errno = 0;
        if (lockf(fd, F_TLOCK, 1) == 0 || errno != EAGAIN)
            _exit(1);
        if (lockf(fd, F_TEST, 5) == 0 || errno != EACCES)
            _exit(2);
        if (lseek(fd, 0, SEEK_SET) != 0 || lockf(fd, F_TLOCK, 10) != 0)
            _exit(3);
        _exit(0);
    }
    waitpid(pid, &st, 0);
    CHECK_EQ(0, st);
    CHECK_ERR(EINVAL, lockf(fd, 77, 0));
    close(fd);
}

static void through_exec(const char *self)
{
    int fd = open("f", O_RDWR);
    struct helper h;
    pid_t pid;
    int st, p[2];
    char c;

    test("locks of a process stay over exec");
    CHECK(pipe(p) == 0);
    pid = fork();
    if (pid == 0) {
        char a[16], b[16];

        set(fd, F_SETLK, F_WRLCK, 0, 10);
        snprintf(a, sizeof(a), "%d", fd);
        snprintf(b, sizeof(b), "%d", p[1]);
        execl(self, self, a, b, (char *)NULL);
        _exit(9);
    }
    close(p[1]);
    CHECK_EQ(1, read(p[0], &c, 1));
    CHECK_EQ(pid, get(fd, F_GETLK, F_WRLCK, 0, 1).l_pid);
    h = start(-1);
    CHECK_EQ('a', ask(&h, 'w'));
    kill(pid, SIGTERM);
    waitpid(pid, &st, 0);
    CHECK_EQ('y', ask(&h, 'w'));
    finish(&h, 0);
    close(p[0]);
    close(fd);
}

/* Each adds 1 to a number in a file, under a lock. */
static void contention(void)
{
    enum { PROCS = 6, ROUNDS = 40 };
    int fd = open("f", O_RDWR), n = 0, st, bad = 0;

    test("many processes, one lock: no update is lost");
    CHECK(ftruncate(fd, 0) == 0 && pwrite(fd, &n, sizeof(n), 0) == sizeof(n));
    for (int i = 0; i < PROCS; i++)
        if (fork() == 0) {
            int own = open("f", O_RDWR);

            for (int k = 0; k < ROUNDS; k++) {
                if ((i & 1 ? set(own, F_SETLKW, F_WRLCK, 0, 0) : set(own, F_OFD_SETLKW, F_WRLCK, 0, 0)) < 0
                    || pread(own, &n, sizeof(n), 0) != sizeof(n))
                    _exit(1);
                n++;
                if (pwrite(own, &n, sizeof(n), 0) != sizeof(n)
                    || (i & 1 ? set(own, F_SETLK, F_UNLCK, 0, 0) : set(own, F_OFD_SETLK, F_UNLCK, 0, 0)) < 0)
                    _exit(1);
            }
            _exit(0);
        }
    while (wait(&st) > 0)
        bad += st != 0;
    CHECK_EQ(0, bad);
    CHECK_EQ(sizeof(n), pread(fd, &n, sizeof(n), 0));
    CHECK_EQ(PROCS * ROUNDS, n);
    close(fd);
}

int main(int argc, char **argv)
{
    char self[4096];

    if (argc == 3) { /* from through_exec */
        if (write(atoi(argv[2]), "x", 1) != 1)
            return 1;
        for (;;)
            pause();
    }
    if (realpath(argv[0], self) == NULL)
        return 2;
    signal(SIGPIPE, SIG_IGN);
    scratch_enter();
    one_process();
    ranges();
    waiting();
    deadlock();
    interrupted();
    whole();
    descriptions();
    simple();
    through_exec(self);
    contention();
    scratch_leave();
    return test_done();
}
