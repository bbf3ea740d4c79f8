/* SPDX-License-Identifier: BSD-2-Clause */
/* getfacl: shows access control lists of files, without the runtime. */
#include <string.h>

#include "lib/acl/file_win.h"
#include "lib/acl/text.h"
#include "lib/tool/opt.h"
#include "lib/tool/out.h"

static struct {
    bool access, defaults, no_header, no_effective, all_effective, numeric, json;
} cfg;

static const struct opt opts[] = {
    { 'a', "access", OPT_FLAG, &cfg.access, NULL, "the access list only" },
    { 'd', "default", OPT_FLAG, &cfg.defaults, NULL, "the default list only" },
    { 'c', "omit-header", OPT_FLAG, &cfg.no_header, NULL, "no name, owner and group in front" },
    { 'e', "all-effective", OPT_FLAG, &cfg.all_effective, NULL, "say what each entry is worth behind the mask" },
    { 'E', "no-effective", OPT_FLAG, &cfg.no_effective, NULL, "never say it" },
    { 'n', "numeric", OPT_FLAG, &cfg.numeric, NULL, "numbers instead of names" },
    { 0, "json", OPT_FLAG, &cfg.json, NULL, "a JSON object a line for each file" },
    { 0 }
};

static const struct opt_spec spec = {
    .prog = "getfacl",
    .usage = "[OPTION]... FILE...",
    .about = "Shows the access control lists of files; setfacl --set-file takes the output.",
    .opts = opts,
    .exit_status = "0  all shown\n1  a file could not be read, a message says why\n2  wrong usage",
};

static struct sid me, my_group;

static void number(void *ctx, bool group, const struct sid *s, struct buf *out)
{
    buf_putu(out, sid_to_id(&me, s));
}

static perm_name_fn *namer(void)
{
    return cfg.numeric ? number : account_print;
}

static bool wanted(const struct perm_entry *e)
{
    return e->def ? !cfg.access || cfg.defaults : !cfg.defaults || cfg.access;
}

static void put_header(struct buf *out, const char *name, const struct perm *p)
{
    buf_puts(out, "# file: ");
    buf_puts(out, name);
    buf_puts(out, "\n# owner: ");
    namer()(NULL, false, &p->owner, out);
    buf_puts(out, "\n# group: ");
    namer()(NULL, true, &p->group, out);
    buf_putc(out, '\n');
    if (p->special) {
        buf_puts(out, "# flags: ");
        buf_putc(out, p->special & PERM_SETUID ? 's' : '-');
        buf_putc(out, p->special & PERM_SETGID ? 's' : '-');
        buf_putc(out, p->special & PERM_STICKY ? 't' : '-');
        buf_putc(out, '\n');
    }
}

static void put_text(struct buf *out, const char *name, const struct perm *p)
{
    unsigned flags = cfg.no_effective ? 0 : cfg.all_effective ? PERM_TEXT_ALL_EFFECTIVE : PERM_TEXT_EFFECTIVE;

    if (!cfg.no_header)
        put_header(out, name, p);
    for (size_t i = 0; i < p->list.n; i++) {
        if (!wanted(&p->list.v[i]))
            continue;
        perm_format_entry(out, &p->list, &p->list.v[i], flags, namer(), NULL);
        buf_putc(out, '\n');
    }
    buf_putc(out, '\n');
}

static void put_account(struct buf *out, const char *key, bool group, const struct sid *s)
{
    struct buf b;

    buf_init(&b, tool_realloc, NULL, 0);
    namer()(NULL, group, s, &b);
    json_key(out, key);
    json_str(out, b.p, b.len);
    buf_free(&b);
}

static void put_json(struct buf *out, const char *name, const struct perm *p)
{
    static const char *const tags[] = { [PERM_USER_OBJ] = "user_obj", [PERM_USER] = "user", [PERM_GROUP_OBJ] = "group_obj",
        [PERM_GROUP] = "group", [PERM_MASK] = "mask", [PERM_OTHER] = "other" };

    buf_putc(out, '{');
    json_key(out, "file");
    json_strz(out, name);
    put_account(out, "owner", false, &p->owner);
    put_account(out, "group", true, &p->group);
    json_key(out, "mode");
    buf_putu(out, perm_list_mode(&p->list) | p->special);
    json_key(out, "entries");
    buf_putc(out, '[');
    for (size_t i = 0; i < p->list.n; i++) {
        const struct perm_entry *e = &p->list.v[i];
        struct buf sid;

        if (!wanted(e))
            continue;
        json_comma(out);
        buf_putc(out, '{');
        json_key(out, "tag");
        json_strz(out, tags[e->tag]);
        json_key(out, "default");
        buf_puts(out, e->def ? "true" : "false");
        if (e->tag & (PERM_USER | PERM_GROUP)) {
            buf_init(&sid, tool_realloc, NULL, 0);
            sid_format(&sid, &e->sid);
            put_account(out, "name", e->tag == PERM_GROUP, &e->sid);
            json_key(out, "sid");
            json_str(out, sid.p, sid.len);
            buf_free(&sid);
        }
        json_key(out, "perm");
        buf_putc(out, '"');
        perm_format_rwx(out, e->perm);
        buf_puts(out, "\"}");
    }
    buf_puts(out, "]}\n");
}

int tool_main(int argc, char **argv)
{
    int i = opt_parse(&spec, argc, argv), status = 0;
    struct buf out;

    if (i == argc) {
        tool_error("no file given (try --help)");
        return OPT_EXIT_USAGE;
    }
    account_self(&me, &my_group);
    buf_init(&out, tool_realloc, NULL, 0);
    for (; i < argc; i++) {
        struct perm_file f;
        const char *why = "it cannot be read";

        if (perm_file_read(&f, argv[i], &why) < 0) {
            tool_flush(&out, stdout);
            tool_error("%s: %s", argv[i], why);
            status = 1;
        } else {
            perm_sort(&f.perm.list);
            (cfg.json ? put_json : put_text)(&out, argv[i], &f.perm);
        }
        perm_file_free(&f);
    }
    return tool_flush(&out, stdout) ? status : 1;
}
