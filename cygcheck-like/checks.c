/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of checks, and those about the system, the folder tree, PATH and the environment. */
#include <stdio.h>
#include <string.h>

#include "cygcheck-like/cygcheck.h"
#include "lib/tool/out.h"

const struct check checks[] = {
    { "system", check_system, "Windows' version, forced address randomisation, injected DLLs" },
    { "installation", check_installation, "files and folders of the tree" },
    { "images", check_images, "programs and DLLs: addresses, missing imports, mixed runtimes" },
    { "path", check_path, "PATH: other runtimes, folders that are not there" },
    { "environment", check_environment, "CYGWIN and other variables" },
    { "mounts", check_mounts, "the mount table and the registry behind it" },
    { "processes", check_processes, "running processes: versions of the runtime, injected DLLs" },
    { "protection", check_protection, "whether forks survive updates of DLLs" },
    { "fork", check_fork, "a shell that forks" },
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
        find(r, FIND_ERROR,
             "Windows Security > App & browser control > Exploit protection: set \"Force randomization for "
             "images\" to off, or make exceptions for the programs of this tree",
             "forced address randomisation is on for all programs: fork needs DLLs at fixed addresses");
    else
        find(r, FIND_OK, NULL, "address randomisation is not forced");
    if (registry_number(SESSION_MANAGER "Memory Management", "MoveImages", &v)
        && (uint32_t)v == UINT32_MAX)
        find(r, FIND_ERROR, "delete the value and restart Windows",
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
        find(r, FIND_WARNING, "remove AppInit_DLLs from the registry if forks fail with occupied addresses",
             "Windows puts DLLs into every program: %s", dlls.p);
    } else {
        find(r, FIND_OK, NULL, "no DLLs are put into every program (AppInit_DLLs)");
    }
    buf_free(&dlls);
}

void check_system(struct report *r)
{
    system_facts(r);
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
        { "dev\\shm", FILE_FOLDER, true, FIND_WARNING, "shm_open() and named semaphores" },
        { "etc", FILE_FOLDER, false, FIND_INFO, "passwd, group, hosts and the like" },
        { "home", FILE_FOLDER, false, FIND_INFO, "home folders" },
        { "var\\run\\cygfork", FILE_FOLDER, false, FIND_INFO, "fork protection" },
    };

    fact(r, "installation", "tree", "%s", tree_root());
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
        char *p = tree_path(parts[i].name);
        enum file_kind k = file_kind(p);

        if (k != parts[i].kind)
            find(r, parts[i].missing, "unpack the archive again, or make the folder", "%s %s (%s)", p,
                 k == FILE_NONE ? "is missing" : "is no folder", parts[i].what);
        else if (parts[i].write && !folder_writable(p))
            find(r, FIND_WARNING, "give yourself the right to write there", "%s cannot be written to (%s)", p,
                 parts[i].what);
        else
            find(r, FIND_OK, NULL, "%s is there", p);
        tool_realloc(p, 0);
    }
}

/* ---- PATH ---- */

struct path_scan {
    struct report *r;
    bool ours;              /* the tree's bin has been seen */
};

static void path_entry(struct path_scan *s, const char *dir)
{
    static const char *const others[] = { "cygwin1.dll", "msys-2.0.dll", "isthmus1.dll" };
    char *bin = tree_path("bin"), *dll = tool_realloc(NULL, strlen(dir) + 32);

    if (same_path(dir, bin)) {
        s->ours = true;
    } else if (!strpbrk(dir, ":") && dir[0] != '\\' && dir[0] != '/') {
        find(s->r, FIND_WARNING, "use absolute names in PATH", "PATH has the relative folder \"%s\"", dir);
    } else if (file_kind(dir) != FILE_FOLDER) {
        find(s->r, FIND_INFO, NULL, "PATH has %s, which is no folder", dir);
    } else {
        for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
            sprintf(dll, "%s\\%s", dir, others[i]);
            if (file_kind(dll) != FILE_PLAIN)
                continue;
            if (i == 2)
                find(s->r, s->ours ? FIND_INFO : FIND_WARNING,
                     "put the tree that you want to use first on PATH", "PATH has another runtime: %s%s", dll,
                     s->ours ? "" : ", before this tree's");
            else
                find(s->r, FIND_INFO, NULL, "PATH has programs of another system: %s", dll);
        }
    }
    tool_realloc(dll, 0);
    tool_realloc(bin, 0);
}

void check_path(struct report *r)
{
    const char *path = tool_getenv("PATH");
    struct path_scan s = { r, false };
    char *bin = tree_path("bin");

    for (const char *end; path && *path; path = *end ? end + 1 : end) {
        size_t n;
        char *dir;

        end = path + strcspn(path, ";");
        n = (size_t)(end - path);
        while (n > 3 && (path[n - 1] == '\\' || path[n - 1] == '/'))
            n--;
        if (!n)
            continue;
        dir = memcpy(tool_realloc(NULL, n + 1), path, n);
        dir[n] = 0;
        path_entry(&s, dir);
        tool_realloc(dir, 0);
    }
    if (s.ours)
        find(r, FIND_OK, NULL, "PATH has %s", bin);
    else
        find(r, FIND_WARNING, "add it, so that programs find each other and their DLLs", "PATH lacks %s", bin);
    tool_realloc(bin, 0);
}

/* ---- environment ---- */

static bool known_option(const char *s, size_t n)
{
    static const char *const names[] = {
#define OPTION(name, type, initial, values, help) #name,
#include "lib/abi/options.def"
#undef OPTION
    };

    if (n > 2 && !strncmp(s, "no", 2) && known_option(s + 2, n - 2))
        return true;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strlen(names[i]) == n && !strncmp(names[i], s, n))
            return true;
    return false;
}

static void check_cygwin(struct report *r)
{
    const char *p = tool_getenv("CYGWIN");
    bool bad = false;

    while (p && *(p += strspn(p, " \t"))) {
        size_t n = strcspn(p, " \t"), name = strcspn(p, ":= \t");

        if (!known_option(p, name)) {
            bad = true;
            find(r, FIND_WARNING, "man isthmus lists the options; remove it", "CYGWIN has an option that is "
                 "not known: %.*s", (int)n, p);
        }
        p += n;
    }
    if (!bad)
        find(r, FIND_OK, NULL, "all options in CYGWIN are known");
}

static void variable(void *arg, const char *name, const char *value)
{
    struct report *r = arg;
    struct buf clean;

    buf_init(&clean, tool_realloc, NULL, 0);
    if (secret_name(name))
        buf_puts(&clean, "<removed>");
    else
        secret_clean(&clean, value);
    buf_putc(&clean, 0);
    fact(r, "environment", name, "%s", clean.p);
    buf_free(&clean);
}

void check_environment(struct report *r)
{
    const char *home = tool_getenv("HOME"), *tmp = tool_getenv("TMP");

    environment_each(variable, r);
    check_cygwin(r);
    if (!home || !*home)
        find(r, FIND_INFO, "set it to a POSIX path", "HOME is not set: programs start in /");
    if (tmp && *tmp && tmp[1] == ':' && file_kind(tmp) != FILE_FOLDER)
        find(r, FIND_WARNING, "make the folder", "TMP names a folder that is not there: %s", tmp);
}
