/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of /proc about the machine. */
#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#include "mounts.h"
#include "nt.h"
#include "nt/nt_system.h"
#include "nt_peek.h"
#include "path.h"
#include "proc.h"
#include "procfs_internal.h"
#include "shm.h"

#define EPOCH 116444736000000000ul
#define CPUS 64

static int self_link(const struct procfs_target *t, struct buf *out)
{
    buf_putu(out, (uint64_t)me.pid);
    return 0;
}

static int mounts_link(const struct procfs_target *t, struct buf *out)
{
    buf_puts(out, "self/mounts");
    return 0;
}

static int version(const struct procfs_target *t, struct buf *out)
{
    struct utsname u;

    if (uname(&u) < 0)
        return -ENOSYS;
    procfs_printf(out, "%s version %s (%s) %s\n", u.sysname, u.release, u.machine, u.version);
    return 0;
}

static int filesystems(const struct procfs_target *t, struct buf *out)
{
    buf_puts(out, "\tntfs\n\trefs\n\tvfat\n\texfat\n\tiso9660\nnodev\tsmbfs\nnodev\tproc\nnodev\tdev\n");
    return 0;
}

static int uptime(const struct procfs_target *t, struct buf *out)
{
    struct nt_cpu_time v[CPUS];
    unsigned n = nt_cpu_times(v, CPUS);
    uint64_t boot = nt_boot_time(), now = nt_time(), up = boot && boot < now ? now - boot : nt_uptime(), idle = 0;

    for (unsigned i = 0; i < n; i++)
        idle += v[i].idle;
    procfs_printf(out, "%lu.%02lu %lu.%02lu\n", up / 10000000, up / 100000 % 100, idle / 10000000, idle / 100000 % 100);
    return 0;
}

static void cpu_line(struct buf *out, const char *name, const struct nt_cpu_time *v)
{
    procfs_printf(out, "%s %lu 0 %lu %lu 0 0 0 0 0 0\n", name, procfs_ticks(v->user), procfs_ticks(v->kernel),
                  procfs_ticks(v->idle));
}

static int stat(const struct procfs_target *t, struct buf *out)
{
    struct nt_cpu_time v[CPUS], sum = { 0 };
    unsigned n = nt_cpu_times(v, CPUS);
    uint64_t boot = nt_boot_time();
    char name[16] = "cpu";

    for (unsigned i = 0; i < n; i++) {
        sum.idle += v[i].idle;
        sum.kernel += v[i].kernel;
        sum.user += v[i].user;
    }
    cpu_line(out, "cpu ", &sum);
    for (unsigned i = 0; i < n; i++) {
        name[3] = (char)('0' + i / 10);
        name[4] = (char)('0' + i % 10);
        cpu_line(out, i < 10 ? (name[3] = name[4], name[4] = 0, name) : name, &v[i]);
    }
    procfs_printf(out, "ctxt 0\nbtime %lu\nprocesses %lu\nprocs_running 1\nprocs_blocked 0\n",
                  boot > EPOCH ? (boot - EPOCH) / 10000000 : 0ul, shm_index ? shm_index->forks + shm_index->spawns : 0);
    return 0;
}

static int count_pid(void *arg, pid_t pid)
{
    ++*(unsigned *)arg;
    return 0;
}

/* Windows keeps no such average: what can be said is how many processes there are. */
static int loadavg(const struct procfs_target *t, struct buf *out)
{
    unsigned n = 0;

    proc_each(count_pid, &n);
    procfs_printf(out, "0.00 0.00 0.00 1/%u %d\n", n, shm_index ? (int)shm_index->next_pid + 1 : me.pid);
    return 0;
}

static int meminfo(const struct procfs_target *t, struct buf *out)
{
    uint64_t total, available, swap, swap_free;

    nt_memory(&total, &available);
    nt_swap(&swap, &swap_free);
    procfs_printf(out, "MemTotal:     %10lu kB\nMemFree:      %10lu kB\nMemAvailable: %10lu kB\n", total / 1024,
                  available / 1024, available / 1024);
    procfs_printf(out, "Buffers:      %10u kB\nCached:       %10u kB\nSwapCached:   %10u kB\n", 0, 0, 0);
    procfs_printf(out, "SwapTotal:    %10lu kB\nSwapFree:     %10lu kB\n", swap / 1024, swap_free / 1024);
    return 0;
}

static int swaps(const struct procfs_target *t, struct buf *out)
{
    uint64_t total, free;

    nt_swap(&total, &free);
    buf_puts(out, "Filename\t\t\t\tType\t\tSize\tUsed\tPriority\n");
    if (total)
        procfs_printf(out, "%-40s%s\t\t%lu\t%lu\t%d\n", "pagefile.sys", "file", total / 1024, (total - free) / 1024, 0);
    return 0;
}

static void cpuid(unsigned leaf, unsigned sub, unsigned r[4])
{
    __asm__ volatile("cpuid" : "=a"(r[0]), "=b"(r[1]), "=c"(r[2]), "=d"(r[3]) : "a"(leaf), "c"(sub));
}

