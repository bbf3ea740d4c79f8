/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Resolution of a name: text -> absolute POSIX name -> device or Windows file, through symbolic
 * links. Optimistic: the whole name is looked up at once, and only when Windows says that the way to
 * it is broken are its folders looked at, for one may be a link. ".." after a name that may be a
 * link is the exception, it has to be looked at first.
 */
#include <errno.h>
#include <string.h>

#include "caps.h"
#include "file.h"
#include "lib/text/utf.h"
#include "nt_registry.h"
#include "path.h"
#include "path_int.h"
#include "proc.h"
#include "procfs.h"
#include "trace.h"

#define LINKS_MAX 40        /* as on Linux */
#define COMPONENT_MAX 255   /* units, of Windows' file systems */
#define AGAIN 1             /* the text changed: a link was followed */

struct walk {
    struct path *p;
    struct buf text;        /* absolute name, not normalised; replaced when a link is followed */
    size_t known;           /* text[0..known) is a folder without links in it */
    unsigned flags;
    unsigned links;
    struct path_match match;
    char mem[512];
};

static int resolve_text(struct walk *w);

/* ---- looking at one name ---- */

static bool case_sensitive(const struct path *p)
{
    return p->mount_flags & MOUNT_POSIX;
}

/* Converts posix[0..n) into p->nt. */
static int map(struct walk *w, size_t n)
{
    struct path *p = w->p;
    int r = path_posix_to_nt(p->posix.p, n, &p->nt, &w->match);

    p->mount_flags = w->match.flags;
    p->rule = w->match.rule;
    return r;
}

static int probe(const struct path *p, struct nt_probe *found)
{
    int r;

    if (case_sensitive(p))
        return nt_probe_path(p->nt.p, p->nt.len, true, found);
    if (missing_known(p->nt.p, p->nt.len))
        return NT_PROBE_NO_NAME;
    r = nt_probe_path(p->nt.p, p->nt.len, false, found);
    if (r == NT_PROBE_NO_NAME)
        missing_note(p->nt.p, p->nt.len);
    return r;
}

/* ---- links ---- */

/* posix[0..n) is a link to `target`: puts the name that it leads to, and the rest, into text. */
static int follow(struct walk *w, size_t n, const struct buf *target)
{
    struct path *p = w->p;
    struct buf rest;
    enum path_form form = path_form(target->p);

    if (++w->links > LINKS_MAX) {
        w->match.why = "too many symbolic links";
        return -ELOOP;
    }
    if (trace_mask[TRACE_ID_path_symlink]) {
        char saved = p->posix.p[n];

        p->posix.p[n] = 0;
        trace_path_symlink(p->posix.p, target->p, w->links);
        p->posix.p[n] = saved;
    }
    path_buf(&rest);
    buf_put(&rest, p->posix.p + n, p->posix.len - n);
    buf_cut(&w->text, 0);
    if (form == FORM_RELATIVE) {
        while (n && p->posix.p[n - 1] != '/')
            n--;
        buf_put(&w->text, p->posix.p, n);
        w->known = n > 1 ? n - 1 : 1;
        buf_put(&w->text, target->p, target->len);
    } else if (form == FORM_POSIX) {
        w->known = 0;
        buf_put(&w->text, target->p, target->len);
    } else {
        int r = path_posix_absolute(mounts_get(), &w->text, "/", target->p, NULL, NULL);

        mounts_put();
        if (r == 0)
            r = root_inside(&w->text);
        w->known = 0;
        if (r < 0) {
            buf_free(&rest);
            return r;
        }
    }
    buf_put(&w->text, rest.p, rest.len);
    if (w->p->need_dir)
        buf_putc(&w->text, '/');
    buf_free(&rest);
    return buf_err(&w->text) < 0 ? -ENOMEM : AGAIN;
}

