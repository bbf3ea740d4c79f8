/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values of a function's arguments where DWARF tells where they are at this place: in memory, or in a
 * register that calls preserve. What cannot be had is shown as "?", never guessed.
 */
#ifdef _WIN32
#include <stdio.h>
#include <string.h>

#include "lib/debug/dwarf_int.h"
#include "lib/text/buf.h"
#include "lib/tool/out.h"

#define TEXT_SHOWN 40 /* bytes of a string */
#define STACK 16

struct where {
    struct dwarf_file *f;
    Dwarf_Die function;
    uint64_t addr, slide;
    const struct debug_frame *frame;
};

/* DWARF numbers the registers in an order of its own. */
static bool reg(const struct where *w, unsigned n, uint64_t *v)
{
    static const uint8_t order[] = { DEBUG_RAX, DEBUG_RDX, DEBUG_RCX, DEBUG_RBX, DEBUG_RSI, DEBUG_RDI,
                                     DEBUG_RBP, DEBUG_RSP, 8, 9, 10, 11, 12, 13, 14, 15 };
    static const uint16_t preserved = 1 << DEBUG_RBX | 1 << DEBUG_RSP | 1 << DEBUG_RBP | 1 << DEBUG_RSI
        | 1 << DEBUG_RDI | 0xf000;

    if (n >= sizeof order || (w->frame->caller && !(preserved >> order[n] & 1)))
        return false;
    *v = w->frame->regs->r[order[n]];
    return true;
}

/* A value: in memory at `v`, or `v` itself. */
struct loc {
    bool memory;
    uint64_t v;
};

static bool attr_loc(const struct where *w, Dwarf_Die die, Dwarf_Half name, struct loc *to);

/* One operation; false: it cannot be done here. */
static bool operate(const struct where *w, Dwarf_Small op, Dwarf_Unsigned a, Dwarf_Unsigned b,
                    uint64_t *stack, unsigned *n, struct loc *to)
{
    uint64_t v = 0;
    struct loc base;

    if (op >= DW_OP_reg0 && op <= DW_OP_reg31) {
        to->memory = false;
        if (!reg(w, op - DW_OP_reg0, &v))
            return false;
    } else if (op >= DW_OP_breg0 && op <= DW_OP_breg31) {
        if (!reg(w, op - DW_OP_breg0, &v))
            return false;
        v += a;
    } else if (op >= DW_OP_lit0 && op <= DW_OP_lit31) {
        v = op - DW_OP_lit0;
    } else if (op == DW_OP_fbreg) {
        if (!w->function || !attr_loc(&(struct where){ w->f, NULL, w->addr, w->slide, w->frame },
                                      w->function, DW_AT_frame_base, &base))
            return false;
        v = base.v + a;
    } else if (op == DW_OP_addr) {
        v = a + w->slide;
    } else if (op == DW_OP_constu || op == DW_OP_consts || (op >= DW_OP_const1u && op <= DW_OP_const8s)) {
        v = a;
    } else if (op == DW_OP_stack_value) {
        to->memory = false;
        return *n > 0;
    } else if (op == DW_OP_plus_uconst && *n) {
        stack[*n - 1] += a;
        return true;
    } else if (op == DW_OP_deref && *n) {
        return w->frame->read(w->frame->arg, stack[*n - 1], &stack[*n - 1], 8) == 0;
    } else {
        return false;
    }
    if (*n == STACK)
        return false;
    stack[(*n)++] = v;
    return true;
}

static bool evaluate(const struct where *w, Dwarf_Locdesc_c d, Dwarf_Unsigned ops, struct loc *to)
{
    uint64_t stack[STACK];
    unsigned n = 0;

    to->memory = true;
    for (Dwarf_Unsigned i = 0; i < ops; i++) {
        Dwarf_Unsigned a, b, c, target;
        Dwarf_Small op;

        if (!dwarf_ok(w->f, dwarf_get_location_op_value_c(d, i, &op, &a, &b, &c, &target, &w->f->err))
            || !operate(w, op, a, b, stack, &n, to))
            return false;
    }
    if (n)
        to->v = stack[n - 1];
    return n > 0;
}

/* Where an attribute says that something is, at the frame's address. */
static bool attr_loc(const struct where *w, Dwarf_Die die, Dwarf_Half name, struct loc *to)
{
    Dwarf_Attribute attr;
    Dwarf_Loc_Head_c head;
    Dwarf_Unsigned count;
    bool found = false;

    if (!dwarf_ok(w->f, dwarf_attr(die, name, &attr, &w->f->err)))
        return false;
    if (dwarf_ok(w->f, dwarf_get_loclist_c(attr, &head, &count, &w->f->err))) {
        for (Dwarf_Unsigned i = 0; i < count && !found; i++) {
            Dwarf_Unsigned ops, at, where, raw_low, raw_high;
            Dwarf_Bool missing;
            Dwarf_Small kind, source;
            Dwarf_Addr low, high;
            Dwarf_Locdesc_c d;

            if (!dwarf_ok(w->f, dwarf_get_locdesc_entry_d(head, i, &kind, &raw_low, &raw_high, &missing, &low,
                                                          &high, &ops, &d, &source, &at, &where,
                                                          &w->f->err)))
                break;
            if (source == 0 || (w->addr >= low && w->addr < high))
                found = evaluate(w, d, ops, to);
        }
        dwarf_loc_head_c_dealloc(head);
    }
    dwarf_dealloc(w->f->dbg, attr, DW_DLA_ATTR);
    return found;
}

