/* SPDX-License-Identifier: BSD-2-Clause */
/* Symbolic link files: arbitrary content, and arbitrary targets that come back. */
#include <stdint.h>

#include "lib/path/symlink.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *s = fuzz_text(data, size);
    struct buf target, file, again;

    buf_init(&target, fuzz_mem, NULL, 0);
    buf_init(&file, fuzz_mem, NULL, 0);
    buf_init(&again, fuzz_mem, NULL, 0);
    if (symlink_parse(data, size, &target) == 0) {
        MUST(target.len && target.len <= SYMLINK_TARGET_MAX);
        MUST(strlen(target.p) == target.len);
    } else {
        MUST(!target.len);
    }
    if (symlink_make(s, &file) == 0) {
        MUST(file.len <= SYMLINK_FILE_MAX);
        MUST(symlink_parse(file.p, file.len, &again) == 0);
        MUST(!strcmp(again.p, s));
    }
    buf_free(&target);
    buf_free(&file);
    buf_free(&again);
    free(s);
    return 0;
}
