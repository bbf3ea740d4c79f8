/* SPDX-License-Identifier: BSD-2-Clause */
/* From what Windows tells about a file to struct stat. Without access lists
 * the READONLY attribute is the write permission, and the content tells what can be executed. */
#include "file_stat.h"
#include "special.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>

#include "caps.h"
#include "nt.h"
#include "proc.h"
#include "sec/sec.h"

#define EPOCH 116444736000000000ll /* 1970 in FILETIME units */
#define TICKS 10000000ll           /* per second */

/* Suffixes that decide without a look inside. */
static const char suffix_exec[][8] = { "exe", "com", "bat", "cmd", "dll" };
static const char suffix_data[][8] = {
    "c", "h", "o", "a", "s", "y", "l", "cc", "cpp", "hpp", "hh", "in", "am", "ac", "m4", "la", "lo", "d",
    "txt", "log", "html", "md", "json", "xml", "po", "mo", "gz", "xz", "png",
};

static bool listed(const char list[][8], size_t n, const char *suffix)
{
    for (size_t i = 0; i < n; i++)
        if (strcasecmp(list[i], suffix) == 0)
            return true;
    return false;
}

enum stat_exec stat_exec_by_name(const char *name, uint32_t mount_flags)
{
    const char *base = name ? strrchr(name, '/') : NULL;
    const char *dot = base ? strrchr(base, '.') : NULL;

    if (mount_flags & MOUNT_NOTEXEC)
        return EXEC_NO;
    if (mount_flags & (MOUNT_EXEC | MOUNT_CYGEXEC))
        return EXEC_YES;
    if (!dot || dot == base + 1)
        return EXEC_LOOK;
    if (listed(suffix_exec, ARRAY_SIZE(suffix_exec), dot + 1))
        return EXEC_YES;
    return listed(suffix_data, ARRAY_SIZE(suffix_data), dot + 1) ? EXEC_NO : EXEC_LOOK;
}

bool stat_exec_magic(const char *b, int64_t n)
{
    return n >= 2 && ((b[0] == '#' && b[1] == '!') || (b[0] == 'M' && b[1] == 'Z'));
}

unsigned stat_drive(const uint16_t *nt, size_t units)
{
    unsigned letter;

    if (units <= 5 || nt[0] != '\\' || nt[1] != '?' || nt[2] != '?' || nt[5] != ':')
        return 0;
    letter = (nt[4] | 0x20u) - 'a';
    return letter < 26 ? letter + 1 : 0;
}

dev_t stat_dev(handle_t h, unsigned drive)
{
    static uint32_t drives[27]; /* a drive does not change under a running program */
    uint32_t serial;

    if (drives[drive])
        return drives[drive];
    if (nt_volume_serial(h, &serial) < 0 || !serial)
        serial = 1;
    if (drive)
        drives[drive] = serial;
    return serial;
}

enum { VOLUME_ASKED = 1, VOLUME_IDS = 2, VOLUME_ACLS = 4 };

/* What the volume keeps; asked once for a drive. */
static unsigned volume_facts(handle_t h, unsigned drive)
{
    static uint8_t drives[27];
    unsigned facts = drives[drive];
    bool acls;

    if (facts)
        return facts;
    facts = VOLUME_ASKED | (nt_volume_has_ids(h, &acls) ? VOLUME_IDS : 0);
    facts |= acls ? VOLUME_ACLS : 0;
    if (drive)
        drives[drive] = (uint8_t)facts;
    return facts;
}

bool stat_has_ids(handle_t h, unsigned drive)
{
    return cap(CAP_file_ids) && volume_facts(h, drive) & VOLUME_IDS;
}

bool stat_has_acls(handle_t h, unsigned drive)
{
    return volume_facts(h, drive) & VOLUME_ACLS;
}

uint64_t stat_ino_by_name(const char *posix)
{
    struct wbuf nt;
    uint64_t ino = 0;

    path_wbuf(&nt);
    if (posix && path_to_windows(posix, &nt, NULL) == 0)
        ino = path_hash(nt.p, nt.len);
    wbuf_free(&nt);
    return ino;
}

