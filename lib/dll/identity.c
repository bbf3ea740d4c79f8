/* SPDX-License-Identifier: BSD-2-Clause */
/* Fork protection: identities and names. Pure. */
#include "lib/dll/identity.h"

#include <string.h>

#define FNV_PRIME 0x100000001b3ull
#define DIGITS 16

const char *dll_change_name(unsigned change)
{
    static const char *const names[DLL_CHANGES] = {
        [DLL_SAME] = "same", [DLL_TOUCHED] = "touched", [DLL_OVERWRITTEN] = "overwritten",
        [DLL_REPLACED] = "replaced", [DLL_RENAMED] = "renamed", [DLL_REMOVED] = "removed",
    };

    return change < DLL_CHANGES ? names[change] : "unknown";
}

int dll_same_at_a_glance(const struct dll_identity *known, const struct dll_identity *now)
{
    return known->size == now->size && known->mtime == now->mtime && known->ctime == now->ctime
           && known->ctime != 0;
}

enum dll_change dll_compare(const struct dll_identity *known, const struct dll_identity *now,
                            int same_contents)
{
    if (known->ino != now->ino || known->volume != now->volume)
        return DLL_REPLACED;
    if (known->size != now->size || !same_contents)
        return DLL_OVERWRITTEN;
    return known->mtime == now->mtime && known->ctime == now->ctime ? DLL_SAME : DLL_TOUCHED;
}

int dll_change_matters(enum dll_change c)
{
    return c == DLL_REPLACED || c == DLL_RENAMED || c == DLL_REMOVED;
}

const char *dll_why_copied(const struct dll_abilities *a, enum dll_change c)
{
    if (!a->hard_links)
        return "hard links are switched off";
    if (!a->posix_delete && !dll_change_matters(c))
        return "it is unchanged: a link to a file that new processes use, too, could not be removed";
    /* And while somebody has that mapped, the wrong link could not even be removed. */
    if (a->wine && dll_change_matters(c))
        return "Wine links what stands at the old name, not the open file";
    return NULL;
}

static uint64_t hash_word(uint64_t h, uint64_t v)
{
    for (int i = 0; i < 8; i++, v >>= 8)
        h = (h ^ (v & 0xff)) * FNV_PRIME;
    return h;
}

uint64_t dll_hash_name(uint64_t h, const uint16_t *name, size_t units)
{
    for (size_t i = 0; i < units; i++) {
        uint16_t c = name[i];

        if (c >= 'A' && c <= 'Z')
            c = (uint16_t)(c + 'a' - 'A');
        h = (h ^ (c & 0xff)) * FNV_PRIME;
        h = (h ^ (c >> 8)) * FNV_PRIME;
    }
    return h;
}

uint64_t dll_hash_file(uint64_t h, const struct dll_identity *id, const uint16_t *name, size_t units)
{
    h = hash_word(h, id->ino);
    h = hash_word(h, id->volume);
    h = hash_word(h, id->size);
    h = hash_word(h, (uint64_t)id->mtime);
    h = dll_hash_name(h, name, units);
    return h ? h : 1;
}

void dll_directory_name(struct wbuf *out, const uint16_t *program, size_t units, uint64_t hash)
{
    wbuf_put(out, program, units);
    wbuf_putc(out, '-');
    for (int i = DIGITS - 1; i >= 0; i--)
        wbuf_putc(out, (uint16_t)"0123456789abcdef"[hash >> 4 * i & 15]);
}

uint64_t dll_directory_hash(const uint16_t *name, size_t units)
{
    uint64_t h = 0;

    if (units < DIGITS + 2 || name[units - DIGITS - 1] != '-')
        return 0;
    for (size_t i = units - DIGITS; i < units; i++) {
        uint16_t c = name[i];

        if (c >= '0' && c <= '9')
            h = h << 4 | (c - '0');
        else if (c >= 'a' && c <= 'f')
            h = h << 4 | (c - 'a' + 10);
        else
            return 0;
    }
    return h;
}

void dll_mutex_name(struct buf *out, const char *sid, uint64_t hash)
{
    uint64_t user = DLL_HASH_START;

    for (; *sid; sid++)
        user = (user ^ (unsigned char)*sid) * FNV_PRIME;
    buf_puts(out, "cygfork-");
    buf_putx(out, user, DIGITS);
    buf_putc(out, '-');
    buf_putx(out, hash, DIGITS);
}
