/* SPDX-License-Identifier: BSD-2-Clause */
/* strace diff and strace report (being written), --why. */
#include "strace.h"

int why_show(const char *what)
{
    tool_die(EXIT_FAILED, "--why %s: no rules yet", what);
}
int diff_show(const char *a, const char *b)
{
    tool_die(EXIT_FAILED, "diff %s %s: not yet", a, b);
}
int report_show(const char *file)
{
    tool_die(EXIT_FAILED, "report %s: not yet", file);
}
