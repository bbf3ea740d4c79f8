/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The process table on Windows: opens the installation's sections read-only and joins them with the
 * system's list of processes. For native tools.
 */
#ifdef _WIN32
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <winternl.h>
#include <ntstatus.h>

#include "lib/abi/names.h"
#include "lib/proc/proc.h"
#include "lib/proc/win_int.h"
#include "lib/text/utf.h"
#include "lib/tool/out.h"

#define DIRECTORY_QUERY_TRAVERSE 3
#define DIRECTORY_CREATE 4
#define SYSTEM_PROCESSES 5
#define VIEW_UNMAP 2

NTSTATUS NTAPI NtOpenDirectoryObject(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);
NTSTATUS NTAPI NtCreateDirectoryObject(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);
NTSTATUS NTAPI NtCreateSection(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, PLARGE_INTEGER, ULONG, ULONG, HANDLE);
NTSTATUS NTAPI NtOpenMutant(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);
NTSTATUS NTAPI NtOpenEvent(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);
NTSTATUS NTAPI NtOpenSection(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);
NTSTATUS NTAPI NtMapViewOfSection(HANDLE, HANDLE, PVOID *, ULONG_PTR, SIZE_T, PLARGE_INTEGER, PSIZE_T,
                                  ULONG, ULONG, ULONG);
NTSTATUS NTAPI NtUnmapViewOfSection(HANDLE, PVOID);

/* SYSTEM_PROCESS_INFORMATION, as far as it is needed. */
struct system_process {
    ULONG next, threads;
    LARGE_INTEGER reserved[3];
    LARGE_INTEGER created, user, kernel;
    UNICODE_STRING name;
    LONG priority;
    HANDLE pid, parent;
    ULONG handles, session;
    ULONG_PTR reserved2;
    SIZE_T vsz_peak, vsz;
    ULONG faults;
    SIZE_T rss_peak, rss;
};
_Static_assert(offsetof(struct system_process, rss) == 144, "layout");

static void object(OBJECT_ATTRIBUTES *oa, UNICODE_STRING *us, WCHAR *text, HANDLE dir, const char *name)
{
    USHORT n = 0;

    for (; name[n] && n < 63; n++)
        text[n] = (unsigned char)name[n];
    us->Buffer = text;
    us->Length = us->MaximumLength = (USHORT)(n * 2);
    memset(oa, 0, sizeof *oa);
    oa->Length = sizeof *oa;
    oa->RootDirectory = dir;
    oa->ObjectName = us;
    oa->Attributes = OBJ_CASE_INSENSITIVE;
}

static int map(const struct proc_tree *tree, const char *name, bool write, void **view, size_t *size)
{
    OBJECT_ATTRIBUTES oa;
    UNICODE_STRING us;
    WCHAR text[64];
    HANDLE h;
    PVOID base = NULL;
    SIZE_T n = 0;
    NTSTATUS st;

    if (!tree->dir)
        return -ENOENT;
    object(&oa, &us, text, tree->dir, name);
    st = NtOpenSection(&h, write ? SECTION_MAP_READ | SECTION_MAP_WRITE : SECTION_MAP_READ, &oa);
    if (st >= 0) {
        st = NtMapViewOfSection(h, GetCurrentProcess(), &base, 0, 0, NULL, &n, VIEW_UNMAP, 0,
                                write ? PAGE_READWRITE : PAGE_READONLY);
        CloseHandle(h);
    }
    if (st < 0)
        return st == STATUS_ACCESS_DENIED ? -EACCES : -ENOENT;
    *view = base;
    *size = n;
    return 0;
}

int proc_section(const struct proc_tree *tree, const char *name, const void **view, size_t *size)
{
    void *base = NULL;
    int r = map(tree, name, false, &base, size);

    *view = base;
    return r;
}

int proc_section_rw(const struct proc_tree *tree, const char *name, void **view, size_t *size)
{
    return map(tree, name, true, view, size);
}

int proc_mutex_used(const struct proc_tree *tree, const char *name)
{
    OBJECT_ATTRIBUTES oa;
    UNICODE_STRING us;
    WCHAR text[64];
    HANDLE h;
    NTSTATUS st;

    if (!tree->dir)
        return 0;
    object(&oa, &us, text, tree->dir, name);
    st = NtOpenMutant(&h, SYNCHRONIZE, &oa);
    if (st >= 0)
        CloseHandle(h);
    return st >= 0 || st == STATUS_ACCESS_DENIED;
}

