/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of what runs: mounts, processes, fork protection, a shell that forks. */
#include <stdio.h>
#include <string.h>

#include "cygcheck-like/cygcheck.h"
#include "lib/dll/identity.h"
#include "lib/path/mounts_win.h"
#include "lib/proc/proc.h"
#include "lib/text/utf.h"
#include "lib/tool/out.h"

/* ---- mounts ---- */

static void bad_value(void *arg, const char *key, const char *name, const char *why)
{
    find(arg, FIND_WARNING, "umount it, or correct it with mount -f", "registry %s, value \"%s\": %s", key, name,
         why);
}

void check_mounts(struct report *r)
{
    struct mount_table mt;
    size_t before = r->findings;

    if (mount_init(&mt, tool_realloc) < 0 || mounts_load(&mt, bad_value, r) < 0) {
        find(r, FIND_ERROR, NULL, "no memory for the mount table");
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
            find(r, FIND_INFO, NULL, "the mount of %s is hidden by one of a stronger scope", m->posix);
        else if (!(m->flags & MOUNT_AUTO) && m->win32[1] == ':' && file_kind(m->win32) == FILE_NONE)
            find(r, FIND_WARNING, "make the folder, or umount it", "%s is mounted from %s, which is not there",
                 m->posix, m->win32);
    }
    fact(r, "mounts", "cygdrive prefix", "%s", mt.cygdrive_len ? mt.cygdrive : "/");
    if (r->findings == before)
        find(r, FIND_OK, NULL, "%zu mounts, all of them usable", mt.n);
    mount_free(&mt);
}

/* ---- processes ---- */

struct look {
    struct report *r;
    const struct proc_info *p;
    const char *program;
    unsigned injected;
};

static void module(void *arg, uint64_t base, uint64_t size, const char *path)
{
    struct look *l = arg;
    const char *slash = strrchr(path, '\\');
    char *bin = tree_path("bin");
    bool runtime = slash && same_path(slash + 1, "isthmus1.dll");

    (void)size;
    if (runtime && !path_below(path, bin) && !strstr(path, "cygfork"))
        find(l->r, FIND_WARNING, "end it; use one tree at a time",
             "process %d (%s) runs with another runtime: %s", l->p->pid, l->program, path);
    else if (!path_below(path, tree_root()) && !path_below(path, windows_folder()) && slash
             && !same_path(slash + 1, strrchr(l->program, '/') ? strrchr(l->program, '/') + 1 : l->program)
             && base >= 0x100000000ull && base < 0x5000000000ull) {
        find(l->r, FIND_WARNING, "security software or a hook often does this: make an exception for this tree",
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
        find(r, FIND_WARNING, NULL, "process %d: its shared section cannot be read: %s", p->pid, p->why);
    if (p->torn)
        find(r, FIND_INFO, NULL, "process %d was ended in the middle of a change of its section", p->pid);
    if (p->alive)
        modules_each(p->winpid, module, &l);
}

void check_processes(struct report *r)
{
    struct proc_tree tree;
    struct proc_list list;
    size_t before = r->findings;

    if (proc_tree_open(&tree, NULL, 0) < 0) {
        find(r, FIND_ERROR, "end all programs of this tree: they are of another version than this tool",
             "the process table cannot be read: %s", tree.why);
        return;
    }
    if (proc_list_read(&tree, &list) < 0) {
        find(r, FIND_ERROR, NULL, "Windows does not list its processes");
    } else {
        for (size_t i = 0; i < list.n; i++)
            one_process(r, &list.v[i], list.text.p);
        if (r->findings == before)
            find(r, FIND_OK, NULL, "%zu processes, all with this tree's runtime", list.n);
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

/* Pids of the processes that were created from the folder; who made it for children has of it nothing
 * but the mutex. */
static void holders(struct directories *d, const char *folder, struct buf *out)
{
    for (size_t i = 0; i < d->list.n; i++) {
        const struct proc_info *p = &d->list.v[i];
        struct holder h = { folder, false };

        if (p->alive)
            modules_each(p->winpid, held_module, &h);
        if (h.found) {
            buf_puts(out, out->len ? ", " : "; run from it: ");
            buf_putu(out, (uint64_t)p->pid);
        }
    }
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
        holders(d, path.p, &pids);
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

    if (file_kind(root) != FILE_FOLDER)
        find(r, FIND_WARNING, "make the folder", "off: there is no %s; after an update of a DLL, programs that "
             "run cannot fork any more", root);
    else if (cygwin && strstr(cygwin, "noprotect"))
        find(r, FIND_INFO, NULL, "off: CYGWIN has noprotect");
    else if (!folder_writable(root))
        find(r, FIND_WARNING, "give yourself the right to write there", "off for you: %s cannot be written to",
             root);
    else
        find(r, FIND_OK, NULL, "on: %s", root);
    if (file_kind(needed) == FILE_PLAIN)
        find(r, FIND_INFO, "delete .needed when you are done", "every fork makes links, since %s is there",
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

/* ---- fork ---- */

#define FORK_TIME 30000 /* ms */

void check_fork(struct report *r)
{
    char *sh = tree_path("bin\\sh.exe"), *line;
    double ms;
    int code;

    if (file_kind(sh) != FILE_PLAIN) {
        find(r, FIND_INFO, NULL, "there is no shell to try a fork with");
        tool_realloc(sh, 0);
        return;
    }
    line = tool_realloc(NULL, strlen(sh) + 64);
    sprintf(line, "\"%s\" -c \"(exit 7)\"", sh);
    code = run_quietly(line, FORK_TIME, &ms);
    if (code == 7)
        find(r, FIND_OK, NULL, "a shell started, forked and ended in %.0f ms", ms);
    else if (code == -2)
        find(r, FIND_ERROR, "strace --last sh says where it hangs", "a shell that forks did not end within %d s",
             FORK_TIME / 1000);
    else
        find(r, FIND_ERROR, "strace --why last says why", "a shell that forks ended with %d instead of 7", code);
    tool_realloc(line, 0);
    tool_realloc(sh, 0);
}
