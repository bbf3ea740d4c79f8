/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * POSIX names <-> Windows names over a mount table. Pure. POSIX names are UTF-8 byte strings,
 * Windows names UTF-16.
 *
 * A file name maps so: " * : < > ? | \ and 1..31 become U+F000 + character, and so do a dot or a
 * space that ends the name (Win32 would strip it); invalid UTF-8 as in lib/text/utf.h. All of it
 * is reversible. Reserved names (aux, con, com1...) stay as they are in NT names; the Win32 form of
 * such a path is given with \\?\ in front, and so is one of 260 units and more.
 */
#ifndef LIB_PATH_PATH_H
#define LIB_PATH_PATH_H

#include <stddef.h>
#include <stdint.h>

#include "lib/path/mount.h"
#include "lib/text/buf.h"

/* Longest NT name in units (UNICODE_STRING holds 32767) and longest POSIX name accepted. */
#define PATH_NT_MAX 32766
#define PATH_POSIX_MAX 131071

enum path_form {
    FORM_EMPTY,
    FORM_RELATIVE,          /* foo/bar */
    FORM_POSIX,             /* /foo */
    FORM_DRIVE,             /* c:\foo c:/foo c: */
    FORM_UNC,               /* \\server\share //server/share */
    FORM_NT,                /* \\?\... \\.\... \??\... and the same with slashes after \\ */
};

/** What kind of name the text is. Looks at the beginning only. */
enum path_form path_form(const char *path);

/* The number is the value of field `rule` in event path_convert. Append only. */
enum path_rule {
    RULE_NONE = 0,
    RULE_MOUNT = 1,         /* an entry of the table, see .mount */
    RULE_CYGDRIVE = 2,      /* /cygdrive/c/... */
    RULE_DRIVE = 3,         /* drive path that is below no mount */
    RULE_UNC = 4,           /* //server/share/... */
    RULE_NTNAME = 5,        /* \\?\ or \\.\ name taken as it is */
    RULE_DEVICE = 6,        /* /dev/..., see lib/path/device.h */
    RULE_PROC = 7,          /* /proc/... */
    RULE_CYGDRIVE_DIR = 8,  /* the folder /cygdrive itself */
    RULE_RELATIVE = 9,      /* relative in, relative out */
    RULE_SYMLINK = 10,      /* a symbolic link was followed */
    RULE_SUFFIX = 11,       /* found with .exe appended */
    RULE_COUNT
};

/** A word for the rule, as in traces: "mount", "cygdrive", ... */
const char *path_rule_name(unsigned rule);

/** How a conversion went. */
struct path_match {
    uint32_t rule;
    uint32_t flags;             /* enum mount_flag of the mount or the cygdrive prefix */
    const struct mount *mount;  /* RULE_MOUNT only */
    const char *why;            /* after an error: what is wrong, as a phrase */
};

/** Appends one line for --explain: which rule, which mount, with what target. */
void path_explain(struct buf *out, const struct path_match *m);

enum path_info {
    PATH_TRAILING_SLASH = 1,    /* ended in / or /. or /.. : has to be a folder */
    PATH_DOTDOT = 2,            /* ".." came after a name, which may be a link */
    PATH_ABSOLUTE = 4,          /* cwd was not needed */
};

/**
 * POSIX absolute name of `path` seen from `cwd` (absolute, normalised), by the text alone: empty
 * components, "." and ".." removed. A leading // with a name behind it stays (UNC). Replaces what
 * is in `out`. `info` gets enum path_info and may be NULL. Returns 0, -ENOENT (empty path),
 * -ENAMETOOLONG or -ENOMEM. Windows forms must be converted first.
 */
int path_normalize(struct buf *out, const char *cwd, const char *path, unsigned *info);

/**
 * NT name (\??\C:\...) of the absolute normalised POSIX name posix[0..n). Replaces what is in
 * `out`. Devices and /proc are not known here: ask device_lookup first. Returns 0; -ENOENT with
 * m->why when no mount or drive is there for it; -EISDIR for the cygdrive folder itself, which no
 * Windows folder stands for; -ENAMETOOLONG; -ENOMEM. `m` may be NULL.
 */
int path_to_nt(const struct mount_table *mt, const char *posix, size_t n, struct wbuf *out,
               struct path_match *m);

/**
 * NT name of an absolute Windows name in UTF-8 (FORM_DRIVE, FORM_UNC, FORM_NT), "." and ".."
 * resolved, both slashes taken as separators (not in \\?\ names). Characters are not mapped.
 * Returns as path_to_nt; -EINVAL for a name that is not absolute.
 */
int win32_to_nt(const char *win32, struct wbuf *out, struct path_match *m);

enum win32_style {
    WIN32_AUTO,             /* \\?\ only where the plain name would not work */
    WIN32_LONG,             /* always \\?\ */
    WIN32_PLAIN,            /* never */
};

/** Win32 name of an NT name. Replaces what is in `out`. 0 or -ENOMEM. */
int nt_to_win32(const uint16_t *nt, size_t n, enum win32_style style, struct wbuf *out);

/**
 * POSIX name of an NT name, through the mount whose target is the longest that fits and that the
 * name leads back to; drives otherwise through the cygdrive prefix, UNC as //server/share.
 * Replaces what is in `out`. 0, -EINVAL (m->why) for a name that no POSIX name leads to, -ENOMEM.
 */
int nt_to_posix(const struct mount_table *mt, const uint16_t *nt, size_t n, struct buf *out,
                struct path_match *m);

/**
 * POSIX absolute name of anything: Windows forms through the table, others through
 * path_normalize.
 */
int path_posix_absolute(const struct mount_table *mt, struct buf *out, const char *cwd,
                        const char *path, unsigned *info, struct path_match *m);

/** Appends the Windows form of one component or of a/b/c with \ between. */
void name_to_wide(struct wbuf *out, const char *s, size_t n);
/** Appends the POSIX form of one component or of a\b\c with / between. */
void name_from_wide(struct buf *out, const uint16_t *s, size_t n);
/** Whether the component is one that Win32 takes for a device: con, aux.txt, com1 ... */
int name_reserved(const uint16_t *s, size_t n);

/** Case-insensitive comparison of NT names; a and b have the same length. */
int wide_equal_fold(const uint16_t *a, const uint16_t *b, size_t n);

/** Hash of a full NT name, whatever the letters' case: the number of a file that has no other. Never 0. */
uint64_t path_hash(const uint16_t *nt, size_t n);

/* Path lists, as in PATH: a:b and a;b. */

/**
 * Converts a list. To Windows: each element absolute or relative; an empty one means "."; elements
 * that cannot be converted are -errno of the whole. Windows lists have `;`, POSIX ones `:`; a
 * list that already is in the wanted form is recognised and normalised. `cwd` may be NULL, then
 * relative elements stay relative.
 */
int path_list_to_win32(const struct mount_table *mt, const char *cwd, const char *list,
                       struct buf *out, struct path_match *m);
int path_list_to_posix(const struct mount_table *mt, const char *cwd, const char *list,
                       struct buf *out, struct path_match *m);

#endif
