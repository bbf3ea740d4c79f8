/* SPDX-License-Identifier: BSD-2-Clause */
/* Opening files and asking about them. Changing is in filectl.c, reading and writing in io.c. */
#include <errno.h>
#include <string.h>

#include "mm.h"
#include "ntfile.h"
#include "text/buf.h"

_Static_assert(NT_ATTR_READONLY == FILE_ATTRIBUTE_READONLY, "attributes");
_Static_assert(NT_ATTR_HIDDEN == FILE_ATTRIBUTE_HIDDEN, "attributes");
_Static_assert(NT_ATTR_SYSTEM == FILE_ATTRIBUTE_SYSTEM, "attributes");
_Static_assert(NT_ATTR_DIRECTORY == FILE_ATTRIBUTE_DIRECTORY, "attributes");
_Static_assert(NT_ATTR_REPARSE == FILE_ATTRIBUTE_REPARSE_POINT, "attributes");
_Static_assert(NT_ATTR_NORMAL == FILE_ATTRIBUTE_NORMAL, "attributes");

void nt_name_object(OBJECT_ATTRIBUTES *oa, UNICODE_STRING *us, const struct nt_name *name, bool inherit)
{
    memset(oa, 0, sizeof(*oa));
    us->Buffer = (WCHAR *)name->p;
    us->Length = us->MaximumLength = (USHORT)(2 * name->n);
    oa->Length = sizeof(*oa);
    oa->RootDirectory = name->root;
    oa->ObjectName = us;
    oa->SecurityDescriptor = (void *)name->sd;
    oa->Attributes = (name->case_sensitive ? 0 : OBJ_CASE_INSENSITIVE) | (inherit ? OBJ_INHERIT : 0);
}

static ACCESS_MASK access_of(unsigned how)
{
    ACCESS_MASK a = FILE_READ_ATTRIBUTES | READ_CONTROL | SYNCHRONIZE;

    if (how & NT_O_READ)
        a |= FILE_GENERIC_READ;
    if (how & NT_O_WRITE)
        a |= FILE_GENERIC_WRITE;
    if (how & NT_O_APPEND)
        a &= ~(ACCESS_MASK)FILE_WRITE_DATA;
    if (how & NT_O_ATTR)
        a |= FILE_WRITE_ATTRIBUTES;
    if (how & NT_O_DELETE)
        a |= DELETE;
    if (how & NT_O_DAC)
        a |= WRITE_DAC;
    if (how & NT_O_OWNER)
        a |= WRITE_OWNER;
    return a;
}

static ULONG options_of(unsigned how)
{
    ULONG o = FILE_SYNCHRONOUS_IO_NONALERT | FILE_OPEN_FOR_BACKUP_INTENT;

    if (how & NT_O_DIR)
        o |= FILE_DIRECTORY_FILE;
    if (how & NT_O_NODIR)
        o |= FILE_NON_DIRECTORY_FILE;
    if (how & (NT_O_DELETE | NT_O_REPARSE))
        o |= FILE_OPEN_REPARSE_POINT;
    if (how & NT_O_DIRECT)
        o |= FILE_WRITE_THROUGH;
    return o;
}

int nt_file_open(const struct nt_name *name, unsigned how, enum nt_disposition disp, uint32_t attr,
                 handle_t *out)
{
    static const ULONG dispositions[] = {
        [NT_OPEN_EXISTING] = FILE_OPEN, [NT_CREATE_NEW] = FILE_CREATE, [NT_OPEN_OR_CREATE] = FILE_OPEN_IF,
    };
    ULONG share = how & NT_O_ALONE ? 0 : FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    OBJECT_ATTRIBUTES oa;
    IO_STATUS_BLOCK io;
    UNICODE_STRING us;
    NTSTATUS st;

    if (name->n > 32766)
        return -ENAMETOOLONG;
    nt_name_object(&oa, &us, name, how & NT_O_INHERIT);
    st = NtCreateFile(out, access_of(how), &oa, &io, NULL, attr ? attr : FILE_ATTRIBUTE_NORMAL, share,
                      dispositions[disp], options_of(how), NULL, 0);
    if (!NT_OK(st)) {
        *out = NULL;
        return nt_fail(st);
    }
    return io.Information == FILE_CREATED;
}

int nt_file_reopen(handle_t h, unsigned how, handle_t *out)
{
    static const uint16_t empty[1];
    struct nt_name self_name = { .p = empty, .n = 0, .root = h };
    FILE_INTERNAL_INFORMATION a, b;
    IO_STATUS_BLOCK io;
    int r = nt_file_open(&self_name, how, NT_OPEN_EXISTING, 0, out);

    if (r < 0)
        return r;
    /* Wine opens what bears the name that the file had when it was opened. */
    if (NT_OK(NtQueryInformationFile(h, &io, &a, sizeof(a), FileInternalInformation))
        && NT_OK(NtQueryInformationFile(*out, &io, &b, sizeof(b), FileInternalInformation))
        && a.IndexNumber.QuadPart == b.IndexNumber.QuadPart)
        return 0;
    NtClose(*out);
    *out = NULL;
    return -ENOENT;
}

