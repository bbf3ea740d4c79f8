/* SPDX-License-Identifier: BSD-2-Clause */
/* Users: /etc/passwd first, then the own account, which costs nothing, then the system's accounts. Groups are
 * in group.c. */
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "mm.h"
#include "path.h"
#include "proc.h"
#include "sys.h"

/* One user, with strings that belong to `text`. */
struct user {
    struct buf text;            /* name, passwd, gecos, dir, shell, each with its NUL */
    uint32_t uid, gid;
};

static const char *first_of(const char *a, const char *b, const char *otherwise)
{
    const char *v = getenv(a);

    if (!v || !*v)
        v = b ? getenv(b) : NULL;
    return v && *v ? v : otherwise;
}

static const char *user_name(void)
{
    return first_of("USERNAME", "USER", "user");
}

static void put(struct buf *b, const char *s)
{
    buf_put(b, s, strlen(s) + 1);
}

static void put_row(struct user *u, const struct account_row *row)
{
    u->uid = row->sid.rev ? account_uid(&row->sid) : row->id;
    u->gid = (uint32_t)strtoul(row->field[3], NULL, 10);
    put(&u->text, row->field[0]);
    put(&u->text, row->field[1]);
    put(&u->text, row->field[4]);
    put(&u->text, row->field[5]);
    put(&u->text, *row->field[6] ? row->field[6] : "/bin/sh");
}

/* The own user: from the environment, no account is looked up. */
static void put_own(struct user *u)
{
    const char *home = getenv("HOME");

    u->uid = me.uid;
    u->gid = me.gid;
    put(&u->text, user_name());
    put(&u->text, "*");
    put(&u->text, "");
    if (home && *home == '/') {
        put(&u->text, home);
    } else {
        buf_puts(&u->text, "/home/");
        put(&u->text, user_name());
    }
    put(&u->text, first_of("SHELL", NULL, "/bin/sh"));
}

/* Some other account. */
static void put_account(struct user *u, const struct sid *s)
{
    struct buf name;

    path_buf(&name);
    account_name(false, s, &name);
    u->uid = account_uid(s);
    u->gid = SID_ACCOUNT + 513;
    put(&u->text, name.p ? name.p : "");
    put(&u->text, "*");
    sid_format(&u->text, s);
    buf_putc(&u->text, 0);
    buf_puts(&u->text, "/home/");
    put(&u->text, name.p ? name.p : "");
    put(&u->text, "/bin/sh");
    buf_free(&name);
}

/* In /etc/passwd, by name (NULL: by number) or, with both left out, the row `at`. */
static bool from_file(struct user *u, const char *name, uint32_t uid, int at)
{
    const struct account_file *f = account_file(false);
    bool found = false;

    for (unsigned i = 0; f && i < f->n && !found; i++) {
        const struct account_row *row = &f->v[i];
        uint32_t id = row->sid.rev ? 0 : row->id;

        if (at >= 0)
            found = (int)i == at;
        else if (name)
            found = !strcasecmp(row->field[0], name);
        else
            found = (row->sid.rev ? sid_to_id(&account_user, &row->sid) : id) == uid || row->id == uid;
        if (found)
            put_row(u, row);
    }
    account_file_done();
    return found;
}

/* 1: found, 0: no such user, negative errno. */
static int find(struct user *u, const char *name, uint32_t uid)
{
    struct sid s;

    if (from_file(u, name, uid, -1))
        return 1;
    if (name ? !strcasecmp(name, user_name()) : uid == me.uid) {
        put_own(u);
    } else {
        if (name && *name >= '0' && *name <= '9')
            return 0; /* a number is no name */
        if ((name ? account_by_name(false, name, strlen(name), &s) : account_sid_of_uid(uid, &s)) < 0)
            return 0;
        if (!name && sid_is_group(&s) && !sid_known_name(&s))
            return 0;
        put_account(u, &s);
        if (!name && u->text.p && u->text.p[0] >= '0' && u->text.p[0] <= '9')
            return 0; /* nobody knows a name for it */
    }
    return 1;
}

