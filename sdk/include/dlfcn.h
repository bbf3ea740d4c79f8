/* SPDX-License-Identifier: BSD-2-Clause */
/* <dlfcn.h>: DLLs loaded while running. */
#ifndef _DLFCN_H
#define _DLFCN_H

#include <sys/cdefs.h>

#define RTLD_LOCAL 0
#define RTLD_LAZY 1
#define RTLD_NOW 2
#define RTLD_GLOBAL 4
#define RTLD_NODELETE 8
#define RTLD_NOLOAD 16
#define RTLD_DEEPBIND 32
#define RTLD_DEFAULT ((void *)0)
#define RTLD_NEXT ((void *)-1)

#if __GNU_VISIBLE
typedef struct {
    const char *dli_fname;
    void *dli_fbase;
    const char *dli_sname;
    void *dli_saddr;
} Dl_info;
#endif

#ifdef __cplusplus
extern "C" {
#endif

void *dlopen(const char *name, int mode);
int dlclose(void *handle);
void *dlsym(void *handle, const char *symbol);
char *dlerror(void);
#if __GNU_VISIBLE
int dladdr(const void *addr, Dl_info *info);
#endif

#ifdef __cplusplus
}
#endif

#endif
