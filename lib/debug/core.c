/* SPDX-License-Identifier: BSD-2-Clause */
/* Core files, see core.h. Follows the ELF-64 object file format. */
#include "lib/debug/core.h"

#include <errno.h>
#include <string.h>

#include "lib/pe/pe_int.h"

#define EHDR 64
#define PHDR 56
#define PAGE 4096
#define PT_LOAD 1
#define PT_NOTE 4
#define ET_CORE 4
#define EM_X86_64 62
#define SEGMENTS_MAX 65000 /* the header has 16 bits for them */

static void put16(struct buf *b, uint32_t v)
{
    buf_putc(b, (char)v);
    buf_putc(b, (char)(v >> 8));
}

static void put32(struct buf *b, uint32_t v)
{
    put16(b, v & 0xffff);
    put16(b, v >> 16);
}

static void put64(struct buf *b, uint64_t v)
{
    put32(b, (uint32_t)v);
    put32(b, (uint32_t)(v >> 32));
}

void core_note(struct buf *b, const char *name, uint32_t type, const void *part1, size_t n1,
               const void *part2, size_t n2)
{
    size_t len = strlen(name) + 1;

    put32(b, (uint32_t)len);
    put32(b, (uint32_t)(n1 + n2));
    put32(b, type);
    buf_put(b, name, len);
    buf_pad(b, 0, -len & 3);
    buf_put(b, part1, n1);
    buf_put(b, part2, n2);
    buf_pad(b, 0, -(n1 + n2) & 3);
}

static void put_phdr(struct buf *b, uint32_t type, uint32_t flags, uint64_t off, uint64_t addr,
                     uint64_t stored, uint64_t size, uint64_t align)
{
    put32(b, type);
    put32(b, flags);
    put64(b, off);
    put64(b, addr);
    put64(b, 0);
    put64(b, stored);
    put64(b, size);
    put64(b, align);
}

uint64_t core_begin(struct buf *b, const struct buf *notes, struct core_segment *v, size_t n)
{
    static const unsigned char ident[16] = { 0x7f, 'E', 'L', 'F', 2 /* 64 bits */, 1 /* little-endian */,
                                             1 };
    uint64_t off = EHDR + (n + 1) * PHDR, at = (off + notes->len + PAGE - 1) & ~(uint64_t)(PAGE - 1);

    if (n > SEGMENTS_MAX)
        return 0;
    buf_put(b, ident, sizeof ident);
    put16(b, ET_CORE);
    put16(b, EM_X86_64);
    put32(b, 1);
    put64(b, 0);
    put64(b, EHDR); /* program headers */
    put64(b, 0);
    put32(b, 0);
    put16(b, EHDR);
    put16(b, PHDR);
    put16(b, (uint32_t)n + 1);
    put16(b, 64);   /* size of a section header, of which there are none */
    put16(b, 0);
    put16(b, 0);
    put_phdr(b, PT_NOTE, 4, off, 0, notes->len, 0, 4);
    for (size_t i = 0; i < n; i++) {
        v[i].off = at;
        put_phdr(b, PT_LOAD, v[i].flags, at, v[i].base, v[i].stored, v[i].size, PAGE);
        at += (v[i].stored + PAGE - 1) & ~(uint64_t)(PAGE - 1);
    }
    buf_put(b, notes->p, notes->len);
    buf_pad(b, 0, -b->len & (PAGE - 1));
    return at;
}

int core_open(struct core *c, const void *bytes, uint64_t size)
{
    const unsigned char *p = bytes;

    memset(c, 0, sizeof *c);
    c->bytes = bytes;
    c->size = size;
    if (size < EHDR || memcmp(p, "\177ELF\2\1", 6)) {
        c->why = "no ELF file of 64 bits";
    } else if (pe_u16(p + 16) != ET_CORE || pe_u16(p + 18) != EM_X86_64) {
        c->why = "not a core of x86-64";
    } else {
        c->seg_table = pe_u64(p + 32);
        c->nseg = pe_u16(p + 56);
        if (pe_u16(p + 54) != PHDR || c->seg_table > size || c->nseg > (size - c->seg_table) / PHDR)
            c->why = "its table of segments lies outside of the file";
    }
    return c->why ? -ENOEXEC : 0;
}

/* Header i; false when what it tells of is not in the file. */
static int header(const struct core *c, uint32_t i, uint32_t *type, struct core_segment *s)
{
    const unsigned char *p = c->bytes + c->seg_table + (uint64_t)i * PHDR;

    *type = pe_u32(p);
    s->flags = pe_u32(p + 4);
    s->off = pe_u64(p + 8);
    s->base = pe_u64(p + 16);
    s->stored = pe_u64(p + 32);
    s->size = pe_u64(p + 40);
    if (s->off > c->size)
        s->stored = 0;
    else if (s->stored > c->size - s->off)
        s->stored = c->size - s->off;
    return 0;
}

int core_segment_at(const struct core *c, uint32_t i, struct core_segment *s)
{
    uint32_t type;

    if (i >= c->nseg)
        return -1;
    header(c, i, &type, s);
    return type == PT_LOAD ? 0 : -1;
}

int core_next_note(const struct core *c, uint64_t *at, struct core_item *item)
{
    uint64_t seen = 0;

    for (uint32_t i = 0; i < c->nseg; i++) {
        const unsigned char *p;
        struct core_segment s;
        uint32_t type, name, size;
        uint64_t off;

        header(c, i, &type, &s);
        if (type != PT_NOTE)
            continue;
        if (*at >= seen + s.stored) {
            seen += s.stored;
            continue;
        }
        off = *at - seen;
        p = c->bytes + s.off + off;
        if (s.stored - off < 12)
            return 0;
        name = pe_u32(p);
        size = pe_u32(p + 4);
        item->type = pe_u32(p + 8);
        off += 12;
        if (!name || name > s.stored - off || p[12 + name - 1])
            return 0;
        item->name = (const char *)p + 12;
        off += ((uint64_t)name + 3) & ~3ull;
        if (off > s.stored || size > s.stored - off)
            return 0;
        item->data = c->bytes + s.off + off;
        item->size = size;
        *at = seen + off + (((uint64_t)size + 3) & ~3ull);
        return 1;
    }
    return 0;
}

/* As much as segment i has at addr. */
static size_t read_part(const struct core *c, uint32_t i, uint64_t addr, void *buf, size_t n)
{
    struct core_segment s;

    if (core_segment_at(c, i, &s) < 0 || addr < s.base || addr - s.base >= s.stored)
        return 0;
    addr -= s.base;
    if (n > s.stored - addr)
        n = (size_t)(s.stored - addr);
    memcpy(buf, c->bytes + s.off + addr, n);
    return n;
}

int core_read(void *arg, uint64_t addr, void *buf, size_t n)
{
    struct core *c = arg;

    while (n) {
        size_t got = c->last < c->nseg ? read_part(c, c->last, addr, buf, n) : 0;

        for (uint32_t i = 0; !got && i < c->nseg; i++) {
            got = read_part(c, i, addr, buf, n);
            if (got)
                c->last = i;
        }
        if (!got)
            return -1;
        buf = (char *)buf + got;
        addr += got;
        n -= got;
    }
    return 0;
}
