/* SPDX-License-Identifier: BSD-2-Clause */
/* A mount table from arbitrary registry values: lines "name=data"; written form reads back. */
#include <stdint.h>

#include "lib/path/path.h"
#include "fuzz.h"

static void check(const struct mount_table *mt)
{
    struct buf text;

    buf_init(&text, fuzz_mem, NULL, 0);
    for (size_t i = 0; i < mt->n; i++) {
        const struct mount *m = &mt->v[i], *found = mount_lookup(mt, m->posix, m->posix_len);
        struct mount_table copy;

        MUST(found != NULL);
        MUST(found->posix_len == m->posix_len);
        mount_init(&copy, fuzz_mem);
        buf_cut(&text, 0);
        mount_format(&text, m->flags, m->win32);
        MUST(mount_parse(&copy, m->posix, text.p, m->flags & MOUNT_USER, NULL) == 0);
        MUST(copy.n == 1 && copy.v[0].flags == m->flags && !strcmp(copy.v[0].win32, m->win32));
        MUST(copy.v[0].nt_len == m->nt_len);
        mount_free(&copy);
    }
    buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *s = fuzz_text(data, size), *line = s;
    struct mount_table mt;

    mount_init(&mt, fuzz_mem);
    while (line && *line) {
        char *end = strchr(line, '\n'), *eq;

        if (end)
            *end++ = 0;
        eq = strchr(line, '=');
        if (eq) {
            const char *why = NULL;

            *eq = 0;
            if (*line == '-')
                mount_remove(&mt, line + 1, eq[1] == 'u' ? MOUNT_USER : 0);
            else if (mount_parse(&mt, line, eq + 1, line[strlen(line) / 2] & 1 ? MOUNT_USER : 0,
                                 &why) < 0)
                MUST(why != NULL);
        }
        line = end;
    }
    check(&mt);
    mount_free(&mt);
    free(s);
    return 0;
}
