/* SPDX-License-Identifier: BSD-2-Clause */
/* The PE reader on an image made here, whole and damaged. */
#include <stdlib.h>

#include "lib/pe/pe.h"
#include "tap.h"

static unsigned char image[4096];

static void put16(size_t at, unsigned v)
{
    image[at] = (unsigned char)v;
    image[at + 1] = (unsigned char)(v >> 8);
}

static void put32(size_t at, uint32_t v)
{
    put16(at, v & 0xffff);
    put16(at + 2, v >> 16);
}

static void put_text(size_t at, const char *s)
{
    memcpy(image + at, s, strlen(s) + 1);
}

/* Sections: .text at RVA 0x1000, file 0x400; .data at 0x2000, file 0x600, with all tables. */
static void fresh(void)
{
    memset(image, 0, sizeof image);
    put_text(0, "MZ");
    put32(60, 0x80);
    memcpy(image + 0x80, "PE\0\0", 4);
    put16(0x84, PE_MACHINE_AMD64);
    put16(0x86, 2);
    put16(0x94, 240);                       /* size of the optional header */
    put16(0x96, PE_RELOCS_STRIPPED | PE_EXECUTABLE);
    put16(0x98, 0x20b);
    put32(0x98 + 16, 0x1010);
    put32(0x98 + 24, 0x400000);             /* image base 0x1_0040_0000 */
    put32(0x98 + 28, 1);
    put32(0x98 + 56, 0x3000);
    put16(0x98 + 68, PE_SUBSYSTEM_CUI);
    put32(0x98 + 108, 16);
    put32(0x98 + 112, 0x2200);              /* exports */
    put32(0x98 + 116, 0x100);
    put32(0x98 + 120, 0x2000);              /* imports */
    memcpy(image + 0x188, ".text", 5);
    put32(0x188 + 8, 0x100);
    put32(0x188 + 12, 0x1000);
    put32(0x188 + 16, 0x200);
    put32(0x188 + 20, 0x400);
    put32(0x188 + 36, PE_SECTION_CODE | PE_SECTION_EXEC | PE_SECTION_READ);
    memcpy(image + 0x1b0, ".data", 5);
    put32(0x1b0 + 8, 0x1000);               /* more than in the file: the rest is zero */
    put32(0x1b0 + 12, 0x2000);
    put32(0x1b0 + 16, 0x600);
    put32(0x1b0 + 20, 0x600);
    put32(0x1b0 + 36, PE_SECTION_READ | PE_SECTION_WRITE);
    put32(0x600, 0x2080);                   /* import 1: kernel32, by name and ordinal */
    put32(0x60c, 0x2100);
    put32(0x614, 0x20a0);                   /* import 2: isthmus1.dll */
    put32(0x620, 0x2120);
    put32(0x680, 0x2140);
    put32(0x68c, 0x80000000);               /* second thunk: ordinal 5 */
    put32(0x688, 5);
    put_text(0x700, "KERNEL32.dll");
    put_text(0x720, "Isthmus1.DLL");
    put_text(0x742, "ExitProcess");
    put32(0x800 + 16, 1);                   /* exports: base 1, two functions, two names */
    put32(0x800 + 20, 2);
    put32(0x800 + 24, 2);
    put32(0x800 + 28, 0x2240);
    put32(0x800 + 32, 0x2250);
    put32(0x800 + 36, 0x2260);
    put32(0x840, 0x1010);
    put32(0x844, 0x2290);                   /* a forwarder: inside the export directory */
    put32(0x850, 0x2270);
    put32(0x854, 0x2278);
    put16(0x862, 1);
    put_text(0x870, "one");
    put_text(0x878, "two");
    put_text(0x890, "NTDLL.two");
}

static char seen[500];

static int note_import(void *arg, const char *dll, const char *name, int ordinal)
{
    size_t n = strlen(seen);

    snprintf(seen + n, sizeof seen - n, "%s:%s:%d ", dll, name ? name : "-", ordinal);
    return 0;
}

