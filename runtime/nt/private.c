/* SPDX-License-Identifier: BSD-2-Clause */
/* Directories that nobody but this user can write to, and the mutexes that guard them. */
#include <errno.h>
#include <string.h>

#include "mm.h"
#include "ntfile.h"
#include "text/buf.h"

#define SID_BYTES 68
/* Rights with which somebody could plant a file or change one. */
#define WRITES (FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_DELETE_CHILD | WRITE_DAC | WRITE_OWNER \
                | GENERIC_WRITE | GENERIC_ALL)

NTSTATUS NTAPI NtQuerySecurityObject(HANDLE, SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, ULONG, PULONG);
NTSTATUS NTAPI NtOpenProcessToken(HANDLE, ACCESS_MASK, PHANDLE);
NTSTATUS NTAPI NtQueryInformationToken(HANDLE, int, PVOID, ULONG, PULONG);
NTSTATUS NTAPI NtCreateMutant(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, BOOLEAN);
NTSTATUS NTAPI NtReleaseMutant(HANDLE, PLONG);
NTSTATUS NTAPI RtlConvertSidToUnicodeString(PUNICODE_STRING, PSID, BOOLEAN);
BOOLEAN NTAPI RtlEqualSid(PSID, PSID);

struct user {
    TOKEN_USER user;
    uint8_t room[SID_BYTES + 8];
};

static int token_user(struct user *u)
{
    HANDLE token;
    ULONG n;
    NTSTATUS st = NtOpenProcessToken(NT_SELF, TOKEN_QUERY, &token);

    if (!NT_OK(st))
        return nt_fail(st);
    st = NtQueryInformationToken(token, TokenUser, u, sizeof(*u), &n);
    NtClose(token);
    return NT_OK(st) ? 0 : nt_fail(st);
}

int nt_user_sid(struct buf *out)
{
    uint16_t text[192];
    UNICODE_STRING us = { .MaximumLength = sizeof(text), .Buffer = (WCHAR *)text };
    struct user u;
    NTSTATUS st;
    int r = token_user(&u);

    if (r < 0)
        return r;
    st = RtlConvertSidToUnicodeString(&us, u.user.User.Sid, FALSE);
    if (!NT_OK(st))
        return nt_fail(st);
    for (unsigned i = 0; i < us.Length / 2; i++)
        buf_putc(out, (char)text[i]);
    return buf_err(out);
}

static const SID system_sid = { 1, 1, { SECURITY_NT_AUTHORITY }, { SECURITY_LOCAL_SYSTEM_RID } };
static const struct {
    SID sid;
    DWORD more;
} admins_sid = { { 1, 2, { SECURITY_NT_AUTHORITY }, { SECURITY_BUILTIN_DOMAIN_RID } }, DOMAIN_ALIAS_RID_ADMINS };

static size_t put_ace(uint8_t *at, const void *sid, size_t bytes)
{
    ACCESS_ALLOWED_ACE *ace = (void *)at;

    ace->Header.AceType = ACCESS_ALLOWED_ACE_TYPE;
    ace->Header.AceFlags = OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE;
    ace->Header.AceSize = (WORD)(offsetof(ACCESS_ALLOWED_ACE, SidStart) + bytes);
    ace->Mask = FILE_ALL_ACCESS;
    memcpy(&ace->SidStart, sid, bytes);
    return ace->Header.AceSize;
}

/* Full access for the user, the system and administrators, nothing inherited. */
struct own_security {
    SECURITY_DESCRIPTOR sd;
    union {
        ACL acl;
        uint8_t room[sizeof(ACL) + 3 * (sizeof(ACCESS_ALLOWED_ACE) + SID_BYTES)];
    };
    struct user user;
};

static int own_security(struct own_security *s)
{
    size_t n = sizeof(ACL);
    int r = token_user(&s->user);
    const SID *sid = s->user.user.User.Sid;

    if (r < 0)
        return r;
    n += put_ace(s->room + n, sid, offsetof(SID, SubAuthority) + 4u * sid->SubAuthorityCount);
    n += put_ace(s->room + n, &system_sid, sizeof(system_sid));
    n += put_ace(s->room + n, &admins_sid, sizeof(admins_sid));
    s->acl = (ACL){ .AclRevision = ACL_REVISION, .AclSize = (WORD)n, .AceCount = 3 };
    s->sd = (SECURITY_DESCRIPTOR){
        .Revision = SECURITY_DESCRIPTOR_REVISION, .Control = SE_DACL_PRESENT | SE_DACL_PROTECTED,
        .Owner = (PSID)sid, .Dacl = &s->acl,
    };
    return 0;
}

