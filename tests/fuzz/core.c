/* SPDX-License-Identifier: BSD-2-Clause */
/* A damaged core, as dumper reads it: notes, segments, the process section in it, images and stacks. */
#include <stdint.h>

#include "lib/debug/core.h"
#include "lib/debug/process.h"
#include "lib/proc/proc.h"
#include "fuzz.h"

#define MODULES 8

struct subject {
    struct core core;
    struct unwind_image image[MODULES];
    unsigned images;
};

static int read_memory(void *arg, uint64_t addr, void *buf, size_t n)
{
    return core_read(&((struct subject *)arg)->core, addr, buf, n);
}

static int image_of(void *arg, uint64_t addr, struct unwind_image *image)
{
    struct subject *s = arg;

    for (unsigned i = 0; i < s->images; i++)
        if (addr >= s->image[i].base && addr - s->image[i].base < s->image[i].size) {
            *image = s->image[i];
            return 0;
        }
    return -1;
}

static int frame(void *arg, unsigned n, const struct debug_regs *regs, bool caller, enum unwind_how how)
{
    MUST(n < UNWIND_MAX);
    return n > 500; /* long enough to see that it ends */
}

static void walk(struct subject *s, const unsigned char *context)
{
    struct unwind u = { .read = read_memory, .image = image_of, .arg = s, .sys_return = 0x110001000 };
    struct debug_regs regs;

    debug_context_regs(context, &regs);
    debug_stack(&u, &regs, UNWIND_MAX, frame, s);
}

static void section(const struct core_item *n)
{
    struct proc_info info;
    struct buf text;
    uint32_t pid;

    if (n->size < sizeof(struct shm_proc))
        return;
    memcpy(&pid, n->data + offsetof(struct shm_proc, pid), 4);
    buf_init(&text, fuzz_mem, NULL, 0);
    /* as dumper does: a copy of its own, since notes lie at any address */
    void *copy = malloc(n->size);

    memcpy(copy, n->data, n->size);
    proc_read(copy, n->size, pid, &info, &text);
    free(copy);
    buf_free(&text);
}

static void note(struct subject *s, const struct core_item *n, bool stacks)
{
    uint32_t kind = 0;
    uint64_t base;

    if (n->size >= 4)
        memcpy(&kind, n->data, 4);
    if (!strcmp(n->name, CORE_OWNER) && n->type == CORE_NOTE_PROC && !stacks) {
        section(n);
    } else if (n->type == CORE_NOTE_WIN32 && kind == CORE_WIN32_MODULE && n->size >= 16 && !stacks) {
        memcpy(&base, n->data + 4, 8);
        if (s->images < MODULES && unwind_image_read(read_memory, s, base, &s->image[s->images]) == 0)
            s->images++;
    } else if (n->type == CORE_NOTE_WIN32 && kind == CORE_WIN32_THREAD && n->size >= 12 + DEBUG_CONTEXT_SIZE
               && stacks) {
        walk(s, n->data + 12);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1), bytes[64];
    struct subject s = { 0 };
    struct core_segment g;
    struct core_item item;

    memcpy(copy, data, size);
    if (core_open(&s.core, copy, size) < 0) {
        MUST(s.core.why != NULL);
    } else {
        for (int pass = 0; pass < 2; pass++) {
            uint64_t at = 0;

            for (unsigned n = 0; n < 64 && core_next_note(&s.core, &at, &item); n++)
                note(&s, &item, pass);
        }
        for (uint32_t i = 0; i < s.core.nseg && i < 64; i++)
            if (core_segment_at(&s.core, i, &g) == 0 && g.stored >= sizeof bytes)
                MUST(core_read(&s.core, g.base + g.stored - sizeof bytes, bytes, sizeof bytes) == 0
                     || g.base > UINT64_MAX - g.stored);
    }
    free(copy);
    return 0;
}
