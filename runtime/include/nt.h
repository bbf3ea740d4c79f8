/* SPDX-License-Identifier: BSD-2-Clause */
/* Everything that the rest of the runtime may ask of Windows. Results are 0 or negative errno unless
 * said otherwise; runtime/nt is the only place that includes Windows headers. Further wrappers are
 * declared in nt_file.h, nt_registry.h. */
#ifndef NT_H
#define NT_H

#include "base.h"

/* ---- errors (nt/error.c) ---- */
int nt_err(int32_t status);      /* NTSTATUS -> negative errno, 0 for success */
int win_err(uint32_t error);     /* GetLastError() -> negative errno */
void nt_forget_status(void);      /* before what a later event may have to explain */
int32_t nt_last_status(void);    /* NTSTATUS of the thread's last failed wrapper, for events */

/* ---- handles ---- */
#define NT_SELF ((handle_t)-1)   /* the own process */
void nt_close(handle_t h);
/* A handle of process `from` also in process `to`. */
int nt_dup(handle_t from, handle_t h, handle_t to, bool inherit, handle_t *out);
int nt_set_inherit(handle_t h, bool inherit);
unsigned nt_handle_count(handle_t h); /* of the object, in all processes; 0: unknown */

/* ---- sections ---- */
enum nt_map { NT_MAP_RO, NT_MAP_RW, NT_MAP_COW, NT_MAP_RWX, NT_MAP_COWX };
enum nt_prot { NT_PROT_NONE, NT_PROT_RO, NT_PROT_RW, NT_PROT_RX, NT_PROT_RWX, NT_PROT_COW, NT_PROT_COWX,
               NT_PROT_GUARD, NT_PROT_GUARD_COW };

/* `name` relative to directory `dir`, or NULL. An existing one is opened: result 1. */
int nt_section_create(handle_t dir, const char *name, uint64_t size, handle_t *out);
int nt_section_open(handle_t dir, const char *name, bool write, handle_t *out);
/* *base NULL: anywhere. size 0: all; receives the size of the view. */
int nt_section_map(handle_t section, handle_t process, void **base, size_t *size, enum nt_map how);
int nt_section_map_at(handle_t section, handle_t process, void **base, size_t *size, uint64_t offset,
                      enum nt_map how);
/* A section over an open file, of its size (result in *size). */
int nt_section_of_file(handle_t file, bool shared_write, handle_t *out, uint64_t *size);
int nt_section_flush(void *base, size_t size);
int nt_section_unmap(handle_t process, void *base);
int nt_protect(void *base, size_t size, enum nt_prot prot);
/* Is there a view of a section at `addr`? *size receives the bytes from there. */
bool nt_is_section(const void *addr, size_t *size);
void *nt_alloc(size_t size);     /* private memory, NULL: none */
void nt_free(void *base);
/* Reserve addresses of a process, for nobody's use. */
int nt_occupy(handle_t process, void *addr, size_t size);
/* Describe what is at `addr` of `process` ("image C:\\x.dll", "section", "private"): for messages. */
int nt_occupant(handle_t process, void *addr, char *text, size_t size);
/* Call `fn` for each run of pages in [from, to) of a copy-on-write view that were written. */
int nt_written(uintptr_t from, uintptr_t to, int (*fn)(void *arg, uintptr_t from, uintptr_t to),
               void *arg);
/* The same of one page in `stride` bytes only: adds to the numbers of pages. */
int nt_written_sample(uintptr_t from, uintptr_t to, size_t stride, unsigned *looked, unsigned *written);

/* ---- events and waiting ---- */
int nt_event_create(handle_t dir, const char *name, bool manual, handle_t *out); /* 1: existed */
int nt_event_open(handle_t dir, const char *name, handle_t *out);
void nt_event_set(handle_t event);
void nt_event_reset(handle_t event);
/* Wait for one of up to 64. Returns its index, -ETIMEDOUT, or another error. timeout in 100 ns, -1: none.
 * An abandoned mutex counts as its index. */
int nt_wait(const handle_t *handles, unsigned n, int64_t timeout);
void nt_sleep(int64_t timeout);   /* units of 100 ns; no signal ends it */

/* ---- processes ---- */
struct nt_spawn {
    const uint16_t *image;     /* Win32 name of the program, NUL-terminated */
    uint16_t *cmdline;         /* may be changed */
    const uint16_t *cwd;       /* NULL: ours */
    const uint16_t *env;       /* sorted block, NULL: ours */
    handle_t std[3];           /* for plain Windows programs and the console */
    bool inherit;              /* inheritable handles go to the child */
    bool suspended;
    bool new_group;
    bool no_std;               /* no standard handles at all, whatever ours are */
    handle_t process, thread;  /* results */
    handle_t job;              /* of a suspended one; NULL: none could be had */
    uint32_t pid, tid;
};
int nt_process_create(struct nt_spawn *s);
/* One that was made suspended ends with us, however we end, until this; it starts to run. Takes s->job. */
int nt_process_run(handle_t thread, handle_t *job);

