/* SPDX-License-Identifier: BSD-2-Clause */
/* Small functions of <stdlib.h>, <stdio.h>, <time.h>, <dirent.h>, <unistd.h> and <sys/ipc.h>. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/lock.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Days from 1970-01-01 to the first of March of year y, which begins the year here. */
static long days_to_march(long y)
{
    long era = (y >= 0 ? y : y - 399) / 400;
    long of_era = y - era * 400;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 - 719468;
}

/** mktime for UTC: normalises *tm as well. */
time_t timegm(struct tm *tm)
{
    long month = tm->tm_mon, year = tm->tm_year + 1900L + month / 12;
    long from_march;
    time_t t;

    month %= 12;
    if (month < 0) {
        month += 12;
        year--;
    }
    from_march = (month + 10) % 12;
    t = days_to_march(month < 2 ? year - 1 : year) + (from_march * 153 + 2) / 5 + tm->tm_mday - 1;
    t = ((t * 24 + tm->tm_hour) * 60 + tm->tm_min) * 60 + tm->tm_sec;
    return gmtime_r(&t, tm) ? t : (time_t)-1;
}

time_t timelocal(struct tm *tm)
{
    return mktime(tm);
}

/** Orders names with numbers in them by value. For scandir. */
int versionsort(const struct dirent **a, const struct dirent **b)
{
    return strverscmp((*a)->d_name, (*b)->d_name);
}

void flockfile(FILE *stream)
{
    __lock_acquire_recursive(stream->_lock);
}

int ftrylockfile(FILE *stream)
{
    return __lock_try_acquire_recursive(stream->_lock);
}

void funlockfile(FILE *stream)
{
    __lock_release_recursive(stream->_lock);
}

/** execlp with an environment after the arguments' NULL. */
int execlpe(const char *file, const char *arg0, ...)
{
    va_list ap, count;
    size_t n = 1, i;

    va_start(ap, arg0);
    va_copy(count, ap);
    while (va_arg(count, char *))
        n++;
    va_end(count);
    {
        char *argv[n + 1];

        argv[0] = (char *)arg0;
        for (i = 1; i <= n; i++)
            argv[i] = va_arg(ap, char *);
        return execvpe(file, argv, va_arg(ap, char **));
    }
}

/**
 * Go into the background: a child in a session of its own goes on, the parent exits.
 *
 * @param nochdir nonzero: stay in the working directory; @param noclose: keep standard input and output
 */
int daemon(int nochdir, int noclose)
{
    int fd;

    switch (fork()) {
    case -1:
        return -1;
    case 0:
        break;
    default:
        _exit(0);
    }
    if (setsid() < 0 || (!nochdir && chdir("/") < 0))
        return -1;
    if (noclose)
        return 0;
    if ((fd = open("/dev/null", O_RDWR)) < 0)
        return -1;
    if (dup2(fd, 0) < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
        return -1;
    if (fd > 2)
        close(fd);
    return 0;
}

/** A key for System V IPC from a file's identity. POSIX.1-2017 */
key_t ftok(const char *path, int id)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return (key_t)-1;
    return ((key_t)(id & 0xff) << 56) | ((key_t)(st.st_dev & 0xffffff) << 32) | (key_t)(st.st_ino & 0xffffffff);
}

/* newlib has these under its own names only; programs get them through exports.in. */
ssize_t getdelim(char **line, size_t *size, int end, FILE *stream)
{
    return __getdelim(line, size, end, stream);
}

ssize_t getline(char **line, size_t *size, FILE *stream)
{
    return __getline(line, size, stream);
}
