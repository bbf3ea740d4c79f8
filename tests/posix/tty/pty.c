/* SPDX-License-Identifier: BSD-2-Clause */
/* Pseudo terminals: names, both sides, line editing, modes, signals, sessions, hang-up. */
/* timeout: 120 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#ifdef __linux__
#include <utmp.h>
#endif

#include "../../tap.h"

static int m, s;
static char name[64];

static void open_pair(void)
{
    m = posix_openpt(O_RDWR | O_NOCTTY);
    grantpt(m);
    unlockpt(m);
    ptsname_r(m, name, sizeof(name));
    s = open(name, O_RDWR | O_NOCTTY);
}

static void close_pair(void)
{
    close(m);
    close(s);
}

/* Reads until `want` bytes came, or nothing comes for long. */
static int get(int fd, char *buf, int want)
{
    struct pollfd p = { fd, POLLIN, 0 };
    int n = 0, r;

    while (n < want && poll(&p, 1, 20000) > 0 && (r = (int)read(fd, buf + n, (size_t)(want - n))) > 0)
        n += r;
    buf[n] = 0;
    return n;
}

static bool gives(int fd, const char *want)
{
    char buf[5000];
    int n = get(fd, buf, (int)strlen(want));

    if (n == (int)strlen(want) && !memcmp(buf, want, (size_t)n))
        return true;
    test_note("wanted [%s], got [%s]", want, buf);
    return false;
}

/* Reads one line, or what there is; the terminal must have something. */
static bool line(const char *want)
{
    char buf[5000];
    struct pollfd p = { s, POLLIN, 0 };
    int n = poll(&p, 1, 20000) == 1 ? (int)read(s, buf, sizeof(buf) - 1) : -1;

    buf[n < 0 ? 0 : n] = 0;
    if (n == (int)strlen(want) && !memcmp(buf, want, (size_t)n))
        return true;
    test_note("wanted [%s], got %d [%s]", want, n, buf);
    return false;
}

static void type(const char *keys)
{
    if (write(m, keys, strlen(keys)) != (ssize_t)strlen(keys))
        test_note("short write to the master");
}

static bool idle(int fd)
{
    struct pollfd p = { fd, POLLIN, 0 };

    return poll(&p, 1, 50) == 0;
}

static void drain(void)
{
    char buf[4096];

    while (!idle(m) && read(m, buf, sizeof(buf)) > 0)
        ;
}

static void set_local(tcflag_t set, tcflag_t clear)
{
    struct termios t;

    tcgetattr(s, &t);
    t.c_lflag = (t.c_lflag & ~clear) | set;
    tcsetattr(s, TCSANOW, &t);
}

static void set_cc(int min, int time)
{
    struct termios t;

    tcgetattr(s, &t);
    t.c_cc[VMIN] = (cc_t)min;
    t.c_cc[VTIME] = (cc_t)time;
    tcsetattr(s, TCSANOW, &t);
}

static void names(void)
{
    char buf[64];
    struct stat a, b;
    int fd;

    test("posix_openpt, names");
    m = posix_openpt(O_RDWR | O_NOCTTY);
    CHECK(m >= 0);
    CHECK(grantpt(m) == 0);
    CHECK(ptsname_r(m, name, sizeof(name)) == 0);
    CHECK(strncmp(name, "/dev/pts/", 9) == 0);
    CHECK(ptsname_r(m, buf, 3) == ERANGE);
    CHECK(!strcmp(ptsname(m), name));
    CHECK(stat(name, &a) == 0 && S_ISCHR(a.st_mode));
    test("a locked slave cannot be opened");
    CHECK_ERR(EIO, open(name, O_RDWR | O_NOCTTY));
    CHECK(unlockpt(m) == 0);
    s = open(name, O_RDWR | O_NOCTTY);
    CHECK(s >= 0);
    test("both sides are terminals");
    CHECK(isatty(m) && isatty(s));
    CHECK(ttyname_r(s, buf, sizeof(buf)) == 0 && !strcmp(buf, name));
    CHECK(fstat(s, &b) == 0 && S_ISCHR(b.st_mode) && a.st_rdev == b.st_rdev);
    test("what is no master");
    fd = open("/dev/null", O_RDWR);
    CHECK_ERR(ENOTTY, ptsname(fd) ? 0 : -1);
    CHECK_ERR(EBADF, unlockpt(-1));
    close(fd);
    close_pair();
    test("a second one has another name; a closed one is gone");
    open_pair();
    CHECK(openpty(&fd, &fd, buf, NULL, NULL) == 0);
    CHECK(strcmp(name, buf) != 0);
    close_pair();
    CHECK(open(name, O_RDWR | O_NOCTTY) < 0);
}

