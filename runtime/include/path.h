/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of files, as the runtime sees them: resolution with mounts, symbolic links and devices,
 * and the working directory. What is pure is in lib/path.
 */
#ifndef PATH_H
#define PATH_H

#include "base.h"
#include "lib/path/device.h"
#include "lib/path/mount.h"
#include "lib/path/path.h"
#include "lib/text/buf.h"
#include "nt_file.h"

enum path_resolve_flag {
    PATH_NOFOLLOW = 0x100,      /* a link as the last component is the result, not followed */
    PATH_CREATE = 0x200,        /* the last component need not exist */
    PATH_EXACT = 0x400,         /* no .exe appended: for creating, renaming, removing as written */
    PATH_EMPTY = 0x800,         /* "" means dirfd itself (AT_EMPTY_PATH) */
};

/* dirfd for the working directory: the value of AT_FDCWD. */
#define PATH_CWD (-2)

/* Attributes of Windows that matter here (FILE_ATTRIBUTE_*). */
#define PATH_ATTR_READONLY  0x1u
#define PATH_ATTR_HIDDEN    0x2u
#define PATH_ATTR_SYSTEM    0x4u
#define PATH_ATTR_DIRECTORY 0x10u
#define PATH_ATTR_REPARSE   0x400u

/* What resolution found. Big (2 KB): on the stack of a call, never kept. */
struct path {
    struct buf posix;           /* absolute name, links resolved, NUL-terminated */
    struct wbuf nt;             /* \??\C:\..., NUL-terminated; empty for devices */
    struct device dev;          /* kind DEVICE_NONE: a file */
    uint32_t mount_flags;       /* enum mount_flag */
    uint32_t rule;              /* enum path_rule */
    bool exists;                /* devices always do */
    bool dir;
    bool symlink;               /* only with PATH_NOFOLLOW; the target is in `target` */
    bool need_dir;              /* the name ended in a slash */
    bool suffix;                /* .exe was appended */
    bool shortcut;              /* a link in a shortcut file: .lnk was appended to nt, not to posix */
    uint32_t attr;              /* FILE_ATTRIBUTE_*, if it is a file that exists */
    int64_t size;
    int64_t times[4];           /* created, accessed, written, changed: FILETIME; 0 unknown */
    struct buf target;          /* of a symbolic link */
    char posix_mem[512];
    uint16_t nt_mem[512];
};

/**
 * Resolves `path` against descriptor `dirfd` (or PATH_CWD). Follows symbolic links, maps through
 * the mount table, recognises devices; asks Windows as little as possible: one look-up for a name
 * that exists. Records path_convert, or path_failed with the rule that led there.
 *
 * Returns 0, or -ENOENT, -ENOTDIR, -ELOOP, -ENAMETOOLONG, -EACCES, -EBADF, -ENOMEM, -EFAULT.
 * path_done must be called after success and after failure alike.
 */
int path_resolve(int dirfd, const char *path, unsigned flags, struct path *out);
/** Releases what path_resolve allocated. */
void path_done(struct path *p);

/** What a link in a shortcut file has behind its name. */
#define SHORTCUT_SUFFIX ".lnk"

/** The result as runtime/nt takes it. */
static inline struct nt_name nt_name_of(const struct path *p)
{
    return (struct nt_name){ .p = p->nt.p, .n = p->nt.len, .case_sensitive = p->mount_flags & MOUNT_POSIX };
}

/** Appends to the Windows name of a name that is to be made: a link in a shortcut file moves there. */
int path_add_suffix(struct path *p, const char *suffix);

/** Win32 name of the result, for CreateProcess and the like; replaces what is in `out`. */
int path_win32(const struct path *p, enum win32_style style, struct wbuf *out);

/** Target of the link that `p` is (resolved with PATH_NOFOLLOW); -EINVAL when it is none. */
int path_readlink(const struct path *p, char *out, size_t size);

/* ---- conversion without looking at files ---- */

/** POSIX name of a Win32 or NT name as Windows gives it (module path, cwd). */
int path_from_windows(const uint16_t *name, size_t units, struct buf *out);
/** Any name -> absolute POSIX, by the text alone. */
int path_absolute(const char *path, struct buf *out, unsigned *info);
/** Any name -> absolute NT name by the text alone (no links followed). */
int path_to_windows(const char *path, struct wbuf *nt, struct path_match *m);

/** realloc for struct buf and struct wbuf in the runtime heap. */
void *path_realloc(void *old, size_t size);
void path_buf(struct buf *b);               /* empty, in the runtime heap */
void path_wbuf(struct wbuf *b);

/* ---- mount table (path/mounts.c) ---- */

/** Reads the table; once at start, before the first path. A forked child has it already. */
int path_init(void);
/** Records what path_init found; once, when events can be recorded. */
void mounts_report(void);
/** The table, held until mounts_put: it does not change meanwhile. */
const struct mount_table *mounts_get(void);
void mounts_put(void);
/** Reads the registry again. mounts_get does so by itself when somebody has changed it. */
int mounts_reload(void);
/** Folder of the tree (the one with bin/ in it), as a final Win32 name without \\?\. */
const uint16_t *tree_root(unsigned *units);
/** Takes or releases the locks of runtime/path: around a fork. */
void path_hold(bool hold);

/* ---- root folder (path/root.c) ---- */

/** `posix` from the startup block: the creator's root, NULL or "": the tree's. */
int root_init(const char *posix);
/** Replaces what is in `out` by the root's name in the whole tree; empty without chroot. */
int root_get(struct buf *out);
/** chroot(): -ENOENT, -ENOTDIR, -EINVAL (no folder of files), -ENOMEM. */
int root_change(const struct path *p);

/* ---- working directory (path/cwd.c) ---- */

/** `posix` from the startup block; NULL: from Windows. Not in a forked child. */
int cwd_init(const char *posix);
/** Replaces what is in `out` by the absolute POSIX name. */
int cwd_get(struct buf *out);
/** -ENOTDIR when it is no folder. */
int cwd_set(const struct path *p);
/** Win32 name for CreateProcess; folders too deep for Windows give the tree's root. */
int cwd_win32(struct wbuf *out);

#endif
