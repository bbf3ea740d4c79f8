/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tools print: messages in the form "prog: text", JSON values, colour. The JSON writer and
 * the number formats work on a struct buf and are pure; messages go to stderr through stdio.
 */
#ifndef LIB_TOOL_OUT_H
#define LIB_TOOL_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/text/buf.h"

/* ---- messages (msg.c) ---- */

/** The name in messages; opt_parse sets it from its spec. */
extern const char *tool_name;

/** "prog: text\n" on stderr, after flushing stdout so that the order stays. */
void tool_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/** The same and exit(code). */
void tool_die(int code, const char *fmt, ...) __attribute__((format(printf, 2, 3), noreturn));
/** realloc for struct buf: size 0 frees; ends the tool with a message when there is no memory. */
void *tool_realloc(void *old, size_t size);
/** Writes all and clears the buffer; false when the stream fails (disk full, closed pipe). */
bool tool_flush(struct buf *b, FILE *f);

/* ---- colour ---- */

enum tool_colour { TOOL_COLOUR_AUTO, TOOL_COLOUR_ALWAYS, TOOL_COLOUR_NEVER };
/** For --colour=auto|always|never as an OPT_CALL row whose value is an enum tool_colour. */
const char *tool_colour_arg(void *value, const char *arg);
/** Whether to colour `f`: by mode; auto means a terminal and neither NO_COLOR nor TERM=dumb. */
bool tool_colour(FILE *f, enum tool_colour mode);

/* ---- JSON (json.c) ---- */

/**
 * Appends a JSON string with its quotes. Text is taken as UTF-8; each byte that belongs to no valid
 * sequence becomes \u00XX with its value (so that a reader can tell which byte it was), control
 * characters \b \f \n \r \t or \u00XX. The result is always valid UTF-8 and valid JSON.
 */
void json_str(struct buf *b, const char *s, size_t n);
void json_strz(struct buf *b, const char *s);
/** As json_str for UTF-16; lone surrogates become \uDXXX. */
void json_wstr(struct buf *b, const uint16_t *s, size_t n);
/** json_comma and then `"key":`. */
void json_key(struct buf *b, const char *key);
/** A comma unless the buffer ends in '{', '[', ':' or ','. */
void json_comma(struct buf *b);

/* ---- the host system's side (win.c, and posix.c for tests on the build host) ---- */

/** What a tool defines in place of main: argv is UTF-8, without wildcard expansion. */
int tool_main(int argc, char **argv);
/** Whether the stream is a terminal. */
bool tool_is_terminal(FILE *f);
/** Columns of the terminal on `f`, 0 when it is none. */
int tool_columns(FILE *f);
/** Environment variable as UTF-8, NULL when unset; the memory stays allocated. */
const char *tool_getenv(const char *name);

#endif
