/* SPDX-License-Identifier: BSD-2-Clause */
/* Process sections and the index with arbitrary content. */
#include <stdint.h>

#include "lib/proc/proc.h"
#include "ps/ps.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *copy = malloc(size + 8);
    struct proc_info info;
    struct buf text, out;
    const char *why;
    uint32_t pid = 0;
    int n;

    memcpy(copy, data, size);
    if (size > 28)
        memcpy(&pid, data + offsetof(struct shm_proc, pid), 4);
    copy = realloc(copy, size ? size : 1);
    buf_init(&text, fuzz_mem, NULL, 0);
    buf_init(&out, fuzz_mem, NULL, 0);
    if (proc_read(copy, size, pid, &info, &text) == 0) {
        MUST(!info.why);
        MUST(info.program < text.len && info.cmdline <= info.cmdline_end &&
             info.cmdline_end <= text.len);
        ps_row(&out, &info, text.p, true, false);
        ps_row(&out, &info, text.p, false, true);
        ps_json(&out, &info, text.p);
        proc_state_letter(&info);
    }
    n = proc_index_check(copy, size, &why);
    for (int i = 0; i < n; i++)
        proc_index_slot(copy, (size_t)i);
    buf_free(&text);
    buf_free(&out);
    free(copy);
    return 0;
}
