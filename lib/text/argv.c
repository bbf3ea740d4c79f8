/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * argv <-> command line by the rules of the Microsoft C runtime, and command lines for cmd.exe.
 *
 * Outside argv[0]: 2n backslashes before a quote are n backslashes and the quote counts; 2n+1 are
 * n and a literal quote; other backslashes are themselves. In a quoted part, two quotes are one
 * literal quote and the part goes on.
 */
#include "lib/text/argv.h"

#include <errno.h>
#include <string.h>

#include "lib/text/utf.h"

#define CREATE_PROCESS_LIMIT 32767
#define CMD_LIMIT 8191

void args_init(struct args *a, buf_realloc_fn alloc)
{
    a->argc = 0;
    a->argv = NULL;
    a->alloc = alloc;
}

void args_free(struct args *a)
{
    for (int i = 0; i < a->argc; i++)
        a->alloc(a->argv[i], 0);
    if (a->argv)
        a->alloc(a->argv, 0);
    args_init(a, a->alloc);
}

static int add_arg(struct args *a, const struct wbuf *w)
{
    char **v = a->alloc(a->argv, ((size_t)a->argc + 2) * sizeof *v);
    struct buf b;

    if (!v)
        return -ENOMEM;
    a->argv = v;
    v[a->argc] = NULL;
    if (wbuf_err(w) < 0)
        return -ENOMEM;
    buf_init(&b, a->alloc, NULL, 0);
    wide_to_utf8(&b, w->p, w->len);
    buf_puts(&b, "");           /* even an empty argument gets memory */
    if (buf_err(&b) < 0) {
        buf_free(&b);
        return -ENOMEM;
    }
    v[a->argc++] = b.p;
    v[a->argc] = NULL;
    return 0;
}

static int is_blank(uint16_t c)
{
    return c == ' ' || c == '\t';
}

static const uint16_t *split_program(const uint16_t *s, struct wbuf *w)
{
    int quoted = 0;

    for (; *s && (quoted || !is_blank(*s)); s++) {
        if (*s == '"')
            quoted = !quoted;
        else
            wbuf_putc(w, *s);
    }
    return s;
}

static const uint16_t *split_one(const uint16_t *s, struct wbuf *w)
{
    int quoted = 0;

    while (*s && (quoted || !is_blank(*s))) {
        size_t slashes = 0;

        while (*s == '\\') {
            slashes++;
            s++;
        }
        for (size_t i = 0; i < (*s == '"' ? slashes / 2 : slashes); i++)
            wbuf_putc(w, '\\');
        if (*s != '"') {
            if (*s && (quoted || !is_blank(*s)))
                wbuf_putc(w, *s++);
            continue;
        }
        if (slashes % 2) {
            wbuf_putc(w, '"');
        } else if (quoted && s[1] == '"') {
            wbuf_putc(w, '"');
            s++;
        } else {
            quoted = !quoted;
        }
        s++;
    }
    return s;
}

int split_cmdline(struct args *a, const uint16_t *line)
{
    uint16_t mem[128];
    struct wbuf w;
    int r;

    wbuf_init(&w, a->alloc, mem, sizeof mem / sizeof *mem);
    line = split_program(line, &w);
    r = add_arg(a, &w);
    while (r == 0) {
        while (is_blank(*line))
            line++;
        if (!*line)
            break;
        wbuf_cut(&w, 0);
        line = split_one(line, &w);
        r = add_arg(a, &w);
    }
    wbuf_free(&w);
    if (r < 0)
        args_free(a);
    return r;
}

static int needs_quotes(const char *s)
{
    return !*s || s[strcspn(s, " \t\n\v\"")] != 0;
}

/* Quotes units w[0..n): backslashes double before a quote and before the end. */
static void quote_wide(struct wbuf *line, const uint16_t *w, size_t n)
{
    size_t slashes = 0;

    wbuf_putc(line, '"');
    for (size_t i = 0; i < n; i++) {
        if (w[i] == '\\') {
            slashes++;
        } else {
            if (w[i] == '"') {
                for (size_t k = 0; k < slashes + 1; k++)
                    wbuf_putc(line, '\\');
            }
            slashes = 0;
        }
        wbuf_putc(line, w[i]);
    }
    while (slashes--)
        wbuf_putc(line, '\\');
    wbuf_putc(line, '"');
}

