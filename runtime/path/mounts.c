/* SPDX-License-Identifier: BSD-2-Clause */
/* The mount table of this process: built-in entries for the tree of the DLL, then the registry's,
 * in the form that lib/path/mount.h describes. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/text/utf.h"
#include "lock.h"
#include "mm.h"
#include "mounts.h"
#include "nt.h"
#include "nt_registry.h"
#include "path.h"
#include "shm.h"
#include "trace.h"

#define REG_SZ_TYPE 1
#define REG_EXPAND_SZ_TYPE 2
#define KEY_TEXT "Software\\Isthmus\\%s\\Mounts"

static struct mount_table table;
static struct lock table_lock = LOCK_INIT;
static uint32_t bad_entries;    /* since the start */
static uint32_t seen_change;    /* of shm_index->mounts_change, when the table was read */
static uint16_t *root;
static unsigned root_units;

/* Without an index (a forked child that has not yet opened it) nothing has changed. */
static uint32_t change_now(void)
{
    return shm_index ? __atomic_load_n(&shm_index->mounts_change, __ATOMIC_ACQUIRE) : seen_change;
}

const struct mount_table *mounts_get(void)
{
    lock_take(&table_lock);
    if (change_now() != seen_change && table_lock.depth == 1) /* deeper: somebody reads the old one */
        mounts_reload();
    return &table;
}

void mounts_put(void)
{
    lock_release(&table_lock);
}

const uint16_t *tree_root(unsigned *units)
{
    *units = root_units;
    return root;
}

/* Without \\?\ or \??\ in front: two spellings of one folder must not make two trees. */
static void strip_prefix(const uint16_t **p, unsigned *n)
{
    if (*n > 4 && (*p)[0] == '\\' && ((*p)[1] == '\\' || (*p)[1] == '?') && (*p)[2] == '?' &&
        (*p)[3] == '\\') {
        *p += 4;
        *n -= 4;
    }
}

static bool is_bin(const uint16_t *s, unsigned n)
{
    static const uint16_t bin[] = { 'b', 'i', 'n' };

    return n == 3 && wide_equal_fold(s, bin, 3);
}

/*
 * The tree: what lies above the `bin` of the DLL. A DLL elsewhere (copied beside a program) has no
 * tree, then the system drive is the root.
 */
static int find_root(void)
{
    static const uint16_t drive[] = { 'C', ':', '\\' };
    unsigned n, slash;
    const uint16_t *p = nt_module_path((uintptr_t)nt_runtime_base, &n);

    strip_prefix(&p, &n);
    while (n && p[n - 1] != '\\')
        n--;
    n -= n > 0;
    for (slash = n; slash && p[slash - 1] != '\\';)
        slash--;
    if (slash && is_bin(p + slash, n - slash)) {
        n = slash > 3 ? slash - 1 : slash;
    } else {
        p = drive;
        n = ARRAY_SIZE(drive);
    }
    root = rt_alloc((n + 1) * sizeof *root);
    if (!root)
        return -ENOMEM;
    memcpy(root, p, n * sizeof *root);
    root[n] = 0;
    root_units = n;
    return 0;
}

/* The table is read before events can be recorded: what is to be said is kept until mounts_report. */
static struct buf said;
static bool keep_said;

static void say_bad(const char *key, const char *name, const char *why)
{
    const char *text[] = { key, name, why };

    if (!keep_said) {
        trace_mount_entry_bad(key, name, why);
        return;
    }
    for (int i = 0; i < 3; i++)
        buf_put(&said, text[i], strlen(text[i]) + 1);
}

void mounts_report(void)
{
    const char *s = said.p, *end = said.p + (buf_err(&said) < 0 ? 0 : said.len);

    keep_said = false;
    while (s < end) {
        const char *name = s + strlen(s) + 1, *why = name + strlen(name) + 1;

        trace_mount_entry_bad(s, name, why);
        s = why + strlen(why) + 1;
    }
    buf_free(&said);
    trace_mount_table_loaded("registry", (uint32_t)table.n, (int)bad_entries);
}

