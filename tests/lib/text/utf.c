/* SPDX-License-Identifier: BSD-2-Clause */
/* UTF-8 <-> UTF-16 and the reversible form. */
#include <stdlib.h>

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
    const char *s;
    size_t used;
    uint32_t c;
} chars[] = {
    { "a", 1, 'a' }, { "\xc2\x80", 2, 0x80 }, { "\xdf\xbf", 2, 0x7ff }, { "\xe0\xa0\x80", 3, 0x800 },
    { "\xef\xbf\xbf", 3, 0xffff }, { "\xf0\x90\x80\x80", 4, 0x10000 },
    { "\xf4\x8f\xbf\xbf", 4, 0x10ffff }, { "\xf4\x90\x80\x80", 0, 0 }, { "\xc0\x80", 0, 0 },
    { "\xc1\xbf", 0, 0 }, { "\xe0\x9f\xbf", 0, 0 }, { "\xf0\x8f\xbf\xbf", 0, 0 },
    { "\xed\xa0\x80", 0, 0 }, { "\xed\xbf\xbf", 0, 0 }, { "\x80", 0, 0 }, { "\xff", 0, 0 },
    { "\xc3", 0, 0 }, { "\xe2\x82", 0, 0 }, { "\xc3" "a", 0, 0 },
};

static const struct {
    const char *s;
    uint16_t w[8];
    size_t n;
} forms[] = {
    { "abc", { 'a', 'b', 'c' }, 3 },
    { "\xc3\xa9", { 0xe9 }, 1 },
    { "\xe9", { 0xf0e9 }, 1 },
    { "\xe2\x82", { 0xf0e2, 0xf082 }, 2 },
    { "\xf0\x9f\x98\x80", { 0xd83d, 0xde00 }, 2 },
    { "\xef\x83\xa9", { 0xf0ef, 0xf083, 0xf0a9 }, 3 },
    { "\xed\xa0\x80", { 0xd800 }, 1 },
    { "\xed\xa0\x80\xed\xb0\x80", { 0xf0ed, 0xf0a0, 0xf080, 0xf0ed, 0xf0b0, 0xf080 }, 6 },
    { "\xed\xb0\x80\xed\xa0\x80", { 0xdc00, 0xd800 }, 2 },
    { "\xed\xa0\x80\xf0\x9f\x98\x80", { 0xd800, 0xd83d, 0xde00 }, 3 },
};

/* xorshift: the same bytes every time */
static uint32_t next(uint32_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 17;
    *s ^= *s << 5;
    return *s;
}

static void reversible(void)
{
    static const unsigned char likely[] = { 0xed, 0xa0, 0x80, 0xb0, 0xef, 0x83, 0x81, 0xf0, 0x9f,
                                            0xc3, 0xe2, 'a', '.', 0xff, 0xbf, 0x90 };
    struct wbuf w;
    struct buf b;
    uint32_t seed = 1;
    int bad = 0;

    test("a million strings of awkward bytes come back");
    wbuf_init(&w, mem, NULL, 0);
    buf_init(&b, mem, NULL, 0);
    for (int i = 0; i < 1000000; i++) {
        char s[12];
        size_t n = next(&seed) % sizeof s;

        for (size_t k = 0; k < n; k++)
            s[k] = (char)likely[next(&seed) % sizeof likely];
        wbuf_cut(&w, 0);
        buf_cut(&b, 0);
        utf8_to_wide(&w, s, n);
        wide_to_utf8(&b, w.p, w.len);
        bad += b.len != n || (n && memcmp(b.p, s, n));
    }
    CHECK_EQ(0, bad);
    wbuf_free(&w);
    buf_free(&b);
}

int main(void)
{
    static const uint16_t lone[] = { 'a', 0xd800, 'b', 0xd83d, 0xde00 };
    struct wbuf w;
    struct buf b;

    for (size_t i = 0; i < sizeof chars / sizeof *chars; i++) {
        uint32_t c = 0;
        char t[4];

        test("character %zu", i);
        CHECK_EQ(chars[i].used, utf8_get(chars[i].s, strlen(chars[i].s), &c));
        if (chars[i].used) {
            CHECK_EQ(chars[i].c, c);
            CHECK_EQ(chars[i].used, utf8_put(t, c));
            CHECK(!memcmp(t, chars[i].s, chars[i].used));
        }
    }
    wbuf_init(&w, mem, NULL, 0);
    buf_init(&b, mem, NULL, 0);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        test("reversible form %zu", i);
        wbuf_cut(&w, 0);
        buf_cut(&b, 0);
        utf8_to_wide(&w, forms[i].s, strlen(forms[i].s));
        CHECK_EQ(forms[i].n, w.len);
        CHECK(!memcmp(forms[i].w, w.p, w.len * 2));
        wide_to_utf8(&b, w.p, w.len);
        CHECK_STR(forms[i].s, b.p);
    }
    test("text form replaces what is invalid");
    buf_cut(&b, 0);
    wide_to_utf8_text(&b, lone, 5);
    CHECK_STR("a\xef\xbf\xbd" "b\xf0\x9f\x98\x80", b.p);
    test("case folding");
    CHECK_EQ('A', wide_fold('a'));
    CHECK_EQ('[', wide_fold('['));
    CHECK_EQ(0xc9, wide_fold(0xe9));
    CHECK_EQ(0xf7, wide_fold(0xf7));
    CHECK_EQ(0x416, wide_fold(0x436));
    wbuf_free(&w);
    buf_free(&b);
    reversible();
    return test_done();
}
