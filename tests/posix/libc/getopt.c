/* SPDX-License-Identifier: BSD-2-Clause */
/* getopt and getopt_long: order, arguments, errors. */
#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

#include "tap.h"

static char result[300];

/* Runs a scan and writes what came out, then the operands, to `result`. */
static const char *scan(const char *options, const struct option *longs, char **argv)
{
    int argc = 0, c, n = 0;

    while (argv[argc])
        argc++;
    optind = 0; /* both C libraries start over */
    opterr = 0;
    result[0] = 0;
    for (;;) {
        c = longs ? getopt_long(argc, argv, options, longs, NULL) : getopt(argc, argv, options);
        if (c == -1)
            break;
        n += snprintf(result + n, sizeof(result) - n, "%c", c);
        if (c == '?' || c == ':')
            n += snprintf(result + n, sizeof(result) - n, "(%c)", optopt ? optopt : '0');
        else if (optarg)
            n += snprintf(result + n, sizeof(result) - n, "=%s", optarg);
        n += snprintf(result + n, sizeof(result) - n, " ");
    }
    n += snprintf(result + n, sizeof(result) - n, "|");
    for (; optind < argc; optind++)
        n += snprintf(result + n, sizeof(result) - n, " %s", argv[optind]);
    return result;
}

#define ARGV(...) ((char *[]){ (char *)"prog", __VA_ARGS__, NULL })
#define SAME(want, got) CHECK(strcmp(want, got) == 0)

int main(void)
{
    static const struct option longs[] = {
        { "alpha", no_argument, NULL, 'A' },
        { "beta", required_argument, NULL, 'B' },
        { "gamma", optional_argument, NULL, 'G' },
        { "alpine", no_argument, NULL, 'L' },
        { NULL, 0, NULL, 0 },
    };

    test("optind is 1 before the first call");
    CHECK(optind == 1);

    test("groups and arguments");
    SAME("a b c=x |", scan("abc:", NULL, ARGV("-abcx")));
    SAME("a c=x b |", scan("abc:", NULL, ARGV("-a", "-c", "x", "-b")));

    test("operands are moved to the end");
    SAME("a b | one two", scan("ab", NULL, ARGV("one", "-a", "two", "-b")));
    SAME("a=1 b | x y z", scan("a:b", NULL, ARGV("x", "y", "-a", "1", "z", "-b")));

    test("+ stops at the first operand, - returns operands");
    SAME("a | one -b", scan("+ab", NULL, ARGV("-a", "one", "-b")));
    CHECK(strchr(scan("-ab", NULL, ARGV("one", "-a")), 'a') != NULL);

    test("-- ends the options");
    SAME("a | -b x", scan("ab", NULL, ARGV("-a", "--", "-b", "x")));
    SAME("a | one -b", scan("ab", NULL, ARGV("one", "-a", "--", "-b")));

    test("a single - is an operand");
    SAME("a | -", scan("a", NULL, ARGV("-", "-a")));

    test("unknown options and missing arguments");
    SAME("?(x) a |", scan("a", NULL, ARGV("-x", "-a")));
    SAME("?(c) |", scan("c:", NULL, ARGV("-c")));
    SAME(":(c) |", scan(":c:", NULL, ARGV("-c")));

    test("optional argument of a short option");
    SAME("o=1 o | 2", scan("o::", NULL, ARGV("-o1", "-o", "2")));

    test("long options");
    SAME("A B=1 B=2 G G=3 | x", scan("ab", longs, ARGV("--alpha", "--beta=1", "x", "--beta", "2", "--gamma", "--gamma=3")));

    test("abbreviations");
    SAME("B=1 |", scan("", longs, ARGV("--be=1")));
    SAME("A |", scan("", longs, ARGV("--alph")));
    SAME("?(0) |", scan("", longs, ARGV("--alp")));

    test("errors of long options");
    SAME("?(0) |", scan("", longs, ARGV("--nonesuch")));
    SAME("?(B) |", scan("", longs, ARGV("--beta")));
    SAME("?(A) |", scan("", longs, ARGV("--alpha=1")));
    return test_done();
}
