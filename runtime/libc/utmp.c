/* SPDX-License-Identifier: BSD-2-Clause */
/* <utmpx.h> and <utmp.h>: who is logged in, a file of records. Both families share file and position;
 * on disk there is always the longer record. Nothing here logs anybody in by itself. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>
#include <utmp.h>
#include <utmpx.h>

static char *file_name;         /* NULL: UTMPX_FILE */
static int fd = -1;
static struct utmpx last;       /* what the get functions return */

static const char *name_now(void)
{
    return file_name ? file_name : UTMPX_FILE;
}

static int open_file(int flags)
{
    if (fd >= 0 && flags == O_RDWR && (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDWR) {
        close(fd);
        fd = -1;
    }
    if (fd < 0)
        fd = open(name_now(), flags | O_CLOEXEC);
    return fd < 0 ? -1 : 0;
}

/* F_RDLCK, F_WRLCK or F_UNLCK for the whole file */
static int lock_file(int f, short type)
{
    struct flock l = { .l_type = type, .l_whence = SEEK_SET };

    return fcntl(f, F_SETLKW, &l);
}

void endutxent(void)
{
    if (fd >= 0)
        close(fd);
    fd = -1;
}

void setutxent(void)
{
    if (fd >= 0)
        lseek(fd, 0, SEEK_SET);
}

/** Another file from now on. @return 0, or -1 with ENOMEM */
int utmpxname(const char *file)
{
    char *copy = strdup(file);

    if (!copy)
        return -1;
    endutxent();
    free(file_name);
    file_name = copy;
    return 0;
}

static struct utmpx *next_record(void)
{
    ssize_t n;

    if (open_file(O_RDONLY) < 0)
        return NULL;
    n = read(fd, &last, sizeof(last));
    if (n == (ssize_t)sizeof(last))
        return &last;
    if (n >= 0)
        errno = ESRCH;
    return NULL;
}

struct utmpx *getutxent(void)
{
    return next_record();
}

static int same_id(const struct utmpx *a, const struct utmpx *b)
{
    switch (b->ut_type) {
    case RUN_LVL:
    case BOOT_TIME:
    case NEW_TIME:
    case OLD_TIME:
        return a->ut_type == b->ut_type;
    case INIT_PROCESS:
    case LOGIN_PROCESS:
    case USER_PROCESS:
    case DEAD_PROCESS:
        return a->ut_type >= INIT_PROCESS && a->ut_type <= DEAD_PROCESS &&
               strncmp(a->ut_id, b->ut_id, sizeof(a->ut_id)) == 0;
    default:
        return 0;
    }
}

/** The next record of the type, or for processes of the same ut_id. POSIX.1-2017 */
struct utmpx *getutxid(const struct utmpx *id)
{
    struct utmpx want = *id, *u;

    if (want.ut_type < RUN_LVL || want.ut_type > DEAD_PROCESS) {
        errno = EINVAL;
        return NULL;
    }
    while ((u = next_record()))
        if (same_id(u, &want))
            return u;
    return NULL;
}

/** The next login on the terminal. POSIX.1-2017 */
struct utmpx *getutxline(const struct utmpx *line)
{
    struct utmpx want = *line, *u;

    while ((u = next_record()))
        if ((u->ut_type == USER_PROCESS || u->ut_type == LOGIN_PROCESS) &&
            strncmp(u->ut_line, want.ut_line, sizeof(u->ut_line)) == 0)
            return u;
    return NULL;
}

/** Write over the record with the same id, or append. @return the record, or NULL with errno */
struct utmpx *pututxline(const struct utmpx *entry)
{
    static struct utmpx put;
    struct utmpx *u = NULL;
    int r = -1;

    put = *entry;
    put.ut_time = put.ut_tv.tv_sec;
    if (open_file(O_RDWR) < 0 || lock_file(fd, F_WRLCK) < 0)
        return NULL;
    lseek(fd, 0, SEEK_SET);
    while ((u = next_record()) && !same_id(u, &put))
        ;
    if (lseek(fd, u ? -(off_t)sizeof(put) : 0, u ? SEEK_CUR : SEEK_END) >= 0 &&
        write(fd, &put, sizeof(put)) == (ssize_t)sizeof(put))
        r = 0;
    lock_file(fd, F_UNLCK);
    return r < 0 ? NULL : &put;
}

/** Append a record to a file such as WTMP_FILE, if that exists. */
void updwtmpx(const char *file, const struct utmpx *entry)
{
    int f = open(file, O_WRONLY | O_APPEND | O_CLOEXEC);

    if (f < 0)
        return;
    if (lock_file(f, F_WRLCK) == 0) {
        if (write(f, entry, sizeof(*entry)) < 0)
            errno = EIO;
        lock_file(f, F_UNLCK);
    }
    close(f);
}

/* ---- the older structure: a beginning of the newer one ---- */

static struct utmpx newer(const struct utmp *u)
{
    struct utmpx x = { 0 };

    memcpy(&x, u, sizeof(*u));
    x.ut_tv.tv_sec = u->ut_time;
    return x;
}

static struct utmp *older(const struct utmpx *x)
{
    static struct utmp u;

    if (!x)
        return NULL;
    memcpy(&u, x, sizeof(u));
    return &u;
}

_Static_assert(offsetof(struct utmp, ut_addr_v6) == offsetof(struct utmpx, ut_addr_v6), "a beginning");

struct utmp *getutent(void)
{
    return older(getutxent());
}

struct utmp *getutid(const struct utmp *id)
{
    struct utmpx x = newer(id);

    return older(getutxid(&x));
}

struct utmp *getutline(const struct utmp *line)
{
    struct utmpx x = newer(line);

    return older(getutxline(&x));
}

struct utmp *pututline(const struct utmp *entry)
{
    struct utmpx x = newer(entry);

    return older(pututxline(&x));
}

void setutent(void)
{
    setutxent();
}

void endutent(void)
{
    endutxent();
}

int utmpname(const char *file)
{
    return utmpxname(file);
}

void updwtmp(const char *file, const struct utmp *entry)
{
    struct utmpx x = newer(entry);

    updwtmpx(file, &x);
}

static void set_field(char *to, size_t size, const char *from)
{
    memset(to, 0, size);
    memcpy(to, from, strnlen(from, size));
}

/** Note a login on the terminal of standard input, output or error in both files. BSD */
void login(const struct utmp *entry)
{
    struct utmpx x = newer(entry);
    const char *tty = NULL;

    x.ut_type = USER_PROCESS;
    x.ut_pid = getpid();
    for (int i = 0; i < 3 && !tty; i++)
        tty = ttyname(i);
    if (tty)
        set_field(x.ut_line, sizeof(x.ut_line), strncmp(tty, "/dev/", 5) == 0 ? tty + 5 : tty);
    setutxent();
    pututxline(&x);
    endutxent();
    updwtmpx(WTMP_FILE, &x);
}

/** Note the end of a login on the terminal. @return 1, or 0 when there was none */
int logout(const char *line)
{
    struct utmpx x = { 0 }, *u;
    int done = 0;

    set_field(x.ut_line, sizeof(x.ut_line), line);
    setutxent();
    if ((u = getutxline(&x))) {
        x = *u;
        x.ut_type = DEAD_PROCESS;
        memset(x.ut_user, 0, sizeof(x.ut_user));
        memset(x.ut_host, 0, sizeof(x.ut_host));
        gettimeofday(&x.ut_tv, NULL);
        done = pututxline(&x) != NULL;
    }
    endutxent();
    return done;
}

/** Append a login (or with an empty user: its end) to WTMP_FILE. */
void logwtmp(const char *line, const char *user, const char *host)
{
    struct utmpx x = { .ut_type = *user ? USER_PROCESS : DEAD_PROCESS, .ut_pid = getpid() };

    set_field(x.ut_line, sizeof(x.ut_line), line);
    set_field(x.ut_user, sizeof(x.ut_user), user);
    set_field(x.ut_host, sizeof(x.ut_host), host);
    gettimeofday(&x.ut_tv, NULL);
    x.ut_time = x.ut_tv.tv_sec;
    updwtmpx(WTMP_FILE, &x);
}
