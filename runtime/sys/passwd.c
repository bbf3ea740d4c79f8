/* SPDX-License-Identifier: BSD-2-Clause */
/* Users and groups. Numbers come from security identifiers: the last part of one of the machine or of
 * the domain plus 0x30000, well-known ones by their last part. Only the own user has a name here;
 * account look-ups and /etc/passwd are not there. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "mm.h"
#include "nt/nt_system.h"
#include "proc.h"
#include "sys.h"

#define ACCOUNT_OFFSET 0x30000

static uint32_t id_of(const struct nt_sid *s)
{
    return s->authority == 5 && s->first == 21 ? ACCOUNT_OFFSET + s->rid : s->rid;
}

int account_init(void)
{
    struct nt_sid user, group;
    int r = nt_token_user(&user, &group);

    if (r < 0)
        return r;
    me.uid = me.euid = id_of(&user);
    me.gid = me.egid = id_of(&group);
    return 0;
}

int account_groups(gid_t *list, unsigned max)
{
    struct nt_sid *sids = rt_alloc((max ? max : 1) * sizeof(*sids));
    int r;

    if (!sids)
        return -ENOMEM;
    r = nt_token_groups(sids, max);
    for (unsigned i = 0; i < max && (int)i < r; i++)
        list[i] = id_of(&sids[i]);
    rt_free(sids);
    return r;
}

/* ---- names ---- */

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

static const struct {
    const char *name;
    uint32_t gid;
} groups[] = {
    { "SYSTEM", 18 }, { "Administrators", 544 }, { "Users", 545 }, { "Guests", 546 },
    { "Everyone", 0 }, { "None", ACCOUNT_OFFSET + 513 }, { "Authenticated Users", 11 },
    { "INTERACTIVE", 4 },
};

/* Strings behind one another in the caller's room. */
static char *put(char **at, size_t *room, const char *s)
{
    size_t n = strlen(s) + 1;
    char *p = *at;

    if (n > *room)
        return NULL;
    memcpy(p, s, n);
    *at += n;
    *room -= n;
    return p;
}

static int fill_user(struct passwd *pw, char *buf, size_t size)
{
    const char *name = user_name(), *home = getenv("HOME");

    pw->pw_uid = me.uid;
    pw->pw_gid = me.gid;
    pw->pw_name = put(&buf, &size, name);
    pw->pw_passwd = put(&buf, &size, "*");
    pw->pw_comment = pw->pw_gecos = put(&buf, &size, "");
    if (home && *home == '/') {
        pw->pw_dir = put(&buf, &size, home);
    } else {
        pw->pw_dir = put(&buf, &size, "/home/");
        buf--; /* the name takes the place of the NUL */
        size++;
        if (!put(&buf, &size, name))
            pw->pw_dir = NULL;
    }
    pw->pw_shell = put(&buf, &size, first_of("SHELL", NULL, "/bin/sh"));
    return pw->pw_name && pw->pw_passwd && pw->pw_gecos && pw->pw_dir && pw->pw_shell ? 0 : ERANGE;
}

static int find_user(bool known, struct passwd *pw, char *buf, size_t size, struct passwd **out)
{
    int r = known ? fill_user(pw, buf, size) : 0;

    *out = known && r == 0 ? pw : NULL;
    return r;
}

/**
 * A user by number, strings in `buf`.
 * @return 0 (*out NULL: no such user) or ERANGE: buf is too small. POSIX.1-2017 getpwuid_r()
 */
int getpwuid_r(uid_t uid, struct passwd *pw, char *buf, size_t size, struct passwd **out)
{
    return find_user(uid == me.uid, pw, buf, size, out);
}

/** A user by name, as getpwuid_r. POSIX.1-2017 getpwnam_r() */
int getpwnam_r(const char *name, struct passwd *pw, char *buf, size_t size, struct passwd **out)
{
    return find_user(strcasecmp(name, user_name()) == 0, pw, buf, size, out);
}

/* The functions without a buffer keep one that grows. */
static struct passwd pw_static;
static char *pw_room;
static size_t pw_size;

static struct passwd *static_user(bool known)
{
    struct passwd *out;

