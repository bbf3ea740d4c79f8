/* SPDX-License-Identifier: BSD-2-Clause */
/* The mount table: scopes, removal, text form, cygdrive, thousands of entries, speed. */
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

static const char *target(const struct mount_table *mt, const char *path)
{
    const struct mount *m = mount_lookup(mt, path, strlen(path));

    return m ? m->win32 : "none";
}

static void scopes(void)
{
    struct mount_table mt;

    mount_init(&mt, mem);
    test("user hides system hides built in, and removal uncovers");
    CHECK_STR("none", target(&mt, "/a"));
    mount_add_defaults(&mt, "C:\\t");
    CHECK_STR("C:\\t\\bin", target(&mt, "/usr/bin/x"));
    mount_add(&mt, "/usr/bin", "D:\\user", MOUNT_USER, NULL);
    mount_add(&mt, "/usr/bin", "D:\\system", 0, NULL);
    CHECK_STR("D:\\user", target(&mt, "/usr/bin"));
    CHECK_EQ(0, mount_remove(&mt, "/usr/bin/", MOUNT_USER));
    CHECK_STR("D:\\system", target(&mt, "/usr/bin"));
    CHECK_EQ(-ENOENT, mount_remove(&mt, "/usr/bin", MOUNT_USER));
    CHECK_EQ(0, mount_remove(&mt, "/usr/bin", 0));
    CHECK_STR("C:\\t\\bin", target(&mt, "/usr/bin"));
    test("an entry of the same path and scope is replaced");
    mount_add(&mt, "/x", "D:\\1", 0, NULL);
    mount_add(&mt, "/x/", "D:\\2", MOUNT_TEXT, NULL);
    CHECK_STR("D:\\2", target(&mt, "/x"));
    CHECK_EQ(4, mt.n);
    CHECK_EQ(MOUNT_TEXT, mount_lookup(&mt, "/x", 2)->flags);
    test("entries that differ in case only, with posix=1");
    mount_add(&mt, "/y", "D:\\low", MOUNT_POSIX, NULL);
    mount_add(&mt, "/Y", "D:\\up", MOUNT_POSIX, NULL);
    CHECK_STR("D:\\low", target(&mt, "/y/f"));
    CHECK_STR("D:\\up", target(&mt, "/Y/f"));
    mount_free(&mt);
}

static void text_form(void)
{
    static const struct {
        const char *name, *data, *why;
        uint32_t flags;
    } rows[] = {
        { "/a", "- C:\\x", NULL, 0 },
        { "/a", "text,exec,noacl,posix=1 C:\\with space ", NULL,
          MOUNT_TEXT | MOUNT_EXEC | MOUNT_NOACL | MOUNT_POSIX },
        { "/a", "text,binary C:\\x", NULL, 0 },
        { "/a", "notexec,exec C:\\x", NULL, MOUNT_EXEC },
        { "/a", "cygexec //s/h", NULL, MOUNT_EXEC | MOUNT_CYGEXEC },
        { "/a", "C:\\x", "no target: the value must be \"OPTIONS TARGET\"", 0 },
        { "/a", "", "no target: the value must be \"OPTIONS TARGET\"", 0 },
        { "/a", "bogus C:\\x", "unknown mount option", 0 },
        { "/a", "- x", "not an absolute Windows path", 0 },
        { "a", "- C:\\x", "the mount point is not an absolute POSIX path", 0 },
        { "", "- C:\\x", "the mount point is not an absolute POSIX path", 0 },
        { "//s/h", "- C:\\x", "the mount point is not an absolute POSIX path", 0 },
    };
    struct mount_table mt;
    struct buf out;

    buf_init(&out, mem, NULL, 0);
    mount_init(&mt, mem);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *why = NULL;
        int r = mount_parse(&mt, rows[i].name, rows[i].data, 0, &why);

        test("registry value %s = %s", rows[i].name, rows[i].data);
        CHECK_EQ(rows[i].why ? -EINVAL : 0, r);
        if (rows[i].why) {
            CHECK_STR(rows[i].why, why);
            continue;
        }
        CHECK_EQ(rows[i].flags, mt.v[0].flags);
        buf_cut(&out, 0);
        mount_format(&out, mt.v[0].flags, mt.v[0].win32);
        CHECK_EQ(0, mount_parse(&mt, "/b", out.p, 0, NULL));
        CHECK_EQ(rows[i].flags, mt.v[1].flags);
        CHECK_STR(mt.v[0].win32, mt.v[1].win32);
    }
    test("cygdrive in the registry");
    CHECK_EQ(0, mount_parse(&mt, "cygdrive", "noacl /mnt/", 0, NULL));
    CHECK_STR("/mnt", mt.cygdrive);
    CHECK_EQ(MOUNT_NOACL, mt.cygdrive_flags);
    buf_free(&out);
    mount_free(&mt);
}

