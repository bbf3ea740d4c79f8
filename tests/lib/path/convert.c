/* SPDX-License-Identifier: BSD-2-Clause */
/* POSIX <-> NT <-> Win32 over a mount table, row by row. */
#include <stdlib.h>
#include <time.h>

#include "lib/path/path.h"
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

static struct mount_table mt;
static struct buf text;         /* NT names as UTF-8 text: U+F0xx visible as they are */

static const char *as_text(const struct wbuf *w)
{
    buf_cut(&text, 0);
    buf_puts(&text, "");
    wide_to_utf8_text(&text, w->p, w->len);
    return text.p;
}

static void setup(void)
{
    CHECK_EQ(0, mount_init(&mt, mem));
    CHECK_EQ(0, mount_add_defaults(&mt, "C:\\isthmus"));
    CHECK_EQ(0, mount_add(&mt, "/home", "C:\\Users", MOUNT_USER | MOUNT_NOACL, NULL));
    CHECK_EQ(0, mount_add(&mt, "/srv", "\\\\nas\\data\\srv", 0, NULL));
    CHECK_EQ(0, mount_add(&mt, "/deep/er", "D:\\", MOUNT_TEXT, NULL));
    CHECK_EQ(0, mount_add(&mt, "/Case", "E:\\case", MOUNT_POSIX, NULL));
    CHECK_EQ(0, mount_add(&mt, "/cygdrive/z/special", "F:\\s", 0, NULL));
    buf_init(&text, mem, NULL, 0);
}

