/* SPDX-License-Identifier: BSD-2-Clause */
/* Recorders: those of running processes, by the installation's index, and those that were kept in files
 * when their process ended abnormally. All are mapped read-only. */
#include <stdlib.h>
#include <string.h>

#include "lib/path/mounts_win.h"
#include "lib/text/utf.h"
#include "strace.h"

struct proc_tree *rings_tree(void)
{
    static struct proc_tree tree;
    static bool open;

    if (open && !tree.index) { /* nothing had run there */
        proc_tree_close(&tree);
        open = false;
    }
    if (!open && proc_tree_open(&tree, NULL, 0) < 0 && !cfg.wait) /* --wait: the first process may just be making it */
        tool_die(EXIT_FAILED, "cannot look at the processes of this tree: %s",
                 tree.why ? tree.why : "unknown reason");
    open = true;
    return &tree;
}

static int start(struct ring *r)
{
    struct trace_geometry g;

    if (trace_reader_open(&r->reader, r->region, r->size, false) < 0)
        return -1;
    g = r->reader.g;
    if (!r->winpid)
        r->winpid = r->region->owner;
    if (!r->pid)
        r->pid = g.members[0].pid;
    return 0;
}

int ring_open(struct ring *r, uint32_t winpid, int32_t pid)
{
    const void *view;
    char name[32];

    memset(r, 0, sizeof *r);
    r->winpid = winpid;
    r->pid = pid;
    snprintf(name, sizeof name, "ring.%u", (unsigned)winpid);
    if (proc_section(rings_tree(), name, &view, &r->size) < 0)
        return -1;
    r->region = (struct trace_region *)(uintptr_t)view;
    if (start(r) < 0) {
        proc_section_close(view);
        return -1;
    }
    r->process = OpenProcess(SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION, FALSE, winpid);
    return 0;
}