static int note_export(void *arg, const char *name, uint32_t ordinal, uint32_t rva,
                       const char *forward)
{
    size_t n = strlen(seen);

    snprintf(seen + n, sizeof seen - n, "%s:%u:%x:%s ", name, ordinal, rva, forward ? forward : "-");
    return 0;
}

static int stop(void *arg, const char *dll, const char *name, int ordinal)
{
    return 42;
}

static void good(void)
{
    struct pe_section s;
    struct pe pe;
    char zero[4] = "abc";

    fresh();
    test("headers");
    CHECK_EQ(0, pe_open_mem(&pe, image, sizeof image, 0));
    CHECK_EQ(PE_MACHINE_AMD64, pe.machine);
    CHECK(pe.plus);
    CHECK_EQ(0x100400000, pe.image_base);
    CHECK_EQ(PE_SUBSYSTEM_CUI, pe.subsystem);
    CHECK_EQ(0x1010, pe.entry);
    CHECK_EQ(2, pe.sections);
    test("sections");
    CHECK_EQ(0, pe_section(&pe, 1, &s));
    CHECK_STR(".data", s.name);
    CHECK(s.flags & PE_SECTION_WRITE);
    CHECK_EQ(-ENOEXEC, pe_section(&pe, 2, &s));
    test("imports");
    seen[0] = 0;
    CHECK_EQ(0, pe_imports(&pe, note_import, NULL, 1));
    CHECK_STR("KERNEL32.dll:-:-1 KERNEL32.dll:ExitProcess:0 KERNEL32.dll:-:5 Isthmus1.DLL:-:-1 ", seen);
    CHECK_EQ(42, pe_imports(&pe, stop, NULL, 0));
    CHECK_EQ(1, pe_imports_dll(&pe, "isthmus1.dll"));
    CHECK_EQ(0, pe_imports_dll(&pe, "isthmus1"));
    test("exports and forwarders");
    seen[0] = 0;
    CHECK_EQ(0, pe_exports(&pe, note_export, NULL));
    CHECK_STR("one:1:1010:- two:2:2290:NTDLL.two ", seen);
    test("behind the bytes of a section there are zeros, behind the section nothing");
    CHECK_EQ(0, pe_read_rva(&pe, 0x2ffc, zero, 4));
    CHECK(!zero[0] && !zero[3]);
    CHECK_EQ(-ENOEXEC, pe_read_rva(&pe, 0x2ffd, zero, 4));
    CHECK_EQ(-ENOEXEC, pe_read_rva(&pe, 0xffffffff, zero, 4));
}

static void bad(void)
{
    struct pe pe;
    int accepted = 0;

    test("not a PE image: said why");
    fresh();
    CHECK_EQ(-ENOEXEC, pe_open_mem(&pe, "#!/bin/sh\n", 10, 0));
    CHECK(pe.why != NULL);
    image[0] = 'Z';
    CHECK_EQ(-ENOEXEC, pe_open_mem(&pe, image, sizeof image, 0));
    fresh();
    put32(60, 0xfffffff0);
    CHECK_EQ(-ENOEXEC, pe_open_mem(&pe, image, sizeof image, 0));
    fresh();
    put16(0x86, 97);
    CHECK_EQ(-ENOEXEC, pe_open_mem(&pe, image, sizeof image, 0));
    test("cut at every length, nothing falls");
    fresh();
    for (size_t n = 0; n < sizeof image; n++) {
        unsigned char *copy = malloc(n ? n : 1);    /* its own block, so that ASan sees the end */

        memcpy(copy, image, n);
        if (pe_open_mem(&pe, copy, n, 0) == 0) {
            accepted++;
            pe_imports(&pe, note_import, NULL, 1);
            pe_exports(&pe, note_export, NULL);
        }
        seen[0] = 0;
        free(copy);
    }
    CHECK(accepted > 0);
    test("tables that lead to themselves end");
    fresh();
    for (size_t i = 0x600; i < 0xc00; i += 4)
        put32(i, 0x2000);
    CHECK_EQ(0, pe_open_mem(&pe, image, sizeof image, 0));
    CHECK(pe_imports(&pe, note_import, NULL, 1) <= 0);
}

int main(void)
{
    good();
    bad();
    return test_done();
}
