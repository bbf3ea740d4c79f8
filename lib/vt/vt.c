/* SPDX-License-Identifier: BSD-2-Clause */
/* The parser and what acts on the cursor and on cells. Colours and modes are in vt_mode.c. */
#include "lib/vt/vt_int.h"

#include <string.h>

enum { GROUND, ESCAPE, MIDDLE, CSI, STRING, STRING_ESC };

void vt_init(struct vt *v, const struct vt_ops *ops, void *arg, int rows, int columns)
{
    memset(v, 0, sizeof(*v));
    v->ops = ops;
    v->arg = arg;
    v->c.attr = v->saved.attr = (struct vt_attr){ VT_DEFAULT, VT_DEFAULT, 0 };
    vt_resize(v, rows, columns);
}

static int within(int n, int low, int high)
{
    return n < low ? low : n > high ? high : n;
}

void vt_resize(struct vt *v, int rows, int columns)
{
    rows = rows < 1 ? 1 : rows;
    columns = columns < 1 ? 1 : columns;
    if (rows == v->rows && columns == v->columns)
        return;
    vt_flush(v);
    v->rows = rows;
    v->columns = columns;
    v->top = 0;
    v->bottom = rows - 1;
    v->pending = false;
    v->c.x = within(v->c.x, 0, columns - 1);
    v->c.y = within(v->c.y, 0, rows - 1);
}

void vt_flush(struct vt *v)
{
    if (v->n_run)
        v->ops->put(v->arg, v->run_x, v->run_y, v->run, v->n_run);
    v->n_run = 0;
}

int vt_param(const struct vt *v, int i, int otherwise)
{
    return i < v->n_params && v->params[i] > 0 ? v->params[i] : otherwise;
}

/* ---- the cursor ---- */

void vt_move(struct vt *v, int x, int y)
{
    v->pending = false;
    v->c.x = within(x, 0, v->columns - 1);
    v->c.y = within(y, 0, v->rows - 1);
}

void vt_home(struct vt *v)
{
    vt_move(v, 0, v->c.origin ? v->top : 0);
}

static void move_to(struct vt *v, int x, int y)
{
    if (v->c.origin)
        y = within(y + v->top, v->top, v->bottom);
    vt_move(v, x, y);
}

/* Up and down stop at the region's edge if they begin inside. */
static void move_by(struct vt *v, int dy)
{
    int top = v->c.y >= v->top ? v->top : 0, bottom = v->c.y <= v->bottom ? v->bottom : v->rows - 1;

    vt_move(v, v->c.x, within(v->c.y + dy, top, bottom));
}

static void index_down(struct vt *v)
{
    v->pending = false;
    if (v->c.y == v->bottom) {
        vt_flush(v);
        v->ops->scroll(v->arg, v->top, v->bottom, 1);
    } else if (v->c.y < v->rows - 1) {
        v->c.y++;
    }
}

static void index_up(struct vt *v)
{
    v->pending = false;
    if (v->c.y == v->top) {
        vt_flush(v);
        v->ops->scroll(v->arg, v->top, v->bottom, -1);
    } else if (v->c.y > 0) {
        v->c.y--;
    }
}

static bool bit(const uint8_t *map, int x)
{
    return x < VT_COLUMNS && map[x / 8] & 1 << x % 8;
}

static bool is_stop(const struct vt *v, int x)
{
    return bit(v->tab, x) || (x % 8 == 0 && !bit(v->no_tab, x));
}

static void tab(struct vt *v, int n)
{
    int x = v->c.x, step = n < 0 ? -1 : 1;

    for (; n; n -= step)
        do
            x += step;
        while (x > 0 && x < v->columns - 1 && !is_stop(v, x));
    vt_move(v, x, v->c.y);
}

static void set_stop(struct vt *v, bool on)
{
    int x = v->c.x;

    if (x >= VT_COLUMNS)
        return;
    v->tab[x / 8] &= (uint8_t)~(1 << x % 8);
    v->no_tab[x / 8] |= (uint8_t)(1 << x % 8);
    if (on)
        v->tab[x / 8] |= (uint8_t)(1 << x % 8);
}

