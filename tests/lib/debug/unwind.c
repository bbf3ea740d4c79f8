/* SPDX-License-Identifier: BSD-2-Clause */
/* Steps up a stack by unwind tables: an image and a stack made by hand. */
#include <stdlib.h>
#include <string.h>

#include "lib/debug/process.h"
#include "lib/debug/unwind.h"
#include "tap.h"

#define IMAGE 0x140000000ull
#define STACK 0x20000ull

static unsigned char image[0x3000], stack[0x1000];

static int read_mem(void *arg, uint64_t addr, void *buf, size_t n)
{
    if (addr >= IMAGE && addr + n <= IMAGE + sizeof image)
        memcpy(buf, image + (addr - IMAGE), n);
    else if (addr >= STACK && addr + n <= STACK + sizeof stack)
        memcpy(buf, stack + (addr - STACK), n);
    else
        return -1;
    return 0;
}

static int find_image(void *arg, uint64_t addr, struct unwind_image *im)
{
    if (addr < IMAGE || addr >= IMAGE + sizeof image)
        return -1;
    return unwind_image_read(read_mem, NULL, IMAGE, im);
}

static void put(void *at, uint64_t v, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        ((unsigned char *)at)[i] = (unsigned char)(v >> 8 * i);
}

static void entry(unsigned i, uint32_t begin, uint32_t end, uint32_t info)
{
    put(image + 0x2000 + i * 12, begin, 4);
    put(image + 0x2004 + i * 12, end, 4);
    put(image + 0x2008 + i * 12, info, 4);
}

static void make_image(void)
{
    static const unsigned char simple[] = { /* push rbx; sub rsp, 32 */
        1, 5, 2, 0, 5, 0x32, 1, 0x30 };
    static const unsigned char framed[] = { /* push rbp; sub rsp, 48; lea rbp, [rsp+32] */
        1, 10, 3, 0x25, 10, 0x03, 5, 0x52, 1, 0x50 };
    static const unsigned char machine[] = { 1, 0, 1, 0, 0, 0x0a };
    static const unsigned char chained[] = { /* mov [rsp+8*8], rsi, then the entry of `simple` */
        1 | 4 << 3, 0, 2, 0, 0, 0x64, 8, 0, 0x00, 0x10, 0, 0, 0x80, 0x10, 0, 0, 0x00, 0x08, 0, 0 };

    memcpy(image, "MZ", 2);
    put(image + 60, 0x80, 4);
    memcpy(image + 0x80, "PE\0\0", 4);
    put(image + 0x98, 0x20b, 2);
    put(image + 0x98 + 56, sizeof image, 4);
    put(image + 0x98 + 136, 0x2000, 4);
    put(image + 0x98 + 140, 4 * 12, 4);
    entry(0, 0x1000, 0x1080, 0x800);
    entry(1, 0x1100, 0x1180, 0x840);
    entry(2, 0x1200, 0x1280, 0x880);
    entry(3, 0x1300, 0x1380, 0x8c0);
    memcpy(image + 0x800, simple, sizeof simple);
    memcpy(image + 0x840, framed, sizeof framed);
    memcpy(image + 0x880, machine, sizeof machine);
    memcpy(image + 0x8c0, chained, sizeof chained);
    memset(image + 0x1000, 0x90, 0x400);
    memcpy(image + 0x1070, "\x48\x83\xc4\x20\x5b\xc3", 6); /* add rsp, 32; pop rbx; ret */
}

static struct unwind fresh(void)
{
    struct unwind u = { .read = read_mem, .image = find_image };

    return u;
}

static void slot(unsigned off, uint64_t v)
{
    put(stack + off, v, 8);
}

static void simple_steps(void)
{
    struct debug_regs g = { .rip = IMAGE + 0x1040, .r[DEBUG_RSP] = STACK + 0x100 };
    struct unwind u = fresh();

    slot(0x120, 77);             /* rbx */
    slot(0x128, IMAGE + 0x1110); /* to the framed function, of which rbp is set */
    test("behind the prologue: registers, stack pointer and address of the caller");
    CHECK_EQ(UNWIND_TABLE, unwind_step(&u, &g));
    CHECK_EQ(77, g.r[DEBUG_RBX]);
    CHECK_EQ(STACK + 0x130, g.r[DEBUG_RSP]);
    CHECK_EQ(IMAGE + 0x1110, g.rip);
    test("a frame pointer counts, wherever the stack pointer is");
    g.r[DEBUG_RBP] = STACK + 0x220;
    slot(0x230, 99);
    slot(0x238, IMAGE + 0x1005);
    CHECK_EQ(UNWIND_TABLE, unwind_step(&u, &g));
    CHECK_EQ(99, g.r[DEBUG_RBP]);
    CHECK_EQ(IMAGE + 0x1005, g.rip);
    CHECK_EQ(STACK + 0x240, g.r[DEBUG_RSP]);
}

