/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions and data of <time.h> that the platform provides. */
#ifndef _CYGWIN_TIME_H
#define _CYGWIN_TIME_H

#ifdef __cplusplus
extern "C" {
#endif

#if __POSIX_VISIBLE >= 199309
struct sigevent;
#endif

#if __BSD_VISIBLE || __SVID_VISIBLE || __XSI_VISIBLE
extern int daylight __asm__("_daylight");
#if __SVID_VISIBLE || __XSI_VISIBLE || __GNU_VISIBLE
extern long timezone __asm__("_timezone");
#endif
#endif

#if __MISC_VISIBLE
time_t timelocal(struct tm *tm);
time_t timegm(struct tm *tm);
#endif
#if __SVID_VISIBLE
int stime(const time_t *t);
#endif
#if __GNU_VISIBLE || __BSD_VISIBLE
int clock_setres(clockid_t clock, struct timespec *res);
#endif

#ifdef __cplusplus
}
#endif

#endif
