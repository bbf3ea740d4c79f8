/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of the C library that newlib lacks here: timegm, ftw, basename, glob, memory and block copies. */
#include <dirent.h>
#include <ftw.h>
#include <glob.h>
#include <libgen.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

static char seen[1000];

static int visit(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "%s:%s:%d ", path + where->base,
             kind == FTW_D ? "D" : kind == FTW_DP ? "DP" : kind == FTW_F ? "F" : "?", where->level);
    return 0;
}

static int stop(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)path;
    (void)st;
    (void)where;
    return kind == FTW_F ? 42 : 0;
}

static void touch(const char *name)
{
    FILE *f = fopen(name, "w");

    if (f)
        fclose(f);
}

static void copies(void)
{
    static unsigned char a[9000], b[9000];
    unsigned seed = 1;
    int bad = 0;

    for (int i = 0; i < 20000; i++) {
        size_t n = rand_r(&seed) % (i % 8 ? 70 : 3000), to = rand_r(&seed) % 3000, from = rand_r(&seed) % 3000;

        a[rand_r(&seed) % 6000] = b[from + n] = (unsigned char)i;
        memcpy(b, a, sizeof(a));
        for (size_t k = 0; k < n; k++) /* what memmove has to do */
            b[to + k] = a[from + k];
        memmove(a + to, a + from, n);
        if (memcmp(a, b, sizeof(a)) != 0)
            bad++;
        memset(a + to, i, n / 2);
        for (size_t k = 0; k < sizeof(a); k++)
            if (a[k] != (k >= to && k < to + n / 2 ? (unsigned char)i : b[k]))
                bad++;
    }
    CHECK(bad == 0);
}

/* long double has its full precision in other threads, too. */
static void *precise(void *arg)
{
    volatile long double one = 1, three = 3;

    return one / three != (double)(one / three) ? &seen : arg;
}

int main(void)
{
    struct tm tm = { .tm_year = 100, .tm_mon = 1, .tm_mday = 30 };
    glob_t g;
    char path[PATH_MAX], here[PATH_MAX];
    char name[50];

    test("timegm is the inverse of gmtime, and normalises");
    CHECK(timegm(&tm) == 951868800 && tm.tm_mon == 2 && tm.tm_mday == 1);
    for (int64_t t = -5000000000; t < 5000000000; t += 77777777) {
        time_t in = t;

        gmtime_r(&in, &tm);
        if (timegm(&tm) != in)
            CHECK(timegm(&tm) == in);
    }

    test("basename and dirname");
    CHECK(strcmp(basename(strcpy(name, "/a/b/c/")), "c") == 0);
    CHECK(strcmp(dirname(strcpy(name, "/a/b/c/")), "/a/b") == 0);
    CHECK(strcmp(dirname(strcpy(name, "c")), ".") == 0);

    test("nftw");
    CHECK(mkdir("t", 0777) == 0 && mkdir("t/d", 0777) == 0);
    touch("t/d/f");
    CHECK(nftw("t", visit, 5, FTW_PHYS) == 0);
    CHECK(strcmp(seen, "t:D:0 d:D:1 f:F:2 ") == 0);
    seen[0] = 0;
    CHECK(nftw("t", visit, 5, FTW_PHYS | FTW_DEPTH) == 0);
    CHECK(strcmp(seen, "f:F:2 d:DP:1 t:DP:0 ") == 0);
    CHECK(nftw("t", stop, 5, 0) == 42);
    CHECK_ERR(ENOENT, nftw("nonesuch", visit, 5, 0));

    test("glob");
    touch("t/one.c");
    touch("t/two.c");
    touch("t/.hidden.c");
    CHECK(glob("t/*.c", 0, NULL, &g) == 0 && g.gl_pathc == 2 && strcmp(g.gl_pathv[1], "t/two.c") == 0);
    globfree(&g);
    CHECK(glob("t/{two,one}.c", GLOB_BRACE, NULL, &g) == 0 && g.gl_pathc == 2 && strcmp(g.gl_pathv[0], "t/two.c") == 0);
    globfree(&g);
    CHECK(glob("t/*", GLOB_MARK, NULL, &g) == 0 && g.gl_pathc == 3 && strcmp(g.gl_pathv[0], "t/d/") == 0);
    CHECK(glob("*/d/?", GLOB_APPEND, NULL, &g) == 0 && g.gl_pathc == 4 && strcmp(g.gl_pathv[3], "t/d/f") == 0);
    globfree(&g);
    CHECK(glob("no*such", GLOB_NOCHECK, NULL, &g) == 0 && strcmp(g.gl_pathv[0], "no*such") == 0);
    globfree(&g);
    CHECK(glob("t/*.nonesuch", 0, NULL, &g) == GLOB_NOMATCH);

    test("realpath");
    CHECK(getcwd(here, sizeof(here)) != NULL);
    strcat(here, "/t/d/f");
    CHECK(realpath("t/../t/./d//f", path) == path && strcmp(path, here) == 0);
    CHECK(!realpath("t/nonesuch", path) && errno == ENOENT);
    CHECK(!realpath("", path) && errno == ENOENT);

    test("posix_memalign");
    void *p = NULL;
    CHECK(posix_memalign(&p, 4096, 100) == 0 && ((uintptr_t)p & 4095) == 0);
    free(p);
    CHECK(posix_memalign(&p, 3, 100) == EINVAL);

    test("memcpy, memmove, memset");
    copies();

    test("long double");
    volatile long double one = 1, three = 3;
    CHECK(fabsl(expl(one) - 2.71828182845904523536028747L) < 1e-18L);
    CHECK(fabsl(one / three * 3 - 1) < 1e-18L && one / three != (double)(one / three));
    pthread_t thread;
    void *full = NULL;
    CHECK(pthread_create(&thread, NULL, precise, NULL) == 0 && pthread_join(thread, &full) == 0 && full);
    CHECK(powl(-2, 3) == -8 && floorl(-2.5L) == -3 && lroundl(2.5L) == 3 && fmodl(7.5L, three) == 1.5L);
    return test_done();
}
