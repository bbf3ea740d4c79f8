/* SPDX-License-Identifier: BSD-2-Clause */
/* Program of updates.sh, the package manager: for SECONDS it replaces, overwrites, deletes the files of the
 * program that forks there, in every way, and puts others in their place. Ends with a line of counts. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "soak.h"

#define VERSIONS 3

static const char *const dlls[] = { "cygone.dll", "cygtwo.dll", "cygthree.dll", "cygplug.dll",
                                    "sub/cygplug.dll" };
#define DLLS (sizeof(dlls) / sizeof(*dlls))
static const char *runtime; /* where it is installed */

static unsigned refused, overwritten, bad;

static void complain(const char *what, const char *name)
{
    printf("# %s %s: %s\n", what, name, strerror(errno));
    bad++;
}

static char *joined(const char *a, const char *b)
{
    char *out = NULL;

    if (asprintf(&out, "%s%s", a, b) < 0)
        exit(9);
    return out;
}

static int write_file(const char *from, const char *to, int flags)
{
    static char buf[65536];
    int in = open(from, O_RDONLY), out = in < 0 ? -1 : open(to, O_WRONLY | flags, 0755), r = out < 0 ? -1 : 0;
    int err = errno;
    ssize_t n;

    while (r == 0 && (n = read(in, buf, sizeof(buf))) > 0)
        if (write(out, buf, (size_t)n) != n)
            r = -1;
    close(in);
    if (out >= 0)
        close(out);
    errno = err;
    return r;
}

/* The old file gets another name; who has it open keeps it. */
static void aside(const char *name)
{
    static unsigned serial;
    char suffix[24], *to;

    snprintf(suffix, sizeof(suffix), ".old.%u", ++serial);
    to = joined(name, suffix);
    if (rename(name, to) != 0 && errno != ENOENT)
        complain("rename", name);
    unlink(to); /* in use: perhaps it stays, as with package managers */
    free(to);
}

/* The new one is complete when it appears. */
static void install(const char *name, const char *by)
{
    char *fresh = joined(name, ".new");

    if (write_file(by, fresh, O_CREAT | O_TRUNC) != 0)
        complain("write", fresh);
    else if (rename(fresh, name) != 0)
        complain("install", name);
    free(fresh);
}

static char *version_of(const char *name, int v)
{
    char dir[16];

    snprintf(dir, sizeof(dir), "v%d/", v);
    return joined(dir, strcmp(name, runtime) == 0 ? "isthmus1.dll" : name);
}

static void replace(const char *name, int v)
{
    char *by = version_of(name, v);

    aside(name);
    install(name, by);
    free(by);
}

static void replace_all(int v)
{
    for (size_t i = 0; i < DLLS; i++)
        replace(dlls[i], v);
    replace("versions.exe", v);
}

/* ---- the ways ---- */

static int random_version(void)
{
    return 1 + (int)(soak_random() % VERSIONS);
}

static const char *any_dll(void)
{
    return dlls[soak_random() % DLLS];
}

static void one(void)
{
    replace(any_dll(), random_version());
}

/* Only what nobody has loaded may be overwritten; Windows refuses the rest. */
static void overwrite(void)
{
    static unsigned calls; /* at first each, since all are loaded then */
    const char *name = calls < DLLS ? dlls[calls] : calls == DLLS ? runtime : any_dll();
    char *by = version_of(name, random_version());

    if (calls++ < DLLS)
        overwrite();
    if (write_file(by, name, O_TRUNC) == 0)
        overwritten++;
    else
        refused++;
    free(by);
}

static void delete(void)
{
    const char *name = any_dll();

    if (unlink(name) != 0 && errno != ENOENT)
        aside(name);
    usleep(200000); /* gone for a while: for others to meet */
    replace(name, random_version());
}

static void twice(void)
{
    int v = random_version();

    replace_all(v);
    replace_all(v % VERSIONS + 1);
}

static void the_runtime(void)
{
    replace(runtime, random_version());
}

static void the_program(void)
{
    replace("versions.exe", random_version());
}

static void downgrade(void)
{
    replace_all(3);
    usleep(100000);
    replace_all(1);
}

static void all_at_once(void)
{
    int v = random_version();

    replace(runtime, v);
    replace_all(v);
}

static const struct {
    void (*fn)(void);
    const char *name;
} ways[] = {
    { overwrite, "overwritten" }, { one, "renamed away and replaced" }, { delete, "deleted" },
    { twice, "updated twice in a row" }, { the_runtime, "isthmus1.dll updated" },
    { the_program, "the program updated" }, { downgrade, "downgraded" }, { all_at_once, "all at once" },
};
#define WAYS (sizeof(ways) / sizeof(*ways))

int main(int argc, char **argv)
{
    unsigned count[WAYS] = { 0 }, n = 0;
    double end = clock_now() + (argc > 2 ? atof(argv[1]) : 1);

    if (argc < 3)
        return 2;
    runtime = argv[2];
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (; clock_now() < end || n < WAYS; n++) {
        unsigned way = n % WAYS;

        ways[way].fn();
        count[way]++;
        usleep(50000 + soak_random() % 300000); /* the pace of the updates, no condition */
    }
    for (size_t i = 0; i < WAYS; i++)
        printf("%s %u\n", ways[i].name, count[i]);
    printf("updates: %u; overwriting was refused %u times and worked %u times, on files that nobody has loaded; %u bad\n",
           n, refused, overwritten, bad);
    return bad != 0;
}