    for (;;) {
        int r = pw_room ? find_user(known, &pw_static, pw_room, pw_size, &out) : ERANGE;
        char *more;

        if (r == 0)
            return out;
        if (!(more = rt_realloc(pw_room, pw_size + 512))) {
            errno = ENOMEM;
            return NULL;
        }
        pw_room = more;
        pw_size += 512;
    }
}

/** A user by number, in memory that the next call overwrites; NULL: none. POSIX.1-2017 getpwuid() */
struct passwd *getpwuid(uid_t uid)
{
    return static_user(uid == me.uid);
}

/** A user by name. POSIX.1-2017 getpwnam() */
struct passwd *getpwnam(const char *name)
{
    return static_user(strcasecmp(name, user_name()) == 0);
}

static bool pw_given;

void setpwent(void)
{
    pw_given = false;
}

void endpwent(void)
{
    pw_given = false;
}

/** The known users one by one: the own. XSI */
struct passwd *getpwent(void)
{
    bool known = !pw_given;

    pw_given = true;
    return static_user(known);
}

/* ---- groups ---- */

static int fill_group(unsigned i, struct group *gr, char *buf, size_t size)
{
    size_t pad = (size_t)(-(uintptr_t)buf & (sizeof(char *) - 1));

    if (size < pad + sizeof(char *))
        return ERANGE;
    gr->gr_mem = (char **)(buf + pad);
    gr->gr_mem[0] = NULL;
    buf += pad + sizeof(char *);
    size -= pad + sizeof(char *);
    gr->gr_gid = groups[i].gid;
    gr->gr_name = put(&buf, &size, groups[i].name);
    gr->gr_passwd = put(&buf, &size, "*");
    return gr->gr_name && gr->gr_passwd ? 0 : ERANGE;
}

static unsigned group_by(const char *name, gid_t gid)
{
    unsigned i;

    for (i = 0; i < ARRAY_SIZE(groups); i++)
        if (name ? strcasecmp(groups[i].name, name) == 0 : groups[i].gid == gid)
            break;
    return i;
}

static int find_group(unsigned i, struct group *gr, char *buf, size_t size, struct group **out)
{
    int r = i < ARRAY_SIZE(groups) ? fill_group(i, gr, buf, size) : 0;

    *out = i < ARRAY_SIZE(groups) && r == 0 ? gr : NULL;
    return r;
}

/** A group by number, as getpwuid_r. POSIX.1-2017 getgrgid_r() */
int getgrgid_r(gid_t gid, struct group *gr, char *buf, size_t size, struct group **out)
{
    return find_group(group_by(NULL, gid), gr, buf, size, out);
}

/** A group by name. POSIX.1-2017 getgrnam_r() */
int getgrnam_r(const char *name, struct group *gr, char *buf, size_t size, struct group **out)
{
    return find_group(group_by(name, 0), gr, buf, size, out);
}

static struct group *static_group(unsigned i)
{
    static struct group gr;
    static char room[64]; /* more than any name of the table needs */
    struct group *out;

    return find_group(i, &gr, room, sizeof(room), &out) == 0 ? out : NULL;
}

/** A group by number; NULL: none. POSIX.1-2017 getgrgid() */
struct group *getgrgid(gid_t gid)
{
    return static_group(group_by(NULL, gid));
}

/** A group by name. POSIX.1-2017 getgrnam() */
struct group *getgrnam(const char *name)
{
    return static_group(group_by(name, 0));
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

/** The known groups one by one. XSI */
struct group *getgrent(void)
{
    return gr_next < ARRAY_SIZE(groups) ? static_group(gr_next++) : NULL;
}

/**
 * Groups of a user: those of the process for the own one, else only the given.
 * @param count room in `list`, receives how many there are
 * @return how many, or -1: there is no room for all. BSD
 */
int getgrouplist(const char *user, gid_t group, gid_t *list, int *count)
{
    int room = *count, n = 1;

    if (room > 0)
        list[0] = group;
    if (strcasecmp(user, user_name()) == 0 && (n = account_groups(list, room > 0 ? (unsigned)room : 0)) < 0)
        n = 0;
    *count = n;
    return n <= room ? n : -1;
}

/** Sets the supplementary groups: only those that are there. @return 0 for the own user, else EPERM */
int initgroups(const char *user, gid_t group)
{
    return (int)sys_ret(strcasecmp(user, user_name()) == 0 ? 0 : -EPERM);
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
