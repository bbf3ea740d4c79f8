/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of signals and what they do by default. */
#include "lib/proc/signal.h"
#include "tap.h"

int main(void)
{
    test("names and numbers");
    CHECK_EQ(15, signal_number("TERM"));
    CHECK_EQ(15, signal_number("SIGTERM"));
    CHECK_EQ(15, signal_number("sigterm"));
    CHECK_EQ(30, signal_number("USR1"));
    CHECK_EQ(9, signal_number("9"));
    CHECK_EQ(0, signal_number("0"));
    CHECK_EQ(0, signal_number("EXIT"));
    CHECK_EQ(-1, signal_number("65"));
    CHECK_EQ(-1, signal_number("9x"));
    CHECK_EQ(-1, signal_number("99999999999999999999"));
    CHECK_EQ(-1, signal_number(""));
    CHECK_EQ(-1, signal_number("FOO"));
    CHECK_EQ(-1, signal_number("TER"));
    CHECK_STR("TERM", signal_name(15));
    CHECK(!signal_name(0) && !signal_name(200));
    test("every name leads back to its number");
    for (int i = 1; i < 32; i++)
        CHECK(signal_name(i) && signal_number(signal_name(i)) == i);
    test("default actions");
    CHECK_EQ(SIGNAL_ENDS, signal_action(signal_number("TERM")));
    CHECK_EQ(SIGNAL_ENDS, signal_action(signal_number("IO")));
    CHECK_EQ(SIGNAL_ENDS, signal_action(40));
    CHECK_EQ(SIGNAL_DUMPS, signal_action(signal_number("SEGV")));
    CHECK_EQ(SIGNAL_DUMPS, signal_action(signal_number("QUIT")));
    CHECK_EQ(SIGNAL_DUMPS, signal_action(signal_number("XFSZ")));
    CHECK_EQ(SIGNAL_IGNORED, signal_action(signal_number("CHLD")));
    CHECK_EQ(SIGNAL_STOPS, signal_action(signal_number("TTOU")));
    CHECK_EQ(SIGNAL_CONTINUES, signal_action(signal_number("CONT")));
    return test_done();
}