/* A name on the way is not there, but the folder above it is: it may be a link in a shortcut file. */
static int break_shortcut(struct walk *w, struct buf *target)
{
    struct path *p = w->p;
    struct nt_probe found;
    int r = 0;

    wbuf_puta(&p->nt, SHORTCUT_SUFFIX);
    if (wbuf_err(&p->nt) < 0)
        return -ENOMEM;
    if (cap(CAP_shortcuts) && probe(p, &found) == NT_PROBE_FOUND)
        r = link_read_shortcut(p, &found, target);
    return r ? r : -ENOENT;
}

/*
 * Windows says that the way to the name is broken: finds the longest part that is there. A link is
 * followed; a file means ENOTDIR; a folder, that the name below it is missing.
 */
static int find_break(struct walk *w)
{
    struct path *p = w->p;
    size_t n = p->posix.len;

    for (;;) {
        struct nt_probe found;
        struct device d;
        struct buf target;
        int r;

        while (n > 1 && p->posix.p[n - 1] != '/')
            n--;
        if (n <= 1)
            return -ENOENT;
        n--;
        if (device_lookup(p->posix.p, n, &d) && d.kind != DEVICE_DEV_DIR)
            return d.kind == DEVICE_FD_DIR || d.kind == DEVICE_PTS_DIR ? -ENOENT : -ENOTDIR;
        if (map(w, n) < 0)
            return -ENOENT;
        r = probe(p, &found);
        if (r == NT_PROBE_NO_PATH)
            continue;
        path_buf(&target);
        if (r == NT_PROBE_NO_NAME)
            r = break_shortcut(w, &target);
        else if (r == NT_PROBE_FOUND)
            r = link_read(p, &found, &target);
        if (r == 1)
            r = follow(w, n, &target);
        else if (r == 0)
            r = found.attr & PATH_ATTR_DIRECTORY ? -ENOENT : -ENOTDIR;
        buf_free(&target);
        return r;
    }
}

/* ---- the last component ---- */

static void set_found(struct path *p, const struct nt_probe *f)
{
    p->exists = true;
    p->attr = f->attr;
    p->dir = f->attr & PATH_ATTR_DIRECTORY;
    p->size = f->size;
    p->times[0] = f->created;
    p->times[1] = f->accessed;
    p->times[2] = f->written;
    p->times[3] = f->changed;
}

static int take_found(struct walk *w, const struct nt_probe *found)
{
    struct path *p = w->p;
    int r;

    buf_cut(&p->target, 0);
    r = p->shortcut ? link_read_shortcut(p, found, &p->target) : link_read(p, found, &p->target);
    if (r < 0)
        return r;
    if (r == 1 && (!(w->flags & PATH_NOFOLLOW) || p->need_dir)) {
        p->shortcut = false;
        return follow(w, p->posix.len, &p->target);
    }
    set_found(p, found);
    if (r == 1) {
        p->symlink = true;
        p->dir = false;     /* native links to folders have the attribute, too */
    }
    return p->need_dir && !p->dir ? -ENOTDIR : 0;
}

static bool ends_in_exe(const struct path *p)
{
    size_t n = p->posix.len;

    return n > 4 && !strcasecmp(p->posix.p + n - 4, ".exe");
}

/* The name is missing: NAME.lnk may be a link of that name. Who makes a name does not look for that. */
static int try_shortcut(struct walk *w)
{
    struct path *p = w->p;
    size_t len = p->nt.len;
    struct nt_probe found;
    int r;

    wbuf_puta(&p->nt, SHORTCUT_SUFFIX);
    if (wbuf_err(&p->nt) < 0)
        return -ENOMEM;
    if (probe(p, &found) == NT_PROBE_FOUND && found.attr & PATH_ATTR_READONLY) {
        p->shortcut = true;
        r = take_found(w, &found);
        if (r || p->symlink)
            return r;
        p->shortcut = p->exists = false;    /* some other file */
    }
    wbuf_cut(&p->nt, len);
    return -ENOENT;
}

