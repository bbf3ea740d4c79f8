/* SPDX-License-Identifier: BSD-2-Clause */
/* Symbols of a PE file: the built shell, and what is left when its bytes are changed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/debug/symtab.h"
#include "tap.h"

static void *plain_realloc(void *old, size_t size)
{
    if (!size) {
        free(old);
        return NULL;
    }
    return realloc(old, size);
}

static unsigned char *load(size_t *size)
{
    const char *build = getenv("BUILD");
    char name[4096];
    unsigned char *p;
    FILE *f;

    snprintf(name, sizeof name, "%s/root/bin/dash.exe", build ? build : "build");
    f = fopen(name, "rb");
    if (!f)
        return NULL;
    p = malloc(8u << 20);
    *size = fread(p, 1, 8u << 20, f);
    fclose(f);
    return p;
}

static void functions(const unsigned char *p, size_t size)
{
    struct symtab t;
    uint64_t offset;
    uint32_t rva;

    symtab_init(&t, plain_realloc);
    test("a function by name, and its name by an address inside");
    CHECK_EQ(0, symtab_read(&t, p, size));
    rva = symtab_rva(&t, "main");
    CHECK(rva != 0);
    CHECK(!strcmp(symtab_find(&t, rva + 3, &offset), "main"));
    CHECK_EQ(3, offset);
    CHECK_EQ(0, symtab_rva(&t, "no_such_function"));
    CHECK(symtab_find(&t, 0, &offset) == NULL);
    symtab_free(&t);
}

static void damage(unsigned char *p, size_t size)
{
    struct buf link;
    uint32_t crc;

    test("changed headers and a short file: no access outside");
    srand(3);
    for (int i = 0; i < 300; i++) {
        size_t n = i % 3 ? size : (size_t)rand() % size;
        unsigned char *copy = malloc(n ? n : 1);
        struct symtab t;

        memcpy(copy, p, n);
        for (int k = 0; k < 8 && n > 0x400; k++)
            copy[64 + rand() % 0x3c0] = (unsigned char)rand();
        symtab_init(&t, plain_realloc);
        symtab_read(&t, copy, n);
        symtab_free(&t);
        buf_init(&link, plain_realloc, NULL, 0);
        symtab_debug_link(copy, n, &link, &crc);
        buf_free(&link);
        free(copy);
    }
    CHECK_EQ(0xcbf43926u, symtab_crc("123456789", 9));
}

int main(void)
{
    size_t size = 0;
    unsigned char *p = load(&size);

    if (!p) {
        test_skip("dash is not built");
        return test_done();
    }
    functions(p, size);
    damage(p, size);
    free(p);
    return test_done();
}
