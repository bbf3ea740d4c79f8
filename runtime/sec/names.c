/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of accounts: /etc/passwd and /etc/group first, then the well-known ones, then the system, which may
 * take a directory service and half a second. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "lib/text/utf.h"
#include "lock.h"
#include "mm.h"
#include "nt.h"
#include "nt/nt_security.h"
#include "path.h"

struct cache {
    struct account_file file;
    char *text;
    int64_t written, size;      /* of the file that was read */
    bool there;
};

static struct cache caches[2];
static struct lock cache_lock = LOCK_INIT;

/* ---- the files ---- */

static void forget(struct cache *c)
{
    rt_free(c->file.v);
    rt_free(c->text);
    memset(c, 0, sizeof(*c));
}

/* Cuts a line at its colons, in place. */
static void split(char *line, struct account_row *row)
{
    static char empty[1];
    int n = 0;

    for (int i = 0; i < 7; i++)
        row->field[i] = empty;
    do {
        char *colon = n < 6 ? strchr(line, ':') : NULL;

        row->field[n++] = line;
        if (colon)
            *colon++ = 0;
        line = colon;
    } while (line);
}

/* The identifier stands in the password's field of a group, and behind a comma in a user's comment. */
static void find_sid(struct account_row *row, bool group)
{
    const char *s = group ? row->field[1] : strstr(row->field[4], "S-1-");

    if (!s || sid_parse(s, strcspn(s, ","), &row->sid) < 0)
        row->sid.rev = 0;
}

static int parse(struct cache *c, bool group)
{
    unsigned cap = 0;
    char *line = c->text, *end;

    for (; line && *line; line = end) {
        struct account_row *row;

        end = line + strcspn(line, "\r\n");
        while (*end == '\r' || *end == '\n')
            *end++ = 0;
        if (!*line || *line == '#' || !strchr(line, ':'))
            continue;
        if (c->file.n == cap) {
            struct account_row *more = rt_realloc(c->file.v, (cap = cap ? 2 * cap : 16) * sizeof(*more));

            if (!more)
                return -ENOMEM;
            c->file.v = more;
        }
        row = &c->file.v[c->file.n++];
        memset(row, 0, sizeof(*row));
        split(line, row);
        row->id = (uint32_t)strtoul(row->field[2], NULL, 10);
        find_sid(row, group);
    }
    return 0;
}

static int read_text(struct cache *c, const struct nt_name *name, const struct nt_stat *st)
{
    handle_t h;
    int64_t n;
    int r = nt_file_open(name, NT_O_READ | NT_O_NODIR, NT_OPEN_EXISTING, 0, &h);

    if (r < 0)
        return r;
    if (!(c->text = rt_alloc(st->size + 1))) {
        nt_close(h);
        return -ENOMEM;
    }
    n = nt_read(h, NULL, c->text, st->size, 0);
    nt_close(h);
    if (n < 0)
        return (int)n;
    c->text[n] = 0;
    return 0;
}

const struct account_file *account_file(bool group)
{
    struct cache *c = &caches[group];
    struct nt_stat st = { .size = 0 };
    struct nt_name name;
    struct wbuf nt;
    bool there;

    path_wbuf(&nt);
    lock_take(&cache_lock);
    there = path_to_windows(group ? "/etc/group" : "/etc/passwd", &nt, NULL) == 0;
    name = (struct nt_name){ .p = nt.p, .n = nt.len };
    there = there && nt_name_attr(&name, &st) == 0 && !st.dir && st.size < 1 << 26;
    if (!there || !c->there || c->written != st.mtime || c->size != (int64_t)st.size) {
        forget(c);
        c->there = there && read_text(c, &name, &st) == 0 && parse(c, group) == 0;
        if (!c->there)
            forget(c);
        c->written = st.mtime;
        c->size = (int64_t)st.size;
    }
    wbuf_free(&nt);
    return c->there ? &c->file : NULL;
}

void account_file_done(void)
{
    lock_release(&cache_lock);
}

void account_hold(bool hold)
{
    if (hold)
        lock_take(&cache_lock);
    else
        lock_release(&cache_lock);
}

/* ---- names ---- */

/* What the file says about the name: a number or an identifier. */
static bool in_file(bool group, const char *name, struct sid *out)
{
    const struct account_file *f = account_file(group);
    bool found = false;
    uint32_t id = 0;

    for (unsigned i = 0; f && i < f->n && !found; i++) {
        if (strcasecmp(f->v[i].field[0], name))
            continue;
        found = true;
        *out = f->v[i].sid;
        id = f->v[i].id;
    }
    account_file_done();
    return found && (out->rev || (group ? account_sid_of_gid(id, out) : account_sid_of_uid(id, out)) == 0);
}

static int by_system(const char *name, struct sid *out)
{
    struct wbuf w;
    bool group;
    int r;

    path_wbuf(&w);
    utf8_to_wide(&w, name, strlen(name));
    r = wbuf_err(&w) < 0 ? -ENOMEM : nt_account_of_name(w.p, out, &group);
    wbuf_free(&w);
    return r;
}

static bool is_number(const char *s)
{
    return *s && strspn(s, "0123456789") == strlen(s);
}

int account_by_name(bool group, const char *name, size_t n, struct sid *out)
{
    const char *own = getenv("USERNAME");
    struct buf b;
    int r;

    if (sid_parse(name, n, out) == 0)
        return 0;
    path_buf(&b);
    buf_put(&b, name, n);
    if (buf_err(&b) < 0 || !n)
        r = n ? -ENOMEM : -ENOENT;
    else if (in_file(group, b.p, out))
        r = 0;
    else if (is_number(b.p))
        r = group ? account_sid_of_gid((uint32_t)strtoul(b.p, NULL, 10), out)
                  : account_sid_of_uid((uint32_t)strtoul(b.p, NULL, 10), out);
    else if (!group && own && !strcasecmp(own, b.p))
        r = account_sid_of_uid(account_uid(&account_user), out);
    else if (group && !strcasecmp(b.p, "None"))
        r = account_sid_of_gid(SID_ACCOUNT + 513, out);
    else
        r = sid_of_known_name(b.p, out) == 0 ? 0 : by_system(b.p, out);
    buf_free(&b);
    return r < 0 ? -ENOENT : 0;
}

static bool file_name(bool group, const struct sid *s, uint32_t id, struct buf *out)
{
    const struct account_file *f = account_file(group);
    bool found = false;

    for (unsigned i = 0; f && i < f->n && !found; i++) {
        const struct account_row *row = &f->v[i];

        found = row->sid.rev ? sid_equal(&row->sid, s) : row->id == id;
        if (found)
            buf_puts(out, row->field[0]);
    }
    account_file_done();
    return found;
}

void account_name(bool group, const struct sid *s, struct buf *out)
{
    uint32_t id = group ? account_gid(s) : account_uid(s);
    const char *own = getenv("USERNAME"), *known;
    struct nt_account a;

    if (file_name(group, s, id, out))
        return;
    if (sid_equal(s, &account_user) && own && *own) {
        buf_puts(out, own);
    } else if ((known = sid_known_name(s)) != NULL) {
        buf_puts(out, known);
    } else if (nt_account_of_sid(s, &a) == 0) {
        size_t n = 0;

        while (a.name[n])
            n++;
        wide_to_utf8(out, a.name, n);
    } else {
        buf_putu(out, id);
    }
}
