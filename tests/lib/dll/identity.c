/* SPDX-License-Identifier: BSD-2-Clause */
/* Fork protection: identities, names of directories and mutexes, stamps. */
#include <stdlib.h>

#include "lib/dll/identity.h"
#include "lib/dll/names.h"
#include "lib/dll/stamp.h"
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

static const struct dll_identity base = { .ino = 7, .volume = 1, .size = 100, .mtime = 50, .ctime = 60 };

static void compare(void)
{
    static const struct {
        struct dll_identity now;
        int contents;
        enum dll_change change;
        int glance;
    } rows[] = {
        { { 7, 1, 100, 50, 60 }, 1, DLL_SAME, 1 },
        { { 7, 1, 100, 50, 61 }, 1, DLL_TOUCHED, 0 },
        { { 7, 1, 100, 51, 60 }, 1, DLL_TOUCHED, 0 },
        { { 7, 1, 100, 51, 60 }, 0, DLL_OVERWRITTEN, 0 },
        { { 7, 1, 101, 50, 60 }, 1, DLL_OVERWRITTEN, 0 },
        { { 8, 1, 100, 50, 61 }, 1, DLL_REPLACED, 0 },
        { { 7, 2, 100, 50, 61 }, 1, DLL_REPLACED, 0 },
    };
    struct dll_identity no_ctime = base;

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        test("comparison %zu: %s", i, dll_change_name(rows[i].change));
        CHECK_EQ(rows[i].change, dll_compare(&base, &rows[i].now, rows[i].contents));
        CHECK_EQ(rows[i].glance, dll_same_at_a_glance(&base, &rows[i].now));
    }
    test("links and copies");
    {
        struct dll_abilities can = { 1, 1, 0 };

        CHECK(!dll_why_copied(&can, DLL_REPLACED));
        CHECK(!dll_why_copied(&can, DLL_SAME));
        can.posix_delete = 0;
        CHECK(!dll_why_copied(&can, DLL_REMOVED));
        CHECK(dll_why_copied(&can, DLL_SAME));
        can.wine = 1;
        CHECK(dll_why_copied(&can, DLL_REPLACED));
        can = (struct dll_abilities){ 0, 1, 0 };
        CHECK(dll_why_copied(&can, DLL_REPLACED));
    }
    test("a file system without times of change is always looked at closely");
    no_ctime.ctime = 0;
    CHECK_EQ(0, dll_same_at_a_glance(&no_ctime, &no_ctime));
    test("what matters");
    CHECK_EQ(0, dll_change_matters(DLL_SAME));
    CHECK_EQ(0, dll_change_matters(DLL_TOUCHED));
    CHECK_EQ(0, dll_change_matters(DLL_OVERWRITTEN));
    CHECK_EQ(1, dll_change_matters(DLL_REPLACED));
    CHECK_EQ(1, dll_change_matters(DLL_RENAMED));
    CHECK_EQ(1, dll_change_matters(DLL_REMOVED));
    CHECK_STR("unknown", dll_change_name(99));
}

static uint64_t hash(const struct dll_identity *id, const char *name)
{
    struct wbuf w;
    uint64_t h;

    wbuf_init(&w, mem, NULL, 0);
    utf8_to_wide(&w, name, strlen(name));
    h = dll_hash_file(DLL_HASH_START, id, w.p, w.len);
    wbuf_free(&w);
    return h;
}

