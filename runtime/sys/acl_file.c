/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of files: POSIX.1e's acl_get_file() and its relatives. On volumes without lists a file has its mode as
 * its list, and a list that is no more than a mode can be set, by chmod. */
#include "sys.h"

#include <acl/libacl.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "acl_int.h"
#include "account.h"
#include "file/dispatch.h"
#include "file/file_internal.h"
#include "file/file_stat.h"
#include "file/name.h"
#include "nt.h"
#include "nt/nt_security.h"
#include "sec/sec.h"

/* An open file with what else is known of it. */
struct target {
    struct path p;
    struct file *f;
    handle_t h;
    struct stat st;
    bool used;                  /* descriptors count here */
};

static int open_path(struct target *t, const char *path, unsigned how)
{
    struct nt_name name;
    int r = path_resolve(PATH_CWD, path, 0, &t->p);

    if (r == 0 && !t->p.exists)
        r = -ENOENT;
    if (r < 0)
        return r;
    if (t->p.dev.kind != DEVICE_NONE)
        return -EOPNOTSUPP;
    if ((r = stat_path(&t->p, &t->st)) < 0)
        return r;
    name = nt_name_of(&t->p);
    if ((r = nt_file_open(&name, how, NT_OPEN_EXISTING, 0, &t->h)) < 0)
        return r;
    t->used = sec_used(t->p.mount_flags, t->h, stat_drive(t->p.nt.p, t->p.nt.len));
    return 0;
}

static int open_fd(struct target *t, int fd, unsigned how)
{
    int r;

    if (!(t->f = fd_get(fd)))
        return -EBADF;
    if ((r = file_stat(t->f, &t->st)) < 0)
        return r;
    if (t->f->kind != FILE_DISK && t->f->kind != FILE_DIR && t->f->kind != FILE_FIFO)
        return -EOPNOTSUPP;
    if ((r = nt_file_reopen(t->f->handle[0], how, &t->h)) < 0)
        return r;
    t->used = sec_used(stat_mount_flags(t->f->name), t->h, (unsigned)t->f->priv[FILE_DRIVE]);
    return 0;
}

static int open_target(struct target *t, const char *path, int fd, unsigned how)
{
    t->f = NULL;
    t->h = NULL;
    return path || fd < 0 ? open_path(t, path, how) : open_fd(t, fd, how);
}

static void close_target(struct target *t, const char *path, int fd)
{
    if (t->h)
        nt_close(t->h);
    fd_put(t->f);
    if (path || fd < 0)
        path_done(&t->p);
}

int acl_read_file(const char *path, int fd, struct perm *p, bool *dir)
{
    struct target t;
    int r = open_target(&t, path, fd, 0);

    if (r == 0) {
        *dir = S_ISDIR(t.st.st_mode);
        if (t.used && sec_keeps_exec()) {
            r = sec_read(t.h, *dir, p);
        } else { /* the mode is all there is */
            *p = (struct perm){ .special = t.st.st_mode & 07000, .owner = account_user, .group = account_group };
            perm_list_init(&p->list, path_realloc, NULL, 0);
            perm_list_set_mode(&p->list, t.st.st_mode);
            r = perm_list_err(&p->list);
        }
    }
    close_target(&t, path, fd);
    return r;
}

int acl_write_file(const char *path, int fd, const struct perm *p, bool dir)
{
    struct target t;
    int r = open_target(&t, path, fd, sec_chmod_access());

    if (r < 0)
        r = r == -EACCES ? -EPERM : r;
    else if (t.used && sec_keeps_exec())
        r = sec_write(t.h, dir, p, NT_SD_DACL);
    else if (!perm_is_minimal(&p->list))
        r = -EOPNOTSUPP; /* it would be lost */
    else if (path)
        r = name_chmod(&t.p, perm_list_mode(&p->list) | p->special);
    else
        r = file_chmod(t.f, perm_list_mode(&p->list) | p->special);
    close_target(&t, path, fd);
    return r;
}

static acl_t get(const char *path, int fd, acl_type_t type, int *err)
{
    struct perm p;
    acl_t acl = NULL;
    bool dir;

    if (type != ACL_TYPE_ACCESS && type != ACL_TYPE_DEFAULT) {
        *err = -EINVAL;
        return NULL;
    }
    if ((*err = acl_read_file(path, fd, &p, &dir)) < 0)
        return NULL;
    if (type == ACL_TYPE_DEFAULT && !dir)
        *err = -EACCES;
    else if (!(acl = acl_from_list(&p.list, type == ACL_TYPE_DEFAULT)))
        *err = -ENOMEM;
    perm_list_free(&p.list);
    return acl;
}

