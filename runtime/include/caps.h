/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities of the system underneath, from nt/caps.def. */
#ifndef CAPS_H
#define CAPS_H

#include "base.h"

enum cap {
#define CAP(name, what) CAP_##name,
#include "nt/caps.def"
#undef CAP
    CAPS
};

/* Bit set: not to be used. Inherited by fork. */
extern uint32_t caps_off;

static inline bool cap(enum cap c)
{
    return !(caps_off & 1u << c);
}

/* The system turned out not to have it. */
static inline void cap_lost(enum cap c)
{
    __atomic_fetch_or(&caps_off, 1u << c, __ATOMIC_RELAXED);
}

/* "-a,-b,c": switch off, or back on. */
void caps_switch(const char *list, void (*bad)(const char *piece, const char *why));

#endif