static void save(struct vt *v)
{
    v->saved = v->c;
}

static void restore(struct vt *v)
{
    int x = v->saved.x, y = v->saved.y;

    vt_flush(v);
    v->c = v->saved;
    vt_move(v, x, y);
    v->ops->attr(v->arg, &v->c.attr);
}

/* ---- text ---- */

/* Characters 0x5f to 0x7e of the set for line drawing. */
static const uint16_t drawing[] = {
    0x00a0, 0x25c6, 0x2592, 0x2409, 0x240c, 0x240d, 0x240a, 0x00b0, 0x00b1, 0x2424, 0x240b, 0x2518, 0x2510, 0x250c,
    0x2514, 0x253c, 0x23ba, 0x23bb, 0x2500, 0x23bc, 0x23bd, 0x251c, 0x2524, 0x2534, 0x252c, 0x2502, 0x2264, 0x2265,
    0x03c0, 0x2260, 0x00a3, 0x00b7,
};

static void print(struct vt *v, uint32_t ch)
{
    if (v->c.drawing[v->c.shifted] && ch >= 0x5f && ch < 0x7f)
        ch = drawing[ch - 0x5f];
    if (v->pending && !v->no_wrap) {
        v->c.x = 0;
        index_down(v);
    }
    v->pending = false;
    if (v->insert) {
        vt_flush(v);
        v->ops->shift(v->arg, v->c.x, v->c.y, 1);
    }
    if (v->n_run == sizeof(v->run) / sizeof(v->run[0]) || v->run_y != v->c.y || v->run_x + v->n_run != v->c.x)
        vt_flush(v);
    if (!v->n_run) {
        v->run_x = v->c.x;
        v->run_y = v->c.y;
    }
    v->run[v->n_run++] = v->last = ch;
    if (v->c.x < v->columns - 1)
        v->c.x++;
    else
        v->pending = true;
}

static void control(struct vt *v, uint32_t ch)
{
    switch (ch) {
    case '\a':
        v->ops->bell(v->arg);
        break;
    case '\b':
        vt_move(v, v->c.x - 1, v->c.y);
        break;
    case '\t':
        tab(v, 1);
        break;
    case '\n':
    case '\v':
    case '\f':
        if (v->newline)
            v->c.x = 0;
        index_down(v);
        break;
    case '\r':
        vt_move(v, 0, v->c.y);
        break;
    case 0x0e:
    case 0x0f:
        v->c.shifted = ch == 0x0e;
        break;
    default:
        break;
    }
}

/* ---- cells ---- */

static void erase(struct vt *v, int x, int y, int n)
{
    if (n > 0)
        v->ops->erase(v->arg, x, y, n);
}

static void erase_line(struct vt *v, int how)
{
    int x = v->c.x, y = v->c.y;

    erase(v, how ? 0 : x, y, how == 0 ? v->columns - x : how == 1 ? x + 1 : v->columns);
}

static void erase_screen(struct vt *v, int how)
{
    if (how > 2)
        return;
    if (how < 2)
        erase_line(v, how);
    for (int y = how == 0 ? v->c.y + 1 : 0; y < (how == 1 ? v->c.y : v->rows); y++)
        erase(v, 0, y, v->columns);
}

/* In the region, from the cursor's line on. */
static void lines(struct vt *v, int by)
{
    if (v->c.y < v->top || v->c.y > v->bottom)
        return;
    v->ops->scroll(v->arg, v->c.y, v->bottom, within(by, v->c.y - v->bottom - 1, v->bottom - v->c.y + 1));
    vt_move(v, 0, v->c.y);
}

static void region(struct vt *v)
{
    int top = vt_param(v, 0, 1) - 1, bottom = within(vt_param(v, 1, v->rows) - 1, 0, v->rows - 1);

    if (top >= bottom)
        return;
    v->top = top;
    v->bottom = bottom;
    vt_home(v);
}

static void repeat(struct vt *v, int n)
{
    uint32_t ch = v->last;

    for (n = within(n, 0, v->rows * v->columns); n && ch; n--)
        print(v, ch);
}

