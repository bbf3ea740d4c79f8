/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of what runs: mounts, processes, fork protection. */
#include <stdio.h>
#include <string.h>

#include "cygcheck-like/cygcheck.h"
#include "lib/pe/file.h"
#include "lib/dll/identity.h"
#include "lib/path/mounts_win.h"
#include "lib/proc/proc.h"
#include "lib/text/utf.h"
#include "lib/tool/out.h"

/* ---- mounts ---- */

static void bad_value(void *arg, const char *key, const char *name, const char *why)
{
    unsigned keys[] = { 0, MOUNTS_KEY_USER, MOUNTS_KEY_DEFAULT, MOUNTS_KEY_USER | MOUNTS_KEY_DEFAULT };

    find(arg, FIND_WARNING, "value", "umount it, or correct it with mount -f", "registry %s, value \"%s\": %s", key, name,
         why);
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        struct buf own;

        buf_init(&own, tool_realloc, NULL, 0);
        mounts_key_name(keys[i], &own);
        buf_putc(&own, 0);
        if (same_path(own.p, key))
            fixable(arg, FIX_MOUNT, name, keys[i]);
        buf_free(&own);
    }
}

/* --registry: everything that stands in the keys of mounts. */
static void registry_facts(struct report *r)
{
    static const unsigned keys[] = { 0, MOUNTS_KEY_USER, MOUNTS_KEY_DEFAULT, MOUNTS_KEY_USER | MOUNTS_KEY_DEFAULT };

    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        struct buf key, names;
        size_t at = 0;

        buf_init(&key, tool_realloc, NULL, 0);
        buf_init(&names, tool_realloc, NULL, 0);
        mounts_key_name(keys[i], &key);
        buf_putc(&key, 0);
        mounts_names(keys[i], &names);
        if (!names.len)
            fact(r, "registry", key.p, "no values");
        for (; at < names.len; at += strlen(names.p + at) + 1)
            fact(r, "registry", key.p, "%s", names.p + at);
        buf_free(&key);
        buf_free(&names);
    }
}

void check_mounts(struct report *r)
{
    struct mount_table mt;
    size_t before = r->findings;

    if (mount_init(&mt, tool_realloc) < 0 || mounts_load(&mt, bad_value, r) < 0) {
        find(r, FIND_ERROR, "no-memory", NULL, "no memory for the mount table");
        return;
    }
    for (size_t i = 0; i < mt.n; i++) {
        const struct mount *m = &mt.v[i];
        struct buf options;

        buf_init(&options, tool_realloc, NULL, 0);
        mount_format_options(&options, m->flags, 1);
        buf_putc(&options, 0);
        fact(r, "mounts", m->posix, "%s (%s, %s)", m->win32, options.p,
             m->flags & MOUNT_AUTO ? "built in" : m->flags & MOUNT_USER ? "user" : "system");
        buf_free(&options);
        if (!mount_effective(&mt, m))
            find(r, FIND_INFO, "hidden", NULL, "the mount of %s is hidden by one of a stronger scope", m->posix);
        else if (!(m->flags & MOUNT_AUTO) && m->win32[1] == ':' && file_kind(m->win32) == FILE_NONE)
            find(r, FIND_WARNING, "folder-missing", "make the folder, or umount it", "%s is mounted from %s, which is not there",
                 m->posix, m->win32);
    }
    if (r->registry)
        registry_facts(r);
    fact(r, "mounts", "cygdrive prefix", "%s", mt.cygdrive_len ? mt.cygdrive : "/");
    if (r->findings == before)
        find(r, FIND_OK, "ok", NULL, "%zu mounts, all of them usable", mt.n);
    mount_free(&mt);
}

/* ---- processes ---- */

struct look {
    struct report *r;
    const struct proc_info *p;
    const char *program;
    unsigned injected;
};

