/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Headers and sections of PE images; bounded access to their contents. Tables are in tables.c.
 */
#include "lib/pe/pe.h"

#include <errno.h>
#include <string.h>

#include "lib/pe/pe_int.h"

#define DOS_SIZE 64
#define COFF_SIZE 24            /* signature and file header */
#define SECTION_SIZE 40

int pe_bad(struct pe *pe, const char *why)
{
    pe->why = why;
    return -ENOEXEC;
}

uint16_t pe_u16(const unsigned char *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

uint32_t pe_u32(const unsigned char *p)
{
    return pe_u16(p) | (uint32_t)pe_u16(p + 2) << 16;
}

uint64_t pe_u64(const unsigned char *p)
{
    return pe_u32(p) | (uint64_t)pe_u32(p + 4) << 32;
}

static int64_t read_mem(void *arg, uint64_t off, void *buf, size_t n)
{
    const struct pe *pe = arg;

    if (off >= pe->mem_size)
        return 0;
    if (n > pe->mem_size - off)
        n = pe->mem_size - (size_t)off;
    memcpy(buf, pe->mem + off, n);
    return (int64_t)n;
}

/* Makes the window begin at `off`. */
static int fill_window(struct pe *pe, uint64_t off)
{
    int64_t r = pe->read(pe->arg, off, pe->window, PE_WINDOW);

    pe->window_off = off;
    pe->window_len = r > 0 && r <= PE_WINDOW ? (size_t)r : 0;
    return r < 0 ? (int)r : 0;
}

/* All n bytes at offset `off` of the file (or the image). */
static int get(struct pe *pe, uint64_t off, void *buf, size_t n)
{
    unsigned char *to = buf;

    while (n) {
        size_t have;

        if (off < pe->window_off || off - pe->window_off >= pe->window_len) {
            int r = fill_window(pe, off);

            if (r < 0)
                return r;
            if (!pe->window_len)
                return pe_bad(pe, "the file ends too early");
        }
        have = pe->window_len - (size_t)(off - pe->window_off);
        if (have > n)
            have = n;
        memcpy(to, pe->window + (off - pe->window_off), have);
        to += have;
        off += have;
        n -= have;
    }
    return 0;
}

static int parse_dirs(struct pe *pe, uint64_t off, uint32_t count, uint32_t room)
{
    unsigned char b[8];

    for (uint32_t i = 0; i < count && i < PE_DIRS && i < room / 8; i++) {
        int r = get(pe, off + 8 * i, b, 8);

        if (r < 0)
            return r;
        pe->dir[i].rva = pe_u32(b);
        pe->dir[i].size = pe_u32(b + 4);
    }
    return 0;
}

/* The optional header: `size` bytes at `off`. */
static int parse_optional(struct pe *pe, uint64_t off, uint32_t size)
{
    unsigned char o[112];
    uint32_t fixed;
    int r;

    if (size < 2)
        return pe_bad(pe, "no optional header: not a program");
    r = get(pe, off, o, 2);
    if (r < 0)
        return r;
    if (pe_u16(o) != 0x10b && pe_u16(o) != 0x20b)
        return pe_bad(pe, "unknown kind of optional header");
    pe->plus = pe_u16(o) == 0x20b;
    fixed = pe->plus ? 112 : 96;
    if (size < fixed)
        return pe_bad(pe, "optional header too short");
    r = get(pe, off, o, fixed);
    if (r < 0)
        return r;
    pe->entry = pe_u32(o + 16);
    pe->image_base = pe->plus ? pe_u64(o + 24) : pe_u32(o + 28);
    pe->os_major = pe_u16(o + 40);
    pe->os_minor = pe_u16(o + 42);
    pe->image_size = pe_u32(o + 56);
    pe->checksum = pe_u32(o + 64);
    pe->subsystem = pe_u16(o + 68);
    pe->dll_characteristics = pe_u16(o + 70);
    pe->stack_reserve = pe->plus ? pe_u64(o + 72) : pe_u32(o + 72);
    return parse_dirs(pe, off + fixed, pe_u32(o + fixed - 4), size - fixed);
}

/* Where sections lie is kept, since every access asks for it. */
static int parse_sections(struct pe *pe)
{
    for (uint32_t i = 0; i < pe->sections; i++) {
        struct pe_section s;
        int r = pe_section(pe, i, &s);

        if (r < 0)
            return r;
        pe->place[i].rva = s.rva;
        pe->place[i].raw = s.raw_size;
        pe->place[i].off = s.off;
        pe->place[i].size = s.virtual_size > s.raw_size ? s.virtual_size : s.raw_size;
    }
    return 0;
}

static int parse(struct pe *pe)
{
    unsigned char b[DOS_SIZE];
    uint32_t at, optional;
    int r = get(pe, 0, b, DOS_SIZE);

    if (r < 0)
        return r;
    if (b[0] != 'M' || b[1] != 'Z')
        return pe_bad(pe, "no MZ at the beginning: not a Windows program");
    at = pe_u32(b + 60);
    r = get(pe, at, b, COFF_SIZE);
    if (r < 0)
        return r;
    if (memcmp(b, "PE\0\0", 4))
        return pe_bad(pe, "no PE header: a DOS program");
    pe->machine = pe_u16(b + 4);
    pe->sections = pe_u16(b + 6);
    pe->timestamp = pe_u32(b + 8);
    optional = pe_u16(b + 20);
    pe->characteristics = pe_u16(b + 22);
    if (pe->sections > PE_SECTIONS_MAX)
        return pe_bad(pe, "too many sections");
    if (at > UINT32_MAX - COFF_SIZE - 0xffff)
        return pe_bad(pe, "header lies out of reach");
    pe->section_table = at + COFF_SIZE + optional;
    r = parse_optional(pe, at + COFF_SIZE, optional);
    return r < 0 ? r : parse_sections(pe);
}

int pe_open(struct pe *pe, pe_read_fn read, void *arg)
{
    memset(pe, 0, offsetof(struct pe, window));
    pe->read = read;
    pe->arg = arg;
    return parse(pe);
}

int pe_open_mem(struct pe *pe, const void *mem, size_t size, int mapped)
{
    memset(pe, 0, offsetof(struct pe, window));
    pe->read = read_mem;
    pe->arg = pe;
    pe->mem = mem;
    pe->mem_size = size;
    pe->mapped = mapped != 0;
    return parse(pe);
}

int pe_section(struct pe *pe, uint32_t i, struct pe_section *s)
{
    unsigned char b[SECTION_SIZE];
    int r;

    if (i >= pe->sections)
        return pe_bad(pe, "no such section");
    r = get(pe, pe->section_table + (uint64_t)i * SECTION_SIZE, b, sizeof b);
    if (r < 0)
        return r;
    memcpy(s->name, b, 8);
    s->name[8] = 0;
    s->virtual_size = pe_u32(b + 8);
    s->rva = pe_u32(b + 12);
    s->raw_size = pe_u32(b + 16);
    s->off = pe_u32(b + 20);
    s->flags = pe_u32(b + 36);
    return 0;
}

/*
 * Where `rva` is in the file: *off and how many bytes follow there (*have), then zeros up to
 * *zeros more bytes. Before the first section the headers lie at their own offset.
 */
static int locate(struct pe *pe, uint32_t rva, uint64_t *off, uint32_t *have, uint32_t *zeros)
{
    uint32_t first = UINT32_MAX;

    for (uint32_t i = 0; i < pe->sections; i++) {
        uint32_t start = pe->place[i].rva, size = pe->place[i].size, raw = pe->place[i].raw;

        if (start < first)
            first = start;
        if (rva < start || rva - start >= size)
            continue;
        rva -= start;
        *off = (uint64_t)pe->place[i].off + rva;
        *have = rva < raw ? raw - rva : 0;
        *zeros = size - rva - *have;
        return 0;
    }
    if (rva >= first)
        return pe_bad(pe, "an address lies in no section");
    *off = rva;
    *have = first - rva;
    *zeros = 0;
    return 0;
}

int pe_read_rva(struct pe *pe, uint32_t rva, void *buf, size_t n)
{
    unsigned char *to = buf;

    if (pe->mapped)
        return get(pe, rva, buf, n);
    while (n) {
        uint32_t have, zeros, part;
        uint64_t off;
        int r = locate(pe, rva, &off, &have, &zeros);

        if (r < 0)
            return r;
        part = have ? have : zeros;
        if (part > n)
            part = (uint32_t)n;
        if (!part || part > UINT32_MAX - rva)
            return pe_bad(pe, "a table leaves its section");
        if (have)
            r = get(pe, off, to, part);
        else
            memset(to, 0, part);
        if (r < 0)
            return r;
        to += part;
        rva += part;
        n -= part;
    }
    return 0;
}
