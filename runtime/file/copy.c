/* SPDX-License-Identifier: BSD-2-Clause */
/* Copies of files, where a hard link was asked for and the file system has none. */
#include <errno.h>

#include "file_stat.h"
#include "mm.h"
#include "name.h"
#include "nt.h"

#define CHUNK 65536

static int copy_content(handle_t from, handle_t to)
{
    char *buf = rt_alloc(CHUNK);
    int64_t n, w;

    if (!buf)
        return -ENOMEM;
    while ((n = nt_read(from, NULL, buf, CHUNK, NT_AT_POS)) > 0) {
        w = nt_write(to, NULL, buf, (size_t)n, NT_AT_POS);
        if (w != n) {
            n = w < 0 ? w : -ENOSPC;
            break;
        }
    }
    rt_free(buf);
    return (int)n;
}

int name_copy(const struct nt_name *from, const struct nt_name *to, const struct nt_stat *st)
{
    handle_t in, out;
    int r = nt_file_open(from, NT_O_READ | NT_O_NODIR, NT_OPEN_EXISTING, 0, &in);

    if (r < 0)
        return r;
    r = nt_file_open(to, NT_O_WRITE | NT_O_ATTR | NT_O_DELETE | NT_O_NODIR, NT_CREATE_NEW, 0, &out);
    if (r >= 0) {
        r = copy_content(in, out);
        if (r == 0)
            r = nt_file_set_basic(out, st->atime, st->mtime, st->attr);
        if (r < 0)
            nt_file_delete(out);
        nt_close(out);
    }
    nt_close(in);
    return r;
}
