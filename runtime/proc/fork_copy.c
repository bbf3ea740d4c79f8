/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of what a forked child gets by copying, and its form in the startup block. Used while other
 * threads are stopped and arenas are unmapped: NT calls only, no lock, no heap. */
#include "fork_copy.h"

#include <errno.h>
#include <string.h>

#include "abi/startup.h"
#include "dll.h"
#include "nt.h"

static int grow(struct copy_list *l)
{
    size_t room = l->room ? 2 * l->room : 1024;
    struct copy_item *v = nt_alloc(room * sizeof(*v));

    if (!v)
        return -ENOMEM;
    if (l->n)
        memcpy(v, l->v, l->n * sizeof(*v));
    nt_free(l->v);
    l->v = v;
    l->room = room;
    return 0;
}

static int add(struct copy_list *l, struct copy_item item)
{
    if (l->n == l->room && grow(l) < 0)
        return -ENOMEM;
    l->v[l->n++] = item;
    l->bytes += item.len;
    return 0;
}

int copy_range(struct copy_list *l, uintptr_t from, uintptr_t to)
{
    return from < to ? add(l, (struct copy_item){ .dst = from, .len = to - from }) : 0;
}

int copy_word(struct copy_list *l, void *dst, uint64_t value)
{
    return add(l, (struct copy_item){ .dst = (uintptr_t)dst, .value = value });
}

void copy_cut(struct copy_list *l, size_t n)
{
    while (l->n > n)
        l->bytes -= l->v[--l->n].len;
}

void copy_clear(struct copy_list *l)
{
    l->n = 0;
    l->bytes = 0;
}

static uint64_t item_bytes(const struct copy_item *i)
{
    return ALIGN_UP(i->len ? i->len : sizeof(i->value), 16);
}

size_t copy_packed_size(const struct copy_list *l, size_t *items)
{
    size_t size = ALIGN_UP(l->n * sizeof(struct startup_copy), 16);

    for (size_t i = 0; i < l->n; i++)
        size += item_bytes(&l->v[i]);
    *items = l->n;
    return size;
}

void copy_pack(const struct copy_list *l, char *block, size_t at, uint64_t *items_at)
{
    struct startup_copy *out = (struct startup_copy *)(block + at);
    size_t data = at + ALIGN_UP(l->n * sizeof(*out), 16);

    *items_at = at;
    /* Words last: they correct what a range has copied. */
    for (int words = 0; words < 2; words++)
        for (size_t i = 0; i < l->n; i++) {
            const struct copy_item *it = &l->v[i];

            if ((it->len == 0) != words)
                continue;
            *out++ = (struct startup_copy){ it->dst, data, it->len ? it->len : sizeof(it->value) };
            memcpy(block + data, it->len ? (const void *)(uintptr_t)it->dst : &it->value,
                   it->len ? it->len : sizeof(it->value));
            data += item_bytes(it);
        }
}

/* ---- modules ---- */

/* The parts of the PE header that are needed, by offset: they are loaded images, checked by the loader. */
enum {
    PE_LFANEW = 0x3c, PE_SECTIONS = 6, PE_OPTIONAL_SIZE = 20, PE_OPTIONAL = 24, SECTION_SIZE = 40,
    SECTION_VSIZE = 8, SECTION_RVA = 12, SECTION_FLAGS = 36,
};
#define SECTION_WRITE 0x80000000u

static uint32_t get32(const char *p)
{
    uint32_t v;

    memcpy(&v, p, sizeof(v));
    return v;
}

static uint16_t get16(const char *p)
{
    uint16_t v;

    memcpy(&v, p, sizeof(v));
    return v;
}

struct modules {
    struct copy_list *list;
    unsigned dlls;
};

static int copy_module(void *arg, const struct nt_module *m)
{
    struct modules *a = arg;
    const char *image = (const char *)m->base, *pe = image + get32(image + PE_LFANEW);
    const char *s = pe + PE_OPTIONAL + get16(pe + PE_OPTIONAL_SIZE);
    unsigned n = get16(pe + PE_SECTIONS);
    int r;

    if (m->base < DLL_WINDOW_START || m->base >= DLL_WINDOW_END)
        return 0;
    a->dlls++;
    for (; n; n--, s += SECTION_SIZE) {
        uintptr_t from = m->base + get32(s + SECTION_RVA);

        if (!(get32(s + SECTION_FLAGS) & SECTION_WRITE) || !memcmp(s, ".nocopy", 8))
            continue;
        if ((r = copy_range(a->list, from, from + get32(s + SECTION_VSIZE))) < 0)
            return r;
    }
    return 0;
}

int copy_modules(struct copy_list *l, unsigned *dlls)
{
    struct modules a = { .list = l };
    int r = nt_modules(copy_module, &a);

    *dlls = a.dlls ? a.dlls - 1 : 0; /* the program is no DLL */
    return r;
}
