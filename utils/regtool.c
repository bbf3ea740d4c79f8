/* SPDX-License-Identifier: BSD-2-Clause */
/* regtool: keys and values of the registry, for scripts. Keys are written with / or \. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "lib/text/utf.h"
#include "lib/tool/opt.h"
#include "lib/tool/out.h"

static struct {
    bool quiet, verbose, keys, values, postfix, hex, json;
    bool is_string, is_expand, is_dword, is_qword, is_multi, is_binary;
} cfg;

static const struct opt opts[] = {
    { 'q', "quiet", OPT_FLAG, &cfg.quiet, NULL, "say nothing when there is no such key or value" },
    { 0, NULL, OPT_TITLE, NULL, NULL, "list" },
    { 'k', "keys", OPT_FLAG, &cfg.keys, NULL, "keys only" },
    { 'l', "list", OPT_FLAG, &cfg.values, NULL, "values only" },
    { 'p', "postfix", OPT_FLAG, &cfg.postfix, NULL, "with a / behind each key" },
    { 'v', "verbose", OPT_FLAG, &cfg.verbose, NULL, "with types and data" },
    { 'J', "json", OPT_FLAG, &cfg.json, NULL, "one JSON object a line" },
    { 0, NULL, OPT_TITLE, NULL, NULL, "get" },
    { 'x', "hex", OPT_FLAG, &cfg.hex, NULL, "numbers in hexadecimal" },
    { 0, NULL, OPT_TITLE, NULL, NULL,
      "set: the type, otherwise guessed: a number is a dword, all else a string" },
    { 's', "string", OPT_FLAG, &cfg.is_string, NULL, "REG_SZ" },
    { 'e', "expand-string", OPT_FLAG, &cfg.is_expand, NULL, "REG_EXPAND_SZ" },
    { 'm', "multi-string", OPT_FLAG, &cfg.is_multi, NULL,
      "REG_MULTI_SZ: each argument is a string" },
    { 'd', "dword", OPT_FLAG, &cfg.is_dword, NULL, "REG_DWORD" },
    { 'Q', "qword", OPT_FLAG, &cfg.is_qword, NULL, "REG_QWORD" },
    { 'b', "binary", OPT_FLAG, &cfg.is_binary, NULL, "REG_BINARY: bytes in hexadecimal" },
    { 0 }
};

static const struct opt_spec spec = {
    .prog = "regtool",
    .usage = "[OPTION]... list|check|add|remove KEY\n[OPTION]... get|unset KEY/VALUE\n[OPTION]... "
             "set KEY/VALUE DATA...",
    .about = "Shows and changes the registry. KEY begins with /HKLM, /HKCU, /HKCR, /HKU, /HKCC or "
             "/machine, /user, "
             "/root, /users, /config; \\ may stand for /. KEY/ names the value without a name.",
    .opts = opts,
    .exit_status = "0  done, and there is such a key or value\n1  there is none, or no "
                   "permission\n2  wrong usage",
};

static const struct {
    const char *name;
    HKEY key;
} roots[] = {
    { "HKLM", HKEY_LOCAL_MACHINE },
    { "HKEY_LOCAL_MACHINE", HKEY_LOCAL_MACHINE },
    { "machine", HKEY_LOCAL_MACHINE },
    { "HKCU", HKEY_CURRENT_USER },
    { "HKEY_CURRENT_USER", HKEY_CURRENT_USER },
    { "user", HKEY_CURRENT_USER },
    { "HKCR", HKEY_CLASSES_ROOT },
    { "HKEY_CLASSES_ROOT", HKEY_CLASSES_ROOT },
    { "root", HKEY_CLASSES_ROOT },
    { "HKU", HKEY_USERS },
    { "HKEY_USERS", HKEY_USERS },
    { "users", HKEY_USERS },
    { "HKCC", HKEY_CURRENT_CONFIG },
    { "HKEY_CURRENT_CONFIG", HKEY_CURRENT_CONFIG },
    { "config", HKEY_CURRENT_CONFIG },
};

static const char *const types[] = { "none",     "string",   "expand-string", "binary",
                                     "dword",    "dword-be", "link",          "multi-string",
                                     "resource", "resource", "resource",      "qword" };

/* A place in the registry: root, the key below it, and the last part of it if that names a value.
 */
