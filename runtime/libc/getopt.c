/* SPDX-License-Identifier: BSD-2-Clause */
/* getopt and getopt_long. newlib's begin with optind 0, which POSIX does not allow, and do not know
 * BSD's optreset. Unless POSIXLY_CORRECT is set or the options begin with '+', operands are moved
 * behind the options, as GNU programs expect; with '-' each operand is returned as option 1. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *optarg;
int optind = 1, opterr = 1, optopt = '?', optreset;

static const char *place = ""; /* rest of a group of short options */
static int first_operand, last_operand; /* skipped operands: [first, last) lie just before optind */

enum order { PERMUTE, REQUIRE_ORDER, RETURN_OPERANDS };

struct scan {
    int argc;
    char **argv;
    const char *options; /* without the leading + or - */
    bool quiet;          /* begins with ':': missing arguments are ':' and nothing is printed */
    enum order order;
    const struct option *longs;
    int *index;
    bool single_dash_long;
};

static int complain(const struct scan *s, const char *what, const char *option, int len, int result)
{
    if (opterr && !s->quiet)
        fprintf(stderr, "%s: %s -- %.*s\n", s->argv[0], what, len, option);
    return result;
}

/* Swap the skipped operands [first, last) with the options [last, optind) that came after them. */
static void exchange(char **argv)
{
    int i, j, k = optind - last_operand;

    for (i = 0; i < k; i++) {
        char *option = argv[last_operand + i];

        for (j = last_operand + i; j > first_operand + i; j--)
            argv[j] = argv[j - 1];
        argv[first_operand + i] = option;
    }
    first_operand += k;
    last_operand = optind;
}

static bool is_operand(const char *arg)
{
    return arg[0] != '-' || arg[1] == 0;
}

/* Go to the next argument that is an option. Returns -1 at the end, 1 for an operand to return, else 0. */
static int next_argument(struct scan *s)
{
    char *arg;

    if (s->order == PERMUTE) {
        if (first_operand != last_operand && last_operand != optind)
            exchange(s->argv);
        else if (last_operand != optind)
            first_operand = optind;
        while (optind < s->argc && is_operand(s->argv[optind]))
            optind++;
        last_operand = optind;
    }
    if (optind < s->argc && strcmp(s->argv[optind], "--") == 0) {
        optind++;
        if (first_operand != last_operand)
            exchange(s->argv);
        else
            first_operand = optind;
        last_operand = s->argc;
        optind = s->argc;
    }
    if (optind >= s->argc) {
        if (first_operand != last_operand)
            optind = first_operand;
        return -1;
    }
    arg = s->argv[optind];
    if (is_operand(arg)) {
        if (s->order == REQUIRE_ORDER)
            return -1;
        optarg = arg;
        optind++;
        return 1;
    }
    return 0;
}

/* The long option that `name` (len bytes) says or abbreviates; NULL: none, with *ambiguous if several. */
static const struct option *find_long(const struct scan *s, const char *name, size_t len, bool *ambiguous)
{
    const struct option *o, *found = NULL;

    *ambiguous = false;
    for (o = s->longs; o->name; o++) {
        if (strncmp(o->name, name, len) != 0)
            continue;
        if (o->name[len] == 0) {
            *ambiguous = false;
            return o;
        }
        if (found && (found->has_arg != o->has_arg || found->flag != o->flag || found->val != o->val))
            *ambiguous = true;
        found = o;
    }
    return *ambiguous ? NULL : found;
}

