/* SPDX-License-Identifier: BSD-2-Clause */
/* <syslog.h>: messages go to the log daemon's socket /dev/log; without one they are lost, as POSIX
 * allows, but for LOG_PERROR and LOG_CONS, which have them shown. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define LOG_SOCKET "/dev/log"

static struct {
    pthread_mutex_t lock;
    const char *ident;
    int options, facility, mask;
    int fd;
} state = { .lock = PTHREAD_MUTEX_INITIALIZER, .facility = LOG_USER, .mask = 0xff, .fd = -1 };

static void disconnect(void)
{
    if (state.fd >= 0)
        close(state.fd);
    state.fd = -1;
}

static int connect_log(void)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX, .sun_path = LOG_SOCKET };

    if (state.fd >= 0)
        return 0;
    state.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (state.fd < 0)
        return -1;
    if (connect(state.fd, (struct sockaddr *)&addr, sizeof(addr)) == 0)
        return 0;
    disconnect();
    return -1;
}

/** How messages are marked from now on; ident is not copied. LOG_NDELAY connects at once. */
void openlog(const char *ident, int options, int facility)
{
    pthread_mutex_lock(&state.lock);
    state.ident = ident;
    state.options = options;
    if (facility & LOG_FACMASK)
        state.facility = facility & LOG_FACMASK;
    if (options & LOG_NDELAY)
        connect_log();
    pthread_mutex_unlock(&state.lock);
}

void closelog(void)
{
    pthread_mutex_lock(&state.lock);
    disconnect();
    state.ident = NULL;
    pthread_mutex_unlock(&state.lock);
}

/** Which priorities are logged; 0 only asks. @return the mask until now */
int setlogmask(int mask)
{
    int old;

    pthread_mutex_lock(&state.lock);
    old = state.mask;
    if (mask)
        state.mask = mask;
    pthread_mutex_unlock(&state.lock);
    return old;
}

/* "%m" is the text of errno; everything else is left to vfprintf. */
static void put_format(FILE *out, const char *format, int err)
{
    for (; *format; format++) {
        if (format[0] == '%' && format[1] == '%') {
            fputs("%%", out);
            format++;
        } else if (format[0] == '%' && format[1] == 'm') {
            for (const char *s = strerror(err); *s; s++)
                fprintf(out, *s == '%' ? "%%%%" : "%c", *s);
            format++;
        } else {
            fputc(*format, out);
        }
    }
}

/* The line as daemons expect it, <priority>date ident[pid]: text; *text: where the ident begins. */
static char *compose(int priority, const char *format, va_list ap, size_t *size, size_t *text, int err)
{
    char *line = NULL, *full = NULL, date[32];
    time_t now = time(NULL);
    struct tm tm;
    size_t ignored;
    FILE *out = open_memstream(&full, &ignored);

    if (!out)
        return NULL;
    put_format(out, format, err);
    if (fclose(out) != 0 || !(out = open_memstream(&line, size))) {
        free(full);
        return NULL;
    }
    localtime_r(&now, &tm);
    strftime(date, sizeof(date), "%h %e %T ", &tm);
    *text = (size_t)fprintf(out, "<%d>%s", priority, date);
    fputs(state.ident ? state.ident : getprogname(), out);
    if (state.options & LOG_PID)
        fprintf(out, "[%d]", (int)getpid());
    fputs(": ", out);
    vfprintf(out, full, ap);
    free(full);
    if (fclose(out) == 0)
        return line;
    free(line);
    return NULL;
}

static void show(int fd, const char *text, size_t n)
{
    if (write(fd, text, n) == (ssize_t)n && text[n - 1] != '\n')
        write(fd, "\n", 1);
}

/** Send a message to the system's log. POSIX.1-2017 syslog() */
void vsyslog(int priority, const char *format, va_list ap)
{
    int err = errno, fd;
    size_t size, text;
    char *line;

    pthread_mutex_lock(&state.lock);
    if (LOG_MASK(LOG_PRI(priority)) & state.mask) {
        if (!(priority & LOG_FACMASK))
            priority |= state.facility;
        line = compose(priority & (LOG_FACMASK | LOG_PRIMASK), format, ap, &size, &text, err);
        if (line) {
            if (state.options & LOG_PERROR)
                show(2, line + text, size - text);
            if (connect_log() == 0 && send(state.fd, line, size, MSG_NOSIGNAL) >= 0) {
                /* sent */
            } else {
                disconnect(); /* a daemon that was started again is found next time */
                if ((state.options & LOG_CONS) && (fd = open("/dev/console", O_WRONLY | O_NOCTTY | O_CLOEXEC)) >= 0) {
                    show(fd, line + text, size - text);
                    close(fd);
                }
            }
            free(line);
        }
    }
    pthread_mutex_unlock(&state.lock);
    errno = err;
}

void syslog(int priority, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsyslog(priority, format, ap);
    va_end(ap);
}
