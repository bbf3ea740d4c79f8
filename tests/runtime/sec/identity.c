/* SPDX-License-Identifier: BSD-2-Clause */
/* Accounts by number and name, and other identities as far as the system gives tokens. */
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/cygwin.h>
#include <sys/wait.h>
#include <unistd.h>
#include <windows.h>

#include "tap.h"

static HANDLE own_token(void)
{
    BOOL(WINAPI *open)(HANDLE, DWORD, HANDLE *) = (void *)GetProcAddress(LoadLibraryA("advapi32.dll"), "OpenProcessToken");
    HANDLE h;

    return open && open(GetCurrentProcess(), TOKEN_QUERY | TOKEN_DUPLICATE | TOKEN_IMPERSONATE, &h) ? h : NULL;
}

int main(void)
{
    struct passwd *pw, mine;
    struct group *gr;
    char buf[1000];
    int status;
    pid_t pid;

    test("the own user, by number and by name");
    pw = getpwuid(getuid());
    CHECK(pw && pw->pw_uid == getuid() && pw->pw_gid == getgid());
    CHECK(pw && getpwnam_r(pw->pw_name, &mine, buf, sizeof buf, &pw) == 0 && pw == &mine);
    CHECK_EQ(getuid(), mine.pw_uid);
    test("a well-known user and group");
    pw = getpwuid(18);
    CHECK(pw && !strcmp(pw->pw_name, "SYSTEM"));
    gr = getgrnam("Administrators");
    CHECK(gr && gr->gr_gid == 544 && gr->gr_mem && !gr->gr_mem[0]);
    gr = getgrgid(0x10100);
    CHECK(gr && !strcmp(gr->gr_name, "Everyone"));
    test("the own group has a name");
    gr = getgrgid(getgid());
    CHECK(gr && gr->gr_name[0]);
    test("nobody of that name or number");
    CHECK(getpwnam("nobody of that name") == NULL);
    CHECK(getgrnam("no group of that name") == NULL);
    CHECK(getpwuid(0x7fffffff) == NULL);
    CHECK(getpwuid_r(getuid(), &mine, buf, 3, &pw) == ERANGE);

    test("seteuid to oneself succeeds, to somebody else it wants a token");
    CHECK_EQ(0, seteuid(geteuid()));
    CHECK_ERR(EPERM, seteuid(18));
    CHECK_ERR(EPERM, setuid(18));
    CHECK_EQ(0, setreuid((uid_t)-1, getuid()));
    test("a wrong password gives no token");
    errno = 0;
    CHECK(cygwin_logon_user(getpwuid(getuid()), "wrong") == INVALID_HANDLE_VALUE);
    CHECK(errno == EACCES || errno == ENOSYS);
    test("with a token of one's own the thread acts with it, and stops to");
    cygwin_set_impersonation_token(own_token());
    CHECK_EQ(0, seteuid(getuid()));
    CHECK_EQ(getuid(), geteuid());
    {
        HANDLE t = NULL;
        BOOL(WINAPI *open)(HANDLE, DWORD, BOOL, HANDLE *) =
            (void *)GetProcAddress(LoadLibraryA("advapi32.dll"), "OpenThreadToken");

        CHECK(open(GetCurrentThread(), TOKEN_QUERY, TRUE, &t));
        CloseHandle(t);
        cygwin_set_impersonation_token(INVALID_HANDLE_VALUE);
        CHECK_EQ(0, seteuid(getuid()));
        CHECK(!open(GetCurrentThread(), TOKEN_QUERY, TRUE, &t));
    }
    test("a token that is none is refused");
    cygwin_set_impersonation_token((void *)0x12345678);
    CHECK_ERR(EPERM, seteuid(getuid()));
    cygwin_set_impersonation_token(NULL);
    test("a child is its own user");
    pid = fork();
    if (pid == 0)
        _exit(geteuid() == getuid() ? 0 : 1);
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    return test_done();
}
