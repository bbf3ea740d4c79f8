/* SPDX-License-Identifier: BSD-2-Clause */
/* Control sequences on consoles that do not know them. The cursor and the colour are the console's, so that they
 * are right after whatever other programs wrote; modes, the region and tab stops are of this process. */
#include "screen.h"

#include <string.h>

#include "caps.h"
#include "lib/vt/vt.h"
#include "mm.h"
#include "nt_console.h"

#define DEFAULT_ATTR 7u
#define INTENSITY 8u
#define UNDERSCORE 0x8000u

static struct vt vt;                /* a forked child goes on with it */
static struct nt_screen now;        /* the console, during a write */
static NOCOPY handle_t output, input;
static NOCOPY int8_t needed;        /* 0: not asked yet, 1: yes, -1: no */

bool screen_needed(void)
{
    if (!needed)
        needed = cap(CAP_vt_console) && nt_console_knows_vt() ? -1 : 1;
    return needed > 0;
}

/* ---- colours: ANSI has red as 1, Windows as 4 ---- */

static unsigned swap(unsigned c)
{
    return (c & 0xau) | (c & 1) << 2 | (c >> 2 & 1);
}

static uint16_t to_windows(const struct vt_attr *a)
{
    unsigned fg = a->fg == VT_DEFAULT ? DEFAULT_ATTR & 0xf : swap(a->fg);
    unsigned bg = a->bg == VT_DEFAULT ? DEFAULT_ATTR >> 4 : swap(a->bg);

    if (a->flags & VT_BOLD)
        fg |= INTENSITY;
    if (a->flags & VT_REVERSE)
        return (uint16_t)(bg | fg << 4 | (a->flags & VT_UNDERLINE ? UNDERSCORE : 0));
    return (uint16_t)(fg | bg << 4 | (a->flags & VT_UNDERLINE ? UNDERSCORE : 0));
}

/* What is erased has the background, but neither line nor reversal. */
static uint16_t blank(void)
{
    struct vt_attr a = { VT_DEFAULT, vt.c.attr.bg, 0 };

    return to_windows(&a);
}

/* Another program may have set a colour. */
static struct vt_attr from_windows(uint16_t w)
{
    struct vt_attr a = { (uint8_t)swap(w & 0xfu), (uint8_t)swap(w >> 4 & 0xfu), 0 };

    if ((w & 0xfu) == (DEFAULT_ATTR & 0xf))
        a.fg = VT_DEFAULT;
    if ((w >> 4 & 0xfu) == DEFAULT_ATTR >> 4)
        a.bg = VT_DEFAULT;
    if (w & UNDERSCORE)
        a.flags = VT_UNDERLINE;
    return a;
}

/* ---- operations ---- */

static void put(void *arg, int x, int y, const uint32_t *text, int n)
{
    uint16_t units[128];

    for (int i = 0; i < n; i++) /* a cell has one unit */
        units[i] = text[i] > 0xffff ? 0xfffd : (uint16_t)text[i];
    nt_screen_put(output, &now, x, y, units, (unsigned)n);
}

static void erase(void *arg, int x, int y, int n)
{
    nt_screen_fill(output, &now, x, y, (unsigned)n, blank());
}

static void shift(void *arg, int x, int y, int by)
{
    int n = by < 0 ? -by : by;

    if (n >= now.columns - x)
        erase(arg, x, y, now.columns - x);
    else if (n)
        nt_screen_move(output, &now, x, y, y, by, 0, blank());
}

static void scroll(void *arg, int top, int bottom, int by)
{
    int n = by < 0 ? -by : by;

    if (n > bottom - top)
        for (int y = top; y <= bottom; y++)
            erase(arg, 0, y, now.columns);
    else if (n)
        nt_screen_move(output, &now, 0, top, bottom, 0, -by, blank());
}

static void attr(void *arg, const struct vt_attr *a)
{
    now.attr = to_windows(a);
    nt_screen_attr(output, now.attr);
}

static void show_cursor(void *arg, bool on)
{
    nt_screen_show_cursor(output, on);
}

/* There is one screen: what stood on it comes not back, but nothing of the other is left. */
static void other_screen(void *arg, bool on)
{
    for (int y = 0; y < now.rows; y++)
        nt_screen_fill(output, &now, 0, y, (unsigned)now.columns, DEFAULT_ATTR);
}

static void title(void *arg, const char *text, size_t n)
{
    uint16_t wide[sizeof(vt.text) + 1];

    for (size_t i = 0; i < n; i++)
        wide[i] = (unsigned char)text[i];
    wide[n] = 0;
    nt_console_title(wide);
}

static void bell(void *arg)
{
    static const uint16_t bel = 7;

    nt_console_write(output, &bel, 1);
}

static void reply(void *arg, const char *text, size_t n)
{
    for (size_t i = 0; i < n && input; i++)
        nt_console_type(input, (unsigned char)text[i]);
}

static const struct vt_ops ops = {
    .put = put, .erase = erase, .shift = shift, .scroll = scroll, .attr = attr, .show_cursor = show_cursor,
    .other_screen = other_screen, .title = title, .bell = bell, .reply = reply,
};

/* ---- writing ---- */

static void begin(void)
{
    if (!vt.ops)
        vt_init(&vt, &ops, NULL, now.rows, now.columns);
    vt_resize(&vt, now.rows, now.columns);
    if (now.x != vt.c.x || now.y != vt.c.y) { /* somebody else wrote */
        vt.pending = false;
        vt.c.x = now.x;
        vt.c.y = now.y;
    }
    if (now.attr != to_windows(&vt.c.attr))
        vt.c.attr = from_windows(now.attr);
}

int screen_write(handle_t out, handle_t in, const uint16_t *text, size_t n, bool newline)
{
    int r = nt_screen_get(out, &now);

    if (r < 0)
        return r;
    output = out;
    input = in;
    begin();
    for (size_t i = 0; i < n; i++) {
        uint32_t ch = text[i];

        if (ch >> 10 == 0x36 && i + 1 < n && text[i + 1] >> 10 == 0x37)
            ch = 0x10000 + ((ch & 0x3ff) << 10 | (text[++i] & 0x3ff));
        if (ch == '\n' && newline)
            vt_char(&vt, '\r');
        vt_char(&vt, ch);
    }
    vt_flush(&vt);
    nt_screen_cursor(out, &now, vt.c.x, vt.c.y);
    return 0;
}