int nt_file_stat(handle_t h, struct nt_stat *s)
{
    FILE_BASIC_INFORMATION basic;
    FILE_STANDARD_INFORMATION std;
    FILE_INTERNAL_INFORMATION internal;
    IO_STATUS_BLOCK io;
    NTSTATUS st;

    st = NtQueryInformationFile(h, &io, &basic, sizeof(basic), FileBasicInformation);
    if (NT_OK(st))
        st = NtQueryInformationFile(h, &io, &std, sizeof(std), FileStandardInformation);
    if (NT_OK(st))
        st = NtQueryInformationFile(h, &io, &internal, sizeof(internal), FileInternalInformation);
    if (!NT_OK(st))
        return nt_fail(st);
    s->ino = (uint64_t)internal.IndexNumber.QuadPart;
    s->atime = basic.LastAccessTime.QuadPart;
    s->mtime = basic.LastWriteTime.QuadPart;
    s->ctime = basic.ChangeTime.QuadPart;
    s->btime = basic.CreationTime.QuadPart;
    s->size = (uint64_t)std.EndOfFile.QuadPart;
    s->alloc = (uint64_t)std.AllocationSize.QuadPart;
    s->attr = basic.FileAttributes;
    s->nlink = std.NumberOfLinks;
    s->dir = std.Directory;
    return 0;
}

int nt_name_stat(const struct nt_name *name, struct nt_stat *s)
{
    handle_t h;
    int r = nt_file_open(name, 0, NT_OPEN_EXISTING, 0, &h);

    if (r < 0)
        return r;
    r = nt_file_stat(h, s);
    NtClose(h);
    return r;
}

int nt_name_attr(const struct nt_name *name, struct nt_stat *s)
{
    struct nt_network_open info;
    OBJECT_ATTRIBUTES oa;
    UNICODE_STRING us;
    NTSTATUS st;

    if (name->n > 32766)
        return -ENAMETOOLONG;
    nt_name_object(&oa, &us, name, false);
    st = NtQueryFullAttributesFile(&oa, &info);
    if (!NT_OK(st))
        return nt_fail(st);
    *s = (struct nt_stat){
        .atime = info.atime, .mtime = info.mtime, .ctime = info.ctime, .btime = info.btime,
        .size = (uint64_t)info.size, .alloc = (uint64_t)info.alloc, .attr = info.attr,
        .dir = info.attr & FILE_ATTRIBUTE_DIRECTORY,
    };
    return 0;
}

enum nt_type nt_handle_type(handle_t h)
{
    struct {
        ULONG type, characteristics;
    } dev;
    IO_STATUS_BLOCK io;

    if (!NT_OK(NtQueryVolumeInformationFile(h, &io, &dev, sizeof(dev), NT_FS_DEVICE)))
        return NT_TYPE_UNKNOWN;
    switch (dev.type) {
    case FILE_DEVICE_NAMED_PIPE:
        return NT_TYPE_PIPE;
    case FILE_DEVICE_NULL:
        return NT_TYPE_NULL;
    case FILE_DEVICE_CONSOLE:
        return NT_TYPE_CONSOLE;
    case FILE_DEVICE_DISK:
    case FILE_DEVICE_DISK_FILE_SYSTEM:
    case FILE_DEVICE_CD_ROM:
    case FILE_DEVICE_CD_ROM_FILE_SYSTEM:
    case FILE_DEVICE_NETWORK_FILE_SYSTEM:
    case FILE_DEVICE_VIRTUAL_DISK:
        return NT_TYPE_DISK;
    default:
        return NT_TYPE_CHAR;
    }
}

bool nt_handle_sync(handle_t h)
{
    IO_STATUS_BLOCK io;
    ULONG mode;

    return NT_OK(NtQueryInformationFile(h, &io, &mode, sizeof(mode), NT_FILE_MODE))
           && mode & (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT);
}

int nt_handle_access(handle_t h)
{
    struct {
        ULONG attributes;
        ACCESS_MASK access;
        ULONG counts[12];
    } info;

    if (!NT_OK(NtQueryObject(h, ObjectBasicInformation, &info, sizeof(info), NULL)))
        return 0;
    return (info.access & FILE_READ_DATA ? 1 : 0)
           | (info.access & (FILE_WRITE_DATA | FILE_APPEND_DATA) ? 2 : 0);
}

