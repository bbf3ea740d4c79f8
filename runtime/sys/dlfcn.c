/* SPDX-License-Identifier: BSD-2-Clause */
/* <dlfcn.h>: dlopen, dlsym, dlclose, dlerror, dladdr; and atexit, which has to know whose code asks. */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "dll.h"
#include "nt.h"
#include "path.h"
#include "sys.h"
#include "thread.h"

int rt_atexit(void (*fn)(void));

/* Where the calling ported code goes on: the entry stub has it. */
static uintptr_t caller(struct thread *t, void *direct)
{
    return t->ret_addr > IN_RUNTIME ? t->ret_addr : (uintptr_t)direct;
}

/* The text that dlerror() gives next, in this thread; takes over what is in `why`. */
static void fail(struct buf *why, const char *otherwise)
{
    struct thread *t = self();

    if (buf_err(why) < 0 || !why->len) {
        buf_cut(why, 0);
        buf_puts(why, otherwise);
    }
    path_realloc(t->dl_text, 0);
    t->dl_text = why->p;
    t->dl_fresh = true;
}

/**
 * Loads a DLL, or finds one that is loaded.
 * @param name a path; or a plain name, looked for among what is loaded, in LD_LIBRARY_PATH, /usr/lib,
 *             /usr/bin, then where Windows looks. libfoo.so also means cygfoo.dll, foo also foo.dll.
 *             NULL: the program
 * @param mode RTLD_LAZY or RTLD_NOW (the same here: Windows binds at once), RTLD_GLOBAL, RTLD_NODELETE,
 *             RTLD_NOLOAD
 * @return a handle, or NULL; dlerror() says why. POSIX.1-2017 dlopen()
 */
void *dlopen(const char *name, int mode)
{
    struct dll *d = NULL;
    struct buf why;
    int r = -EINVAL;

    path_buf(&why);
    if (!(mode & (RTLD_LAZY | RTLD_NOW)))
        buf_puts(&why, "invalid mode for dlopen(): neither RTLD_LAZY nor RTLD_NOW");
    else
        r = dll_open(name, (mode & RTLD_NOLOAD ? DLL_OPEN_NOLOAD : 0)
                               | (mode & RTLD_GLOBAL ? DLL_OPEN_GLOBAL : 0)
                               | (mode & RTLD_NODELETE ? DLL_OPEN_NODELETE : 0), &d, &why);
    if (r < 0)
        fail(&why, "out of memory");
    else
        buf_free(&why);
    trace_sys_dlopen(name, (uint32_t)mode, r < 0 ? r : (int64_t)(uintptr_t)d);
    return d;
}

/**
 * Gives back a handle. The DLL goes with the last one, after its destructors have run.
 * @return 0, or nonzero for what is no handle (dlerror()). POSIX.1-2017 dlclose()
 */
int dlclose(void *handle)
{
    struct buf why;
    int r;

    path_buf(&why);
    r = dll_close(handle, &why);
    if (r < 0)
        fail(&why, "out of memory");
    else
        buf_free(&why);
    trace_sys_dlclose(handle, r);
    return r < 0 ? -1 : 0;
}

/**
 * Finds a symbol.
 * @param handle of dlopen(); RTLD_DEFAULT: the program, what it is linked with, what was opened with
 *               RTLD_GLOBAL; RTLD_NEXT: of these, those behind the image that calls
 * @return its address, or NULL. POSIX.1-2017 dlsym()
 */
void *dlsym(void *handle, const char *name)
{
    struct dll *after = NULL;
    struct buf why;
    void *p;

    if (handle == RTLD_NEXT) {
        dll_lock_take();
        after = dll_at(caller(self(), __builtin_return_address(0)));
        dll_lock_release();
    }
    p = dll_symbol(handle == RTLD_NEXT ? NULL : handle, after, name);
    if (!p) {
        path_buf(&why);
        if (handle != RTLD_NEXT && handle != RTLD_DEFAULT && dll_is_handle(handle)) {
            buf_puts(&why, dll_posix(handle));
            buf_puts(&why, ": ");
        }
        buf_puts(&why, "undefined symbol: ");
        buf_puts(&why, name);
        fail(&why, "undefined symbol");
    }
    trace_sys_dlsym(handle, name, p ? (int64_t)(uintptr_t)p : -ENOENT);
    return p;
}

/**
 * What went wrong since the last call, in this thread.
 * @return a text that is valid until the next call, or NULL. POSIX.1-2017 dlerror()
 */
char *dlerror(void)
{
    struct thread *t = self();

    if (!t->dl_fresh)
        return NULL;
    t->dl_fresh = false;
    return t->dl_text;
}

/**
 * Which image an address belongs to, and the exported symbol at or below it.
 * @return nonzero, or 0: none has it. As in glibc
 */
int dladdr(const void *addr, Dl_info *info)
{
    uintptr_t at = (uintptr_t)addr, sym;
    struct dll *d;

    dll_lock_take();
    dll_refresh();
    if ((d = dll_at(at))) {
        info->dli_fname = dll_posix(d);
        info->dli_fbase = (void *)d->base;
        info->dli_sname = nt_library_near(d->base, at, &sym);
        info->dli_saddr = info->dli_sname ? (void *)sym : NULL;
    }
    dll_lock_release();
    return d != NULL;
}

/**
 * Registers what exit() calls; what a DLL has registered is called when it is unloaded.
 * @return 0, or nonzero without memory. POSIX.1-2017 atexit()
 */
int rt_atexit(void (*fn)(void))
{
    return dll_atexit(fn, caller(self(), __builtin_return_address(0)));
}
