/* SPDX-License-Identifier: BSD-2-Clause */
/* compare: stdout */
/* The C library on the runtime: files, formats, popen and system. */
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

int main(void)
{
    char line[100];

    test("formats");
    test_note("%d %ld %lld %u %lx %zu %c %s|%5d|%-5d|%05d", -1, 1L << 40, -(1LL << 50), 4000000000u,
              0xdeadbeefcafeL, sizeof(long), 'x', "str", 42, 42, 42);
    test_note("%f %.3e %g %a %Lf %.10Lg", 1.5, 12345.678, 1e-5, 1.0, 2.25L, 1.0L / 3);
    CHECK(snprintf(line, 5, "%s", "truncated") == 9);
    CHECK_STR("trun", line);

    test("a file written with fprintf is read with fgets and fscanf");
    FILE *f = fopen("f", "w");
    CHECK(f != NULL);
    for (int i = 0; i < 1000; i++)
        fprintf(f, "line %d\n", i);
    CHECK_EQ(0, fclose(f));
    f = fopen("f", "r");
    int n = 0, sum = 0, v;
    while (fgets(line, sizeof(line), f))
        if (sscanf(line, "line %d", &v) == 1)
            n++, sum += v;
    CHECK_EQ(1000, n);
    CHECK_EQ(499500, sum);
    CHECK(feof(f));
    CHECK_EQ(0, fseek(f, 7, SEEK_SET));
    CHECK(fgets(line, sizeof(line), f) != NULL);
    CHECK_STR("line 1\n", line);
    CHECK_EQ(14, ftell(f));
    fclose(f);

    test("fopen of nothing: ENOENT");
    CHECK(fopen("nothing", "r") == NULL && errno == ENOENT);

    test("system and popen run /bin/sh");
    CHECK_EQ(3, WEXITSTATUS(system("exit 3")));
    f = popen("echo one; echo two", "r");
    CHECK(f && fgets(line, sizeof(line), f));
    CHECK_STR("one\n", line);
    CHECK(f && fgets(line, sizeof(line), f));
    CHECK_STR("two\n", line);
    CHECK_EQ(0, pclose(f));

    test("strings to numbers, and mathematics");
    CHECK_EQ(255, strtol("0xff", NULL, 0));
    CHECK(strtod("1e3", NULL) == 1000.0);
    CHECK(fabs(sin(1.0) - 0.8414709848) < 1e-9);
    CHECK(LDBL_MANT_DIG == 64);
    return test_done();
}
