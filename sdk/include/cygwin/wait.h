/* SPDX-License-Identifier: BSD-2-Clause */
/* Options and status macros of <sys/wait.h>, which <stdlib.h> must have too. */
#ifndef _CYGWIN_WAIT_H
#define _CYGWIN_WAIT_H

#define WNOHANG 1
#define WUNTRACED 2
#define WCONTINUED 8

/* A status word: the low byte is 0 for an exit (code in the second byte), a
   signal number with 0x80 for a core dump, 0x7f for a stop, 0xffff for a continue. */
#define __wait_status_to_int(w) (w)
#define WIFEXITED(w) ((__wait_status_to_int(w) & 0xff) == 0)
#define WIFSIGNALED(w) \
    ((__wait_status_to_int(w) & 0x7f) > 0 && (__wait_status_to_int(w) & 0x7f) < 0x7f)
#define WIFSTOPPED(w) ((__wait_status_to_int(w) & 0xff) == 0x7f)
#define WIFCONTINUED(w) ((__wait_status_to_int(w) & 0xffff) == 0xffff)
#define WEXITSTATUS(w) ((__wait_status_to_int(w) >> 8) & 0xff)
#define WTERMSIG(w) (__wait_status_to_int(w) & 0x7f)
#define WSTOPSIG WEXITSTATUS
#define WCOREDUMP(w) (WIFSIGNALED(w) && (__wait_status_to_int(w) & 0x80))

#endif