/* One registry value into the table; false when it cannot be used. */
static bool take_value(struct mount_table *mt, const char *key, const struct nt_value *v, uint32_t scope)
{
    const char *why = "it is not text (REG_SZ)";
    struct buf name, data;
    size_t units = v->size / 2;
    const uint16_t *text = v->data;
    bool ok = false;

    path_buf(&name);
    path_buf(&data);
    while (units && !text[units - 1])
        units--;
    buf_puts(&name, "");
    buf_puts(&data, "");
    wide_to_utf8(&name, v->name, v->name_units);
    wide_to_utf8(&data, text, units);
    if (buf_err(&name) < 0 || buf_err(&data) < 0)
        why = "no memory";
    else if ((v->type == REG_SZ_TYPE || v->type == REG_EXPAND_SZ_TYPE) &&
             strlen(name.p) == name.len && strlen(data.p) == data.len)
        ok = mount_parse(mt, name.p, data.p, scope, &why) == 0;
    if (!ok)
        say_bad(key, name.p ? name.p : "", why);
    buf_free(&name);
    buf_free(&data);
    return ok;
}

static void load_key(struct mount_table *mt, enum nt_hive hive, const char *tree)
{
    char path[80];
    size_t size = 2048;
    void *buf = NULL;
    handle_t key;
    int r = 0, errors = 0;
    uint32_t entries = 0;

    snprintf(path, sizeof path, KEY_TEXT, tree);
    if (nt_key_open(hive, path, &key) < 0)
        return; /* mostly: no such key */
    for (uint32_t i = 0; r == 0;) {
        struct nt_value v;
        void *p = buf ? buf : rt_alloc(size);

        if (!p)
            break;
        buf = p;
        r = nt_key_value(key, i, buf, size, &v);
        if (r == -EMSGSIZE) {
            rt_free(buf);
            buf = NULL;
            size *= 2;
            r = 0;
            continue;
        }
        if (r == 0) {
            entries++;
            errors += !take_value(mt, path, &v, hive == NT_HIVE_USER ? MOUNT_USER : 0);
            i++;
        }
    }
    rt_free(buf);
    nt_close(key);
    bad_entries += (uint32_t)errors;
    if (!keep_said)
        trace_mount_table_loaded(path, entries, errors);
}

static int load(struct mount_table *mt)
{
    struct buf root_text;
    char tree[24];
    int r = mount_init(mt, path_realloc);

    if (r < 0)
        return r;
    path_buf(&root_text);
    wide_to_utf8(&root_text, root, root_units);
    r = buf_err(&root_text);
    if (r == 0)
        r = mount_add_defaults(mt, root_text.p);
    buf_free(&root_text);
    if (r < 0)
        return r;
    snprintf(tree, sizeof tree, "%016llx", (unsigned long long)shm_tree);
    load_key(mt, NT_HIVE_MACHINE, "Default");
    load_key(mt, NT_HIVE_MACHINE, tree);
    load_key(mt, NT_HIVE_USER, "Default");
    load_key(mt, NT_HIVE_USER, tree);
    return 0;
}

int path_init(void)
{
    int r = root ? 0 : find_root();

    path_buf(&said);
    keep_said = true;
    return r == 0 ? mounts_reload() : r;
}

/* The number is taken before the registry is read: a change meanwhile is then seen once more. */
int mounts_reload(void)
{
    struct mount_table fresh, old;
    uint32_t change = change_now();
    bool again = table.alloc != NULL;
    int r;

    memset(&fresh, 0, sizeof fresh);
    fresh.alloc = path_realloc;
    r = load(&fresh);
    if (r < 0) {
        mount_free(&fresh);
        return r;
    }
    lock_take(&table_lock);
    old = table;
    fresh.generation += old.generation;
    table = fresh;
    seen_change = change;
    lock_release(&table_lock);
    if (old.alloc)
        mount_free(&old);
    if (again)
        trace_mounts_changed(change, (uint32_t)fresh.n);
    return 0;
}

void mounts_tell(void)
{
    if (shm_index)
        __atomic_add_fetch(&shm_index->mounts_change, 1, __ATOMIC_ACQ_REL);
}
