/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end by a signal that dumps core: the cause is put into the process section, where dumper, ps and
 * gdb find it, and the program of CYGWIN=error_start is started and waited for. The heap may be
 * damaged and locks may be held, so nothing here allocates.
 */
#include <string.h>

#include "nt.h"
#include "nt/nt_context.h"
#include "options.h"
#include "shm.h"
#include "state.h"

#define COMMAND_MAX 4096 /* units of the command line: Windows' own limit is eight times that */

static NOCOPY uint32_t reporting; /* by one thread only, and once */

void crash_record(const struct nt_fault *f)
{
    if (!shm_self || __atomic_load_n(&reporting, __ATOMIC_SEQ_CST))
        return;
    shm_self->fault_status = f->code;
    shm_self->fault_ip = f->address;
    shm_self->fault_context = (uintptr_t)f->context;
    shm_self->fault_tid = nt_wintid();
}

static void publish(const siginfo_t *si)
{
    struct shm_proc *p = shm_self;

    if (p->fault_tid != nt_wintid()) { /* no fault: abort() and the like */
        p->fault_status = 0;
        p->fault_ip = 0;
        p->fault_context = 0;
        p->fault_tid = nt_wintid();
    }
    p->fault_code = si->si_code;
    p->fault_address = (uintptr_t)si->si_addr;
    __atomic_store_n(&p->fault_signal, (uint32_t)si->si_signo, __ATOMIC_RELEASE);
}

struct command {
    uint16_t text[COMMAND_MAX];
    unsigned n;
};

static void put(struct command *c, const uint16_t *s, unsigned n)
{
    for (unsigned i = 0; i < n && c->n < COMMAND_MAX - 1; i++)
        c->text[c->n++] = s[i];
}

static void put_text(struct command *c, const char *s)
{
    for (; *s && c->n < COMMAND_MAX - 1; s++)
        c->text[c->n++] = (unsigned char)*s;
}

/* The handler by the option: a Windows path, or a name in the folder of the runtime. */
static void put_handler(struct command *c, const char *name)
{
    const uint16_t *dll;
    size_t len = strlen(name);
    unsigned n;

    put_text(c, "\"");
    if (!strpbrk(name, "/\\") && (dll = nt_module_path((uintptr_t)nt_runtime_base, &n)) != NULL) {
        while (n && dll[n - 1] != '\\')
            n--;
        put(c, dll, n);
    }
    put_text(c, name);
    if (len < 4 || (strcmp(name + len - 4, ".exe") && strcmp(name + len - 4, ".EXE")))
        put_text(c, ".exe");
    put_text(c, "\"");
}

static int start_handler(const char *name, struct nt_spawn *s)
{
    static NOCOPY struct command c; /* the stack may be at its end */
    char number[12];
    unsigned n, digits = sizeof(number);
    const uint16_t *program = nt_program_path(&n);
    uint32_t winpid = nt_winpid();

    c.n = 0;
    put_handler(&c, name);
    put_text(&c, " \"");
    if (program)
        put(&c, program, n);
    put_text(&c, "\" ");
    number[--digits] = 0;
    do {
        number[--digits] = (char)('0' + winpid % 10);
        winpid /= 10;
    } while (winpid);
    put_text(&c, number + digits);
    c.text[c.n] = 0;
    memset(s, 0, sizeof(*s));
    s->cmdline = c.text;
    return nt_process_create(s);
}

void crash_report(const siginfo_t *si)
{
    const char *name = options.error_start;
    struct nt_spawn s;
    uint32_t code;
    int r;

    if (!shm_self)
        return;
    if (__atomic_exchange_n(&reporting, 1, __ATOMIC_SEQ_CST))
        for (;;) /* the thread that was first ends the process */
            nt_wait(&self()->wake, 1, -1);
    publish(si);
    if (!name || !*name)
        return;
    r = start_handler(name, &s);
    trace_crash_handler(si->si_signo, name, r < 0 ? r : (int32_t)s.pid);
    if (r < 0)
        return;
    nt_close(s.thread);
    nt_wait(&s.process, 1, -1);
    if (nt_process_exit_code(s.process, &code) == 0 && code == 0)
        sig_core_written = true;
    nt_close(s.process);
}
