/* SPDX-License-Identifier: BSD-2-Clause */
/* <err.h>: messages of errors. */
#ifndef _ERR_H
#define _ERR_H

#include <stdarg.h>
#include <sys/cdefs.h>

#ifdef __cplusplus
extern "C" {
#endif

void err(int status, const char *format, ...) __attribute__((__noreturn__, __format__(__printf__, 2, 3)));
void errx(int status, const char *format, ...) __attribute__((__noreturn__, __format__(__printf__, 2, 3)));
void warn(const char *format, ...) __attribute__((__format__(__printf__, 1, 2)));
void warnx(const char *format, ...) __attribute__((__format__(__printf__, 1, 2)));
void verr(int status, const char *format, va_list ap) __attribute__((__noreturn__));
void verrx(int status, const char *format, va_list ap) __attribute__((__noreturn__));
void vwarn(const char *format, va_list ap);
void vwarnx(const char *format, va_list ap);

#ifdef __cplusplus
}
#endif

#endif
