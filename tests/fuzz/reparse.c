/* SPDX-License-Identifier: BSD-2-Clause */
/* Reparse points and shortcut files: arbitrary content, and arbitrary targets that come back. */
#include <stdint.h>

#include "lib/path/reparse.h"
#include "lib/text/utf.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *s = fuzz_text(data, size);
    struct buf target, file, again;

    buf_init(&target, fuzz_mem, NULL, 0);
    buf_init(&file, fuzz_mem, NULL, 0);
    buf_init(&again, fuzz_mem, NULL, 0);
    if (reparse_parse(data, size, &target) > 0)
        MUST(target.len && strlen(target.p) == target.len);
    else
        MUST(!target.len);
    buf_cut(&target, 0);
    if (shortcut_parse(data, size, &target) == 0)
        MUST(target.len && strlen(target.p) == target.len);
    else
        MUST(!target.len);
    if (shortcut_make(s, NULL, 0, &file) == 0) {
        MUST(shortcut_parse(file.p, file.len, &again) == 0);
        MUST(!strcmp(again.p, s));
    }
    buf_free(&target);
    buf_free(&file);
    buf_free(&again);
    free(s);
    return 0;
}
