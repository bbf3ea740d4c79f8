/* SPDX-License-Identifier: BSD-2-Clause */
/* Stacks of all threads, as text and as JSON. */
#include <string.h>

#include "dumper/dumper.h"
#include "lib/proc/signal.h"
#include "lib/tool/out.h"

struct printer {
    struct subject *s;
    const struct backtrace_options *o;
    struct buf *out;
    struct debug_frame frame;
    const struct debug_regs *regs;
    unsigned n; /* of the next line: an inlined function has one of its own */
};

/* ---- one place ---- */

static int put_text(void *arg, const struct debug_place *p)
{
    struct printer *t = arg;
    struct buf *b = t->out;
    size_t start = b->len;

    buf_putc(b, '#');
    buf_putu(b, t->n++);
    buf_pad(b, ' ', b->len - start < 4 ? 4 - (b->len - start) : 1);
    if (!p->inlined) {
        buf_puts(b, "0x");
        buf_putx(b, t->regs->rip, 16);
        buf_puts(b, " in ");
    }
    buf_puts(b, p->function ? p->function : "??");
    if (p->args || p->file) {
        buf_puts(b, " (");
        buf_puts(b, p->args ? p->args : "");
        buf_putc(b, ')');
    } else if (p->function && p->offset) {
        buf_puts(b, "+0x");
        buf_putx(b, p->offset, 1);
    }
    if (p->file) {
        buf_puts(b, " at ");
        buf_puts(b, p->file);
        buf_putc(b, ':');
        buf_putu(b, p->line);
    } else if (p->module) {
        buf_puts(b, " from ");
        buf_puts(b, p->module);
        if (!p->function) {
            buf_puts(b, "+0x");
            buf_putx(b, t->regs->rip - p->base, 1);
        }
    }
    if (p->inlined)
        buf_puts(b, " (inlined)");
    buf_putc(b, '\n');
    return 0;
}

static void hex(struct buf *b, const char *key, uint64_t v)
{
    json_key(b, key);
    buf_puts(b, "\"0x");
    buf_putx(b, v, 1);
    buf_putc(b, '"');
}

static void number(struct buf *b, const char *key, int64_t v)
{
    json_key(b, key);
    buf_putd(b, v);
}

static void string(struct buf *b, const char *key, const char *v)
{
    json_key(b, key);
    json_strz(b, v);
}

static int put_json(void *arg, const struct debug_place *p)
{
    struct printer *t = arg;
    struct buf *b = t->out;

    json_comma(b);
    buf_putc(b, '{');
    number(b, "n", t->n++);
    hex(b, "address", t->regs->rip);
    if (p->module) {
        string(b, "module", p->module);
        hex(b, "module_base", p->base);
    }
    if (p->function) {
        string(b, "function", p->function);
        number(b, "offset", (int64_t)p->offset);
    }
    if (p->args)
        string(b, "args", p->args);
    if (p->file) {
        string(b, "file", p->file);
        number(b, "line", p->line);
    }
    json_key(b, "inlined");
    buf_puts(b, p->inlined ? "true" : "false");
    buf_putc(b, '}');
    return 0;
}

static int at_frame(void *arg, unsigned n, const struct debug_regs *regs, bool caller, enum unwind_how how)
{
    struct printer *t = arg;

    t->regs = regs;
    t->frame.regs = regs;
    t->frame.caller = n > 0; /* even where an exception happened: its registers are not all restored */
    debug_lookup(t->s->p.images, regs->rip, caller, t->o->args ? &t->frame : NULL,
                 t->o->json ? put_json : put_text, t);
    return 0;
}

/* ---- one thread ---- */

static int read_frame(void *arg, uint64_t addr, void *buf, size_t n)
{
    struct subject *s = arg;

    return s->read(s->read_arg, addr, buf, n);
}

