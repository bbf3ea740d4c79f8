/* SPDX-License-Identifier: BSD-2-Clause */
/* Conversion of a name of 60 characters over 30 mounts, against what turning it into UTF-16 costs. The
 * library's own sources: programs do not get at the runtime's copy. */
#include <time.h>

#include "bench.h"
#define is_letter is_letter_convert
#include "lib/path/convert.c"
#undef is_letter
#include "lib/path/mount.c"
#include "lib/path/name.c"
#define parent parent_posix
#define add_components add_components_posix
#include "lib/path/normalize.c"
#undef parent
#undef add_components
#define is_slash is_slash_win32
#include "lib/path/win32.c"
#include "lib/text/buf.c"
#include "lib/text/utf.c"

#define CALLS 20000
#define NAME "/mnt/folder17/a/path/of/sixty/characters/is/what/we/convert/"

static struct mount_table table;
static struct wbuf wide;
static struct buf text;

static void *memory(void *old, size_t n)
{
    if (n)
        return realloc(old, n);
    free(old);
    return NULL;
}

static double now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static double convert(void *arg)
{
    double t = now();

    for (int i = 0; i < CALLS; i++)
        if (path_normalize(&text, "/", NAME, NULL) < 0 || path_to_nt(&table, text.p, text.len, &wide, NULL) < 0)
            return -1;
    return (now() - t) / CALLS;
}

static double to_wide(void *arg)
{
    double t = now();

    for (int i = 0; i < CALLS; i++) {
        wbuf_cut(&wide, 0);
        utf8_to_wide(&wide, NAME, sizeof NAME - 1);
    }
    return (now() - t) / CALLS;
}

int main(int argc, char **argv)
{
    char posix[40], win32[40];

    if (argc > 1 && !strstr("path-convert", argv[1]))
        return 0;
    mount_init(&table, memory);
    wbuf_init(&wide, memory, NULL, 0);
    buf_init(&text, memory, NULL, 0);
    mount_add(&table, "/", "C:\\root", 0, NULL);
    for (int i = 0; i < 29; i++) {
        snprintf(posix, sizeof posix, "/mnt/folder%d", i);
        snprintf(win32, sizeof win32, "D:\\data\\%d", i);
        if (mount_add(&table, posix, win32, 0, NULL) < 0)
            return 2;
    }
    return bench_pair("path-convert", "ns", 100, convert, NULL, "utf8-to-utf16", to_wide, NULL);
}
