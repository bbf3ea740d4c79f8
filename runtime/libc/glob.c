/* SPDX-License-Identifier: BSD-2-Clause */
/* glob: names that match a pattern, component by component. Matching itself is fnmatch's. */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct text {
    char *p;
    size_t len, size;
};

struct search {
    glob_t *g;
    int flags;
    int (*error)(const char *, int);
};

static int expand(struct search *s, struct text *found, const char *rest);

/* Cut to `at` bytes and append n bytes. */
static int put(struct text *t, size_t at, const char *from, size_t n)
{
    if (at + n + 1 > t->size) {
        size_t size = (at + n + 1) * 2;
        char *p = realloc(t->p, size);

        if (!p)
            return GLOB_NOSPACE;
        t->p = p;
        t->size = size;
    }
    memcpy(t->p + at, from, n);
    t->len = at + n;
    t->p[t->len] = 0;
    return 0;
}

static int add(glob_t *g, const char *name)
{
    size_t offs = g->gl_flags & GLOB_DOOFFS ? g->gl_offs : 0;
    size_t n = offs + g->gl_pathc;
    char **v = realloc(g->gl_pathv, (n + 2) * sizeof(*v));

    if (!v)
        return GLOB_NOSPACE;
    if (!g->gl_pathv)
        memset(v, 0, offs * sizeof(*v));
    g->gl_pathv = v;
    v[n + 1] = NULL;
    if (!(v[n] = strdup(name)))
        return GLOB_NOSPACE;
    g->gl_pathc++;
    g->gl_matchc++;
    return 0;
}

static bool has_magic(const char *p, size_t n, int flags)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '*' || p[i] == '?' || p[i] == '[')
            return true;
        if (p[i] == '\\' && !(flags & GLOB_NOESCAPE) && i + 1 < n)
            i++;
    }
    return false;
}

/* Append a component without wildcards, its escapes removed. */
static int put_plain(struct search *s, struct text *t, const char *p, size_t n)
{
    int r = put(t, t->len, "", 0);

    for (size_t i = 0; r == 0 && i < n; i++) {
        if (p[i] == '\\' && !(s->flags & GLOB_NOESCAPE) && i + 1 < n)
            i++;
        r = put(t, t->len, p + i, 1);
    }
    return r;
}

/* The end of the pattern: is there such a file? */
static int finish(struct search *s, struct text *found)
{
    struct stat st;
    bool dir;

    if (lstat(found->len ? found->p : ".", &st) < 0)
        return 0;
    dir = S_ISDIR(st.st_mode);
    if (!dir && (s->flags & (GLOB_MARK | GLOB_ONLYDIR)) && S_ISLNK(st.st_mode))
        dir = stat(found->p, &st) == 0 && S_ISDIR(st.st_mode);
    if ((s->flags & GLOB_ONLYDIR) && !dir)
        return 0;
    if ((s->flags & GLOB_MARK) && dir && found->p[found->len - 1] != '/') {
        int r = put(found, found->len, "/", 1);

        if (r)
            return r;
    }
    return add(s->g, found->p);
}

static int cannot_read(struct search *s, const char *name)
{
    if (errno == ENOENT || errno == ENOTDIR)
        return 0;
    if (s->error && s->error(name, errno))
        return GLOB_ABORTED;
    return s->flags & GLOB_ERR ? GLOB_ABORTED : 0;
}

/* All entries of the directory `found` that match the component of n bytes at `part`. */
static int match_entries(struct search *s, struct text *found, const char *part, size_t n, const char *rest)
{
    int match = (s->flags & GLOB_NOESCAPE ? FNM_NOESCAPE : 0) | (s->flags & GLOB_PERIOD ? 0 : FNM_PERIOD);
    size_t len = found->len;
    char *pattern = strndup(part, n);
    DIR *d = pattern ? opendir(len ? found->p : ".") : NULL;
    struct dirent *e;
    int r = 0;

    if (!pattern)
        return GLOB_NOSPACE;
    if (!d) {
        free(pattern);
        return cannot_read(s, len ? found->p : ".");
    }
    while (r == 0 && (e = readdir(d)) != NULL)
        if (fnmatch(pattern, e->d_name, match) == 0) {
            r = put(found, len, e->d_name, strlen(e->d_name));
            if (r == 0)
                r = expand(s, found, rest);
        }
    closedir(d);
    free(pattern);
    if (r == 0)
        r = put(found, len, "", 0);
    return r;
}

/* What is found so far, and the rest of the pattern. */
static int expand(struct search *s, struct text *found, const char *rest)
{
    size_t n, len;
    struct stat st;
    int r;

    while (*rest == '/') {
        if ((r = put(found, found->len, "/", 1)) != 0)
            return r;
        rest++;
    }
    if (!*rest)
        return finish(s, found);
    n = strcspn(rest, "/");
    if (has_magic(rest, n, s->flags)) {
        if (found->len && found->p[found->len - 1] == '/' && stat(found->p, &st) == 0 && !S_ISDIR(st.st_mode))
            return 0;
        return match_entries(s, found, rest, n, rest + n);
    }
    len = found->len;
    if ((r = put_plain(s, found, rest, n)) == 0)
        r = expand(s, found, rest + n);
    if (r == 0)
        r = put(found, len, "", 0);
    return r;
}

