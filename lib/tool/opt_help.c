/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --help from the option table: usage, about, a column of options, exit status.
 */
#include "lib/tool/opt_int.h"

#include <string.h>

#define HELP_COLUMN 30
#define HELP_WIDTH 100

const struct opt *opt_find_short(const struct opt_spec *spec, int c)
{
    for (const struct opt *o = spec->opts; o && o->kind != OPT_NONE; o++)
        if (o->kind != OPT_TITLE && o->short_name == c)
            return o;
    return NULL;
}

bool opt_has_long(const struct opt_spec *spec, const char *name)
{
    for (const struct opt *o = spec->opts; o && o->kind != OPT_NONE; o++)
        if (o->kind != OPT_TITLE && o->long_name && !strcmp(o->long_name, name))
            return true;
    return false;
}

/* Text wrapped at spaces, lines after the first indented to `column`. */
static void wrap(struct buf *out, const char *text, size_t column)
{
    size_t room = HELP_WIDTH - column, used = 0;

    while (*text) {
        size_t n = strcspn(text, " \n");

        if (used && used + 1 + n > room) {
            buf_putc(out, '\n');
            buf_pad(out, ' ', column);
            used = 0;
        } else if (used) {
            buf_putc(out, ' ');
            used++;
        }
        buf_put(out, text, n);
        used += n;
        text += n;
        if (*text == '\n') {
            buf_putc(out, '\n');
            buf_pad(out, ' ', column);
            used = 0;
        }
        if (*text)
            text++;
    }
    buf_putc(out, '\n');
}

static void option_row(struct buf *out, int c, const char *name, const char *arg, bool optional,
                       const char *help)
{
    size_t start = out->len;

    buf_puts(out, "  ");
    if (c) {
        buf_putc(out, '-');
        buf_putc(out, (char)c);
        buf_puts(out, name ? ", " : "");
    } else {
        buf_puts(out, "    ");
    }
    if (name) {
        buf_puts(out, "--");
        buf_puts(out, name);
    }
    if (arg) {
        buf_puts(out, optional ? "[" : "");
        buf_puts(out, name ? "=" : optional ? "" : " ");
        buf_puts(out, arg);
        buf_puts(out, optional ? "]" : "");
    }
    if (out->len - start + 2 > HELP_COLUMN) {
        buf_putc(out, '\n');
        buf_pad(out, ' ', HELP_COLUMN);
    } else {
        buf_pad(out, ' ', HELP_COLUMN - (out->len - start));
    }
    wrap(out, help ? help : "", HELP_COLUMN);
}

/* "Usage: prog LINE", one for each line of the usage text. */
static void usage(const struct opt_spec *spec, struct buf *out)
{
    const char *u = spec->usage ? spec->usage : "";
    const char *lead = "Usage: ";

    for (;;) {
        size_t n = strcspn(u, "\n");

        buf_puts(out, lead);
        buf_puts(out, spec->prog);
        buf_putc(out, ' ');
        buf_put(out, u, n);
        buf_putc(out, '\n');
        if (!u[n])
            return;
        u += n + 1;
        lead = "       ";
    }
}

static void exit_status(const struct opt_spec *spec, struct buf *out)
{
    const char *s = spec->exit_status ? spec->exit_status
                                      : "0  success\n1  something failed, a message says what\n"
                                        "2  wrong usage";

    buf_puts(out, "\nExit status:\n");
    while (*s) {
        size_t n = strcspn(s, "\n");

        buf_puts(out, "  ");
        buf_put(out, s, n);
        buf_putc(out, '\n');
        s += n + (s[n] != 0);
    }
}

void opt_help(const struct opt_spec *spec, struct buf *out)
{
    usage(spec, out);
    if (spec->about) {
        wrap(out, spec->about, 0);
    }
    buf_puts(out, "\nOptions:\n");
    for (const struct opt *o = spec->opts; o && o->kind != OPT_NONE; o++) {
        if (o->kind == OPT_TITLE) {
            buf_putc(out, '\n');
            buf_puts(out, o->help);
            buf_puts(out, ":\n");
        } else {
            option_row(out, o->short_name, o->long_name, o->arg, o->optional, o->help);
        }
    }
    if (!opt_has_long(spec, "help"))
        option_row(out, opt_find_short(spec, 'h') ? 0 : 'h', "help", NULL, false,
                   "print this and exit");
    if (!opt_has_long(spec, "version"))
        option_row(out, opt_find_short(spec, 'V') ? 0 : 'V', "version", NULL, false,
                   "print the version and exit");
    exit_status(spec, out);
    if (spec->more) {
        buf_putc(out, '\n');
        buf_puts(out, spec->more);
        buf_putc(out, '\n');
    }
}