static bool trusted(const struct user *u, const void *sid)
{
    return RtlEqualSid((PSID)sid, u->user.User.Sid) || RtlEqualSid((PSID)sid, (PSID)&system_sid)
           || RtlEqualSid((PSID)sid, (PSID)&admins_sid);
}

/* NULL: it is ours alone; else what is wrong. */
static const char *check_security(const struct user *u, SECURITY_DESCRIPTOR_RELATIVE *sd)
{
    const char *base = (const char *)sd;
    const ACL *acl = (const void *)(base + sd->Dacl);
    const char *at = (const char *)(acl + 1);

    if (!sd->Owner || !trusted(u, base + sd->Owner))
        return "it belongs to somebody else";
    if (!(sd->Control & SE_DACL_PRESENT) || !sd->Dacl)
        return "everybody may write to it";
    for (unsigned i = 0; i < acl->AceCount; i++, at += ((const ACE_HEADER *)at)->AceSize) {
        const ACCESS_ALLOWED_ACE *ace = (const void *)at;

        if (ace->Header.AceType == ACCESS_ALLOWED_ACE_TYPE && !(ace->Header.AceFlags & INHERIT_ONLY_ACE)
            && ace->Mask & WRITES && !trusted(u, &ace->SidStart))
            return "somebody else may write to it";
    }
    return NULL;
}

static int check_existing(handle_t h, const struct user *u, const char **why)
{
    union {
        SECURITY_DESCRIPTOR_RELATIVE sd;
        uint8_t room[4096];
    } s;
    struct nt_stat st;
    ULONG n;
    NTSTATUS status;
    int r = nt_file_stat(h, &st);

    if (r < 0)
        return r;
    if (!st.dir || st.attr & NT_ATTR_REPARSE) {
        *why = "it is no directory, but perhaps a link to one";
        return -EPERM;
    }
    status = NtQuerySecurityObject(h, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, &s.sd,
                                   sizeof(s), &n);
    if (!NT_OK(status))
        return nt_fail(status);
    *why = check_security(u, &s.sd);
    return *why ? -EPERM : 0;
}

int nt_dir_private(const struct nt_name *name, bool create, handle_t *out, const char **why)
{
    struct own_security s;
    OBJECT_ATTRIBUTES oa;
    IO_STATUS_BLOCK io;
    UNICODE_STRING us;
    NTSTATUS st;
    int r = own_security(&s);

    *why = NULL;
    *out = NULL;
    if (r < 0)
        return r;
    nt_name_object(&oa, &us, name, false);
    oa.SecurityDescriptor = &s.sd;
    st = NtCreateFile(out, FILE_LIST_DIRECTORY | FILE_TRAVERSE | FILE_READ_ATTRIBUTES | READ_CONTROL | SYNCHRONIZE,
                      &oa, &io, NULL, FILE_ATTRIBUTE_NORMAL,
                      FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, create ? FILE_OPEN_IF : FILE_OPEN,
                      FILE_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT | FILE_OPEN_REPARSE_POINT, NULL, 0);
    if (!NT_OK(st)) {
        *out = NULL;
        return nt_fail(st);
    }
    if ((r = check_existing(*out, &s.user, why)) < 0) {
        nt_close(*out);
        *out = NULL;
        return r;
    }
    return io.Information == FILE_CREATED;
}

int nt_mutant_create(handle_t dir, const char *name, bool own, handle_t *out)
{
    OBJECT_ATTRIBUTES oa;
    UNICODE_STRING us;
    uint16_t buf[NT_NAME_UNITS];
    NTSTATUS st;

    nt_object(&oa, &us, buf, dir, name, OBJ_OPENIF);
    st = NtCreateMutant(out, SYNCHRONIZE | 1 /* MUTANT_QUERY_STATE */, &oa, own);
    if (st == STATUS_OBJECT_NAME_EXISTS)
        return 1;
    return NT_OK(st) ? 0 : nt_fail(st);
}

int nt_mutant_take(handle_t h, int64_t timeout)
{
    LARGE_INTEGER li = { .QuadPart = -timeout };
    NTSTATUS st = NtWaitForSingleObject(h, FALSE, &li);

    if (st == STATUS_TIMEOUT)
        return -ETIMEDOUT;
    if (st == STATUS_ABANDONED_WAIT_0)
        return 1;
    return NT_OK(st) ? 0 : nt_fail(st);
}

void nt_mutant_release(handle_t h)
{
    NtReleaseMutant(h, NULL);
}
