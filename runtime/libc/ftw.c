/* SPDX-License-Identifier: BSD-2-Clause */
/* ftw and nftw: a function called for each file of a tree. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int visit_fn(const char *, const struct stat *, int, struct FTW *);

/* Directories above the current one, to notice loops of followed links. */
struct above {
    const struct above *up;
    dev_t dev;
    ino_t ino;
};

struct walk {
    visit_fn *visit;
    int flags;
    dev_t dev; /* FTW_MOUNT: stay on this */
    char *path;
    size_t size;
    bool old; /* ftw(): FTW_SLN is FTW_NS */
};

static int walk(struct walk *w, size_t len, int base, int level, const struct above *above);

static int grow(struct walk *w, size_t need)
{
    char *p;

    if (need <= w->size)
        return 0;
    if (!(p = realloc(w->path, need * 2)))
        return -1;
    w->path = p;
    w->size = need * 2;
    return 0;
}

/* The entries of the directory w->path, whose name has len bytes. */
static int children(struct walk *w, size_t len, int level, const struct above *above)
{
    DIR *d = opendir(w->path);
    struct dirent *e;
    int r = 0, err;

    if (!d)
        return -1;
    while (r == 0 && (errno = 0, e = readdir(d)) != NULL) {
        size_t n = strlen(e->d_name);
        size_t slash = len && w->path[len - 1] != '/';

        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        if (grow(w, len + n + 2) < 0) {
            r = -1;
            break;
        }
        if (slash)
            w->path[len] = '/';
        memcpy(w->path + len + slash, e->d_name, n + 1);
        r = walk(w, len + slash + n, (int)(len + slash), level + 1, above);
    }
    if (r == 0 && errno)
        r = -1;
    err = errno;
    closedir(d);
    errno = err;
    w->path[len] = 0;
    return r;
}

/* What kind of object a name is, for the visitor. Negative: an error that ends the walk. */
static int classify(struct walk *w, struct stat *st)
{
    if ((w->flags & FTW_PHYS ? lstat(w->path, st) : stat(w->path, st)) == 0)
        return S_ISDIR(st->st_mode) ? FTW_D : S_ISLNK(st->st_mode) ? FTW_SL : FTW_F;
    if (errno != EACCES && errno != ENOENT && errno != ELOOP)
        return -1;
    memset(st, 0, sizeof(*st));
    if (!(w->flags & FTW_PHYS) && lstat(w->path, st) == 0 && S_ISLNK(st->st_mode))
        return w->old ? FTW_NS : FTW_SLN;
    return FTW_NS;
}

static int walk(struct walk *w, size_t len, int base, int level, const struct above *above)
{
    struct FTW where = { .base = base, .level = level };
    struct above here = { .up = above };
    struct stat st;
    int kind = classify(w, &st), r;

    if (kind < 0)
        return -1;
    if (kind != FTW_NS && kind != FTW_SLN && (w->flags & FTW_MOUNT) && st.st_dev != w->dev)
        return 0;
    if (kind != FTW_D)
        return w->visit(w->path, &st, kind, &where);

    here.dev = st.st_dev;
    here.ino = st.st_ino;
    if (!(w->flags & FTW_PHYS))
        for (; above; above = above->up)
            if (above->dev == here.dev && above->ino == here.ino)
                return 0;
    if (access(w->path, R_OK) < 0)
        return w->visit(w->path, &st, FTW_DNR, &where);
    if (!(w->flags & FTW_DEPTH) && (r = w->visit(w->path, &st, FTW_D, &where)) != 0)
        return r;
    if ((r = children(w, len, level, &here)) != 0)
        return r;
    return w->flags & FTW_DEPTH ? w->visit(w->path, &st, FTW_DP, &where) : 0;
}

static int start(struct walk *w, const char *path)
{
    size_t len = strlen(path);
    const char *slash = strrchr(path, '/');
    struct stat st;
    int r, err;

    if (w->flags & FTW_CHDIR) {
        errno = ENOTSUP; /* not written: callers get the error, not another working directory */
        return -1;
    }
    if (lstat(path, &st) < 0)
        return -1;
    w->dev = st.st_dev;
    if (grow(w, len + 1) < 0)
        return -1;
    memcpy(w->path, path, len + 1);
    r = walk(w, len, slash ? (int)(slash + 1 - path) : 0, 0, NULL);
    err = errno;
    free(w->path);
    errno = err;
    return r;
}

/**
 * Walk a tree.
 *
 * @param max_fds ignored: one descriptor for each level is open
 * @return 0, what `visit` returned if that is not 0, or -1 with errno (ENOTSUP: FTW_CHDIR)
 * POSIX.1-2017
 */
int nftw(const char *path, visit_fn *visit, int max_fds, int flags)
{
    struct walk w = { .visit = visit, .flags = flags };

    (void)max_fds;
    return start(&w, path);
}

/** The older form: follows links, directories first. POSIX.1-2017 */
int ftw(const char *path, int (*fn)(const char *, const struct stat *, int), int max_fds)
{
    /* The visitor just does not look at its fourth argument. */
    struct walk w = { .visit = (visit_fn *)(void *)fn, .old = true };

    (void)max_fds;
    return start(&w, path);
}
