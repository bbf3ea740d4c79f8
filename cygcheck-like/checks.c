/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of checks, and those about the system and the folder tree. */
#include <stdio.h>
#include <string.h>

#include "cygcheck-like/cygcheck.h"
#include "lib/tool/out.h"

const struct check checks[] = {
    { "system", check_system, "Windows' version, forced address randomisation, injected DLLs" },
    { "installation", check_installation, "files and folders of the tree" },
    { "images", check_images, "programs and DLLs: addresses, missing imports, mixed runtimes" },
    { "manifest", check_manifest, "files against the hashes of the archive that was unpacked (MANIFEST)" },
    { "links", check_links, "symbolic links that lead nowhere" },
    { "path", check_path, "PATH: other runtimes, folders that are not there" },
    { "environment", check_environment, "CYGWIN and other variables" },
    { "mounts", check_mounts, "the mount table and the registry behind it" },
    { "accounts", check_accounts, "passwd, group and Windows' accounts, and how long look-ups take" },
    { "processes", check_processes, "running processes: versions of the runtime, injected DLLs" },
    { "protection", check_protection, "whether forks survive updates of DLLs" },
    { "fork", check_fork, "a shell that starts, forks, executes, pipes and signals, with times" },
    { "failures", check_failures, "recorders of processes that ended abnormally, and why" },
    { 0 }
};

/* ---- system ---- */

/* Bits 8 and 9 of the system-wide mitigation options: images without relocations may be moved, too. */
#define FORCE_RELOCATE_SHIFT 8

#define SESSION_MANAGER "SYSTEM\\CurrentControlSet\\Control\\Session Manager\\"

static void check_aslr(struct report *r)
{
    uint64_t v;

    if (registry_number(SESSION_MANAGER "kernel", "MitigationOptions", &v)
        && (v >> FORCE_RELOCATE_SHIFT & 3) == 1)
        find(r, FIND_ERROR, "aslr-forced",
             "Windows Security > App & browser control > Exploit protection: set \"Force randomization for "
             "images\" to off, or make exceptions for the programs of this tree",
             "forced address randomisation is on for all programs: fork needs DLLs at fixed addresses");
    else
        find(r, FIND_OK, "aslr-ok", NULL, "address randomisation is not forced");
    if (registry_number(SESSION_MANAGER "Memory Management", "MoveImages", &v)
        && (uint32_t)v == UINT32_MAX)
        find(r, FIND_ERROR, "move-images", "delete the value and restart Windows",
             "HKLM\\" SESSION_MANAGER "Memory Management\\MoveImages forces all images to random addresses");
}

static void check_app_init(struct report *r)
{
    static const char key[] = "Software\\Microsoft\\Windows NT\\CurrentVersion\\Windows";
    struct buf dlls;
    uint64_t on;

    buf_init(&dlls, tool_realloc, NULL, 0);
    if (registry_number(key, "LoadAppInit_DLLs", &on) && on && registry_text(false, key, "AppInit_DLLs", &dlls)
        && dlls.len) {
        buf_putc(&dlls, 0);
        find(r, FIND_WARNING, "app-init", "remove AppInit_DLLs from the registry if forks fail with occupied addresses",
             "Windows puts DLLs into every program: %s", dlls.p);
    } else {
        find(r, FIND_OK, "app-init-ok", NULL, "no DLLs are put into every program (AppInit_DLLs)");
    }
    buf_free(&dlls);
}

/* What is worth knowing, but neither right nor wrong. */
static void more_facts(struct report *r)
{
    uint64_t v;

    registry_number("SYSTEM\\CurrentControlSet\\Control\\FileSystem", "LongPathsEnabled", &v);
    fact(r, "system", "long paths", "%s", v ? "on for all programs" : "off: Windows programs take 260 characters");
    registry_number("SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\AppModelUnlock",
                    "AllowDevelopmentWithoutDevLicense", &v);
    fact(r, "system", "native symbolic links", "%s", v ? "developer mode: everybody may make them"
                                                         : "need the right to create them");
    fact(r, "system", "console", "%s", tool_is_terminal(stdout) ? "a terminal" : "none: output goes elsewhere");
}

void check_system(struct report *r)
{
    system_facts(r);
    more_facts(r);
    check_aslr(r);
    check_app_init(r);
}

/* ---- installation ---- */

void check_installation(struct report *r)
{
    static const struct {
        const char *name;
        enum file_kind kind;
        bool write;
        enum severity missing;
        const char *what;
    } parts[] = {
        { "bin\\isthmus1.dll", FILE_PLAIN, false, FIND_ERROR, "the runtime" },
        { "bin\\sh.exe", FILE_PLAIN, false, FIND_WARNING, "system() and popen() need a shell" },
        { "tmp", FILE_FOLDER, true, FIND_WARNING, "temporary files" },
        { "var\\run", FILE_FOLDER, true, FIND_WARNING, "locks, sockets and fork protection" },
        { "dev\\shm", FILE_FOLDER, true, FIND_WARNING, "shm_open() and named semaphores" },
        { "etc", FILE_FOLDER, false, FIND_INFO, "passwd, group, hosts and the like" },
        { "home", FILE_FOLDER, false, FIND_INFO, "home folders" },
        { "var\\run\\cygfork", FILE_FOLDER, false, FIND_INFO, "fork protection" },
    };

    fact(r, "installation", "tree", "%s", tree_root());
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
        char *p = tree_path(parts[i].name);
        enum file_kind k = file_kind(p);

        if (k != parts[i].kind) {
            find(r, parts[i].missing, "missing", parts[i].kind == FILE_FOLDER ? "make the folder" : "unpack the archive again", "%s %s (%s)", p,
                 k == FILE_NONE ? "is missing" : parts[i].kind == FILE_FOLDER ? "is no folder" : "is a folder", parts[i].what);
            if (k == FILE_NONE && parts[i].kind == FILE_FOLDER)
                fixable(r, FIX_FOLDER, p, 0);
        } else if (parts[i].write && !folder_writable(p))
            find(r, FIND_WARNING, "not-writable", "give yourself the right to write there", "%s cannot be written to (%s)", p,
                 parts[i].what);
        else
            find(r, FIND_OK, "ok", NULL, "%s is there", p);
        tool_realloc(p, 0);
    }
}
