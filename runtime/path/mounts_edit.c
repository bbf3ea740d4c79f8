/* SPDX-License-Identifier: BSD-2-Clause */
/* Changing the mounts of this installation: for mount() and umount(). The tools do the same in
 * lib/path/mounts_edit_win.c. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/text/utf.h"
#include "mm.h"
#include "mounts.h"
#include "nt.h"
#include "nt_registry.h"
#include "path.h"
#include "shm.h"

#define CYGDRIVE "cygdrive" /* its value in the registry */

static int open_key(bool user, handle_t *key)
{
    char path[80];

    snprintf(path, sizeof path, "Software\\Isthmus\\%016llx\\Mounts", (unsigned long long)shm_tree);
    return nt_key_create(user ? NT_HIVE_USER : NT_HIVE_MACHINE, path, key);
}

/* The mount point as the table has it, in UTF-16. */
static int value_name(const char *posix, struct wbuf *out)
{
    char mem[300];
    struct buf name;
    int r = 0;

    buf_init(&name, path_realloc, mem, sizeof mem);
    if (!posix)
        buf_puts(&name, CYGDRIVE);
    else if (path_form(posix) != FORM_POSIX)
        r = -EINVAL;
    else
        r = path_normalize(&name, "/", posix, NULL);
    if (r == 0)
        r = buf_err(&name);
    if (r == 0) {
        utf8_to_wide(out, name.p, name.len);
        r = wbuf_err(out);
    }
    buf_free(&name);
    return r;
}

/* What cannot be read again must not be written. */
static int check(const char *posix, const char *data)
{
    struct mount_table probe;
    int r = mount_init(&probe, path_realloc);

    if (r == 0)
        r = mount_parse(&probe, posix ? posix : CYGDRIVE, data, 0, NULL);
    mount_free(&probe);
    return r;
}

int mounts_set(bool user, const char *posix, const char *target, const char *options)
{
    struct wbuf name, value;
    struct buf data;
    handle_t key;
    int r;

    path_wbuf(&name);
    path_wbuf(&value);
    path_buf(&data);
    buf_puts(&data, options);
    buf_putc(&data, ' ');
    buf_puts(&data, target);
    r = buf_err(&data);
    if (r == 0)
        r = check(posix, data.p);
    if (r == 0)
        r = value_name(posix, &name);
    if (r == 0) {
        utf8_to_wide(&value, data.p, data.len);
        r = wbuf_err(&value);
    }
    if (r == 0 && (r = open_key(user, &key)) == 0) {
        r = nt_key_set_text(key, name.p, name.len, value.p, value.len);
        nt_close(key);
    }
    if (r == 0)
        mounts_tell();
    wbuf_free(&name);
    wbuf_free(&value);
    buf_free(&data);
    return r;
}

int mounts_unset(bool user, const char *posix)
{
    struct wbuf name;
    handle_t key;
    int r;

    path_wbuf(&name);
    r = value_name(posix, &name);
    if (r == 0 && (r = open_key(user, &key)) == 0) {
        r = nt_key_delete_value(key, name.p, name.len);
        nt_close(key);
    }
    if (r == 0)
        mounts_tell();
    wbuf_free(&name);
    return r;
}