static int give(const struct user *u, struct passwd *pw, char *buf, size_t size)
{
    if (buf_err(&u->text) < 0)
        return ENOMEM;
    if (u->text.len > size)
        return ERANGE;
    memcpy(buf, u->text.p, u->text.len);
    memset(pw, 0, sizeof(*pw));
    pw->pw_uid = u->uid;
    pw->pw_gid = u->gid;
    pw->pw_name = buf;
    pw->pw_passwd = pw->pw_name + strlen(pw->pw_name) + 1;
    pw->pw_comment = pw->pw_gecos = pw->pw_passwd + strlen(pw->pw_passwd) + 1;
    pw->pw_dir = pw->pw_gecos + strlen(pw->pw_gecos) + 1;
    pw->pw_shell = pw->pw_dir + strlen(pw->pw_dir) + 1;
    return 0;
}

static int find_r(const char *name, uid_t uid, struct passwd *pw, char *buf, size_t size, struct passwd **out)
{
    struct user u;
    int r;

    *out = NULL;
    path_buf(&u.text);
    r = find(&u, name, uid);
    if (r > 0) {
        r = give(&u, pw, buf, size);
        if (r == 0)
            *out = pw;
    }
    buf_free(&u.text);
    return r;
}

/**
 * A user by number, strings in `buf`.
 * @return 0 (*out NULL: no such user) or ERANGE: buf is too small. POSIX.1-2017 getpwuid_r()
 */
int getpwuid_r(uid_t uid, struct passwd *pw, char *buf, size_t size, struct passwd **out)
{
    return find_r(NULL, uid, pw, buf, size, out);
}

/** A user by name, as getpwuid_r. POSIX.1-2017 getpwnam_r() */
int getpwnam_r(const char *name, struct passwd *pw, char *buf, size_t size, struct passwd **out)
{
    return find_r(name, 0, pw, buf, size, out);
}

/* The functions without a buffer keep one that grows. */
static struct passwd pw_static;
static char *pw_room;

static struct passwd *keep(struct user *u, bool found)
{
    struct passwd *out = NULL;
    char *room = found && buf_err(&u->text) == 0 ? rt_realloc(pw_room, u->text.len) : NULL;

    if (room) {
        pw_room = room;
        out = give(u, &pw_static, room, u->text.len) == 0 ? &pw_static : NULL;
    } else if (found) {
        errno = ENOMEM;
    }
    buf_free(&u->text);
    return out;
}

/** A user by number, in memory that the next call overwrites; NULL: none. POSIX.1-2017 getpwuid() */
struct passwd *getpwuid(uid_t uid)
{
    struct user u;

    path_buf(&u.text);
    return keep(&u, find(&u, NULL, uid) > 0);
}

/** A user by name. POSIX.1-2017 getpwnam() */
struct passwd *getpwnam(const char *name)
{
    struct user u;

    path_buf(&u.text);
    return keep(&u, find(&u, name, 0) > 0);
}

static int pw_next;             /* row of the file; -1: the own user was given, too */
static bool own_in_file;

void setpwent(void)
{
    pw_next = 0;
    own_in_file = false;
}

void endpwent(void)
{
    setpwent();
}

/** The known users one by one: those of /etc/passwd, and the own. XSI */
struct passwd *getpwent(void)
{
    struct user u;

    path_buf(&u.text);
    if (pw_next >= 0 && from_file(&u, NULL, 0, pw_next)) {
        pw_next++;
        own_in_file |= u.uid == me.uid;
        return keep(&u, true);
    }
    if (pw_next < 0 || own_in_file)
        return keep(&u, false);
    pw_next = -1;
    put_own(&u);
    return keep(&u, true);
}

/* ---- login name ---- */

/** Name of the user, in `name`. @return 0 or ERANGE. POSIX.1-2017 getlogin_r() */
int getlogin_r(char *name, size_t size)
{
    const char *n = user_name();

    if (strlen(n) >= size)
        return ERANGE;
    strcpy(name, n);
    return 0;
}

/** Name of the user. POSIX.1-2017 getlogin() */
char *getlogin(void)
{
    struct passwd *pw = getpwuid(me.uid);

    return pw ? pw->pw_name : NULL;
}
