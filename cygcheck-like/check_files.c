/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of the tree: those that the manifest lists, symbolic links that lead nowhere, passwd and
 * group. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cygcheck-like/cygcheck.h"
#include "lib/path/name_win.h"
#include "lib/path/symlink.h"
#include "lib/tool/out.h"

/* ---- manifest ---- */

#define NAMED 8 /* files that a finding names; then it counts */

struct manifest {
    struct report *r;
    size_t files, changed, missing;
    bool list;        /* --list-package: print instead */
    const char *find; /* --find-package */
    struct buf *out;
};

static void one_file(struct manifest *m, const char *hash, const char *name)
{
    char *path = tree_path(name), now[SHA256_TEXT];

    for (char *p = path; *p; p++)
        if (*p == '/')
            *p = '\\';
    m->files++;
    if (file_kind(path) != FILE_PLAIN) {
        if (m->missing++ < NAMED)
            find(m->r, FIND_ERROR, "missing", "unpack the archive again", "%s is missing", path);
    } else if (!file_sha256(path, now)) {
        find(m->r, FIND_WARNING, "unreadable", "give yourself the right to read it",
             "%s cannot be read", path);
    } else if (strcmp(hash, now)) {
        if (m->changed++ < NAMED) {
            find(m->r, FIND_ERROR, "changed",
                 "unpack the archive again, or leave it if the change is yours",
                 "%s is not the file that was installed", path);
            evidence(m->r, "SHA-256 %.16s..., in MANIFEST %.16s...", now, hash);
        }
    }
    tool_realloc(path, 0);
}

/* Lines of sha256sum: 64 digits, two spaces (or a space and *), name. */
static bool manifest_line(char *line, const char **hash, const char **name)
{
    for (size_t i = 0; i < 64; i++) {
        if (!isxdigit((unsigned char)line[i]))
            return false;
        line[i] = (char)tolower((unsigned char)line[i]);
    }
    if (line[64] != ' ' || (line[65] != ' ' && line[65] != '*') || !line[66])
        return false;
    line[64] = 0;
    *hash = line;
    *name = line + 66 + (!strncmp(line + 66, "./", 2) ? 2 : 0);
    return !strstr(*name, "..");
}

static bool manifest_each(struct report *r,
                          void (*fn)(void *arg, const char *hash, const char *name), void *arg)
{
    char *path = tree_path("MANIFEST");
    struct buf text;
    bool there;

    buf_init(&text, tool_realloc, NULL, 0);
    there = file_read(path, 16u << 20, &text);
    buf_putc(&text, 0);
    for (char *line = text.p, *end; there && *line; line = end) {
        const char *hash, *name;
        size_t n = strcspn(line, "\r\n");

        end = line + n + strspn(line + n, "\r\n");
        line[n] = 0;
        if (manifest_line(line, &hash, &name))
            fn(arg, hash, name);
        else
            find(r, FIND_WARNING, "line", "unpack the archive again",
                 "%s has a line that is none: %.60s", path, line);
    }
    buf_free(&text);
    tool_realloc(path, 0);
    return there;
}

static void verify(void *arg, const char *hash, const char *name)
{
    one_file(arg, hash, name);
}

void check_manifest(struct report *r)
{
    struct manifest m = { .r = r };
    size_t before = r->findings;

    if (!manifest_each(r, verify, &m)) {
        fact(r, "installation", "manifest", "none: this tree was built, not unpacked");
        return;
    }
    if (m.missing > NAMED || m.changed > NAMED)
        find(r, FIND_ERROR, "more", "unpack the archive again",
             "%zu files are missing and %zu changed, in all", m.missing, m.changed);
    else if (r->findings == before)
        find(r, FIND_OK, "ok", NULL, "%zu files are as they were installed", m.files);
    fact(r, "installation", "manifest", "%zu files", m.files);
}

struct print {
    const char *only;
    struct buf *out;
    size_t n;
};

/* `only`, a part of a path or a whole one, whichever slashes it has. */
static bool matches(const char *name, const char *only)
{
    size_t n = strlen(name), o = strlen(only);

    while (*only == '/' || *only == '\\') {
        only++;
        o--;
    }
    return o <= n && same_path(name + n - o, only) && (o == n || name[n - o - 1] == '/');
}

static void print_line(void *arg, const char *hash, const char *name)
{
    struct print *p = arg;

    if (p->only && !matches(name, p->only))
        return;
    p->n++;
    buf_puts(p->out, hash);
    buf_puts(p->out, "  ");
    buf_puts(p->out, name);
    buf_putc(p->out, '\n');
}

int manifest_print(struct report *r, const char *only, struct buf *out)
{
    struct print p = { only, out, 0 };

    if (!manifest_each(r, print_line, &p))
        return -1;
    return p.n > 0;
}

/* ---- symbolic links ---- */

#define LINK_DEPTH 4
#define LINK_FILES 50000 /* then it is somebody's whole disk */

struct links {
    struct report *r;
    const char *folder;
    unsigned depth;
    size_t seen, links;
};

/* Some part of the way is itself a link, which Win32 does not follow: then nothing can be said. */
static bool way_is_link(const char *path)
{
    char *copy = strcpy(tool_realloc(NULL, strlen(path) + 1), path), *slash;
    bool link = false;

    while (!link && (slash = strrchr(copy, '\\')) != NULL && slash > copy + 2) {
        *slash = 0;
        link = file_kind(copy) == FILE_PLAIN;
    }
    tool_realloc(copy, 0);
    return link;
}

