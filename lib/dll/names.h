/* SPDX-License-Identifier: BSD-2-Clause */
/* Names under which a DLL is looked for: programs ask for libfoo.so.1 where the file is cygfoo-1.dll. */
#ifndef LIB_DLL_NAMES_H
#define LIB_DLL_NAMES_H

#include "lib/text/buf.h"

/**
 * The i-th name to try for `name` (without folder); i 0 is the name itself. Replaces what is in `out`.
 * foo gives foo, foo.dll, foo.so; libfoo.so gives libfoo.so, cygfoo.dll, libfoo.dll; libfoo.so.1.2
 * gives libfoo.so.1.2, cygfoo-1.dll, cygfoo.dll, libfoo-1.dll, libfoo.dll. A name that ends in a dot
 * means what it says without the dot.
 *
 * @return 1, 0: there are no more, or -ENOMEM
 */
int dll_name_variant(const char *name, unsigned i, struct buf *out);

/** The last component of a name, POSIX or Windows. */
const char *dll_base_name(const char *path);

#endif
