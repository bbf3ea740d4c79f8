/* SPDX-License-Identifier: BSD-2-Clause */
/* Named semaphores: a file of one word in /dev/shm each, mapped by all who have it open. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dev_shm.h"
#include "mm.h"
#include "proc.h"
#include "pthread_internal.h"
#include "sys.h"
#include "thread_internal.h"

#define PREFIX "sem."
#define VALUE_SHIFT 32

/* One that this process has open: opened again it is the same address. */
struct named {
    struct named *next;
    dev_t dev;
    ino_t ino;
    unsigned opened;
    void *map;
};
static struct named *all; /* under the list's lock of threads, which fork takes */

/* Makes the file, which nobody sees before it is complete. */
static int make(const char *path, mode_t mode, unsigned value)
{
    uint64_t word = TAG_SEM | SHARED | (uint64_t)value << VALUE_SHIFT;
    char temp[sizeof(DEV_SHM) + 40];
    int fd, r = 0;

    if (value > SEM_VALUE_MAX)
        return -EINVAL;
    dev_shm_folder();
    snprintf(temp, sizeof(temp), DEV_SHM "/new.%d.%u", (int)me.pid, self()->id);
    if ((fd = open(temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)) < 0)
        return -errno;
    if (write(fd, &word, sizeof(word)) != sizeof(word) || link(temp, path) < 0)
        r = -errno;
    unlink(temp);
    close(fd);
    return r;
}

/* Under the lock. */
static struct named *find(const struct stat *st)
{
    struct named *s = all;

    while (s && (s->dev != st->st_dev || s->ino != st->st_ino))
        s = s->next;
    return s;
}

static int map(int fd, void **out)
{
    struct named *s, *known;
    struct stat st;

    if (fstat(fd, &st) < 0)
        return -errno;
    if (st.st_size < (off_t)sizeof(uint64_t))
        return -EINVAL;
    if (!(s = rt_zalloc(sizeof(*s))))
        return -ENOMEM;
    s->map = mmap(NULL, sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (s->map == MAP_FAILED) {
        rt_free(s);
        return -errno;
    }
    s->dev = st.st_dev;
    s->ino = st.st_ino;
    thread_list_hold(true);
    if ((known = find(&st))) {
        known->opened++;
    } else {
        s->opened = 1;
        s->next = all;
        all = s;
    }
    thread_list_hold(false);
    *out = known ? known->map : s->map;
    if (known) {
        munmap(s->map, sizeof(uint64_t));
        rt_free(s);
    }
    return 0;
}

static int open_named(const char *path, int flags, mode_t mode, unsigned value, void **out)
{
    int fd, r;

    for (;;) {
        if ((flags & O_CREAT) && (flags & O_EXCL)) {
            if ((r = make(path, mode, value)) < 0)
                return r;
            flags &= ~O_EXCL;
        }
        if ((fd = open(path, O_RDWR | O_CLOEXEC)) >= 0)
            break;
        if (errno != ENOENT || !(flags & O_CREAT))
            return -errno;
        if ((r = make(path, mode, value)) < 0 && r != -EEXIST)
            return r;
    }
    r = map(fd, out);
    close(fd);
    return r;
}

/**
 * Opens a named semaphore.
 * @param name  "/name", without further slashes
 * @param flags O_CREAT: make it if need be, then mode_t and the value follow; O_EXCL: it must be new
 * @return the semaphore, or SEM_FAILED with EACCES, EEXIST, EINVAL, EMFILE, ENAMETOOLONG, ENOENT, ENOMEM
 * POSIX.1-2017 sem_open()
 */
sem_t *sem_open(const char *name, int flags, ...)
{
    unsigned mode = 0, value = 0;
    void *sem = NULL;
    char *path;
    va_list ap;
    int r, cancel;

    va_start(ap, flags);
    if (flags & O_CREAT) {
        mode = va_arg(ap, unsigned);
        value = va_arg(ap, unsigned);
    }
    va_end(ap);
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
    if ((r = dev_shm_path(name, PREFIX, &path)) == 0) {
        r = open_named(path, flags, mode, value, &sem);
        rt_free(path);
    }
    pthread_setcancelstate(cancel, NULL);
    trace_sys_sem_open(name, flags, mode, r);
    sys_ret(r);
    return r < 0 ? SEM_FAILED : sem;
}

/** Closes a named semaphore; it stays until sem_unlink(). @return 0, or -1 with EINVAL. POSIX.1-2017 */
int sem_close(sem_t *sem)
{
    struct named *s, **l = &all;
    bool last = false;

    thread_list_hold(true);
    while ((s = *l) && s->map != sem)
        l = &s->next;
    if (s && (last = --s->opened == 0))
        *l = s->next;
    thread_list_hold(false);
    if (last) {
        munmap(s->map, sizeof(uint64_t));
        rt_free(s);
    }
    return (int)sys_ret(s ? 0 : -EINVAL);
}

/** Removes the name. @return 0, or -1 with EACCES, ENOENT, ENAMETOOLONG. POSIX.1-2017 sem_unlink() */
int sem_unlink(const char *name)
{
    char *path;
    int r = dev_shm_path(name, PREFIX, &path);

    if (r == 0) {
        if (unlink(path) < 0)
            r = errno == EPERM ? -EACCES : -errno;
        rt_free(path);
    } else if (r == -EINVAL) {
        r = -ENOENT;
    }
    trace_sys_sem_unlink(name, r);
    return (int)sys_ret(r);
}
