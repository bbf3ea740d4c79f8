/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions of <stdlib.h> that the platform provides. */
#ifndef _CYGWIN_STDLIB_H
#define _CYGWIN_STDLIB_H

#include <cygwin/wait.h>

#ifdef __cplusplus
extern "C" {
#endif

#if __GNU_VISIBLE || __BSD_VISIBLE
const char *getprogname(void);
void setprogname(const char *name);
#endif
#if __GNU_VISIBLE
char *canonicalize_file_name(const char *path);
int getloadavg(double loadavg[], int nelem);
#endif
int unsetenv(const char *name);
#if __MISC_VISIBLE || __POSIX_VISIBLE >= 200112
int posix_memalign(void **memptr, size_t alignment, size_t size);
#endif
#if __MISC_VISIBLE
void *memalign(size_t alignment, size_t size);
#endif
#if __BSD_VISIBLE || (__XSI_VISIBLE && __POSIX_VISIBLE < 200112)
void *valloc(size_t size);
#endif
#if __SVID_VISIBLE || __XSI_VISIBLE
int grantpt(int fd);
char *ptsname(int fd);
int unlockpt(int fd);
#endif
#if __GNU_VISIBLE
int ptsname_r(int fd, char *buf, size_t len);
int getpt(void);
#endif
#if __XSI_VISIBLE >= 600
int posix_openpt(int flags);
#endif
#if __XSI_VISIBLE
long a64l(const char *string);
char *l64a(long value);
#endif

#ifdef _COMPILING_NEWLIB
/* newlib's own sources: their allocation with a struct _reent is plain malloc here, and <stdlib.h>
   declares none of it for this host. */
#define _malloc_r(r, s) malloc(s)
#define _calloc_r(r, n, s) calloc(n, s)
#define _realloc_r(r, p, s) realloc(p, s)
#define _free_r(r, p) free(p)
#define _memalign_r(r, a, s) memalign(a, s)
#endif

#ifdef __cplusplus
}
#endif

#endif
