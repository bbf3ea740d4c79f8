/* SPDX-License-Identifier: BSD-2-Clause */
/* <glob.h>: names that match a pattern. */
#ifndef _GLOB_H
#define _GLOB_H

#include <sys/types.h>

#define GLOB_APPEND 0x0001      /* add to what an earlier call found */
#define GLOB_DOOFFS 0x0002      /* gl_offs null pointers first */
#define GLOB_ERR 0x0004         /* stop at a directory that cannot be read */
#define GLOB_MARK 0x0008        /* append / to directories */
#define GLOB_NOCHECK 0x0010     /* nothing matches: the pattern itself */
#define GLOB_NOSORT 0x0020
#define GLOB_NOESCAPE 0x2000    /* \ is an ordinary character */
#if __MISC_VISIBLE
#define GLOB_BRACE 0x0080       /* {a,b} */
#define GLOB_MAGCHAR 0x0100     /* set in gl_flags: the pattern had wildcards */
#define GLOB_NOMAGIC 0x0200     /* as GLOB_NOCHECK, for patterns without wildcards only */
#define GLOB_QUOTE 0x0400       /* the default */
#define GLOB_TILDE 0x0800       /* ~ and ~user */
#define GLOB_PERIOD 0x4000      /* wildcards match a leading . */
#define GLOB_ONLYDIR 0x8000     /* directories only */
#endif

#define GLOB_NOSPACE (-1)
#define GLOB_ABORTED (-2)
#define GLOB_NOMATCH (-3)
#define GLOB_NOSYS (-4)
#define GLOB_ABEND GLOB_ABORTED

typedef struct {
    size_t gl_pathc;            /* found in all calls */
    size_t gl_matchc;           /* found in this call */
    size_t gl_offs;
    int gl_flags;
    char **gl_pathv;
    int (*gl_errfunc)(const char *path, int error);
    void *__reserved[6];
} glob_t;

#ifdef __cplusplus
extern "C" {
#endif

int glob(const char *__restrict pattern, int flags, int (*error)(const char *path, int error), glob_t *__restrict result);
void globfree(glob_t *result);

#ifdef __cplusplus
}
#endif

#endif
