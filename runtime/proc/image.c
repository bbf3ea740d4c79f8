/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding the program behind a name: ported program, Windows program, batch file, or a script whose
 * first line names its interpreter. */
#include "image.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "caps.h"
#include "file.h"
#include "file/dispatch.h"
#include "file/name.h"
#include "lib/pe/pe.h"
#include "lib/text/utf.h"
#include "mm.h"
#include "sec/sec.h"

#define SCRIPT_DEPTH 5    /* interpreters that are scripts themselves, as Linux allows */
#define LINE_MAX_BYTES 4096

/* The file object is ours alone, and pread would open a second one to leave the offset as it is. */
static int64_t read_at(void *arg, uint64_t off, void *buf, size_t n)
{
    struct file *f = arg;
    int64_t r = f->ops->pread ? f->ops->seek(f, (off_t)off, SEEK_SET) : -EACCES;

    return r < 0 ? r : f->ops->read(f, buf, n);
}

/* What a PE file is for us. */
static int pe_kind(struct file *f, struct pe *pe)
{
    int r = pe_open(pe, read_at, f);

    if (r < 0)
        return r;
    if (pe->characteristics & PE_DLL)
        return -EACCES;
    if (pe->machine != PE_MACHINE_AMD64 && pe->machine != PE_MACHINE_I386)
        return -ENOEXEC;
    return pe_imports_dll(pe, "isthmus1.dll") > 0 ? IMAGE_PORTED : IMAGE_WINDOWS;
}

static bool has_suffix(const char *name, const char *suffix)
{
    size_t n = strlen(name), k = strlen(suffix);

    return n > k && strcasecmp(name + n - k, suffix) == 0;
}

/* One step of the chain: a file and, for a script, its interpreter line. */
struct probe {
    int kind;
    struct pe pe;
    char line[LINE_MAX_BYTES + 1]; /* behind #!, up to the end of the line */
};

static int probe_content(struct file *f, const char *name, struct probe *p)
{
    int64_t n = read_at(f, 0, p->line, LINE_MAX_BYTES);
    char *end;

    if (n < 0)
        return (int)n;
    if (n == 0) /* nothing to run */
        return -EACCES;
    p->line[n] = 0;
    if (n >= 2 && p->line[0] == 'M' && p->line[1] == 'Z')
        return pe_kind(f, &p->pe);
    if (n >= 2 && p->line[0] == '#' && p->line[1] == '!') {
        if (!(end = strchr(p->line, '\n')) && n == LINE_MAX_BYTES)
            return -ENOEXEC;
        if (end)
            *end = 0;
        return IMAGE_SCRIPT;
    }
    if (has_suffix(name, ".bat") || has_suffix(name, ".cmd"))
        return IMAGE_BATCH;
    return -ENOEXEC;
}

/* Where modes are kept they say what can be run; elsewhere the content does. */
static int allowed(struct file *f, const struct path *where)
{
    struct stat st;
    int r;

    if (where->mount_flags & MOUNT_NOACL || !cap(CAP_acls) || !sec_keeps_exec())
        return 0;
    if ((r = file_stat(f, &st)) < 0)
        return r;
    return name_access(where, &st, X_OK, true);
}

/* Resolves a name and looks into the file. The name that Windows knows goes to `im`. */
static int probe(const char *path, struct image *im, struct probe *p)
{
    struct path where;
    struct file *f;
    int r = path_resolve(PATH_CWD, path, 0, &where);

    if (r == 0 && !where.exists)
        r = -ENOENT;
    if (r == 0 && (where.dir || where.dev.kind != DEVICE_NONE))
        r = -EACCES;
    if (r == 0 && where.need_dir)
        r = -ENOTDIR;
    if (r == 0 && (f = file_open(&where, O_RDONLY | O_CLOEXEC, 0, &r))) {
        r = allowed(f, &where);
        if (r == 0)
            p->kind = r = probe_content(f, where.posix.p, p);
        fd_put(f);
    }
    if (r > 0) {
        buf_cut(&im->posix, 0);
        buf_put(&im->posix, where.posix.p, where.posix.len);
        r = path_win32(&where, WIN32_AUTO, &im->win32);
        wbuf_putc(&im->win32, 0); /* a terminator that counts for nothing else */
        if (r == 0)
            r = wbuf_err(&im->win32) < 0 || buf_err(&im->posix) < 0 ? -ENOMEM : 0;
    }
    path_done(&where);
    return r;
}

/* "interpreter [one argument]", white space around both removed. *arg NULL: none. */
static int split_line(char *line, char **interpreter, char **arg)
{
    char *end;

    line += 2 + strspn(line + 2, " \t");
    for (end = line + strlen(line); end > line && strchr(" \t\r", end[-1]); end--)
        end[-1] = 0;
    if (!*line)
        return -ENOEXEC;
    *interpreter = line;
    line += strcspn(line, " \t");
    *arg = *line ? line + 1 + strspn(line + 1, " \t") : NULL;
    *line = 0;
    return 0;
}

/* argv becomes: interpreter, its argument, the script's name, the rest. */
static int push_interpreter(struct image *im, const char *interpreter, const char *arg, const char *script)
{
    const char *front[3] = { interpreter, arg ? arg : script, arg ? script : NULL };
    size_t n = 0, add = arg ? 3 : 2;
    char **v;

    while (im->argv[n])
        n++;
    v = rt_alloc((n + 4) * sizeof(*v));
    if (!v)
        return -ENOMEM;
    for (size_t i = 0; i < add; i++)
        if (!(v[i] = rt_strdup(front[i])))
            return -ENOMEM;
    /* argv[0] of the script gives way to its name; an empty argv has none */
    memcpy(v + add, im->argv + (n ? 1 : 0), (n ? n : 1) * sizeof(*v));
    for (size_t i = 0; i < add; i++)
        im->made[im->n_made++] = v[i];
    rt_free(im->argv);
    im->argv = v;
    return 0;
}

int image_find(const char *path, char *const argv[], struct image *out)
{
    struct probe *p = rt_alloc(sizeof(*p));
    char *name = rt_strdup(path), *interpreter, *arg;
    size_t n = 0;
    int r;

    memset(out, 0, sizeof(*out));
    path_buf(&out->posix);
    path_wbuf(&out->win32);
    while (argv[n])
        n++;
    out->argv = rt_alloc((n + 1) * sizeof(*out->argv));
    r = p && name && out->argv ? 0 : -ENOMEM;
    if (r == 0)
        memcpy(out->argv, argv, (n + 1) * sizeof(*argv));
    for (unsigned depth = 0; r == 0; depth++) {
        r = depth > SCRIPT_DEPTH ? -ELOOP : probe(name, out, p);
        if (r < 0 || p->kind != IMAGE_SCRIPT)
            break;
        if ((r = split_line(p->line, &interpreter, &arg)) == 0
            && (r = push_interpreter(out, interpreter, arg, name)) == 0) {
            rt_free(name);
            r = (name = rt_strdup(interpreter)) ? 0 : -ENOMEM;
        }
    }
    if (r == 0)
        out->kind = (uint32_t)p->kind;
    out->script = out->n_made > 0;
    rt_free(name);
    rt_free(p);
    return r;
}

void image_done(struct image *im)
{
    for (unsigned i = 0; i < im->n_made; i++)
        rt_free(im->made[i]);
    rt_free(im->argv);
    buf_free(&im->posix);
    wbuf_free(&im->win32);
}