struct place {
    const char *text;
    HKEY root;
    WCHAR *key;
    WCHAR *value;
};

static WCHAR *wide(const char *s, size_t n)
{
    struct wbuf w;

    wbuf_init(&w, tool_realloc, NULL, 0);
    utf8_to_wide(&w, s, n);
    wbuf_putc(&w, 0);
    return (WCHAR *)w.p;
}

static void put_wide(struct buf *b, const WCHAR *w, size_t n)
{
    wide_to_utf8_text(b, (const uint16_t *)w, n);
}

static int fail(const struct place *p, LSTATUS e)
{
    if (!cfg.quiet)
        tool_error("%s: %s", p->text,
                   e == ERROR_FILE_NOT_FOUND  ? "there is none"
                   : e == ERROR_ACCESS_DENIED ? "access denied"
                                              : "it cannot be done");
    return 1;
}

/* false: after a message. `value`: the last part is one. */
static bool parse(struct place *p, const char *text, bool value)
{
    char *copy = strcpy(tool_realloc(NULL, strlen(text) + 1), text), *s = copy, *rest, *last;

    *p = (struct place){ .text = text };
    for (char *c = copy; *c; c++)
        if (*c == '\\')
            *c = '/';
    while (*s == '/')
        s++;
    rest = s + strcspn(s, "/");
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        if (strlen(roots[i].name) == (size_t)(rest - s) &&
            !_strnicmp(roots[i].name, s, (size_t)(rest - s)))
            p->root = roots[i].key;
    rest += *rest == '/';
    last = value ? strrchr(rest - (rest > s), '/') : NULL;
    if (!p->root || (value && !last)) {
        tool_error("%s: %s", text,
                   p->root ? "a value is missing behind the key"
                           : "it does not begin with a part of the registry, as /HKLM");
        tool_realloc(copy, 0);
        return false;
    }
    if (last)
        p->value = wide(last + 1, strlen(last + 1));
    p->key = wide(rest, last && last >= rest ? (size_t)(last - rest) : value ? 0 : strlen(rest));
    for (WCHAR *w = p->key; *w; w++)
        if (*w == '/')
            *w = '\\';
    for (size_t n = wcslen(p->key); n && p->key[n - 1] == '\\'; n--)
        p->key[n - 1] = 0;
    tool_realloc(copy, 0);
    return true;
}

/* ---- showing ---- */

/* Numbers as such, texts as they are (of several each on its line), everything else in hexadecimal.
 */
static void put_data(struct buf *b, DWORD type, const unsigned char *data, DWORD n,
                     const char *between)
{
    uint64_t number = 0;

    if (type == REG_DWORD || type == REG_QWORD) {
        memcpy(&number, data, n < 8 ? n : 8);
        if (cfg.hex)
            buf_puts(b, "0x");
        if (cfg.hex)
            buf_putx(b, number, type == REG_DWORD ? 8 : 16);
        else
            buf_putu(b, number);
    } else if (type == REG_SZ || type == REG_EXPAND_SZ || type == REG_MULTI_SZ) {
        const WCHAR *w = (const void *)data;
        size_t units = n / 2;

        for (size_t at = 0; at < units && (w[at] || !at);) {
            size_t len = wcsnlen(w + at, units - at);

            if (at)
                buf_puts(b, between);
            put_wide(b, w + at, len);
            at += len + 1;
            if (type != REG_MULTI_SZ)
                break;
        }
    } else {
        for (DWORD i = 0; i < n; i++) {
            if (i)
                buf_putc(b, ' ');
            buf_putx(b, data[i], 2);
        }
    }
}

