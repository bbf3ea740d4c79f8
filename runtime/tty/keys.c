/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys of the console to the bytes that a terminal of type xterm sends. */
#include "keys.h"

#include <stdio.h>
#include <string.h>

#include "text/utf.h"

enum { /* virtual-key codes */
    KEY_BACK = 0x08, KEY_TAB = 0x09, KEY_PAGE_UP = 0x21, KEY_F1 = 0x70,
};

/* From KEY_PAGE_UP on: final byte of a sequence, or number before '~'. */
static const struct {
    char final;
    uint8_t number;
} keypad[] = {
    { '~', 5 }, { '~', 6 }, { 'F', 0 }, { 'H', 0 }, { 'D', 0 }, { 'A', 0 }, { 'C', 0 }, { 'B', 0 },
    { 0, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 }, { '~', 2 }, { '~', 3 },
};
static const uint8_t function[] = { 0, 0, 0, 0, 15, 17, 18, 19, 20, 21, 23, 24 };

/* CSI sequence with xterm's number for the modifiers. */
static void sequence(struct buf *out, const struct nt_key *k, int number, char final)
{
    int mod = 1 + k->shift + 2 * k->alt + 4 * k->ctrl;

    buf_puts(out, "\033[");
    if (number || mod > 1)
        buf_putu(out, number ? (uint64_t)number : 1);
    if (mod > 1) {
        buf_putc(out, ';');
        buf_putu(out, (uint64_t)mod);
    }
    buf_putc(out, final);
}

static void special(struct buf *out, const struct nt_key *k)
{
    unsigned pad = (unsigned)k->code - KEY_PAGE_UP, fn = (unsigned)k->code - KEY_F1;

    if (pad < ARRAY_SIZE(keypad) && keypad[pad].final) {
        sequence(out, k, keypad[pad].number, keypad[pad].final);
    } else if (fn < 4) {
        if (k->shift || k->alt || k->ctrl) {
            sequence(out, k, 0, (char)('P' + fn));
        } else {
            buf_puts(out, "\033O");
            buf_putc(out, (char)('P' + fn));
        }
    } else if (fn < ARRAY_SIZE(function)) {
        sequence(out, k, function[fn], '~');
    }
}

static void character(struct buf *out, struct keys *s, const struct nt_key *k)
{
    char utf8[4];
    uint32_t c = k->unit;

    if (c >= 0xd800 && c < 0xdc00) {
        s->high = (uint16_t)c;
        return;
    }
    if (c >= 0xdc00 && c < 0xe000 && s->high)
        c = 0x10000 + ((uint32_t)(s->high - 0xd800) << 10) + (c - 0xdc00);
    s->high = 0;
    if (k->alt && c < 128)
        buf_putc(out, '\033');
    buf_put(out, utf8, utf8_put(utf8, c));
}

void keys_translate(struct keys *s, const struct nt_key *k, struct buf *out)
{
    for (unsigned i = 0; i < k->repeat; i++) {
        if (k->code == KEY_BACK && !k->ctrl)
            buf_puts(out, k->alt ? "\033\177" : "\177");
        else if (k->code == KEY_TAB && k->shift)
            buf_puts(out, "\033[Z");
        else if (k->unit)
            character(out, s, k);
        else if (k->ctrl && (k->code == ' ' || k->code == '2')) /* Ctrl-Space, Ctrl-@ */
            buf_putc(out, 0);
        else if (k->ctrl && !k->alt && k->code >= 'A' && k->code <= 'Z') /* some consoles give no character */
            buf_putc(out, (char)(k->code & 31));
        else
            special(out, k);
    }
}
