/* SPDX-License-Identifier: BSD-2-Clause */
/* What a core or a process tells besides its stacks, as text: signals, descriptors, memory, events. */
#include <stdio.h>
#include <string.h>

#include "dumper/dumper.h"
#include "lib/proc/signal.h"
#include "lib/tool/out.h"
#include "lib/trace/reader_tail.h"

static void line(struct buf *b, const char *key, const char *value)
{
    buf_puts(b, key);
    buf_puts(b, ": ");
    buf_puts(b, value);
    buf_putc(b, '\n');
}

static void sigset(struct buf *b, const char *key, uint64_t set)
{
    buf_puts(b, key);
    buf_puts(b, ": ");
    trace_value_sigset(b, set, false);
    buf_putc(b, '\n');
}

static void put_ids(struct subject *s, struct buf *b)
{
    const struct proc_info *p = &s->info;
    char text[160];

    snprintf(text, sizeof text, "%d, parent %d, group %d, session %d, Windows process %u", p->pid, p->ppid,
             p->pgid, p->sid, p->winpid);
    line(b, "process", text);
    line(b, "program", s->text.p + p->program);
    buf_puts(b, "arguments:");
    for (size_t at = p->cmdline; at < p->cmdline_end; at += strlen(s->text.p + at) + 1) {
        buf_putc(b, ' ');
        json_strz(b, s->text.p + at);
    }
    buf_putc(b, '\n');
    line(b, "state", proc_state_name(p));
    snprintf(text, sizeof text, "uid %u, gid %u, euid %u, egid %u, umask %04o", p->uid, p->gid, p->euid,
             p->egid, p->umask);
    line(b, "user", text);
    if (p->fork_stage) {
        snprintf(text, sizeof text, "in stage %u of a fork", p->fork_stage);
        line(b, "fork", text);
    }
    sigset(b, "blocked", p->sig_blocked);
    sigset(b, "pending", p->sig_pending);
    sigset(b, "caught", p->sig_caught);
    sigset(b, "ignored", p->sig_ignored);
}

static void put_fds(struct subject *s, struct buf *b)
{
    struct proc_fd fd;
    int r;

    buf_puts(b, "\ndescriptors\n");
    for (unsigned i = 0; (r = proc_fd_at(s->section.p, s->section.len, i, &fd)) >= 0; i++) {
        char text[64];

        if (!r)
            continue;
        snprintf(text, sizeof text, "%4d %-9s flags 0x%x ", fd.fd, proc_fd_kind(fd.kind), fd.flags);
        buf_puts(b, text);
        if (fd.cut)
            buf_puts(b, "...");
        buf_puts(b, fd.name);
        buf_putc(b, '\n');
    }
}

static void put_modules(struct subject *s, struct buf *b)
{
    buf_puts(b, "\nmodules\n");
    for (size_t i = 0; i < s->p.nmodules; i++) {
        const struct debug_module *m = &s->p.modules[i];
        char text[64];

        snprintf(text, sizeof text, "%016llx %8llx ", (unsigned long long)m->base,
                 (unsigned long long)m->size);
        buf_puts(b, text);
        buf_puts(b, m->path);
        buf_putc(b, '\n');
    }
}

static const char *protection(uint32_t p)
{
    switch (p & 0xff) {
    case 0x02:
        return "r--";
    case 0x04:
        return "rw-";
    case 0x08:
        return "rc-"; /* copy on write */
    case 0x10:
        return "--x";
    case 0x20:
        return "r-x";
    case 0x40:
        return "rwx";
    case 0x80:
        return "rcx";
    default:
        return "---";
    }
}

static void put_map(struct subject *s, struct buf *b)
{
    struct core_item note;
    uint64_t at = 0;

    if (!s->from_core)
        return;
    while (core_next_note(&s->core, &at, &note)) {
        if (strcmp(note.name, CORE_OWNER) || note.type != CORE_NOTE_MAP)
            continue;
        buf_puts(b, "\nmemory\n");
        for (size_t i = 0; i + sizeof(struct core_map) <= note.size; i += sizeof(struct core_map)) {
            struct core_map m;
            char text[100];

            memcpy(&m, note.data + i, sizeof m);
            snprintf(text, sizeof text, "%016llx %10llx %s %s%s\n", (unsigned long long)m.base,
                     (unsigned long long)m.size, protection(m.protect),
                     m.type == 0x1000000 ? "image" : m.type == 0x40000 ? "mapped" : "private",
                     m.stored ? "" : ", not in the core");
            buf_puts(b, text);
        }
    }
}

/* ---- events ---- */

void describe_events(struct subject *s, size_t n, bool json, struct buf *out)
{
    if (s->ring.len)
        trace_tail(out, s->ring.p, s->ring.len, n, s->p.winpid, json ? &trace_format_json : &trace_format_text);
}

void describe(struct subject *s, const struct backtrace_options *o, struct buf *out)
{
    struct core_item note;
    uint64_t at = 0;

    while (s->from_core && core_next_note(&s->core, &at, &note))
        if (!strcmp(note.name, CORE_OWNER) && note.type == CORE_NOTE_INFO)
            buf_put(out, note.data, note.size);
    if (s->posix)
        put_ids(s, out);
    buf_putc(out, '\n');
    backtrace(s, o, out);
    if (s->posix)
        put_fds(s, out);
    put_modules(s, out);
    put_map(s, out);
    if (s->ring.len) {
        buf_puts(out, "\nlast events\n");
        describe_events(s, 200, false, out);
    }
}
