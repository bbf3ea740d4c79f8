/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One step up the stack; see unwind.h. Follows Microsoft's "x64 exception handling", versions 1 and 2
 * of UNWIND_INFO.
 */
#include "lib/debug/unwind.h"

#include <stdbool.h>
#include <string.h>

#include "lib/pe/pe_int.h"

#define ENTRY_SIZE 12  /* RUNTIME_FUNCTION: begin, end, unwind info */
#define CHAINED    4   /* flag of UNWIND_INFO */
#define CHAIN_MAX  32

enum { PUSH_NONVOL, ALLOC_LARGE, ALLOC_SMALL, SET_FPREG, SAVE_NONVOL, SAVE_NONVOL_FAR, EPILOG,
       SPARE, SAVE_XMM128, SAVE_XMM128_FAR, PUSH_MACHFRAME };

struct entry {
    uint32_t begin, end, info;
};

struct info {
    unsigned version, flags, prologue, codes;
    unsigned frame_reg, frame_off; /* reg 0: none; offset in bytes */
    unsigned char code[256][2];
};

static int read_u64(struct unwind *u, uint64_t addr, uint64_t *v)
{
    unsigned char b[8];
    int r = u->read(u->arg, addr, b, sizeof b);

    *v = r < 0 ? 0 : pe_u64(b);
    return r;
}

int unwind_image_read(debug_read_fn read, void *arg, uint64_t base, struct unwind_image *image)
{
    unsigned char b[168]; /* up to the exception directory of a PE32+ header */
    uint32_t at;

    memset(image, 0, sizeof *image);
    image->base = base;
    if (read(arg, base, b, 64) < 0 || b[0] != 'M' || b[1] != 'Z')
        return -1;
    at = pe_u32(b + 60);
    if (at > 0x10000 || read(arg, base + at, b, sizeof b) < 0 || memcmp(b, "PE\0\0", 4))
        return -1;
    image->size = pe_u32(b + 24 + 56);
    if (pe_u16(b + 24) != 0x20b)
        return 0; /* 32 bits: no such table */
    image->pdata = pe_u32(b + 24 + 136);
    image->pdata_size = pe_u32(b + 24 + 140);
    if (image->pdata > image->size || image->pdata_size > image->size - image->pdata)
        image->pdata = image->pdata_size = 0;
    return 0;
}

/* The table's entry for `rva`, by halves: 1 found, 0 none, negative: the table cannot be read. */
static int find_entry(struct unwind *u, const struct unwind_image *im, uint32_t rva, struct entry *e)
{
    uint32_t low = 0, n = im->pdata_size / ENTRY_SIZE;

    while (n) {
        uint32_t half = n / 2;
        unsigned char b[ENTRY_SIZE];

        if (u->read(u->arg, im->base + im->pdata + (uint64_t)(low + half) * ENTRY_SIZE, b, sizeof b) < 0)
            return -1;
        e->begin = pe_u32(b);
        e->end = pe_u32(b + 4);
        e->info = pe_u32(b + 8);
        if (rva < e->begin) {
            n = half;
        } else if (rva >= e->end) {
            low += half + 1;
            n -= half + 1;
        } else {
            return 1;
        }
    }
    return 0;
}

static int read_info(struct unwind *u, uint64_t addr, struct info *in)
{
    unsigned char b[4];

    if (u->read(u->arg, addr, b, sizeof b) < 0)
        return -1;
    in->version = b[0] & 7;
    in->flags = b[0] >> 3;
    in->prologue = b[1];
    in->codes = b[2];
    in->frame_reg = b[3] & 15;
    in->frame_off = (b[3] >> 4) * 16u;
    if (in->version < 1 || in->version > 2)
        return -1;
    return in->codes ? u->read(u->arg, addr + 4, in->code, in->codes * 2) : 0;
}

/* How many slots the code at i takes, its own included; 0: unknown code. */
static unsigned code_slots(const struct info *in, unsigned i)
{
    switch (in->code[i][1] & 15) {
    case PUSH_NONVOL:
    case ALLOC_SMALL:
    case SET_FPREG:
    case PUSH_MACHFRAME:
        return 1;
    case ALLOC_LARGE:
        return in->code[i][1] >> 4 ? 3 : 2;
    case SAVE_NONVOL:
    case SAVE_XMM128:
        return 2;
    case SAVE_NONVOL_FAR:
    case SAVE_XMM128_FAR:
        return 3;
    case EPILOG: /* one slot of version 2 a piece */
        return in->version == 2 ? 1 : 0;
    default:
        return 0;
    }
}

static uint32_t operand(const struct info *in, unsigned i, unsigned slots)
{
    uint32_t v = pe_u16(in->code[i + 1]);

    return slots == 3 ? v | (uint32_t)pe_u16(in->code[i + 2]) << 16 : v;
}

