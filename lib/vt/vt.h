/* SPDX-License-Identifier: BSD-2-Clause */
/* A terminal's screen: what control sequences of an xterm mean, for consoles that do not know them. Pure:
 * cells are changed through operations; here are the parser, the modes and the cursor. */
#ifndef LIB_VT_H
#define LIB_VT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VT_PARAMS 16
#define VT_COLUMNS 512 /* that can have a tab stop */

enum vt_flag { VT_BOLD = 1, VT_UNDERLINE = 2, VT_REVERSE = 4 };

/* Colours are 0 to 15 in ANSI's order, or VT_DEFAULT. */
#define VT_DEFAULT 0xff
struct vt_attr {
    uint8_t fg, bg, flags;
};

struct vt_cursor {
    int x, y;
    struct vt_attr attr;
    bool origin, drawing[2], shifted;
};

/* Places count from 0, at the top left. What is erased gets the current background. */
struct vt_ops {
    void (*put)(void *arg, int x, int y, const uint32_t *text, int n); /* cells one after the other */
    void (*erase)(void *arg, int x, int y, int n);
    void (*shift)(void *arg, int x, int y, int by);         /* the rest of a line to the right, or left (< 0) */
    void (*scroll)(void *arg, int top, int bottom, int by); /* lines [top, bottom] up, or down (< 0) */
    void (*attr)(void *arg, const struct vt_attr *a);
    void (*show_cursor)(void *arg, bool on);
    void (*other_screen)(void *arg, bool on);
    void (*title)(void *arg, const char *text, size_t n);
    void (*bell)(void *arg);
    void (*reply)(void *arg, const char *text, size_t n);   /* as if it had been typed */
};

struct vt {
    const struct vt_ops *ops;
    void *arg;
    int rows, columns;
    struct vt_cursor c, saved;
    bool pending;               /* the next character goes to the next line */
    bool no_wrap, insert, newline;
    int top, bottom;            /* scrolling region */
    uint8_t no_tab[VT_COLUMNS / 8], tab[VT_COLUMNS / 8]; /* stops taken away, and set */
    uint32_t last;              /* character, for its repetition */
    int state;
    char prefix, middle;        /* of the sequence being read: '?' and the like, ' ' and the like */
    int params[VT_PARAMS], n_params;
    char text[256];             /* of an OSC */
    size_t n_text;
    uint32_t run[128];          /* printed, not put yet */
    int n_run, run_x, run_y;
};

/** The screen as it is at first. */
void vt_init(struct vt *v, const struct vt_ops *ops, void *arg, int rows, int columns);
/** The window has this size now. */
void vt_resize(struct vt *v, int rows, int columns);
/** One character. */
void vt_char(struct vt *v, uint32_t ch);
/** All that was written stands on the screen after this. */
void vt_flush(struct vt *v);

#endif
