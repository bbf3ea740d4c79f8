/* SPDX-License-Identifier: BSD-2-Clause */
/* Security descriptors of open files, tokens, account names. advapi32, which knows accounts and passwords,
 * is loaded when it is first asked. */
#include <errno.h>
#include <string.h>

#include "ntapi.h"
#include "nt_security.h"

NTSTATUS NTAPI NtQuerySecurityObject(HANDLE, SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, ULONG, PULONG);
NTSTATUS NTAPI NtSetSecurityObject(HANDLE, SECURITY_INFORMATION, PSECURITY_DESCRIPTOR);
NTSTATUS NTAPI NtOpenProcessToken(HANDLE, ACCESS_MASK, PHANDLE);
NTSTATUS NTAPI NtOpenThreadToken(HANDLE, ACCESS_MASK, BOOLEAN, PHANDLE);
NTSTATUS NTAPI NtQueryInformationToken(HANDLE, TOKEN_INFORMATION_CLASS, PVOID, ULONG, PULONG);
NTSTATUS NTAPI NtSetInformationThread(HANDLE, ULONG, PVOID, ULONG);
NTSTATUS NTAPI NtDuplicateToken(HANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, BOOLEAN, TOKEN_TYPE, PHANDLE);

#define THREAD_IMPERSONATION_TOKEN 5
#define THIS_THREAD ((HANDLE)(LONG_PTR)-2)

_Static_assert(NT_SD_OWNER == OWNER_SECURITY_INFORMATION && NT_SD_GROUP == GROUP_SECURITY_INFORMATION
               && NT_SD_DACL == DACL_SECURITY_INFORMATION, "parts of a descriptor");

int nt_sd_get(handle_t h, void *sd, uint32_t size)
{
    ULONG n = 0;
    NTSTATUS st = NtQuerySecurityObject(h, NT_SD_OWNER | NT_SD_GROUP | NT_SD_DACL, sd, size, &n);

    if (NT_OK(st) || st == STATUS_BUFFER_TOO_SMALL)
        return (int)n;
    return nt_fail(st);
}

int nt_sd_set(handle_t h, const void *sd, unsigned what)
{
    return nt_fail(NtSetSecurityObject(h, what, (PSECURITY_DESCRIPTOR)sd));
}

/* ---- tokens ---- */

static int token_open(HANDLE *token)
{
    NTSTATUS st = NtOpenThreadToken(THIS_THREAD, TOKEN_QUERY, TRUE, token);

    if (!NT_OK(st))
        st = NtOpenProcessToken(NT_SELF, TOKEN_QUERY, token);
    return NT_OK(st) ? 0 : nt_fail(st);
}

int nt_token_of(handle_t token, struct sid *user, struct sid *group)
{
    union {
        TOKEN_USER user;
        TOKEN_PRIMARY_GROUP group;
        uint8_t room[sizeof(TOKEN_USER) + sizeof(struct sid)];
    } info;
    ULONG n;
    NTSTATUS st = NtQueryInformationToken(token, TokenUser, &info, sizeof(info), &n);

    if (NT_OK(st) && sid_read(user, info.user.User.Sid, sizeof(struct sid)) < 0)
        return -EINVAL;
    if (NT_OK(st))
        st = NtQueryInformationToken(token, TokenPrimaryGroup, &info, sizeof(info), &n);
    if (NT_OK(st) && sid_read(group, info.group.PrimaryGroup, sizeof(struct sid)) < 0)
        return -EINVAL;
    return st == STATUS_INVALID_HANDLE || st == STATUS_OBJECT_TYPE_MISMATCH ? -EBADF : nt_fail(st);
}

int nt_token_user(struct sid *user, struct sid *group)
{
    HANDLE token;
    int r = token_open(&token);

    if (r < 0)
        return r;
    r = nt_token_of(token, user, group);
    NtClose(token);
    return r;
}