static bool leads_somewhere(const char *folder, const char *target)
{
    const char *why;
    struct buf b;
    bool there;

    buf_init(&b, tool_realloc, NULL, 0);
    if (*target == '/') {
        if (!strncmp(target, "/dev/", 5) || !strncmp(target, "/proc", 5) ||
            tool_file_name(&b, target, &why) < 0) {
            buf_free(&b);
            return true;
        }
    } else {
        buf_puts(&b, folder);
        buf_putc(&b, '\\');
        buf_puts(&b, target);
    }
    buf_putc(&b, 0);
    for (char *p = b.p; *p; p++)
        if (*p == '/')
            *p = '\\';
    there = file_kind(b.p) != FILE_NONE || way_is_link(b.p);
    if (!there) {
        buf_cut(&b, b.len - 1);
        buf_put(&b, ".exe", 5);
        there = file_kind(b.p) != FILE_NONE;
    }
    buf_free(&b);
    return there;
}

static void one_link(struct links *l, const char *path)
{
    struct buf file, target;

    buf_init(&file, tool_realloc, NULL, 0);
    buf_init(&target, tool_realloc, NULL, 0);
    if (file_read(path, 65536, &file) && symlink_parse(file.p, file.len, &target) == 0) {
        buf_putc(&target, 0);
        l->links++;
        if (!leads_somewhere(l->folder, target.p)) {
            find(l->r, FIND_WARNING, "dangling", "remove the link, or install what it leads to",
                 "the symbolic link %s leads nowhere", path);
            evidence(l->r, "its target, %s, is not there", target.p);
            fixable(l->r, FIX_LINK, path, 0);
        }
    }
    buf_free(&file);
    buf_free(&target);
}

static void link_entry(void *arg, const char *name, bool folder)
{
    struct links *l = arg, below = *l;
    char *path = tool_realloc(NULL, strlen(l->folder) + strlen(name) + 2);

    sprintf(path, "%s\\%s", l->folder, name);
    l->seen++;
    if (!folder && file_is_system(path)) {
        one_link(l, path);
    } else if (folder && l->depth && l->seen < LINK_FILES) {
        below.folder = path;
        below.depth--;
        folder_each(path, link_entry, &below);
        l->seen = below.seen;
        l->links = below.links;
    }
    tool_realloc(path, 0);
}

void check_links(struct report *r)
{
    static const char *const where[] = { "bin", "sbin", "lib", "etc", "usr", "var" };
    struct links l = { .r = r, .depth = LINK_DEPTH };
    size_t before = r->findings;

    for (size_t i = 0; i < sizeof(where) / sizeof(*where); i++) {
        char *path = tree_path(where[i]);

        l.folder = path;
        folder_each(path, link_entry, &l);
        tool_realloc(path, 0);
    }
    if (r->findings == before)
        find(r, FIND_OK, "ok", NULL, "%zu symbolic links among %zu files, none of them dangling",
             l.links, l.seen);
}

/* ---- accounts ---- */

#define SLOW_LOOKUP 1000.0 /* ms */

static bool is_number(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isdigit((unsigned char)s[i]))
            return false;
    return n > 0;
}

/* "name:x:1000:..." with `fields` fields, of which those in `numbers` (bits) are numbers. */
static const char *bad_line(const char *line, unsigned fields, unsigned numbers)
{
    unsigned n = 0;

    if (!*line || *line == ':')
        return "it has no name";
    for (;; line++, n++) {
        size_t len = strcspn(line, ":");

        if (n < fields && numbers >> n & 1 && !is_number(line, len))
            return "an id is no number";
        line += len;
        if (!*line)
            return n + 1 == fields  ? NULL
                   : n + 1 < fields ? "it has too few fields"
                                    : "it has too many fields";
    }
}

static void check_lines(struct report *r, const char *name, const char *id, unsigned fields,
                        unsigned numbers)
{
    char *path = tree_path(name);
    struct buf text;
    unsigned n = 0;

    buf_init(&text, tool_realloc, NULL, 0);
    if (file_read(path, 4u << 20, &text)) {
        buf_putc(&text, 0);
        for (char *line = text.p, *end; *line; line = end) {
            size_t len = strcspn(line, "\n");
            const char *why;

            end = line + len + (line[len] == '\n');
            line[len] = 0;
            if (len && line[len - 1] == '\r')
                line[len - 1] = 0;
            n++;
            if (*line && *line != '#' && (why = bad_line(line, fields, numbers)) != NULL) {
                find(r, FIND_WARNING, id,
                     "correct the line, or make the file again with mkpasswd or mkgroup",
                     "line %u of %s is no entry: %s", n, path, why);
                break;
            }
        }
    }
    fact(r, "accounts", name, n ? "%u lines" : "not there: accounts are Windows' own", n);
    buf_free(&text);
    tool_realloc(path, 0);
}

void check_accounts(struct report *r)
{
    size_t before = r->findings;
    double ms;

    check_lines(r, "etc\\passwd", "passwd", 7, 1u << 2 | 1u << 3);
    check_lines(r, "etc\\group", "group", 4, 1u << 2);
    ms = account_lookup();
    fact(r, "accounts", "look-up of the own account", "%.1f ms", ms);
    if (ms > SLOW_LOOKUP)
        find(r, FIND_WARNING, "slow",
             "mkpasswd -c >/etc/passwd and mkgroup -c >/etc/group keep the answers",
             "Windows took %.0f ms to say who you are: a domain controller that cannot be reached?",
             ms);
    if (r->findings == before)
        find(r, FIND_OK, "ok", NULL, "passwd, group and Windows' accounts can be read");
}