static void editing(void)
{
    struct termios t;

    test("a line is echoed, and read as a whole");
    open_pair();
    type("hel");
    CHECK(gives(m, "hel"));
    CHECK(idle(s));
    type("lo\r");
    CHECK(gives(m, "lo\r\n"));
    CHECK(line("hello\n"));
    test("VERASE, VKILL, VWERASE");
    type("abX\177c\r");
    CHECK(gives(m, "abX\b \bc\r\n"));
    CHECK(line("abc\n"));
    type("gone\025kept\r");
    CHECK(gives(m, "gone\b \b\b \b\b \b\b \bkept\r\n"));
    CHECK(line("kept\n"));
    type("one two.\027x\r");
    drain();
    CHECK(line("one x\n"));
    test("VLNEXT takes the next as it is");
    type("a\026\003\026\177b\r");
    CHECK(gives(m, "a^\b^C^\b^?b\r\n"));
    CHECK(line("a\003\177b\n"));
    test("VREPRINT");
    type("xy\022z\r");
    CHECK(gives(m, "xy^R\r\nxyz\r\n"));
    CHECK(line("xyz\n"));
    test("VEOF ends a line without a byte");
    type("abc\004");
    CHECK(gives(m, "abc"));
    CHECK(line("abc"));
    type("\004");
    CHECK(line(""));
    test("one line at a time");
    type("1\r2\r");
    drain();
    CHECK(line("1\n"));
    CHECK(line("2\n"));
    test("a control character is erased as two");
    type("\001\177\r");
    CHECK(gives(m, "^A\b \b\b \b\r\n"));
    CHECK(line("\n"));
    test("UTF-8 is erased as a character");
    tcgetattr(s, &t);
    t.c_iflag |= IUTF8;
    tcsetattr(s, TCSANOW, &t);
    type("x\303\274\177y\r");
    CHECK(gives(m, "x\303\274\b \by\r\n"));
    CHECK(line("xy\n"));
    test("a tab is erased as the columns that it took");
    type("ab\t\177\r");
    CHECK(gives(m, "ab\t\b\b\b\b\b\b\r\n"));
    CHECK(line("ab\n"));
    test("no echo, but ECHONL");
    set_local(ECHONL, ECHO);
    type("secret\r");
    CHECK(gives(m, "\r\n"));
    CHECK(line("secret\n"));
    set_local(ECHO, ECHONL);
    close_pair();
}

static void long_line(void)
{
    char *buf = malloc(6000);
    int n;

    test("a line that is too long can still be ended");
    open_pair();
    set_local(0, ECHO);
    memset(buf, 'a', 5000);
    CHECK(write(m, buf, 5000) == 5000);
    type("\r");
    n = get(s, buf, 4096);
    CHECK(n == 4096 && buf[4095] == '\n');
    CHECK(idle(s));
    close_pair();
    free(buf);
}

