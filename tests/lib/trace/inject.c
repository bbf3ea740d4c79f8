/* SPDX-License-Identifier: BSD-2-Clause */
/* Entries of the option inject: what is to happen, and when. */
#include "trace/inject.h"

#include "tap.h"

static int what(const char *text, struct trace_inject *w)
{
    return trace_inject_what(text, strlen(text), w);
}

/* The turns among the first twelve, as a string of 0 and 1. */
static const char *turns(const char *when)
{
    static char s[13];

    for (unsigned i = 0; i < 12; i++)
        s[i] = trace_inject_turn(when, strlen(when), i + 1) ? '1' : '0';
    return s;
}

int main(void)
{
    static const char *const bad[] = { "", "+", "ENOTHING", "ret.", "ret.x", "ret.--1", "sig.NONE", "sig.0", "sig.65", "delay.",
                                       "delay.-1", "EIO+", "EIO+x", "0", "4096", "99999999999999999999" };
    static const char *const bad_when[] = { "@", "@0", "@x", "@3..2", "@1..", "@1+x", "@1+0", "@1++", "x", "@-1" };
    struct trace_inject w;

    test("errors by name and number");
    CHECK_EQ(0, what("ENOENT", &w));
    CHECK_EQ(2, w.err);
    CHECK(!w.has_ret && !w.sig && !w.delay);
    CHECK_EQ(0, what("13", &w));
    CHECK_EQ(13, w.err);

    test("results, signals, delays, and several at once");
    CHECK_EQ(0, what("ret.-7", &w));
    CHECK(w.has_ret && w.ret == -7 && !w.err);
    CHECK_EQ(0, what("sig.USR1", &w));
    CHECK(w.sig > 0);
    int usr1 = w.sig;
    CHECK_EQ(0, what("EINTR+sig.SIGUSR1+delay.1500", &w));
    CHECK(w.err == 4 && w.sig == usr1 && w.delay == 1500 && !w.has_ret);

    test("what is not understood is refused");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (!CHECK_EQ(-1, what(bad[i], &w)))
            test_note("'%s'", bad[i]);

    test("when");
    CHECK_STR("111111111111", turns(""));
    CHECK_STR("110000000000", turns("2"));
    CHECK_STR("001000000000", turns("@3"));
    CHECK_STR("001111111111", turns("@3+"));
    CHECK_STR("010010010010", turns("@2+3"));
    CHECK_STR("001110000000", turns("@3..5"));
    CHECK_STR("001010100000", turns("@3..7+2"));
    for (size_t i = 0; i < sizeof bad_when / sizeof *bad_when; i++) {
        if (!CHECK(!trace_inject_when(bad_when[i], strlen(bad_when[i]))))
            test_note("'%s'", bad_when[i]);
        CHECK_STR("000000000000", turns(bad_when[i]));
    }
    return test_done();
}
