/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DWARF by libdwarf: which function, inlined ones too, and which line an address belongs to. The
 * sections are found by lib/pe in a file that is already mapped, so that names of files and of
 * sections are no matter of libdwarf's.
 */
#ifdef _WIN32
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


#include "lib/debug/dwarf_int.h"
#include "lib/debug/symtab.h"
#include "lib/tool/out.h"

#define INLINE_MAX 32 /* depth of inlining that is shown */
#define DEPTH_MAX  64 /* of scopes inside each other */

bool dwarf_ok(struct dwarf_file *f, int r)
{
    if (r == DW_DLV_ERROR) {
        dwarf_dealloc_error(f->dbg, f->err);
        f->err = NULL;
    }
    return r == DW_DLV_OK;
}

/* ---- sections, as libdwarf asks for them ---- */

static int section_info(void *obj, Dwarf_Half i, Dwarf_Obj_Access_Section *to, int *error)
{
    struct dwarf_file *f = obj;

    memset(to, 0, sizeof *to);
    if (i == 0 || i > f->nsections) {
        to->name = "";
        return i == 0 ? DW_DLV_OK : DW_DLV_NO_ENTRY;
    }
    to->name = f->sections[i - 1].name;
    to->size = f->sections[i - 1].size;
    return DW_DLV_OK;
}

static Dwarf_Endianness byte_order(void *obj)
{
    return DW_OBJECT_LSB;
}

static Dwarf_Small length_size(void *obj)
{
    return 4;
}

static Dwarf_Small pointer_size(void *obj)
{
    return 8;
}

static Dwarf_Unsigned section_count(void *obj)
{
    return ((struct dwarf_file *)obj)->nsections + 1;
}

static int load_section(void *obj, Dwarf_Half i, Dwarf_Small **data, int *error)
{
    struct dwarf_file *f = obj;

    if (i == 0 || i > f->nsections)
        return DW_DLV_NO_ENTRY;
    *data = (Dwarf_Small *)(uintptr_t)f->sections[i - 1].data;
    return DW_DLV_OK;
}

static const Dwarf_Obj_Access_Methods methods = {
    section_info, byte_order, length_size, pointer_size, section_count, load_section, NULL,
};

static bool find_sections(struct dwarf_file *f, const void *bytes, size_t size)
{
    bool info = false;
    struct pe pe;

    if (pe_open_mem(&pe, bytes, size, 0) < 0 || !pe.plus)
        return false;
    for (uint32_t i = 0; i < pe.sections; i++) {
        struct dwarf_section *d = &f->sections[f->nsections];
        struct pe_section s;
        const char *name;
        size_t len;

        if (symtab_section(bytes, size, &pe, i, &s, &name, &len) < 0 || len >= sizeof d->name
            || len < 6 || memcmp(name, ".debug", 6) || s.off > size || s.raw_size > size - s.off)
            continue;
        memcpy(d->name, name, len);
        d->name[len] = 0;
        d->data = (const char *)bytes + s.off;
        /* what pads the section to the file's alignment is no DWARF */
        d->size = s.virtual_size && s.virtual_size < s.raw_size ? s.virtual_size : s.raw_size;
        info = info || !strcmp(d->name, ".debug_info");
        f->nsections++;
    }
    return info;
}

/* ---- ranges of compilation units ---- */

static void add_range(struct dwarf_file *f, uint64_t low, uint64_t high, Dwarf_Off die)
{
    if (low >= high || low < 0x10000) /* the linker has thrown the function away */
        return;
    if (f->nranges == f->cap) {
        f->cap = f->cap ? f->cap * 2 : 256;
        f->ranges = tool_realloc(f->ranges, f->cap * sizeof *f->ranges);
    }
    f->ranges[f->nranges++] = (struct dwarf_range){ low, high, die };
}

static bool low_high(struct dwarf_file *f, Dwarf_Die die, Dwarf_Addr *low, Dwarf_Addr *high)
{
    enum Dwarf_Form_Class class = DW_FORM_CLASS_UNKNOWN;
    Dwarf_Half form = 0;

    if (!dwarf_ok(f, dwarf_lowpc(die, low, &f->err)))
        return false;
    if (!dwarf_ok(f, dwarf_highpc_b(die, high, &form, &class, &f->err)))
        return false;
    if (class == DW_FORM_CLASS_CONSTANT)
        *high += *low;
    return true;
}

