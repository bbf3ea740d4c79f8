/* SPDX-License-Identifier: BSD-2-Clause */
/* Named memory: files in /dev/shm. Their mapping is mmap's business. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dev_shm.h"
#include "mm.h"
#include "sys.h"

int dev_shm_path(const char *name, const char *prefix, char **path)
{
    size_t n, before = strlen(DEV_SHM "/") + strlen(prefix);

    if (*name == '/')
        name++;
    n = strlen(name);
    if (n == 0 || strchr(name, '/') || !strcmp(name, ".") || !strcmp(name, ".."))
        return -EINVAL;
    if (n + strlen(prefix) > NAME_MAX)
        return -ENAMETOOLONG;
    if (!(*path = rt_alloc(before + n + 1)))
        return -ENOMEM;
    strcpy(*path, DEV_SHM "/");
    strcat(*path, prefix);
    memcpy(*path + before, name, n + 1);
    return 0;
}

void dev_shm_folder(void)
{
    mkdir("/dev", 0755);
    if (mkdir(DEV_SHM, 01777) == 0)
        chmod(DEV_SHM, 01777); /* whatever the umask says */
}

/**
 * Opens named memory, to be mapped.
 * @param name  "/name", without further slashes
 * @param flags O_RDONLY or O_RDWR, O_CREAT, O_EXCL, O_TRUNC
 * @return descriptor, with FD_CLOEXEC; or -1 with EACCES, EEXIST, EINVAL, EMFILE, ENAMETOOLONG, ENOENT
 * POSIX.1-2017 shm_open()
 */
int shm_open(const char *name, int flags, mode_t mode)
{
    char *path;
    int fd = -1, r, cancel;

    if (flags & ~(O_ACCMODE | O_CREAT | O_EXCL | O_TRUNC | O_CLOEXEC))
        return (int)sys_ret(-EINVAL);
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
    if ((r = dev_shm_path(name, "", &path)) == 0) {
        if (flags & O_CREAT)
            dev_shm_folder();
        if ((fd = open(path, flags | O_CLOEXEC, mode)) < 0)
            r = -errno;
        rt_free(path);
    }
    pthread_setcancelstate(cancel, NULL);
    return r < 0 ? (int)sys_ret(r) : fd;
}

/** Removes the name; the memory lives on with its mappings. EACCES, ENOENT. POSIX.1-2017 shm_unlink() */
int shm_unlink(const char *name)
{
    char *path;
    int r = dev_shm_path(name, "", &path);

    if (r == 0) {
        if (unlink(path) < 0)
            r = errno == EPERM ? -EACCES : -errno;
        rt_free(path);
    }
    return (int)sys_ret(r == -EINVAL ? -ENOENT : r);
}
