/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading symbolic links of every kind: SYSTEM files with a cookie, native links and junctions, shortcuts. */
#include <errno.h>
#include <string.h>

#include "lib/path/reparse.h"
#include "lib/path/symlink.h"
#include "mm.h"
#include "nt_file.h"
#include "nt_registry.h"
#include "path.h"
#include "path_int.h"
#include "trace.h"

static bool case_sensitive(const struct path *p)
{
    return p->mount_flags & MOUNT_POSIX;
}

static int read_cookie(const struct path *p, const struct nt_probe *found, struct buf *target)
{
    char content[SYMLINK_FILE_MAX];
    int64_t n;
    int r;

    if (found->attr & PATH_ATTR_DIRECTORY || found->size <= SYMLINK_COOKIE_LEN || found->size > SYMLINK_FILE_MAX)
        return 0;
    n = nt_read_small(p->nt.p, p->nt.len, case_sensitive(p), content, sizeof content);
    if (n < 0)
        return 0; /* a file that we may not read is no link for us */
    r = symlink_parse(content, (size_t)n, target);
    return r == -EINVAL ? 0 : r < 0 ? r : 1;
}

/* Windows names in links are what readlink() gives in POSIX form. */
static int to_posix(struct buf *target)
{
    enum path_form form = path_form(target->p);
    struct buf posix;
    int r;

    if (form != FORM_DRIVE && form != FORM_UNC && form != FORM_NT)
        return 0;
    path_buf(&posix);
    r = path_posix_absolute(mounts_get(), &posix, "/", target->p, NULL, NULL);
    mounts_put();
    if (r == 0)
        r = root_inside(&posix);
    if (r == 0) {
        buf_cut(target, 0);
        buf_put(target, posix.p, posix.len);
        r = buf_err(target);
    }
    buf_free(&posix);
    return r;
}

static int read_reparse(const struct path *p, struct buf *target)
{
    struct nt_name name = nt_name_of(p);
    char *data = rt_alloc(REPARSE_MAX);
    int64_t n;
    int r;

    if (!data)
        return -ENOMEM;
    n = nt_reparse_get(&name, data, REPARSE_MAX);
    r = n < 0 ? 0 : reparse_parse(data, (size_t)n, target);
    rt_free(data);
    if (r > 0) {
        trace_path_link_read(p->posix.p, reparse_kind_name((enum reparse_kind)r));
        r = to_posix(target);
        return r < 0 ? r : 1;
    }
    return r == -ENOMEM ? r : 0;
}

int link_read(const struct path *p, const struct nt_probe *found, struct buf *target)
{
    if (found->attr & PATH_ATTR_REPARSE)
        return read_reparse(p, target);
    return found->attr & PATH_ATTR_SYSTEM ? read_cookie(p, found, target) : 0;
}

int link_read_shortcut(const struct path *p, const struct nt_probe *found, struct buf *target)
{
    char *data;
    int64_t n;
    int r;

    /* As they are made here: read-only, so that no Windows program changes what it does not know. */
    if (!(found->attr & PATH_ATTR_READONLY) || found->attr & PATH_ATTR_DIRECTORY ||
        found->size > SHORTCUT_FILE_MAX)
        return 0;
    data = rt_alloc((size_t)found->size + 1);
    if (!data)
        return -ENOMEM;
    n = nt_read_small(p->nt.p, p->nt.len, case_sensitive(p), data, (size_t)found->size + 1);
    r = n <= 0 ? -EINVAL : shortcut_parse(data, (size_t)n, target);
    rt_free(data);
    if (r == 0)
        trace_path_link_read(p->posix.p, "shortcut");
    return r == -EINVAL ? 0 : r < 0 ? r : 1;
}