/* --name, --name=value, --name value. Returns -2 if a short option shall be tried instead. */
static int long_option(struct scan *s, const char *name, bool maybe_short)
{
    size_t len = strcspn(name, "=");
    bool ambiguous;
    const struct option *o = find_long(s, name, len, &ambiguous);

    if (!o && !ambiguous && maybe_short)
        return -2;
    optind++;
    place = "";
    if (!o) {
        optopt = 0;
        return complain(s, ambiguous ? "ambiguous option" : "unknown option", name, (int)len, '?');
    }
    if (name[len] == '=') {
        if (o->has_arg == no_argument) {
            optopt = o->val;
            return complain(s, "option doesn't take an argument", name, (int)len, '?');
        }
        optarg = (char *)name + len + 1;
    } else if (o->has_arg == required_argument) {
        if (optind >= s->argc) {
            optopt = o->val;
            return complain(s, "option requires an argument", name, (int)len, s->quiet ? ':' : '?');
        }
        optarg = s->argv[optind++];
    }
    if (s->index)
        *s->index = (int)(o - s->longs);
    if (!o->flag)
        return o->val;
    *o->flag = o->val;
    return 0;
}

static int short_option(struct scan *s)
{
    int c = (unsigned char)*place++;
    const char *spec = c == ':' || c == ';' ? NULL : strchr(s->options, c);

    if (!*place)
        optind++;
    if (!spec) {
        optopt = c;
        return complain(s, "unknown option", place - 1, 1, '?');
    }
    if (spec[0] == 'W' && spec[1] == ';' && s->longs) { /* -W name is --name */
        if (!*place && optind >= s->argc) {
            optopt = c;
            return complain(s, "option requires an argument", "W", 1, s->quiet ? ':' : '?');
        }
        return long_option(s, *place ? place : s->argv[optind], false);
    }
    if (spec[1] != ':')
        return c;
    if (*place) {
        optarg = (char *)place;
        optind++;
    } else if (spec[2] == ':') {
        optarg = NULL;
    } else if (optind < s->argc) {
        optarg = s->argv[optind++];
    } else {
        optopt = c;
        place = "";
        return complain(s, "option requires an argument", (char[]){ (char)c, 0 }, 1, s->quiet ? ':' : '?');
    }
    place = "";
    return c;
}

static int scan(struct scan *s)
{
    int r;

    optarg = NULL;
    if (optreset || optind == 0) {
        optind = optind ? optind : 1;
        optreset = 0;
        place = "";
        first_operand = last_operand = optind;
    }
    s->order = *s->options == '-' ? RETURN_OPERANDS :
               *s->options == '+' || getenv("POSIXLY_CORRECT") ? REQUIRE_ORDER : PERMUTE;
    s->options += *s->options == '-' || *s->options == '+';
    s->quiet = *s->options == ':';
    if (first_operand > optind || last_operand > optind) /* the program set optind itself */
        first_operand = last_operand = optind;
    if (*place)
        return short_option(s);
    if ((r = next_argument(s)) != 0)
        return r;
    if (s->longs && s->argv[optind][1] == '-')
        return long_option(s, s->argv[optind] + 2, false);
    if (s->longs && s->single_dash_long) {
        const char *name = s->argv[optind] + 1;
        bool maybe_short = strchr(s->options, *name) != NULL;

        if (name[1] || !maybe_short) {
            r = long_option(s, name, maybe_short);
            if (r != -2)
                return r;
        }
    }
    place = s->argv[optind] + 1;
    return short_option(s);
}

/** POSIX.1-2017, and GNU's order of operands. @return the option, '?', ':' or -1 at the end */
int getopt(int argc, char *const argv[], const char *options)
{
    struct scan s = { .argc = argc, .argv = (char **)argv, .options = options };

    return scan(&s);
}

/** GNU: long options, too. @param index gets the index in `longs` of the one found; may be NULL */
int getopt_long(int argc, char *const argv[], const char *options, const struct option *longs, int *index)
{
    struct scan s = { .argc = argc, .argv = (char **)argv, .options = options, .longs = longs, .index = index };

    return scan(&s);
}

/** As getopt_long, but long options may have one dash only. */
int getopt_long_only(int argc, char *const argv[], const char *options, const struct option *longs, int *index)
{
    struct scan s = { .argc = argc, .argv = (char **)argv, .options = options, .longs = longs, .index = index,
                      .single_dash_long = true };

    return scan(&s);
}
