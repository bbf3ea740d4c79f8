/* SPDX-License-Identifier: BSD-2-Clause */
/* Groups: /etc/group first, then the well-known ones, then the system's accounts. */
#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <pwd.h>
#include <unistd.h>

#include "account.h"
#include "mm.h"
#include "path.h"
#include "proc.h"
#include "sys.h"

/* One group: name and members, each with its NUL, and an empty string at the end. */
struct found {
    struct buf text;
    uint32_t gid;
};

static void put(struct buf *b, const char *s, size_t n)
{
    buf_put(b, s, n);
    buf_putc(b, 0);
}

static void put_row(struct found *g, const struct account_row *row)
{
    const char *m = row->field[3];

    g->gid = row->sid.rev ? account_gid(&row->sid) : row->id;
    put(&g->text, row->field[0], strlen(row->field[0]));
    while (*m) {
        size_t n = strcspn(m, ",");

        if (n)
            put(&g->text, m, n);
        m += n + (m[n] == ',');
    }
}

static bool from_file(struct found *g, const char *name, uint32_t gid, int at)
{
    const struct account_file *f = account_file(true);
    bool yes = false;

    for (unsigned i = 0; f && i < f->n && !yes; i++) {
        const struct account_row *row = &f->v[i];

        if (at >= 0)
            yes = (int)i == at;
        else if (name)
            yes = !strcasecmp(row->field[0], name);
        else
            yes = row->id == gid || (row->sid.rev && sid_to_id(&account_user, &row->sid) == gid);
        if (yes)
            put_row(g, row);
    }
    account_file_done();
    return yes;
}

static void put_account(struct found *g, const struct sid *s)
{
    struct buf name;

    path_buf(&name);
    account_name(true, s, &name);
    g->gid = account_gid(s);
    put(&g->text, name.p ? name.p : "", name.len);
    buf_free(&name);
}

static bool find(struct found *g, const char *name, uint32_t gid)
{
    struct sid s;

    if (from_file(g, name, gid, -1))
        return true;
    if (name && *name >= '0' && *name <= '9')
        return false;
    if ((name ? account_by_name(true, name, strlen(name), &s) : account_sid_of_gid(gid, &s)) < 0)
        return false;
    put_account(g, &s);
    /* nobody knows a name for it: then there is none, unless it is the own one */
    return name || gid == me.gid || !g->text.p || g->text.p[0] < '0' || g->text.p[0] > '9';
}

static size_t room_for(const struct found *g)
{
    size_t strings = 0;

    for (size_t i = 0; i < g->text.len; i++)
        strings += !g->text.p[i];
    return (strings + 1) * sizeof(char *) + g->text.len + 2;
}

static int give(const struct found *g, struct group *gr, char *buf, size_t size)
{
    size_t pad = (size_t)(-(uintptr_t)buf & (sizeof(char *) - 1)), strings = 0;
    char *text;

    if (buf_err(&g->text) < 0)
        return ENOMEM;
    if (size < pad + room_for(g))
        return ERANGE;
    gr->gr_mem = (char **)(buf + pad);
    text = buf + pad + room_for(g) - g->text.len - 2;
    memcpy(text, g->text.p, g->text.len);
    memcpy(text + g->text.len, "*", 2);
    gr->gr_name = text;
    gr->gr_passwd = text + g->text.len;
    gr->gr_gid = g->gid;
    for (text += strlen(text) + 1; text < gr->gr_passwd; text += strlen(text) + 1)
        gr->gr_mem[strings++] = text;
    gr->gr_mem[strings] = NULL;
    return 0;
}

static int find_r(const char *name, gid_t gid, struct group *gr, char *buf, size_t size, struct group **out)
{
    struct found g;
    int r = 0;

    *out = NULL;
    path_buf(&g.text);
    if (find(&g, name, gid) && (r = give(&g, gr, buf, size)) == 0)
        *out = gr;
    buf_free(&g.text);
    return r;
}

/**
 * A group by number, strings in `buf`.
 * @return 0 (*out NULL: no such group) or ERANGE: buf is too small. POSIX.1-2017 getgrgid_r()
 */
int getgrgid_r(gid_t gid, struct group *gr, char *buf, size_t size, struct group **out)
{
    return find_r(NULL, gid, gr, buf, size, out);
}

/** A group by name. POSIX.1-2017 getgrnam_r() */
int getgrnam_r(const char *name, struct group *gr, char *buf, size_t size, struct group **out)
{
    return find_r(name, 0, gr, buf, size, out);
}

static struct group gr_static;
static char *gr_room;

static struct group *keep(struct found *g, bool found)
{
    struct group *out = NULL;
    size_t size = found && buf_err(&g->text) == 0 ? room_for(g) + sizeof(char *) : 0;
    char *room = size ? rt_realloc(gr_room, size) : NULL;

    if (room) {
        gr_room = room;
        out = give(g, &gr_static, room, size) == 0 ? &gr_static : NULL;
    } else if (found) {
        errno = ENOMEM;
    }
    buf_free(&g->text);
    return out;
}

/** A group by number, in memory that the next call overwrites; NULL: none. POSIX.1-2017 getgrgid() */
struct group *getgrgid(gid_t gid)
{
    struct found g;

    path_buf(&g.text);
    return keep(&g, find(&g, NULL, gid));
}

/** A group by name. POSIX.1-2017 getgrnam() */
struct group *getgrnam(const char *name)
{
    struct found g;

    path_buf(&g.text);
    return keep(&g, find(&g, name, 0));
}

static unsigned gr_next;

void setgrent(void)
{
    gr_next = 0;
}

void endgrent(void)
{
    gr_next = 0;
}

/** The known groups one by one: those of /etc/group; without that file the well-known ones. XSI */
struct group *getgrent(void)
{
    const struct account_file *f = account_file(true);
    const struct sid *s;
    struct found g;
    bool file = f != NULL;

    account_file_done();
    path_buf(&g.text);
    if (file)
        return keep(&g, from_file(&g, NULL, 0, (int)gr_next) && ++gr_next);
    while ((s = sid_known(gr_next)) != NULL && !sid_is_group(s))
        gr_next++;
    if (s) {
        gr_next++;
        put_account(&g, s);
    }
    return keep(&g, s != NULL);
}

/**
 * Groups of a user: those of the process for the own one, else only the given.
 * @param count room in `list`, receives how many there are
 * @return how many, or -1: there is no room for all. BSD
 */
int getgrouplist(const char *user, gid_t group, gid_t *list, int *count)
{
    struct passwd *pw = getpwnam(user);
    int room = *count, n = 1;

    if (room > 0)
        list[0] = group;
    if (pw && pw->pw_uid == me.uid && (n = account_groups(list, room > 0 ? (unsigned)room : 0)) < 0)
        n = 0;
    *count = n;
    return n <= room ? n : -1;
}

/** Sets the supplementary groups: only those that are there. @return 0 for the own user, else EPERM */
int initgroups(const char *user, gid_t group)
{
    struct passwd *pw = getpwnam(user);

    return (int)sys_ret(pw && pw->pw_uid == me.uid ? 0 : -EPERM);
}