static void cygdrive_root(void)
{
    struct mount_table mt;
    struct wbuf nt;
    struct path_match m;

    wbuf_init(&nt, mem, NULL, 0);
    mount_init(&mt, mem);
    mount_add_defaults(&mt, "C:\\t");
    mount_add(&mt, "/d", "E:\\special", 0, NULL);
    test("cygdrive prefix /");
    CHECK_EQ(0, mount_set_cygdrive(&mt, "/", 0, NULL));
    path_to_nt(&mt, "/c/x", 4, &nt, &m);
    CHECK_EQ(RULE_CYGDRIVE, m.rule);
    CHECK_EQ('C', nt.p[4]);
    path_to_nt(&mt, "/d/x", 4, &nt, &m);
    CHECK_EQ(RULE_MOUNT, m.rule);
    path_to_nt(&mt, "/cc/x", 5, &nt, &m);
    CHECK_EQ(RULE_MOUNT, m.rule);
    path_to_nt(&mt, "/", 1, &nt, &m);
    CHECK_EQ(RULE_MOUNT, m.rule);
    test("without a root a path has no mount");
    mount_remove(&mt, "/", MOUNT_AUTO);
    CHECK_EQ(-ENOENT, path_to_nt(&mt, "/foo/x", 6, &nt, &m));
    CHECK_EQ(RULE_NONE, m.rule);
    CHECK(m.why != NULL);
    mount_free(&mt);
    wbuf_free(&nt);
}

static void many(void)
{
    struct mount_table mt;
    char name[64], win[64];
    int bad = 0;

    test("5000 mounts, then half of them removed");
    mount_init(&mt, mem);
    mount_add_defaults(&mt, "C:\\t");
    for (int i = 0; i < 5000; i++) {
        snprintf(name, sizeof name, "/m/%d/p%d", i % 70, i);
        snprintf(win, sizeof win, "D:\\w%d", i);
        bad += mount_add(&mt, name, win, 0, NULL) != 0;
    }
    for (int i = 0; i < 5000; i += 50) {
        snprintf(name, sizeof name, "/m/%d/p%d", i % 70, i);
        bad += mount_remove(&mt, name, 0) != 0;
    }
    for (int i = 0; i < 5000; i++) {
        snprintf(name, sizeof name, "/m/%d/P%d/x/y", i % 70, i);
        snprintf(win, sizeof win, "D:\\w%d", i);
        bad += strcmp(target(&mt, name), i % 50 ? win : "C:\\t") != 0;
    }
    CHECK_EQ(0, bad);
    mount_free(&mt);
}

static void judge(void)
{
    struct mount_table mt;
    struct path_match m;
    struct wbuf nt;
    static const struct {
        const char *path;
        enum mount_verdict want[5];
    } rows[] = {
        { "/a/b/c", { MOUNT_SHORTER, MOUNT_SHORTER, MOUNT_CHOSEN, MOUNT_ELSEWHERE, MOUNT_HIDDEN } },
        { "/a/bc", { MOUNT_SHORTER, MOUNT_CHOSEN, MOUNT_ELSEWHERE, MOUNT_ELSEWHERE, MOUNT_ELSEWHERE } },
        { "/CASE/x", { MOUNT_CHOSEN, MOUNT_ELSEWHERE, MOUNT_ELSEWHERE, MOUNT_WRONG_CASE, MOUNT_ELSEWHERE } },
        { "/cygdrive/c", { MOUNT_BEHIND_CYGDRIVE, MOUNT_ELSEWHERE, MOUNT_ELSEWHERE, MOUNT_ELSEWHERE,
                           MOUNT_ELSEWHERE } },
    };

    test("why an entry decides, or does not");
    CHECK_EQ(0, mount_init(&mt, mem));
    wbuf_init(&nt, mem, NULL, 0);
    CHECK_EQ(0, mount_add(&mt, "/", "C:\\r", MOUNT_AUTO, NULL));
    CHECK_EQ(0, mount_add(&mt, "/a", "C:\\a", 0, NULL));
    CHECK_EQ(0, mount_add(&mt, "/a/b", "C:\\u", MOUNT_USER, NULL));
    CHECK_EQ(0, mount_add(&mt, "/case", "C:\\p", MOUNT_POSIX, NULL));
    CHECK_EQ(0, mount_add(&mt, "/a/b", "C:\\s", 0, NULL));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        path_to_nt(&mt, rows[i].path, strlen(rows[i].path), &nt, &m);
        for (size_t k = 0; k < 5; k++)
            if (!CHECK_EQ(rows[i].want[k], mount_judge(&mt, &mt.v[k], rows[i].path, strlen(rows[i].path), &m)))
                test_note("%s, entry %zu", rows[i].path, k);
    }
    for (int v = 0; v < MOUNT_VERDICTS; v++)
        CHECK(*mount_verdict_text((enum mount_verdict)v));
    wbuf_free(&nt);
    mount_free(&mt);
}

int main(void)
{
    scopes();
    text_form();
    cygdrive_root();
    many();
    judge();
    return test_done();
}
