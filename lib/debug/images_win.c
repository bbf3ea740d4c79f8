/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The images of a process: which file belongs to an address, and the file's symbols, read at the first
 * look-up. See debug.h.
 */
#ifdef _WIN32
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "lib/debug/debug.h"
#include "lib/debug/dwarf.h"
#include "lib/debug/symtab.h"
#include "lib/text/utf.h"
#include "lib/tool/out.h"

struct mapped {
    const void *bytes; /* NULL: cannot be read */
    size_t size;
};

struct image {
    uint64_t base, size;
    char *path;
    const char *name; /* in path */
    bool looked;      /* what follows is filled in */
    bool replaced;    /* the file is another build than what was loaded */
    uint64_t linked;  /* base that the linker assumed */
    struct mapped file, debug;
    struct symtab symbols;
    struct dwarf_file *dwarf;
};

struct debug_images {
    struct image *v; /* by base */
    size_t n, cap;
    debug_read_fn read; /* the process's memory, NULL: not to be had */
    void *read_arg;
};

struct debug_images *debug_images_new(void)
{
    struct debug_images *m = tool_realloc(NULL, sizeof *m);

    memset(m, 0, sizeof *m);
    return m;
}

static void unmap(struct mapped *f)
{
    if (f->bytes)
        UnmapViewOfFile(f->bytes);
    f->bytes = NULL;
}

static void clear(struct image *im)
{
    if (im->dwarf)
        dwarf_file_close(im->dwarf);
    if (im->looked)
        symtab_free(&im->symbols);
    unmap(&im->file);
    unmap(&im->debug);
    tool_realloc(im->path, 0);
}

void debug_images_free(struct debug_images *m)
{
    for (size_t i = 0; i < m->n; i++)
        clear(&m->v[i]);
    tool_realloc(m->v, 0);
    tool_realloc(m, 0);
}

static const char *base_name(const char *path)
{
    const char *s = path;

    for (; *path; path++)
        if (*path == '\\' || *path == '/')
            s = path + 1;
    return s;
}

void debug_images_add(struct debug_images *m, uint64_t base, uint64_t size, const char *path)
{
    size_t i = m->n, len = strlen(path) + 1;
    struct image im = { .base = base, .size = size };

    im.path = tool_realloc(NULL, len);
    memcpy(im.path, path, len);
    im.name = base_name(im.path);
    while (i && m->v[i - 1].base >= base)
        i--;
    if (i < m->n && m->v[i].base == base) {
        if (m->v[i].size == size && !strcmp(m->v[i].path, path)) {
            tool_realloc(im.path, 0);
            return; /* what was read of it stays */
        }
        clear(&m->v[i]);
    } else {
        if (m->n == m->cap) {
            m->cap = m->cap ? m->cap * 2 : 32;
            m->v = tool_realloc(m->v, m->cap * sizeof *m->v);
        }
        memmove(m->v + i + 1, m->v + i, (m->n - i) * sizeof *m->v);
        m->n++;
    }
    m->v[i] = im;
}

static struct image *find(const struct debug_images *m, uint64_t addr)
{
    for (size_t i = 0; i < m->n; i++)
        if (addr >= m->v[i].base && addr - m->v[i].base < m->v[i].size)
            return &m->v[i];
    return NULL;
}

const char *debug_image_of(const struct debug_images *m, uint64_t addr, uint64_t *base)
{
    const struct image *im = find(m, addr);

    if (!im)
        return NULL;
    *base = im->base;
    return im->path;
}

static bool map_file(const char *path, struct mapped *f)
{
    LARGE_INTEGER size;
    struct wbuf name;
    HANDLE file, section;

    wbuf_init(&name, tool_realloc, NULL, 0);
    utf8_to_wide(&name, path, strlen(path));
    wbuf_putc(&name, 0);
    file = CreateFileW((const WCHAR *)name.p, GENERIC_READ,
                       FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL);
    wbuf_free(&name);
    if (file == INVALID_HANDLE_VALUE)
        return false;
    if (GetFileSizeEx(file, &size) && size.QuadPart > 0 && size.QuadPart < (1ll << 32)) {
        section = CreateFileMappingW(file, NULL, PAGE_READONLY, 0, 0, NULL);
        if (section) {
            f->bytes = MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);
            f->size = (size_t)size.QuadPart;
            CloseHandle(section);
        }
    }
    CloseHandle(file);
    return f->bytes != NULL;
}

