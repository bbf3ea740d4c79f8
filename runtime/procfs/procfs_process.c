/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of /proc/<pid>. What is of the process's memory is in procfs_memory.c. */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "lib/text/utf.h"
#include "mounts.h"
#include "nt.h"
#include "nt_peek.h"
#include "proc.h"
#include "procfs_internal.h"
#include "shm.h"

#define PAGE 4096u
#define NO_LIMIT 18446744073709551615ul

static const char *text_at(const struct procfs_target *t, size_t at)
{
    return t->text.p ? t->text.p + at : "";
}

/* Name of the program as ps knows it: without folder and suffix, 15 bytes. */
static void comm_of(const struct procfs_target *t, char name[16])
{
    const char *s = text_at(t, t->info.program), *slash = strrchr(s, '/');
    size_t n;

    if (slash)
        s = slash + 1;
    n = strlen(s);
    if (n > 4 && !strcasecmp(s + n - 4, ".exe"))
        n -= 4;
    if (n > 15)
        n = 15;
    memcpy(name, s, n);
    name[n] = 0;
}

static char state_of(const struct procfs_target *t)
{
    return t->info.alive ? proc_state_letter(&t->info) : 'Z';
}

static int comm(const struct procfs_target *t, struct buf *out)
{
    char name[16];

    comm_of(t, name);
    procfs_printf(out, "%s\n", name);
    return 0;
}

static int cmdline(const struct procfs_target *t, struct buf *out)
{
    if (t->info.alive)
        buf_put(out, text_at(t, t->info.cmdline), t->info.cmdline_end - t->info.cmdline);
    return 0;
}

static int exe(const struct procfs_target *t, struct buf *out)
{
    const char *s = text_at(t, t->info.program);

    if (!*s || !t->info.alive)
        return -ENOENT;
    buf_puts(out, s);
    return 0;
}

static int mounts(const struct procfs_target *t, struct buf *out)
{
    return mounts_text(out);
}

struct usage {
    struct nt_counters mem;
    uint64_t user, sys;
};

/* Zeros for what cannot be had. */
static void usage_of(const struct procfs_target *t, struct usage *u)
{
    memset(u, 0, sizeof(*u));
    u->user = t->info.user_time;
    u->sys = t->info.sys_time;
    if (!t->process)
        return;
    nt_peek_counters(t->process, &u->mem);
    nt_process_times(t->process, &u->user, &u->sys);
}

static int tty_of(const struct procfs_target *t)
{
    return t->info.tty < 0 ? 0 : 136 << 8 | (t->info.tty & 0xff);
}

static unsigned threads_of(const struct procfs_target *t)
{
    return !t->info.alive ? 1 : t->info.nthreads ? t->info.nthreads : 1;
}

static int stat(const struct procfs_target *t, struct buf *out)
{
    const struct proc_info *i = &t->info;
    uint64_t boot = nt_boot_time();
    struct usage u;
    char name[16];

    comm_of(t, name);
    usage_of(t, &u);
    /* 1..13: to cmajflt; 14..20: times to num_threads */
    procfs_printf(out, "%d (%s) %c %d %d %d %d %d 0 %lu 0 0 0", i->pid, name, state_of(t), i->ppid, i->pgid, i->sid,
                  tty_of(t), -1, u.mem.faults);
    procfs_printf(out, " %lu %lu 0 0 20 0 %u", procfs_ticks(u.user), procfs_ticks(u.sys), threads_of(t));
    /* 21..25: itrealvalue, starttime, vsize, rss, rsslim; 26..30: addresses */
    procfs_printf(out, " 0 %lu %lu %lu %lu 0 0 0 0 0", boot && i->started > boot ? procfs_ticks(i->started - boot) : 0,
                  u.mem.virtual, u.mem.resident / PAGE, NO_LIMIT);
    /* 31..34: signals; 35..52 */
    procfs_printf(out, " %lu %lu %lu %lu 0 0 0 %d 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n", i->sig_pending & 0x7fffffff,
                  i->sig_blocked & 0x7fffffff, i->sig_ignored & 0x7fffffff, i->sig_caught & 0x7fffffff, SIGCHLD);
    return 0;
}

static int statm(const struct procfs_target *t, struct buf *out)
{
    struct usage u;

    usage_of(t, &u);
    procfs_printf(out, "%lu %lu 0 0 0 %lu 0\n", u.mem.virtual / PAGE, u.mem.resident / PAGE, u.mem.private / PAGE);
    return 0;
}

