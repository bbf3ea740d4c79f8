/* SPDX-License-Identifier: BSD-2-Clause */
/* Arguments and environment as main() gets them: from the startup block, or from what a plain Windows
 * program gave. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "lib/text/argv.h"
#include "lib/text/utf.h"
#include "mm.h"
#include "path.h"
#include "proc_internal.h"
#include "start_env.h"

char **start_argv;
int start_argc;

/* Pointers to `n` strings that lie one after the other, copied to the runtime heap. */
static char **strings_from_block(const struct startup_block *b, uint64_t off, uint64_t n)
{
    const char *from = (const char *)b + off, *s = from;
    char **v, *copy;

    for (uint64_t i = 0; i < n; i++)
        s += strlen(s) + 1;
    v = rt_alloc((n + 1) * sizeof(*v) + (size_t)(s - from));
    if (!v)
        return NULL;
    copy = (char *)(v + n + 1);
    memcpy(copy, from, (size_t)(s - from));
    for (uint64_t i = 0; i < n; i++, copy += strlen(copy) + 1)
        v[i] = copy;
    v[n] = NULL;
    return v;
}

static int from_block(const struct startup_block *b)
{
    start_argv = strings_from_block(b, b->argv, b->argc);
    start_argc = (int)b->argc;
    environ = strings_from_block(b, b->envp, b->envc);
    return start_argv && environ ? 0 : -ENOMEM;
}

/* What a ported program finds as its name: as a POSIX program would have been called. */
static char *posix_argv0(char *argv0)
{
    enum path_form form = path_form(argv0);
    char *name;
    size_t n;

    if ((form != FORM_DRIVE && form != FORM_UNC && form != FORM_NT) || !(name = rt_strdup(me.program)))
        return argv0;
    n = strlen(name);
    if (n > 4 && strcasecmp(name + n - 4, ".exe") == 0)
        name[n - 4] = 0;
    return name;
}

static int argv_from_windows(void)
{
    struct args a;
    int r;

    args_init(&a, path_realloc);
    if ((r = split_cmdline(&a, nt_command_line())) < 0)
        return r;
    start_argv = a.argv;
    start_argc = a.argc;
    if (a.argc)
        a.argv[0] = posix_argv0(a.argv[0]);
    return 0;
}

/* Variables whose value is a path or a list of paths, and so has another form for Windows programs. */
static const struct {
    const char *name;
    bool list;
} path_variables[] = {
    { "PATH", true }, { "HOME", false }, { "TMPDIR", false }, { "TMP", false }, { "TEMP", false },
};

/* The entry for "NAME=...", -1: none. Windows does not look at the case of names. */
static int path_variable(const char *s, bool any_case)
{
    for (size_t i = 0; i < ARRAY_SIZE(path_variables); i++) {
        size_t n = strlen(path_variables[i].name);

        if (s[n] == '=' && (any_case ? strncasecmp : strncmp)(s, path_variables[i].name, n) == 0)
            return (int)i;
    }
    return -1;
}

/* "NAME=value" of Windows in POSIX form; in the runtime heap. */
static char *variable_from_windows(const uint16_t *s, size_t units)
{
    struct buf text, value;
    int i;

    path_buf(&text);
    wide_to_utf8(&text, s, units);
    if (buf_err(&text) < 0 || (i = path_variable(text.p, true)) < 0)
        return text.p;
    path_buf(&value);
    if (path_list_to_posix(mounts_get(), NULL, strchr(text.p, '=') + 1, &value, NULL) == 0) {
        buf_cut(&text, 0);
        buf_puts(&text, path_variables[i].name);
        buf_putc(&text, '=');
        buf_puts(&text, value.p ? value.p : "");
    }
    mounts_put();
    buf_free(&value);
    return text.p;
}

static int environ_from_windows(void)
{
    const uint16_t *e = nt_environment();
    size_t n = 0, units;
    char **v;

    for (const uint16_t *s = e; (units = wide_len(s)) != 0; s += units + 1)
        n++;
    if (!(v = rt_alloc((n + 1) * sizeof(*v))))
        return -ENOMEM;
    environ = v;
    for (; (units = wide_len(e)) != 0; e += units + 1)
        if (*e != '=' && !(*v++ = variable_from_windows(e, units))) /* "=C:=..." is cmd's own */
            return -ENOMEM;
    *v = NULL;
    return 0;
}

int start_args(const struct startup_block *b)
{
    int r;

    if (b && b->argc)
        return from_block(b);
    r = argv_from_windows();
    return r < 0 ? r : environ_from_windows();
}

/* ---- the other way, for Windows programs that we start ---- */

static void variable_to_windows(struct wbuf *out, const char *s)
{
    int i = path_variable(s, false);
    struct buf value;

    if (i >= 0) {
        const char *name = path_variables[i].name;

        path_buf(&value);
        if (path_list_to_win32(mounts_get(), NULL, s + strlen(name) + 1, &value, NULL) == 0) {
            wbuf_puta(out, name);
            wbuf_putc(out, '=');
            if (value.len)
                utf8_to_wide(out, value.p, value.len);
            wbuf_putc(out, 0);
            s = NULL;
        }
        mounts_put();
        buf_free(&value);
    }
    if (s) {
        utf8_to_wide(out, s, strlen(s));
        wbuf_putc(out, 0);
    }
}

/**
 * Windows' form of an environment: a block of "NAME=value" strings, ended by an empty one.
 * @return 0 or -ENOMEM
 */
int env_to_windows(char *const *envp, struct wbuf *out)
{
    for (; *envp; envp++)
        variable_to_windows(out, *envp);
    if (!out->len)
        wbuf_putc(out, 0);
    wbuf_putc(out, 0);
    return wbuf_err(out);
}
