/* SPDX-License-Identifier: BSD-2-Clause */
/* Lexical normalisation of POSIX names. */
#include <stdlib.h>

#include "lib/path/path.h"
#include "tap.h"

static void *mem(void *p, size_t n)
{
    if (!n) {
        free(p);
        return NULL;
    }
    return realloc(p, n);
}

#define S PATH_TRAILING_SLASH
#define D PATH_DOTDOT
#define A PATH_ABSOLUTE

static const struct {
    const char *cwd, *path, *want;
    unsigned info;
} rows[] = {
    { "/", "/", "/", A | S },
    { "/", "//", "/", A | S },
    { "/", "///", "/", A | S },
    { "/", ".", "/", S },
    { "/", "..", "/", S },
    { "/", "a", "/a", 0 },
    { "/", "a/", "/a", S },
    { "/", "a//", "/a", S },
    { "/", "a/.", "/a", S },
    { "/", "./a", "/a", 0 },
    { "/x", "a", "/x/a", 0 },
    { "/x", "../a", "/a", D },
    { "/x", "../../../a", "/a", D },
    { "/x/y", "..", "/x", S | D },
    { "/x/y", "../", "/x", S | D },
    { "/x/y", "/a/b/../c", "/a/c", A | D },
    { "/x/y", "/a/b/..", "/a", A | S | D },
    { "/x", "/a///b//c/", "/a/b/c", A | S },
    { "/x", "/../a", "/a", A },
    { "/x", "...", "/x/...", 0 },
    { "/x", ".a", "/x/.a", 0 },
    { "/x", "..a", "/x/..a", 0 },
    { "/x", "a..", "/x/a..", 0 },
    { "/x", "//s/h/a", "//s/h/a", A },
    { "/x", "//s/h/../../..", "//s", A | S | D },
    { "/x", "///s/h", "/s/h", A },
    { "//s/h", "a", "//s/h/a", 0 },
    { "//s/h", "../../../a", "//s/a", D },
    { "/x", "a\\b", "/x/a\\b", 0 },
    { "/x", "//s/", "//s", A | S },
    { "/x", "//../c", "/c", A },
    { "/x", "//./c", "/c", A },
    { "/x", "//..", "/", A | S },
    { "/x", "//...", "//...", A },
};

int main(void)
{
    struct buf out, big;
    unsigned info;

    buf_init(&out, mem, NULL, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        test("%s in %s", rows[i].path, rows[i].cwd);
        CHECK_EQ(0, path_normalize(&out, rows[i].cwd, rows[i].path, &info));
        CHECK_STR(rows[i].want, out.p);
        CHECK_EQ(rows[i].info, info);
    }
    test("errors");
    CHECK_EQ(-ENOENT, path_normalize(&out, "/", "", NULL));
    buf_init(&big, mem, NULL, 0);
    buf_pad(&big, 'x', PATH_POSIX_MAX + 1);
    CHECK_EQ(-ENAMETOOLONG, path_normalize(&out, "/", big.p, NULL));
    buf_cut(&big, PATH_POSIX_MAX);
    CHECK_EQ(-ENAMETOOLONG, path_normalize(&out, "/", big.p, NULL));
    buf_cut(&big, PATH_POSIX_MAX - 1);
    CHECK_EQ(0, path_normalize(&out, "/", big.p, NULL));
    buf_free(&big);
    buf_free(&out);
    return test_done();
}