/* What a new process takes over from its creator besides handles. */
struct nt_surroundings {
    uint64_t environment;      /* hashes */
    uint64_t directory;
    handle_t console;
    uint32_t priority;
    bool in_job;
    bool impersonating;
};
void nt_surroundings(struct nt_surroundings *s);
/* The first difference in words, NULL: a process made under `a` is as good as one made under `b`. */
const char *nt_surroundings_differ(const struct nt_surroundings *a, const struct nt_surroundings *b);

int nt_process_open(uint32_t winpid, handle_t *out); /* query, wait, dup, terminate as far as allowed */
uint64_t nt_process_created(handle_t process);       /* FILETIME; 0: unknown */
int nt_process_exit_code(handle_t process, uint32_t *code); /* -EBUSY while it runs */
int nt_process_terminate(handle_t process, uint32_t code);
int nt_process_times(handle_t process, uint64_t *user, uint64_t *sys);
bool nt_process_alive(uint32_t winpid, uint64_t created);
uint32_t nt_winpid(void);
uint32_t nt_wintid(void);
NORETURN void nt_exit(uint32_t code);      /* runs DLL_PROCESS_DETACH of others */
NORETURN void nt_exit_now(uint32_t code);  /* at once */

/* ---- threads ---- */
int nt_thread_resume(handle_t thread);
int nt_thread_suspend(handle_t thread);
int nt_thread_create(void (*fn)(void *), void *arg, size_t stack, handle_t *out, uint32_t *tid);
int nt_thread_self(handle_t *out);         /* a real handle of the calling thread */
/* Suspend all threads of the process but the caller; resume them. Handles in a static table. */
int nt_threads_stop(unsigned *count);
void nt_threads_resume(void);

/* ---- time ---- */
uint64_t nt_time(void);        /* FILETIME, UTC */
uint64_t nt_qpc(void);
uint64_t nt_qpc_frequency(void);
uint64_t nt_uptime(void);      /* 100 ns since the system started */

/* ---- modules ---- */
struct nt_module {
    uintptr_t base;
    size_t size;
    const uint16_t *path;      /* Win32 name, loader's memory */
    unsigned path_units;
};
/* Calls fn for each loaded module, the program first; stops at nonzero, which it returns. */
int nt_modules(int (*fn)(void *arg, const struct nt_module *m), void *arg);
bool nt_debugged(void); /* is there a debugger? */
const uint16_t *nt_program_path(unsigned *units);
const uint16_t *nt_command_line(void);
const uint16_t *nt_environment(void);      /* block, ended by an empty string */

bool nt_module_get(uintptr_t base, struct nt_module *out);
const uint16_t *nt_module_path(uintptr_t base, unsigned *units); /* NULL: no module starts there */
extern char __ImageBase[];                 /* the linker's name for the runtime's own image */
#define nt_runtime_base __ImageBase
bool nt_is_wine(void);
/* ---- loading DLLs (nt/loader.c) ---- */
/* 0 and where it is, or the error of Windows. `full`: a full name, imports are looked for beside it first. */
uint32_t nt_library_load(const uint16_t *path, bool full, uintptr_t *base);
void nt_library_free(uintptr_t base);
uintptr_t nt_library_loaded(const uint16_t *path); /* 0: it is not */
void *nt_library_symbol(uintptr_t base, const char *name);
const char *nt_library_error(uint32_t error);      /* in words, NULL: none known */
/* The exported name at or below `addr`, in the image's memory; NULL: none. */
const char *nt_library_near(uintptr_t base, uintptr_t addr, uintptr_t *sym);
/* Calls fn for each DLL that a loaded image imports; stops at nonzero, which it returns. */
int nt_library_imports(uintptr_t base, int (*fn)(void *arg, const char *dll), void *arg);
/* Open or make the directory for named objects; name as in lib/abi/names.h. */
int nt_directory_create(const char *name, handle_t *out);

/* Standard handle 0, 1 or 2 as the creator gave it. */
handle_t nt_std_handle(int fd);
void nt_std_handle_set(int fd, handle_t h);

/* Offset in the TEB of a thread slot of ours, 0: none to be had. */
uint32_t nt_thread_slot(void);
/* "isthmus: WHY (DETAIL)" on standard error, with nothing but Windows working. */
void nt_last_words(const char *why, int64_t detail);
void nt_warning(const char *text); /* "isthmus: TEXT" on standard error */

/* ---- the stack of the calling thread, as Windows sees it ---- */
struct nt_stack {
    uintptr_t base, limit, alloc;
    uint32_t guarantee; /* bytes below the limit that stay for the handling of an overflow */
};
void nt_stack_get(struct nt_stack *s);
void nt_stack_set(const struct nt_stack *s);

#endif
