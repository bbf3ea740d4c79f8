/* SPDX-License-Identifier: BSD-2-Clause */
/* Modes and colours of the screen. */
#include "lib/vt/vt_int.h"

#include <string.h>

static void set_attr(struct vt *v, struct vt_attr a)
{
    v->c.attr = a;
    v->ops->attr(v->arg, &v->c.attr);
}

void vt_reset_modes(struct vt *v)
{
    vt_flush(v);
    v->no_wrap = v->insert = v->newline = v->pending = false;
    v->top = 0;
    v->bottom = v->rows - 1;
    v->c.origin = v->c.shifted = v->c.drawing[0] = v->c.drawing[1] = false;
    memset(v->tab, 0, sizeof(v->tab));
    memset(v->no_tab, 0, sizeof(v->no_tab));
    v->ops->show_cursor(v->arg, true);
    set_attr(v, (struct vt_attr){ VT_DEFAULT, VT_DEFAULT, 0 });
    v->saved = v->c;
    v->saved.x = v->saved.y = 0;
}

void vt_mode(struct vt *v, bool on)
{
    for (int i = 0; i < v->n_params; i++) {
        if (v->params[i] == 4)
            v->insert = on;
        else if (v->params[i] == 20)
            v->newline = on;
    }
}

/* 47, 1047, 1049: another screen; the last keeps the cursor, too. */
static void other_screen(struct vt *v, int number, bool on)
{
    if (number == 1049 && on)
        v->saved = v->c;
    v->ops->other_screen(v->arg, on);
    if (number == 1049 && !on) {
        v->c = v->saved;
        vt_move(v, v->saved.x, v->saved.y);
        v->ops->attr(v->arg, &v->c.attr);
    }
}

void vt_private_mode(struct vt *v, bool on)
{
    for (int i = 0; i < v->n_params; i++)
        switch (v->params[i]) {
        case 6:
            v->c.origin = on;
            vt_home(v);
            break;
        case 7:
            v->no_wrap = !on;
            v->pending = false;
            break;
        case 25:
            v->ops->show_cursor(v->arg, on);
            break;
        case 47:
        case 1047:
        case 1049:
            other_screen(v, v->params[i], on);
            break;
        case 1048:
            if (on)
                v->saved = v->c;
            else
                vt_move(v, v->saved.x, v->saved.y);
            break;
        default:
            break;
        }
}

/* ---- colours ---- */

/* The nearest of the sixteen. */
static uint8_t nearest(int r, int g, int b)
{
    int high = r > g ? r : g, limit;

    high = b > high ? b : high;
    if (high < 64)
        return 0;
    limit = high / 2;
    return (uint8_t)((r > limit) | (g > limit) << 1 | (b > limit) << 2 | (high > 191 ? 8 : 0));
}

static uint8_t of_256(int n)
{
    static const uint8_t level[] = { 0, 95, 135, 175, 215, 255 };

    if (n < 16)
        return (uint8_t)n;
    if (n >= 232)
        return nearest(8 + (n - 232) * 10, 8 + (n - 232) * 10, 8 + (n - 232) * 10);
    n -= 16;
    return nearest(level[n / 36], level[n / 6 % 6], level[n % 6]);
}

/* 38;5;N or 38;2;R;G;B at i: how many parameters that took. */
static int extended(const struct vt *v, int i, uint8_t *colour)
{
    if (i + 2 < v->n_params && v->params[i + 1] == 5) {
        if (v->params[i + 2] < 256)
            *colour = of_256(v->params[i + 2]);
        return 3;
    }
    if (i + 4 < v->n_params && v->params[i + 1] == 2) {
        *colour = nearest(v->params[i + 2], v->params[i + 3], v->params[i + 4]);
        return 5;
    }
    return v->n_params;
}

static void flags(struct vt_attr *a, int p)
{
    switch (p) {
    case 0: *a = (struct vt_attr){ VT_DEFAULT, VT_DEFAULT, 0 }; break;
    case 1: a->flags |= VT_BOLD; break;
    case 4: a->flags |= VT_UNDERLINE; break;
    case 7: a->flags |= VT_REVERSE; break;
    case 22: a->flags &= (uint8_t)~VT_BOLD; break;
    case 24: a->flags &= (uint8_t)~VT_UNDERLINE; break;
    case 27: a->flags &= (uint8_t)~VT_REVERSE; break;
    case 39: a->fg = VT_DEFAULT; break;
    case 49: a->bg = VT_DEFAULT; break;
    default: break;
    }
}

void vt_colours(struct vt *v)
{
    struct vt_attr a = v->c.attr;
    int n = v->n_params ? v->n_params : 1;

    for (int i = 0; i < n; i++) {
        int p = v->n_params ? v->params[i] : 0;

        if (p >= 30 && p <= 37)
            a.fg = (uint8_t)(p - 30);
        else if (p >= 40 && p <= 47)
            a.bg = (uint8_t)(p - 40);
        else if (p >= 90 && p <= 97)
            a.fg = (uint8_t)(p - 90 + 8);
        else if (p >= 100 && p <= 107)
            a.bg = (uint8_t)(p - 100 + 8);
        else if (p == 38 || p == 48)
            i += extended(v, i, p == 38 ? &a.fg : &a.bg) - 1;
        else
            flags(&a, p);
    }
    set_attr(v, a);
}
