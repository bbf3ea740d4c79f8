/* SPDX-License-Identifier: BSD-2-Clause */
/* The PE reader on arbitrary bytes, as a file and as a mapped image. */
#include <stdint.h>

#include "lib/pe/pe.h"
#include "fuzz.h"

static int on_import(void *arg, const char *dll, const char *name, int ordinal)
{
    *(size_t *)arg += strlen(dll) + (name ? strlen(name) : 0);
    return 0;
}

static int on_export(void *arg, const char *name, uint32_t ordinal, uint32_t rva, const char *forward)
{
    *(size_t *)arg += strlen(name) + (forward ? strlen(forward) : 0);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (int mapped = 0; mapped < 2; mapped++) {
        struct pe_section s;
        size_t sum = 0;
        struct pe pe;

        if (pe_open_mem(&pe, data, size, mapped) < 0) {
            MUST(pe.why != NULL);
            continue;
        }
        for (uint32_t i = 0; i < pe.sections; i++)
            MUST(pe_section(&pe, i, &s) == 0);
        if (pe_imports(&pe, on_import, &sum, 1) < 0)
            MUST(pe.why != NULL);
        if (pe_exports(&pe, on_export, &sum) < 0)
            MUST(pe.why != NULL);
        pe_imports_dll(&pe, "isthmus1.dll");
    }
    return 0;
}