/* Undoes one code. Saved registers lie relative to `frame`. 1: a machine frame was taken. */
static int undo(struct unwind *u, struct debug_regs *g, const struct info *in, unsigned i, unsigned slots,
                uint64_t frame)
{
    unsigned arg = in->code[i][1] >> 4;
    uint64_t *sp = &g->r[DEBUG_RSP], v;

    switch (in->code[i][1] & 15) {
    case PUSH_NONVOL:
        if (read_u64(u, *sp, &g->r[arg]) < 0)
            return -1;
        *sp += arg == DEBUG_RSP ? 0 : 8;
        return 0;
    case ALLOC_SMALL:
        *sp += arg * 8 + 8;
        return 0;
    case ALLOC_LARGE:
        *sp += slots == 2 ? operand(in, i, 2) * 8 : operand(in, i, 3);
        return 0;
    case SET_FPREG:
        *sp = g->r[in->frame_reg] - in->frame_off;
        return 0;
    case SAVE_NONVOL:
        return read_u64(u, frame + operand(in, i, 2) * 8ull, &g->r[arg]);
    case SAVE_NONVOL_FAR:
        return read_u64(u, frame + operand(in, i, 3), &g->r[arg]);
    case PUSH_MACHFRAME: /* [error code] rip cs eflags rsp ss */
        v = *sp + (arg ? 8 : 0);
        if (read_u64(u, v, &g->rip) < 0 || read_u64(u, v + 24, sp) < 0)
            return -1;
        return 1;
    default:
        return 0;
    }
}

/* Undoes a prologue of which `done` bytes were executed. 0, 1: machine frame, -1. */
static int undo_all(struct unwind *u, struct debug_regs *g, const struct info *in, uint32_t done)
{
    uint64_t frame = g->r[DEBUG_RSP];
    unsigned slots;
    int r = 0;

    if (in->frame_reg) {
        for (unsigned i = 0; i < in->codes; i += slots) { /* is the frame register set already? */
            slots = code_slots(in, i);
            if (!slots || i + slots > in->codes)
                return -1;
            if ((in->code[i][1] & 15) == SET_FPREG && in->code[i][0] <= done)
                frame = g->r[in->frame_reg] - in->frame_off;
        }
    }
    for (unsigned i = 0; i < in->codes && r == 0; i += slots) {
        slots = code_slots(in, i);
        if (!slots || i + slots > in->codes)
            return -1;
        if (in->code[i][0] <= done && (in->code[i][1] & 15) != EPILOG)
            r = undo(u, g, in, i, slots, frame);
    }
    return r;
}

/* Takes one instruction off an epilogue's text. 0: it is none of an epilogue's. */
static unsigned take_pop(const unsigned char *p, size_t n, unsigned *reg)
{
    if (n >= 1 && (p[0] & 0xf8) == 0x58) {
        *reg = p[0] & 7;
        return 1;
    }
    if (n >= 2 && p[0] == 0x41 && (p[1] & 0xf8) == 0x58) {
        *reg = 8 + (p[1] & 7);
        return 2;
    }
    return 0;
}

static bool is_return(const unsigned char *p, size_t n)
{
    if (n >= 1 && (p[0] == 0xc3 || p[0] == 0xc2))
        return true;
    if (n >= 2 && p[0] == 0xf3 && p[1] == 0xc3)
        return true;
    /* jmp through memory or a register: a tail call */
    return (n >= 2 && p[0] == 0xff && (p[1] == 0x25 || (p[1] & 0xf8) == 0xe0))
        || (n >= 3 && p[0] == 0x48 && p[1] == 0xff && ((p[2] & 0xf8) == 0xe0 || p[2] == 0x25))
        || (n >= 3 && p[0] == 0x41 && p[1] == 0xff && (p[2] & 0xf8) == 0xe0);
}

/*
 * Is the place in an epilogue, which has undone part of the frame already? Then its remaining
 * instructions are executed here. Only the innermost frame can be. 1: done, 0: no epilogue.
 */
static int run_epilogue(struct unwind *u, struct debug_regs *g, const struct info *in)
{
    unsigned char text[48];
    struct debug_regs new = *g;
    size_t n = sizeof text, at = 0;
    unsigned reg, used;

    while (n && u->read(u->arg, g->rip, text, n) < 0)
        n /= 2;
    if (n >= 4 && text[0] == 0x48 && text[1] == 0x83 && text[2] == 0xc4) {        /* add rsp, imm8 */
        new.r[DEBUG_RSP] += (uint64_t)(int64_t)(int8_t)text[3];
        at = 4;
    } else if (n >= 7 && text[0] == 0x48 && text[1] == 0x81 && text[2] == 0xc4) { /* add rsp, imm32 */
        new.r[DEBUG_RSP] += (uint64_t)(int64_t)(int32_t)pe_u32(text + 3);
        at = 7;
    } else if (n >= 4 && in->frame_reg && (text[0] & 0xfe) == 0x48 && text[1] == 0x8d
               && text[2] == (0x60 | (in->frame_reg & 7))) {                      /* lea rsp, [fp+imm8] */
        new.r[DEBUG_RSP] = new.r[in->frame_reg] + (uint64_t)(int64_t)(int8_t)text[3];
        at = 4;
    } else if (n >= 7 && in->frame_reg && (text[0] & 0xfe) == 0x48 && text[1] == 0x8d
               && text[2] == (0xa0 | (in->frame_reg & 7))) {
        new.r[DEBUG_RSP] = new.r[in->frame_reg] + (uint64_t)(int64_t)(int32_t)pe_u32(text + 3);
        at = 7;
    }
    while ((used = take_pop(text + at, n - at, &reg)) != 0) {
        uint64_t v;

        if (reg == DEBUG_RSP || read_u64(u, new.r[DEBUG_RSP], &v) < 0)
            return 0;
        new.r[reg] = v;
        new.r[DEBUG_RSP] += 8;
        at += used;
    }
    if (!is_return(text + at, n - at))
        return 0;
    *g = new;
    return 1;
}