struct timespec stat_time(int64_t t)
{
    struct timespec ts = { 0, 0 };

    if (t > 0) {
        t -= EPOCH;
        ts.tv_sec = t / TICKS;
        ts.tv_nsec = t % TICKS * 100;
        if (ts.tv_nsec < 0) {
            ts.tv_nsec += 1000000000;
            ts.tv_sec--;
        }
    }
    return ts;
}

int64_t stat_filetime(const struct timespec *t)
{
    if (t->tv_nsec == UTIME_OMIT)
        return 0;
    if (t->tv_nsec == UTIME_NOW)
        return (int64_t)nt_time();
    if (t->tv_nsec < 0 || t->tv_nsec > 999999999 || t->tv_sec > 900000000000 || t->tv_sec < -EPOCH / TICKS + 1)
        return -EINVAL;
    return (int64_t)t->tv_sec * TICKS + t->tv_nsec / 100 + EPOCH;
}

void stat_fill(struct stat *st, const struct nt_stat *n, dev_t dev, bool exec)
{
    memset(st, 0, sizeof(*st));
    st->st_dev = dev;
    st->st_ino = n->ino;
    st->st_mode = n->dir ? S_IFDIR | 0755 : S_IFREG | (exec ? 0755 : 0644);
    if (n->attr & NT_ATTR_READONLY)
        st->st_mode &= ~0222u;
    st->st_nlink = n->nlink ? n->nlink : 1;
    st->st_uid = me.uid;
    st->st_gid = me.gid;
    st->st_size = n->dir ? 0 : (off_t)n->size;
    st->st_atim = stat_time(n->atime);
    st->st_mtim = stat_time(n->mtime);
    st->st_ctim = stat_time(n->ctime ? n->ctime : n->mtime);
    st->st_birthtim = stat_time(n->btime);
    st->st_blksize = 65536;
    st->st_blocks = (blkcnt_t)((n->alloc + S_BLKSIZE - 1) / S_BLKSIZE);
}

void stat_made_up(struct stat *st, mode_t mode, uint64_t ino)
{
    dev_t rdev = st->st_rdev;

    memset(st, 0, sizeof(*st));
    st->st_dev = STAT_DEV_DEVICES;
    st->st_ino = ino;
    st->st_mode = mode;
    st->st_nlink = 1;
    st->st_uid = me.uid;
    st->st_gid = me.gid;
    st->st_rdev = rdev;
    st->st_blksize = 65536;
    st->st_atim = st->st_mtim = st->st_ctim = st->st_birthtim = stat_time((int64_t)nt_time());
}


uint32_t stat_mount_flags(const char *posix)
{
    struct path_match m = { .flags = 0 };
    struct wbuf nt;

    path_wbuf(&nt);
    if (posix)
        path_to_windows(posix, &nt, &m);
    wbuf_free(&nt);
    return m.flags;
}

int stat_permissions(struct stat *st, handle_t h, uint32_t mount_flags, unsigned drive)
{
    struct sec_stat s;
    int r;

    if (!sec_used(mount_flags, h, drive))
        return 0;
    if ((r = sec_stat(h, S_ISDIR(st->st_mode), &s)) < 0)
        return r;
    if (!sec_keeps_exec()) /* what can be read can be searched, and run if it is a program */
        s.mode = (s.mode & 07666) | (st->st_mode & 0100 ? (s.mode & 0444) >> 2 : 0);
    else if (!S_ISDIR(st->st_mode) && mount_flags & (MOUNT_EXEC | MOUNT_CYGEXEC))
        s.mode |= 0111;
    else if (!S_ISDIR(st->st_mode) && mount_flags & MOUNT_NOTEXEC)
        s.mode &= ~0111u;
    if (!(st->st_mode & 0222))          /* the READONLY attribute, for Windows programs have set it */
        s.mode &= ~0222u;
    st->st_mode = (st->st_mode & S_IFMT) | s.mode;
    st->st_uid = s.uid;
    st->st_gid = s.gid;
    return 0;
}