int nt_volume_serial(handle_t h, uint32_t *serial)
{
    struct {
        LARGE_INTEGER created;
        ULONG serial, label_len;
        BOOLEAN objects;
        WCHAR label[64];
    } info;
    IO_STATUS_BLOCK io;
    NTSTATUS st = NtQueryVolumeInformationFile(h, &io, &info, sizeof(info), NT_FS_VOLUME);

    /* An overflow only means a long label: the number is there. */
    if (!NT_OK(st) && st != STATUS_BUFFER_OVERFLOW)
        return nt_fail(st);
    *serial = info.serial;
    return 0;
}

int nt_volume_info(handle_t h, struct nt_volume *v)
{
    struct {
        LARGE_INTEGER total, avail, free;
        ULONG sectors, bytes;
    } size;
    struct {
        ULONG attr, name_max, name_len;
        WCHAR name[32];
    } attr;
    IO_STATUS_BLOCK io;
    NTSTATUS st = NtQueryVolumeInformationFile(h, &io, &size, sizeof(size), NT_FS_FULL_SIZE);

    if (!NT_OK(st))
        return nt_fail(st);
    st = NtQueryVolumeInformationFile(h, &io, &attr, sizeof(attr), NT_FS_ATTRIBUTE);
    if (!NT_OK(st) && st != STATUS_BUFFER_OVERFLOW)
        return nt_fail(st);
    *v = (struct nt_volume){
        .unit = (uint64_t)size.sectors * size.bytes,
        .total = (uint64_t)size.total.QuadPart,
        .free = (uint64_t)size.free.QuadPart,
        .avail = (uint64_t)size.avail.QuadPart,
        .name_max = attr.name_max,
        .readonly = attr.attr & FILE_READ_ONLY_VOLUME,
        .case_sensitive = attr.attr & FILE_CASE_SENSITIVE_SEARCH,
        .acls = attr.attr & FILE_PERSISTENT_ACLS,
        .links = attr.attr & NT_SUPPORTS_HARD_LINKS,
    };
    return nt_volume_serial(h, &v->serial);
}

bool nt_volume_has_ids(handle_t h, bool *acls)
{
    struct {
        ULONG attr, name_max, name_len;
        WCHAR name[32];
    } info;
    IO_STATUS_BLOCK io;

    *acls = true;
    if (!NT_OK(NtQueryVolumeInformationFile(h, &io, &info, sizeof(info), NT_FS_ATTRIBUTE)))
        return true;
    *acls = info.attr & FILE_PERSISTENT_ACLS;
    /* FAT and its relatives number files by where their entry stands: a rename gives another one. */
    return !(info.name_len >= 6 && info.name[0] == 'F' && info.name[1] == 'A' && info.name[2] == 'T')
           && !(info.name_len >= 10 && info.name[0] == 'e' && info.name[1] == 'x' && info.name[2] == 'F');
}

int nt_volume_type(const struct nt_name *name, char *out, size_t size)
{
    struct {
        ULONG attr, name_max, name_len;
        WCHAR name[32];
    } info;
    IO_STATUS_BLOCK io;
    NTSTATUS st;
    size_t n;
    handle_t h;
    int r = nt_file_open(name, 0, NT_OPEN_EXISTING, 0, &h);

    if (r < 0)
        return r;
    st = NtQueryVolumeInformationFile(h, &io, &info, sizeof(info), NT_FS_ATTRIBUTE);
    NtClose(h);
    if (!NT_OK(st))
        return nt_fail(st);
    for (n = 0; n < info.name_len / 2 && n + 1 < size; n++) {
        WCHAR c = info.name[n];

        out[n] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c < 127 && c > ' ' ? c : '?');
    }
    out[n] = 0;
    return n ? 0 : -ENOSYS;
}

/* The Win32 style name that Windows gives (\Device\HarddiskVolume1\x) is no use for opening again
 * under Wine, and Wine's is \??\ already: so ask for whichever is there and let the caller judge. */
int nt_handle_name(handle_t h, struct wbuf *out)
{
    size_t room = 1024;

    for (;;) {
        UNICODE_STRING *us = rt_alloc(room);
        ULONG need = 0;
        NTSTATUS st;

        if (!us)
            return -ENOMEM;
        st = NtQueryObject(h, (OBJECT_INFORMATION_CLASS)1 /* ObjectNameInformation */, us, (ULONG)room,
                           &need);
        if (NT_OK(st))
            wbuf_put(out, (const uint16_t *)us->Buffer, us->Length / 2);
        rt_free(us);
        if (NT_OK(st))
            return wbuf_err(out);
        if (need <= room || need > 1 << 17)
            return nt_fail(st);
        room = need;
    }
}