static enum unwind_how pop_return(struct unwind *u, struct debug_regs *g, enum unwind_how how)
{
    if (read_u64(u, g->r[DEBUG_RSP], &g->rip) < 0)
        return UNWIND_END;
    g->r[DEBUG_RSP] += 8;
    return how;
}

static enum unwind_how by_table(struct unwind *u, struct debug_regs *g, uint64_t base, struct entry *e)
{
    uint32_t done = (uint32_t)(g->rip - base) - e->begin;
    struct info in;
    int r = 0;

    for (unsigned i = 0; i < CHAIN_MAX; i++) {
        unsigned char b[ENTRY_SIZE];
        uint64_t at;

        if (e->info & 1) { /* its info is another entry */
            at = base + (e->info & ~1u);
        } else {
            at = base + e->info;
            if (read_info(u, at, &in) < 0)
                return UNWIND_END;
            if (i == 0 && !u->caller && done >= in.prologue && run_epilogue(u, g, &in))
                return pop_return(u, g, UNWIND_TABLE);
            r = undo_all(u, g, &in, done);
            if (r != 0 || !(in.flags & CHAINED))
                break;
            at += 4 + (in.codes + 1u) / 2 * 4;
        }
        if (u->read(u->arg, at, b, sizeof b) < 0)
            return UNWIND_END;
        e->info = pe_u32(b + 8);
        done = UINT32_MAX; /* the prologue of what it is chained to lies behind */
    }
    if (r < 0)
        return UNWIND_END;
    return r == 1 ? UNWIND_FAULT : pop_return(u, g, UNWIND_TABLE);
}

static enum unwind_how by_frame_pointer(struct unwind *u, struct debug_regs *g)
{
    uint64_t fp = g->r[DEBUG_RBP], sp = g->r[DEBUG_RSP], rip, up;

    if (fp < sp || fp - sp > (1u << 20) || (fp & 7) || read_u64(u, fp, &up) < 0
        || read_u64(u, fp + 8, &rip) < 0 || !rip)
        return UNWIND_END;
    g->rip = rip;
    g->r[DEBUG_RBP] = up;
    g->r[DEBUG_RSP] = fp + 16;
    return UNWIND_FRAME;
}

static enum unwind_how step(struct unwind *u, struct debug_regs *g)
{
    struct unwind_image im;
    /* A return address may be behind the last instruction of its function. */
    uint64_t at = g->rip - (u->caller ? 1 : 0);
    struct entry e;
    int r;

    if (u->sys_return && g->rip == u->sys_return) {
        for (unsigned i = 0; u->ret_addr <= 1 && u->ret_saved && i < CHAIN_MAX; i++) {
            uint64_t pair = u->ret_saved;

            if (read_u64(u, pair, &u->ret_addr) < 0 || read_u64(u, pair + 8, &u->ret_saved) < 0)
                return UNWIND_END;
        }
        if (u->ret_addr <= 1) /* in no call, or not in one from ported code */
            return UNWIND_END;
        g->rip = u->ret_addr;
        u->ret_addr = 0;      /* it stands for one frame */
        return UNWIND_RUNTIME;
    }
    if (u->image(u->arg, at, &im) < 0) {
        struct unwind_image there;
        uint64_t ret;

        /* A jump to nowhere: its return address is still on the stack. */
        if (!u->caller && read_u64(u, g->r[DEBUG_RSP], &ret) == 0
            && u->image(u->arg, ret, &there) == 0)
            return pop_return(u, g, UNWIND_LEAF);
        return by_frame_pointer(u, g);
    }
    if (!im.pdata_size)
        return by_frame_pointer(u, g);
    r = find_entry(u, &im, (uint32_t)(at - im.base), &e);
    if (r < 0)
        return by_frame_pointer(u, g);
    if (r == 0)
        return pop_return(u, g, UNWIND_LEAF);
    return by_table(u, g, im.base, &e);
}

enum unwind_how unwind_step(struct unwind *u, struct debug_regs *regs)
{
    struct debug_regs old = *regs;
    enum unwind_how how;

    if (u->frames >= UNWIND_MAX)
        return UNWIND_END;
    how = step(u, regs);
    u->frames++;
    u->caller = how != UNWIND_FAULT;
    if (how == UNWIND_END || !regs->rip
        || (regs->rip == old.rip && regs->r[DEBUG_RSP] == old.r[DEBUG_RSP]))
        return UNWIND_END;
    return how;
}
