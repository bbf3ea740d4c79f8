/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of /proc, whose content is made when they are opened, and folders that are made up: those of /proc,
 * /dev, /dev/fd, /dev/pts and the one of the drives. The offset of such a file is of the process. */
#include "virtual.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dispatch.h"
#include "file_internal.h"
#include "file_stat.h"
#include "mm.h"
#include "nt.h"
#include "nt_registry.h"
#include "procfs.h"
#include "trace.h"

#define POS 2 /* priv: offset, or number of the next entry */

struct entry {
    uint32_t name;      /* offset in the text */
    uint8_t type;       /* DT_* */
};

struct snapshot {
    struct buf text;
    struct entry *v;    /* of folders */
    size_t n, cap;
};

/* The same for stat() and readdir(). */
static uint64_t inode_of(const char *dir, const char *name)
{
    uint64_t h = 0xcbf29ce484222325ull;

    for (; *dir; dir++)
        h = (h ^ (unsigned char)*dir) * 0x100000001b3ull;
    if (*name)
        h = (h ^ '/') * 0x100000001b3ull;
    for (; *name; name++)
        h = (h ^ (unsigned char)*name) * 0x100000001b3ull;
    return h >> 1 | 1;
}

static void drop(struct file *f)
{
    struct snapshot *s = f->data;

    if (!s)
        return;
    buf_free(&s->text);
    rt_free(s->v);
    rt_free(s);
    f->data = NULL;
}

static struct snapshot *fresh(struct file *f)
{
    struct snapshot *s;

    drop(f);
    if ((s = rt_zalloc(sizeof(*s)))) {
        path_buf(&s->text);
        f->data = s;
    }
    return s;
}

/* ---- files of /proc ---- */

static int proc_fill(struct file *f)
{
    struct snapshot *s = fresh(f);
    struct procfs_node node;
    int r;

    if (!s)
        return -ENOMEM;
    if ((r = procfs_lookup(f->name, strlen(f->name), &node)) == 0)
        r = procfs_content(&node, &s->text);
    if (r == 0)
        trace_file_proc(f->name, s->text.len);
    return r;
}

static int proc_open_op(struct file *f, const struct path *p, int flags, mode_t mode)
{
    return file_writable(f) ? -EACCES : proc_fill(f);
}

static int64_t proc_pread(struct file *f, void *buf, size_t n, off_t off)
{
    struct snapshot *s = f->data;
    int r;

    if (!s && (r = proc_fill(f)) < 0)
        return r;
    s = f->data;
    if ((size_t)off >= s->text.len)
        return 0;
    if (n > s->text.len - (size_t)off)
        n = s->text.len - (size_t)off;
    memcpy(buf, s->text.p + off, n);
    return (int64_t)n;
}

static int64_t proc_read_op(struct file *f, void *buf, size_t n)
{
    int64_t r;

    lock_take(&f->lock);
    if (!f->priv[POS] && f->data) /* read again from the start: what it is now */
        proc_fill(f);
    r = proc_pread(f, buf, n, (off_t)f->priv[POS]);
    if (r > 0)
        f->priv[POS] += (uint64_t)r;
    lock_release(&f->lock);
    return r;
}

static int64_t proc_seek(struct file *f, off_t off, int whence)
{
    struct snapshot *s = f->data;
    int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (int64_t)f->priv[POS]
                 : whence == SEEK_END ? (int64_t)(s ? s->text.len : 0) : -1;
    int64_t r;

    if (base < 0 || __builtin_add_overflow(base, off, &r) || r < 0)
        return -EINVAL;
    f->priv[POS] = (uint64_t)r;
    return r;
}

static int virtual_fstat(struct file *f, struct stat *st)
{
    struct procfs_node node;
    mode_t mode = S_IFDIR | 0755;

    st->st_rdev = 0;
    if (f->kind == FILE_PROC)
        mode = S_IFREG | 0444;
    else if (!strncmp(f->name, "/proc", 5))
        mode = S_IFDIR | 0555;
    stat_made_up(st, mode, inode_of(f->name, ""));
    if (!strncmp(f->name, "/proc/", 6) && procfs_lookup(f->name, strlen(f->name), &node) == 0)
        st->st_uid = procfs_owner(&node);
    if (S_ISDIR(mode))
        st->st_nlink = 2;
    return 0;
}

int virtual_stat(const struct path *p, struct stat *st)
{
    struct file f = { .name = p->posix.p, .kind = p->dir ? FILE_VDIR : FILE_PROC };
    int r = virtual_fstat(&f, st);

    if (r == 0 && p->symlink) {
        st->st_mode = S_IFLNK | 0777;
        st->st_size = 0;
    }
    return r;
}

static void virtual_save(struct file *f, struct startup_fd *s)
{
    memcpy(s->priv, f->priv, sizeof(s->priv));
}

static void virtual_load(struct file *f, const struct startup_fd *s)
{
    memcpy(f->priv, s->priv, sizeof(f->priv));
}

const struct file_ops proc_ops = {
    .open = proc_open_op, .read = proc_read_op, .pread = proc_pread, .seek = proc_seek, .stat = virtual_fstat,
    .close = drop, .save = virtual_save, .load = virtual_load,
};

/* ---- folders ---- */

static int add(struct snapshot *s, const char *name, uint8_t type)
{
    struct entry *v;

    if (s->n == s->cap) {
        size_t cap = s->cap ? 2 * s->cap : 32;

        if (!(v = rt_realloc(s->v, cap * sizeof(*v))))
            return -ENOMEM;
        s->v = v;
        s->cap = cap;
    }
    s->v[s->n++] = (struct entry){ (uint32_t)s->text.len, type };
    buf_put(&s->text, name, strlen(name) + 1);
    return buf_err(&s->text);
}