/* Has the file been replaced since the process loaded it? */
static void check_version(struct look *l, uint64_t base, const char *path)
{
    uint32_t loaded[4], there[4];

    if (!process_stamp(l->p->winpid, base, loaded) || !file_stamp(path, there) || !memcmp(loaded, there, sizeof(there)))
        return;
    find(l->r, FIND_WARNING, "old-version", "end the process, and start it again",
         "process %d (%s) runs with another version of %s than the one that is there now", l->p->pid, l->program, path);
    evidence(l->r, "built %08x, sum %08x, size %#x; the file: %08x, %08x, %#x", loaded[0], loaded[1], loaded[2],
             there[0], there[1], there[2]);
}

static void module(void *arg, uint64_t base, uint64_t size, const char *path)
{
    struct look *l = arg;
    const char *slash = strrchr(path, '\\');
    char *bin = tree_path("bin");
    bool runtime = slash && same_path(slash + 1, "isthmus1.dll");

    (void)size;
    if (runtime && !path_below(path, bin) && !strstr(path, "cygfork"))
        find(l->r, FIND_WARNING, "other-runtime", "end it; use one tree at a time",
             "process %d (%s) runs with another runtime: %s", l->p->pid, l->program, path);
    else if (runtime)
        check_version(l, base, path);
    else if (!path_below(path, tree_root()) && !path_below(path, pe_windows_folder()) && slash
             && !same_path(slash + 1, strrchr(l->program, '/') ? strrchr(l->program, '/') + 1 : l->program)
             && base >= 0x100000000ull && base < 0x5000000000ull) {
        find(l->r, FIND_WARNING, "injected",
             "security software or a hook often does this: make an exception for this tree",
             "%s lies in process %d (%s) at %#llx, where fork needs room", path, l->p->pid, l->program,
             (unsigned long long)base);
        l->injected++;
    }
    tool_realloc(bin, 0);
}

static void one_process(struct report *r, const struct proc_info *p, const char *text)
{
    struct look l = { r, p, text + p->program, 0 };
    char name[32];

    snprintf(name, sizeof(name), "%d", p->pid);
    fact(r, "processes", name, "%s, %s, Windows pid %u", l.program, proc_state_name(p), p->winpid);
    if (p->why)
        find(r, FIND_WARNING, "section", "end it with kill -f, and look for what writes there", "process %d: its shared section cannot be read: %s", p->pid, p->why);
    if (p->torn)
        find(r, FIND_INFO, "torn", NULL, "process %d was ended in the middle of a change of its section", p->pid);
    if (p->alive)
        modules_each(p->winpid, module, &l);
}

void check_processes(struct report *r)
{
    struct proc_tree tree;
    struct proc_list list;
    size_t before = r->findings;

    if (proc_tree_open(&tree, NULL, 0) < 0) {
        find(r, FIND_ERROR, "table", "end all programs of this tree: they are of another version than this tool",
             "the process table cannot be read: %s", tree.why);
        return;
    }
    if (proc_list_read(&tree, &list) < 0) {
        find(r, FIND_ERROR, "not-listed", NULL, "Windows does not list its processes");
    } else {
        for (size_t i = 0; i < list.n; i++)
            one_process(r, &list.v[i], list.text.p);
        if (r->findings == before)
            find(r, FIND_OK, "ok", NULL, "%zu processes, all with this tree's runtime", list.n);
        proc_list_free(&list);
    }
    proc_tree_close(&tree);
}

/* ---- fork protection ---- */

struct directories {
    struct report *r;
    const char *user;       /* name of the user's folder: the SID */
    const char *path;       /* of it */
    size_t n, used;
    struct proc_tree tree;
    struct proc_list list;
};

struct holder {
    const char *folder;
    bool found;
};

static void held_module(void *arg, uint64_t base, uint64_t size, const char *path)
{
    struct holder *h = arg;

    (void)base;
    (void)size;
    h->found |= path_below(path, h->folder);
}

static void put_pid(struct buf *out, const char *what, int32_t pid)
{
    buf_puts(out, out->len ? ", " : what);
    buf_putu(out, (uint64_t)pid);
}