static void raw(void)
{
    char buf[16];
    struct termios t;

    test("without ICANON: MIN 1");
    open_pair();
    tcgetattr(s, &t);
    cfmakeraw(&t);
    CHECK(tcsetattr(s, TCSANOW, &t) == 0);
    type("x");
    CHECK(gives(s, "x"));
    CHECK(idle(m));
    type("\003\r\004");
    CHECK(gives(s, "\003\r\004"));
    test("MIN 0, TIME 0: at once");
    set_cc(0, 0);
    CHECK(read(s, buf, 8) == 0);
    type("ab");
    usleep(20000);
    CHECK(read(s, buf, 8) == 2);
    test("MIN 0, TIME 2: waits two tenths");
    set_cc(0, 2);
    CHECK(read(s, buf, 8) == 0);
    test("MIN 3, TIME 0: three, or as many as were asked for");
    set_cc(3, 0);
    type("ab");
    CHECK(idle(s));
    type("cd");
    CHECK(read(s, buf, 3) == 3);
    type("ef");
    CHECK(read(s, buf, 2) == 2);
    CHECK(read(s, buf, 1) == 1);
    test("MIN 5, TIME 1: time between bytes");
    set_cc(5, 1);
    type("12");
    CHECK(read(s, buf, 5) == 2);
    test("from canonical to raw: what was typed can be read");
    set_cc(1, 0);
    set_local(ICANON, 0);
    type("half");
    CHECK(idle(s));
    set_local(0, ICANON);
    CHECK(gives(s, "half"));
    test("O_NONBLOCK");
    fcntl(s, F_SETFL, O_RDWR | O_NONBLOCK);
    fcntl(m, F_SETFL, O_RDWR | O_NONBLOCK);
    CHECK_ERR(EAGAIN, (int)read(s, buf, 1));
    CHECK_ERR(EAGAIN, (int)read(m, buf, 1));
    close_pair();
}

static void output(void)
{
    struct termios t;

    test("OPOST: ONLCR, OCRNL, XTABS, OLCUC; none");
    open_pair();
    CHECK(write(s, "a\nb", 3) == 3);
    CHECK(gives(m, "a\r\nb"));
    tcgetattr(s, &t);
    t.c_oflag = OPOST | OCRNL | XTABS;
    tcsetattr(s, TCSANOW, &t);
    CHECK(write(s, "\rx\ty\n", 5) == 5);
    CHECK(get(m, name, 3) == 3);
    drain();
    t.c_oflag = OPOST | OLCUC;
    tcsetattr(s, TCSANOW, &t);
    CHECK(write(s, "abc\n", 4) == 4);
    CHECK(gives(m, "ABC\n"));
    t.c_oflag = 0;
    tcsetattr(s, TCSANOW, &t);
    CHECK(write(s, "a\n", 2) == 2);
    CHECK(gives(m, "a\n"));
    test("tcflow stops and starts output");
    CHECK(tcflow(s, TCOOFF) == 0);
    fcntl(s, F_SETFL, O_RDWR | O_NONBLOCK);
    CHECK_ERR(EAGAIN, (int)write(s, "x", 1));
    CHECK(tcflow(s, TCOON) == 0);
    CHECK(write(s, "x", 1) == 1);
    CHECK(gives(m, "x"));
    test("VSTOP and VSTART do");
    type("\023");
    usleep(50000);
    CHECK_ERR(EAGAIN, (int)write(s, "x", 1));
    type("\021");
    usleep(50000);
    CHECK(write(s, "y", 1) == 1);
    CHECK(gives(m, "y"));
    CHECK_ERR(EINVAL, tcflow(s, 99));
    close_pair();
    test("input: INLCR, IGNCR, no ICRNL");
    open_pair();
    tcgetattr(s, &t);
    t.c_iflag &= ~(tcflag_t)ICRNL;
    t.c_iflag |= IGNCR;
    t.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(s, TCSANOW, &t);
    type("a\rb\n");
    CHECK(line("ab\n"));
    t.c_iflag = INLCR;
    t.c_lflag &= ~(tcflag_t)ICANON;
    tcsetattr(s, TCSANOW, &t);
    type("\n");
    CHECK(gives(s, "\r"));
    close_pair();
}

