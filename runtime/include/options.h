/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of the environment variable CYGWIN, from options.def. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "base.h"

typedef bool option_FLAG;
typedef int option_WORD;
typedef char *option_TEXT; /* runtime heap; NULL: not given */
typedef char *option_LIST; /* the same, elements between commas */

struct options {
#define OPTION(name, type, initial, values, help) option_##type name;
#include "options.def"
#undef OPTION
};
extern struct options options;

enum fork_how { FORK_HOW_COW, FORK_HOW_COPY, FORK_HOW_PARKED }; /* in the order of options.def */

/**
 * Reads options from text such as "nontsec fork:copy caps:-posix_delete,-wine". Options are separated by
 * white space; ':' and '=' are the same.
 * @param bad called for each piece that is not understood, with a reason
 * @return how many were not understood
 */
int options_parse(const char *text, void (*bad)(const char *piece, const char *why));

/* From the environment, at start. */
int options_init(void);

/* Should `stage` fail now (option inject)? Negative errno, or 0. */
int inject(const char *stage);
/* The same, and with sig.KILL the child that is being made is ended, as anybody could do that. */
int inject_child(const char *stage, void *child);
/* Tells the entry stubs whether calls are wanted. */
void inject_arm(void);

#endif