/* The name is missing: NAME.exe stands for it, if there is a file of that name. */
static int try_suffix(struct walk *w)
{
    struct path *p = w->p;
    struct nt_probe found;
    size_t posix_len = p->posix.len, nt_len = p->nt.len;
    char last = p->posix.p[posix_len - 1];

    if (!(w->flags & PATH_EXACT) && !p->need_dir && !ends_in_exe(p) && last != '.' && last != '/') {
        wbuf_puta(&p->nt, ".exe");
        if (wbuf_err(&p->nt) < 0)
            return -ENOMEM;
        if (probe(p, &found) == NT_PROBE_FOUND && !(found.attr & PATH_ATTR_DIRECTORY)) {
            buf_puts(&p->posix, ".exe");
            p->suffix = true;
            return buf_err(&p->posix) < 0 ? -ENOMEM : take_found(w, &found);
        }
        wbuf_cut(&p->nt, nt_len);
        buf_cut(&p->posix, posix_len);
    }
    if (w->flags & PATH_CREATE)
        return 0;
    return cap(CAP_shortcuts) && last != '/' ? try_shortcut(w) : -ENOENT;
}

static int set_device(struct path *p, const struct device *d, uint32_t rule)
{
    p->dev = *d;
    p->rule = rule;
    p->mount_flags = 0;
    p->exists = true;
    p->dir = d->kind == DEVICE_DEV_DIR || d->kind == DEVICE_FD_DIR || d->kind == DEVICE_PTS_DIR ||
             d->kind == DEVICE_CYGDRIVE;
    return p->need_dir && !p->dir && d->kind != DEVICE_PROC ? -ENOTDIR : 0;
}

/* Names beyond what Windows can hold fail as missing ones; POSIX has an error of its own. */
static bool too_long(const struct path *p)
{
    size_t n = 0;

    for (size_t i = 0; i < p->nt.len; i++) {
        n = p->nt.p[i] == '\\' ? 0 : n + 1;
        if (n > COMPONENT_MAX)
            return true;
    }
    return false;
}

/* p->posix is absolute and normalised, and ".." is not in question. */
/* A name in /proc: its tables say what it is, and where its links lead. A descriptor of our own is opened
 * by its number, for it may have no name. */
static int take_proc(struct walk *w, const struct device *d)
{
    struct path *p = w->p;
    struct device fd = { .kind = DEVICE_FD };
    struct procfs_node node;
    bool last;
    int r = procfs_lookup(p->posix.p, p->posix.len, &node);

    p->rule = RULE_PROC;
    if (r < 0)
        return r;
    if (node.type == PROCFS_LINK) {
        last = node.used == p->posix.len && !p->need_dir;
        if (last && node.fd >= 0 && node.pid == me.pid && !(w->flags & PATH_NOFOLLOW)) {
            fd.unit = node.fd;
            return set_device(p, &fd, RULE_PROC);
        }
        buf_cut(&p->target, 0);
        if ((r = procfs_readlink(&node, &p->target)) < 0)
            return r;
        if (!last || !(w->flags & PATH_NOFOLLOW))
            return follow(w, node.used, &p->target);
        p->symlink = true;
    }
    set_device(p, d, RULE_PROC);
    p->dir = node.type == PROCFS_DIR;
    return p->need_dir && !p->dir ? -ENOTDIR : 0;
}

static int look_up(struct walk *w)
{
    struct path *p = w->p;
    struct nt_probe found;
    struct device d;
    int r;

    wbuf_cut(&p->nt, 0);
    if (device_lookup(p->posix.p, p->posix.len, &d)) {
        if (d.kind == DEVICE_PROC)
            return take_proc(w, &d);
        if (d.kind == DEVICE_DEV_DIR && map(w, p->posix.len) < 0)
            wbuf_cut(&p->nt, 0);
        return set_device(p, &d, RULE_DEVICE);
    }
    r = map(w, p->posix.len);
    if (r == -EISDIR) {
        memset(&d, 0, sizeof d);
        d.kind = DEVICE_CYGDRIVE;
        wbuf_cut(&p->nt, 0);
        return set_device(p, &d, RULE_CYGDRIVE_DIR);
    }
    if (r < 0)
        return r;
    r = probe(p, &found);
    if (r == NT_PROBE_FOUND)
        return take_found(w, &found);
    if (r < 0 || too_long(p))
        return r < 0 ? r : -ENAMETOOLONG;
    return r == NT_PROBE_NO_NAME ? try_suffix(w) : find_break(w);
}

