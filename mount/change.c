/* SPDX-License-Identifier: BSD-2-Clause */
/* Changing the registry, and telling the processes that run. */
#include <errno.h>
#include <string.h>

#include "lib/path/mounts_win.h"
#include "lib/tool/opt.h"
#include "lib/tool/out.h"
#include "mount/mount.h"

void change_or_die(unsigned key, const char *name, const char *data, const char *what)
{
    unsigned long error;
    struct buf where;
    int r = mounts_write(key, name, data, &error);

    if (r == 0)
        return;
    buf_init(&where, tool_realloc, NULL, 0);
    mounts_key_name(key, &where);
    if (r == -ENOENT && !data)
        tool_die(1, "%s: no such mount in %s", what, where.p);
    if (r == -EACCES)
        tool_die(1, "%s: no right to write %s (%s)", what, where.p,
                 key & MOUNTS_KEY_USER ? "ask who manages this computer"
                                       : "run as administrator, or use -u for this user alone");
    tool_die(1, "%s: cannot write %s: system error %lu", what, where.p, error);
}

void change_tell(void)
{
    int r = mounts_notify();

    if (r < 0)
        tool_error("running programs could not be told (%s): they see the change when started again",
                   strerror(-r));
}

void change_point(struct buf *out, const char *posix)
{
    if (path_form(posix) != FORM_POSIX)
        tool_die(OPT_EXIT_USAGE, "'%s': the mount point has to be an absolute POSIX path", posix);
    if (path_normalize(out, "/", posix, NULL) < 0)
        tool_die(OPT_EXIT_USAGE, "'%s': the mount point's name is too long", posix);
}