/* ~ and ~user become a home directory; what is unknown stays. */
static int tilde(struct text *found, const char **pattern)
{
    size_t n = strcspn(*pattern, "/");
    const char *home = n == 1 ? getenv("HOME") : NULL;
    struct passwd *pw = NULL;

    if (!home) {
        char *user = strndup(*pattern + 1, n - 1);

        if (!user)
            return GLOB_NOSPACE;
        pw = n == 1 ? getpwuid(getuid()) : getpwnam(user);
        free(user);
        home = pw ? pw->pw_dir : NULL;
    }
    if (!home)
        return 0;
    *pattern += n;
    return put(found, 0, home, strlen(home));
}

static int compare(const void *a, const void *b)
{
    return strcoll(*(char *const *)a, *(char *const *)b);
}

/* One pattern without braces. */
static int one_pattern(struct search *s, const char *pattern)
{
    glob_t *g = s->g;
    size_t before = g->gl_pathc;
    struct text found = { 0 };
    const char *rest = pattern;
    int r = put(&found, 0, "", 0);

    if (has_magic(pattern, strlen(pattern), s->flags))
        g->gl_flags |= GLOB_MAGCHAR;
    if (r == 0 && (s->flags & GLOB_TILDE) && *rest == '~')
        r = tilde(&found, &rest);
    if (r == 0)
        r = expand(s, &found, rest);
    free(found.p);
    if (r == 0 && !(s->flags & GLOB_NOSORT) && g->gl_pathc > before)
        qsort(g->gl_pathv + (g->gl_flags & GLOB_DOOFFS ? g->gl_offs : 0) + before, g->gl_pathc - before,
              sizeof(*g->gl_pathv), compare);
    return r;
}

/* The matching } of the { at p, NULL: none. */
static const char *closing(const char *p)
{
    int depth = 0;

    for (; *p; p++) {
        if (*p == '\\' && p[1])
            p++;
        else if (*p == '{')
            depth++;
        else if (*p == '}' && --depth == 0)
            return p;
    }
    return NULL;
}

/* Each alternative of the first braces, whose rest may have more. */
static int braces(struct search *s, const char *pattern)
{
    const char *open = s->flags & GLOB_BRACE ? strchr(pattern, '{') : NULL;
    const char *end, *from, *p;
    int r = 0, depth = 0;

    while (open && (open[1] == '}' || (open > pattern && open[-1] == '\\')))
        open = strchr(open + 1, '{');
    if (!open || !(end = closing(open)))
        return one_pattern(s, pattern);
    for (p = from = open + 1; r == 0 && p <= end; p++) {
        struct text t = { 0 };

        if (*p == '\\' && p < end) {
            p++;
            continue;
        }
        depth += *p == '{';
        if (!((*p == ',' && depth == 0) || p == end)) {
            depth -= *p == '}';
            continue;
        }
        r = put(&t, 0, pattern, (size_t)(open - pattern));
        if (r == 0)
            r = put(&t, t.len, from, (size_t)(p - from));
        if (r == 0)
            r = put(&t, t.len, end + 1, strlen(end + 1));
        if (r == 0)
            r = braces(s, t.p);
        free(t.p);
        from = p + 1;
    }
    return r;
}

/**
 * Find the names that match a pattern.
 *
 * @param error called with each directory that cannot be read; nonzero stops. May be NULL
 * @return 0, GLOB_NOMATCH, GLOB_ABORTED or GLOB_NOSPACE. What was found is there after errors, too.
 * POSIX.1-2017, and GLOB_BRACE, GLOB_TILDE and others of BSD and GNU
 */
int glob(const char *restrict pattern, int flags, int (*error)(const char *, int), glob_t *restrict g)
{
    struct search s = { .g = g, .flags = flags, .error = error };
    int r;

    if (!(flags & GLOB_APPEND)) {
        g->gl_pathc = 0;
        g->gl_pathv = NULL;
        if (!(flags & GLOB_DOOFFS))
            g->gl_offs = 0;
    }
    g->gl_flags = flags & ~GLOB_MAGCHAR;
    g->gl_matchc = 0;
    r = braces(&s, pattern);
    if (r == 0 && g->gl_matchc == 0) {
        if ((flags & GLOB_NOCHECK) || ((flags & GLOB_NOMAGIC) && !(g->gl_flags & GLOB_MAGCHAR)))
            return add(g, pattern);
        return GLOB_NOMATCH;
    }
    return r;
}

/** Free what glob found. */
void globfree(glob_t *g)
{
    size_t offs = g->gl_flags & GLOB_DOOFFS ? g->gl_offs : 0;

    if (g->gl_pathv)
        for (size_t i = 0; i < g->gl_pathc; i++)
            free(g->gl_pathv[offs + i]);
    free(g->gl_pathv);
    g->gl_pathv = NULL;
    g->gl_pathc = 0;
}
