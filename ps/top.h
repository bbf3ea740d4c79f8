/* SPDX-License-Identifier: BSD-2-Clause */
/* ps --top: what its files share. */
#ifndef TOP_H
#define TOP_H

#include "ps/ps.h"

/* Processor time at the last look. */
struct top_past {
    uint32_t winpid;
    uint64_t created, used;
};

enum top_pane { TOP_NONE, TOP_EVENTS, TOP_FILES, TOP_THREADS, TOP_HELP };

struct top {
    const struct proc_tree *tree;
    struct ps_list l;
    bool have_list, windows, forest, frozen;
    struct ps_format format;
    char sort[32];          /* key, perhaps with - in front */
    char pattern[256];
    void *code;             /* pcre2_code; NULL: none */
    char message[200];
    enum top_pane pane;
    uint32_t selected;      /* winpid */
    size_t row, first;      /* of the selected process, of the first line shown */
    size_t shown;           /* lines for processes */
    struct top_past *past;
    size_t npast;
    uint64_t before;        /* FILETIME of the last look */
    uint32_t permille;      /* of all processes together */
};

/* ---- top.c ---- */
void top_select(struct top *t, int64_t row);

/* ---- top_draw.c ---- */
void top_draw(struct top *t);
/** Asks for a line at the top; false: given up. */
bool top_prompt(struct top *t, const char *question, char *answer, size_t size);

#endif