/* What a value is, when names and qualifiers are taken off. */
struct type {
    Dwarf_Half tag;
    uint64_t size, encoding;
    bool text; /* a pointer to characters */
};

static void find_type(struct dwarf_file *f, Dwarf_Die die, struct type *t, unsigned depth)
{
    Dwarf_Die to = depth < 16 ? dwarf_follow(f, die, DW_AT_type) : NULL;

    if (!to)
        return;
    t->tag = 0;
    dwarf_ok(f, dwarf_tag(to, &t->tag, &f->err));
    if (t->tag == DW_TAG_typedef || t->tag == DW_TAG_const_type || t->tag == DW_TAG_volatile_type
        || t->tag == DW_TAG_restrict_type) {
        find_type(f, to, t, depth + 1);
    } else if (t->tag == DW_TAG_pointer_type) {
        struct type target = { 0 };

        t->size = 8;
        find_type(f, to, &target, depth + 1);
        t->text = target.tag == DW_TAG_base_type && target.size == 1;
    } else {
        dwarf_number(f, to, DW_AT_byte_size, &t->size);
        dwarf_number(f, to, DW_AT_encoding, &t->encoding);
    }
    dwarf_dealloc(f->dbg, to, DW_DLA_DIE);
}

static void put_string(const struct where *w, struct buf *b, uint64_t addr)
{
    char text[TEXT_SHOWN + 1];
    size_t n = 0;

    while (n < TEXT_SHOWN && w->frame->read(w->frame->arg, addr + n, text + n, 1) == 0 && text[n])
        n++;
    buf_puts(b, " \"");
    for (size_t i = 0; i < n; i++)
        buf_putc(b, (unsigned char)text[i] < 32 || text[i] == 127 ? '?' : text[i]);
    buf_puts(b, n == TEXT_SHOWN ? "\"..." : "\"");
}

static void put_value(const struct where *w, struct buf *b, const struct type *t, const struct loc *l)
{
    uint64_t v = l->v;
    char text[40];

    if (t->tag != DW_TAG_base_type && t->tag != DW_TAG_pointer_type && t->tag != DW_TAG_enumeration_type) {
        buf_puts(b, "{...}");
        return;
    }
    if (!t->size || t->size > 8) {
        buf_putc(b, '?');
        return;
    }
    if (l->memory) {
        v = 0;
        if (w->frame->read(w->frame->arg, l->v, &v, (size_t)t->size) < 0) {
            buf_putc(b, '?');
            return;
        }
    }
    if (t->size < 8)
        v &= (1ull << t->size * 8) - 1;
    if (t->tag == DW_TAG_pointer_type) {
        buf_puts(b, "0x");
        buf_putx(b, v, 1);
        if (t->text && v)
            put_string(w, b, v);
    } else if (t->encoding == DW_ATE_float) {
        double d;
        float s;

        memcpy(&d, &v, sizeof d);
        memcpy(&s, &v, sizeof s);
        snprintf(text, sizeof text, "%g", t->size == 8 ? d : (double)s);
        buf_puts(b, text);
    } else if (t->encoding == DW_ATE_unsigned || t->encoding == DW_ATE_unsigned_char
               || t->encoding == DW_ATE_boolean) {
        buf_putu(b, v);
    } else {
        unsigned unused = (unsigned)(64 - t->size * 8);

        buf_putd(b, (int64_t)(v << unused) >> unused);
    }
}

static void put_argument(const struct where *w, struct buf *b, Dwarf_Die die, bool first)
{
    struct dwarf_file *f = w->f;
    Dwarf_Die origin = dwarf_follow(f, die, DW_AT_abstract_origin);
    struct type t = { 0 };
    struct loc l = { 0 };
    uint64_t number;
    char *name = NULL;

    if (!dwarf_ok(f, dwarf_diename(origin ? origin : die, &name, &f->err)))
        name = NULL;
    find_type(f, origin ? origin : die, &t, 0);
    if (!first)
        buf_puts(b, ", ");
    buf_puts(b, name ? name : "?");
    buf_putc(b, '=');
    if (attr_loc(w, die, DW_AT_location, &l)) {
        put_value(w, b, &t, &l);
    } else if (dwarf_number(f, die, DW_AT_const_value, &number)) {
        l = (struct loc){ false, number };
        put_value(w, b, &t, &l);
    } else {
        buf_putc(b, '?');
    }
    if (origin)
        dwarf_dealloc(f->dbg, origin, DW_DLA_DIE);
}

char *dwarf_args(struct dwarf_file *f, Dwarf_Die scope, Dwarf_Die function, Dwarf_Addr base,
                 uint64_t addr, uint64_t slide, const struct debug_frame *frame)
{
    struct where w = { f, function, addr, slide, frame };
    Dwarf_Die child, next;
    struct buf b;
    bool first = true;

    buf_init(&b, tool_realloc, NULL, 0);
    if (!dwarf_ok(f, dwarf_child(scope, &child, &f->err)))
        return NULL;
    for (;;) {
        Dwarf_Half tag = 0;

        dwarf_ok(f, dwarf_tag(child, &tag, &f->err));
        if (tag == DW_TAG_formal_parameter) {
            put_argument(&w, &b, child, first);
            first = false;
        }
        if (!dwarf_ok(f, dwarf_siblingof_b(f->dbg, child, 1, &next, &f->err)))
            next = NULL;
        dwarf_dealloc(f->dbg, child, DW_DLA_DIE);
        if (!next)
            break;
        child = next;
    }
    return b.p; /* NULL: nothing was put */
}
#else
typedef int dwarf_args_win_unused;
#endif