/* The data of a value; the caller frees it. Registry data may change between two looks. */
static unsigned char *read_value(HKEY key, const WCHAR *name, DWORD *type, DWORD *n, LSTATUS *e)
{
    unsigned char *data = NULL;

    *n = 0;
    do {
        data = tool_realloc(data, *n + 4);
        *e = RegQueryValueExW(key, name, NULL, type, data, n);
    } while (*e == ERROR_MORE_DATA);
    memset(data + *n, 0, 4); /* texts need not end with a zero */
    return data;
}

static void put_row(struct buf *out, const char *what, const char *name, const char *type,
                    const char *data)
{
    if (cfg.json) {
        buf_putc(out, '{');
        json_key(out, what);
        json_strz(out, name);
        if (type) {
            json_key(out, "type");
            json_strz(out, type);
            json_key(out, "data");
            json_strz(out, data);
        }
        buf_puts(out, "}\n");
        return;
    }
    buf_puts(out, name);
    if (cfg.postfix && !type)
        buf_putc(out, '/');
    if (cfg.verbose && type) {
        buf_puts(out, " (");
        buf_puts(out, type);
        buf_puts(out, ") = ");
        buf_puts(out, data);
    }
    buf_putc(out, '\n');
}

static void list_values(HKEY key, struct buf *out)
{
    WCHAR name[16384];
    DWORD units = 16384, type, n;

    for (DWORD i = 0; RegEnumValueW(key, i, name, &units, NULL, NULL, NULL, NULL) == ERROR_SUCCESS;
         i++, units = 16384) {
        struct buf text, shown;
        unsigned char *data;
        LSTATUS e;

        data = read_value(key, name, &type, &n, &e);
        buf_init(&text, tool_realloc, NULL, 0);
        buf_init(&shown, tool_realloc, NULL, 0);
        put_wide(&text, name, units);
        buf_putc(&text, 0);
        if (e == ERROR_SUCCESS)
            put_data(&shown, type, data, n, ", ");
        buf_putc(&shown, 0);
        if (e == ERROR_SUCCESS)
            put_row(out, "value", text.p, type < sizeof types / sizeof *types ? types[type] : "?",
                    shown.p);
        buf_free(&text);
        buf_free(&shown);
        tool_realloc(data, 0);
    }
}

static void list_keys(HKEY key, struct buf *out)
{
    WCHAR name[256];
    DWORD units = 256;

    for (DWORD i = 0; RegEnumKeyExW(key, i, name, &units, NULL, NULL, NULL, NULL) == ERROR_SUCCESS;
         i++, units = 256) {
        struct buf text;

        buf_init(&text, tool_realloc, NULL, 0);
        put_wide(&text, name, units);
        buf_putc(&text, 0);
        put_row(out, "key", text.p, NULL, NULL);
        buf_free(&text);
    }
}

static int print(struct buf *out)
{
    bool ok = tool_flush(out, stdout);

    buf_free(out);
    if (!ok)
        tool_die(1, "cannot write");
    return 0;
}

static int do_list(const struct place *p)
{
    struct buf out;
    HKEY key;
    LSTATUS e = RegOpenKeyExW(p->root, p->key, 0, KEY_READ, &key);

    if (e != ERROR_SUCCESS)
        return fail(p, e);
    buf_init(&out, tool_realloc, NULL, 0);
    if (!cfg.values || cfg.keys)
        list_keys(key, &out);
    if (!cfg.keys || cfg.values)
        list_values(key, &out);
    RegCloseKey(key);
    return print(&out);
}

static int do_get(const struct place *p)
{
    unsigned char *data;
    struct buf out;
    DWORD type, n;
    HKEY key;
    LSTATUS e = RegOpenKeyExW(p->root, p->key, 0, KEY_READ, &key);

    if (e != ERROR_SUCCESS)
        return fail(p, e);
    data = read_value(key, p->value, &type, &n, &e);
    RegCloseKey(key);
    if (e != ERROR_SUCCESS)
        return fail(p, e);
    buf_init(&out, tool_realloc, NULL, 0);
    put_data(&out, type, data, n, "\n");
    buf_putc(&out, '\n');
    tool_realloc(data, 0);
    return print(&out);
}

/* ---- changing ---- */

