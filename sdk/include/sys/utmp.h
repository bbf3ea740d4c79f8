/* SPDX-License-Identifier: BSD-2-Clause */
/* <utmp.h>: who is logged in. */
#ifndef _SYS_UTMP_H
#define _SYS_UTMP_H

#include <sys/types.h>
#include <cygwin/utmp.h>

struct utmp {
    short ut_type;
    pid_t ut_pid;
    char ut_line[UT_LINESIZE];
    char ut_id[UT_IDLEN];
    time_t ut_time;
    char ut_user[UT_NAMESIZE];
    char ut_host[UT_HOSTSIZE];
    int ut_addr_v6[4];
};
#define ut_name ut_user
#define ut_addr ut_addr_v6[0]
#define UTMP_FILE _PATH_UTMP
#define WTMP_FILE _PATH_WTMP

#ifdef __cplusplus
extern "C" {
#endif

struct utmp *getutent(void);
struct utmp *getutid(const struct utmp *id);
struct utmp *getutline(const struct utmp *line);
struct utmp *pututline(const struct utmp *entry);
void setutent(void);
void endutent(void);
int utmpname(const char *file);
void login(const struct utmp *entry);
int logout(const char *line);
void logwtmp(const char *line, const char *user, const char *host);
void updwtmp(const char *file, const struct utmp *entry);

#ifdef __cplusplus
}
#endif

#endif