static void put_thread(struct printer *t, size_t i)
{
    const struct debug_thread *th = &t->s->p.threads[i];
    struct unwind u;
    unsigned frames;
    struct buf wait;

    buf_init(&wait, tool_realloc, NULL, 0);
    subject_wait(t->s, th->tid, &wait);
    if (t->o->json) {
        json_comma(t->out);
        buf_putc(t->out, '{');
        number(t->out, "tid", th->tid);
        if (wait.len)
            string(t->out, "wait", wait.p);
        json_key(t->out, "frames");
        buf_putc(t->out, '[');
    } else {
        buf_puts(t->out, "\nthread ");
        buf_putu(t->out, th->tid);
        if (t->s->cause.signal && th->tid == t->s->cause.tid)
            buf_puts(t->out, " (got the signal)");
        if (wait.len) {
            buf_puts(t->out, ", waits: ");
            buf_puts(t->out, wait.p);
        }
        buf_putc(t->out, '\n');
    }
    buf_free(&wait);
    t->n = 0;
    if (th->known) {
        subject_unwind(t->s, i, &u);
        frames = debug_stack(&u, &th->regs, (unsigned)t->o->frames, at_frame, t);
        if (!t->o->json && frames == (unsigned)t->o->frames)
            buf_puts(t->out, "... (more with --frames)\n");
    } else if (!t->o->json) {
        buf_puts(t->out, "its registers cannot be read\n");
    }
    if (t->o->json)
        buf_puts(t->out, "]}");
}

static void put_cause(struct buf *b, const struct core_cause *c)
{
    const char *name = signal_name((int)c->signal);

    buf_puts(b, name ? "SIG" : "signal ");
    if (name)
        buf_puts(b, name);
    else
        buf_putu(b, c->signal);
    if (c->status) {
        buf_puts(b, ", fault 0x");
        buf_putx(b, c->status, 8);
        buf_puts(b, " at 0x");
        buf_putx(b, c->ip, 1);
        buf_puts(b, ", address 0x");
        buf_putx(b, c->address, 1);
    }
}

/* Files that were updated while the process ran: names out of them would be wrong. */
static void put_replaced(struct printer *t)
{
    const char *path;
    size_t i = 0;

    if (t->o->json) {
        buf_puts(t->out, "]");
        json_key(t->out, "replaced");
        buf_putc(t->out, '[');
    }
    while ((path = debug_images_replaced(t->s->p.images, &i)) != NULL) {
        if (t->o->json) {
            json_comma(t->out);
            json_strz(t->out, path);
        } else {
            buf_puts(t->out, "\nwarning: ");
            buf_puts(t->out, path);
            buf_puts(t->out, " is another build than the one in the process: no names are taken from it\n");
        }
    }
    if (t->o->json)
        buf_putc(t->out, ']');
}

void backtrace(struct subject *s, const struct backtrace_options *o, struct buf *out)
{
    struct printer t = { .s = s, .o = o, .out = out,
                         .frame = { .read = read_frame, .arg = s } };

    if (o->json) {
        buf_putc(out, '{');
        if (s->posix)
            number(out, "pid", s->info.pid);
        number(out, "winpid", s->p.winpid);
        string(out, "program", subject_program(s));
        if (s->cause.signal) {
            number(out, "signal", s->cause.signal);
            hex(out, "status", s->cause.status);
            hex(out, "fault_address", s->cause.address);
            hex(out, "fault_ip", s->cause.ip);
        }
        json_key(out, "threads");
        buf_putc(out, '[');
    } else {
        buf_puts(out, "process ");
        if (s->posix) {
            buf_putd(out, s->info.pid);
            buf_puts(out, ", ");
        }
        buf_puts(out, "Windows process ");
        buf_putu(out, s->p.winpid);
        buf_puts(out, ": ");
        buf_puts(out, subject_program(s));
        if (s->cause.signal) {
            buf_puts(out, ", ended by ");
            put_cause(out, &s->cause);
        } else if (s->posix && s->info.state == SHM_STATE_STOPPED) {
            buf_puts(out, ", stopped");
        }
        buf_putc(out, '\n');
    }
    for (size_t i = 0; i < s->p.nthreads; i++)
        put_thread(&t, i);
    put_replaced(&t);
    if (o->json)
        buf_puts(out, "}\n");
}
