/* SPDX-License-Identifier: BSD-2-Clause */
/* setfacl: changes access control lists of files, without the runtime. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/acl/file_win.h"
#include "lib/acl/text.h"
#include "lib/tool/opt.h"
#include "lib/tool/out.h"

static struct {
    struct opt_list modify, remove, set;
    const char *modify_file, *remove_file, *set_file;
    bool remove_all, remove_default, no_mask, mask, defaults, test;
} cfg;

static const struct opt opts[] = {
    { 'm', "modify", OPT_LIST, &cfg.modify, "ENTRIES", "add entries, or change those that are there" },
    { 'M', "modify-file", OPT_STR, &cfg.modify_file, "FILE", "the same, read from FILE; - is standard input" },
    { 'x', "remove", OPT_LIST, &cfg.remove, "ENTRIES", "remove entries, given without permissions" },
    { 'X', "remove-file", OPT_STR, &cfg.remove_file, "FILE", "the same, read from FILE" },
    { 's', "set", OPT_LIST, &cfg.set, "ENTRIES", "replace the list" },
    { 'f', "set-file", OPT_STR, &cfg.set_file, "FILE", "the same, read from FILE, as getfacl prints it" },
    { 'b', "remove-all", OPT_FLAG, &cfg.remove_all, NULL, "remove all but the three entries of a mode" },
    { 'k', "remove-default", OPT_FLAG, &cfg.remove_default, NULL, "remove the default list" },
    { 'n', "no-mask", OPT_FLAG, &cfg.no_mask, NULL, "leave the mask as it is" },
    { 0, "mask", OPT_FLAG, &cfg.mask, NULL, "let the mask be what all entries need, even if one was given" },
    { 'd', "default", OPT_FLAG, &cfg.defaults, NULL, "all entries mean the default list" },
    { 0, "test", OPT_FLAG, &cfg.test, NULL, "show what the list would be, and change nothing" },
    { 0 }
};

static const struct opt_spec spec = {
    .prog = "setfacl",
    .usage = "-m|-x|-s ENTRIES... [OPTION]... FILE...\n-b|-k [OPTION]... FILE...",
    .about = "Changes the access control lists of files. Entries look like user:NAME:rwx, group::r-x, mask::r--, "
             "other::---, with d: in front for the default list of a folder, and are separated by commas.",
    .opts = opts,
    .exit_status = "0  all changed\n1  a file could not be changed, a message says why\n2  wrong usage",
};

/* What was asked for, parsed once. */
static struct perm_list modify, removal, replacement;
static bool replaces;

static void parse(struct perm_list *l, const char *text, unsigned flags)
{
    struct perm_text_error e;

    if (cfg.defaults)
        flags |= PERM_TEXT_DEFAULTS;
    if (perm_parse(l, text, flags, account_lookup, NULL, &e) < 0)
        tool_die(OPT_EXIT_USAGE, "%.*s: %s", (int)e.len, text + e.at, e.why);
}

static void parse_file(struct perm_list *l, const char *name, unsigned flags)
{
    FILE *f = strcmp(name, "-") ? fopen(name, "rb") : stdin;
    struct buf text;
    char piece[4096];
    size_t n;

    if (!f)
        tool_die(1, "%s: %s", name, strerror(errno));
    buf_init(&text, tool_realloc, NULL, 0);
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        buf_put(&text, piece, n);
    if (ferror(f))
        tool_die(1, "%s: cannot be read", name);
    if (text.p)
        parse(l, text.p, flags);
    buf_free(&text);
    if (f != stdin)
        fclose(f);
}

static void parse_all(void)
{
    perm_list_init(&modify, tool_realloc, NULL, 0);
    perm_list_init(&removal, tool_realloc, NULL, 0);
    perm_list_init(&replacement, tool_realloc, NULL, 0);
    for (size_t i = 0; i < cfg.modify.n; i++)
        parse(&modify, cfg.modify.v[i], 0);
    for (size_t i = 0; i < cfg.remove.n; i++)
        parse(&removal, cfg.remove.v[i], PERM_TEXT_NO_PERMS);
    for (size_t i = 0; i < cfg.set.n; i++)
        parse(&replacement, cfg.set.v[i], 0);
    if (cfg.modify_file)
        parse_file(&modify, cfg.modify_file, 0);
    if (cfg.remove_file)
        parse_file(&removal, cfg.remove_file, PERM_TEXT_NO_PERMS);
    if (cfg.set_file)
        parse_file(&replacement, cfg.set_file, 0);
    replaces = cfg.set.n || cfg.set_file;
}

/* ---- one file ---- */

static bool named(const struct perm_entry *e)
{
    return e->tag & (PERM_USER | PERM_GROUP);
}

static void put(struct perm_list *l, const struct perm_entry *e)
{
    struct perm_entry *old = perm_find(l, e->tag, &e->sid, e->def);

    if (old)
        old->perm = e->perm;
    else
        perm_add(l, e->tag, e->perm, &e->sid, e->def);
}

