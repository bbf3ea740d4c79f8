/* SPDX-License-Identifier: BSD-2-Clause */
/* mount, umount: the table is that of the registry, and getmntent() reads it as text. */
#include <mntent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include "mm.h"
#include "mounts.h"
#include "sys.h"

/* Flags of the call as the options that the registry has; `out` has room for all. */
static void options_text(unsigned flags, char *out)
{
    static const struct {
        unsigned flag;
        const char *name;
    } rows[] = { { MOUNT_TEXT, "text" }, { MOUNT_EXEC, "exec" }, { MOUNT_CYGWIN_EXEC, "cygexec" },
                 { MOUNT_NOTEXEC, "notexec" }, { MOUNT_NOACL, "noacl" } };

    strcpy(out, flags & MOUNT_NOPOSIX ? "posix=0" : "binary");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        if (flags & rows[i].flag) {
            strcat(out, ",");
            strcat(out, rows[i].name);
        }
    }
}

/**
 * Adds or changes a mount, in the registry: it lasts, and all processes of the installation see it.
 * @param source Windows folder; with MOUNT_CYGDRIVE not used
 * @param target POSIX folder, with MOUNT_CYGDRIVE the prefix for drives
 * @param flags  MOUNT_SYSTEM for all users, MOUNT_TEXT, MOUNT_EXEC ...
 * @return 0, or -1 with EINVAL (no absolute names), EACCES, EFAULT, ENOMEM
 */
int mount(const char *source, const char *target, unsigned flags)
{
    bool user = !(flags & MOUNT_SYSTEM), drives = flags & MOUNT_CYGDRIVE;
    char options[64];
    int r = -EFAULT;

    if (target && (source || drives)) {
        options_text(flags, options);
        r = mounts_set(user, drives ? NULL : target, drives ? target : source, options);
    }
    trace_sys_mount(source, target, flags, r);
    return (int)sys_ret(r);
}

/**
 * Removes a mount of the user, or with MOUNT_SYSTEM of the system; with MOUNT_CYGDRIVE the prefix.
 * @return 0, or -1 with EINVAL, ENOENT (none of that scope), EACCES, EFAULT
 */
int cygwin_umount(const char *target, unsigned flags)
{
    int r = -EFAULT;

    if (flags & MOUNT_CYGDRIVE)
        r = mounts_unset(!(flags & MOUNT_SYSTEM), NULL);
    else if (target)
        r = mounts_unset(!(flags & MOUNT_SYSTEM), target);
    trace_sys_umount(target, flags, r);
    return (int)sys_ret(r);
}

/** cygwin_umount(target, 0). */
int umount(const char *target)
{
    return cygwin_umount(target, 0);
}

/* ---- <mntent.h> ---- */

static void *mounts_realloc(void *old, size_t size)
{
    if (size)
        return rt_realloc(old, size);
    rt_free(old);
    return NULL;
}

static bool is_table(const char *file)
{
    static const char *const names[] = { MOUNTED, MNTTAB, "/proc/mounts", "/proc/self/mounts" };

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (!strcmp(file, names[i]))
            return true;
    return false;
}

/**
 * Opens a file of mounts; for the system's names of it (/etc/mtab, /etc/fstab, /proc/mounts) what is
 * mounted now.
 * @return stream for getmntent, or NULL with what fopen gives
 */
FILE *setmntent(const char *file, const char *mode)
{
    struct buf text;
    FILE *f = NULL;

    if (!is_table(file) || *mode != 'r')
        return fopen(file, mode);
    buf_init(&text, mounts_realloc, NULL, 0);
    buf_puts(&text, "");
    if (mounts_text(&text) < 0)
        errno = ENOMEM;
    else if ((f = fmemopen(NULL, text.len + 1, "w+")) != NULL) {
        fwrite(text.p, 1, text.len, f);
        rewind(f);
    }
    buf_free(&text);
    return f;
}

/* The next field of a line, octal decoded in place. */
static char *field(char **line)
{
    char *s = *line + strspn(*line, " \t"), *to = s, *from = s;

    while (*from && *from != ' ' && *from != '\t' && *from != '\n') {
        if (from[0] == '\\' && from[1] >= '0' && from[1] < '4' && from[2] >= '0' && from[2] < '8' &&
            from[3] >= '0' && from[3] < '8') {
            *to++ = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0'));
            from += 4;
        } else {
            *to++ = *from++;
        }
    }
    *line = from + (*from != 0);
    *to = 0;
    return s;
}

/** The next entry of a stream, in memory of the caller; NULL at the end, or when `size` is too small. GNU */
struct mntent *getmntent_r(FILE *f, struct mntent *m, char *buf, int size)
{
    char *s;

    while (fgets(buf, size, f)) {
        s = buf + strspn(buf, " \t");
        if (*s == '#' || *s == '\n' || !*s)
            continue;
        m->mnt_fsname = field(&s);
        m->mnt_dir = field(&s);
        m->mnt_type = field(&s);
        m->mnt_opts = field(&s);
        m->mnt_freq = atoi(field(&s));
        m->mnt_passno = atoi(field(&s));
        return m;
    }
    return NULL;
}

/** getmntent_r() with memory of its own, which the next call uses again. */
struct mntent *getmntent(FILE *f)
{
    static struct mntent entry;
    static char *line;
    enum { LINE = 131072 }; /* two names of 32767 units, encoded */

    if (!line && !(line = malloc(LINE)))
        return NULL;
    return getmntent_r(f, &entry, line, LINE);
}

/** Closes a stream of setmntent(). Always 1. */
int endmntent(FILE *f)
{
    if (f)
        fclose(f);
    return 1;
}

/** Where an option stands in an entry's list; NULL: nowhere. */
char *hasmntopt(const struct mntent *m, const char *option)
{
    size_t n = strlen(option);
    char *s = m->mnt_opts;

    while (*s) {
        size_t len = strcspn(s, ",");

        if (len >= n && !memcmp(s, option, n) && (len == n || s[n] == '='))
            return s;
        s += len + (s[len] == ',');
    }
    return NULL;
}