static void sizes(void)
{
    struct winsize w = { 24, 80, 1, 2 }, v;

    test("TIOCSWINSZ of one side is TIOCGWINSZ of the other");
    open_pair();
    CHECK(ioctl(m, TIOCGWINSZ, &v) == 0 && v.ws_row == 0 && v.ws_col == 0);
    CHECK(ioctl(m, TIOCSWINSZ, &w) == 0);
    CHECK(ioctl(s, TIOCGWINSZ, &v) == 0 && v.ws_row == 24 && v.ws_col == 80 && v.ws_xpixel == 1);
    test("FIONREAD");
    type("abc\r");
    usleep(20000);
    CHECK(ioctl(s, FIONREAD, &v) == 0 && *(int *)&v == 4);
    test("tcflush");
    CHECK(tcflush(s, TCIFLUSH) == 0);
    CHECK(idle(s));
    CHECK_ERR(EINVAL, tcflush(s, 77));
    test("packet mode");
    drain();
    CHECK(ioctl(m, TIOCPKT, &(int){ 1 }) == 0);
    CHECK(write(s, "data", 4) == 4);
    CHECK(get(m, name, 5) == 5 && name[0] == TIOCPKT_DATA && !memcmp(name + 1, "data", 4));
    CHECK(tcflush(s, TCIFLUSH) == 0);
    CHECK(get(m, name, 1) == 1 && name[0] == TIOCPKT_FLUSHREAD);
    CHECK(ioctl(m, TIOCPKT, &(int){ 0 }) == 0);
    close_pair();
}

static void hangup(void)
{
    struct pollfd p;
    char c;

    test("the last slave closes: EIO at the master, after what was written");
    open_pair();
    CHECK(write(s, "bye", 3) == 3);
    close(s);
    CHECK(gives(m, "bye"));
    CHECK_ERR(EIO, (int)read(m, &c, 1));
    p = (struct pollfd){ m, POLLIN, 0 };
    CHECK(poll(&p, 1, 0) == 1 && p.revents & POLLHUP);
    test("and can be opened again");
    s = open(name, O_RDWR | O_NOCTTY);
    CHECK(write(s, "again", 5) == 5);
    CHECK(gives(m, "again"));
    p = (struct pollfd){ m, POLLIN, 0 };
    CHECK(poll(&p, 1, 0) == 0);
    test("the master closes: end of file, EIO");
    close(m);
    CHECK(read(s, &c, 1) == 0);
    CHECK_ERR(EIO, (int)write(s, "x", 1));
    p = (struct pollfd){ s, POLLIN | POLLOUT, 0 };
    CHECK(poll(&p, 1, 0) == 1 && p.revents & POLLHUP);
    close(s);
}

/* ---- sessions ---- */

static volatile sig_atomic_t got[65];

static void on_signal(int sig)
{
    got[sig]++;
}

static void report(const char *what)
{
    if (write(1, what, strlen(what)) < 0)
        _exit(99);
}

static void session_child(void)
{
    char buf[32];
    int fd;

    signal(SIGWINCH, on_signal);
    signal(SIGINT, on_signal);
    if (tcgetsid(0) != getpid() || tcgetpgrp(0) != getpgrp())
        report("bad session\n");
    if ((fd = open("/dev/tty", O_RDWR)) < 0 || !ttyname(fd))
        report("no /dev/tty\n");
    close(fd);
    report("ready\n");
    while (!got[SIGWINCH])
        pause();
    report("winch\n");
    while (!got[SIGINT])
        pause();
    report("int\n");
    if (read(0, buf, sizeof(buf)) == 3 && !memcmp(buf, "ok\n", 3))
        report("read\n");
    _exit(7);
}

static void session(void)
{
    struct winsize w = { 30, 90, 0, 0 };
    int status, pid;

    test("forkpty: session, controlling terminal, /dev/tty");
    pid = forkpty(&m, NULL, NULL, NULL);
    if (pid == 0)
        session_child();
    CHECK(pid > 0);
    CHECK(gives(m, "ready\r\n"));
    test("a new size is SIGWINCH to the foreground");
    CHECK(ioctl(m, TIOCSWINSZ, &w) == 0);
    CHECK(gives(m, "winch\r\n"));
    test("Ctrl-C is SIGINT");
    type("\003");
    CHECK(gives(m, "^Cint\r\n"));
    CHECK(tcgetpgrp(m) == pid);
    type("ok\r");
    CHECK(gives(m, "ok\r\nread\r\n"));
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 7);
    test("its end is the end of the master");
    CHECK_ERR(EIO, (int)read(m, name, 1));
    close(m);
    test("the master closes: SIGHUP");
    pid = forkpty(&m, NULL, NULL, NULL);
    if (pid == 0) {
        report("ready\n");
        for (;;)
            pause();
    }
    CHECK(gives(m, "ready\r\n"));
    close(m);
    CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGHUP);
}

