/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * umount: removes mounts from the registry and tells the running processes. Built with change.c of this
 * folder.
 */
#include <string.h>

#include "lib/path/mounts_win.h"
#include "lib/tool/opt.h"
#include "lib/tool/out.h"
#include "mount/mount.h"

static struct {
    bool all, all_user, all_system, prefix, user, system, shared;
} cfg;

static const struct opt opts[] = {
    { 0, NULL, OPT_TITLE, NULL, NULL, "What to remove, in place of POSIX-PATH" },
    { 'a', "all", OPT_FLAG, &cfg.all, NULL, "all mounts, of the user and of the system, and the cygdrive prefix" },
    { 'A', "remove-all-mounts", OPT_FLAG, &cfg.all, NULL, "the same" },
    { 'U', "remove-user-mounts", OPT_FLAG, &cfg.all_user, NULL, "all mounts of the user" },
    { 'S', "remove-system-mounts", OPT_FLAG, &cfg.all_system, NULL, "all mounts of the system" },
    { 'c', "remove-cygdrive-prefix", OPT_FLAG, &cfg.prefix, NULL,
      "the cygdrive prefix: drives are found below /cygdrive again" },
    { 0, NULL, OPT_TITLE, NULL, NULL, "How" },
    { 's', "system", OPT_FLAG, &cfg.system, NULL, "the system's entry" },
    { 'u', "user", OPT_FLAG, &cfg.user, NULL, "the user's entry" },
    { 0, "default", OPT_FLAG, &cfg.shared, NULL, "the entry for all installations" },
    { 0 }
};

static const struct opt_spec spec = {
    .prog = "umount",
    .usage = "[-u|-s] [--default] POSIX-PATH...\n[-u|-s] [--default] -c\n[--default] -a|-U|-S",
    .about = "Removes mounts from the registry; running programs see it at once. Without -u and -s the entry "
             "that decides is removed, the user's before the system's.",
    .opts = opts,
    .exit_status = "0  removed\n1  there is no such mount, or no right to remove it\n2  wrong usage",
};

/* Removes one entry of the scope that is asked for; without -u and -s the one that decides. */
static void remove_one(const char *name, const char *what)
{
    unsigned shared = cfg.shared ? MOUNTS_KEY_DEFAULT : 0;
    unsigned long error;

    if (!cfg.system && mounts_write(MOUNTS_KEY_USER | shared, name, NULL, &error) == 0)
        return;
    if (cfg.user)
        change_or_die(MOUNTS_KEY_USER | shared, name, NULL, what);
    else
        change_or_die(shared, name, NULL, what);
}

static void remove_point(const char *path)
{
    struct buf name;

    buf_init(&name, tool_realloc, NULL, 0);
    change_point(&name, path);
    remove_one(name.p, path);
    buf_free(&name);
}

/* Also those that cannot be read. */
static void remove_all(unsigned key, bool prefix_too)
{
    struct buf names;

    buf_init(&names, tool_realloc, NULL, 0);
    if (mounts_names(key, &names) < 0)
        tool_die(1, "the registry cannot be read");
    for (size_t i = 0; i < names.len; i += strlen(names.p + i) + 1)
        if (prefix_too || strcmp(names.p + i, "cygdrive"))
            change_or_die(key, names.p + i, NULL, names.p + i);
    buf_free(&names);
}

int tool_main(int argc, char **argv)
{
    int first = opt_parse(&spec, argc, argv);
    bool many = cfg.all || cfg.all_user || cfg.all_system;
    unsigned shared = cfg.shared ? MOUNTS_KEY_DEFAULT : 0;

    if (cfg.user && cfg.system)
        return tool_error("-u and -s contradict each other"), OPT_EXIT_USAGE;
    if (many || cfg.prefix ? first < argc : first == argc)
        return tool_error(first < argc ? "'%s': no operand is taken with these options"
                                       : "no mount point given (try --help)", argv[first]), OPT_EXIT_USAGE;
    if (cfg.all || cfg.all_user)
        remove_all(MOUNTS_KEY_USER | shared, cfg.all);
    if (cfg.all || cfg.all_system)
        remove_all(shared, cfg.all);
    if (cfg.prefix && !cfg.all)
        remove_one("cygdrive", "cygdrive prefix");
    for (int i = first; i < argc; i++)
        remove_point(argv[i]);
    change_tell();
    return 0;
}