struct feature {
    uint8_t leaf, reg, bit; /* leaf: 1, 7 or 0x81 for 0x80000001; reg: 1 ebx, 2 ecx, 3 edx */
    const char *name;
};

static const struct feature features[] = {
    { 1, 3, 0, "fpu" }, { 1, 3, 4, "tsc" }, { 1, 3, 5, "msr" }, { 1, 3, 6, "pae" }, { 1, 3, 8, "cx8" },
    { 1, 3, 9, "apic" }, { 1, 3, 15, "cmov" }, { 1, 3, 19, "clflush" }, { 1, 3, 23, "mmx" }, { 1, 3, 24, "fxsr" },
    { 1, 3, 25, "sse" }, { 1, 3, 26, "sse2" }, { 1, 3, 28, "ht" }, { 0x81, 3, 11, "syscall" }, { 0x81, 3, 20, "nx" },
    { 0x81, 3, 27, "rdtscp" }, { 0x81, 3, 29, "lm" }, { 1, 2, 0, "pni" }, { 1, 2, 1, "pclmulqdq" },
    { 1, 2, 9, "ssse3" }, { 1, 2, 12, "fma" }, { 1, 2, 13, "cx16" }, { 1, 2, 19, "sse4_1" }, { 1, 2, 20, "sse4_2" },
    { 1, 2, 22, "movbe" }, { 1, 2, 23, "popcnt" }, { 1, 2, 25, "aes" }, { 1, 2, 26, "xsave" }, { 1, 2, 28, "avx" },
    { 1, 2, 29, "f16c" }, { 1, 2, 30, "rdrand" }, { 1, 2, 31, "hypervisor" }, { 0x81, 2, 0, "lahf_lm" },
    { 0x81, 2, 5, "abm" }, { 7, 1, 0, "fsgsbase" }, { 7, 1, 3, "bmi1" }, { 7, 1, 5, "avx2" }, { 7, 1, 8, "bmi2" },
    { 7, 1, 9, "erms" }, { 7, 1, 16, "avx512f" }, { 7, 1, 18, "rdseed" }, { 7, 1, 19, "adx" }, { 7, 1, 29, "sha_ni" },
};

struct cpu {
    char vendor[13], brand[49];
    unsigned one[4], seven[4], extended[4];
};

static void cpu_read(struct cpu *c)
{
    unsigned r[4], highest;

    memset(c, 0, sizeof(*c));
    cpuid(0, 0, r);
    highest = r[0];
    memcpy(c->vendor, &r[1], 4);
    memcpy(c->vendor + 4, &r[3], 4);
    memcpy(c->vendor + 8, &r[2], 4);
    cpuid(1, 0, c->one);
    if (highest >= 7)
        cpuid(7, 0, c->seven);
    cpuid(0x80000000u, 0, r);
    if (r[0] >= 0x80000001u)
        cpuid(0x80000001u, 0, c->extended);
    for (unsigned i = 0; i < 3 && r[0] >= 0x80000004u; i++)
        cpuid(0x80000002u + i, 0, (unsigned *)(c->brand + 16 * i));
}

static int cpuinfo(const struct procfs_target *t, struct buf *out)
{
    unsigned n = nt_cpus(), family, model;
    struct cpu c;

    cpu_read(&c);
    family = c.one[0] >> 8 & 15;
    model = (c.one[0] >> 4 & 15) | (family == 6 || family == 15 ? c.one[0] >> 12 & 0xf0 : 0);
    family += family == 15 ? c.one[0] >> 20 & 255 : 0;
    for (unsigned i = 0; i < n; i++) {
        procfs_printf(out, "processor\t: %u\nvendor_id\t: %s\ncpu family\t: %u\nmodel\t\t: %u\nmodel name\t: %s\n"
                      "stepping\t: %u\n", i, c.vendor, family, model, c.brand + strspn(c.brand, " "), c.one[0] & 15);
        procfs_printf(out, "physical id\t: 0\nsiblings\t: %u\ncore id\t\t: %u\ncpu cores\t: %u\nfpu\t\t: yes\nflags\t\t:",
                      n, i, n);
        for (size_t k = 0; k < ARRAY_SIZE(features); k++) {
            const struct feature *f = &features[k];
            const unsigned *r = f->leaf == 1 ? c.one : f->leaf == 7 ? c.seven : c.extended;

            if (r[f->reg] >> f->bit & 1)
                procfs_printf(out, " %s", f->name);
        }
        buf_puts(out, "\n\n");
    }
    return 0;
}

const struct procfs_row procfs_root[] = {
    { "cpuinfo", PROCFS_FILE, cpuinfo },
    { "filesystems", PROCFS_FILE, filesystems },
    { "loadavg", PROCFS_FILE, loadavg },
    { "meminfo", PROCFS_FILE, meminfo },
    { "mounts", PROCFS_LINK, mounts_link },
    { "registry", PROCFS_DIR, NULL },
    { "self", PROCFS_LINK, self_link },
    { "stat", PROCFS_FILE, stat },
    { "swaps", PROCFS_FILE, swaps },
    { "uptime", PROCFS_FILE, uptime },
    { "version", PROCFS_FILE, version },
    { NULL, PROCFS_NONE, NULL },
};
