/* SPDX-License-Identifier: BSD-2-Clause */
/* mkpasswd: prints the accounts of this machine as lines for /etc/passwd, without the runtime. */
#include <string.h>

#include "lib/acl/file_win.h"
#include "lib/tool/opt.h"
#include "lib/tool/out.h"

static struct {
    bool local, current, json;
    const char *user, *home;
    int64_t offset;
} cfg = { .home = "/home/", .offset = 0 };

static const struct opt opts[] = {
    { 'l', "local", OPT_FLAG, &cfg.local, NULL, "the accounts of this machine, and the well-known ones" },
    { 'c', "current", OPT_FLAG, &cfg.current, NULL, "the account that runs this program" },
    { 'u', "username", OPT_STR, &cfg.user, "NAME", "the account of that name" },
    { 'p', "path-to-home", OPT_STR, &cfg.home, "PATH", "folder of the home directories; /home/ without this option" },
    { 'o', "id-offset", OPT_INT, &cfg.offset, "NUMBER", "added to the numbers of accounts", .min = 0, .max = 0x7ffffff },
    { 0, "json", OPT_FLAG, &cfg.json, NULL, "a JSON object a line" },
    { 0 }
};

static const struct opt_spec spec = {
    .prog = "mkpasswd",
    .usage = "[-l] [-c] [-u NAME] [-p PATH] [--json]",
    .about = "Prints accounts in the form of /etc/passwd. Without options: those of -l and -c.",
    .opts = opts,
    .exit_status = "0  all printed\n1  there is no such account, or the system does not list them\n2  wrong usage",
    .more = "The runtime needs no /etc/passwd: write one to give accounts other names, homes, shells or numbers.",
};

static struct sid me, my_group;
static struct buf out;

static void put_home(struct buf *b, const char *name)
{
    buf_puts(b, cfg.home);
    if (!*cfg.home || cfg.home[strlen(cfg.home) - 1] != '/')
        buf_putc(b, '/');
    buf_puts(b, name);
}

/* Colons and ends of lines would end the field. */
static void put_comment(struct buf *b, const char *s)
{
    for (; *s; s++)
        buf_putc(b, *s == ':' || *s == '\n' || *s == '\r' ? ' ' : *s);
}

static void put_user(void *arg, const char *name, const struct sid *s, const char *comment)
{
    uint32_t uid = sid_to_id(&me, s), gid = sid_equal(s, &me) ? sid_to_id(&me, &my_group) : SID_ACCOUNT + 513;
    struct buf sid, home;

    uid += uid >= SID_ACCOUNT ? (uint32_t)cfg.offset : 0;
    buf_init(&sid, tool_realloc, NULL, 0);
    buf_init(&home, tool_realloc, NULL, 0);
    sid_format(&sid, s);
    put_home(&home, name);
    if (cfg.json) {
        buf_putc(&out, '{');
        json_key(&out, "name");
        json_strz(&out, name);
        json_key(&out, "uid");
        buf_putu(&out, uid);
        json_key(&out, "gid");
        buf_putu(&out, gid);
        json_key(&out, "comment");
        json_strz(&out, comment);
        json_key(&out, "sid");
        json_strz(&out, sid.p);
        json_key(&out, "home");
        json_strz(&out, home.p);
        buf_puts(&out, "}\n");
    } else {
        buf_puts(&out, name);
        buf_puts(&out, ":*:");
        buf_putu(&out, uid);
        buf_putc(&out, ':');
        buf_putu(&out, gid);
        buf_putc(&out, ':');
        put_comment(&out, comment);
        buf_puts(&out, *comment ? "," : "");
        buf_puts(&out, sid.p);
        buf_putc(&out, ':');
        buf_puts(&out, home.p);
        buf_puts(&out, ":/bin/sh\n");
    }
    buf_free(&sid);
    buf_free(&home);
}

static void put_named(const struct sid *s)
{
    struct buf name;

    buf_init(&name, tool_realloc, NULL, 0);
    account_print(NULL, false, s, &name);
    put_user(NULL, name.p, s, "");
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
    if (!cfg.local && !cfg.current && !cfg.user)
        cfg.local = cfg.current = true;
    if (cfg.local) {
        unsigned long error;

        for (unsigned i = 0; sid_known(i); i++)
            if (!sid_is_group(sid_known(i)) && sid_known(i)->auth[5] == 5)
                put_user(NULL, sid_known_name(sid_known(i)), sid_known(i), "");
        if ((error = account_each(false, put_user, NULL)) != 0) {
            tool_error("the system does not list its accounts (error %lu): those above are known to every system", error);
            status = cfg.current || cfg.user ? 0 : 1;
        }
    }
    if (cfg.current)
        put_named(&me);
    if (cfg.user && account_lookup(NULL, false, cfg.user, strlen(cfg.user), &s) == 0) {
        put_named(&s);
    } else if (cfg.user) {
        tool_error("%s: there is no such account", cfg.user);
        status = 1;
    }
    return tool_flush(&out, stdout) ? status : 1;
}
