/* SPDX-License-Identifier: BSD-2-Clause */
/* lseek. */
#include "sys.h"

#include <unistd.h>

#include "file/dispatch.h"

/**
 * Sets a file's offset.
 * @param off    bytes, seen from the start (SEEK_SET), the offset (SEEK_CUR) or the end (SEEK_END)
 * @return the new offset from the start, or -1 with EBADF, EINVAL, EOVERFLOW, ESPIPE
 * POSIX.1-2017
 */
off_t lseek(int fd, off_t off, int whence)
{
    struct file *f = fd_get(fd);
    int64_t r = !f ? -EBADF : whence < SEEK_SET || whence > SEEK_HOLE ? -EINVAL : file_seek(f, off, whence);

    fd_put(f);
    trace_sys_lseek(fd, off, whence, r);
    return sys_ret(r);
}