/* The file that the image's link names, if it is the right one. */
static void find_debug_file(struct image *im)
{
    static const char *const places[] = { "", ".debug\\", "..\\usr\\lib\\debug\\bin\\",
                                          "..\\lib\\debug\\bin\\", "..\\..\\lib\\debug\\usr\\bin\\" };
    struct buf link, path;
    uint32_t crc;

    buf_init(&link, tool_realloc, NULL, 0);
    buf_init(&path, tool_realloc, NULL, 0);
    if (symtab_debug_link(im->file.bytes, im->file.size, &link, &crc) == 0
        && !strpbrk(link.p, "/\\:")) { /* a name, and no way to somewhere else */
        for (size_t i = 0; i < sizeof places / sizeof *places && !im->debug.bytes; i++) {
            buf_cut(&path, 0);
            buf_put(&path, im->path, (size_t)(im->name - im->path));
            buf_puts(&path, places[i]);
            buf_puts(&path, link.p);
            if (map_file(path.p, &im->debug) && symtab_crc(im->debug.bytes, im->debug.size) != crc)
                unmap(&im->debug);
        }
    }
    buf_free(&link);
    buf_free(&path);
}

void debug_images_memory(struct debug_images *m, debug_read_fn read, void *arg)
{
    m->read = read;
    m->read_arg = arg;
}

const char *debug_images_replaced(const struct debug_images *m, size_t *i)
{
    while (*i < m->n)
        if (m->v[(*i)++].replaced)
            return m->v[*i - 1].path;
    return NULL;
}

/* Linkers write their time, or a hash of the output, into the headers, which the loader maps as they are. */
static bool same_build(const struct debug_images *m, const struct image *im, const struct pe *file)
{
    unsigned char head[4096];
    struct pe loaded;

    if (!m->read || m->read(m->read_arg, im->base, head, sizeof head) < 0
        || pe_open_mem(&loaded, head, sizeof head, 1) < 0)
        return true; /* nothing tells otherwise */
    return loaded.timestamp == file->timestamp && loaded.image_size == file->image_size
           && loaded.checksum == file->checksum;
}

static void look(const struct debug_images *m, struct image *im)
{
    struct pe pe;

    if (im->looked)
        return;
    im->looked = true;
    im->linked = im->base;
    symtab_init(&im->symbols, tool_realloc);
    if (!map_file(im->path, &im->file) || pe_open_mem(&pe, im->file.bytes, im->file.size, 0) < 0)
        return;
    im->linked = pe.image_base;
    if (!same_build(m, im, &pe)) {
        im->replaced = true;
        im->linked = im->base;
        unmap(&im->file);
        return;
    }
    im->dwarf = dwarf_file_open(im->file.bytes, im->file.size);
    if (!im->dwarf) {
        find_debug_file(im);
        if (im->debug.bytes) {
            im->dwarf = dwarf_file_open(im->debug.bytes, im->debug.size);
            symtab_read(&im->symbols, im->debug.bytes, im->debug.size);
        }
    }
    if (!im->symbols.n)
        symtab_read(&im->symbols, im->file.bytes, im->file.size);
}

uint64_t debug_symbol(struct debug_images *m, uint64_t base, const char *name)
{
    struct image *im = find(m, base);
    uint32_t rva;

    if (!im || im->base != base)
        return 0;
    look(m, im);
    rva = symtab_rva(&im->symbols, name);
    return rva ? im->base + rva : 0;
}

int debug_image_bytes(struct debug_images *m, uint64_t addr, void *buf, size_t n)
{
    struct image *im = find(m, addr);
    struct pe pe;

    if (!im || n > im->size - (addr - im->base))
        return -1;
    look(m, im);
    if (!im->file.bytes || pe_open_mem(&pe, im->file.bytes, im->file.size, 0) < 0)
        return -1;
    return pe_read_rva(&pe, (uint32_t)(addr - im->base), buf, n) < 0 ? -1 : 0;
}

int debug_lookup(struct debug_images *m, uint64_t addr, bool caller, const struct debug_frame *frame,
                 debug_place_fn fn, void *arg)
{
    struct image *im = find(m, addr);
    struct debug_place p = { 0 };
    uint64_t at = addr - (caller ? 1 : 0), slide;
    int r = 0;

    if (!im)
        return fn(arg, &p);
    look(m, im);
    p.module = im->name;
    p.base = im->base;
    slide = im->base - im->linked;
    if (im->dwarf && dwarf_file_lookup(im->dwarf, at - slide, slide, frame, &p, fn, arg, &r))
        return r;
    /* the line may be known, of assembler */
    p.function = symtab_find(&im->symbols, (uint32_t)(at - im->base), &p.offset);
    if (p.function && caller)
        p.offset++;
    return fn(arg, &p);
}
#else
typedef int images_win_unused;
#endif
