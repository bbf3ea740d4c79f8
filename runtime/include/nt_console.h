/* SPDX-License-Identifier: BSD-2-Clause */
/* What the runtime asks of a Windows console. */
#ifndef NT_CONSOLE_H
#define NT_CONSOLE_H

#include "base.h"

/* The console's input or output, wherever the standard handles lead. */
int nt_console_open(bool input, bool inherit, handle_t *out);

enum nt_console_mode {
    NT_CONSOLE_SIGNALS = 1,     /* Ctrl-C is an event, no key */
    NT_CONSOLE_COOKED = 2,      /* the console's own line input and echo, for Windows programs */
};
/* As Windows has it, to be put back later. */
int nt_console_mode(handle_t h, uint32_t *mode);
int nt_console_set_mode(handle_t h, uint32_t mode);
int nt_console_set_input(handle_t in, unsigned mode);
/* Escape sequences on, if the console knows them; `newline`: LF goes to the first column. */
int nt_console_set_output(handle_t out, bool newline);

/* A key that was pressed. */
struct nt_key {
    uint16_t unit;      /* UTF-16, 0: none */
    uint16_t code;      /* VK_* */
    uint16_t repeat;
    bool shift, alt, ctrl;
};
/* Takes up to n keys that are there, without waiting. *resized becomes true when the window got another
 * size. */
int nt_console_keys(handle_t in, struct nt_key *keys, unsigned n, bool *resized);
/* Events of any kind that wait to be read. */
int nt_console_pending(handle_t in);
/* As if the character had been typed. */
int nt_console_type(handle_t in, uint16_t unit);
int nt_console_flush(handle_t in);

int nt_console_write(handle_t out, const uint16_t *text, size_t n);
/* Does writing understand control sequences? Found out on a screen that nobody sees. */
bool nt_console_knows_vt(void);

/* ---- cells, for consoles that do not. Places count from the window's top left. ---- */
struct nt_screen {
    int rows, columns;
    int x, y;           /* the cursor */
    int top;            /* the window's first line, in the buffer */
    uint16_t attr;
};
int nt_screen_get(handle_t out, struct nt_screen *s);
void nt_screen_put(handle_t out, const struct nt_screen *s, int x, int y, const uint16_t *text, unsigned n);
void nt_screen_fill(handle_t out, const struct nt_screen *s, int x, int y, unsigned n, uint16_t attr);
/* The lines [top, bottom] and columns from x on move; what they leave is blank. */
void nt_screen_move(handle_t out, const struct nt_screen *s, int x, int top, int bottom, int dx, int dy, uint16_t attr);
void nt_screen_cursor(handle_t out, const struct nt_screen *s, int x, int y);
void nt_screen_show_cursor(handle_t out, bool on);
void nt_screen_attr(handle_t out, uint16_t attr);
void nt_console_title(const uint16_t *text); /* ended by 0 */

int nt_console_size(handle_t out, unsigned *rows, unsigned *columns);

/* A mutex between processes, by name in the directory `dir`. An abandoned one is taken all the same. */
int nt_mutex_create(handle_t dir, const char *name, handle_t *out);
void nt_mutex_release(handle_t m);

#endif
