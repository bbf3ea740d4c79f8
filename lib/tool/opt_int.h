/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by opt.c and opt_help.c only. */
#ifndef LIB_TOOL_OPT_INT_H
#define LIB_TOOL_OPT_INT_H

#include "lib/tool/opt.h"

#ifndef ISTHMUS_VERSION
#define ISTHMUS_VERSION "development"
#endif

/** The row of short option `c`, NULL if there is none. */
const struct opt *opt_find_short(const struct opt_spec *spec, int c);
/** Whether a row has exactly this long name. */
bool opt_has_long(const struct opt_spec *spec, const char *name);

#endif
