/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Win32 names <-> NT names, and telling the forms of names apart.
 */
#include "lib/path/path.h"

#include <errno.h>
#include <string.h>

#include "lib/text/utf.h"

static int is_slash(char c)
{
    return c == '/' || c == '\\';
}

static int is_letter(uint16_t c)
{
    return (c | 32) >= 'a' && (c | 32) <= 'z' && c < 128;
}

/* "." or ".." : no server's name */
static int is_dots(const char *s)
{
    s += *s == '.';
    s += *s == '.';
    return !*s || (is_slash(*s) && s[-1] == '.');
}

enum path_form path_form(const char *p)
{
    if (!*p)
        return FORM_EMPTY;
    if (is_letter((unsigned char)p[0]) && p[1] == ':' && (!p[2] || is_slash(p[2])))
        return FORM_DRIVE;
    if (p[0] == '\\' && p[1] == '?' && p[2] == '?' && p[3] == '\\')
        return FORM_NT;
    if (is_slash(p[0]) && p[0] == p[1]) {
        if ((p[2] == '?' || p[2] == '.') && is_slash(p[3]))
            return FORM_NT;
        if (p[2] && !is_slash(p[2]) && !is_dots(p + 2))
            return FORM_UNC;
    }
    return p[0] == '/' ? FORM_POSIX : FORM_RELATIVE;
}

/* Removes the last component of nt above `floor`. */
static void parent(struct wbuf *nt, size_t floor)
{
    size_t n = nt->len;

    while (n > floor && nt->p[n - 1] != '\\')
        n--;
    wbuf_cut(nt, n > floor ? n - 1 : floor);
}

/* Appends components with \ in front of each; "." and ".." count. */
static void add_components(struct wbuf *nt, const char *s)
{
    size_t floor = nt->len;

    while (*s) {
        size_t n = strcspn(s, "/\\");

        if (n == 2 && s[0] == '.' && s[1] == '.') {
            parent(nt, floor);
        } else if (n && !(n == 1 && s[0] == '.')) {
            wbuf_putc(nt, '\\');
            utf8_to_wide(nt, s, n);
        }
        s += n;
        while (is_slash(*s))
            s++;
    }
}

/* Rest of \\?\ and \\.\ names: taken as it is, with slashes turned. */
static void add_literal(struct wbuf *nt, const char *s)
{
    size_t start = nt->len;

    utf8_to_wide(nt, s, strlen(s));
    for (size_t i = start; !nt->failed && i < nt->len; i++)
        if (nt->p[i] == '/')
            nt->p[i] = '\\';
    if (nt->len >= start + 2 && nt->p[start + 1] == ':' && is_letter(nt->p[start]))
        nt->p[start] &= (uint16_t)~32;
}

/* \\server\share: at least the server's name. */
static const char *add_server(struct wbuf *nt, const char *s)
{
    size_t n = strcspn(s, "/\\");

    wbuf_puta(nt, "\\??\\UNC\\");
    utf8_to_wide(nt, s, n);
    s += n + strspn(s + n, "/\\");
    n = strcspn(s, "/\\");
    if (n) {
        wbuf_putc(nt, '\\');
        utf8_to_wide(nt, s, n);
    }
    return s + n;
}

int win32_to_nt(const char *win32, struct wbuf *out, struct path_match *m)
{
    struct path_match unused;

    if (!m)
        m = &unused;
    memset(m, 0, sizeof *m);
    wbuf_cut(out, 0);
    switch (path_form(win32)) {
    case FORM_DRIVE:
        m->rule = RULE_DRIVE;
        wbuf_puta(out, "\\??\\");
        wbuf_putc(out, (uint16_t)(win32[0] & ~32));
        wbuf_putc(out, ':');
        add_components(out, win32 + 2);
        if (out->len == 6)
            wbuf_putc(out, '\\');
        break;
    case FORM_UNC:
        m->rule = RULE_UNC;
        add_components(out, add_server(out, win32 + 2));
        break;
    case FORM_NT:
        m->rule = RULE_NTNAME;
        wbuf_puta(out, "\\??\\");
        add_literal(out, win32 + 4);
        if (out->len == 6 && !out->failed && out->p[5] == ':')
            wbuf_putc(out, '\\');
        break;
    default:
        m->why = "not an absolute Windows path";
        return -EINVAL;
    }
    if (wbuf_err(out) < 0) {
        m->why = "no memory";
        return -ENOMEM;
    }
    if (out->len > PATH_NT_MAX) {
        m->why = "longer than the 32766 characters that Windows allows";
        return -ENAMETOOLONG;
    }
    return 0;
}

/* Whether Win32 would change one of the components if it parsed the name. */
static int needs_literal(const uint16_t *s, size_t n)
{
    size_t start = 0;

    for (size_t i = 0; i <= n; i++) {
        if (i < n && s[i] != '\\')
            continue;
        if (i > start && (s[i - 1] == '.' || s[i - 1] == ' ' ||
                          name_reserved(s + start, i - start)))
            return 1;
        start = i + 1;
    }
    return 0;
}

int nt_to_win32(const uint16_t *nt, size_t n, enum win32_style style, struct wbuf *out)
{
    static const uint16_t dos[] = { '\\', '?', '?', '\\' };
    static const uint16_t unc[] = { 'U', 'N', 'C', '\\' };
    int is_unc, literal;

    wbuf_cut(out, 0);
    if (n < 4 || memcmp(nt, dos, sizeof dos)) {
        wbuf_puta(out, "\\\\?\\GLOBALROOT");
        wbuf_put(out, nt, n);
        return wbuf_err(out);
    }
    nt += 4;
    n -= 4;
    is_unc = n > 4 && wide_equal_fold(nt, unc, 4);
    if (!is_unc && !(n >= 2 && nt[1] == ':' && is_letter(nt[0]))) {
        wbuf_puta(out, "\\\\.\\");
        wbuf_put(out, nt, n);
        return wbuf_err(out);
    }
    literal = style == WIN32_LONG ||
              (style == WIN32_AUTO && (n >= 260 || needs_literal(nt + 3, n > 3 ? n - 3 : 0)));
    if (literal) {
        wbuf_puta(out, "\\\\?\\");
        wbuf_put(out, nt, n);
    } else if (is_unc) {
        wbuf_puta(out, "\\\\");
        wbuf_put(out, nt + 4, n - 4);
    } else {
        wbuf_put(out, nt, n);
    }
    return wbuf_err(out);
}