/* Calls fn for each range of the DIE; `base` is the unit's address. */
static bool each_range(struct dwarf_file *f, Dwarf_Die die, Dwarf_Addr base,
                       bool (*fn)(struct dwarf_file *f, uint64_t low, uint64_t high, uint64_t arg),
                       uint64_t arg)
{
    Dwarf_Addr low, high;
    Dwarf_Attribute attr;
    Dwarf_Off off, real;
    Dwarf_Ranges *v;
    Dwarf_Signed n;
    Dwarf_Unsigned bytes;
    bool found = false;

    if (low_high(f, die, &low, &high) && fn(f, low, high, arg))
        return true;
    if (!dwarf_ok(f, dwarf_attr(die, DW_AT_ranges, &attr, &f->err)))
        return false;
    if (!dwarf_ok(f, dwarf_global_formref(attr, &off, &f->err))) {
        dwarf_dealloc(f->dbg, attr, DW_DLA_ATTR);
        return false;
    }
    dwarf_dealloc(f->dbg, attr, DW_DLA_ATTR);
    if (!dwarf_ok(f, dwarf_get_ranges_b(f->dbg, off, die, &real, &v, &n, &bytes, &f->err)))
        return false;
    for (Dwarf_Signed i = 0; i < n && !found && v[i].dwr_type != DW_RANGES_END; i++) {
        if (v[i].dwr_type == DW_RANGES_ADDRESS_SELECTION)
            base = v[i].dwr_addr2;
        else
            found = fn(f, base + v[i].dwr_addr1, base + v[i].dwr_addr2, arg);
    }
    dwarf_ranges_dealloc(f->dbg, v, n);
    return found;
}

static bool take_range(struct dwarf_file *f, uint64_t low, uint64_t high, uint64_t die)
{
    add_range(f, low, high, die);
    return false;
}

static bool in_range(struct dwarf_file *f, uint64_t low, uint64_t high, uint64_t addr)
{
    return addr >= low && addr < high;
}

static Dwarf_Addr unit_base(struct dwarf_file *f, Dwarf_Die unit)
{
    Dwarf_Addr low = 0;

    return dwarf_ok(f, dwarf_lowpc(unit, &low, &f->err)) ? low : 0;
}

static int by_address(const void *a, const void *b)
{
    const struct dwarf_range *x = a, *y = b;

    return (x->low > y->low) - (x->low < y->low);
}

static void read_units(struct dwarf_file *f)
{
    for (;;) {
        Dwarf_Unsigned len, type_off, next;
        Dwarf_Half version, address, length, extension, kind;
        Dwarf_Off abbrev, off;
        Dwarf_Sig8 sig;
        Dwarf_Die unit;

        if (!dwarf_ok(f, dwarf_next_cu_header_d(f->dbg, 1, &len, &version, &abbrev, &address, &length,
                                                &extension, &sig, &type_off, &next, &kind, &f->err)))
            break;
        if (!dwarf_ok(f, dwarf_siblingof_b(f->dbg, NULL, 1, &unit, &f->err)))
            continue;
        if (dwarf_ok(f, dwarf_dieoffset(unit, &off, &f->err)))
            each_range(f, unit, unit_base(f, unit), take_range, off);
        dwarf_dealloc(f->dbg, unit, DW_DLA_DIE);
    }
    qsort(f->ranges, f->nranges, sizeof *f->ranges, by_address);
}

struct dwarf_file *dwarf_file_open(const void *bytes, size_t size)
{
    struct dwarf_file *f = tool_realloc(NULL, sizeof *f);

    memset(f, 0, sizeof *f);
    f->access.object = f;
    f->access.methods = &methods;
    if (!find_sections(f, bytes, size)
        || dwarf_object_init_b(&f->access, NULL, NULL, DW_GROUPNUMBER_ANY, &f->dbg, &f->err)
            != DW_DLV_OK) {
        tool_realloc(f, 0);
        return NULL;
    }
    read_units(f);
    return f;
}

void dwarf_file_close(struct dwarf_file *f)
{
    if (f->lines)
        dwarf_srclines_dealloc_b(f->lines);
    dwarf_object_finish(f->dbg, &f->err);
    tool_realloc(f->ranges, 0);
    tool_realloc(f, 0);
}

/* ---- lines ---- */