static void answer(struct vt *v)
{
    char text[32] = "\033[0n", *p = text + 2;
    int at[2] = { v->c.y + 1 - (v->c.origin ? v->top : 0), v->c.x + 1 };

    if (v->params[0] == 5) {
        v->ops->reply(v->arg, text, 4);
        return;
    }
    if (v->params[0] != 6)
        return;
    for (int i = 0; i < 2; i++) {
        if (at[i] >= 100)
            *p++ = (char)('0' + at[i] / 100 % 10);
        if (at[i] >= 10)
            *p++ = (char)('0' + at[i] / 10 % 10);
        *p++ = (char)('0' + at[i] % 10);
        *p++ = i ? 'R' : ';';
    }
    v->ops->reply(v->arg, text, (size_t)(p - text));
}

/* Those that move the cursor. True: it was one. */
static bool csi_cursor(struct vt *v, char final)
{
    int n = vt_param(v, 0, 1);

    switch (final) {
    case 'A': move_by(v, -n); return true;
    case 'B': case 'e': move_by(v, n); return true;
    case 'C': case 'a': vt_move(v, v->c.x + n, v->c.y); return true;
    case 'D': vt_move(v, v->c.x - n, v->c.y); return true;
    case 'E': move_by(v, n); v->c.x = 0; return true;
    case 'F': move_by(v, -n); v->c.x = 0; return true;
    case 'G': case '`': vt_move(v, n - 1, v->c.y); return true;
    case 'H': case 'f': move_to(v, vt_param(v, 1, 1) - 1, n - 1); return true;
    case 'I': tab(v, within(n, 0, v->columns)); return true;
    case 'Z': tab(v, -within(n, 0, v->columns)); return true;
    case 'd': move_to(v, v->c.x, n - 1); return true;
    case 's': save(v); return true;
    case 'u': restore(v); return true;
    default: return false;
    }
}

static void csi(struct vt *v, char final)
{
    int n = vt_param(v, 0, 1), x = v->c.x, y = v->c.y;

    if (v->middle == '!' && final == 'p')
        vt_reset_modes(v);
    if (v->middle || (v->prefix && v->prefix != '?'))
        return;
    if (v->prefix) {
        if (final == 'h' || final == 'l')
            vt_private_mode(v, final == 'h');
        return;
    }
    if (csi_cursor(v, final))
        return;
    switch (final) {
    case '@': v->ops->shift(v->arg, x, y, within(n, 0, v->columns - x)); v->pending = false; break;
    case 'P': v->ops->shift(v->arg, x, y, -within(n, 0, v->columns - x)); v->pending = false; break;
    case 'X': erase(v, x, y, within(n, 0, v->columns - x)); v->pending = false; break;
    case 'J': erase_screen(v, vt_param(v, 0, 0)); break;
    case 'K': erase_line(v, within(vt_param(v, 0, 0), 0, 2)); break;
    case 'L': lines(v, -n); break;
    case 'M': lines(v, n); break;
    case 'S': v->ops->scroll(v->arg, v->top, v->bottom, within(n, 0, v->bottom - v->top + 1)); break;
    case 'T': v->ops->scroll(v->arg, v->top, v->bottom, -within(n, 0, v->bottom - v->top + 1)); break;
    case 'b': repeat(v, n); break;
    case 'c': v->ops->reply(v->arg, "\033[?6c", 5); break;
    case 'g':
        if (vt_param(v, 0, 0) == 0)
            set_stop(v, false);
        else if (v->params[0] == 3) {
            memset(v->tab, 0, sizeof(v->tab));
            memset(v->no_tab, 0xff, sizeof(v->no_tab));
        }
        break;
    case 'h': case 'l': vt_mode(v, final == 'h'); break;
    case 'm': vt_colours(v); break;
    case 'n': answer(v); break;
    case 'r': region(v); break;
    default: break;
    }
}

/* ---- sequences without parameters ---- */

