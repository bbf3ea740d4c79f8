/* SPDX-License-Identifier: BSD-2-Clause */
/* Names under which a DLL is looked for. Pure. */
#include "lib/dll/names.h"

#include <string.h>

const char *dll_base_name(const char *path)
{
    const char *p = path;

    for (; *path; path++)
        if (*path == '/' || *path == '\\')
            p = path + 1;
    return p;
}

/* ".so" at the end or followed by ".1.2": where it is, else NULL. */
static const char *so_suffix(const char *name)
{
    for (const char *p = strstr(name, ".so"); p; p = strstr(p + 1, ".so"))
        if (p > name && p[3 + strspn(p + 3, ".0123456789")] == 0 && (!p[3] || p[3] == '.'))
            return p;
    return NULL;
}

static int has_dll_suffix(const char *name)
{
    size_t n = strlen(name);

    if (n < 5)
        return 0;
    name += n - 4;
    return name[0] == '.' && (name[1] | 32) == 'd' && (name[2] | 32) == 'l' && (name[3] | 32) == 'l';
}

/* i from 0: PREFIX STEM [-VERSION] .dll */
static int of_so(const char *name, const char *so, unsigned i, struct buf *out)
{
    size_t stem = (size_t)(so - name), digits = so[3] ? strspn(so + 4, "0123456789") : 0;
    int lib = stem > 3 && !memcmp(name, "lib", 3), versions = digits ? 2 : 1;

    if (i >= (unsigned)(versions * (lib ? 2 : 1)))
        return 0;
    if (lib && i < (unsigned)versions) {
        buf_puts(out, "cyg");
        buf_put(out, name + 3, stem - 3);
    } else {
        buf_put(out, name, stem);
    }
    if (digits && i % 2 == 0) {
        buf_putc(out, '-');
        buf_put(out, so + 4, digits);
    }
    buf_puts(out, ".dll");
    return 1;
}

int dll_name_variant(const char *name, unsigned i, struct buf *out)
{
    size_t n = strlen(name);
    const char *so = so_suffix(name);
    int r = 1;

    buf_cut(out, 0);
    if (n > 1 && name[n - 1] == '.') {
        buf_put(out, name, n - 1);
        r = i == 0;
    } else if (i == 0) {
        buf_put(out, name, n);
    } else if (so) {
        r = of_so(name, so, i - 1, out);
    } else if (has_dll_suffix(name) || i > 2) {
        r = 0;
    } else {
        buf_put(out, name, n);
        buf_puts(out, i == 1 ? ".dll" : ".so");
    }
    return buf_err(out) < 0 ? buf_err(out) : r;
}