/* A shell's work: a background job, which reads. */
static void shell_child(void)
{
    int status, pid;
    char c;

    signal(SIGTTOU, SIG_IGN);
    pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        _exit(read(0, &c, 1) == 1 && c == 'x' ? 5 : 6);
    }
    setpgid(pid, pid);
    if (waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status) && WSTOPSIG(status) == SIGTTIN)
        report("stopped\n");
    tcsetpgrp(0, pid);
    kill(-pid, SIGCONT);
    report("continued\n");
    if (waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status) && WSTOPSIG(status) == SIGTSTP)
        report("suspended\n");
    tcsetpgrp(0, getpgrp());
    report("mine\n");
    tcsetpgrp(0, pid);
    kill(-pid, SIGCONT);
    report("back\n");
    if (waitpid(pid, &status, 0) == pid && WIFEXITED(status))
        report(WEXITSTATUS(status) == 5 ? "five\n" : "other\n");
    _exit(0);
}

static void jobs(void)
{
    int status, pid;

    test("a read in the background is SIGTTIN");
    pid = forkpty(&m, NULL, NULL, NULL);
    if (pid == 0)
        shell_child();
    CHECK(gives(m, "stopped\r\ncontinued\r\n"));
    test("Ctrl-Z is SIGTSTP to the foreground only");
    type("\032");
    CHECK(gives(m, "^Zsuspended\r\nmine\r\nback\r\n"));
    type("x\r");
    CHECK(gives(m, "x\r\nfive\r\n"));
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
    close(m);
}

static void through_exec(char *self)
{
    int status, pid;

    test("a program started on it has it");
    pid = forkpty(&m, NULL, NULL, NULL);
    if (pid == 0) {
        execl(self, self, "child", NULL);
        _exit(99);
    }
    CHECK(gives(m, "started\r\n"));
    type("abc\r");
    CHECK(gives(m, "abc\r\n[abc]\r\n"));
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 3);
    close(m);
}

static void much(void)
{
    static char block[10000];
    long total = 0;
    int pid, n;

    test("a megabyte of output arrives");
    pid = forkpty(&m, NULL, NULL, NULL);
    if (pid == 0) {
        struct termios t;

        tcgetattr(0, &t);
        cfmakeraw(&t);
        tcsetattr(0, TCSANOW, &t);
        memset(block, 'b', sizeof(block));
        for (int i = 0; i < 100; i++)
            if (write(1, block, sizeof(block)) != sizeof(block))
                _exit(1);
        _exit(0);
    }
    while ((n = (int)read(m, block, sizeof(block))) > 0)
        total += n;
    CHECK(total == 1000000);
    if (total != 1000000)
        test_note("%ld", total);
    waitpid(pid, NULL, 0);
    close(m);
}

int main(int argc, char **argv)
{
    char buf[64];
    int n;

    if (argc > 1) {
        report("started\n");
        n = (int)read(0, buf, sizeof(buf));
        buf[n > 0 ? n - 1 : 0] = 0;
        printf("[%s]\n", buf);
        return isatty(1) && tcgetsid(0) == getpid() ? 3 : 4;
    }
    if (!test_have_ptys()) {
        test("pseudo terminals");
        test_skip("none on this Linux");
        return test_done();
    }
    names();
    editing();
    long_line();
    raw();
    output();
    sizes();
    hangup();
    session();
    jobs();
    through_exec(argv[0]);
    much();
    return test_done();
}