static void escape(struct vt *v, char ch)
{
    switch (ch) {
    case '7': save(v); break;
    case '8': restore(v); break;
    case 'D': index_down(v); break;
    case 'E': v->c.x = 0; index_down(v); break;
    case 'H': set_stop(v, true); break;
    case 'M': index_up(v); break;
    case 'c':
        vt_reset_modes(v);
        vt_move(v, 0, 0);
        erase_screen(v, 2);
        break;
    default: break;
    }
}

/* ESC, a byte between, the last: character sets and DEC's test picture. */
static void escape_with(struct vt *v, char middle, char final)
{
    if (middle == '(' || middle == ')')
        v->c.drawing[middle == ')'] = final == '0';
    if (middle == '#' && final == '8') {
        for (int y = 0; y < v->rows; y++) {
            vt_move(v, 0, y);
            for (int x = 0; x < v->columns; x++)
                print(v, 'E');
        }
        vt_move(v, 0, 0);
    }
}

static void parameter(struct vt *v, uint32_t ch)
{
    int *p = &v->params[v->n_params ? v->n_params - 1 : 0];

    if (!v->n_params)
        v->n_params = 1;
    if (ch == ';' || ch == ':') {
        if (v->n_params < VT_PARAMS)
            v->params[v->n_params++] = 0;
    } else if (*p < 100000) {
        *p = *p * 10 + (int)(ch - '0');
    }
}

static void begin_csi(struct vt *v)
{
    v->state = CSI;
    v->prefix = v->middle = 0;
    v->n_params = 0;
    v->params[0] = 0;
}

static void in_escape(struct vt *v, uint32_t ch)
{
    v->state = GROUND;
    if (ch == '[') {
        begin_csi(v);
    } else if (ch == ']' || ch == 'P' || ch == '_' || ch == '^' || ch == 'X') {
        v->state = STRING;
        v->prefix = (char)ch;
        v->n_text = 0;
    } else if (ch >= 0x20 && ch < 0x30) {
        v->state = MIDDLE;
        v->middle = (char)ch;
    } else if (ch < 0x7f) {
        escape(v, (char)ch);
    }
}

static void in_csi(struct vt *v, uint32_t ch)
{
    if (ch >= '0' && ch <= ';') {
        parameter(v, ch);
    } else if (ch >= '<' && ch <= '?') {
        v->prefix = (char)ch;
    } else if (ch >= 0x20 && ch < 0x30) {
        v->middle = (char)ch;
    } else {
        v->state = GROUND;
        if (ch >= 0x40 && ch < 0x7f) {
            vt_flush(v);
            csi(v, (char)ch);
        }
    }
}

/* Only the title of an OSC counts: "0;TEXT" or "2;TEXT". */
static void end_string(struct vt *v)
{
    v->state = GROUND;
    if (v->prefix == ']' && v->n_text > 2 && (v->text[0] == '0' || v->text[0] == '2') && v->text[1] == ';')
        v->ops->title(v->arg, v->text + 2, v->n_text - 2);
}

static void in_string(struct vt *v, uint32_t ch)
{
    if (ch == '\a' || ch == 0x9c)
        end_string(v);
    else if (ch == 0x1b)
        v->state = STRING_ESC;
    else if (v->n_text < sizeof(v->text) && ch < 0x80)
        v->text[v->n_text++] = (char)ch;
}

void vt_char(struct vt *v, uint32_t ch)
{
    if (v->state == STRING) {
        in_string(v, ch);
    } else if (v->state == STRING_ESC) {
        end_string(v);
        if (ch != '\\')
            in_escape(v, ch);
    } else if (ch == 0x1b) {
        v->state = ESCAPE;
    } else if (ch == 0x18 || ch == 0x1a) {
        v->state = GROUND;
    } else if (ch < 0x20) {
        control(v, ch); /* in the midst of a sequence, too */
    } else if (ch == 0x7f) {
        return;
    } else if (v->state == ESCAPE) {
        in_escape(v, ch);
    } else if (v->state == MIDDLE) {
        v->state = GROUND;
        if (ch < 0x7f)
            escape_with(v, v->middle, (char)ch);
    } else if (v->state == CSI) {
        in_csi(v, ch);
    } else {
        print(v, ch);
    }
}
