/* SPDX-License-Identifier: BSD-2-Clause */
/* Path lists both ways. */
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

static const struct {
    const char *cwd, *list, *win, *posix;
} rows[] = {
    { "/home", "/usr/bin:/bin", "C:\\t\\bin;C:\\t\\bin", "/usr/bin:/bin" },
    { "/home", "/usr/bin::/x", "C:\\t\\bin;C:\\t\\home;C:\\t\\x", "/usr/bin:/home:/x" },
    { "/home", ":/x", "C:\\t\\home;C:\\t\\x", "/home:/x" },
    { "/home", "/x:", "C:\\t\\x;C:\\t\\home", "/x:/home" },
    { "/home", ".", "C:\\t\\home", "/home" },
    { NULL, ".:/x:a/b", ".;C:\\t\\x;a\\b", ".:/x:a/b" },
    { NULL, "c:\\t\\bin;d:/x;e", "C:\\t\\bin;D:\\x;e", "/usr/bin:/cygdrive/d/x:e" },
    { NULL, "c:/t/bin", "C:\\t\\bin", "/usr/bin" },
    { NULL, "\\\\s\\h;c:\\", "\\\\s\\h;C:\\", "//s/h:/cygdrive/c" },
    { NULL, "", "", "" },
};

int main(void)
{
    struct mount_table mt;
    struct buf out;

    mount_init(&mt, mem);
    mount_add_defaults(&mt, "C:\\t");
    buf_init(&out, mem, NULL, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        test("list '%s'", rows[i].list);
        CHECK_EQ(0, path_list_to_win32(&mt, rows[i].cwd, rows[i].list, &out, NULL));
        CHECK_STR(rows[i].win, out.len ? out.p : "");
        CHECK_EQ(0, path_list_to_posix(&mt, rows[i].cwd, rows[i].list, &out, NULL));
        CHECK_STR(rows[i].posix, out.len ? out.p : "");
    }
    test("an element without a mount fails the list");
    CHECK_EQ(-ENOENT, path_list_to_win32(&mt, NULL, "/x:/cygdrive/foo", &out, NULL));
    buf_free(&out);
    mount_free(&mt);
    return test_done();
}