/* ---- ".." ---- */

/* End of the first name in text that ".." follows, 0: none. *after: what is behind that "..". */
static size_t find_dotdot(const struct buf *text, size_t *after)
{
    const char *s = text->p;
    size_t end = 0;

    for (size_t i = 0; i < text->len;) {
        size_t n = strcspn(s + i, "/");

        if (n == 2 && s[i] == '.' && s[i + 1] == '.') {
            if (end) {
                *after = i + 2;
                return end;
            }
        } else if (n && !(n == 1 && s[i] == '.')) {
            end = i + n;
        }
        i += n;
        i += strspn(s + i, "/");
    }
    return 0;
}

/* The folder that text names, for "..": p->posix. */
static int resolve_folder(struct walk *w)
{
    struct path *p = w->p;
    unsigned flags = w->flags;
    bool need_dir = p->need_dir;
    int r;

    w->flags = PATH_EXACT;
    p->need_dir = true;
    r = resolve_text(w);
    w->flags = flags;
    p->need_dir = need_dir;
    if (r == 0 && !p->dir)
        r = -ENOTDIR;
    memset(&p->dev, 0, sizeof p->dev);
    p->exists = p->dir = false;
    return r;
}

/* Takes all ".." behind names out of text; a name that might be a link is looked at first. */
static int resolve_dotdot(struct walk *w)
{
    size_t end, after;
    int r = 0;

    while (r == 0 && (end = find_dotdot(&w->text, &after)) != 0) {
        struct buf rest;
        bool known = end <= w->known;

        path_buf(&rest);
        buf_put(&rest, w->text.p + after, w->text.len - after);
        buf_cut(&w->text, end);
        r = known ? path_normalize(&w->p->posix, "/", w->text.p, NULL) : resolve_folder(w);
        if (r == 0)
            r = path_normalize(&w->text, w->p->posix.p, "..", NULL);
        if (r == 0) {
            w->known = w->text.len;
            if (w->text.len == 1 && rest.len) /* "/" and "/bin" are not "//bin", a server */
                buf_cut(&w->text, 0);
            buf_put(&w->text, rest.p, rest.len);
            r = buf_err(&rest) < 0 ? -ENOMEM : buf_err(&w->text);
        }
        buf_free(&rest);
    }
    return r;
}

/* Resolves text into p. */
static int resolve_text(struct walk *w)
{
    int r;

    do {
        unsigned info;

        r = path_normalize(&w->p->posix, "/", w->text.p, &info);
        if (r == 0 && info & PATH_DOTDOT) {
            r = resolve_dotdot(w);
            if (r == 0)
                r = path_normalize(&w->p->posix, "/", w->text.p, &info);
        }
        if (r < 0)
            return r;
        if (info & PATH_TRAILING_SLASH)
            w->p->need_dir = true;
        r = look_up(w);
    } while (r == AGAIN);
    return r;
}

/* ---- entry ---- */

/* The folder that a relative name starts from, with what is known of it, into text. */
static int put_base(struct walk *w, int dirfd)
{
    struct file *f;
    int r = 0;

    if (dirfd == PATH_CWD) {
        buf_puts(&w->text, cwd_hold());
        cwd_let();
    } else {
        f = fd_get(dirfd);
        if (!f)
            return -EBADF;
        if (f->name && f->name[0] == '/')
            buf_puts(&w->text, f->name);
        else
            r = -ENOTDIR;
        fd_put(f);
    }
    w->known = w->text.len;
    return r;
}

