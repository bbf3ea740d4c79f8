/* SPDX-License-Identifier: BSD-2-Clause */
/* Conversion of arbitrary names over a mount table: what goes to Windows comes back. */
#include <stdint.h>

#include "lib/path/device.h"
#include "lib/path/path.h"
#include "fuzz.h"

static struct mount_table mt;

static void setup(void)
{
    mount_init(&mt, fuzz_mem);
    mount_add_defaults(&mt, "C:\\t");
    mount_add(&mt, "/a/b", "D:\\", MOUNT_USER, NULL);
    mount_add(&mt, "/A", "D:\\x\\y", 0, NULL);
    mount_add(&mt, "/a/c", "\\\\s\\h\\x", MOUNT_POSIX, NULL);
    mount_add(&mt, "/d", "C:\\t\\a", 0, NULL);
}

/* The name that came back leads to the same NT name, folded: case may differ by mounts. */
static void there_and_back(const struct buf *posix)
{
    struct wbuf nt, again, win;
    struct buf back;
    struct path_match m;

    wbuf_init(&nt, fuzz_mem, NULL, 0);
    wbuf_init(&again, fuzz_mem, NULL, 0);
    wbuf_init(&win, fuzz_mem, NULL, 0);
    buf_init(&back, fuzz_mem, NULL, 0);
    if (path_to_nt(&mt, posix->p, posix->len, &nt, &m) == 0) {
        MUST(m.rule != RULE_NONE);
        MUST(nt.len <= PATH_NT_MAX);
        MUST(nt_to_posix(&mt, nt.p, nt.len, &back, NULL) == 0);
        MUST(path_to_nt(&mt, back.p, back.len, &again, NULL) == 0);
        MUST(again.len == nt.len && wide_equal_fold(again.p, nt.p, nt.len));
        MUST(nt_to_win32(nt.p, nt.len, WIN32_AUTO, &win) == 0);
    } else {
        MUST(m.why != NULL);
    }
    wbuf_free(&nt);
    wbuf_free(&again);
    wbuf_free(&win);
    buf_free(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *s = fuzz_text(data, size);
    struct buf posix, list;
    struct wbuf nt;
    struct device d;

    if (!mt.alloc)
        setup();
    buf_init(&posix, fuzz_mem, NULL, 0);
    buf_init(&list, fuzz_mem, NULL, 0);
    wbuf_init(&nt, fuzz_mem, NULL, 0);
    if (path_normalize(&posix, "/w/d", s, NULL) == 0) {
        MUST(posix.p[0] == '/');
        MUST(posix.len == 1 || posix.p[posix.len - 1] != '/');
        MUST(!strstr(posix.p, "/./") && !strstr(posix.p, "/../") && !strstr(posix.p + 1, "//"));
        there_and_back(&posix);
        device_lookup(posix.p, posix.len, &d);
    }
    if (path_posix_absolute(&mt, &posix, "/w/d", s, NULL, NULL) == 0)
        MUST(posix.p[0] == '/');
    win32_to_nt(s, &nt, NULL);
    path_list_to_win32(&mt, "/w", s, &list, NULL);
    path_list_to_posix(&mt, NULL, s, &list, NULL);
    wbuf_free(&nt);
    buf_free(&posix);
    buf_free(&list);
    free(s);
    return 0;
}