int proc_event_set(const struct proc_tree *tree, const char *name)
{
    OBJECT_ATTRIBUTES oa;
    UNICODE_STRING us;
    WCHAR text[64];
    HANDLE h;
    NTSTATUS st;

    object(&oa, &us, text, tree->dir, name);
    st = NtOpenEvent(&h, EVENT_MODIFY_STATE, &oa);
    if (st < 0)
        return st == STATUS_ACCESS_DENIED ? -EACCES : -ENOENT;
    SetEvent(h);
    CloseHandle(h);
    return 0;
}

void proc_section_close(const void *view)
{
    NtUnmapViewOfSection(GetCurrentProcess(), (PVOID)(uintptr_t)view);
}

/* The folder above the one that the tool lies in; the runtime finds its tree in the same way. */
static uint64_t own_tree(void)
{
    DWORD cap = 300, n;
    WCHAR *name = NULL;
    uint64_t hash;
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
    hash = abi_tree_hash((const uint16_t *)name, n);
    tool_realloc(name, 0);
    return hash;
}

/* The directory of a tree, made if `make`. */
static NTSTATUS directory(HANDLE *dir, uint64_t hash, bool make)
{
    OBJECT_ATTRIBUTES oa;
    UNICODE_STRING us;
    WCHAR text[64];
    char name[64];

    snprintf(name, sizeof name, ABI_DIRECTORY_PREFIX "%016llx", (unsigned long long)hash);
    object(&oa, &us, text, NULL, name);
    if (!make)
        return NtOpenDirectoryObject(dir, DIRECTORY_QUERY_TRAVERSE, &oa);
    oa.Attributes |= OBJ_OPENIF;
    return NtCreateDirectoryObject(dir, DIRECTORY_QUERY_TRAVERSE | DIRECTORY_CREATE, &oa);
}

int proc_section_make(const char *name, size_t size, bool share, void **view, void **handle)
{
    LARGE_INTEGER bytes = { .QuadPart = (LONGLONG)size };
    OBJECT_ATTRIBUTES oa;
    UNICODE_STRING us;
    WCHAR text[64];
    HANDLE dir, h;
    PVOID base = NULL;
    SIZE_T n = 0;
    NTSTATUS st = directory(&dir, own_tree(), true);

    if (st < 0)
        return -EACCES;
    object(&oa, &us, text, dir, name);
    oa.Attributes |= share ? OBJ_OPENIF : 0;
    st = NtCreateSection(&h, SECTION_MAP_READ | SECTION_MAP_WRITE, &oa, &bytes, PAGE_READWRITE, SEC_COMMIT, NULL);
    CloseHandle(dir); /* the section keeps it */
    if (st < 0)
        return st == STATUS_OBJECT_NAME_COLLISION ? -EEXIST : -EACCES;
    st = NtMapViewOfSection(h, GetCurrentProcess(), &base, 0, 0, NULL, &n, VIEW_UNMAP, 0, PAGE_READWRITE);
    if (st < 0) {
        CloseHandle(h);
        return -ENOMEM;
    }
    *view = base;
    *handle = h;
    return 0;
}

int proc_tree_open(struct proc_tree *tree, const uint16_t *root, size_t units)
{
    uint64_t hash = root ? abi_tree_hash(root, units) : own_tree();
    HANDLE dir;
    NTSTATUS st;
    int r;

    memset(tree, 0, sizeof *tree);
    st = directory(&dir, hash, false);
    if (st == STATUS_OBJECT_NAME_NOT_FOUND || st == STATUS_OBJECT_PATH_NOT_FOUND)
        return 0;
    if (st < 0) {
        tree->why = "the object directory cannot be opened";
        return -EACCES;
    }
    tree->dir = dir;
    r = proc_section(tree, "index", &tree->index, &tree->index_size);
    if (r == -ENOENT) {             /* the directory is kept by somebody, the table is empty */
        return 0;
    }
    if (r < 0) {
        tree->why = "the index of processes cannot be opened";
    } else {
        tree->slots = proc_index_check(tree->index, tree->index_size, &tree->why);
        r = tree->slots < 0 ? tree->slots : 0;
    }
    if (r < 0) {
        const char *why = tree->why;

        proc_tree_close(tree);
        tree->why = why;
    }
    return r;
}

void proc_tree_close(struct proc_tree *tree)
{
    if (tree->index)
        proc_section_close(tree->index);
    if (tree->dir)
        CloseHandle(tree->dir);
    memset(tree, 0, sizeof *tree);
}