/* The row of the line table that covers addr. */
static bool find_line(struct dwarf_file *f, Dwarf_Die unit, Dwarf_Off off, uint64_t addr, char **file,
                      unsigned *line)
{
    Dwarf_Line *v, best = NULL;
    Dwarf_Unsigned version, number = 0;
    Dwarf_Small tables;
    Dwarf_Signed n, named = 0;
    Dwarf_Addr last = 0;
    bool end = true;

    if (f->lines && f->lines_of != off) {
        dwarf_srclines_dealloc_b(f->lines);
        f->lines = NULL;
    }
    if (!f->lines && !dwarf_ok(f, dwarf_srclines_b(unit, &version, &tables, &f->lines, &f->err)))
        return false;
    f->lines_of = off;
    if (!dwarf_ok(f, dwarf_srclines_from_linecontext(f->lines, &v, &n, &f->err)))
        return false;
    for (Dwarf_Signed i = 0; i < n; i++) {
        Dwarf_Addr a;
        Dwarf_Bool over;

        if (!dwarf_ok(f, dwarf_lineaddr(v[i], &a, &f->err)))
            return false;
        if (!end && addr >= last && addr < a) {
            best = named ? v[named - 1] : v[i - 1];
            break;
        }
        if (!dwarf_ok(f, dwarf_lineendsequence(v[i], &over, &f->err)))
            return false;
        if (over) {
            named = 0;
        } else {
            /* line 0 says that the code belongs to no line: the one before is nearest */
            number = 0;
            if (dwarf_ok(f, dwarf_lineno(v[i], &number, &f->err)) && number)
                named = i + 1;
        }
        end = over;
        last = a;
    }
    if (!best || !dwarf_ok(f, dwarf_lineno(best, &number, &f->err)))
        return false;
    *line = (unsigned)number;
    return dwarf_ok(f, dwarf_linesrc(best, file, &f->err));
}

/* ---- functions ---- */

/* The name of a function, of a copy of an inlined one too. It lies in the sections: it stays. */
static const char *function_name(struct dwarf_file *f, Dwarf_Die die, unsigned depth)
{
    static const Dwarf_Half refs[] = { DW_AT_abstract_origin, DW_AT_specification };
    char *name = NULL;

    if (dwarf_ok(f, dwarf_diename(die, &name, &f->err)))
        return name;
    for (unsigned i = 0; i < 2 && depth < 8; i++) {
        Dwarf_Die other = dwarf_follow(f, die, refs[i]);
        const char *s = other ? function_name(f, other, depth + 1) : NULL;

        if (other)
            dwarf_dealloc(f->dbg, other, DW_DLA_DIE);
        if (s)
            return s;
    }
    return NULL;
}

Dwarf_Die dwarf_follow(struct dwarf_file *f, Dwarf_Die die, Dwarf_Half name)
{
    Dwarf_Attribute attr;
    Dwarf_Die to = NULL;
    Dwarf_Off off;

    if (!dwarf_ok(f, dwarf_attr(die, name, &attr, &f->err)))
        return NULL;
    if (!dwarf_ok(f, dwarf_global_formref(attr, &off, &f->err))
        || !dwarf_ok(f, dwarf_offdie_b(f->dbg, off, 1, &to, &f->err)))
        to = NULL;
    dwarf_dealloc(f->dbg, attr, DW_DLA_ATTR);
    return to;
}

bool dwarf_number(struct dwarf_file *f, Dwarf_Die die, Dwarf_Half name, uint64_t *v)
{
    Dwarf_Attribute attr;
    Dwarf_Unsigned u = 0;
    Dwarf_Signed s = 0;
    bool ok;

    if (!dwarf_ok(f, dwarf_attr(die, name, &attr, &f->err)))
        return false;
    ok = dwarf_ok(f, dwarf_formudata(attr, &u, &f->err));
    if (!ok && (ok = dwarf_ok(f, dwarf_formsdata(attr, &s, &f->err))))
        u = (Dwarf_Unsigned)s;
    dwarf_dealloc(f->dbg, attr, DW_DLA_ATTR);
    *v = u;
    return ok;
}

/* Scopes around the address, outermost (the function) first. */
struct scopes {
    Dwarf_Die v[INLINE_MAX];
    unsigned n;
    uint64_t addr;
    Dwarf_Addr base;
};