static const struct {
    const char *posix;
    const char *nt;             /* NULL: fails with err */
    uint32_t rule;
    int err;
    int oneway;                 /* back gives another name */
} rows[] = {
    { "/", "\\??\\C:\\isthmus", RULE_MOUNT, 0, 0 },
    { "/etc", "\\??\\C:\\isthmus\\etc", RULE_MOUNT, 0, 0 },
    { "/usr", "\\??\\C:\\isthmus\\usr", RULE_MOUNT, 0, 0 },
    { "/usr/bin", "\\??\\C:\\isthmus\\bin", RULE_MOUNT, 0, 0 },
    { "/usr/bin/ls.exe", "\\??\\C:\\isthmus\\bin\\ls.exe", RULE_MOUNT, 0, 0 },
    { "/bin/ls", "\\??\\C:\\isthmus\\bin\\ls", RULE_MOUNT, 0, 1 },
    { "/usr/binx", "\\??\\C:\\isthmus\\usr\\binx", RULE_MOUNT, 0, 0 },
    { "/USR/Bin/x", "\\??\\C:\\isthmus\\bin\\x", RULE_MOUNT, 0, 1 },
    { "/usr/lib/a/b/c", "\\??\\C:\\isthmus\\lib\\a\\b\\c", RULE_MOUNT, 0, 0 },
    { "/home/me/f", "\\??\\C:\\Users\\me\\f", RULE_MOUNT, 0, 0 },
    { "/srv/x", "\\??\\UNC\\nas\\data\\srv\\x", RULE_MOUNT, 0, 0 },
    { "/deep", "\\??\\C:\\isthmus\\deep", RULE_MOUNT, 0, 0 },
    { "/deep/er", "\\??\\D:\\", RULE_MOUNT, 0, 0 },
    { "/deep/er/x", "\\??\\D:\\x", RULE_MOUNT, 0, 0 },
    { "/deep/erx", "\\??\\C:\\isthmus\\deep\\erx", RULE_MOUNT, 0, 0 },
    { "/Case/f", "\\??\\E:\\case\\f", RULE_MOUNT, 0, 0 },
    { "/case/f", "\\??\\C:\\isthmus\\case\\f", RULE_MOUNT, 0, 0 },
    { "/cygdrive/c", "\\??\\C:\\", RULE_CYGDRIVE, 0, 0 },
    { "/cygdrive/C/x", "\\??\\C:\\x", RULE_CYGDRIVE, 0, 1 },
    { "/cygdrive/g/Program Files/x", "\\??\\G:\\Program Files\\x", RULE_CYGDRIVE, 0, 0 },
    { "/cygdrive/z/special/x", "\\??\\F:\\s\\x", RULE_MOUNT, 0, 0 },
    { "/cygdrive/z/other", "\\??\\Z:\\other", RULE_CYGDRIVE, 0, 0 },
    { "/cygdrive", NULL, RULE_CYGDRIVE_DIR, -EISDIR, 0 },
    { "/cygdrive/foo", NULL, RULE_NONE, -ENOENT, 0 },
    { "/cygdrivex", "\\??\\C:\\isthmus\\cygdrivex", RULE_MOUNT, 0, 0 },
    { "//server/share/f", "\\??\\UNC\\server\\share\\f", RULE_UNC, 0, 0 },
    { "//server", "\\??\\UNC\\server", RULE_UNC, 0, 0 },
    { "//?/pipe/x", "\\??\\pipe\\x", RULE_NTNAME, 0, 0 },
    { "//./COM1", "\\??\\COM1", RULE_NTNAME, 0, 1 },
    /* characters */
    { "/a:b", "\\??\\C:\\isthmus\\a\xef\x80\xba" "b", RULE_MOUNT, 0, 0 },
    { "/a\\b", "\\??\\C:\\isthmus\\a\xef\x81\x9c" "b", RULE_MOUNT, 0, 0 },
    { "/\"*<>?|", "\\??\\C:\\isthmus\\\xef\x80\xa2\xef\x80\xaa\xef\x80\xbc\xef\x80\xbe\xef\x80\xbf\xef\x81\xbc",
      RULE_MOUNT, 0, 0 },
    { "/\x01\x1f", "\\??\\C:\\isthmus\\\xef\x80\x81\xef\x80\x9f", RULE_MOUNT, 0, 0 },
    { "/dot./x", "\\??\\C:\\isthmus\\dot\xef\x80\xae\\x", RULE_MOUNT, 0, 0 },
    { "/...", "\\??\\C:\\isthmus\\..\xef\x80\xae", RULE_MOUNT, 0, 0 },
    { "/sp ", "\\??\\C:\\isthmus\\sp\xef\x80\xa0", RULE_MOUNT, 0, 0 },
    { "/ sp", "\\??\\C:\\isthmus\\ sp", RULE_MOUNT, 0, 0 },
    { "/.x.y", "\\??\\C:\\isthmus\\.x.y", RULE_MOUNT, 0, 0 },
    { "/aux", "\\??\\C:\\isthmus\\aux", RULE_MOUNT, 0, 0 },
    { "/\xc3\xa9", "\\??\\C:\\isthmus\\\xc3\xa9", RULE_MOUNT, 0, 0 },
    { "/\xe9", "\\??\\C:\\isthmus\\\xef\x83\xa9", RULE_MOUNT, 0, 0 },
    { "/\xf0\x9f\x98\x80", "\\??\\C:\\isthmus\\\xf0\x9f\x98\x80", RULE_MOUNT, 0, 0 },
    { "/\xc3\xa9.", "\\??\\C:\\isthmus\\\xc3\xa9\xef\x80\xae", RULE_MOUNT, 0, 0 },
};

static void conversions(void)
{
    struct wbuf nt;
    struct buf back;
    struct path_match m;

    wbuf_init(&nt, mem, NULL, 0);
    buf_init(&back, mem, NULL, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int r = path_to_nt(&mt, rows[i].posix, strlen(rows[i].posix), &nt, &m);

        test("%s", rows[i].posix);
        CHECK_EQ(rows[i].err, r);
        CHECK_EQ(rows[i].rule, m.rule);
        CHECK((r < 0) == (m.why != NULL));
        if (r < 0)
            continue;
        CHECK_STR(rows[i].nt, as_text(&nt));
        CHECK_EQ(0, nt_to_posix(&mt, nt.p, nt.len, &back, &m));
        if (!rows[i].oneway)
            CHECK_STR(rows[i].posix, back.p);
    }
    wbuf_free(&nt);
    buf_free(&back);
}