int ring_open_file(struct ring *r, const wchar_t *file, const char **why)
{
    HANDLE f = CreateFileW(file, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                           OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    LARGE_INTEGER size = { 0 };
    HANDLE map;

    memset(r, 0, sizeof *r);
    if (f == INVALID_HANDLE_VALUE) {
        *why = error_text(GetLastError());
        return -1;
    }
    GetFileSizeEx(f, &size);
    map = size.QuadPart ? CreateFileMappingW(f, NULL, PAGE_READONLY, 0, 0, NULL) : NULL;
    r->mapped = map ? MapViewOfFile(map, FILE_MAP_READ, 0, 0, 0) : NULL;
    *why = r->mapped ? "it is no recorder" : size.QuadPart ? error_text(GetLastError()) : "it is empty";
    if (map)
        CloseHandle(map);
    CloseHandle(f);
    if (!r->mapped)
        return -1;
    r->region = r->mapped;
    r->size = (size_t)size.QuadPart;
    r->ended = true;
    if (r->size < sizeof *r->region || start(r) < 0) {
        UnmapViewOfFile(r->mapped);
        return -1;
    }
    if (r->region->pid)
        r->pid = r->region->pid;
    return 0;
}

void ring_close(struct ring *r)
{
    trace_reader_close(&r->reader);
    if (r->mapped)
        UnmapViewOfFile(r->mapped);
    else if (r->region)
        proc_section_close(r->region);
    if (r->ctl)
        proc_section_close(r->ctl);
    if (r->process)
        CloseHandle(r->process);
    memset(r, 0, sizeof *r);
}

/* ---- several at once ---- */

/* What they have, until it is in order. */
struct gathered {
    struct held {
        struct trace_record r;
        size_t at; /* of its payload in `bytes` */
        size_t number;
    } *v;
    size_t n, cap;
    struct buf bytes;
};

static int gather(void *arg, const struct trace_record *r)
{
    struct gathered *g = arg;

    if (g->n == g->cap) {
        g->cap = g->cap ? g->cap * 2 : 1024;
        g->v = tool_realloc(g->v, g->cap * sizeof *g->v);
    }
    g->v[g->n] = (struct held){ *r, g->bytes.len, g->n };
    g->n++;
    buf_put(&g->bytes, r->payload, r->size);
    return 0;
}

static int by_time(const void *a, const void *b)
{
    const struct held *x = a, *y = b;

    if (x->r.tsc != y->r.tsc)
        return x->r.tsc < y->r.tsc ? -1 : 1;
    return x->number < y->number ? -1 : 1;
}

int rings_read(struct ring *r, size_t n, uint64_t horizon, trace_record_fn fn, void *arg)
{
    struct gathered g = { 0 };
    int result = 0;

    buf_init(&g.bytes, tool_realloc, NULL, 0);
    for (size_t i = 0; i < n; i++) {
        if (r[i].ended)
            trace_reader_dead(&r[i].reader, r[i].winpid);
        if (trace_reader_poll(&r[i].reader) < 0)
            tool_die(EXIT_FAILED, "out of memory");
        trace_reader_emit(&r[i].reader, horizon, gather, &g);
    }
    if (g.n)
        qsort(g.v, g.n, sizeof *g.v, by_time);
    for (size_t i = 0; i < g.n && !result; i++) {
        g.v[i].r.payload = (uint8_t *)g.bytes.p + g.v[i].at;
        result = fn(arg, &g.v[i].r);
    }
    buf_free(&g.bytes);
    tool_realloc(g.v, 0);
    return result;
}

/* ---- kept ones ---- */

static void kept_folder(struct buf *b)
{
    if (mounts_tree_root(b) < 0)
        tool_die(EXIT_FAILED, "this program is not in the bin folder of a tree");
    buf_puts(b, "\\var\\log\\isthmus\\");
}

static char *field(char **line)
{
    char *s = *line, *end = s + strcspn(s, "\t");

    *line = *end ? end + 1 : end;
    *end = 0;
    return s;
}

static bool exists(const char *name)
{
    struct wbuf w;
    DWORD a;

    wbuf_init(&w, tool_realloc, NULL, 0);
    utf8_to_wide(&w, name, strlen(name));
    wbuf_putc(&w, 0);
    a = GetFileAttributesW((wchar_t *)w.p);
    wbuf_free(&w);
    return a != INVALID_FILE_ATTRIBUTES;
}

static void kept_line(struct kept **v, size_t *n, const char *folder, char *line)
{
    struct kept k = { 0 };
    struct buf name;
    char *file;

    k.time = strtoull(field(&line), NULL, 10);
    k.pid = atoi(field(&line));
    k.ppid = atoi(field(&line));
    k.winpid = (uint32_t)strtoul(field(&line), NULL, 10);
    k.status = atoi(field(&line));
    file = field(&line);
    if (!*file || strpbrk(file, "\\/:"))
        return;
    buf_init(&name, tool_realloc, NULL, 0);
    buf_puts(&name, folder);
    buf_puts(&name, file);
    if (!exists(name.p)) {
        buf_free(&name);
        return;
    }
    k.file = name.p;
    k.program = _strdup(line);
    *v = tool_realloc(*v, (*n + 1) * sizeof **v);
    (*v)[(*n)++] = k;
}

static char *file_read(const wchar_t *name)
{
    FILE *f = _wfopen(name, L"rb");
    struct buf b;
    char part[4096];
    size_t n;

    if (!f)
        return NULL;
    buf_init(&b, tool_realloc, NULL, 0);
    while ((n = fread(part, 1, sizeof part, f)) > 0)
        buf_put(&b, part, n);
    fclose(f);
    return b.p;
}

static void kept_user(struct kept **v, size_t *n, const char *user)
{
    struct buf folder, index;
    struct wbuf w;
    char *text, *line, *next;

    buf_init(&folder, tool_realloc, NULL, 0);
    buf_init(&index, tool_realloc, NULL, 0);
    wbuf_init(&w, tool_realloc, NULL, 0);
    kept_folder(&folder);
    buf_puts(&folder, user);
    buf_putc(&folder, '\\');
    buf_puts(&index, folder.p);
    buf_puts(&index, "index");
    utf8_to_wide(&w, index.p, index.len);
    wbuf_putc(&w, 0);
    text = file_read((wchar_t *)w.p);
    for (line = text; line && *line; line = next) {
        next = line + strcspn(line, "\n");
        if (*next)
            *next++ = 0;
        kept_line(v, n, folder.p, line);
    }
    tool_realloc(text, 0);
    wbuf_free(&w);
    buf_free(&folder);
    buf_free(&index);
}

static int newest_first(const void *a, const void *b)
{
    const struct kept *x = a, *y = b;

    return x->time > y->time ? -1 : x->time < y->time;
}

size_t kept_list(struct kept **out)
{
    WIN32_FIND_DATAW d;
    struct buf folder;
    struct wbuf w;
    HANDLE h;
    size_t n = 0;

    *out = NULL;
    buf_init(&folder, tool_realloc, NULL, 0);
    wbuf_init(&w, tool_realloc, NULL, 0);
    kept_folder(&folder);
    buf_putc(&folder, '*');
    utf8_to_wide(&w, folder.p, folder.len);
    wbuf_putc(&w, 0);
    h = FindFirstFileW((wchar_t *)w.p, &d);
    if (h != INVALID_HANDLE_VALUE) {
        do {
            if (d.cFileName[0] != L'.' && d.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) {
                buf_cut(&folder, 0);
                wide_to_utf8_text(&folder, (uint16_t *)d.cFileName, wcslen(d.cFileName));
                kept_user(out, &n, folder.p);
            }
        } while (FindNextFileW(h, &d));
        FindClose(h);
    }
    if (n)
        qsort(*out, n, sizeof **out, newest_first);
    buf_free(&folder);
    wbuf_free(&w);
    return n;
}
