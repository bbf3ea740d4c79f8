/* SPDX-License-Identifier: BSD-2-Clause */
/* Option tables: every kind, every message, --help. */
#include <stdlib.h>

#include "lib/tool/opt.h"
#include "lib/tool/out.h"
#include "tap.h"

static struct {
    bool flag, other;
    int count;
    const char *str;
    int64_t num, limited;
    struct opt_list list;
    const char *called;
    const char *maybe;
} cfg;

static const char *call(void *value, const char *arg)
{
    if (!strcmp(arg, "bad"))
        return "not good";
    *(const char **)value = arg;
    return NULL;
}

static const char *maybe(void *value, const char *arg)
{
    *(const char **)value = arg ? arg : "default";
    return NULL;
}

static const struct opt opts[] = {
    { 'f', "flag", OPT_FLAG, &cfg.flag, NULL, "a flag" },
    { 'F', "flagstone", OPT_FLAG, &cfg.other, NULL, "another" },
    { 'v', "verbose", OPT_COUNT, &cfg.count, NULL, "count" },
    { 0, NULL, OPT_TITLE, NULL, NULL, "More" },
    { 'o', "output", OPT_STR, &cfg.str, "FILE", "write to FILE" },
    { 'n', "number", OPT_INT, &cfg.num, "N", "a number" },
    { 'l', "limited", OPT_INT, &cfg.limited, "N", "a number", .min = 1, .max = 10 },
    { 'e', NULL, OPT_LIST, &cfg.list, "EXPR", "repeatable" },
    { 0, "call", OPT_CALL, &cfg.called, "WHAT", "callback", .call = call },
    { 'm', "maybe", OPT_CALL, &cfg.maybe, "X", "optional", .call = maybe, .optional = true },
    { 0 },
};

static const struct opt_spec spec = {
    .prog = "prog", .usage = "[OPTION]... FILE...\n--list", .about = "Does a thing.", .opts = opts,
};

static struct buf out;

static int run(unsigned flags, const char *line, char **argv)
{
    static char text[500];
    struct opt_spec s = spec;
    int argc = 0;

    memset(&cfg, 0, sizeof cfg);
    snprintf(text, sizeof text, "%s", line);
    for (char *w = strtok(text, " "); w; w = strtok(NULL, " "))
        argv[argc++] = w;
    argv[argc] = NULL;
    s.flags = flags;
    buf_cut(&out, 0);
    return opt_run(&s, argc, argv, &out);
}

static const struct {
    const char *line, *message;
} errors[] = {
    { "prog -x", "prog: -x: unknown option" },
    { "prog -fx", "prog: -x: unknown option" },
    { "prog --what", "prog: --what: unknown option" },
    { "prog -o", "prog: -o: needs an argument: FILE" },
    { "prog --output", "prog: --output: needs an argument: FILE" },
    { "prog --flag=1", "prog: --flag=1: takes no argument" },
    { "prog -n x", "prog: -n: 'x' is not a number" },
    { "prog -n 99999999999999999999", "prog: -n: '99999999999999999999' is number too large" },
    { "prog --limited=11", "prog: --limited=11: '11' is not between 1 and 10" },
    { "prog --call bad", "prog: --call: 'bad' is not good" },
    { "prog --fl", "prog: --fl: ambiguous option" },
    { "prog --help=x", "prog: --help=x: takes no argument" },
};

int main(void)
{
    char *argv[40];
    int64_t v;

    buf_init(&out, tool_realloc, NULL, 0);
    test("all kinds, operands anywhere");
    CHECK_EQ(13, run(0, "prog one -fvv -ofile two --number=0x10 -l 7 -ea -e b --call=c "
                        "-m -mz --verb three", argv));
    CHECK(cfg.flag && !cfg.other);
    CHECK_EQ(3, cfg.count);
    CHECK_STR("file", cfg.str);
    CHECK_EQ(16, cfg.num);
    CHECK_EQ(7, cfg.limited);
    CHECK_EQ(2, cfg.list.n);
    CHECK_STR("b", cfg.list.v[1]);
    CHECK_STR("c", cfg.called);
    CHECK_STR("z", cfg.maybe);
    CHECK_STR("one", argv[13]);
    CHECK_STR("two", argv[14]);
    CHECK_STR("three", argv[15]);
    tool_realloc(cfg.list.v, 0);
    test("-- ends the options");
    CHECK_EQ(3, run(0, "prog a -f -- -x", argv));
    CHECK_STR("a", argv[3]);
    CHECK_STR("-x", argv[4]);
    test("a command's options are its own");
    CHECK_EQ(2, run(OPT_COMMAND, "prog -f cmd -x -y", argv));
    CHECK_STR("cmd", argv[2]);
    test("- is an operand");
    CHECK_EQ(1, run(0, "prog -", argv));
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        test("%s", errors[i].line);
        CHECK_EQ(OPT_BAD, run(0, errors[i].line, argv));
        CHECK(!strncmp(out.p, errors[i].message, strlen(errors[i].message)));
        CHECK(strstr(out.p, "\nTry 'prog --help'.\n") != NULL);
        test_note("%s", out.p);
    }
    test("--help shows every option, headings and the exit status");
    CHECK_EQ(OPT_DONE, run(0, "prog -f --help --what", argv));
    CHECK(strstr(out.p, "Usage: prog [OPTION]... FILE...\n       prog --list\n") != NULL);
    CHECK(strstr(out.p, "  -o, --output=FILE           write to FILE\n") != NULL);
    CHECK(strstr(out.p, "  -e EXPR                     repeatable\n") != NULL);
    CHECK(strstr(out.p, "\nMore:\n") != NULL);
    CHECK(strstr(out.p, "--maybe[=X]") != NULL);
    CHECK(strstr(out.p, "Exit status:\n  0  success\n") != NULL);
    CHECK(strstr(out.p, "  -V, --version ") != NULL);
    test("--version");
    CHECK_EQ(OPT_DONE, run(0, "prog -V", argv));
    CHECK(!strncmp(out.p, "prog (Isthmus) ", 15));
    test("numbers");
    CHECK_EQ(0, opt_number("-9223372036854775808", &v));
    CHECK(v == INT64_MIN);
    CHECK_EQ(-ERANGE, opt_number("9223372036854775808", &v));
    CHECK_EQ(0, opt_number("0755", &v));
    CHECK_EQ(0755, v);
    CHECK_EQ(-EINVAL, opt_number("", &v));
    CHECK_EQ(-EINVAL, opt_number("0x", &v));
    CHECK_EQ(-EINVAL, opt_number("08", &v));
    CHECK_EQ(-EINVAL, opt_number("1 ", &v));
    buf_free(&out);
    return test_done();
}
