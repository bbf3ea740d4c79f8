/* SPDX-License-Identifier: BSD-2-Clause */
/* Symbols of a damaged image: the COFF table, exports, sections with long names, the debug link. */
#include <stdint.h>

#include "lib/debug/symtab.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    struct pe_section section;
    struct symtab t;
    struct buf name;
    struct pe pe;
    const char *s;
    uint32_t crc;
    size_t len;

    memcpy(copy, data, size);
    symtab_init(&t, fuzz_mem);
    if (symtab_read(&t, copy, size) == 0)
        for (size_t i = 0; i < t.n && i < 64; i++) {
            uint64_t offset;

            MUST(!i || t.v[i].rva >= t.v[i - 1].rva);
            MUST(symtab_find(&t, t.v[i].rva, &offset) != NULL && offset == 0);
            MUST(strlen(t.names.p + t.v[i].name) < t.names.len);
            if (i < 16)
                symtab_rva(&t, t.names.p + t.v[i].name);
        }
    symtab_free(&t);
    if (pe_open_mem(&pe, copy, size, 0) == 0)
        for (uint32_t i = 0; i < pe.sections; i++)
            if (symtab_section(copy, size, &pe, i, &section, &s, &len) == 0 && len)
                MUST(s == section.name || ((const uint8_t *)s >= copy && len <= size && (const uint8_t *)s + len <= copy + size));
    buf_init(&name, fuzz_mem, NULL, 0);
    symtab_debug_link(copy, size, &name, &crc);
    buf_free(&name);
    symtab_crc(copy, size);
    free(copy);
    return 0;
}
