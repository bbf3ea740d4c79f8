/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The mount table: which POSIX folder is which Windows folder. Pure: the registry is read and
 * written elsewhere (runtime/path/mounts.c, mount/), the text of its values is parsed here.
 *
 * Registry form. One key each for user and system, of the tree and as default for all trees:
 *     HKCU|HKLM \Software\Isthmus\<tree id>|Default\Mounts
 * One value (REG_SZ) a mount: name = POSIX path, data = "OPTIONS TARGET": options separated by
 * commas, one space, then the Windows path as it is, to the end. The value named "cygdrive" has
 * "OPTIONS PREFIX". Options: binary text exec notexec cygexec acl noacl posix=0 posix=1 (each with
 * its default left out when written; "-" stands for none). For example
 *     /home     = "noacl C:\Users"
 *     cygdrive  = "- /mnt"
 * Precedence: user over system over built in; of a scope, the tree's key over Default. An entry
 * that cannot be read is left out with a reason, the others count.
 *
 * Comparison ignores the case of ASCII letters in the POSIX path unless the mount says posix=1.
 */
#ifndef LIB_PATH_MOUNT_H
#define LIB_PATH_MOUNT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/text/buf.h"

enum mount_flag {
    MOUNT_TEXT = 1,             /* text mode; default binary */
    MOUNT_EXEC = 2,             /* every file is executable */
    MOUNT_NOTEXEC = 4,          /* none is */
    MOUNT_NOACL = 8,            /* modes are made up, ACLs not used */
    MOUNT_POSIX = 0x10,         /* posix=1: case-sensitive */
    MOUNT_CYGEXEC = 0x20,       /* every file is a ported program */
    MOUNT_OPTIONS = 0x3f,       /* what the options of an entry can say */
    MOUNT_USER = 0x100,         /* scopes; none of the two: system */
    MOUNT_AUTO = 0x200,         /* built in, not from the registry */
    MOUNT_CYGDRIVE = 0x400,     /* only in answers: reached through the cygdrive prefix */
    MOUNT_DEFAULT = 0x800,      /* from the key for all trees, not from that of this tree */
};

struct mount {
    char *posix;                /* no slash at the end, except "/" itself */
    size_t posix_len;
    char *win32;                /* as it was given, UTF-8 */
    uint16_t *nt;               /* \??\C:\dir: no backslash at the end, drive root is \??\C: */
    size_t nt_len;
    uint32_t flags;
    uint32_t hash_posix, hash_nt;
};

struct mount_table {
    struct mount *v;            /* all entries, in the order they were added */
    size_t n, cap;
    uint32_t *by_posix;         /* open hash: index + 1, effective entries only */
    uint32_t *by_nt;
    size_t slots;               /* of each hash, a power of two */
    size_t shortest_nt, longest_nt; /* units of targets: look-ups go no further */
    size_t longest_posix;
    char *cygdrive;             /* no slash at the end; "" means "/" */
    size_t cygdrive_len;
    uint32_t cygdrive_flags;
    uint32_t cygdrive_scope;    /* MOUNT_AUTO, or MOUNT_USER and MOUNT_DEFAULT */
    uint32_t generation;        /* changes with every change */
    buf_realloc_fn alloc;
};

/** Empty table; cygdrive prefix /cygdrive. 0 or -ENOMEM. */
int mount_init(struct mount_table *mt, buf_realloc_fn alloc);
void mount_free(struct mount_table *mt);

/**
 * Adds or replaces the entry of this path and scope. `posix` is absolute; `win32` any absolute
 * Windows form (C:\x, c:/x, \\server\share, //server/share, \\?\C:\x). Returns 0, -EINVAL with
 * *why set, -ENAMETOOLONG or -ENOMEM. `why` may be NULL.
 */
int mount_add(struct mount_table *mt, const char *posix, const char *win32, uint32_t flags,
              const char **why);
/** Removes the entry of the scope in `flags`; -ENOENT when there is none. */
int mount_remove(struct mount_table *mt, const char *posix, uint32_t flags);
/** Changes the cygdrive prefix; "/" is allowed. */
int mount_set_cygdrive(struct mount_table *mt, const char *prefix, uint32_t flags,
                       const char **why);

/**
 * Takes one registry value, see above; `scope` is MOUNT_USER or 0. Unknown options are an error
 * (-EINVAL, *why), so that a newer tool's entry is not silently misread.
 */
int mount_parse(struct mount_table *mt, const char *name, const char *data, uint32_t scope,
                const char **why);
/** Appends the data that mount_parse reads back. */
void mount_format(struct buf *out, uint32_t flags, const char *target);
/** Parses "text,noacl" or "-" (length n); 0 or -EINVAL. */
int mount_parse_options(const char *s, size_t n, uint32_t *flags, const char **why);
/** Appends options as text, "binary" spelled out when `full`. */
void mount_format_options(struct buf *out, uint32_t flags, int full);

/**
 * The built-in entries of a tree: / , /usr/bin and /usr/lib. `root` is its Windows folder.
 */
int mount_add_defaults(struct mount_table *mt, const char *root);

/**
 * The effective entry with the longest path that is `path` or above it; NULL if there is none.
 * `path` is absolute and normalised. Does not know the cygdrive prefix.
 */
const struct mount *mount_lookup(const struct mount_table *mt, const char *path, size_t n);
/** The same for an NT name; next longest below `limit` units when that is not 0. */
const struct mount *mount_lookup_nt(const struct mount_table *mt, const uint16_t *nt, size_t n,
                                    size_t limit);
/** Whether this entry decides for its path (false when one of a stronger scope hides it). */
int mount_effective(const struct mount_table *mt, const struct mount *m);

/** What an entry has to do with a path: why it decides for it, or why not. */
enum mount_verdict {
    MOUNT_CHOSEN,               /* the longest mount point above the path */
    MOUNT_ELSEWHERE,            /* the path is not below it */
    MOUNT_SHORTER,              /* another one that is longer decides */
    MOUNT_HIDDEN,               /* an entry of a stronger scope stands for the same mount point */
    MOUNT_BEHIND_CYGDRIVE,      /* above the path, but the cygdrive prefix decides */
    MOUNT_WRONG_CASE,           /* posix=1 and the letters differ in case */
    MOUNT_VERDICTS
};
struct path_match;
/** `m` is what path_to_nt said about posix[0..n). */
enum mount_verdict mount_judge(const struct mount_table *mt, const struct mount *e, const char *posix,
                               size_t n, const struct path_match *m);
/** A phrase: "the longest mount point above the path". */
const char *mount_verdict_text(enum mount_verdict v);

#endif
