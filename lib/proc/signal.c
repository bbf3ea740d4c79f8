/* SPDX-License-Identifier: BSD-2-Clause */
/* Names and default actions of signals, by the runtime's numbers. */
#include "lib/proc/signal.h"

#include <string.h>

static const struct {
    int number;
    const char *name;
} signals[] = {
#define X(mask, value, name) { value, #name },
#include "lib/trace/tables/sig.h"
#undef X
};

#define SIGNALS (sizeof signals / sizeof *signals)

static int same(const char *a, const char *b)
{
    for (; *a && *b; a++, b++)
        if ((*a >= 'a' && *a <= 'z' ? *a - 32 : *a) != *b)
            return 0;
    return *a == *b;
}

int signal_number(const char *name)
{
    int n = 0;

    if (*name >= '0' && *name <= '9') {
        for (; *name >= '0' && *name <= '9' && n <= SIGNAL_MAX; name++)
            n = n * 10 + (*name - '0');
        return *name || n > SIGNAL_MAX ? -1 : n;
    }
    if (same(name, "EXIT"))
        return 0;
    for (size_t i = 0; i < SIGNALS; i++)
        if (same(name, signals[i].name) || same(name, signals[i].name + 3))
            return signals[i].number;
    return -1;
}

const char *signal_name(int number)
{
    for (size_t i = 0; i < SIGNALS; i++)
        if (signals[i].number == number)
            return signals[i].name + 3;
    return NULL;
}

enum signal_action signal_action(int number)
{
    static const struct {
        const char *names;
        enum signal_action action;
    } rows[] = {
        { " QUIT ILL TRAP ABRT EMT FPE BUS SEGV SYS XCPU XFSZ ", SIGNAL_DUMPS },
        { " URG CHLD WINCH ", SIGNAL_IGNORED },
        { " STOP TSTP TTIN TTOU ", SIGNAL_STOPS },
        { " CONT ", SIGNAL_CONTINUES },
    };
    const char *name = signal_name(number), *at;

    for (size_t i = 0; name && i < sizeof rows / sizeof *rows; i++) {
        size_t n = strlen(name);

        for (at = rows[i].names; (at = strstr(at, name)) != NULL; at++)
            if (at[-1] == ' ' && at[n] == ' ')
                return rows[i].action;
    }
    return SIGNAL_ENDS;
}
