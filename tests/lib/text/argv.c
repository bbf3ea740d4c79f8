/* SPDX-License-Identifier: BSD-2-Clause */
/* Command lines: the documented examples of the Microsoft C runtime, and round trips. */
#include <stdlib.h>

#include "lib/text/argv.h"
#include "lib/text/utf.h"
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
    const char *line;
    const char *argv[6];
} split_rows[] = {
    { "p", { "p" } },
    { "", { "" } },
    { "p a b", { "p", "a", "b" } },
    { "p \t a  ", { "p", "a" } },
    { "p \"abc\" d e", { "p", "abc", "d", "e" } },
    { "p a\\\\\\b d\"e f\"g h", { "p", "a\\\\\\b", "de fg", "h" } },
    { "p a\\\\\\\"b c d", { "p", "a\\\"b", "c", "d" } },
    { "p a\\\\\\\\\"b c\" d e", { "p", "a\\\\b c", "d", "e" } },
    { "p a\"b\"\" c d", { "p", "ab\" c d" } },
    { "p \"\"", { "p", "" } },
    { "p \"a\"\"b\"", { "p", "a\"b" } },
    { "p \"\"\"\"", { "p", "\"" } },
    { "p \\", { "p", "\\" } },
    { "p a\\\\ b", { "p", "a\\\\", "b" } },
    { "\"c:\\a b\\p.exe\" x", { "c:\\a b\\p.exe", "x" } },
    { "c:\\dir\\\"p x\"y z", { "c:\\dir\\p xy", "z" } },
    { "\"p\\\" a", { "p\\", "a" } },
    { " a", { "", "a" } },
    { "p \"open end", { "p", "open end" } },
    { "p \xc3\xa9", { "p", "\xc3\xa9" } },
};

static void splitting(void)
{
    struct wbuf w;
    struct args a;

    wbuf_init(&w, mem, NULL, 0);
    for (size_t i = 0; i < sizeof split_rows / sizeof *split_rows; i++) {
        int n = 0;

        test("split '%s'", split_rows[i].line);
        while (n < 6 && split_rows[i].argv[n])
            n++;
        wbuf_cut(&w, 0);
        wbuf_putc(&w, 0);
        wbuf_cut(&w, 0);
        utf8_to_wide(&w, split_rows[i].line, strlen(split_rows[i].line));
        args_init(&a, mem);
        CHECK_EQ(0, split_cmdline(&a, w.p));
        if (CHECK_EQ(n, a.argc))
            for (int k = 0; k < n; k++)
                CHECK_STR(split_rows[i].argv[k], a.argv[k]);
        CHECK(a.argv[a.argc] == NULL);
        args_free(&a);
    }
    wbuf_free(&w);
}

static const struct {
    const char *arg, *quoted;
} quote_rows[] = {
    { "a", "a" }, { "", "\"\"" }, { "a b", "\"a b\"" }, { "a\"b", "\"a\\\"b\"" },
    { "a\\b", "a\\b" }, { "a b\\", "\"a b\\\\\"" }, { "\\\"", "\"\\\\\\\"\"" }, { "\t", "\"\t\"" },
    { "a\\\\", "a\\\\" }, { "*?", "*?" },
};

static void quoting(void)
{
    static const char awkward[] = "a \"\\\t\\\"";
    struct wbuf w;
    struct buf b;
    struct args a;
    uint32_t seed = 7;
    int bad = 0;

    wbuf_init(&w, mem, NULL, 0);
    buf_init(&b, mem, NULL, 0);
    for (size_t i = 0; i < sizeof quote_rows / sizeof *quote_rows; i++) {
        test("quote '%s'", quote_rows[i].arg);
        wbuf_cut(&w, 0);
        buf_cut(&b, 0);
        quote_arg(&w, quote_rows[i].arg);
        wide_to_utf8(&b, w.p, w.len);
        CHECK_STR(quote_rows[i].quoted, b.p);
    }
    test("300000 awkward argument lists come back");
    for (int i = 0; i < 300000; i++) {
        char arg[3][8];
        char *argv[5] = { "prog", arg[0], arg[1], arg[2], NULL };

        for (int k = 0; k < 3; k++) {
            size_t n = (seed = seed * 1103515245 + 12345) >> 16 & 7;

            for (size_t j = 0; j < n; j++)
                arg[k][j] = awkward[((seed = seed * 1103515245 + 12345) >> 16) % 7];
            arg[k][n] = 0;
        }
        wbuf_cut(&w, 0);
        bad += quote_argv(&w, argv) != 0;
        args_init(&a, mem);
        bad += split_cmdline(&a, w.p) != 0 || a.argc != 4;
        for (int k = 0; k < a.argc && k < 4; k++)
            bad += strcmp(a.argv[k], argv[k]) != 0;
        args_free(&a);
    }
    CHECK_EQ(0, bad);
    wbuf_free(&w);
    buf_free(&b);
}

static void errors(void)
{
    struct wbuf w;
    struct buf big;
    char *argv[] = { "p", NULL, NULL };

    wbuf_init(&w, mem, NULL, 0);
    buf_init(&big, mem, NULL, 0);
    test("a program's name with a quote is refused");
    CHECK_EQ(-EINVAL, quote_argv(&w, (char *[]){ "a\"b", NULL }));
    test("32766 units pass, 32767 are E2BIG");
    buf_pad(&big, 'x', 32764);
    argv[1] = big.p;
    wbuf_cut(&w, 0);
    CHECK_EQ(0, quote_argv(&w, argv));
    CHECK_EQ(32766, w.len);
    buf_putc(&big, 'x');
    argv[1] = big.p;
    wbuf_cut(&w, 0);
    CHECK_EQ(-E2BIG, quote_argv(&w, argv));
    wbuf_free(&w);
    buf_free(&big);
}

static void batch(void)
{
    struct wbuf w;
    struct buf b;

    wbuf_init(&w, mem, NULL, 0);
    buf_init(&b, mem, NULL, 0);
    test("a batch file's arguments cannot start commands or variables");
    CHECK_EQ(0, quote_batch(&w, "C:\\cmd.exe", "C:\\a b.bat",
                            (char *[]){ "x", "a&b", "c\"&calc\"", "%PATH%", "d\\", NULL }));
    wide_to_utf8(&b, w.p, w.len);
    CHECK_STR("C:\\cmd.exe /e:on /v:off /d /s /c \"\"C:\\a b.bat\" \"a&b\" \"c\"\"&calc\"\"\" "
              "\"%%cd:~,%PATH%%cd:~,%\" \"d\\\\\"\"",
              b.p);
    CHECK_EQ(-EINVAL, quote_batch(&w, "cmd", "x.bat", (char *[]){ "x", "a\nb", NULL }));
    CHECK_EQ(-EINVAL, quote_batch(&w, "cmd", "x%.bat", (char *[]){ "x", NULL }));
    wbuf_free(&w);
    buf_free(&b);
}

int main(void)
{
    splitting();
    quoting();
    errors();
    batch();
    return test_done();
}
