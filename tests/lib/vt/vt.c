/* SPDX-License-Identifier: BSD-2-Clause */
/* The screen of lib/vt over a picture of 6 lines of 10 columns. */
#include "lib/vt/vt.h"

#include <stdlib.h>

#include "tap.h"

enum { ROWS = 6, COLUMNS = 10 };
static char cell[ROWS][COLUMNS];
static struct vt vt;
static char replied[64];

static void put(void *arg, int x, int y, const uint32_t *text, int n)
{
    for (int i = 0; i < n; i++)
        cell[y][x + i] = text[i] < 128 ? (char)text[i] : '#';
}

static void erase(void *arg, int x, int y, int n)
{
    memset(&cell[y][x], ' ', (size_t)n);
}

static void shift(void *arg, int x, int y, int by)
{
    char *p = &cell[y][x];
    size_t n = (size_t)(COLUMNS - x), k = (size_t)abs(by);

    memmove(by > 0 ? p + k : p, by > 0 ? p : p + k, n - k);
    memset(by > 0 ? p : p + n - k, ' ', k);
}

static void scroll(void *arg, int top, int bottom, int by)
{
    size_t n = (size_t)(bottom - top + 1), k = (size_t)abs(by);

    memmove(cell[by > 0 ? top : top + (int)k], cell[by > 0 ? top + (int)k : top], (n - k) * COLUMNS);
    memset(cell[by > 0 ? bottom + 1 - (int)k : top], ' ', k * COLUMNS);
}

static void attr(void *arg, const struct vt_attr *a)
{
}

static void flag(void *arg, bool on)
{
}

static void title(void *arg, const char *text, size_t n)
{
}

static void bell(void *arg)
{
}

static void reply(void *arg, const char *text, size_t n)
{
    memcpy(replied, text, n);
    replied[n] = 0;
}

static const struct vt_ops ops = { put, erase, shift, scroll, attr, flag, flag, title, bell, reply };

/* What stands there after the text: lines, blanks at their ends left out, joined by |. */
static const char *shown(const char *text)
{
    static char out[ROWS * (COLUMNS + 1) + 1];
    char *p = out;

    memset(cell, ' ', sizeof(cell));
    vt_init(&vt, &ops, NULL, ROWS, COLUMNS);
    for (; *text; text++)
        vt_char(&vt, (unsigned char)*text);
    vt_flush(&vt);
    for (int y = 0; y < ROWS; y++) {
        int n = COLUMNS;

        while (n && cell[y][n - 1] == ' ')
            n--;
        memcpy(p, cell[y], (size_t)n);
        p += n;
        *p++ = '|';
    }
    while (p > out && p[-1] == '|')
        p--;
    *p = 0;
    return out;
}

int main(void)
{
    test("text, controls, wrapping");
    CHECK_STR("aXc", shown("abc\b\bX"));
    CHECK_STR("0123456789|x", shown("0123456789x"));
    CHECK_STR("01234567y9", shown("0123456789\by"));
    CHECK_STR("a       b", shown("a\tb"));
    CHECK_STR("2|3|4|5|6|7", shown("1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7"));
    CHECK_STR("012345678x", shown("\033[?7l0123456789abcx"));
    test("the cursor");
    CHECK_STR("||   x", shown("\033[3;4Hx"));
    CHECK_STR("|||||         x", shown("\033[99;99Hx"));
    CHECK_STR("a| b", shown("a\0337\033[5;5H\0338\nb"));
    shown("\033[3;4H\033[6n");
    CHECK_STR("\033[3;4R", replied);
    test("erasing, inserting, deleting");
    CHECK_STR("abc|xyz", shown("abcdef\r\nxyz\033[A\033[K"));
    CHECK_STR("ab  cd", shown("abcd\033[3G\033[2@"));
    CHECK_STR("abf", shown("abcdef\033[3G\033[3P"));
    CHECK_STR("1||2|3", shown("1\r\n2\r\n3\033[2;1H\033[L"));
    CHECK_STR("1|3", shown("1\r\n2\r\n3\033[2;1H\033[M"));
    CHECK_STR("aXYb", shown("ab\033[2G\033[4hXY\033[4l"));
    test("a region, origin");
    CHECK_STR("top|3|4|5", shown("top\033[2;4r\033[2;1H1\r\n2\r\n3\r\n4\r\n5"));
    CHECK_STR("||x", shown("\033[3;5r\033[?6h\033[1;1Hx"));
    CHECK_STR("b|a", shown("a\r\033Mb"));
    test("colours are reduced to sixteen");
    shown("\033[38;5;196m");
    CHECK_EQ(9, vt.c.attr.fg);
    shown("\033[1;38;2;0;0;100;41m");
    CHECK(vt.c.attr.fg == 4 && vt.c.attr.bg == 1 && vt.c.attr.flags == VT_BOLD);
    shown("\033[97m\033[39m");
    CHECK_EQ(VT_DEFAULT, vt.c.attr.fg);
    test("what is not known leaves nothing");
    CHECK_STR("ab", shown("a\033]0;title\007\033[?12345z\033P+q\033\\\033[>cb"));
    test("any bytes");
    srand(1);
    for (int i = 0; i < 200000; i++) {
        static const char likely[] = "\033[;?0123456789ABCDHJKLMPSTXrhlmn@\n\r\t\b]7 8";
        uint32_t ch = rand() % 4 ? (unsigned char)likely[(size_t)rand() % (sizeof(likely) - 1)] : (uint32_t)rand() % 0x110000;

        if (i % 1000 == 0)
            shown("");
        vt_char(&vt, ch);
        if (vt.c.x < 0 || vt.c.x >= COLUMNS || vt.c.y < 0 || vt.c.y >= ROWS)
            break;
    }
    CHECK(vt.c.x >= 0 && vt.c.x < COLUMNS && vt.c.y >= 0 && vt.c.y < ROWS);
    return test_done();
}