int nt_token_groups(struct sid *groups, unsigned max)
{
    TOKEN_GROUPS *info = NULL;
    ULONG size = 0;
    HANDLE token;
    NTSTATUS st;
    int r = token_open(&token);

    if (r < 0)
        return r;
    st = NtQueryInformationToken(token, TokenGroups, NULL, 0, &size);
    if (size && (info = nt_alloc(size)))
        st = NtQueryInformationToken(token, TokenGroups, info, size, &size);
    NtClose(token);
    if (!info || !NT_OK(st)) {
        nt_free(info);
        return info ? nt_fail(st) : -ENOMEM;
    }
    r = (int)info->GroupCount;
    for (unsigned i = 0; i < max && i < info->GroupCount; i++)
        if (sid_read(&groups[i], info->Groups[i].Sid, sizeof(struct sid)) < 0)
            groups[i] = sid_null;
    nt_free(info);
    return r;
}

int nt_impersonate(handle_t token)
{
    SECURITY_QUALITY_OF_SERVICE qos = { sizeof(qos), SecurityImpersonation, SECURITY_STATIC_TRACKING, FALSE };
    OBJECT_ATTRIBUTES oa = { .Length = sizeof(oa), .SecurityQualityOfService = &qos };
    HANDLE copy = NULL;
    NTSTATUS st;

    if (token) { /* a thread takes an impersonation token only, and logons give primary ones */
        st = NtDuplicateToken(token, TOKEN_QUERY | TOKEN_IMPERSONATE, &oa, FALSE, TokenImpersonation, &copy);
        if (!NT_OK(st))
            return nt_fail(st);
    }
    st = NtSetInformationThread(THIS_THREAD, THREAD_IMPERSONATION_TOKEN, &copy, sizeof(copy));
    if (copy)
        NtClose(copy);
    return NT_OK(st) ? 0 : nt_fail(st);
}

/* ---- advapi32 ---- */

static void *function(const char *name)
{
    HMODULE m = LoadLibraryExW(L"advapi32.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);

    return m ? (void *)GetProcAddress(m, name) : NULL;
}

int nt_logon(const uint16_t *user, const uint16_t *domain, const uint16_t *password, handle_t *token)
{
    BOOL(WINAPI *logon)(LPCWSTR, LPCWSTR, LPCWSTR, DWORD, DWORD, PHANDLE) = function("LogonUserW");
    struct sid u, g;

    *token = NULL;
    if (!logon)
        return -ENOSYS;
    if (!logon((LPCWSTR)user, (LPCWSTR)domain, (LPCWSTR)password, 2 /* interactive */, 0 /* provider */, token))
        return -EACCES;
    if (nt_token_of(*token, &u, &g) < 0) { /* Wine says yes to everybody and gives a number that is no handle */
        *token = NULL;
        return -ENOSYS;
    }
    return 0;
}

int nt_account_of_sid(const struct sid *sid, struct nt_account *out)
{
    BOOL(WINAPI *look)(LPCWSTR, const void *, LPWSTR, PDWORD, LPWSTR, PDWORD, SID_NAME_USE *) =
        function("LookupAccountSidW");
    DWORD n = ARRAY_SIZE(out->name), d = ARRAY_SIZE(out->domain);
    SID_NAME_USE use;

    if (!look || !look(NULL, sid, (LPWSTR)out->name, &n, (LPWSTR)out->domain, &d, &use))
        return -ENOENT;
    out->group = use == SidTypeGroup || use == SidTypeAlias || use == SidTypeWellKnownGroup;
    return 0;
}

int nt_account_of_name(const uint16_t *name, struct sid *sid, bool *group)
{
    BOOL(WINAPI *look)(LPCWSTR, LPCWSTR, void *, PDWORD, LPWSTR, PDWORD, SID_NAME_USE *) =
        function("LookupAccountNameW");
    WCHAR domain[257];
    DWORD n = sizeof(*sid), d = ARRAY_SIZE(domain);
    struct sid found;
    SID_NAME_USE use;

    memset(&found, 0, sizeof(found));
    if (!look || !look(NULL, (LPCWSTR)name, &found, &n, domain, &d, &use) || use == SidTypeDomain
        || use == SidTypeInvalid || use == SidTypeUnknown || sid_read(sid, &found, sizeof(found)) < 0)
        return -ENOENT;
    *group = use == SidTypeGroup || use == SidTypeAlias || use == SidTypeWellKnownGroup;
    return 0;
}
