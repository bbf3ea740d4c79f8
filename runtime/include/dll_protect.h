/* SPDX-License-Identifier: BSD-2-Clause */
/* Fork protection: files of the images are followed, and a child is created from links to them when
 * something else stands at their names. */
#ifndef DLL_PROTECT_H
#define DLL_PROTECT_H

#include "dll.h"

static inline void dll_watch(struct dll *d) {}
static inline void dll_unwatch(struct dll *d) {}

/** The Win32 name under which a child finds the image: its own, or a link's. */
static inline const uint16_t *dll_source(const struct dll *d, unsigned *units)
{
    *units = d->units;
    return d->path;
}

#endif