static const struct {
    const char *win, *posix;
} win_rows[] = {
    { "C:\\isthmus", "/" },
    { "c:/isthmus/", "/" },
    { "C:\\ISTHMUS\\BIN\\x", "/usr/bin/x" },
    { "C:\\isthmus\\usr\\bin\\x", "/cygdrive/c/isthmus/usr/bin/x" },
    { "C:\\isthmus\\cygdrive\\c\\x", "/cygdrive/c/isthmus/cygdrive/c/x" },
    { "C:\\isthmusx", "/cygdrive/c/isthmusx" },
    { "c:", "/cygdrive/c" },
    { "c:\\", "/cygdrive/c" },
    { "d:\\a\\..\\b\\.\\c", "/deep/er/b/c" },
    { "d:\\..\\..", "/deep/er" },
    { "\\\\nas\\data\\srv\\x", "/srv/x" },
    { "//NAS/Data/srv", "/srv" },
    { "\\\\nas\\data\\..\\x", "//nas/data/x" },
    { "\\\\?\\C:\\isthmus\\bin", "/usr/bin" },
    { "//?/c:/isthmus/bin", "/usr/bin" },
    { "\\??\\c:\\users", "/home" },
    { "\\\\?\\UNC\\nas\\data\\srv\\q", "/srv/q" },
    { "\\\\.\\pipe\\x", "//?/pipe/x" },
    { "C:\\Users\\J\xc3\xb6rg", "/home/J\xc3\xb6rg" },
};

static void from_windows(void)
{
    struct buf out;

    buf_init(&out, mem, NULL, 0);
    for (size_t i = 0; i < sizeof win_rows / sizeof *win_rows; i++) {
        test("%s", win_rows[i].win);
        CHECK_EQ(0, path_posix_absolute(&mt, &out, "/", win_rows[i].win, NULL, NULL));
        CHECK_STR(win_rows[i].posix, out.p);
    }
    buf_free(&out);
}

static const struct {
    const char *nt, *win;
    enum win32_style style;
} style_rows[] = {
    { "\\??\\C:\\x", "C:\\x", WIN32_AUTO },
    { "\\??\\C:\\x", "\\\\?\\C:\\x", WIN32_LONG },
    { "\\??\\C:\\", "C:\\", WIN32_AUTO },
    { "\\??\\C:\\aux", "\\\\?\\C:\\aux", WIN32_AUTO },
    { "\\??\\C:\\a\\con.txt\\b", "\\\\?\\C:\\a\\con.txt\\b", WIN32_AUTO },
    { "\\??\\C:\\aux", "C:\\aux", WIN32_PLAIN },
    { "\\??\\C:\\auxx\\com0\\com10", "C:\\auxx\\com0\\com10", WIN32_AUTO },
    { "\\??\\C:\\com1", "\\\\?\\C:\\com1", WIN32_AUTO },
    { "\\??\\C:\\a.", "\\\\?\\C:\\a.", WIN32_AUTO },
    { "\\??\\UNC\\s\\h\\x", "\\\\s\\h\\x", WIN32_AUTO },
    { "\\??\\UNC\\s\\h\\x", "\\\\?\\UNC\\s\\h\\x", WIN32_LONG },
    { "\\??\\pipe\\x", "\\\\.\\pipe\\x", WIN32_AUTO },
    { "\\Device\\Foo", "\\\\?\\GLOBALROOT\\Device\\Foo", WIN32_AUTO },
};

static void styles(void)
{
    struct wbuf nt, win;

    wbuf_init(&nt, mem, NULL, 0);
    wbuf_init(&win, mem, NULL, 0);
    for (size_t i = 0; i < sizeof style_rows / sizeof *style_rows; i++) {
        test("%s, style %d", style_rows[i].nt, style_rows[i].style);
        wbuf_cut(&nt, 0);
        wbuf_puta(&nt, style_rows[i].nt);
        CHECK_EQ(0, nt_to_win32(nt.p, nt.len, style_rows[i].style, &win));
        CHECK_STR(style_rows[i].win, as_text(&win));
    }
    test("259 units stay plain, 260 do not");
    for (int n = 259; n <= 260; n++) {
        wbuf_cut(&nt, 0);
        wbuf_puta(&nt, "\\??\\C:\\");
        while (nt.len < (size_t)n + 4)
            wbuf_putc(&nt, 'x');
        CHECK_EQ(0, nt_to_win32(nt.p, nt.len, WIN32_AUTO, &win));
        CHECK_EQ(n + (n == 260 ? 4 : 0), win.len);
    }
    wbuf_free(&nt);
    wbuf_free(&win);
}

