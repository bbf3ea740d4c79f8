/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the registry; see nt_registry.h. */
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
NTSTATUS NTAPI RtlOpenCurrentUser(ACCESS_MASK, PHANDLE);

#define PATH_UNITS 256 /* all callers' paths are short and ours */

static NTSTATUS open_below(HANDLE root, const char *path, handle_t *out)
{
    OBJECT_ATTRIBUTES oa;
    UNICODE_STRING us;
    WCHAR text[PATH_UNITS];
    USHORT n = 0;

    while (path[n] && n < PATH_UNITS) {
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
    return NtOpenKey(out, KEY_READ, &oa);
}

int nt_key_open(enum nt_hive hive, const char *path, handle_t *out)
{
    HANDLE root;
    NTSTATUS st;

    *out = NULL;
    st = hive == NT_HIVE_USER ? RtlOpenCurrentUser(KEY_READ, &root)
                              : open_below(NULL, "\\Registry\\Machine", &root);
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