static int do_key(const struct place *p, const char *action)
{
    HKEY key;
    LSTATUS e;

    if (!strcmp(action, "remove"))
        e = *p->key ? RegDeleteKeyW(p->root, p->key) : ERROR_ACCESS_DENIED;
    else if (!strcmp(action, "add"))
        e = RegCreateKeyExW(p->root, p->key, 0, NULL, 0, KEY_READ, NULL, &key, NULL);
    else
        e = RegOpenKeyExW(p->root, p->key, 0, KEY_READ, &key);
    if (e == ERROR_SUCCESS && strcmp(action, "remove"))
        RegCloseKey(key);
    return e == ERROR_SUCCESS ? 0 : fail(p, e);
}

static bool encode(char **v, struct buf *data, DWORD *type)
{
    int64_t number = 0;
    bool is_number = opt_number(v[0], &number) == 0;

    *type = cfg.is_expand                 ? REG_EXPAND_SZ
            : cfg.is_multi                ? REG_MULTI_SZ
            : cfg.is_dword                ? REG_DWORD
            : cfg.is_qword                ? REG_QWORD
            : cfg.is_binary               ? REG_BINARY
            : cfg.is_string || !is_number ? REG_SZ
                                          : REG_DWORD;
    if (*type == REG_DWORD || *type == REG_QWORD) {
        if (!is_number || v[1] ||
            (*type == REG_DWORD && (number > UINT32_MAX || number < INT32_MIN)))
            return false;
        buf_put(data, &number, *type == REG_DWORD ? 4 : 8);
        return true;
    }
    if (!cfg.is_multi && !cfg.is_binary && v[1])
        return false;
    for (; *v; v++) {
        if (*type == REG_BINARY) {
            char *end;
            unsigned long byte = strtoul(*v, &end, 16);

            if (end == *v || *end || byte > 255)
                return false;
            buf_putc(data, (char)byte);
        } else {
            WCHAR *w = wide(*v, strlen(*v));

            buf_put(data, w, (wcslen(w) + 1) * 2);
            tool_realloc(w, 0);
        }
    }
    if (*type == REG_MULTI_SZ)
        buf_put(data, "\0", 2);
    return true;
}

static int do_value(const struct place *p, char **data)
{
    struct buf bytes;
    DWORD type;
    HKEY key;
    LSTATUS e;

    buf_init(&bytes, tool_realloc, NULL, 0);
    if (data && !encode(data, &bytes, &type)) {
        tool_error("%s: no data of that type", *data);
        return OPT_EXIT_USAGE;
    }
    e = RegOpenKeyExW(p->root, p->key, 0, KEY_SET_VALUE, &key);
    if (e == ERROR_SUCCESS) {
        e = data ? RegSetValueExW(key, p->value, 0, type, (BYTE *)bytes.p, (DWORD)bytes.len)
                 : RegDeleteValueW(key, p->value);
        RegCloseKey(key);
    }
    buf_free(&bytes);
    return e == ERROR_SUCCESS ? 0 : fail(p, e);
}

int tool_main(int argc, char **argv)
{
    int first = opt_parse(&spec, argc, argv), n = argc - first;
    const char *action = n ? argv[first] : "";
    bool key = !strcmp(action, "list") || !strcmp(action, "check") || !strcmp(action, "add") ||
               !strcmp(action, "remove");
    bool value = !strcmp(action, "get") || !strcmp(action, "unset"), set = !strcmp(action, "set");
    struct place p;

    if ((!key && !value && !set) || (set ? n < 3 : n != 2)) {
        tool_error("%s%s (try 'regtool --help')",
                   key || value || set ? "wrong number of operands for " : "no such action: ",
                   *action ? action : "none given");
        return OPT_EXIT_USAGE;
    }
    if (!parse(&p, argv[first + 1], !key))
        return OPT_EXIT_USAGE;
    if (!strcmp(action, "list"))
        return do_list(&p);
    if (key)
        return do_key(&p, action);
    return !strcmp(action, "get") ? do_get(&p) : do_value(&p, set ? argv + first + 2 : NULL);
}
