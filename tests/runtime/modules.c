/* SPDX-License-Identifier: BSD-2-Clause */
/* What a started program carries: no user32 and gdi32 (they make a start twice as slow), images where
 * they belong, LP64. */
#include <windows.h>

#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

static void check_modules(void)
{
    static const char *const unwanted[] = { "user32.dll", "gdi32.dll", "msvcrt.dll", "ucrtbase.dll" };

    for (unsigned i = 0; i < sizeof(unwanted) / sizeof(unwanted[0]); i++)
        if (!CHECK(GetModuleHandleA(unwanted[i]) == NULL))
            test_note("%s is loaded", unwanted[i]);
}

int main(void)
{
    int st;

    test("long holds a pointer");
    CHECK_EQ(8, sizeof(long));
    CHECK_EQ(2, sizeof(WCHAR));
    CHECK_EQ(4, sizeof(DWORD));

    test("program and runtime lie where they were linked");
    CHECK_EQ(0x100400000, (uintptr_t)GetModuleHandleA(NULL));
    CHECK_EQ(0x110000000, (uintptr_t)GetModuleHandleA("isthmus1.dll"));

    test("no user32, gdi32 or other C library in a started program");
    check_modules();

    test("nor in a forked child");
    pid_t pid = fork();
    if (pid == 0) {
        check_modules();
        _exit(tap__.bad);
    }
    CHECK(waitpid(pid, &st, 0) == pid && WIFEXITED(st) && WEXITSTATUS(st) == 0);
    return test_done();
}