/* A default list needs the three entries of a mode: what is missing comes from the access list. */
static void complete(struct perm_list *l)
{
    static const unsigned tags[] = { PERM_USER_OBJ, PERM_GROUP_OBJ, PERM_OTHER };

    for (size_t i = 0; perm_has(l, true) && i < 3; i++) {
        struct perm_entry *e = perm_find(l, tags[i], NULL, false);

        if (!perm_find(l, tags[i], NULL, true))
            perm_add(l, tags[i], e ? e->perm : 0, NULL, true);
    }
}

static bool gives_mask(const struct perm_list *l, bool def)
{
    return perm_find(l, PERM_MASK, NULL, def) != NULL;
}

static bool touches(const struct perm_list *l, bool def)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->v[i].def == def && (named(&l->v[i]) || l->v[i].tag == PERM_GROUP_OBJ))
            return true;
    return false;
}

static void fix_mask(struct perm_list *l, bool def)
{
    bool given = gives_mask(&modify, def) || gives_mask(&replacement, def);
    bool changed = touches(&modify, def) || touches(&removal, def) || (replaces && touches(&replacement, def));

    if (cfg.mask || (!cfg.no_mask && !given && changed) || perm_check(l, def, NULL) == PERM_MISSING)
        perm_calc_mask(l, def);
}

static bool only_modes(const struct perm_list *l, bool def)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->v[i].def == def && named(&l->v[i]))
            return false;
    return true;
}

static void drop(struct perm_list *l, unsigned tag, bool def)
{
    struct perm_entry *e = perm_find(l, tag, NULL, def);

    if (e)
        perm_remove(l, e);
}

static const char *change(struct perm_list *l)
{
    if (replaces) {
        for (int def = 0; def < 2; def++)
            if (perm_has(&replacement, def))
                perm_clear(l, def);
        for (size_t i = 0; i < replacement.n; i++)
            perm_add(l, replacement.v[i].tag, replacement.v[i].perm, &replacement.v[i].sid, replacement.v[i].def);
    }
    if (cfg.remove_all) {
        for (size_t i = l->n; i-- > 0;)
            if (named(&l->v[i]) || l->v[i].def || l->v[i].tag == PERM_MASK)
                perm_remove(l, &l->v[i]);
    }
    if (cfg.remove_default)
        perm_clear(l, true);
    for (size_t i = 0; i < removal.n; i++) {
        struct perm_entry *e = perm_find(l, removal.v[i].tag, &removal.v[i].sid, removal.v[i].def);

        if (!named(&removal.v[i]) && removal.v[i].tag != PERM_MASK)
            return "the entries of owner, group and others cannot be removed";
        if (e)
            perm_remove(l, e);
    }
    for (size_t i = 0; i < modify.n; i++)
        put(l, &modify.v[i]);
    complete(l);
    for (int def = 0; def < 2; def++) {
        if (!perm_has(l, def))
            continue;
        fix_mask(l, def);
        if (only_modes(l, def) && !gives_mask(&modify, def) && !gives_mask(&replacement, def) && removal.n)
            drop(l, PERM_MASK, def);
    }
    return NULL;
}

static const char *const faults[] = {
    [PERM_MULTI] = "an entry is there twice", [PERM_DUPLICATE] = "somebody is named twice",
    [PERM_MISSING] = "the entries of owner, group, others, or a mask are missing", [PERM_BAD_ENTRY] = "an entry is wrong",
};

static void show(const char *name, const struct perm_list *l)
{
    struct buf out;

    buf_init(&out, tool_realloc, NULL, 0);
    buf_puts(&out, name);
    buf_puts(&out, ": ");
    for (size_t i = 0; i < l->n; i++) {
        if (i)
            buf_putc(&out, ',');
        perm_format_entry(&out, l, &l->v[i], PERM_TEXT_ABBREVIATE, account_print, NULL);
    }
    buf_putc(&out, '\n');
    tool_flush(&out, stdout);
}

static const char *one(const char *name)
{
    const char *why = "it cannot be changed";
    enum perm_fault fault;
    struct perm_file f;
    int r = perm_file_read(&f, name, &why);

    if (r == 0 && (why = change(&f.perm.list)) == NULL) {
        perm_sort(&f.perm.list);
        fault = perm_check(&f.perm.list, false, NULL);
        if (fault == PERM_OK)
            fault = perm_check(&f.perm.list, true, NULL);
        if (fault != PERM_OK)
            why = faults[fault];
        else if (perm_has(&f.perm.list, true) && !f.dir)
            why = "only folders have a default list";
        else if (cfg.test)
            show(name, &f.perm.list);
        else if (!f.kept)
            why = "its file system keeps no lists";
        else
            perm_file_write(&f, &why);
    }
    perm_file_free(&f);
    return why;
}

int tool_main(int argc, char **argv)
{
    int i = opt_parse(&spec, argc, argv), status = 0;

    parse_all();
    if (!modify.n && !removal.n && !replaces && !cfg.remove_all && !cfg.remove_default && !cfg.mask) {
        tool_error("nothing to change is given (try --help)");
        return OPT_EXIT_USAGE;
    }
    if (i == argc) {
        tool_error("no file given (try --help)");
        return OPT_EXIT_USAGE;
    }
    for (; i < argc; i++) {
        const char *why = one(argv[i]);

        if (why) {
            tool_error("%s: %s", argv[i], why);
            status = 1;
        }
    }
    return status;
}