/* The name lies in the buffer; it may end within a character of several bytes. */
static void image_name(struct proc_live *l, const UNICODE_STRING *s, const char *p, size_t size)
{
    const char *at = (const char *)s->Buffer;
    char mem[256];
    struct buf b;
    size_t n;

    *l->image = 0;
    if (at < p || (size_t)(at - p) > size || s->Length > size - (size_t)(at - p))
        return;
    buf_init(&b, tool_realloc, mem, sizeof mem);
    wide_to_utf8_text(&b, (const uint16_t *)at, s->Length / 2);
    n = b.len < sizeof l->image ? b.len : sizeof l->image - 1;
    while (n && n < b.len && ((unsigned char)b.p[n] & 0xc0) == 0x80)
        n--;
    memcpy(l->image, b.p, n);
    l->image[n] = 0;
    buf_free(&b);
}

static size_t take_system(const char *p, size_t size, struct proc_live *v, size_t room)
{
    size_t at = 0, n = 0;

    while (n < room && at + sizeof(struct system_process) <= size) {
        const struct system_process *s = (const void *)(p + at);

        v[n].winpid = (uint32_t)(uintptr_t)s->pid;
        v[n].parent = (uint32_t)(uintptr_t)s->parent;
        v[n].created = (uint64_t)s->created.QuadPart;
        v[n].user_time = (uint64_t)s->user.QuadPart;
        v[n].sys_time = (uint64_t)s->kernel.QuadPart;
        v[n].rss = s->rss;
        v[n].vsz = s->vsz;
        v[n].threads = s->threads;
        v[n].handles = s->handles;
        image_name(&v[n], &s->name, p, size);
        n++;
        if (!s->next)
            break;
        at += s->next;
    }
    return n;
}

int proc_system(struct proc_live **v, size_t *n)
{
    ULONG size = 65536, used = 0;
    char *p = NULL;
    NTSTATUS st;

    do {
        size *= 2;
        p = tool_realloc(p, size);
        st = NtQuerySystemInformation(SYSTEM_PROCESSES, p, size, &used);
    } while (st == STATUS_INFO_LENGTH_MISMATCH && size < (1u << 28));
    if (st < 0) {
        tool_realloc(p, 0);
        return -EIO;
    }
    if (used > size || !used)
        used = size;
    *n = used / sizeof(struct system_process) + 1;
    *v = tool_realloc(NULL, *n * sizeof **v);
    *n = take_system(p, used, *v, *n);
    proc_sort_live(*v, *n);
    tool_realloc(p, 0);
    return 0;
}

/* What the system knows of a Windows process. */
static void add_live(struct proc_info *info, const struct proc_live *p)
{
    info->rss = p->rss;
    info->vsz = p->vsz;
    info->live_threads = p->threads;
    if (!info->user_time && !info->sys_time) {
        info->user_time = p->user_time;
        info->sys_time = p->sys_time;
    }
}

/*
 * The process of one slot, by its section. A slot whose process does not exist yet may have none: that one
 * is not there yet.
 */
static bool read_section(const struct proc_tree *tree, const struct shm_slot *s, struct proc_info *info,
                         struct buf *text)
{
    const void *view;
    size_t size;
    char name[32];
    int r;

    if (!s->pid || s->pid > INT32_MAX)
        return false;
    snprintf(name, sizeof name, "proc.%u", s->pid);
    r = proc_section(tree, name, &view, &size);
    if (r == 0) {
        r = proc_read(view, size, s->pid, info, text);
        proc_section_close(view);
    } else {
        memset(info, 0, sizeof *info);
        info->pid = (int32_t)s->pid;
        info->why = r == -EACCES ? "another user's process" : "its section is gone";
    }
    if (r < 0) {                    /* only the index tells: enough to say that something is there */
        info->winpid = s->winpid;
        info->created = s->created;
        info->program = info->cmdline = info->cmdline_end = text->len;
        buf_putc(text, 0);
    }
    return r == 0 || s->created;
}

static int by_pid(const void *a, const void *b)
{
    const struct proc_info *x = a, *y = b;

    return (x->pid > y->pid) - (x->pid < y->pid);
}

static struct proc_info *new_info(struct proc_list *list, size_t *cap)
{
    if (list->n == *cap) {
        *cap = *cap ? *cap * 2 : 64;
        list->v = tool_realloc(list->v, *cap * sizeof *list->v);
    }
    return &list->v[list->n];
}

