/* SPDX-License-Identifier: BSD-2-Clause */
/* Changing the mounts in the registry, for native tools; runtime/path/mounts_edit.c does it for mount(). */
#ifdef _WIN32
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

#include "lib/path/mounts_win.h"
#include "lib/path/mounts_win_int.h"
#include "lib/path/path.h"
#include "lib/proc/proc.h"
#include "lib/proc/win_int.h"
#include "lib/text/utf.h"
#include "lib/tool/out.h"

#define KEY_TEXT 80
#define NAME_UNITS 16384    /* the registry's own limit, with the zero */

static void key_path(unsigned which, char path[KEY_TEXT])
{
    if (which & MOUNTS_KEY_DEFAULT)
        snprintf(path, KEY_TEXT, "Software\\Isthmus\\Default\\Mounts");
    else
        snprintf(path, KEY_TEXT, "Software\\Isthmus\\%016llx\\Mounts",
                 (unsigned long long)mounts_tree_hash());
}

void mounts_key_name(unsigned which, struct buf *out)
{
    char path[KEY_TEXT];

    key_path(which, path);
    buf_puts(out, which & MOUNTS_KEY_USER ? "HKCU\\" : "HKLM\\");
    buf_puts(out, path);
}

long mounts_key_open(unsigned which, unsigned long access, HKEY *key)
{
    HKEY hive = which & MOUNTS_KEY_USER ? HKEY_CURRENT_USER : HKEY_LOCAL_MACHINE;
    char path[KEY_TEXT];

    key_path(which, path);
    access |= KEY_WOW64_64KEY;
    if (access & KEY_SET_VALUE)
        return RegCreateKeyExA(hive, path, 0, NULL, 0, access, NULL, key, NULL);
    return RegOpenKeyExA(hive, path, 0, access, key);
}

static int error_of(LONG r)
{
    switch (r) {
    case ERROR_SUCCESS:
        return 0;
    case ERROR_FILE_NOT_FOUND:
        return -ENOENT;
    case ERROR_ACCESS_DENIED:
        return -EACCES;
    default:
        return -EIO;
    }
}

int mounts_write(unsigned which, const char *name, const char *data, unsigned long *error)
{
    struct wbuf wname, wdata;
    HKEY key;
    LONG r;

    wbuf_init(&wname, tool_realloc, NULL, 0);
    wbuf_init(&wdata, tool_realloc, NULL, 0);
    utf8_to_wide(&wname, name, strlen(name));
    wbuf_putc(&wname, 0);
    if (data) {
        utf8_to_wide(&wdata, data, strlen(data));
        wbuf_putc(&wdata, 0);
    }
    r = mounts_key_open(which, data ? KEY_READ | KEY_WRITE : KEY_READ, &key);
    if (!r && !data) { /* only what is there needs the right to write */
        r = RegQueryValueExW(key, (WCHAR *)wname.p, NULL, NULL, NULL, NULL);
        RegCloseKey(key);
        if (!r)
            r = mounts_key_open(which, KEY_READ | KEY_WRITE, &key);
    }
    if (!r) {
        r = data ? RegSetValueExW(key, (WCHAR *)wname.p, 0, REG_SZ, (const BYTE *)wdata.p,
                                  (DWORD)(wdata.len * sizeof *wdata.p))
                 : RegDeleteValueW(key, (WCHAR *)wname.p);
        RegCloseKey(key);
    }
    wbuf_free(&wname);
    wbuf_free(&wdata);
    *error = (unsigned long)r;
    return error_of(r);
}

int mounts_names(unsigned which, struct buf *out)
{
    WCHAR *name;
    HKEY key;
    LONG r = mounts_key_open(which, KEY_READ, &key);

    if (r)
        return r == ERROR_FILE_NOT_FOUND ? 0 : error_of(r);
    name = tool_realloc(NULL, NAME_UNITS * sizeof *name);
    for (DWORD i = 0;; i++) {
        DWORD n = NAME_UNITS;

        r = RegEnumValueW(key, i, name, &n, NULL, NULL, NULL, NULL);
        if (r && r != ERROR_MORE_DATA)
            break;
        wide_to_utf8(out, (const uint16_t *)name, n);
        buf_putc(out, 0);
    }
    tool_realloc(name, 0);
    RegCloseKey(key);
    return r == ERROR_NO_MORE_ITEMS ? 0 : error_of(r);
}

int mounts_notify(void)
{
    struct proc_tree tree;
    struct shm_index *index;
    size_t size;
    void *view;
    int r = proc_tree_open(&tree, NULL, 0), n = 0;

    if (r < 0)
        return r;
    if (tree.index) {
        r = proc_section_rw(&tree, "index", &view, &size);
        if (r == 0) {
            index = view;
            __atomic_add_fetch(&index->mounts_change, 1, __ATOMIC_ACQ_REL);
            proc_section_close(view);
        }
        for (int i = 0; i < tree.slots; i++)
            n += proc_index_slot(tree.index, (size_t)i).pid != 0;
    }
    proc_tree_close(&tree);
    return r < 0 ? r : n;
}
#endif