static int add_proc(void *arg, const char *name, enum procfs_type type)
{
    return add(arg, name, type == PROCFS_DIR ? DT_DIR : type == PROCFS_LINK ? DT_LNK : DT_REG);
}

static int list_proc(struct file *f, struct snapshot *s)
{
    struct procfs_node node;
    int r = procfs_lookup(f->name, strlen(f->name), &node);

    return r < 0 ? r : procfs_list(&node, add_proc, s);
}

static bool has(const struct snapshot *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (!strcmp(s->text.p + s->v[i].name, name))
            return true;
    return false;
}

/* Files that somebody has put into the tree's folder /dev. */
static int list_real(struct snapshot *s, const char *dir)
{
    union {
        struct dirent d;
        char room[sizeof(struct dirent) + DIRENT_NAME];
    } e;
    struct path_match m;
    struct wbuf nt;
    struct file *f;
    int r;

    path_wbuf(&nt);
    r = path_to_windows(dir, &nt, &m);
    f = r == 0 ? file_new(FILE_DIR) : NULL;
    if (f) {
        struct nt_name name = { .p = nt.p, .n = nt.len };

        if (nt_file_open(&name, NT_O_READ | NT_O_DIR, NT_OPEN_EXISTING, 0, &f->handle[0]) < 0)
            f->handle[0] = NULL;
        while (f->handle[0] && (r = f->ops->readdir(f, &e.d)) > 0)
            if (!has(s, e.d.d_name) && (r = add(s, e.d.d_name, e.d.d_type)) < 0)
                break;
    }
    fd_put(f);
    wbuf_free(&nt);
    return r == -ENOMEM ? r : 0; /* that there is no such folder does not matter */
}

static uint8_t device_type(uint32_t kind)
{
    return kind == DEVICE_FD ? DT_LNK : kind == DEVICE_FD_DIR || kind == DEVICE_PTS_DIR ? DT_DIR : DT_CHR;
}

static int list_dev(struct file *f, struct snapshot *s)
{
    const char *name;
    uint32_t kind;
    int r = 0;

    for (size_t i = 0; r == 0 && (name = device_entry(i, &kind)) != NULL; i++)
        r = add(s, name, kind == DEVICE_FD ? DT_CHR : device_type(kind));
    return r < 0 ? r : list_real(s, f->name);
}

static int list_fd(struct file *f, struct snapshot *s)
{
    char name[16];
    int r = 0;

    for (int fd = 0; fd < fds.n && r == 0; fd++) {
        if (!fds.v[fd].f)
            continue;
        snprintf(name, sizeof(name), "%d", fd);
        r = add(s, name, DT_CHR);
    }
    return r;
}

static int list_drives(struct file *f, struct snapshot *s)
{
    uint16_t nt[] = { '\\', '?', '?', '\\', 'A', ':', '\\' };
    struct nt_probe found;
    char name[2] = "a";
    int r = 0;

    for (int i = 0; i < 26 && r == 0; i++) {
        nt[4] = (uint16_t)('A' + i);
        name[0] = (char)('a' + i);
        if (nt_probe_path(nt, ARRAY_SIZE(nt), false, &found) == NT_PROBE_FOUND)
            r = add(s, name, DT_DIR);
    }
    return r;
}

static int list_nothing(struct file *f, struct snapshot *s)
{
    return 0;
}

static const struct {
    uint32_t device;
    int (*list)(struct file *f, struct snapshot *s);
} lists[] = {
    { DEVICE_PROC, list_proc },
    { DEVICE_DEV_DIR, list_dev },
    { DEVICE_FD_DIR, list_fd },
    { DEVICE_PTS_DIR, list_nothing },
    { DEVICE_CYGDRIVE, list_drives },
};

static int vdir_fill(struct file *f)
{
    struct snapshot *s = fresh(f);
    int r;

    if (!s)
        return -ENOMEM;
    if ((r = add(s, ".", DT_DIR)) < 0 || (r = add(s, "..", DT_DIR)) < 0)
        return r;
    for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
        if (lists[i].device == (uint32_t)f->unit)
            return lists[i].list(f, s);
    return -ENOENT;
}

static int vdir_open(struct file *f, const struct path *p, int flags, mode_t mode)
{
    f->unit = (int)p->dev.kind;
    return 0;
}

static int64_t vdir_read(struct file *f, void *buf, size_t n)
{
    return -EISDIR;
}

static int vdir_readdir(struct file *f, struct dirent *d)
{
    struct snapshot *s;
    const char *name;
    int r;

    if (!f->data && (r = vdir_fill(f)) < 0)
        return r;
    s = f->data;
    if (f->priv[POS] >= s->n)
        return 0;
    name = s->text.p + s->v[f->priv[POS]].name;
    if (strlen(name) >= DIRENT_NAME)
        return -ENAMETOOLONG;
    strcpy(d->d_name, name);
    d->d_type = s->v[f->priv[POS]++].type;
    d->d_ino = inode_of(f->name, strcmp(name, ".") ? name : "");
    return 1;
}

static int vdir_rewind(struct file *f)
{
    drop(f);
    f->priv[POS] = 0;
    return 0;
}

static int64_t vdir_seek(struct file *f, off_t off, int whence)
{
    return off != 0 || whence != SEEK_SET ? -EINVAL : vdir_rewind(f);
}

const struct file_ops vdir_ops = {
    .open = vdir_open, .read = vdir_read, .seek = vdir_seek, .stat = virtual_fstat, .readdir = vdir_readdir,
    .rewind = vdir_rewind, .close = drop, .save = virtual_save, .load = virtual_load,
};
