/* SPDX-License-Identifier: BSD-2-Clause */
/* <fts.h>: a walk of file trees, in the order of the arguments, each directory before and after what
 * is in it. Directories are read as a whole, sorted, and freed when they have been left. The working
 * directory is never changed: fts_accpath is the full path, as with FTS_NOCHDIR. */
#include <dirent.h>
#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct __fts {
    FTSENT *cur;            /* returned last */
    FTSENT *child;          /* what fts_children made of cur */
    FTSENT root;            /* parent of the arguments */
    int options;
    int stopped;
    int (*compare)(const FTSENT **, const FTSENT **);
};

static void free_list(FTSENT *e)
{
    FTSENT *next;

    for (; e; e = next) {
        next = e->fts_link;
        free(e->fts_path);
        free(e->fts_statp);
        free(e);
    }
}

/* An entry and its name in one piece; path: parent's plus name, or the name when there is none. */
static FTSENT *entry_new(FTSENT *parent, const char *name, const char *dir)
{
    size_t n = strlen(name), d = dir ? strlen(dir) : 0;
    FTSENT *e = calloc(1, sizeof(*e) + n + 1);

    if (!e)
        return NULL;
    e->fts_name = (char *)(e + 1);
    memcpy(e->fts_name, name, n);
    e->fts_namelen = n;
    e->fts_parent = parent;
    e->fts_level = parent->fts_level + 1;
    e->fts_instr = FTS_NOINSTR;
    if (d && dir[d - 1] == '/')
        d--;
    e->fts_statp = calloc(1, sizeof(*e->fts_statp));
    e->fts_path = malloc(d + n + 2);
    if (!e->fts_path || !e->fts_statp) {
        free_list(e);
        return NULL;
    }
    if (dir) {
        memcpy(e->fts_path, dir, d);
        e->fts_path[d++] = '/';
    }
    memcpy(e->fts_path + d, name, n + 1);
    e->fts_pathlen = d + n;
    e->fts_accpath = e->fts_path;
    return e;
}

static int kind_of(const FTSENT *e)
{
    mode_t m = e->fts_statp->st_mode;

    if (S_ISDIR(m))
        return e->fts_level > 0 && (strcmp(e->fts_name, ".") == 0 || strcmp(e->fts_name, "..") == 0)
                   ? FTS_DOT : FTS_D;
    if (S_ISLNK(m))
        return FTS_SL;
    return S_ISREG(m) ? FTS_F : FTS_DEFAULT;
}

/* A directory that is one of its own ancestors. */
static void find_cycle(FTSENT *e)
{
    for (FTSENT *p = e->fts_parent; p && p->fts_level >= FTS_ROOTLEVEL; p = p->fts_parent) {
        if (p->fts_ino == e->fts_ino && p->fts_dev == e->fts_dev) {
            e->fts_cycle = p;
            e->fts_info = FTS_DC;
            return;
        }
    }
}

static void look(FTS *fts, FTSENT *e, int follow)
{
    struct stat *st = e->fts_statp;

    follow |= fts->options & FTS_LOGICAL;
    if ((follow ? stat : lstat)(e->fts_path, st) < 0) {
        int err = errno;

        memset(st, 0, sizeof(*st));
        if (follow && lstat(e->fts_path, st) == 0 && S_ISLNK(st->st_mode)) {
            e->fts_info = FTS_SLNONE;
            return;
        }
        e->fts_errno = err;
        e->fts_info = FTS_NS;
        return;
    }
    e->fts_dev = st->st_dev;
    e->fts_ino = st->st_ino;
    e->fts_nlink = st->st_nlink;
    e->fts_errno = 0;
    e->fts_info = kind_of(e);
    if (e->fts_info == FTS_D)
        find_cycle(e);
}

static FTSENT *sort_list(FTS *fts, FTSENT *head, size_t n)
{
    FTSENT **all, *e;
    size_t i;

    if (!fts->compare || n < 2 || !(all = malloc(n * sizeof(*all))))
        return head;
    for (i = 0, e = head; e; e = e->fts_link)
        all[i++] = e;
    qsort(all, n, sizeof(*all), (int (*)(const void *, const void *))fts->compare);
    for (i = 0; i + 1 < n; i++)
        all[i]->fts_link = all[i + 1];
    all[n - 1]->fts_link = NULL;
    head = all[0];
    free(all);
    return head;
}

/* Does the walk need more of this entry than the directory told? */
static int need_stat(FTS *fts, const struct dirent *d, int names_only)
{
    if (names_only)
        return 0;
    return !(fts->options & FTS_NOSTAT) || d->d_type == DT_DIR || d->d_type == DT_UNKNOWN ||
           (d->d_type == DT_LNK && (fts->options & FTS_LOGICAL));
}

/* What is in a directory. NULL with cur's fts_info and fts_errno, or errno 0 when it is empty. */
static FTSENT *read_directory(FTS *fts, FTSENT *cur, int names_only)
{
    FTSENT *head = NULL, **tail = &head, *e;
    DIR *dir = opendir(cur->fts_path);
    struct dirent *d;
    size_t n = 0;

    if (!dir) {
        cur->fts_info = FTS_DNR;
        cur->fts_errno = errno;
        return NULL;
    }
    while (errno = 0, (d = readdir(dir))) {
        if (!(fts->options & FTS_SEEDOT) && (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0))
            continue;
        if (!(e = entry_new(cur, d->d_name, cur->fts_path)))
            break;
        e->fts_info = FTS_NSOK;
        if (need_stat(fts, d, names_only))
            look(fts, e, 0);
        *tail = e;
        tail = &e->fts_link;
        n++;
    }
    if (errno) {
        int err = errno;

        free_list(head);
        closedir(dir);
        cur->fts_info = FTS_ERR;
        cur->fts_errno = errno = err;
        return NULL;
    }
    closedir(dir);
    errno = 0;
    return sort_list(fts, head, n);
}

