/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the mounts for native tools; the runtime does the same in runtime/path/mounts.c. */
#ifdef _WIN32
#include "lib/path/mounts_win.h"

#include <errno.h>
#include <string.h>
#include <windows.h>

#include "lib/abi/names.h"
#include "lib/path/mounts_win_int.h"
#include "lib/path/path.h"
#include "lib/text/utf.h"
#include "lib/tool/out.h"

/* The program's own path without its last two components; *units receives the length. */
static WCHAR *tree_folder(DWORD *units)
{
    DWORD cap = 300, n;
    WCHAR *name = NULL;
    unsigned parts = 0;

    do {
        cap *= 2;
        name = tool_realloc(name, cap * sizeof *name);
        n = GetModuleFileNameW(NULL, name, cap);
    } while (n >= cap && cap < 65536);
    while (n && parts < 2) {
        n--;
        if (name[n] == '\\' || name[n] == '/')
            parts++;
    }
    *units = n;
    return name;
}

int mounts_tree_root(struct buf *out)
{
    DWORD n;
    WCHAR *name = tree_folder(&n);

    wide_to_utf8(out, (const uint16_t *)name, n);
    if (n == 2)
        buf_putc(out, '\\');
    tool_realloc(name, 0);
    return buf_err(out);
}

struct load {
    struct mount_table *mt;
    mounts_problem problem;
    void *arg;
};

static void take_value(struct load *l, const char *key, const WCHAR *name, DWORD type, const WCHAR *data,
                       size_t units, uint32_t scope)
{
    const char *why = "not text (REG_SZ)";
    struct buf n, d;
    int r = -EINVAL;

    buf_init(&n, tool_realloc, NULL, 0);
    buf_init(&d, tool_realloc, NULL, 0);
    while (units && !data[units - 1])
        units--;
    buf_puts(&n, "");
    buf_puts(&d, "");
    wide_to_utf8(&n, (const uint16_t *)name, wcslen(name));
    wide_to_utf8(&d, (const uint16_t *)data, units);
    if ((type == REG_SZ || type == REG_EXPAND_SZ) && strlen(d.p) == d.len)
        r = mount_parse(l->mt, n.p, d.p, scope, &why);
    if (r < 0 && l->problem)
        l->problem(l->arg, key, n.p, why);
    buf_free(&n);
    buf_free(&d);
}

#define NAME_UNITS 16384    /* the registry's own limit, with the zero */

static void load_key(struct load *l, unsigned which)
{
    uint32_t scope = (which & MOUNTS_KEY_USER ? MOUNT_USER : 0) |
                     (which & MOUNTS_KEY_DEFAULT ? MOUNT_DEFAULT : 0);
    DWORD room = 4096, size, n, type;
    struct buf where;
    WCHAR *name, *data;
    LONG r = 0;
    HKEY key;

    if (mounts_key_open(which, KEY_READ, &key))
        return;
    buf_init(&where, tool_realloc, NULL, 0);
    mounts_key_name(which, &where);
    name = tool_realloc(NULL, NAME_UNITS * sizeof *name);
    data = tool_realloc(NULL, room + 2 * sizeof *data);
    for (DWORD i = 0; !r;) {
        n = NAME_UNITS;
        size = room;
        r = RegEnumValueW(key, i, name, &n, NULL, &type, (BYTE *)data, &size);
        if (r == ERROR_MORE_DATA && size > room) {
            room = size;
            data = tool_realloc(data, room + 2 * sizeof *data);
            r = 0;
        } else if (!r) {
            take_value(l, where.p, name, type, data, size / 2, scope);
            i++;
        }
    }
    if (r != ERROR_NO_MORE_ITEMS && l->problem)
        l->problem(l->arg, where.p, "", "the key cannot be read to its end");
    tool_realloc(name, 0);
    tool_realloc(data, 0);
    buf_free(&where);
    RegCloseKey(key);
}

int mounts_load(struct mount_table *mt, mounts_problem problem, void *arg)
{
    struct load l = { mt, problem, arg };
    struct buf root;
    int r = mount_init(mt, tool_realloc);

    buf_init(&root, tool_realloc, NULL, 0);
    if (r == 0)
        r = mounts_tree_root(&root);
    if (r == 0)
        r = mount_add_defaults(mt, root.p);
    buf_free(&root);
    if (r < 0)
        return r;
    load_key(&l, MOUNTS_KEY_DEFAULT);
    load_key(&l, 0);
    load_key(&l, MOUNTS_KEY_USER | MOUNTS_KEY_DEFAULT);
    load_key(&l, MOUNTS_KEY_USER);
    return 0;
}

uint64_t mounts_tree_hash(void)
{
    DWORD n;
    WCHAR *folder = tree_folder(&n);
    uint64_t hash = abi_tree_hash((const uint16_t *)folder, n);

    tool_realloc(folder, 0);
    return hash;
}

int mounts_cwd(const struct mount_table *mt, struct buf *out)
{
    DWORD n = GetCurrentDirectoryW(0, NULL);
    WCHAR *w = tool_realloc(NULL, (n + 1) * sizeof *w);
    struct buf text;
    int r;

    n = GetCurrentDirectoryW(n + 1, w);
    buf_init(&text, tool_realloc, NULL, 0);
    buf_puts(&text, "");
    wide_to_utf8(&text, (const uint16_t *)w, n);
    r = path_posix_absolute(mt, out, "/", text.p, NULL, NULL);
    buf_free(&text);
    tool_realloc(w, 0);
    return r;
}
#endif
