/* SPDX-License-Identifier: BSD-2-Clause */
/* compare: stdout */
/* The walk of file trees by fts: order, kinds, cycles, options. */
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void make_file(const char *name)
{
    int fd = open(name, O_CREAT | O_WRONLY, 0644);

    CHECK(fd >= 0 && write(fd, "x", 1) == 1 && close(fd) == 0);
}

static void walk(int options, char *const *paths, const char *skip)
{
    FTS *fts = fts_open(paths, options, by_name);
    FTSENT *e;

    CHECK(fts != NULL);
    while (fts && (e = fts_read(fts))) {
        printf("# %d %d %s %s\n", e->fts_info, (int)e->fts_level, e->fts_path, e->fts_name);
        if (skip && e->fts_info == FTS_D && strcmp(e->fts_name, skip) == 0)
            CHECK(fts_set(fts, e, FTS_SKIP) == 0);
    }
    CHECK(errno == 0);
    CHECK(fts && fts_close(fts) == 0);
}

int main(void)
{
    char *const both[] = { "t", "single", NULL }, *const one[] = { "t", NULL };
    char *const missing[] = { "nowhere", NULL };
    FTS *fts;
    FTSENT *e;

    CHECK(mkdir("t", 0755) == 0 && mkdir("t/b", 0755) == 0 && mkdir("t/b/deep", 0755) == 0);
    CHECK(mkdir("t/empty", 0755) == 0);
    make_file("t/a");
    make_file("t/b/f");
    make_file("t/b/deep/g");
    make_file("single");
    CHECK(symlink("b", "t/link") == 0 && symlink("nowhere", "t/dangling") == 0);
    CHECK(symlink("..", "t/b/up") == 0);

    test("physical");
    walk(FTS_PHYSICAL | FTS_NOCHDIR, both, NULL);
    test("logical, with a cycle");
    walk(FTS_LOGICAL | FTS_NOCHDIR, one, NULL);
    test("a directory left out");
    walk(FTS_PHYSICAL | FTS_NOCHDIR, one, "b");
    test("with . and ..");
    walk(FTS_PHYSICAL | FTS_NOCHDIR | FTS_SEEDOT, one, "b");
    test("what is not there");
    walk(FTS_PHYSICAL | FTS_NOCHDIR, missing, NULL);

    test("fts_children, and an early end");
    CHECK((fts = fts_open(one, FTS_PHYSICAL | FTS_NOCHDIR, by_name)) != NULL);
    CHECK((e = fts_children(fts, 0)) != NULL && strcmp(e->fts_name, "t") == 0);
    CHECK(fts_read(fts) != NULL);
    for (e = fts_children(fts, 0); e; e = e->fts_link)
        printf("# child %s %d\n", e->fts_name, e->fts_info);
    CHECK((e = fts_read(fts)) != NULL && strcmp(e->fts_name, "a") == 0);
    CHECK(e && e->fts_statp->st_size == 1);
    CHECK(fts_close(fts) == 0);

    test("follow one link only");
    CHECK((fts = fts_open(one, FTS_PHYSICAL | FTS_NOCHDIR, by_name)) != NULL);
    while ((e = fts_read(fts))) {
        if (e->fts_info == FTS_SL && strcmp(e->fts_name, "link") == 0)
            CHECK(fts_set(fts, e, FTS_FOLLOW) == 0);
        else if (e->fts_info != FTS_SL)
            printf("# %d %s\n", e->fts_info, e->fts_path);
    }
    CHECK(fts_close(fts) == 0);

    test("wrong options");
    CHECK_ERR(EINVAL, fts_open(one, 0x10000, NULL) ? 0 : -1);
    return test_done();
}
