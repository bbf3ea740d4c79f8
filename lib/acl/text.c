/* SPDX-License-Identifier: BSD-2-Clause */
/* Access control lists as text; see text.h. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "lib/acl/text.h"

static const struct {
    const char *name;
    char letter;
    unsigned obj, named;        /* tag without a name and with one; 0: must not have one */
} kinds[] = {
    { "user", 'u', PERM_USER_OBJ, PERM_USER },
    { "group", 'g', PERM_GROUP_OBJ, PERM_GROUP },
    { "mask", 'm', PERM_MASK, 0 },
    { "other", 'o', PERM_OTHER, 0 },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

struct field {
    const char *p;
    size_t n;
};

static struct field trim(const char *p, size_t n)
{
    while (n && (*p == ' ' || *p == '\t')) {
        p++;
        n--;
    }
    while (n && (p[n - 1] == ' ' || p[n - 1] == '\t' || p[n - 1] == '\r'))
        n--;
    return (struct field){ p, n };
}

static bool is(struct field f, const char *word, char letter)
{
    return (f.n == strlen(word) && !strncasecmp(f.p, word, f.n)) || (f.n == 1 && (f.p[0] | 32) == letter);
}

/* Cuts the text at colons; how many pieces, at most `max`. The last one takes the rest. */
static unsigned split(struct field all, struct field *out, unsigned max)
{
    unsigned n = 0;
    size_t from = 0;

    for (size_t i = 0; i <= all.n; i++) {
        if (i < all.n && (all.p[i] != ':' || n + 1 == max))
            continue;
        out[n++] = trim(all.p + from, i - from);
        from = i + 1;
    }
    return n;
}

static int parse_rwx(struct field f, unsigned *perm)
{
    *perm = 0;
    if (f.n == 1 && f.p[0] >= '0' && f.p[0] <= '7') {
        *perm = (unsigned)(f.p[0] - '0');
        return 0;
    }
    if (!f.n)
        return -EINVAL;
    for (size_t i = 0; i < f.n; i++) {
        unsigned bit = f.p[i] == 'r' ? PERM_R : f.p[i] == 'w' ? PERM_W : f.p[i] == 'x' || f.p[i] == 'X' ? PERM_X : 0;

        if (!bit && f.p[i] != '-')
            return -EINVAL;
        *perm |= bit;
    }
    return 0;
}

static const char *parse_entry(struct perm_list *l, struct field f, unsigned flags, perm_lookup_fn *lookup, void *ctx,
                               int *err)
{
    struct field part[4], name = { "", 0 }, rights = { "", 0 };
    bool def = flags & PERM_TEXT_DEFAULTS, want = !(flags & PERM_TEXT_NO_PERMS);
    unsigned n = split(f, part, 4), i = 0, k, perm = 0, tag;
    struct sid sid;

    *err = -EINVAL;
    if (n > 1 && is(part[0], "default", 'd')) {
        def = true;
        i = 1;
    } else if (n == 4) {
        return "too many colons";
    }
    for (k = 0; k < KINDS && !is(part[i], kinds[k].name, kinds[k].letter); k++)
        ;
    if (k == KINDS)
        return "it begins with none of user, group, mask, other";
    n -= i + 1;
    if (n == 2 || (n == 1 && (!want || kinds[k].named)))
        name = part[i + 1];
    if (want && n)
        rights = part[i + n];
    if (n == 1 && want && kinds[k].named)
        return "permissions are missing";
    if (n > 2 || (!want && n == 2 && part[i + 2].n))
        return "too many colons";
    if (name.n && !kinds[k].named)
        return "mask and other have no name";
    if (want && parse_rwx(rights, &perm) < 0)
        return "permissions are letters of rwx, or a digit";
    tag = name.n ? kinds[k].named : kinds[k].obj;
    if (name.n && lookup(ctx, tag == PERM_GROUP, name.p, name.n, &sid) < 0) {
        *err = -ENOENT;
        return tag == PERM_GROUP ? "there is no such group" : "there is no such user";
    }
    if (!perm_add(l, tag, perm, &sid, def)) {
        *err = -ENOMEM;
        return "out of memory";
    }
    return NULL;
}

int perm_parse(struct perm_list *l, const char *text, unsigned flags, perm_lookup_fn *lookup, void *ctx,
               struct perm_text_error *err)
{
    const char *at = text;
    const char *why;
    int r;

    while (*at) {
        size_t n = strcspn(at, ",\n"), len = n;
        const char *comment = memchr(at, '#', n);
        struct field f;

        if (comment) {          /* to the end of the line, whatever commas it has */
            len = (size_t)(comment - at);
            n = strcspn(at, "\n");
        }
        f = trim(at, len);
        why = f.n ? parse_entry(l, f, flags, lookup, ctx, &r) : NULL;
        if (why) {
            if (err)
                *err = (struct perm_text_error){ (size_t)(f.p - text), f.n, why };
            return r;
        }
        at += n;
        if (*at)
            at++;
    }
    return 0;
}

void perm_format_rwx(struct buf *out, unsigned perm)
{
    buf_putc(out, perm & PERM_R ? 'r' : '-');
    buf_putc(out, perm & PERM_W ? 'w' : '-');
    buf_putc(out, perm & PERM_X ? 'x' : '-');
}

void perm_format_entry(struct buf *out, const struct perm_list *l, const struct perm_entry *e, unsigned flags,
                       perm_name_fn *name, void *ctx)
{
    bool masked = e->tag & (PERM_USER | PERM_GROUP | PERM_GROUP_OBJ), brief = flags & PERM_TEXT_ABBREVIATE;
    struct perm_entry *mask = perm_find(l, PERM_MASK, NULL, e->def);
    unsigned effective = masked && mask ? e->perm & mask->perm : e->perm, k = 0;
    size_t from = out->len;

    while (k + 1 < KINDS && kinds[k].obj != e->tag && kinds[k].named != e->tag)
        k++;
    if (e->def)
        buf_puts(out, brief ? "d:" : "default:");
    if (brief)
        buf_putc(out, kinds[k].letter);
    else
        buf_puts(out, kinds[k].name);
    buf_putc(out, ':');
    if (e->tag & (PERM_USER | PERM_GROUP))
        name(ctx, e->tag == PERM_GROUP, &e->sid, out);
    buf_putc(out, ':');
    perm_format_rwx(out, e->perm);
    if ((flags & PERM_TEXT_EFFECTIVE && effective != e->perm) || (flags & PERM_TEXT_ALL_EFFECTIVE && masked)) {
        size_t width = out->len - from;

        buf_pad(out, '\t', width < 24 ? (31 - width) / 8 : 1);
        buf_puts(out, "#effective:");
        perm_format_rwx(out, effective);
    }
}
