/* SPDX-License-Identifier: BSD-2-Clause */
/* Process sections and the index with arbitrary content. */
#include <stdint.h>

#include "lib/proc/proc.h"
#include "fuzz.h"

/* What the tools ask of a section that was accepted. */
static void look_at(const void *section, size_t size, const struct proc_info *info)
{
    struct proc_thread t;
    struct proc_fd fd;

    for (unsigned i = 0; proc_thread_at(section, size, i, &t) >= 0; i++)
        proc_wait_name(t.wait_kind);
    for (unsigned i = 0; proc_fd_at(section, size, i, &fd) >= 0; i++)
        proc_fd_kind(fd.kind);
    proc_state_letter(info);
    proc_state_name(info);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *copy = malloc(size + 8);
    struct proc_info info;
    struct buf text;
    const char *why;
    uint32_t pid = 0;
    int n;

    memcpy(copy, data, size);
    if (size > 28)
        memcpy(&pid, data + offsetof(struct shm_proc, pid), 4);
    copy = realloc(copy, size ? size : 1);
    buf_init(&text, fuzz_mem, NULL, 0);
    if (proc_read(copy, size, pid, &info, &text) == 0) {
        MUST(!info.why);
        MUST(info.program < text.len && info.cmdline <= info.cmdline_end &&
             info.cmdline_end <= text.len);
        look_at(copy, size, &info);
    }
    n = proc_index_check(copy, size, &why);
    for (int i = 0; i < n; i++) {
        struct shm_slot slot;

        buf_cut(&text, 0);
        if (proc_summary_at(copy, size, (size_t)i, &slot, &info, &text) > 0)
            MUST((uint32_t)info.pid == slot.pid && info.program < text.len && strlen(text.p + info.program) < text.len);
    }
    buf_free(&text);
    free(copy);
    return 0;
}
