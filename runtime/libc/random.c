/* SPDX-License-Identifier: BSD-2-Clause */
/* Random bytes of the system. */
#include <sys/random.h>

#include "nt_file.h"
#include "sys.h"

/**
 * Fill a buffer with random bytes.
 *
 * @param len at most 256
 * @return 0, or -1 with EIO. POSIX.1-2024
 */
int getentropy(void *buf, size_t len)
{
    return (int)sys_ret(len > 256 ? -EIO : nt_random(buf, len));
}

/** Linux: as many as wanted; never waits. @return len, or -1 with EINVAL for unknown flags, EIO */
ssize_t getrandom(void *buf, size_t len, unsigned flags)
{
    int r = flags & ~(unsigned)(GRND_NONBLOCK | GRND_RANDOM) ? -EINVAL : nt_random(buf, len);

    return sys_ret(r < 0 ? r : (int64_t)len);
}
