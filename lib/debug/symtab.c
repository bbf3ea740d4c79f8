/* SPDX-License-Identifier: BSD-2-Clause */
/* Symbol tables of PE files; see symtab.h. Follows Microsoft's "PE Format", COFF symbol table. */
#include "lib/debug/symtab.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/pe/pe_int.h"

#define SYMBOL_SIZE 18
#define CLASS_EXTERNAL 2
#define CLASS_STATIC   3
#define TYPE_FUNCTION  0x20

void symtab_init(struct symtab *t, void *(*realloc)(void *old, size_t size))
{
    memset(t, 0, sizeof *t);
    t->realloc = realloc;
    buf_init(&t->names, realloc, NULL, 0);
}

void symtab_free(struct symtab *t)
{
    if (t->cap)
        t->realloc(t->v, 0);
    buf_free(&t->names);
    t->v = NULL;
    t->n = t->cap = 0;
}

static int add(struct symtab *t, uint32_t rva, const char *name, size_t len)
{
    if (t->n == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 512;
        struct symtab_entry *v = t->realloc(t->v, cap * sizeof *v);

        if (!v)
            return -ENOMEM;
        t->v = v;
        t->cap = cap;
    }
    t->v[t->n].rva = rva;
    t->v[t->n++].name = (uint32_t)t->names.len;
    buf_put(&t->names, name, len);
    buf_putc(&t->names, 0);
    return buf_err(&t->names);
}

/* The file's symbol table: records, and the strings behind them. */
struct coff {
    const unsigned char *sym, *str;
    size_t nsym, str_size;
};

static bool find_table(const unsigned char *p, size_t size, struct coff *c)
{
    uint32_t at, off, n;

    if (size < 64 || p[0] != 'M' || p[1] != 'Z')
        return false;
    at = pe_u32(p + 60);
    if (at > size || size - at < 24)
        return false;
    off = pe_u32(p + at + 12);
    n = pe_u32(p + at + 16);
    if (!off || off > size || n > (size - off) / SYMBOL_SIZE)
        return false;
    c->sym = p + off;
    c->nsym = n;
    c->str = c->sym + (size_t)n * SYMBOL_SIZE;
    c->str_size = size - off - (size_t)n * SYMBOL_SIZE;
    return true;
}

/* A string of the string table or of at most 8 bytes in place. */
static const char *coff_name(const struct coff *c, const unsigned char *field, size_t *len)
{
    const unsigned char *s = field, *end;
    size_t room = 8;

    if (!pe_u32(field)) {
        uint32_t off = pe_u32(field + 4);

        if (off < 4 || off >= c->str_size)
            return NULL;
        s = c->str + off;
        room = c->str_size - off;
    }
    end = memchr(s, 0, room);
    *len = end ? (size_t)(end - s) : room;
    return (const char *)s;
}

static int read_coff(struct symtab *t, struct pe *pe, const struct coff *c)
{
    for (size_t i = 0; i < c->nsym; i++) {
        const unsigned char *s = c->sym + i * SYMBOL_SIZE;
        unsigned section = pe_u16(s + 12), class = s[16], aux = s[17];
        struct pe_section sec;
        const char *name;
        size_t len;

        i += aux;
        if (!section || section > pe->sections || (class != CLASS_EXTERNAL && class != CLASS_STATIC)
            || (class == CLASS_STATIC && aux && pe_u16(s + 14) != TYPE_FUNCTION))
            continue;
        if (pe_section(pe, section - 1, &sec) < 0 || !(sec.flags & (PE_SECTION_CODE | PE_SECTION_EXEC)))
            continue;
        name = coff_name(c, s, &len);
        if (name && len && *name != '.' && add(t, sec.rva + pe_u32(s + 8), name, len) < 0)
            return -ENOMEM;
    }
    return 0;
}

static int on_export(void *arg, const char *name, uint32_t ordinal, uint32_t rva, const char *forward)
{
    (void)ordinal;
    return forward ? 0 : add(arg, rva, name, strlen(name));
}

