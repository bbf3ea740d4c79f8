/* SPDX-License-Identifier: BSD-2-Clause */
/* What is missing for an image to be loaded, over a world of made-up images. */
#include <stdlib.h>

#include "lib/pe/need.h"
#include "tap.h"

#define IMAGE 4096

static void *mem(void *p, size_t n)
{
    if (!n) {
        free(p);
        return NULL;
    }
    return realloc(p, n);
}

static void put32(unsigned char *p, uint32_t v)
{
    for (int i = 0; i < 4; i++, v >>= 8)
        p[i] = (unsigned char)v;
}

/* Minimal PE32+: one section at RVA 0x1000, file 0x400. `imports`: "dll:f,g dll2:h". `exports`: "f g",
 * sorted. */
static void make(unsigned char *m, const char *imports, const char *exports)
{
    unsigned char *s = m + 0x400;   /* RVA 0x1000 */
    uint32_t at = 0x400;            /* of strings, from s on */
    uint32_t desc = 0, thunk = 0x200, i = 0;
    char copy[256], *state, *state2, *dll, *list;

    memset(m, 0, IMAGE);
    m[0] = 'M', m[1] = 'Z', m[0x3c] = 0x80;
    memcpy(m + 0x80, "PE\0\0", 4);
    m[0x84] = 0x64, m[0x85] = 0x86, m[0x86] = 1, m[0x94] = 240, m[0x96] = 3;
    m[0x98] = 0x0b, m[0x99] = 2;
    put32(m + 0x98 + 56, 0x3000);
    put32(m + 0x98 + 108, 16);
    memcpy(m + 0x188, ".data", 5);
    put32(m + 0x188 + 8, 0xc00), put32(m + 0x188 + 12, 0x1000);
    put32(m + 0x188 + 16, 0xc00), put32(m + 0x188 + 20, 0x400);
    put32(m + 0x188 + 36, PE_SECTION_READ);
    if (imports) {
        put32(m + 0x98 + 120, 0x1000), put32(m + 0x98 + 124, 0x100);
        strcpy(copy, imports);
        for (dll = strtok_r(copy, " ", &state); dll; dll = strtok_r(NULL, " ", &state), desc += 20) {
            if ((list = strchr(dll, ':')))
                *list++ = 0;
            put32(s + desc, 0x1000 + thunk), put32(s + desc + 16, 0x1000 + thunk);
            put32(s + desc + 12, 0x1000 + at);
            strcpy((char *)s + at, dll);
            at += (uint32_t)strlen(dll) + 1;
            for (char *f = strtok_r(list ? list : "", ",", &state2); f; f = strtok_r(NULL, ",", &state2)) {
                put32(s + thunk, 0x1000 + at);
                strcpy((char *)s + at + 2, f);
                at += (uint32_t)strlen(f) + 3;
                thunk += 8;
            }
            thunk += 8;
        }
    }
    if (exports) {
        unsigned char *e = s + 0x900;

        put32(m + 0x98 + 112, 0x1900), put32(m + 0x98 + 116, 0x40);
        strcpy(copy, exports);
        for (char *f = strtok_r(copy, " ", &state); f; f = strtok_r(NULL, " ", &state), i++) {
            put32(s + 0x980 + 4 * i, 0x1010);       /* address */
            put32(s + 0xa00 + 4 * i, 0x1000 + at);  /* name */
            s[0xa80 + 2 * i] = (unsigned char)i;    /* ordinal */
            strcpy((char *)s + at, f);
            at += (uint32_t)strlen(f) + 1;
        }
        put32(e + 16, 1), put32(e + 20, i), put32(e + 24, i);
        put32(e + 28, 0x1980), put32(e + 32, 0x1a00), put32(e + 36, 0x1a80);
    }
}

struct file {
    const char *name;
    unsigned char image[IMAGE];
};

static struct file files[4];
static int open_now;

static int find(struct pe_world *w, const char *dll, const char *from, struct pe *pe, struct buf *path)
{
    (void)w;
    (void)from;
    (void)path;
    if (!strcmp(dll, "kernel32.dll"))
        return PE_FOUND_SYSTEM;
    for (int i = 0; i < 4; i++)
        if (files[i].name && !strcmp(files[i].name, dll)) {
            int r = pe_open_mem(pe, files[i].image, IMAGE, 0);

            open_now += r == 0;
            return r;
        }
    return -ENOENT;
}

static void done(struct pe_world *w, struct pe *pe)
{
    (void)w;
    (void)pe;
    open_now--;
}

static void expect(int result, const char *text)
{
    struct pe_world w = { .open = find, .close = done, .alloc = mem };
    struct buf why;

    buf_init(&why, mem, NULL, 0);
    CHECK_EQ(result, pe_need(&w, "top.exe", &why));
    CHECK_STR(text, why.len ? why.p : "");
    CHECK_EQ(0, open_now);
    buf_free(&why);
}

static void file(int i, const char *name, const char *imports, const char *exports)
{
    files[i].name = name;
    make(files[i].image, imports, exports);
}

int main(void)
{
    file(0, "top.exe", "kernel32.dll:CreateFileW a.dll:f,g", NULL);
    file(1, "a.dll", "b.dll:h,h top.exe a.dll:f", "f g");
    file(2, "b.dll", NULL, "h i");
    test("all is there, with a circle");
    expect(0, "");
    test("a symbol is missing further down");
    file(2, "b.dll", NULL, "i");
    expect(1, "a.dll needs the symbol h of b.dll, which has none of that name");
    test("a DLL is missing");
    files[2].name = NULL;
    expect(1, "a.dll needs b.dll, which was not found");
    test("a second importer of the same DLL is looked at, too");
    file(0, "top.exe", "a.dll:f b.dll:h", NULL);
    file(1, "a.dll", "b.dll:x", "f");
    file(2, "b.dll", NULL, "h");
    expect(1, "a.dll needs the symbol x of b.dll, which has none of that name");
    test("no image");
    files[2].image[0] = 'X';
    {
        struct pe_world w = { .open = find, .close = done, .alloc = mem };
        struct buf why;

        buf_init(&why, mem, NULL, 0);
        CHECK_EQ(1, pe_need(&w, "top.exe", &why));
        CHECK(strstr(why.p, "top.exe needs b.dll, which is no image that can be loaded: ") != NULL);
        buf_free(&why);
    }
    test("the image itself is missing");
    files[0].name = NULL;
    expect(-ENOENT, "");
    return test_done();
}