static const char *state_name(char letter)
{
    static const struct {
        char letter;
        const char *name;
    } rows[] = { { 'R', "running" }, { 'S', "sleeping" }, { 'T', "stopped" }, { 'Z', "zombie" } };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        if (rows[i].letter == letter)
            return rows[i].name;
    return "unknown";
}

static int status(const struct procfs_target *t, struct buf *out)
{
    const struct proc_info *i = &t->info;
    char name[16], state = state_of(t);
    struct usage u;

    comm_of(t, name);
    usage_of(t, &u);
    procfs_printf(out, "Name:\t%s\nUmask:\t%04o\nState:\t%c (%s)\nTgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t%d\nTracerPid:\t0\n",
                  name, i->umask, state, state_name(state), i->pid, i->pid, i->ppid);
    procfs_printf(out, "Uid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\nFDSize:\t%u\n", i->uid, i->euid, i->euid, i->euid,
                  i->gid, i->egid, i->egid, i->egid, SHM_MAX_FDS);
    procfs_printf(out, "VmPeak:\t%8lu kB\nVmSize:\t%8lu kB\nVmHWM:\t%8lu kB\nVmRSS:\t%8lu kB\nVmData:\t%8lu kB\n",
                  u.mem.peak_virtual / 1024, u.mem.virtual / 1024, u.mem.peak_resident / 1024, u.mem.resident / 1024,
                  u.mem.private / 1024);
    procfs_printf(out, "Threads:\t%u\nSigPnd:\t%016lx\nSigBlk:\t%016lx\nSigIgn:\t%016lx\nSigCgt:\t%016lx\n",
                  threads_of(t), i->sig_pending, i->sig_blocked, i->sig_ignored, i->sig_caught);
    return 0;
}

/* ---- what Windows knows it by ---- */

static int winpid(const struct procfs_target *t, struct buf *out)
{
    procfs_printf(out, "%u\n", t->info.winpid);
    return 0;
}

static int ids(const struct procfs_target *t, struct buf *out, int32_t value)
{
    procfs_printf(out, "%d\n", value);
    return 0;
}

static int ppid(const struct procfs_target *t, struct buf *out)
{
    return ids(t, out, t->info.ppid);
}

static int pgid(const struct procfs_target *t, struct buf *out)
{
    return ids(t, out, t->info.pgid);
}

static int sid(const struct procfs_target *t, struct buf *out)
{
    return ids(t, out, t->info.sid);
}

static int uid(const struct procfs_target *t, struct buf *out)
{
    return ids(t, out, (int32_t)t->info.uid);
}

static int gid(const struct procfs_target *t, struct buf *out)
{
    return ids(t, out, (int32_t)t->info.gid);
}

/* ---- descriptors ---- */

/* As Linux names what has no name. */
int procfs_fd_target(const struct procfs_target *t, int fd, struct buf *out)
{
    struct proc_fd f;
    int r = proc_fd_at(t->section, t->size, (unsigned)fd, &f);
    const char *label;

    if (r <= 0 || !t->info.alive)
        return -ENOENT;
    label = proc_fd_kind(f.kind);
    if (f.name[0] && !f.cut)
        buf_puts(out, f.name);
    else if (f.name[0])
        procfs_printf(out, "...%s", f.name);
    else if (!strcmp(label, "pipe") || !strcmp(label, "socket"))
        procfs_printf(out, "%s:[%u]", label, f.ino);
    else
        procfs_printf(out, "anon_inode:[%s]", label);
    return 0;
}

const struct procfs_row procfs_process[] = {
    { "cmdline", PROCFS_FILE, cmdline },
    { "comm", PROCFS_FILE, comm },
    { "cwd", PROCFS_LINK, procfs_cwd },
    { "environ", PROCFS_FILE, procfs_environ },
    { "exe", PROCFS_LINK, exe },
    { "fd", PROCFS_DIR, NULL },
    { "gid", PROCFS_FILE, gid },
    { "maps", PROCFS_FILE, procfs_maps },
    { "mounts", PROCFS_FILE, mounts },
    { "pgid", PROCFS_FILE, pgid },
    { "ppid", PROCFS_FILE, ppid },
    { "root", PROCFS_LINK, procfs_root_dir },
    { "sid", PROCFS_FILE, sid },
    { "stat", PROCFS_FILE, stat },
    { "statm", PROCFS_FILE, statm },
    { "status", PROCFS_FILE, status },
    { "uid", PROCFS_FILE, uid },
    { "winpid", PROCFS_FILE, winpid },
    { NULL, PROCFS_NONE, NULL },
};
