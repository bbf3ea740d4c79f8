/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Command lines: argv -> one UTF-16 string and back, exactly as the Microsoft C runtime splits
 * (2008 and later: two quotes inside a quoted part are one quote and the part goes on).
 */
#ifndef LIB_TEXT_ARGV_H
#define LIB_TEXT_ARGV_H

#include <stddef.h>
#include <stdint.h>

#include "lib/text/buf.h"

/** A NULL-terminated argv and the memory of its strings. */
struct args {
    int argc;
    char **argv;
    buf_realloc_fn alloc;
};

void args_init(struct args *a, buf_realloc_fn alloc);
void args_free(struct args *a);

/**
 * Splits a command line, NUL-terminated, into UTF-8 arguments (reversible form, utf.h). The first
 * is the program: quotes only switch, backslashes mean nothing. An empty line gives argc 1, "".
 * Returns 0 or -ENOMEM, then `a` is empty.
 */
int split_cmdline(struct args *a, const uint16_t *line);

/** Appends one argument, with a space before it unless the buffer is empty, quoted if needed. */
void quote_arg(struct wbuf *line, const char *arg);

/**
 * Appends a whole argv. argv[0] is quoted by the rule for programs: a quote in it cannot be
 * expressed and gives -EINVAL. Lines of 32767 units and more give -E2BIG, the limit of
 * CreateProcess. Otherwise 0 or -ENOMEM.
 */
int quote_argv(struct wbuf *line, char *const *argv);

/**
 * The command line that makes cmd.exe run a batch file (.bat, .cmd) with the given arguments:
 * `cmd_exe` /d /v:off /s /c "..." with cmd's own metacharacters made harmless. `batch` is the
 * Win32 name of the file. -EINVAL when an argument cannot be handed over unharmed at all (NUL is
 * impossible anyway; CR and LF end a command for cmd; '"' in the file's name). -E2BIG when the
 * line has 8191 units or more.
 */
int quote_batch(struct wbuf *line, const char *cmd_exe, const char *batch, char *const *argv);

#endif
