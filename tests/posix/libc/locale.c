/* SPDX-License-Identifier: BSD-2-Clause */
/* Locales: a program begins in that of C, and what it chooses decides how many bytes a character has. */
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <wchar.h>

#include "../../tap.h"

static const char grun[] = "gr\303\274n";

static void utf8(void)
{
    mbstate_t s = { 0 };
    wchar_t w[10], c;

    CHECK(MB_CUR_MAX > 1);
    CHECK_STR("UTF-8", nl_langinfo(CODESET));
    CHECK_EQ(4, mbstowcs(w, grun, 10));
    CHECK_EQ(0xfc, w[2]);
    CHECK_EQ(2, mblen(grun + 2, MB_CUR_MAX));
    CHECK_EQ(2, mbrlen(grun + 2, MB_CUR_MAX, &s));
    CHECK_EQ((size_t)-2, mbrtowc(&c, grun + 2, 1, &s)); /* the rest comes later */
    CHECK_EQ(1, mbrtowc(&c, grun + 3, 1, &s));
    CHECK_EQ(0xfc, c);
    CHECK_EQ(-1, mblen("\303x", 2));
    CHECK_EQ(4, wcswidth(w, 4));
}

int main(void)
{
    test("a program begins in the locale of C");
    CHECK_STR("C", setlocale(LC_ALL, NULL));
    CHECK_STR("C", setlocale(LC_CTYPE, NULL));
    CHECK_EQ(1, MB_CUR_MAX);
    test("that of the environment: C.UTF-8");
    setenv("LC_ALL", "C.UTF-8", 1);
    CHECK_STR("C.UTF-8", setlocale(LC_ALL, ""));
    utf8();
    test("and back");
    CHECK_STR("C", setlocale(LC_ALL, "C"));
    CHECK_EQ(1, MB_CUR_MAX);
    test("one category by name");
    CHECK_STR("C.UTF-8", setlocale(LC_CTYPE, "C.UTF-8"));
    utf8();
    CHECK_STR("C", setlocale(LC_NUMERIC, NULL));
    test("one that does not exist");
    CHECK(setlocale(LC_ALL, "xx_YY.none") == NULL);
    CHECK_STR("C.UTF-8", setlocale(LC_CTYPE, NULL));
    return test_done();
}
