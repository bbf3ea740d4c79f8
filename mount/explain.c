/* SPDX-License-Identifier: BSD-2-Clause */
/* mount --explain: how a name is found, entry by entry, and what can be kept there. */
#include <string.h>

#include "lib/path/device.h"
#include "lib/text/utf.h"
#include "lib/tool/out.h"
#include "mount/mount.h"

/* What is found out about one name. */
struct finding {
    const char *input;
    struct buf posix, win32;
    struct wbuf nt;
    struct path_match match;
    struct device dev;
    struct volume volume;
    int r;
};

static void find(struct finding *f, const struct mount_table *mt, const char *cwd)
{
    struct wbuf w;

    f->r = path_posix_absolute(mt, &f->posix, cwd, f->input, NULL, &f->match);
    if (f->r < 0)
        return;
    if (device_lookup(f->posix.p, f->posix.len, &f->dev) && f->dev.kind != DEVICE_DEV_DIR) {
        f->match = (struct path_match){ .rule = f->dev.kind == DEVICE_PROC ? RULE_PROC : RULE_DEVICE };
        return;
    }
    f->r = path_to_nt(mt, f->posix.p, f->posix.len, &f->nt, &f->match);
    if (f->r < 0)
        return;
    wbuf_init(&w, tool_realloc, NULL, 0);
    nt_to_win32(f->nt.p, f->nt.len, WIN32_AUTO, &w);
    wide_to_utf8(&f->win32, w.p, w.len);
    wbuf_putc(&w, 0);
    volume_of(w.p, &f->volume);
    wbuf_free(&w);
}

/* ---- text ---- */

static void put_entry(struct buf *out, const struct mount_table *mt, const struct mount *e,
                      const struct finding *f)
{
    enum mount_verdict v = mount_judge(mt, e, f->posix.p, f->posix.len, &f->match);

    buf_puts(out, v == MOUNT_CHOSEN ? "* " : "  ");
    buf_puts(out, e->posix);
    buf_puts(out, " = ");
    buf_puts(out, e->win32);
    buf_puts(out, " (");
    buf_puts(out, scope_name(e->flags));
    buf_puts(out, ", ");
    mount_format_options(out, e->flags, 1);
    buf_puts(out, "): ");
    buf_puts(out, mount_verdict_text(v));
    buf_putc(out, '\n');
}

static void put_prefix(struct buf *out, const struct mount_table *mt, const struct finding *f)
{
    bool chosen = f->match.rule == RULE_CYGDRIVE || f->match.rule == RULE_CYGDRIVE_DIR;

    buf_puts(out, chosen ? "* " : "  ");
    buf_puts(out, mt->cygdrive_len ? mt->cygdrive : "/");
    buf_puts(out, " = drives (");
    buf_puts(out, scope_name(mt->cygdrive_scope));
    buf_puts(out, chosen ? ", cygdrive prefix): decides: the name of a drive follows it\n"
                         : ", cygdrive prefix): no drive's name below it\n");
}

/* What permissions, links and letters' case are worth there. */
static void put_limits(struct buf *out, const struct finding *f)
{
    const struct volume *v = &f->volume;
    bool noacl = f->match.flags & MOUNT_NOACL;

    buf_puts(out, "file system: ");
    buf_puts(out, v->type);
    buf_puts(out, "\ncase of letters: ");
    buf_puts(out, !(f->match.flags & MOUNT_POSIX) ? "kept, and ignored when a name is looked up (posix=0)"
                  : on_wine() ? "posix=1, but Wine finds files whatever the case: it counts in mount points alone"
                  : v->known && !v->case_sensitive ? "posix=1, but the file system ignores it"
                                                   : "counts (posix=1)");
    buf_puts(out, "\npermissions: ");
    if (noacl)
        buf_puts(out, "made up (noacl): only the read-only attribute is kept");
    else if (v->known && !v->acls)
        buf_puts(out, "made up: the file system keeps none, only the read-only attribute");
    else if (on_wine())
        buf_puts(out, "Wine keeps read and write for the owner and for others; the group gets what others get, what is "
                      "executable is told by the content, set-id and sticky bits, lists and changes of owner are lost");
    else
        buf_puts(out, "kept in access control lists");
    buf_puts(out, "\nhard links: ");
    buf_puts(out, v->known && !v->hard_links ? "none here: a copy is made" : "yes");
    buf_puts(out, "\nsymbolic links: ");
    buf_puts(out, on_wine() || (v->known && !v->reparse) ? "SYSTEM files (native ones cannot be made here)"
                                                         : "SYSTEM files, native ones with CYGWIN=winsymlinks:native");
    buf_puts(out, "\nlines: ");
    buf_puts(out, f->match.flags & MOUNT_TEXT ? "end in CR LF (text)\n" : "as written (binary)\n");
}

