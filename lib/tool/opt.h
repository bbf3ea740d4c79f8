/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Option tables of the tools: one row an option gives parsing, error messages and --help. Options
 * and operands may be mixed unless the tool runs a command (OPT_COMMAND). ISO C only.
 */
#ifndef LIB_TOOL_OPT_H
#define LIB_TOOL_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/text/buf.h"

/* Rows leave out what they do not need. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

enum opt_kind {
    OPT_NONE,
    OPT_FLAG,       /* value: bool, becomes true */
    OPT_COUNT,      /* value: int, one more each time */
    OPT_STR,        /* value: const char * */
    OPT_INT,        /* value: int64_t; decimal, 0x or 0; within min..max when max > min */
    OPT_LIST,       /* value: struct opt_list, repeatable */
    OPT_CALL,       /* .call is called with value and the argument (NULL if .arg is NULL) */
    OPT_TITLE,      /* no option: `help` is a heading in --help */
};

struct opt_list {
    const char **v;
    size_t n;
};

/**
 * Returns NULL, or what is wrong with the argument, as in "not a signal name"; the text must
 * outlive the call.
 */
typedef const char *(*opt_call)(void *value, const char *arg);

/** The table ends with { 0 }. `arg` is the argument's name in --help, NULL for no argument. */
struct opt {
    int short_name;             /* 0 for none */
    const char *long_name;      /* NULL for none */
    enum opt_kind kind;
    void *value;
    const char *arg;
    const char *help;
    opt_call call;
    int64_t min, max;
    bool optional;              /* the argument may be left out: --name[=ARG], -n[ARG] */
};

enum { OPT_COMMAND = 1 };       /* the first operand ends the options (strace CMD -x) */

/** What a tool says about itself. */
struct opt_spec {
    const char *prog;           /* name in messages */
    const char *usage;          /* after the name: "[OPTION]... CMD [ARG]..."; lines by \n */
    const char *about;          /* a sentence or two */
    const struct opt *opts;
    const char *exit_status;    /* lines "0  text\n1  text"; NULL: 0 ok, 1 failed, 2 usage */
    const char *more;           /* printed at the end of --help; may be NULL */
    unsigned flags;
};

enum { OPT_EXIT_USAGE = 2 };
enum { OPT_DONE = -1, OPT_BAD = -2 };

/**
 * Parses argv[1..], moving operands behind the options. Returns the index of the first operand;
 * OPT_DONE when --help or --version was asked for, its text is in `out`; OPT_BAD for a usage
 * error, a complete message "prog: what (hint)" is in `out`. --help (-h unless taken) and
 * --version (-V unless taken) need no row.
 */
int opt_run(const struct opt_spec *spec, int argc, char **argv, struct buf *out);

/** The same for a tool's main: prints, and exits with 0 or OPT_EXIT_USAGE. */
int opt_parse(const struct opt_spec *spec, int argc, char **argv);

/** Appends the text of --help. */
void opt_help(const struct opt_spec *spec, struct buf *out);

/**
 * Reads a whole string as a number (decimal, 0x.., 0..; optional sign). Returns 0, -EINVAL (not a
 * number) or -ERANGE.
 */
int opt_number(const char *s, int64_t *value);

#endif