static void parts(void)
{
    struct debug_regs g = { .rip = IMAGE + 0x1000, .r[DEBUG_RSP] = STACK + 0x100, .r[DEBUG_RBX] = 5 };
    struct unwind u = fresh();

    slot(0x100, IMAGE + 0x1050);
    test("at the first instruction nothing has been pushed");
    CHECK_EQ(UNWIND_TABLE, unwind_step(&u, &g));
    CHECK_EQ(5, g.r[DEBUG_RBX]);
    CHECK_EQ(STACK + 0x108, g.r[DEBUG_RSP]);
    test("in the epilogue the rest of it is executed");
    u = fresh();
    g = (struct debug_regs){ .rip = IMAGE + 0x1074, .r[DEBUG_RSP] = STACK + 0x120 };
    slot(0x120, 42);
    slot(0x128, IMAGE + 0x1051);
    CHECK_EQ(UNWIND_TABLE, unwind_step(&u, &g));
    CHECK_EQ(42, g.r[DEBUG_RBX]);
    CHECK_EQ(IMAGE + 0x1051, g.rip);
    test("no entry: a leaf");
    u = fresh();
    g = (struct debug_regs){ .rip = IMAGE + 0x1090, .r[DEBUG_RSP] = STACK + 0x120 };
    CHECK_EQ(UNWIND_LEAF, unwind_step(&u, &g));
    CHECK_EQ(42, g.rip);
    test("a chained entry");
    u = fresh();
    g = (struct debug_regs){ .rip = IMAGE + 0x1340, .r[DEBUG_RSP] = STACK + 0x100 };
    slot(0x140, 1234);
    slot(0x128, IMAGE + 0x1052);
    CHECK_EQ(UNWIND_TABLE, unwind_step(&u, &g));
    CHECK_EQ(1234, g.r[DEBUG_RSI]);
    CHECK_EQ(42, g.r[DEBUG_RBX]);
    CHECK_EQ(IMAGE + 0x1052, g.rip);
    test("a machine frame leads to where the exception happened");
    u = fresh();
    g = (struct debug_regs){ .rip = IMAGE + 0x1210, .r[DEBUG_RSP] = STACK + 0x300 };
    slot(0x300, IMAGE + 0x1044);
    slot(0x318, STACK + 0x500);
    CHECK_EQ(UNWIND_FAULT, unwind_step(&u, &g));
    CHECK_EQ(IMAGE + 0x1044, g.rip);
    CHECK_EQ(STACK + 0x500, g.r[DEBUG_RSP]);
    CHECK_EQ(0, u.caller);
}

static void runtime_calls(void)
{
    struct debug_regs g = { .rip = IMAGE + 0x1090, .r[DEBUG_RSP] = STACK + 0x100 };
    struct unwind u = fresh();

    u.sys_return = IMAGE + 0x1300;
    u.ret_addr = 0;
    u.ret_saved = STACK + 0x800;
    slot(0x800, 0);              /* a handler on a handler: nothing was saved here */
    slot(0x808, STACK + 0x820);
    slot(0x820, IMAGE + 0x1060);
    slot(0x828, 0);
    slot(0x100, IMAGE + 0x1300);
    test("the way back of the runtime leads to the caller that is remembered");
    CHECK_EQ(UNWIND_LEAF, unwind_step(&u, &g));
    CHECK_EQ(UNWIND_RUNTIME, unwind_step(&u, &g));
    CHECK_EQ(IMAGE + 0x1060, g.rip);
    CHECK_EQ(STACK + 0x108, g.r[DEBUG_RSP]);
    g.rip = u.sys_return;
    CHECK_EQ(UNWIND_END, unwind_step(&u, &g));
}

static int none(void *arg, unsigned n, const struct debug_regs *regs, bool caller, enum unwind_how how)
{
    return 0;
}

/* Whatever memory holds, a walk ends. */
static void hostile(void)
{
    test("2000 walks over random memory end");
    srand(1);
    for (int i = 0; i < 2000; i++) {
        struct debug_regs g = { .rip = IMAGE + 0x1000 + rand() % 0x400, .r[DEBUG_RSP] = STACK + rand() % 0x1000,
                                .r[DEBUG_RBP] = STACK + (rand() % 0x200) * 8 };
        struct unwind u = fresh();

        for (unsigned k = 0; k < 64; k++)
            image[0x800 + rand() % 0x200] = (unsigned char)rand();
        for (unsigned k = 0; k < sizeof stack; k += 8)
            slot(k, rand() % 3 ? IMAGE + rand() % 0x1400 : STACK + rand() % 0x1000);
        CHECK(debug_stack(&u, &g, 5000, none, NULL) <= 5000);
    }
}

int main(void)
{
    make_image();
    simple_steps();
    parts();
    runtime_calls();
    hostile();
    return test_done();
}
