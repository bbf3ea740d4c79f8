/* SPDX-License-Identifier: BSD-2-Clause */
/* <utmpx.h>: who is logged in. */
#ifndef _UTMPX_H
#define _UTMPX_H

#include <sys/types.h>
#include <sys/time.h>
#include <cygwin/utmp.h>

struct utmpx {
    short ut_type;
    pid_t ut_pid;
    char ut_line[UT_LINESIZE];
    char ut_id[UT_IDLEN];
    time_t ut_time;
    char ut_user[UT_NAMESIZE];
    char ut_host[UT_HOSTSIZE];
    int ut_addr_v6[4];
    struct timeval ut_tv;
};
#define ut_addr ut_addr_v6[0]
#define UTMPX_FILE _PATH_UTMP

#ifdef __cplusplus
extern "C" {
#endif

struct utmpx *getutxent(void);
struct utmpx *getutxid(const struct utmpx *id);
struct utmpx *getutxline(const struct utmpx *line);
struct utmpx *pututxline(const struct utmpx *entry);
void setutxent(void);
void endutxent(void);
int utmpxname(const char *file);
void updwtmpx(const char *file, const struct utmpx *entry);

#ifdef __cplusplus
}
#endif

#endif
