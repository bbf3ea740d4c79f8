/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules in words, for traces and --explain.
 */
#include <string.h>

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

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Whether e's mount point is posix[0..n) or above it, with or without regard to case. */
static int above(const struct mount *e, const char *posix, size_t n, int sensitive)
{
    size_t len = e->posix_len == 1 ? 0 : e->posix_len;

    if (n < len || (n > len && posix[len] != '/'))
        return 0;
    for (size_t i = 0; i < len; i++)
        if (sensitive ? e->posix[i] != posix[i] : fold(e->posix[i]) != fold(posix[i]))
            return 0;
    return 1;
}

enum mount_verdict mount_judge(const struct mount_table *mt, const struct mount *e, const char *posix,
                               size_t n, const struct path_match *m)
{
    if (m->mount == e)
        return MOUNT_CHOSEN;
    if (!above(e, posix, n, e->flags & MOUNT_POSIX))
        return above(e, posix, n, 0) ? MOUNT_WRONG_CASE : MOUNT_ELSEWHERE;
    if (!mount_effective(mt, e))
        return MOUNT_HIDDEN;
    return m->mount ? MOUNT_SHORTER : MOUNT_BEHIND_CYGDRIVE;
}

const char *mount_verdict_text(enum mount_verdict v)
{
    static const char *const texts[MOUNT_VERDICTS] = {
        [MOUNT_CHOSEN] = "decides: the longest mount point above the path",
        [MOUNT_ELSEWHERE] = "the path is not below it",
        [MOUNT_SHORTER] = "above the path, but a longer mount point decides",
        [MOUNT_HIDDEN] = "hidden by an entry for the same mount point (user over system over built in)",
        [MOUNT_BEHIND_CYGDRIVE] = "above the path, but another rule decides",
        [MOUNT_WRONG_CASE] = "posix=1: letters differ in case",
    };

    return v < MOUNT_VERDICTS ? texts[v] : "unknown";
}
