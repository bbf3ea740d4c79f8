/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules in words, for traces and --explain.
 */
#include "lib/path/path.h"

const char *path_rule_name(unsigned rule)
{
    static const char *const names[RULE_COUNT] = {
        [RULE_NONE] = "none",
        [RULE_MOUNT] = "mount",
        [RULE_CYGDRIVE] = "cygdrive",
        [RULE_DRIVE] = "drive",
        [RULE_UNC] = "unc",
        [RULE_NTNAME] = "ntname",
        [RULE_DEVICE] = "device",
        [RULE_PROC] = "proc",
        [RULE_CYGDRIVE_DIR] = "cygdrive-dir",
        [RULE_RELATIVE] = "relative",
        [RULE_SYMLINK] = "symlink",
        [RULE_SUFFIX] = "suffix",
    };

    return rule < RULE_COUNT ? names[rule] : "unknown";
}

void path_explain(struct buf *out, const struct path_match *m)
{
    static const char *const texts[RULE_COUNT] = {
        [RULE_CYGDRIVE] = "by the cygdrive prefix",
        [RULE_DRIVE] = "a drive's name, below no mount",
        [RULE_UNC] = "a network name: //server/share",
        [RULE_NTNAME] = "a \\\\?\\ or \\\\.\\ name, taken as it is",
        [RULE_DEVICE] = "a device of the runtime",
        [RULE_PROC] = "made up by the runtime: /proc",
        [RULE_CYGDRIVE_DIR] = "the folder of the drives, made up by the runtime",
        [RULE_RELATIVE] = "relative: nothing to look up",
        [RULE_SYMLINK] = "a symbolic link was followed",
        [RULE_SUFFIX] = "found with .exe appended",
    };
    const struct mount *e = m->mount;

    if (m->rule == RULE_MOUNT && e) {
        buf_puts(out, "mount ");
        buf_puts(out, e->posix);
        buf_puts(out, " = ");
        buf_puts(out, e->win32);
        buf_puts(out, e->flags & MOUNT_USER ? " (user, " : e->flags & MOUNT_AUTO ? " (built in, "
                                                                                 : " (system, ");
        mount_format_options(out, e->flags, 1);
        buf_putc(out, ')');
    } else if (m->rule < RULE_COUNT && texts[m->rule]) {
        buf_puts(out, texts[m->rule]);
    } else {
        buf_puts(out, "no rule");
    }
    if (m->why) {
        buf_puts(out, ": ");
        buf_puts(out, m->why);
    }
}
