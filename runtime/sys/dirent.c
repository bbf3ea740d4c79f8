/* SPDX-License-Identifier: BSD-2-Clause */
/* Directory streams. */
#include <dirent.h>

#include "sys.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file/dispatch.h"
#include "mm.h"

struct __DIR {
    int fd;
    long pos;               /* entries given so far */
    struct lock lock;
    union {
        struct dirent d;
        char room[offsetof(struct dirent, d_name) + DIRENT_NAME]; /* names may be longer than NAME_MAX */
    } entry;
};

static DIR *stream(int fd, int *err)
{
    DIR *d = rt_zalloc(sizeof(*d));

    *err = d ? 0 : -ENOMEM;
    if (d)
        d->fd = fd;
    return d;
}

/**
 * Opens a directory for reading its entries.
 * @return stream, or NULL with EACCES, ELOOP, EMFILE, ENAMETOOLONG, ENOENT, ENOMEM, ENOTDIR
 * POSIX.1-2017
 */
DIR *opendir(const char *path)
{
    struct file *f = NULL;
    DIR *d = NULL;
    struct path p;
    int fd = -1, r = path_resolve(PATH_CWD, path, 0, &p);

    if (r == 0)
        f = file_open(&p, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, &r);
    path_done(&p);
    if (f && (r = fd = fd_install(f, 0, true)) >= 0 && !(d = stream(fd, &r)))
        fd_close(fd);
    trace_sys_opendir(path, fd, r < 0 ? r : 0);
    if (!d)
        sys_ret(r);
    return d;
}

/** A stream on an open directory, whose descriptor it takes over. EBADF, ENOMEM, ENOTDIR. POSIX.1-2017 */
DIR *fdopendir(int fd)
{
    struct file *f = fd_get(fd);
    DIR *d = NULL;
    int r = !f ? -EBADF : f->ops->readdir ? 0 : -ENOTDIR;

    fd_put(f);
    if (r == 0 && (d = stream(fd, &r)) != NULL)
        fd_set_cloexec(fd, true);
    trace_sys_opendir("", fd, r);
    if (!d)
        sys_ret(r);
    return d;
}

static int next(DIR *d)
{
    struct file *f = fd_get(d->fd);
    int r = f ? file_readdir(f, &d->entry.d) : -EBADF;

    fd_put(f);
    if (r > 0)
        d->pos++;
    return r;
}

/**
 * The next entry. It is valid until the next call on the stream.
 * @return NULL at the end, or with errno set: EBADF, ENAMETOOLONG
 * POSIX.1-2017
 */
struct dirent *readdir(DIR *d)
{
    int r;

    lock_take(&d->lock);
    r = next(d);
    lock_release(&d->lock);
    trace_sys_readdir(d->fd, r > 0 ? d->entry.d.d_name : "", r > 0 ? d->entry.d.d_type : 0, r);
    if (r < 0)
        sys_ret(r);
    return r > 0 ? &d->entry.d : NULL;
}

/** readdir() into the caller's memory, which holds NAME_MAX bytes of name. 0 or an errno. POSIX.1-2017 */
int readdir_r(DIR *restrict d, struct dirent *restrict entry, struct dirent **restrict result)
{
    int r;

    lock_take(&d->lock);
    r = next(d);
    if (r > 0 && strlen(d->entry.d.d_name) > NAME_MAX)
        r = -ENAMETOOLONG;
    if (r > 0)
        *entry = d->entry.d;
    lock_release(&d->lock);
    trace_sys_readdir(d->fd, r > 0 ? entry->d_name : "", r > 0 ? entry->d_type : 0, r);
    *result = r > 0 ? entry : NULL;
    return r < 0 ? -r : 0;
}

static int do_rewind(DIR *d)
{
    struct file *f = fd_get(d->fd);
    int r = !f ? -EBADF : f->ops->rewind ? f->ops->rewind(f) : -EINVAL;

    fd_put(f);
    d->pos = 0;
    return r;
}

