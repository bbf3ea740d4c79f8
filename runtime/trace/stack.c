/* SPDX-License-Identifier: BSD-2-Clause */
/* Stacks in the record: of calls, when a tracer asks for them, and of faults. */
#include <string.h>
#include <sys/ucontext.h>

#include "nt.h"
#include "nt/nt_context.h"
#include "thread.h"
#include "trace.h"

#define FRAMES 32u

extern char sys_return[];

static int in_module(void *arg, const struct nt_module *m)
{
    struct trace_module *p = arg;
    unsigned first = m->path_units, n = 0;

    if (p->address < m->base || p->address - m->base >= m->size)
        return 0;
    while (first > 0 && m->path[first - 1] != '\\')
        first--;
    for (unsigned i = first; i < m->path_units && n < sizeof(p->name) - 1; i++)
        p->name[n++] = m->path[i] < 128 ? (char)m->path[i] : '?';
    p->name[n] = 0;
    p->base = m->base;
    return 1;
}

void trace_module_of(uint64_t address, struct trace_module *m)
{
    *m = (struct trace_module){ .address = address, .name = "?" };
    nt_modules(in_module, m);
}

/* Entry stubs put sys_return in place of the address to return to. */
static uint64_t true_address(uint64_t pc)
{
    struct thread *t = self_or_null();

    return pc == (uintptr_t)sys_return && t ? t->ret_addr : pc;
}

/* The frames of the runtime itself say nothing. */
static unsigned skip_runtime(const uint64_t *pc, unsigned n)
{
    const char *dos = nt_runtime_base;
    uint32_t pe, size;
    unsigned i = 0;

    memcpy(&pe, dos + 0x3c, sizeof pe);
    memcpy(&size, dos + pe + 0x50, sizeof size); /* SizeOfImage */
    while (i < n && pc[i] - (uintptr_t)nt_runtime_base < size)
        i++;
    return i < n ? i : 0;
}

void trace_stack(struct trace_writer *w)
{
    uint64_t pc[FRAMES];
    unsigned n = nt_stack_walk(NULL, pc, FRAMES, true_address), first = skip_runtime(pc, n);
    uint16_t bytes = (uint16_t)((n - first) * sizeof *pc);
    uint32_t depth = n - first;
    struct trace_event *e = trace_begin(w, (uint32_t)sizeof depth + (uint32_t)sizeof bytes + bytes);
    uint8_t *p;

    if (!e)
        return;
    p = (uint8_t *)(e + 1);
    TRACE_PUT(p, depth);
    TRACE_PUT(p, bytes);
    memcpy(p, pc + first, bytes);
    trace_commit(e, TRACE_ID_call_stack);
}

void trace_fault_stack(const void *context)
{
    const mcontext_t *c = context;
    struct trace_module m;
    uint64_t pc[FRAMES];
    unsigned n;

    trace_fault_registers(c->rax, c->rbx, c->rcx, c->rdx, c->rsi, c->rdi, c->rbp, c->rsp, c->r8, c->r9,
                          c->r10, c->r11, c->r12, c->r13, c->r14, c->r15, c->rip, c->eflags);
    n = nt_stack_walk(context, pc, FRAMES, true_address);
    for (unsigned i = 0; i < n; i++) {
        trace_module_of(pc[i], &m);
        trace_fault_frame(i, (void *)pc[i], m.name, m.base ? pc[i] - m.base : 0);
    }
}