/**
 * Begin a walk.
 *
 * @param paths   ends with NULL
 * @param options FTS_LOGICAL or FTS_PHYSICAL, and others
 * @param compare order of what is in one directory (and of paths); NULL: as it comes
 * @return NULL with EINVAL, ENOMEM. BSD
 */
FTS *fts_open(char *const *paths, int options, int (*compare)(const FTSENT **, const FTSENT **))
{
    FTSENT *head = NULL, **tail = &head, *e;
    size_t n = 0;
    FTS *fts;

    if ((options & ~FTS_OPTIONMASK) || !(options & (FTS_LOGICAL | FTS_PHYSICAL)) || !*paths) {
        errno = EINVAL;
        return NULL;
    }
    if (!(fts = calloc(1, sizeof(*fts))))
        return NULL;
    fts->options = options;
    fts->compare = compare;
    fts->root.fts_level = FTS_ROOTPARENTLEVEL;
    for (; *paths; paths++) {
        const char *slash;

        if (!(e = entry_new(&fts->root, *paths, NULL))) {
            free_list(head);
            free(fts);
            return NULL;
        }
        if ((slash = strrchr(*paths, '/')) && slash[1]) {
            e->fts_namelen = strlen(slash + 1);
            memmove(e->fts_name, slash + 1, e->fts_namelen + 1);
        }
        look(fts, e, options & FTS_COMFOLLOW);
        if (e->fts_info == FTS_DOT)
            e->fts_info = FTS_D;
        *tail = e;
        tail = &e->fts_link;
        n++;
    }
    fts->root.fts_link = sort_list(fts, head, n);
    return fts;
}

/* The next in the list, whose predecessor is freed; up when there is none. */
static FTSENT *next_or_up(FTS *fts, FTSENT *e)
{
    FTSENT *next = e->fts_link, *parent = e->fts_parent;

    e->fts_link = NULL;
    free_list(e);
    if (next)
        return next;
    if (parent == &fts->root)
        return NULL;
    parent->fts_info = parent->fts_errno ? FTS_ERR : FTS_DP;
    return parent;
}

/* Into a directory that was returned before its contents: its first entry, or itself at its end. */
static FTSENT *enter(FTS *fts, FTSENT *e)
{
    FTSENT *first = fts->child;

    fts->child = NULL;
    if (first && first->fts_info == FTS_NSOK && !(fts->options & FTS_NOSTAT)) { /* FTS_NAMEONLY */
        free_list(first);
        first = NULL;
    }
    if (e->fts_instr == FTS_SKIP ||
        ((fts->options & FTS_XDEV) && e->fts_level > FTS_ROOTLEVEL && e->fts_parent->fts_dev != e->fts_dev)) {
        free_list(first);
        e->fts_info = FTS_DP;
        return e;
    }
    if (!first)
        first = read_directory(fts, e, 0);
    if (first)
        return first;
    if (e->fts_info == FTS_D)
        e->fts_info = FTS_DP;
    return e;
}

/** The next file of the walk. @return NULL at its end (errno 0) or with errno */
FTSENT *fts_read(FTS *fts)
{
    FTSENT *e = fts->cur;
    int instr;

    if (fts->stopped)
        return NULL;
    if (!e) {
        e = fts->root.fts_link;
    } else {
        instr = e->fts_instr;
        if (instr == FTS_AGAIN) {
            look(fts, e, 0);
            e->fts_instr = FTS_NOINSTR;
            return e;
        }
        if (instr == FTS_FOLLOW && (e->fts_info == FTS_SL || e->fts_info == FTS_SLNONE)) {
            look(fts, e, 1);
            e->fts_instr = FTS_NOINSTR;
            return e;
        }
        e = e->fts_info == FTS_D ? enter(fts, e) : next_or_up(fts, e);
    }
    while (e && e->fts_instr == FTS_SKIP && e != fts->cur)
        e = next_or_up(fts, e);
    if (e && e->fts_instr == FTS_FOLLOW) {
        look(fts, e, 1);
        e->fts_instr = FTS_NOINSTR;
    }
    fts->cur = e;
    if (!e) {
        fts->root.fts_link = NULL;
        fts->stopped = 1;
        errno = 0;
    }
    return e;
}

/** What the next fts_read does with an entry: FTS_AGAIN, FTS_FOLLOW, FTS_SKIP, 0. */
int fts_set(FTS *fts, FTSENT *entry, int option)
{
    (void)fts;
    if (option && option != FTS_AGAIN && option != FTS_FOLLOW && option != FTS_NOINSTR && option != FTS_SKIP) {
        errno = EINVAL;
        return -1;
    }
    entry->fts_instr = option ? option : FTS_NOINSTR;
    return 0;
}

/** The list of what is in the directory that fts_read returned last (or of the arguments before). */
FTSENT *fts_children(FTS *fts, int options)
{
    if (options && options != FTS_NAMEONLY) {
        errno = EINVAL;
        return NULL;
    }
    errno = 0;
    if (fts->stopped)
        return NULL;
    if (!fts->cur)
        return fts->root.fts_link;
    if (fts->cur->fts_info != FTS_D)
        return NULL;
    free_list(fts->child);
    fts->child = read_directory(fts, fts->cur, options == FTS_NAMEONLY);
    return fts->child;
}

/** The end of a walk, complete or not. */
int fts_close(FTS *fts)
{
    FTSENT *e, *parent;

    free_list(fts->child);
    for (e = fts->cur ? fts->cur : fts->root.fts_link; e && e != &fts->root; e = parent) {
        parent = e->fts_parent;
        free_list(e);
    }
    free(fts);
    return 0;
}