static int put_text(struct walk *w, int dirfd, const char *path)
{
    int r;

    switch (path_form(path)) {
    case FORM_EMPTY:
        return w->flags & PATH_EMPTY ? put_base(w, dirfd) : -ENOENT;
    case FORM_RELATIVE:
        r = put_base(w, dirfd);
        if (r < 0)
            return r;
        if (w->text.len > 1)
            buf_putc(&w->text, '/');
        buf_puts(&w->text, path);
        break;
    case FORM_POSIX:
        buf_puts(&w->text, path);
        break;
    default: {
        size_t n = strlen(path);

        r = path_posix_absolute(mounts_get(), &w->text, "/", path, NULL, &w->match);
        mounts_put();
        if (r == 0 && (r = root_inside(&w->text)) < 0)
            w->match.why = "outside of the root folder";
        if (r < 0)
            return r;
        if (path[n - 1] == '/' || path[n - 1] == '\\')
            w->p->need_dir = true;
    }
    }
    return buf_err(&w->text) < 0 ? -ENOMEM : 0;
}

/* The rule in words, and the Windows name, for the record. */
static void record(struct walk *w, const char *path, int r)
{
    struct path *p = w->p;
    char rule_mem[300], name_mem[600];
    struct buf rule, name;

    if (r >= 0 && !trace_mask[TRACE_ID_path_convert])
        return;
    buf_init(&rule, path_realloc, rule_mem, sizeof rule_mem);
    buf_init(&name, path_realloc, name_mem, sizeof name_mem);
    buf_puts(&rule, path_rule_name(p->rule));
    if (p->rule == RULE_MOUNT && root_set()) {
        buf_puts(&rule, " in the root folder of chroot");
    } else if (p->rule == RULE_MOUNT) {
        const struct mount *m = mount_lookup(mounts_get(), p->posix.p, p->posix.len);

        buf_putc(&rule, ' ');
        buf_puts(&rule, m ? m->posix : "?");
        mounts_put();
    }
    if (p->suffix)
        buf_puts(&rule, ", .exe appended");
    if (w->links) {
        buf_puts(&rule, ", links followed: ");
        buf_putu(&rule, w->links);
    }
    if (r < 0) {
        if (w->match.why) {
            buf_puts(&rule, ": ");
            buf_puts(&rule, w->match.why);
        }
        trace_path_failed(path, rule.p, -r);
    } else {
        if (p->nt.len > 4)
            wide_to_utf8(&name, p->nt.p + 4, p->nt.len - 4); /* behind \??\ */
        else
            buf_put(&name, p->posix.p, p->posix.len);
        trace_path_convert(path, name.p, rule.p, p->mount_flags);
    }
    buf_free(&rule);
    buf_free(&name);
}

int path_resolve(int dirfd, const char *path, unsigned flags, struct path *out)
{
    struct walk w = { .p = out, .flags = flags };
    int r;

    memset(out, 0, offsetof(struct path, posix_mem));
    buf_init(&out->posix, path_realloc, out->posix_mem, sizeof out->posix_mem);
    wbuf_init(&out->nt, path_realloc, out->nt_mem, ARRAY_SIZE(out->nt_mem));
    path_buf(&out->target);
    if (!path)
        return -EFAULT;
    buf_init(&w.text, path_realloc, w.mem, sizeof w.mem);
    r = put_text(&w, dirfd, path);
    if (r == 0)
        r = resolve_text(&w);
    buf_free(&w.text);
    record(&w, path, r);
    return r;
}

void path_done(struct path *p)
{
    buf_free(&p->posix);
    wbuf_free(&p->nt);
    buf_free(&p->target);
}

int path_readlink(const struct path *p, char *out, size_t size)
{
    size_t n = p->target.len < size ? p->target.len : size;

    if (!p->symlink)
        return -EINVAL;
    memcpy(out, p->target.p, n);
    return (int)n;
}