static void put_text(struct buf *out, const struct mount_table *mt, const struct finding *f)
{
    buf_puts(out, f->input);
    if (f->r < 0) {
        buf_puts(out, " leads nowhere: ");
        buf_puts(out, f->match.why ? f->match.why : strerror(-f->r));
    } else {
        if (strcmp(f->input, f->posix.p)) {
            buf_puts(out, " is ");
            buf_puts(out, f->posix.p);
            buf_puts(out, " and");
        }
        buf_puts(out, " leads to ");
        if (f->win32.len)
            buf_puts(out, f->win32.p);
        else
            path_explain(out, &f->match);
    }
    buf_putc(out, '\n');
    if (!f->posix.len)
        return;
    for (size_t i = 0; i < mt->n; i++)
        put_entry(out, mt, &mt->v[i], f);
    put_prefix(out, mt, f);
    if (f->match.rule != RULE_MOUNT && f->match.rule != RULE_CYGDRIVE) {
        buf_puts(out, "rule: ");
        path_explain(out, &f->match);
        buf_putc(out, '\n');
    }
    if (f->win32.len)
        put_limits(out, f);
}

/* ---- JSON ---- */

static void put_json(struct buf *out, const struct mount_table *mt, const struct finding *f)
{
    buf_putc(out, '{');
    json_key(out, "input");
    json_strz(out, f->input);
    json_key(out, "posix");
    json_strz(out, f->posix.len ? f->posix.p : "");
    json_key(out, "win32");
    json_strz(out, f->win32.len ? f->win32.p : "");
    json_key(out, "rule");
    json_strz(out, path_rule_name(f->match.rule));
    if (f->r < 0) {
        json_key(out, "why");
        json_strz(out, f->match.why ? f->match.why : strerror(-f->r));
    }
    json_key(out, "entries");
    buf_putc(out, '[');
    for (size_t i = 0; f->posix.len && i < mt->n; i++) {
        enum mount_verdict v = mount_judge(mt, &mt->v[i], f->posix.p, f->posix.len, &f->match);

        json_comma(out);
        json_entry(out, mt, &mt->v[i]);
        json_key(out, "chosen");
        buf_puts(out, v == MOUNT_CHOSEN ? "true" : "false");
        json_key(out, "why");
        json_strz(out, mount_verdict_text(v));
        buf_putc(out, '}');
    }
    buf_puts(out, "]}\n");
}

int explain(struct buf *out, const struct mount_table *mt, const char *cwd, const char *path, bool json)
{
    struct finding f = { .input = path };
    int r;

    buf_init(&f.posix, tool_realloc, NULL, 0);
    buf_init(&f.win32, tool_realloc, NULL, 0);
    wbuf_init(&f.nt, tool_realloc, NULL, 0);
    find(&f, mt, cwd);
    r = f.r < 0 && f.match.rule != RULE_CYGDRIVE_DIR;
    if (json)
        put_json(out, mt, &f);
    else
        put_text(out, mt, &f);
    buf_free(&f.posix);
    buf_free(&f.win32);
    wbuf_free(&f.nt);
    return r;
}
