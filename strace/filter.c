/* SPDX-License-Identifier: BSD-2-Clause */
/* -e: which events are recorded. What is not wanted is not even written by the traced process. */
#include <string.h>

#include "strace.h"

void filter_all(uint8_t mask[TRACE_MAX_EVENTS])
{
    memset(mask, TRACE_ON, TRACE_MAX_EVENTS);
}

/* Groups of calls by a word that their names share, as on Linux. */
static const struct group {
    const char *name;
    uint16_t first, last; /* numbers in events.def */
} groups[] = {
    { "%file", 1, 79 },      { "%desc", 1, 79 },       { "%process", 80, 86 },
    { "%creds", 94, 105 },   { "%signal", 140, 169 },  { "%clock", 170, 189 },
    { "%memory", 190, 209 }, { "%network", 240, 257 },
};

static bool set_name(uint8_t mask[TRACE_MAX_EVENTS], const char *name, size_t len, uint8_t value)
{
    const struct trace_desc *d;
    int category = trace_category_by_name(name, len);
    bool found = len == 3 && !memcmp(name, "all", 3);

    if (found)
        memset(mask, value, TRACE_MAX_EVENTS);
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (strlen(groups[i].name) == len && !memcmp(groups[i].name, name, len)) {
            memset(mask + groups[i].first, value, groups[i].last - groups[i].first + 1u);
            found = true;
        }
    for (unsigned i = 0; category >= 0 && i < trace_desc_count; i++)
        if (trace_descs[i].category == category) {
            mask[trace_descs[i].id] = value;
            found = true;
        }
    d = trace_desc_by_name(name, len);
    if (d)
        mask[d->id] = value;
    return found || d;
}

const char *filter_parse(uint8_t mask[TRACE_MAX_EVENTS], bool first, const char *arg)
{
    uint8_t value = TRACE_ON;
    const char *p = arg;

    if (!strncmp(p, "trace=", 6))
        p += 6;
    else if (strchr(p, '='))
        return "not CATEGORY,... or trace=NAME,...";
    if (*p == '!') {
        value = TRACE_NEVER;
        p++;
    }
    if (first)
        memset(mask, value == TRACE_ON ? TRACE_NEVER : TRACE_ON, TRACE_MAX_EVENTS);
    if (!strcmp(p, "none"))
        return NULL;
    for (;;) {
        size_t n = strcspn(p, ",");

        if (!n || !set_name(mask, p, n, value))
            return "not a list of categories, groups or names of events";
        if (!p[n])
            return NULL;
        p += n + 1;
    }
}