static const struct {
    const char *path;
    enum path_form form;
} forms[] = {
    { "", FORM_EMPTY }, { ".", FORM_RELATIVE }, { "//..", FORM_POSIX }, { "//../x", FORM_POSIX }, { "//..x", FORM_UNC }, { "a/b", FORM_RELATIVE }, { "/a", FORM_POSIX },
    { "/", FORM_POSIX }, { "//", FORM_POSIX }, { "///a", FORM_POSIX }, { "//.", FORM_POSIX },
    { "//./x", FORM_NT }, { "//?/x", FORM_NT }, { "\\??\\x", FORM_NT }, { "\\\\?\\x", FORM_NT },
    { "c:", FORM_DRIVE }, { "c:/", FORM_DRIVE }, { "C:\\x", FORM_DRIVE }, { "c:x", FORM_RELATIVE },
    { "\\\\s\\h", FORM_UNC }, { "//s/h", FORM_UNC }, { "\\x", FORM_RELATIVE }, { "1:/", FORM_RELATIVE },
    { "a\\b", FORM_RELATIVE }, { ".", FORM_RELATIVE }, { "/\\x", FORM_POSIX },
};

static void all_forms(void)
{
    test("forms of names");
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (!CHECK_EQ(forms[i].form, path_form(forms[i].path)))
            test_note("%s", forms[i].path);
}

/* Every name of one and two bytes comes back, alone and before a dot. */
static void all_bytes(void)
{
    struct wbuf nt;
    struct buf back;
    int bad = 0;

    wbuf_init(&nt, mem, NULL, 0);
    buf_init(&back, mem, NULL, 0);
    test("names of every pair of bytes come back");
    for (int a = 1; a < 256; a++) {
        for (int b = 1; b < 256; b++) {
            char name[] = { '/', 'x', (char)a, (char)b, 0 };

            if (a == '/' || b == '/')
                continue;
            path_to_nt(&mt, name, 4, &nt, NULL);
            for (size_t i = 7; i < nt.len; i++)
                bad += nt.p[i] < 32 || nt.p[i] == ':' || nt.p[i] == '*';
            nt_to_posix(&mt, nt.p, nt.len, &back, NULL);
            if (strcmp(back.p, name))
                bad++;
        }
    }
    CHECK_EQ(0, bad);
    test("text that looks like a mapped character comes back");
    for (uint32_t c = 0xf000; c < 0xf102; c++) {
        char name[8] = "/";

        name[1 + utf8_put(name + 1, c)] = 0;
        path_to_nt(&mt, name, strlen(name), &nt, NULL);
        nt_to_posix(&mt, nt.p, nt.len, &back, NULL);
        CHECK_STR(name, back.p);
    }
    wbuf_free(&nt);
    buf_free(&back);
}

static void limits(void)
{
    struct buf p;
    struct wbuf nt;
    struct path_match m;

    test("a path of 32766 units converts, one more is ENAMETOOLONG");
    buf_init(&p, mem, NULL, 0);
    wbuf_init(&nt, mem, NULL, 0);
    buf_puts(&p, "/cygdrive/c/");
    buf_pad(&p, 'x', 32766 - 7);
    CHECK_EQ(0, path_to_nt(&mt, p.p, p.len, &nt, &m));
    CHECK_EQ(32766, nt.len);
    buf_putc(&p, 'x');
    CHECK_EQ(-ENAMETOOLONG, path_to_nt(&mt, p.p, p.len, &nt, &m));
    CHECK(m.why != NULL);
    buf_free(&p);
    wbuf_free(&nt);
}

static void explain(void)
{
    struct path_match m;
    struct wbuf nt;
    struct buf out;

    test("explain names the mount and its options");
    wbuf_init(&nt, mem, NULL, 0);
    buf_init(&out, mem, NULL, 0);
    path_to_nt(&mt, "/home/x", 7, &nt, &m);
    path_explain(&out, &m);
    CHECK_STR("mount /home = C:\\Users (user, binary,noacl)", out.p);
    wbuf_free(&nt);
    buf_free(&out);
}

int main(void)
{
    setup();
    conversions();
    from_windows();
    styles();
    all_forms();
    all_bytes();
    limits();
    explain();
    mount_free(&mt);
    buf_free(&text);
    return test_done();
}