static int by_rva(const void *a, const void *b)
{
    const struct symtab_entry *x = a, *y = b;

    if (x->rva != y->rva)
        return x->rva < y->rva ? -1 : 1;
    return (x->name > y->name) - (x->name < y->name);
}

int symtab_read(struct symtab *t, const void *file, size_t size)
{
    struct coff c;
    struct pe pe;
    int r = pe_open_mem(&pe, file, size, 0);

    if (r < 0)
        return -ENOEXEC;
    if (find_table(file, size, &c))
        r = read_coff(t, &pe, &c);
    if (r == 0 && !t->n && pe.dir[PE_DIR_EXPORT].size && pe_exports(&pe, on_export, t) == -ENOMEM)
        r = -ENOMEM;
    if (t->n)
        qsort(t->v, t->n, sizeof *t->v, by_rva);
    return r;
}

const char *symtab_find(const struct symtab *t, uint32_t rva, uint64_t *offset)
{
    size_t low = 0, n = t->n;

    while (n) {
        size_t half = n / 2;

        if (t->v[low + half].rva <= rva) {
            low += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    if (!low)
        return NULL;
    while (low > 1 && t->v[low - 2].rva == t->v[low - 1].rva)
        low--; /* of several names the one that stands first in the file */
    *offset = rva - t->v[low - 1].rva;
    return t->names.p + t->v[low - 1].name;
}

uint32_t symtab_rva(const struct symtab *t, const char *name)
{
    for (size_t i = 0; i < t->n; i++)
        if (!strcmp(t->names.p + t->v[i].name, name))
            return t->v[i].rva;
    return 0;
}

uint32_t symtab_crc(const void *file, size_t size)
{
    const unsigned char *p = file;
    uint32_t table[256], crc = ~0u;

    for (uint32_t i = 0; i < 256; i++) {
        table[i] = i;
        for (int bit = 0; bit < 8; bit++)
            table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320u : 0);
    }
    while (size--)
        crc = crc >> 8 ^ table[(crc ^ *p++) & 0xff];
    return ~crc;
}

int symtab_section(const void *file, size_t size, struct pe *pe, uint32_t i, struct pe_section *s,
                   const char **name, size_t *len)
{
    const char *end;
    struct coff c;

    if (pe_section(pe, i, s) < 0)
        return -ENOEXEC;
    *name = s->name;
    *len = strlen(s->name);
    if (*s->name != '/' || !find_table(file, size, &c))
        return 0;
    /* a long name is the number of a byte in the strings */
    unsigned long off = strtoul(s->name + 1, NULL, 10);

    if (off < 4 || off >= c.str_size)
        return 0;
    *name = (const char *)c.str + off;
    end = memchr(*name, 0, c.str_size - off);
    *len = end ? (size_t)(end - *name) : 0;
    return 0;
}

/* The section's contents: a name, zeros up to a multiple of 4, the checksum. */
static int parse_link(const unsigned char *p, size_t size, struct buf *name, uint32_t *crc)
{
    const unsigned char *end = memchr(p, 0, size);
    size_t len = end ? (size_t)(end - p) : 0, at = (len + 4) & ~(size_t)3;

    if (!len || at + 4 > size)
        return -ENOENT;
    *crc = pe_u32(p + at);
    buf_put(name, p, len);
    return buf_err(name);
}

int symtab_debug_link(const void *file, size_t size, struct buf *name, uint32_t *crc)
{
    struct pe pe;

    if (pe_open_mem(&pe, file, size, 0) < 0)
        return -ENOENT;
    for (uint32_t i = 0; i < pe.sections; i++) {
        struct pe_section s;
        const char *text;
        size_t len;

        if (symtab_section(file, size, &pe, i, &s, &text, &len) < 0)
            return -ENOENT;
        /* where there is no symbol table names are cut to 8 bytes */
        if (len < 8 || memcmp(text, ".gnu_debuglink", len > 14 ? 14 : len))
            continue;
        if (s.off > size || s.raw_size > size - s.off)
            return -ENOENT;
        return parse_link((const unsigned char *)file + s.off, s.raw_size, name, crc);
    }
    return -ENOENT;
}
