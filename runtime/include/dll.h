/* SPDX-License-Identifier: BSD-2-Clause */
/* Images of the ported world: the program, the runtime, ported DLLs, and whatever was opened by dlopen().
 * The table is inherited by fork; which of them a child has to bring in is told by it. */
#ifndef DLL_H
#define DLL_H

#include "base.h"
#include "lib/dll/stamp.h"
#include "lib/text/buf.h"

/* Ported code lies in this window; Windows' own DLLs bring their own data (design.md 4). */
#define DLL_WINDOW_START 0x100000000ull
#define DLL_WINDOW_END   0x170000000ull

enum dll_flag {
    DLL_PROGRAM = 1,
    DLL_LINKED = 2,     /* there since the start */
    DLL_FOREIGN = 4,    /* of Windows, opened by dlopen() */
    DLL_GLOBAL = 8,     /* RTLD_GLOBAL */
    DLL_NODELETE = 0x10,
    DLL_IMPORTED = 0x20, /* not asked for: came with one that was opened */
    DLL_SEEN = 0x40,
    DLL_NEW = 0x80,     /* found by the last dll_refresh() */
};

struct dll_watch;

struct dll {
    struct dll *next;
    uintptr_t base;
    size_t size;
    uint16_t *path;     /* Win32 name as it was loaded first, ended by 0; never that of a link for fork */
    unsigned units;
    uint32_t flags;
    uint32_t opens;     /* of dlopen() */
    uint32_t stamp[DLL_STAMP_WORDS];
    char *posix;        /* name, made when somebody asks */
    struct dll_watch *watch; /* fork protection: its file; NULL: not watched */
};
extern struct dll *dll_list; /* in the order in which they were found; under dll_lock */

/* ---- table (proc/dll_table.c) ---- */
/** The images that the program was started with. */
int dll_init(void);
/** Brings the table up to date with what the loader has. Lock held. */
int dll_refresh(void);
struct dll *dll_find(uintptr_t base);
/** The image that has this address, NULL: none. */
struct dll *dll_at(uintptr_t addr);
/** By the last component of its name, in any case. */
struct dll *dll_named(const char *name);
/** An entry for an image of Windows that dlopen() got; NULL: no memory. */
struct dll *dll_enter_foreign(uintptr_t base);
/** POSIX name; kept as long as the entry. "" if there is none. */
const char *dll_posix(struct dll *d);
void dll_lock_take(void);
void dll_lock_release(void);
/** The lock, around a fork; and in the child, whose thread holds it as its parent's did. */
void dll_hold(bool hold);
void dll_lock_inherit(void);

/* ---- constructors (proc/dll_ctor.c) ---- */
/** The runtime is up: run what waits, first loaded first; from now on at once. */
void dll_start(void);
/** Until dll_run_pending(), the calling thread's new DLLs wait: no constructor under the loader's lock. */
void dll_defer(bool defer);
void dll_run_pending(void);
/** atexit() for the image that `caller` lies in. */
int dll_atexit(void (*fn)(void), uintptr_t caller);

/* ---- opening (proc/dll_open.c) ---- */
enum dll_open_flag { DLL_OPEN_NOLOAD = 1, DLL_OPEN_GLOBAL = 2, DLL_OPEN_NODELETE = 4 };
/** `name` NULL: the program. `why` receives the reason of a failure in words. */
int dll_open(const char *name, unsigned flags, struct dll **out, struct buf *why);
int dll_close(struct dll *d, struct buf *why);
bool dll_is_handle(const struct dll *d);
/** dlsym(): `d` NULL: all that are global, beginning behind `after` (NULL: from the start). */
void *dll_symbol(struct dll *d, struct dll *after, const char *name);
/** Why an image of that Win32 name cannot be loaded: which import is missing (proc/dll_why.c). Appends
 * nothing when all are there. */
void dll_why(const uint16_t *path, unsigned units, struct buf *why);
/** Whether an import is missing, and which; where Windows does not look before it is called (Wine). */
bool dll_incomplete(const uint16_t *path, unsigned units, struct buf *why);
/** The same for a child that ended with `status` before its runtime started. */
void dll_why_child(int32_t status, struct buf *why);

/* ---- fork (proc/dll_fork.c: parent, proc/dll_child.c: child) ---- */
struct startup_block;
struct startup_failure;
/** Collects what the child has to load, and decides where it is created from. Before it is created, locks
 * held. `again`: the last attempt failed. */
int dll_fork_prepare(bool again);
/** Bytes that dll_fork_put needs, and puts it at `at` into the block: no lock, no heap. */
size_t dll_fork_size(void);
void dll_fork_put(char *block, size_t at, struct startup_block *b);
/** The child runs: it has checked what it got. */
void dll_fork_done(int pid);
/** Records why the child gave up (`f` is hostile), or died with `status` before it could say. */
void dll_fork_failed(const struct startup_failure *f, int32_t status);
/** Fault injection (fork.address), into a child that does not run yet. */
int dll_fork_inject(handle_t child);
/** In the child, before it has the parent's memory: bring in what is not there, check all. */
void dll_enter_child(const struct startup_block *b);

#endif