/* Processes that were created from the folder, and those that only keep it for their children. */
static void holders(struct directories *d, const char *folder, uint64_t hash, struct buf *out)
{
    struct buf keep;

    buf_init(&keep, tool_realloc, NULL, 0);
    for (size_t i = 0; i < d->list.n; i++) {
        const struct proc_info *p = &d->list.v[i];
        struct holder h = { folder, false };

        if (!p->alive)
            continue;
        modules_each(p->winpid, held_module, &h);
        if (h.found)
            put_pid(out, "; run from it: ", p->pid);
        else if (p->fork_links == hash)
            put_pid(&keep, "; fork from it: ", p->pid);
    }
    buf_put(out, keep.p, keep.len);
    buf_free(&keep);
}

static uint64_t directory_hash(const char *name)
{
    struct wbuf wide;
    uint64_t hash;

    wbuf_init(&wide, tool_realloc, NULL, 0);
    utf8_to_wide(&wide, name, strlen(name));
    hash = dll_directory_hash(wide.p, wide.len);
    wbuf_free(&wide);
    return hash;
}

static void directory(void *arg, const char *name, bool folder)
{
    struct directories *d = arg;
    uint64_t hash = directory_hash(name);
    struct buf mutex, path, pids;
    bool used;

    if (!folder || !hash)
        return;
    buf_init(&mutex, tool_realloc, NULL, 0);
    buf_init(&path, tool_realloc, NULL, 0);
    buf_init(&pids, tool_realloc, NULL, 0);
    dll_mutex_name(&mutex, d->user, hash);
    buf_puts(&path, d->path);
    buf_putc(&path, '\\');
    buf_puts(&path, name);
    used = proc_mutex_used(&d->tree, mutex.p);
    if (used)
        holders(d, path.p, hash, &pids);
    d->n++;
    d->used += used;
    fact(d->r, "fork protection", name, "%s, below %s%s", used ? "in use" : "stale: the next program removes it",
         d->user, pids.len ? pids.p : "");
    buf_free(&mutex);
    buf_free(&path);
    buf_free(&pids);
}

static void user_folder(void *arg, const char *name, bool folder)
{
    struct directories *d = arg;
    char *root = tree_path("var\\run\\cygfork"), *path;

    if (folder) {
        path = tool_realloc(NULL, strlen(root) + strlen(name) + 2);
        sprintf(path, "%s\\%s", root, name);
        d->user = name;
        d->path = path;
        folder_each(path, directory, d);
        tool_realloc(path, 0);
    }
    tool_realloc(root, 0);
}

void check_protection(struct report *r)
{
    char *root = tree_path("var\\run\\cygfork"), *needed = tree_path("var\\run\\cygfork\\.needed");
    struct directories d = { .r = r };
    const char *cygwin = tool_getenv("CYGWIN");
    struct file_place place;

    if (file_kind(root) != FILE_FOLDER) {
        find(r, FIND_WARNING, "off", "make the folder", "off: there is no %s; after an update of a DLL, programs that "
             "run cannot fork any more", root);
        fixable(r, FIX_FOLDER, root, 0);
    } else if (cygwin && strstr(cygwin, "noprotect"))
        find(r, FIND_INFO, "switched-off", NULL, "off: CYGWIN has noprotect");
    else if (!folder_writable(root))
        find(r, FIND_WARNING, "not-writable", "give yourself the right to write there", "off for you: %s cannot be written to",
             root);
    else
        find(r, FIND_OK, "ok", NULL, "on: %s", root);
    if (file_place(root, &place))
        fact(r, "fork protection", "file system", "%s of volume %08x, %s", place.system, place.volume,
             on_wine()          ? "but Wine links what stands at the old name: copies are made"
             : place.hard_links ? "hard links are made"
                                : "which has no hard links: copies are made");
    if (file_kind(needed) == FILE_PLAIN)
        find(r, FIND_INFO, "needed", "delete .needed when you are done", "every fork makes links, since %s is there",
             needed);
    if (proc_tree_open(&d.tree, NULL, 0) == 0 && proc_list_read(&d.tree, &d.list) == 0) {
        folder_each(root, user_folder, &d);
        proc_list_free(&d.list);
        proc_tree_close(&d.tree);
    }
    fact(r, "fork protection", "directories", "%zu, %zu of them in use", d.n, d.used);
    tool_realloc(needed, 0);
    tool_realloc(root, 0);
}
