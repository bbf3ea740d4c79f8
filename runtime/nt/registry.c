/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading and writing the registry; see nt_registry.h. */
#include "nt_registry.h"

#include <errno.h>
#include <string.h>

#include "ntapi.h"

enum { KEY_VALUE_FULL = 1 };

struct key_value_full { /* KEY_VALUE_FULL_INFORMATION */
    ULONG title, type, data_offset, data_size, name_size;
    WCHAR name[1];
};

NTSTATUS NTAPI NtOpenKey(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);
NTSTATUS NTAPI NtEnumerateValueKey(HANDLE, ULONG, ULONG, PVOID, ULONG, PULONG);
NTSTATUS NTAPI NtCreateKey(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, ULONG, PUNICODE_STRING, ULONG,
                           PULONG);
NTSTATUS NTAPI NtSetValueKey(HANDLE, PUNICODE_STRING, ULONG, ULONG, PVOID, ULONG);
NTSTATUS NTAPI NtDeleteValueKey(HANDLE, PUNICODE_STRING);
NTSTATUS NTAPI RtlOpenCurrentUser(ACCESS_MASK, PHANDLE);

#define PATH_UNITS 256 /* all callers' paths are short and ours */

static NTSTATUS open_part(HANDLE root, const char *path, size_t len, bool create, handle_t *out)
{
    OBJECT_ATTRIBUTES oa;
    UNICODE_STRING us;
    WCHAR text[PATH_UNITS];
    USHORT n = 0;

    while (n < len && n < PATH_UNITS) {
        text[n] = (unsigned char)path[n];
        n++;
    }
    us.Buffer = text;
    us.Length = us.MaximumLength = (USHORT)(n * 2);
    memset(&oa, 0, sizeof(oa));
    oa.Length = sizeof(oa);
    oa.RootDirectory = root;
    oa.ObjectName = &us;
    oa.Attributes = OBJ_CASE_INSENSITIVE;
    return create ? NtCreateKey(out, KEY_READ | KEY_WRITE, &oa, 0, NULL, 0, NULL)
                  : NtOpenKey(out, KEY_READ, &oa);
}

static NTSTATUS open_below(HANDLE root, const char *path, handle_t *out)
{
    return open_part(root, path, strlen(path), false, out);
}

static NTSTATUS open_hive(enum nt_hive hive, HANDLE *root)
{
    return hive == NT_HIVE_USER ? RtlOpenCurrentUser(KEY_READ, root)
                                : open_below(NULL, "\\Registry\\Machine", root);
}

int nt_key_open(enum nt_hive hive, const char *path, handle_t *out)
{
    HANDLE root;
    NTSTATUS st;

    *out = NULL;
    st = open_hive(hive, &root);
    if (NT_OK(st)) {
        st = open_below(root, path, out);
        NtClose(root);
    }
    return NT_OK(st) ? 0 : nt_fail(st);
}

int nt_key_value(handle_t key, uint32_t i, void *buf, size_t size, struct nt_value *v)
{
    struct key_value_full *full = buf;
    ULONG used;
    NTSTATUS st = NtEnumerateValueKey(key, i, KEY_VALUE_FULL, buf, (ULONG)size, &used);

    if (st == STATUS_NO_MORE_ENTRIES)
        return -ENOENT;
    if (st == STATUS_BUFFER_OVERFLOW || st == STATUS_BUFFER_TOO_SMALL)
        return -EMSGSIZE;
    if (!NT_OK(st))
        return nt_fail(st);
    v->name = (const uint16_t *)full->name;
    v->name_units = full->name_size / 2;
    v->type = full->type;
    v->data = (const char *)buf + full->data_offset;
    v->size = full->data_size;
    return 0;
}

/* One level at a time: NtCreateKey makes the last part only. */
int nt_key_create(enum nt_hive hive, const char *path, handle_t *out)
{
    HANDLE at, next;
    NTSTATUS st = open_hive(hive, &at);

    *out = NULL;
    while (NT_OK(st)) {
        size_t n = strcspn(path, "\\");

        next = NULL;
        st = open_part(at, path, n, false, &next);
        if (!NT_OK(st) || !path[n]) { /* the last one is to be written to */
            if (NT_OK(st))
                NtClose(next);
            st = open_part(at, path, n, true, &next);
        }
        NtClose(at);
        at = next;
        if (NT_OK(st) && !path[n]) {
            *out = at;
            return 0;
        }
        path += n + 1;
    }
    return nt_fail(st);
}

static UNICODE_STRING string_of(const uint16_t *s, size_t units)
{
    return (UNICODE_STRING){ .Buffer = (WCHAR *)s, .Length = (USHORT)(2 * units),
                             .MaximumLength = (USHORT)(2 * units) };
}

int nt_key_set_text(handle_t key, const uint16_t *name, size_t units, const uint16_t *text,
                    size_t text_units)
{
    UNICODE_STRING us = string_of(name, units);
    NTSTATUS st;

    if (units > 16383 || text_units > 32767) /* what the registry allows */
        return -ENAMETOOLONG;
    st = NtSetValueKey(key, &us, 0, REG_SZ, (PVOID)text, (ULONG)(2 * text_units + 2));
    return NT_OK(st) ? 0 : nt_fail(st);
}

int nt_key_delete_value(handle_t key, const uint16_t *name, size_t units)
{
    UNICODE_STRING us = string_of(name, units);
    NTSTATUS st = NtDeleteValueKey(key, &us);

    return NT_OK(st) ? 0 : nt_fail(st);
}
