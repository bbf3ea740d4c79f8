/* SPDX-License-Identifier: BSD-2-Clause */
/* The capability table: which are not to be used. */
#include "caps.h"

#include <string.h>

_Static_assert(CAPS <= 32, "caps_off has a bit for each");

uint32_t caps_off;

static const char *const names[] = {
#define CAP(name, what) #name,
#include "nt/caps.def"
#undef CAP
};

static int cap_number(const char *s, size_t n)
{
    for (int i = 0; i < CAPS; i++)
        if (strlen(names[i]) == n && !memcmp(names[i], s, n))
            return i;
    return -1;
}

void caps_switch(const char *list, void (*bad)(const char *, const char *))
{
    while (*list) {
        size_t n = strcspn(list, ",");
        bool off = *list == '-', on = *list == '+';
        int c = cap_number(list + (off || on), n - (off || on));

        if (n && c < 0)
            bad(list, "names no capability at its beginning");
        else if (n && off)
            caps_off |= 1u << c;
        else if (n)
            caps_off &= ~(1u << c);
        list += n + (list[n] == ',');
    }
}