static void names(void)
{
    struct dll_identity other = base;
    static const uint16_t program[] = { 'a', '-', 0xe4, '.', 'e', 'x', 'e' };
    struct wbuf w;
    struct buf b;

    test("hashes differ with identity and name, not with case and time of change");
    other.ctime++;
    CHECK(hash(&base, "a.dll") == hash(&other, "A.dll"));
    CHECK(hash(&base, "a.dll") != hash(&base, "b.dll"));
    other.mtime--;
    CHECK(hash(&base, "a.dll") != hash(&other, "a.dll"));

    test("directory names lead back to the hash");
    wbuf_init(&w, mem, NULL, 0);
    buf_init(&b, mem, NULL, 0);
    dll_directory_name(&w, program, 7, 0x0123456789abcdefull);
    CHECK_EQ(24, w.len);
    CHECK(dll_directory_hash(w.p, w.len) == 0x0123456789abcdefull);
    CHECK(dll_directory_hash(w.p, w.len - 1) == 0);
    w.p[w.len - 1] = 'x';
    CHECK(dll_directory_hash(w.p, w.len) == 0);
    w.p[w.len - 1] = 'f';
    w.p[7] = '+';
    CHECK(dll_directory_hash(w.p, w.len) == 0);
    CHECK(dll_directory_hash(w.p, 3) == 0);
    wbuf_free(&w);

    test("mutex names fit and differ by user");
    dll_mutex_name(&b, "S-1-5-21-1-2-3-1000", 0x1f);
    CHECK(b.len < 60 && strstr(b.p, "-000000000000001f") != NULL);
    {
        char *first = strdup(b.p);

        buf_cut(&b, 0);
        dll_mutex_name(&b, "S-1-5-21-1-2-3-1001", 0x1f);
        CHECK(strcmp(first, b.p) != 0);
        free(first);
    }
    buf_free(&b);
}

static void variants(void)
{
    static const struct {
        const char *name, *wanted;
    } rows[] = {
        { "foo", "foo foo.dll foo.so" },
        { "foo.dll", "foo.dll" },
        { "FOO.DLL", "FOO.DLL" },
        { "libfoo.so", "libfoo.so cygfoo.dll libfoo.dll" },
        { "libfoo.so.1.2", "libfoo.so.1.2 cygfoo-1.dll cygfoo.dll libfoo-1.dll libfoo.dll" },
        { "foo.so.12", "foo.so.12 foo-12.dll foo.dll" },
        { "plain.", "plain" },
        { "a.sock", "a.sock a.sock.dll a.sock.so" },
        { "lib.so", "lib.so lib.dll" },
        { ".so", ".so .so.dll .so.so" },
        { "", " .dll .so" },
    };
    struct buf b, all;

    buf_init(&b, mem, NULL, 0);
    buf_init(&all, mem, NULL, 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        test("names for '%s'", rows[i].name);
        buf_cut(&all, 0);
        for (unsigned k = 0; dll_name_variant(rows[i].name, k, &b) > 0 && k < 20; k++) {
            if (k)
                buf_putc(&all, ' ');
            buf_put(&all, b.p, b.len);
        }
        CHECK_STR(rows[i].wanted, all.p);
    }
    buf_free(&b);
    buf_free(&all);
    test("last components");
    CHECK_STR("c.dll", dll_base_name("/a/b/c.dll"));
    CHECK_STR("c.dll", dll_base_name("z:\\b\\c.dll"));
    CHECK_STR("c", dll_base_name("c"));
    CHECK_STR("", dll_base_name("a/"));
}

static void stamps(void)
{
    unsigned char image[DLL_STAMP_BYTES] = { 'M', 'Z' };
    uint32_t s[DLL_STAMP_WORDS];

    test("stamps");
    image[0x3c] = 0x80;
    memcpy(image + 0x80, "PE\0\0", 4);
    image[0x80 + 8] = 1;
    image[0x80 + 24 + 64] = 2;
    image[0x80 + 24 + 56] = 3;
    image[0x80 + 24 + 16] = 4;
    CHECK_EQ(0, dll_stamp(image, sizeof(image), s));
    CHECK(s[0] == 1 && s[1] == 2 && s[2] == 3 && s[3] == 4);
    CHECK_EQ(-ENOEXEC, dll_stamp(image, 60, s));
    CHECK_EQ(-ENOEXEC, dll_stamp(image, 0x80 + 24 + 67, s));
    image[0x3f] = 0xff;
    CHECK_EQ(-ENOEXEC, dll_stamp(image, sizeof(image), s));
}

int main(void)
{
    compare();
    names();
    variants();
    stamps();
    return test_done();
}
