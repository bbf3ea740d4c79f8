/* SPDX-License-Identifier: BSD-2-Clause */
/* Reparse points and shortcuts: known bytes, what is written comes back, damaged data are refused. */
#include "lib/path/reparse.h"

#include <stdlib.h>

#include "lib/text/utf.h"
#include "tap.h"

static void *host_realloc(void *old, size_t n)
{
    if (n)
        return realloc(old, n);
    free(old);
    return NULL;
}

static struct buf out, data;
static struct wbuf w;

static void wide(const char *s)
{
    wbuf_cut(&w, 0);
    utf8_to_wide(&w, s, strlen(s));
}

static int parse(void)
{
    buf_cut(&out, 0);
    return reparse_parse(data.p, data.len, &out);
}

/* Every shorter piece and every changed byte: any answer, but no access outside (sanitizers watch). */
static void damage(int (*f)(void))
{
    size_t n = data.len;

    for (size_t k = 0; k < n; k++) {
        char *copy = malloc(k + 1);     /* so that one byte too many is seen */
        struct buf saved = data;

        memcpy(copy, saved.p, k);
        data.p = copy;
        data.len = k;
        f();
        data = saved;
        free(copy);
    }
    for (size_t k = 0; k < n; k++) {
        char old = data.p[k];

        for (int v = 0; v < 256; v += 51) {
            data.p[k] = (char)v;
            f();
        }
        data.p[k] = old;
    }
}

static int parse_shortcut(void)
{
    buf_cut(&out, 0);
    return shortcut_parse(data.p, data.len, &out);
}

static void reparse(void)
{
    static const unsigned char wsl[] = { 0x1d, 0, 0, 0xa0, 7, 0, 0, 0, 2, 0, 0, 0, 'a', '/', 'b' };
    static const unsigned char junction[] = {
        3, 0, 0, 0xa0, 28, 0, 0, 0, 0, 0, 16, 0, 18, 0, 0, 0, '\\', 0, '?', 0, '?', 0, '\\', 0,
        'C', 0, ':', 0, '\\', 0, 'x', 0, 0, 0, 0, 0,
    };

    test("an absolute symbolic link");
    wide("\\??\\C:\\a b\\\xc3\xa4");
    CHECK_EQ(0, reparse_make(w.p, w.len, 0, &data));
    CHECK_EQ(REPARSE_SYMLINK, parse());
    CHECK_STR("C:\\a b\\\xc3\xa4", out.p);
    damage(parse);
    test("to a server");
    buf_cut(&data, 0);
    wide("\\??\\UNC\\server\\share\\x");
    CHECK_EQ(0, reparse_make(w.p, w.len, 0, &data));
    CHECK_EQ(REPARSE_SYMLINK, parse());
    CHECK_STR("\\\\server\\share\\x", out.p);
    test("a relative one");
    buf_cut(&data, 0);
    wide("..\\x\\y");
    CHECK_EQ(0, reparse_make(w.p, w.len, 1, &data));
    CHECK_EQ(REPARSE_SYMLINK, parse());
    CHECK_STR("../x/y", out.p);
    damage(parse);
    test("a junction");
    buf_cut(&data, 0);
    buf_put(&data, junction, sizeof junction);
    CHECK_EQ(REPARSE_JUNCTION, parse());
    CHECK_STR("C:\\x", out.p);
    damage(parse);
    test("a link of the Linux subsystem");
    buf_cut(&data, 0);
    buf_put(&data, wsl, sizeof wsl);
    CHECK_EQ(REPARSE_WSL, parse());
    CHECK_STR("a/b", out.p);
    damage(parse);
    test("a volume is no link, nor is another tag");
    buf_cut(&data, 0);
    wide("\\??\\Volume{0}\\");
    CHECK_EQ(0, reparse_make(w.p, w.len, 0, &data));
    data.p[0] = 3;
    data.p[9] = 0;
    CHECK(parse() <= 0);
    data.p[0] = 0x77;
    CHECK_EQ(REPARSE_NONE, parse());
    test("too long");
    buf_cut(&data, 0);
    wbuf_cut(&w, 0);
    for (int i = 0; i < 9000; i++)
        wbuf_putc(&w, 'x');
    CHECK_EQ(-ENAMETOOLONG, reparse_make(w.p, w.len, 1, &data));
}

static void shortcuts(void)
{
    test("a shortcut");
    buf_cut(&data, 0);
    wide("..\\x");
    CHECK_EQ(0, shortcut_make("../\xc3\xa4", w.p, w.len, &data));
    CHECK_EQ(0, parse_shortcut());
    CHECK_STR("../\xc3\xa4", out.p);
    damage(parse_shortcut);
    test("without a Windows name");
    buf_cut(&data, 0);
    CHECK_EQ(0, shortcut_make("/nowhere", NULL, 0, &data));
    CHECK_EQ(0, parse_shortcut());
    CHECK_STR("/nowhere", out.p);
    test("with lists in front");
    {
        char lists[] = { 3, 0, 1, 2, 3, 6, 0, 0, 0, 9, 9 };
        size_t n = data.len;

        buf_put(&data, lists, sizeof lists);
        memmove(data.p + 76 + sizeof lists, data.p + 76, n - 76);
        memcpy(data.p + 76, lists, sizeof lists);
        data.p[20] |= 3;
        CHECK_EQ(0, parse_shortcut());
        CHECK_STR("/nowhere", out.p);
        damage(parse_shortcut);
    }
    test("no shortcut");
    buf_cut(&data, 0);
    buf_puts(&data, "L\x00");
    CHECK_EQ(-EINVAL, parse_shortcut());
    CHECK_EQ(-ENOENT, shortcut_make("", NULL, 0, &data));
}

int main(void)
{
    buf_init(&out, host_realloc, NULL, 0);
    buf_init(&data, host_realloc, NULL, 0);
    wbuf_init(&w, host_realloc, NULL, 0);
    reparse();
    shortcuts();
    buf_free(&out);
    buf_free(&data);
    wbuf_free(&w);
    return test_done();
}
