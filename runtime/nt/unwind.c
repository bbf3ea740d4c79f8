/* SPDX-License-Identifier: BSD-2-Clause */
/* Walking a stack by the images' unwind tables. Used in a process that has just failed: nothing on the
 * stack is believed. */
#include "nt/nt_context.h"
#include "ntapi.h"

/* Windows' own, so that a stack of ours (set in the TEB) is known, too. */
static bool in_stack(uint64_t p, uint64_t low, uint64_t high)
{
    return p >= low && p < high && p % 8 == 0;
}

/* The frame register of the function, if it uses one, must point into the stack, too. */
static bool frame_ok(uint64_t base, const RUNTIME_FUNCTION *f, const CONTEXT *c, uint64_t low, uint64_t high)
{
    const uint8_t *info = (const uint8_t *)(base + f->UnwindData);

    return (info[3] & 15) == 0 || in_stack(c->Rbp & ~7ull, low, high);
}

static bool step(CONTEXT *c, uint64_t low, uint64_t high)
{
    uint64_t before = c->Rsp;
    DWORD64 base, frame;
    RUNTIME_FUNCTION *f = RtlLookupFunctionEntry(c->Rip, &base, NULL);
    void *data;

    if (!f) { /* a function without a frame: the return address is on top */
        c->Rip = *(const uint64_t *)c->Rsp;
        c->Rsp += 8;
        return true;
    }
    if (!frame_ok(base, f, c, low, high))
        return false;
    RtlVirtualUnwind(0, base, c->Rip, f, c, &data, &frame, NULL);
    return c->Rsp > before;
}

unsigned nt_stack_walk(const void *context, uint64_t *pc, unsigned max, uint64_t (*swap)(uint64_t pc))
{
    NT_TIB *tib = (NT_TIB *)NtCurrentTeb();
    uint64_t low = (uint64_t)tib->StackLimit, high = (uint64_t)tib->StackBase;
    CONTEXT c;
    unsigned n = 0;

    if (context)
        memcpy(&c, context, sizeof(c));
    else
        RtlCaptureContext(&c);
    while (n < max && c.Rip) {
        pc[n++] = c.Rip;
        if (!in_stack(c.Rsp, low, high - 8) || !step(&c, low, high))
            break;
        if (swap)
            c.Rip = swap(c.Rip);
    }
    return n;
}