void quote_arg(struct wbuf *line, const char *arg)
{
    uint16_t mem[128];
    struct wbuf w;

    if (line->len)
        wbuf_putc(line, ' ');
    if (!needs_quotes(arg)) {
        utf8_to_wide(line, arg, strlen(arg));
        return;
    }
    wbuf_init(&w, line->alloc, mem, sizeof mem / sizeof *mem);
    utf8_to_wide(&w, arg, strlen(arg));
    if (wbuf_err(&w) < 0)
        line->failed = 1;
    else
        quote_wide(line, w.p, w.len);
    wbuf_free(&w);
}

static int quote_program(struct wbuf *line, const char *name)
{
    int quotes = !*name || strpbrk(name, " \t\n\v") != NULL;

    if (strchr(name, '"'))
        return -EINVAL;
    if (line->len)
        wbuf_putc(line, ' ');
    if (quotes)
        wbuf_putc(line, '"');
    utf8_to_wide(line, name, strlen(name));
    if (quotes)
        wbuf_putc(line, '"');
    return 0;
}

int quote_argv(struct wbuf *line, char *const *argv)
{
    size_t start = line->len;
    int r = *argv ? quote_program(line, *argv) : 0;

    if (r < 0)
        return r;
    for (size_t i = 1; argv[0] && argv[i]; i++)
        quote_arg(line, argv[i]);
    if (wbuf_err(line) < 0)
        return -ENOMEM;
    return line->len - start >= CREATE_PROCESS_LIMIT ? -E2BIG : 0;
}

/*
 * One argument for a batch file. It is quoted always, so that cmd's & | < > ^ ( ) lose their
 * meaning; a quote is doubled, which leaves cmd's own quote state as it was. '%' would start a
 * variable even inside quotes: "%cd:~,%" expands to nothing and breaks the pair up, see
 * docs of BatBadBut (CVE-2024-24576) for why.
 */
static int quote_batch_arg(struct wbuf *line, const char *arg)
{
    size_t slashes = 0;
    struct wbuf w;
    uint16_t mem[128];

    if (arg[strcspn(arg, "\r\n")])
        return -EINVAL;
    wbuf_init(&w, line->alloc, mem, sizeof mem / sizeof *mem);
    utf8_to_wide(&w, arg, strlen(arg));
    if (wbuf_err(&w) < 0)
        line->failed = 1;
    wbuf_puta(line, " \"");
    for (size_t i = 0; i < w.len; i++) {
        if (w.p[i] == '"') {
            while (slashes--)
                wbuf_putc(line, '\\');
            wbuf_putc(line, '"');
        } else if (w.p[i] == '%') {
            wbuf_puta(line, "%%cd:~,");
        }
        slashes = w.p[i] == '\\' ? slashes + 1 : 0;
        wbuf_putc(line, w.p[i]);
    }
    while (slashes--)
        wbuf_putc(line, '\\');
    wbuf_putc(line, '"');
    wbuf_free(&w);
    return 0;
}

int quote_batch(struct wbuf *line, const char *cmd_exe, const char *batch, char *const *argv)
{
    size_t start = line->len;
    int r;

    if (batch[strcspn(batch, "\"\r\n%")])
        return -EINVAL;
    r = quote_program(line, cmd_exe);
    if (r < 0)
        return r;
    wbuf_puta(line, " /e:on /v:off /d /s /c \"\"");
    utf8_to_wide(line, batch, strlen(batch));
    wbuf_putc(line, '"');
    for (size_t i = 1; argv[0] && argv[i]; i++) {
        r = quote_batch_arg(line, argv[i]);
        if (r < 0)
            return r;
    }
    wbuf_putc(line, '"');
    if (wbuf_err(line) < 0)
        return -ENOMEM;
    return line->len - start >= CMD_LIMIT ? -E2BIG : 0;
}
