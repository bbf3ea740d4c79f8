/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The build host's side of lib/tool, for unit tests of tools' code; see win.c for the real one.
 */
#ifndef _WIN32
#include <stdlib.h>
#include <unistd.h>

#include "lib/tool/out.h"

bool tool_is_terminal(FILE *f)
{
    return isatty(fileno(f));
}

int tool_columns(FILE *f)
{
    (void)f;
    return 0;
}

const char *tool_getenv(const char *name)
{
    return getenv(name);
}
#endif