/** Back to the first entry; what was made or removed since is seen. POSIX.1-2017 */
void rewinddir(DIR *d)
{
    int r;

    lock_take(&d->lock);
    r = do_rewind(d);
    lock_release(&d->lock);
    trace_sys_rewinddir(d->fd, r);
}

/** A position for seekdir(). POSIX.1-2017 */
long telldir(DIR *d)
{
    trace_sys_telldir(d->fd, d->pos);
    return d->pos;
}

/** Goes to a position that telldir() gave since the last rewinddir(). POSIX.1-2017 */
void seekdir(DIR *d, long loc)
{
    int r = 0;

    lock_take(&d->lock);
    if (loc < d->pos)
        r = do_rewind(d);
    while (r >= 0 && d->pos < loc && (r = next(d)) > 0)
        ;
    lock_release(&d->lock);
    trace_sys_seekdir(d->fd, loc, r < 0 ? r : 0);
}

/** The stream's descriptor. POSIX.1-2017 */
int dirfd(DIR *d)
{
    return d->fd;
}

/** Ends a stream and closes its descriptor. EBADF. POSIX.1-2017 */
int closedir(DIR *d)
{
    int fd = d->fd, r = fd_close(fd);

    rt_free(d);
    trace_sys_closedir(fd, r);
    return (int)sys_ret(r);
}

/** Ends a stream and returns its descriptor, open. BSD */
int fdclosedir(DIR *d)
{
    int fd = d->fd;

    rt_free(d);
    trace_sys_closedir(fd, fd);
    return fd;
}

/** For scandir(): order by name, in the locale. POSIX.1-2017 */
int alphasort(const struct dirent **a, const struct dirent **b)
{
    return strcoll((*a)->d_name, (*b)->d_name);
}

/* ---- scandir ---- */

typedef int select_fn(const struct dirent *);
typedef int compare_fn(const struct dirent **, const struct dirent **);

static int collect(DIR *d, select_fn *select, struct dirent ***list, size_t *count)
{
    struct dirent *e, **v = NULL, **grown;
    size_t n = 0, cap = 0;

    errno = 0;
    while ((e = readdir(d)) != NULL) {
        size_t size = offsetof(struct dirent, d_name) + strlen(e->d_name) + 1;

        if (select && !select(e))
            continue;
        if (n == cap) {
            cap = cap ? 2 * cap : 32;
            grown = realloc(v, cap * sizeof(*v));
            if (!grown)
                break;
            v = grown;
        }
        if (!(v[n] = malloc(size < sizeof(*e) ? sizeof(*e) : size)))
            break;
        memcpy(v[n++], e, size);
        errno = 0;
    }
    *list = v;
    *count = n;
    return e ? -ENOMEM : -errno;
}

/** scandir() seen from the directory `dirfd`. GNU */
int scandirat(int dirfd, const char *path, struct dirent ***list, select_fn *select, compare_fn *compare)
{
    int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    size_t n;

    if (!d) {
        r = errno;
        if (fd >= 0)
            close(fd);
        errno = r;
        return -1;
    }
    r = collect(d, select, list, &n);
    closedir(d);
    if (r < 0) {
        while (n)
            free((*list)[--n]);
        free(*list);
        return (int)sys_ret(r);
    }
    if (compare && n)
        qsort(*list, n, sizeof(**list), (int (*)(const void *, const void *))compare);
    return (int)n;
}

/**
 * All entries of a directory that `select` (NULL: all) takes, in the order of `compare`.
 * @param list receives a malloc()ed array of malloc()ed entries
 * @return their number, or -1 with what opendir() has, or ENOMEM
 * POSIX.1-2017
 */
int scandir(const char *path, struct dirent ***list, select_fn *select, compare_fn *compare)
{
    return scandirat(AT_FDCWD, path, list, select, compare);
}
