/* SPDX-License-Identifier: BSD-2-Clause */
/* <mntent.h>: writing tables of mounts. Reading them is in sys/mount.c. */
#include <mntent.h>
#include <stdio.h>
#include <string.h>

static void put_escaped(FILE *out, const char *s, int end)
{
    for (; *s; s++) {
        if (strchr(" \t\n\\", *s))
            fprintf(out, "\\%03o", (unsigned char)*s);
        else
            fputc(*s, out);
    }
    fputc(end, out);
}

/** Append an entry. @return 0, or 1 with errno set */
int addmntent(FILE *stream, const struct mntent *m)
{
    if (fseek(stream, 0, SEEK_END) != 0)
        return 1;
    put_escaped(stream, m->mnt_fsname, ' ');
    put_escaped(stream, m->mnt_dir, ' ');
    put_escaped(stream, m->mnt_type, ' ');
    put_escaped(stream, m->mnt_opts, ' ');
    return fprintf(stream, "%d %d\n", m->mnt_freq, m->mnt_passno) < 0 || fflush(stream) != 0;
}
