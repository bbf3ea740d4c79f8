/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a test program needs, for all three worlds: host, mingw and SDK. Prints TAP on standard
 * output. Each line is flushed, so a crash or a fork() loses and repeats nothing.
 *
 *     test("lseek on a pipe fails with ESPIPE");
 *     CHECK(pipe(p) == 0);
 *     CHECK_ERR(ESPIPE, lseek(p[0], 0, SEEK_SET));
 *     return test_done();
 */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#ifdef __linux__
#include <fcntl.h>
#include <unistd.h>
#endif

static struct {
    int count;          /* tests begun */
    int failed;         /* tests with a failed check */
    bool open;          /* a test runs whose result is not printed yet */
    bool bad;           /* and it has failed */
    char name[200];
    char skip[200];     /* reason, if it was skipped */
} tap__;

static inline void tap__close(void)
{
    if (!tap__.open)
        return;
    printf("%sok %d - %s%s%s\n", tap__.bad ? "not " : "", tap__.count, tap__.name,
           tap__.skip[0] ? " # SKIP " : "", tap__.skip);
    fflush(stdout);
    tap__.failed += tap__.bad;
    tap__.open = false;
}

/* Ends the running test and begins the one called `name` (printf-like). */
__attribute__((format(printf, 1, 2), unused)) static void test(const char *name, ...)
{
    va_list ap;

    tap__close();
    va_start(ap, name);
    vsnprintf(tap__.name, sizeof(tap__.name), name, ap);
    va_end(ap);
    tap__.count++;
    tap__.open = true;
    tap__.bad = false;
    tap__.skip[0] = 0;
}

/* Marks the running test as skipped; the reason is shown. */
__attribute__((format(printf, 1, 2), unused)) static void test_skip(const char *reason, ...)
{
    va_list ap;

    va_start(ap, reason);
    vsnprintf(tap__.skip, sizeof(tap__.skip), reason, ap);
    va_end(ap);
}

/* Prints a line that is shown when the test program fails. */
__attribute__((format(printf, 1, 2), unused)) static void test_note(const char *fmt, ...)
{
    va_list ap;

    fputs("# ", stdout);
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    putchar('\n');
    fflush(stdout);
}

static inline bool tap__fail(const char *file, int line, const char *what)
{
    int err = errno;

    tap__.bad = true;
    printf("# %s:%d: failed: %s (errno %d, %s)\n", file, line, what, err, strerror(err));
    fflush(stdout);
    return false;
}

/* Ends the last test and prints the plan. Returns what main() should return. */
static inline int test_done(void)
{
    tap__close();
    printf("1..%d\n", tap__.count);
    fflush(stdout);
    return tap__.failed != 0;
}

/* The running test fails unless `cond` holds. Both have the value of `cond`. */
#define CHECK(cond) ((cond) ? true : tap__fail(__FILE__, __LINE__, #cond))

/* Like CHECK, and says the two values: for integers. */
#define CHECK_EQ(want, expr)                                                                    \
    ({                                                                                          \
        long long want__ = (long long)(want), got__ = (long long)(expr);                        \
        if (want__ != got__) {                                                                  \
            tap__fail(__FILE__, __LINE__, #expr " == " #want);                                  \
            test_note("wanted %lld, got %lld", want__, got__);                                  \
        }                                                                                       \
        want__ == got__;                                                                        \
    })

/* Like CHECK_EQ, for strings; neither may be null. */
#define CHECK_STR(want, expr)                                                                   \
    ({                                                                                          \
        const char *want__ = (want), *got__ = (expr);                                           \
        bool same__ = got__ && strcmp(want__, got__) == 0;                                      \
        if (!same__) {                                                                          \
            tap__fail(__FILE__, __LINE__, #expr " is " #want);                                  \
            test_note("wanted \"%s\", got \"%s\"", want__, got__ ? got__ : "(null)");           \
        }                                                                                       \
        same__;                                                                                 \
    })

/* The call fails with -1 and sets errno to `err`. */
#define CHECK_ERR(err, expr)                                                                    \
    (errno = 0, ((expr) == -1 && errno == (err))                                                \
                    ? true                                                                      \
                    : tap__fail(__FILE__, __LINE__, #expr " fails with " #err))

/* Are there pseudo terminals? A Linux without devpts (a bare chroot) has none; here there always are. */
__attribute__((unused)) static int test_have_ptys(void)
{
#ifndef __linux__
    return 1;
#else
    int master = open("/dev/ptmx", O_RDWR | O_NOCTTY);

    return master >= 0 && close(master) == 0;
#endif
}

#endif
