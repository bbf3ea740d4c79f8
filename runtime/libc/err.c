/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of errors: BSD's <err.h> and GNU's <error.h>. */
#include <err.h>
#include <errno.h>
#include <error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

unsigned int error_message_count;
int error_one_per_line;
void (*error_print_progname)(void);

/* errnum < 0: no text of an error at the end */
static void message(const char *format, va_list ap, int errnum)
{
    fprintf(stderr, "%s: ", getprogname());
    if (format)
        vfprintf(stderr, format, ap);
    if (errnum >= 0)
        fprintf(stderr, "%s%s", format ? ": " : "", strerror(errnum));
    fputc('\n', stderr);
}

void vwarn(const char *format, va_list ap)
{
    message(format, ap, errno);
}

void vwarnx(const char *format, va_list ap)
{
    message(format, ap, -1);
}

void verr(int status, const char *format, va_list ap)
{
    message(format, ap, errno);
    exit(status);
}

void verrx(int status, const char *format, va_list ap)
{
    message(format, ap, -1);
    exit(status);
}

void warn(const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vwarn(format, ap);
    va_end(ap);
}

void warnx(const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vwarnx(format, ap);
    va_end(ap);
}

void err(int status, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    verr(status, format, ap);
}

void errx(int status, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    verrx(status, format, ap);
}

static void gnu_message(int status, int errnum, const char *file, unsigned line, const char *format, va_list ap)
{
    fflush(stdout);
    if (error_print_progname)
        error_print_progname();
    else
        fprintf(stderr, "%s:%s", getprogname(), file ? "" : " ");
    if (file)
        fprintf(stderr, "%s:%u: ", file, line);
    vfprintf(stderr, format, ap);
    if (errnum)
        fprintf(stderr, ": %s", strerror(errnum));
    fputc('\n', stderr);
    error_message_count++;
    if (status)
        exit(status);
}

void error(int status, int errnum, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    gnu_message(status, errnum, NULL, 0, format, ap);
    va_end(ap);
}

void error_at_line(int status, int errnum, const char *file, unsigned line, const char *format, ...)
{
    static const char *last_file;
    static unsigned last_line;
    va_list ap;

    if (error_one_per_line && last_line == line && last_file && strcmp(last_file, file) == 0)
        return;
    last_file = file;
    last_line = line;
    va_start(ap, format);
    gnu_message(status, errnum, file, line, format, ap);
    va_end(ap);
}