/* A Windows process that none of the tree's is. */
static void add_windows(struct proc_list *list, size_t *cap, size_t tree, const struct proc_live *p)
{
    struct proc_info *info;

    for (size_t i = 0; i < tree; i++)
        if (list->v[i].alive && list->v[i].winpid == p->winpid)
            return;
    info = new_info(list, cap);
    memset(info, 0, sizeof *info);
    info->windows = info->alive = 1;
    info->pid = (int32_t)p->winpid;
    info->winpid = p->winpid;
    info->ppid = (int32_t)p->parent;
    info->tty = -1;
    info->state = SHM_STATE_RUNNING;
    info->nthreads = p->threads;
    info->created = info->started = p->created;
    info->program = list->text.len;
    buf_put(&list->text, p->image, strlen(p->image) + 1);
    info->cmdline = info->cmdline_end = list->text.len;
    add_live(info, p);
    list->n++;
}

/* Everything that the index has, by its summaries or by sections. Nobody is asked what of it lives. */
static void collect(const struct proc_tree *tree, struct proc_list *list, size_t *cap, bool summaries,
                    bool whole_names)
{
    for (size_t i = 0; i < (size_t)tree->slots; i++) {
        uint32_t pid = proc_index_pid(tree->index, i);
        struct proc_info *info;
        struct shm_slot s;
        int r = -1;

        if (!pid || pid % SHM_SLOTS != i) /* that one would be listed twice */
            continue;
        info = new_info(list, cap);
        if (summaries)
            r = proc_summary_at(tree->index, tree->index_size, i, &s, info, &list->text);
        else
            s = proc_index_slot(tree->index, i);
        if (r > 0 && info->program_cut && whole_names)
            r = -1;
        if (r == 0 || (r < 0 && !read_section(tree, &s, info, &list->text)))
            continue;
        info->holder = s.holder;
        if (info->state == SHM_STATE_STARTING && s.created) { /* it has not said so itself yet */
            info->winpid = s.winpid;
            info->created = s.created;
        }
        /* Who waited for it meanwhile has given the slot back: then it is no more. */
        if (proc_index_pid(tree->index, i) == (uint32_t)info->pid)
            list->n++;
    }
    if (list->n)
        qsort(list->v, list->n, sizeof *list->v, by_pid);
}

static const struct proc_info *find_pid(const struct proc_list *list, uint32_t pid)
{
    const struct proc_info key = { .pid = (int32_t)pid };

    return pid && list->n ? bsearch(&key, list->v, list->n, sizeof key, by_pid) : NULL;
}

/* What runs, or is to be waited for by somebody who does. The system is asked after the index was read: so a
 * process that is not there has ended, and is not one that only began meanwhile. */
static void keep_living(struct proc_list *list, const struct proc_live *live, size_t nlive)
{
    size_t n = 0;

    for (size_t i = 0; i < list->n; i++) {
        struct proc_info *info = &list->v[i];
        const struct proc_live *p =
            info->winpid ? proc_find_live(live, nlive, info->winpid, info->created) : NULL;

        info->alive = p != NULL;
        if (p)
            add_live(info, p);
    }
    for (size_t i = 0; i < list->n; i++) {
        const struct proc_info *info = &list->v[i], *holder = find_pid(list, info->holder);

        list->v[i].kept = info->alive || (!info->why && holder && holder->alive);
    }
    for (size_t i = 0; i < list->n; i++)
        if (list->v[i].kept)
            list->v[n++] = list->v[i];
    list->n = n;
}

static int read_list(const struct proc_tree *tree, struct proc_list *list, bool summaries, bool check, bool all)
{
    struct proc_live *live = NULL;
    size_t nlive = 0, cap = 0, n;
    FILETIME now;
    int r;

    memset(list, 0, sizeof *list);
    buf_init(&list->text, tool_realloc, NULL, 0);
    collect(tree, list, &cap, summaries, check);
    if (check && (r = proc_system(&live, &nlive)) < 0) {
        proc_list_free(list);
        return r;
    }
    GetSystemTimeAsFileTime(&now);
    list->now = (uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime;
    if (check)
        keep_living(list, live, nlive);
    n = list->n;
    for (size_t i = 0; all && i < nlive; i++)
        if (live[i].winpid)
            add_windows(list, &cap, n, &live[i]);
    tool_realloc(live, 0);
    return 0;
}

int proc_list_read(const struct proc_tree *tree, struct proc_list *list)
{
    return read_list(tree, list, false, true, false);
}

int proc_list_summary(const struct proc_tree *tree, struct proc_list *list, int alive)
{
    return read_list(tree, list, true, alive, false);
}

int proc_list_read_all(const struct proc_tree *tree, struct proc_list *list)
{
    return read_list(tree, list, false, true, true);
}

void proc_list_free(struct proc_list *list)
{
    tool_realloc(list->v, 0);
    buf_free(&list->text);
    memset(list, 0, sizeof *list);
}
#endif