/* acl NULL: the default list goes. */
static int set(const char *path, int fd, acl_type_t type, acl_t acl)
{
    bool def = type == ACL_TYPE_DEFAULT, dir;
    struct perm p;
    int r;

    if ((type != ACL_TYPE_ACCESS && !def) || (acl && !acl_is(acl, ACL_OBJECT_LIST)))
        return -EINVAL;
    if ((r = acl_read_file(path, fd, &p, &dir)) < 0)
        return r;
    if (def && !dir) {
        r = acl ? -EACCES : -ENOTDIR;
    } else {
        perm_clear(&p.list, def);
        r = acl ? acl_to_list(acl, def, &p.list) : 0;
        if (r == 0 && perm_check(&p.list, def, NULL) != PERM_OK)
            r = -EINVAL;
        if (r == 0)
            r = acl_write_file(path, fd, &p, dir);
    }
    perm_list_free(&p.list);
    return r;
}

/**
 * The access or default list of a file; without a default list an empty one.
 * @return list for acl_free(), or NULL with EACCES, EINVAL, ENOMEM and what stat() has. POSIX.1e
 */
acl_t acl_get_file(const char *path, acl_type_t type)
{
    int r;
    acl_t acl = get(path ? path : "", -1, type, &r);

    trace_sys_acl_get_file(path, type, r);
    sys_ret(r);
    return acl;
}

/** The access list of an open file. NULL with EBADF, ENOMEM. POSIX.1e acl_get_fd() */
acl_t acl_get_fd(int fd)
{
    int r = -EBADF;
    acl_t acl = fd < 0 ? NULL : get(NULL, fd, ACL_TYPE_ACCESS, &r);

    trace_sys_acl_get_fd(fd, r);
    sys_ret(r);
    return acl;
}

/**
 * Gives a file a list.
 * @return 0, or -1 with EACCES (a default list for a file), EINVAL (not valid), EOPNOTSUPP (more than a mode where
 *         only modes are kept), EPERM. POSIX.1e acl_set_file()
 */
int acl_set_file(const char *path, acl_type_t type, acl_t acl)
{
    int r = acl ? set(path ? path : "", -1, type, acl) : -EINVAL;

    trace_sys_acl_set_file(path, type, r);
    return (int)sys_ret(r);
}

/** The same for an open file's access list. POSIX.1e acl_set_fd() */
int acl_set_fd(int fd, acl_t acl)
{
    int r = !acl ? -EINVAL : fd < 0 ? -EBADF : set(NULL, fd, ACL_TYPE_ACCESS, acl);

    trace_sys_acl_set_fd(fd, r);
    return (int)sys_ret(r);
}

/** Removes a folder's default list. POSIX.1e acl_delete_def_file() */
int acl_delete_def_file(const char *path)
{
    int r = set(path ? path : "", -1, ACL_TYPE_DEFAULT, NULL);

    trace_sys_acl_set_file(path, ACL_TYPE_DEFAULT, r);
    return (int)sys_ret(r);
}

static int extended(const char *path, int fd)
{
    struct perm p;
    bool dir;
    int r = acl_read_file(path, fd, &p, &dir);

    if (r == 0) {
        r = !perm_is_minimal(&p.list) || perm_find(&p.list, PERM_MASK, NULL, false);
        perm_list_free(&p.list);
    }
    return (int)sys_ret(r);
}

/** Whether a file has more than a mode: 1, 0, -1 with errno. Linux acl_extended_file() */
int acl_extended_file(const char *path)
{
    return extended(path ? path : "", -1);
}

/** The same for a symbolic link itself, which has a mode at most. Linux */
int acl_extended_file_nofollow(const char *path)
{
    struct stat st;

    if (lstat(path, &st) < 0)
        return -1;
    return S_ISLNK(st.st_mode) ? 0 : acl_extended_file(path);
}

/** The same for an open file. Linux acl_extended_fd() */
int acl_extended_fd(int fd)
{
    return fd < 0 ? (int)sys_ret(-EBADF) : extended(NULL, fd);
}
