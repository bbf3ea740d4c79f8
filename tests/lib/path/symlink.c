/* SPDX-License-Identifier: BSD-2-Clause */
/* Content of symbolic link files. */
#include <stdlib.h>

#include "lib/path/symlink.h"
#include "tap.h"

static void *mem(void *p, size_t n)
{
    if (!n) {
        free(p);
        return NULL;
    }
    return realloc(p, n);
}

#define ROW(content, target, err) { content, sizeof(content) - 1, target, err }

static const struct {
    const char *content;
    size_t n;
    const char *target;
    int err;
} rows[] = {
    ROW("!<symlink>\xff\xfe" "a\0/\0b\0\0\0", "a/b", 0),
    ROW("!<symlink>\xff\xfe" "a\0", "a", 0),
    ROW("!<symlink>\xff\xfe\xe9\0\0\0", "\xc3\xa9", 0),
    ROW("!<symlink>old/target\0", "old/target", 0),
    ROW("!<symlink>old", "old", 0),
    ROW("!<symlink>\xff\xfe" "a\0\0\0\0\0", NULL, -EINVAL),
    ROW("!<symlink>\xff\xfe" "a", NULL, -EINVAL),
    ROW("!<symlink>\xff\xfe", NULL, -EINVAL),
    ROW("!<symlink>\xff\xfe\0\0", NULL, -EINVAL),
    ROW("!<symlink>", NULL, -EINVAL),
    ROW("!<symlink>\0", NULL, -EINVAL),
    ROW("!<symlink>a\0b", NULL, -EINVAL),
    ROW("!<symlinkx", NULL, -EINVAL),
    ROW("", NULL, -EINVAL),
};

int main(void)
{
    struct buf out, file;
    char all[256];

    buf_init(&out, mem, NULL, 0);
    buf_init(&file, mem, NULL, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        test("content %zu", i);
        buf_cut(&out, 0);
        CHECK_EQ(rows[i].err, symlink_parse(rows[i].content, rows[i].n, &out));
        if (rows[i].target)
            CHECK_STR(rows[i].target, out.p);
        else
            CHECK_EQ(0, out.len);
    }
    test("every byte survives");
    for (int i = 1; i < 256; i++)
        all[i - 1] = (char)i;
    all[255] = 0;
    CHECK_EQ(0, symlink_make(all, &file));
    buf_cut(&out, 0);
    CHECK_EQ(0, symlink_parse(file.p, file.len, &out));
    CHECK_STR(all, out.p);
    test("limits");
    CHECK_EQ(-ENOENT, symlink_make("", &file));
    buf_cut(&out, 0);
    buf_pad(&out, 'x', SYMLINK_TARGET_MAX + 1);
    CHECK_EQ(-ENAMETOOLONG, symlink_make(out.p, &file));
    buf_cut(&out, SYMLINK_TARGET_MAX);
    buf_cut(&file, 0);
    CHECK_EQ(0, symlink_make(out.p, &file));
    CHECK_EQ(SYMLINK_FILE_MAX, file.len);
    CHECK_EQ(0, symlink_parse(file.p, file.len, &out));
    CHECK_EQ(2 * SYMLINK_TARGET_MAX, out.len);
    buf_free(&out);
    buf_free(&file);
    return test_done();
}