/* What follows from an open file; 1: descriptors do not count on this volume. */
static int stat_opened(const struct path *p, struct stat *st, handle_t h, enum stat_exec x, bool maybe, bool acl)
{
    unsigned drive = stat_drive(p->nt.p, p->nt.len);
    enum special s;
    struct nt_stat n;
    char magic[2];
    int r;

    if (acl && !stat_has_acls(h, drive))
        return 1;
    if ((r = nt_file_stat(h, &n)) < 0)
        return r;
    if (!n.ino || !stat_has_ids(h, drive))
        n.ino = path_hash(p->nt.p, p->nt.len);
    if (x == EXEC_LOOK)
        x = stat_exec_magic(magic, nt_read(h, NULL, magic, sizeof(magic), 0)) ? EXEC_YES : EXEC_NO;
    stat_fill(st, &n, stat_dev(h, drive), x == EXEC_YES);
    if (p->symlink) {
        st->st_mode = S_IFLNK | 0777;
        st->st_size = (off_t)p->target.len;
        return 0;
    }
    r = acl ? stat_permissions(st, h, p->mount_flags, drive) : 0;
    if (maybe && (s = special_of_handle(h)) > SPECIAL_SYMLINK) {
        st->st_mode = special_mode(s) | (s == SPECIAL_SOCKET ? 0777 : st->st_mode & (acl ? 07777 : 0666));
        st->st_size = 0;
    }
    return r;
}

static int stat_as(const struct path *p, struct stat *st, bool acl)
{
    bool maybe = !p->dir && !p->symlink && special_maybe(p->attr, (uint64_t)p->size);
    struct nt_name name = nt_name_of(p);
    unsigned how = p->symlink ? NT_O_REPARSE : 0;
    enum stat_exec x = EXEC_NO;
    handle_t h;
    int r;

    if (!p->dir && !p->symlink && !(acl && sec_keeps_exec()))
        x = p->suffix ? EXEC_YES : stat_exec_by_name(p->posix.p, p->mount_flags);
    if (x == EXEC_LOOK && p->size < 2)
        x = EXEC_NO;
    r = nt_file_open(&name, how | (x == EXEC_LOOK || maybe ? NT_O_READ : 0), NT_OPEN_EXISTING, 0, &h);
    if (r == -EACCES && (x == EXEC_LOOK || maybe)) {
        maybe = false;
        x = EXEC_NO;
        r = nt_file_open(&name, how, NT_OPEN_EXISTING, 0, &h);
    }
    if (r < 0)
        return r;
    r = stat_opened(p, st, h, x, maybe, acl);
    nt_close(h);
    return r;
}

int stat_path(const struct path *p, struct stat *st)
{
    bool acl = !(p->mount_flags & MOUNT_NOACL) && cap(CAP_acls);
    int r = stat_as(p, st, acl);

    return r > 0 ? stat_as(p, st, false) : r;
}

uint32_t stat_attr(uint32_t attr, mode_t mode)
{
    attr &= NT_ATTR_HIDDEN | NT_ATTR_SYSTEM | NT_ATTR_ARCHIVE;
    if (!(mode & 0222))
        attr |= NT_ATTR_READONLY;
    return attr ? attr : NT_ATTR_NORMAL;
}

int stat_volume(handle_t h, struct statvfs *s)
{
    struct nt_volume v;
    int r = nt_volume_info(h, &v);

    if (r < 0)
        return r;
    memset(s, 0, sizeof(*s));
    s->f_bsize = s->f_frsize = v.unit;
    s->f_blocks = v.total;
    s->f_bfree = v.free;
    s->f_bavail = v.avail;
    s->f_files = s->f_ffree = s->f_favail = UINT32_MAX; /* no such limit */
    s->f_fsid = v.serial;
    s->f_flag = v.readonly ? ST_RDONLY : 0;
    s->f_namemax = v.name_max;
    return 0;
}
