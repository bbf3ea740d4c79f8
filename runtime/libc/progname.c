/* SPDX-License-Identifier: BSD-2-Clause */
/* The program's own name. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

extern char **start_argv; /* init/args.c */
static const char *name;

/* GNU's variables; programs may set them. */
char *program_invocation_name = "?", *program_invocation_short_name = "?";

/** At the start of the program, once its arguments are known. */
void progname_init(void)
{
    char *slash;

    if (!start_argv || !start_argv[0])
        return;
    slash = strrchr(start_argv[0], '/');
    program_invocation_name = start_argv[0];
    program_invocation_short_name = slash ? slash + 1 : start_argv[0];
}

/** BSD: the last part of argv[0], or what setprogname said. */
const char *getprogname(void)
{
    const char *slash;

    if (name)
        return name;
    if (!start_argv || !start_argv[0])
        return "?";
    slash = strrchr(start_argv[0], '/');
    return slash ? slash + 1 : start_argv[0];
}

/** @param program must stay; its last part counts */
void setprogname(const char *program)
{
    const char *slash = strrchr(program, '/');

    name = slash ? slash + 1 : program;
}

/** GNU: getenv that believes nothing in a program with raised rights. There are none here. */
char *secure_getenv(const char *variable)
{
    return getenv(variable);
}