/* Looks among the children of `die`, which is not freed. */
static void find_scopes(struct dwarf_file *f, Dwarf_Die die, struct scopes *s, unsigned depth)
{
    Dwarf_Die child, next;

    if (depth > DEPTH_MAX || !dwarf_ok(f, dwarf_child(die, &child, &f->err)))
        return;
    for (;;) {
        Dwarf_Half tag = 0;
        bool keep = false, inside = false;

        dwarf_ok(f, dwarf_tag(child, &tag, &f->err));
        if (tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block)
            inside = each_range(f, child, s->base, in_range, s->addr);
        if (inside && tag != DW_TAG_lexical_block && s->n < INLINE_MAX) {
            s->v[s->n++] = child;
            keep = true;
        }
        if (inside || tag == DW_TAG_namespace)
            find_scopes(f, child, s, depth + 1);
        if (inside || !dwarf_ok(f, dwarf_siblingof_b(f->dbg, child, 1, &next, &f->err)))
            next = NULL;
        if (!keep)
            dwarf_dealloc(f->dbg, child, DW_DLA_DIE);
        if (!next)
            return;
        child = next;
    }
}

/* The file by its number in the unit's table. */
static const char *file_name(struct dwarf_file *f, char **files, Dwarf_Signed n, uint64_t number)
{
    return number >= 1 && number <= (uint64_t)n ? files[number - 1] : NULL;
}

/* From the innermost scope outwards: each was called at the place that the one in it tells. */
static int tell(struct dwarf_file *f, Dwarf_Die unit, struct scopes *s, uint64_t slide,
                const struct debug_frame *frame, struct debug_place *p, debug_place_fn fn, void *arg)
{
    char **files = NULL;
    Dwarf_Signed nfiles = 0;
    int r = 0;

    if (s->n > 1 && !dwarf_ok(f, dwarf_srcfiles(unit, &files, &nfiles, &f->err)))
        nfiles = 0;
    for (unsigned i = s->n; i-- && r == 0;) {
        Dwarf_Addr low = 0;
        uint64_t v = 0;
        char *args = frame ? dwarf_args(f, s->v[i], s->v[0], s->base, s->addr, slide, frame) : NULL;

        p->function = function_name(f, s->v[i], 0);
        p->inlined = i > 0;
        p->offset = dwarf_ok(f, dwarf_lowpc(s->v[i], &low, &f->err)) && low && low <= s->addr
            ? s->addr - low : 0;
        p->args = args;
        r = fn(arg, p);
        tool_realloc(args, 0);
        p->args = NULL;
        p->file = i && dwarf_number(f, s->v[i], DW_AT_call_file, &v)
            ? file_name(f, files, nfiles, v) : NULL;
        p->line = i && dwarf_number(f, s->v[i], DW_AT_call_line, &v) ? (unsigned)v : 0;
    }
    for (Dwarf_Signed i = 0; i < nfiles; i++)
        dwarf_dealloc(f->dbg, files[i], DW_DLA_STRING);
    if (files)
        dwarf_dealloc(f->dbg, files, DW_DLA_LIST);
    return r;
}

static const struct dwarf_range *find_unit(const struct dwarf_file *f, uint64_t addr)
{
    size_t low = 0, n = f->nranges;

    while (n) {
        size_t half = n / 2;

        if (f->ranges[low + half].low <= addr) {
            low += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return low && addr < f->ranges[low - 1].high ? &f->ranges[low - 1] : NULL;
}

bool dwarf_file_lookup(struct dwarf_file *f, uint64_t addr, uint64_t slide,
                       const struct debug_frame *frame, struct debug_place *p, debug_place_fn fn,
                       void *arg, int *result)
{
    const struct dwarf_range *unit = find_unit(f, addr);
    struct scopes s = { .addr = addr };
    char *file = NULL;
    bool known = false;
    Dwarf_Die die;

    if (f->last_file)
        dwarf_dealloc(f->dbg, f->last_file, DW_DLA_STRING);
    f->last_file = NULL;
    if (!unit || !dwarf_ok(f, dwarf_offdie_b(f->dbg, unit->die, 1, &die, &f->err)))
        return false;
    s.base = unit_base(f, die);
    if (find_line(f, die, unit->die, addr, &file, &p->line))
        p->file = file;
    find_scopes(f, die, &s, 0);
    if (s.n) {
        *result = tell(f, die, &s, slide, frame, p, fn, arg);
        known = true;
    }
    for (unsigned i = 0; i < s.n; i++)
        dwarf_dealloc(f->dbg, s.v[i], DW_DLA_DIE);
    f->last_file = file;
    dwarf_dealloc(f->dbg, die, DW_DLA_DIE);
    return known;
}
#else
typedef int dwarf_win_unused;
#endif
