/* SPDX-License-Identifier: BSD-2-Clause */
/* mkgroup: prints the groups of this machine as lines for /etc/group, without the runtime. */
#include <string.h>

#include "lib/acl/file_win.h"
#include "lib/tool/opt.h"
#include "lib/tool/out.h"

static struct {
    bool local, current, json;
    const char *group;
    int64_t offset;
} cfg;

static const struct opt opts[] = {
    { 'l', "local", OPT_FLAG, &cfg.local, NULL, "the groups of this machine, and the well-known ones" },
    { 'c', "current", OPT_FLAG, &cfg.current, NULL, "the group of the account that runs this program" },
    { 'g', "group", OPT_STR, &cfg.group, "NAME", "the group of that name" },
    { 'o', "id-offset", OPT_INT, &cfg.offset, "NUMBER", "added to the numbers of accounts", .min = 0, .max = 0x7ffffff },
    { 0, "json", OPT_FLAG, &cfg.json, NULL, "a JSON object a line" },
    { 0 }
};

static const struct opt_spec spec = {
    .prog = "mkgroup",
    .usage = "[-l] [-c] [-g NAME] [--json]",
    .about = "Prints groups in the form of /etc/group. Without options: those of -l and -c.",
    .opts = opts,
    .exit_status = "0  all printed\n1  there is no such group, or the system does not list them\n2  wrong usage",
    .more = "The runtime needs no /etc/group: write one to give groups other names or numbers.",
};

static struct sid me, my_group;
static struct buf out;

static void put_group(void *arg, const char *name, const struct sid *s, const char *comment)
{
    uint32_t gid = sid_to_id(&me, s);
    struct buf sid;

    gid += gid >= SID_ACCOUNT ? (uint32_t)cfg.offset : 0;
    buf_init(&sid, tool_realloc, NULL, 0);
    sid_format(&sid, s);
    if (cfg.json) {
        buf_putc(&out, '{');
        json_key(&out, "name");
        json_strz(&out, name);
        json_key(&out, "gid");
        buf_putu(&out, gid);
        json_key(&out, "comment");
        json_strz(&out, comment);
        json_key(&out, "sid");
        json_strz(&out, sid.p);
        buf_puts(&out, "}\n");
    } else {
        buf_puts(&out, name);
        buf_putc(&out, ':');
        buf_puts(&out, sid.p);
        buf_putc(&out, ':');
        buf_putu(&out, gid);
        buf_puts(&out, ":\n");
    }
    buf_free(&sid);
}

/* Those that every system knows were printed already. */
static void put_local(void *arg, const char *name, const struct sid *s, const char *comment)
{
    if (!sid_known_name(s))
        put_group(arg, name, s, comment);
}

static void put_named(const struct sid *s)
{
    struct buf name;

    buf_init(&name, tool_realloc, NULL, 0);
    account_print(NULL, true, s, &name);
    put_group(NULL, name.p, s, "");
    buf_free(&name);
}

int tool_main(int argc, char **argv)
{
    int status = 0;
    struct sid s;

    if (opt_parse(&spec, argc, argv) != argc) {
        tool_error("operands are not taken (try --help)");
        return OPT_EXIT_USAGE;
    }
    account_self(&me, &my_group);
    buf_init(&out, tool_realloc, NULL, 0);
    if (!cfg.local && !cfg.current && !cfg.group)
        cfg.local = cfg.current = true;
    if (cfg.local) {
        unsigned long error;

        for (unsigned i = 0; sid_known(i); i++)
            if (sid_is_group(sid_known(i)))
                put_group(NULL, sid_known_name(sid_known(i)), sid_known(i), "");
        if ((error = account_each(true, put_local, NULL)) != 0) {
            tool_error("the system does not list its groups (error %lu): those above are known to every system", error);
            status = cfg.current || cfg.group ? 0 : 1;
        }
    }
    if (cfg.current)
        put_named(&my_group);
    if (cfg.group && account_lookup(NULL, true, cfg.group, strlen(cfg.group), &s) == 0) {
        put_named(&s);
    } else if (cfg.group) {
        tool_error("%s: there is no such group", cfg.group);
        status = 1;
    }
    return tool_flush(&out, stdout) ? status : 1;
}
