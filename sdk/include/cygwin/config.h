/* SPDX-License-Identifier: BSD-2-Clause */
/* Settings of the C library for this platform, included by <sys/config.h>. */
#ifndef _CYGWIN_CONFIG_H
#define _CYGWIN_CONFIG_H

/* The state of a thread in the C library is got by a call: it hangs on a slot
   of the thread's environment block. */
#define __DYNAMIC_REENT__
#ifdef __cplusplus
extern "C" {
#endif
struct _reent *__getreent(void);
#ifdef __cplusplus
}
#endif

#define _READ_WRITE_RETURN_TYPE _ssize_t
#define _READ_WRITE_BUFSIZE_TYPE size_t
#define __LARGE64_FILES 1
#define __FILENAME_MAX__ 4096
#define _STDIO_WITH_THREAD_CANCELLATION_SUPPORT 1

#define __TM_GMTOFF tm_gmtoff
#define __TM_ZONE tm_zone

#define _MB_EXTENDED_CHARSETS_ALL 1
#define __HAVE_LOCALE_INFO__ 1
#define __HAVE_LOCALE_INFO_EXTENDED__ 1
#define DEFAULT_LOCALE "C.UTF-8"

#ifndef FD_SETSIZE
#define FD_SETSIZE 1024
#endif

#endif
