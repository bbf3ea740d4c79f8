/* SPDX-License-Identifier: BSD-2-Clause */
/* What special files are. See special.h. */
#include "special.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "net/local.h"
#include "nt_registry.h"
#include "path/symlink.h"

#define LOOK 16 /* bytes that decide */

static const struct {
    const char *cookie;
    size_t n;
    enum special what;
} rows[] = {
    { SYMLINK_COOKIE, SYMLINK_COOKIE_LEN, SPECIAL_SYMLINK },
    { LOCAL_COOKIE, sizeof(LOCAL_COOKIE) - 1, SPECIAL_SOCKET },
    { FIFO_COOKIE, sizeof(FIFO_COOKIE) - 1, SPECIAL_FIFO },
};

unsigned special_dtype(enum special s)
{
    return s == SPECIAL_NONE ? 0 : IFTODT(special_mode(s));
}

mode_t special_mode(enum special s)
{
    static const mode_t modes[] = {
        [SPECIAL_NONE] = S_IFREG, [SPECIAL_SYMLINK] = S_IFLNK, [SPECIAL_SOCKET] = S_IFSOCK, [SPECIAL_FIFO] = S_IFIFO,
    };

    return modes[s];
}

bool special_maybe(uint32_t attr, uint64_t size)
{
    return attr & NT_ATTR_SYSTEM && !(attr & NT_ATTR_DIRECTORY) && size && size <= SYMLINK_FILE_MAX;
}

enum special special_of_text(const char *text, int64_t n)
{
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        if (n >= (int64_t)rows[i].n && !memcmp(text, rows[i].cookie, rows[i].n))
            return rows[i].what;
    return SPECIAL_NONE;
}

enum special special_of_handle(handle_t h)
{
    char text[LOOK];

    return special_of_text(text, nt_read(h, NULL, text, sizeof(text), 0));
}

enum special special_of_path(const struct path *p)
{
    char text[LOOK];

    if (!p->exists || p->symlink || !p->nt.len || !special_maybe(p->attr, (uint64_t)p->size))
        return SPECIAL_NONE;
    return special_of_text(text, nt_read_small(p->nt.p, p->nt.len, p->mount_flags & MOUNT_POSIX, text, sizeof(text)));
}
