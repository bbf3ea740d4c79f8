/* SPDX-License-Identifier: BSD-2-Clause */
/* A process of another user: it lets nobody write to its section, so kill says EPERM, not ESRCH. Here it
 * is one of ours that takes all rights from its own section. */
#include <windows.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

#include "../../tap.h"

typedef LONG query_object(HANDLE h, int what, void *info, ULONG size, ULONG *got);

static int ends_with(const WCHAR *s, unsigned n, const char *end)
{
    size_t k = strlen(end);

    if (n < k)
        return 0;
    for (size_t i = 0; i < k; i++)
        if (s[n - k + i] != (unsigned char)end[i])
            return 0;
    return 1;
}

/* Among this process's handles, by its name. */
static HANDLE own_section(void)
{
    query_object *query = (query_object *)GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtQueryObject");
    struct {
        USHORT length, room;
        WCHAR *text;
        char buf[1024];
    } name;
    char want[32];

    snprintf(want, sizeof(want), "\\proc.%d", (int)getpid());
    for (uintptr_t h = 4; h < 0x4000; h += 4)
        if (query((HANDLE)h, 1 /* ObjectNameInformation */, &name, sizeof(name), NULL) >= 0 && name.text
            && ends_with(name.text, name.length / 2, want))
            return (HANDLE)h;
    return NULL;
}

static int deny_all(void)
{
    HANDLE h = own_section();
    SECURITY_DESCRIPTOR sd;
    ACL none;

    return h && InitializeAcl(&none, sizeof(none), ACL_REVISION)
        && InitializeSecurityDescriptor(&sd, SECURITY_DESCRIPTOR_REVISION)
        && SetSecurityDescriptorDacl(&sd, TRUE, &none, FALSE)
        && SetKernelObjectSecurity(h, DACL_SECURITY_INFORMATION, &sd);
}

int main(void)
{
    int ready[2], go[2], st;
    char c = 0;
    pid_t pid;

    test("kill of a process whose section is closed to us");
    CHECK_EQ(0, pipe(ready));
    CHECK_EQ(0, pipe(go));
    pid = fork();
    if (pid == 0) {
        c = deny_all() ? 'd' : '?';
        if (write(ready[1], &c, 1) != 1)
            _exit(1);
        _exit(read(go[0], &c, 1) == 1 ? 7 : 2);
    }
    CHECK_EQ(1, (int)read(ready[0], &c, 1));
    CHECK_EQ('d', c);
    CHECK_ERR(EPERM, kill(pid, 0));
    CHECK_ERR(EPERM, kill(pid, SIGTERM));
    CHECK_EQ(1, (int)write(go[1], "x", 1));
    CHECK_EQ(pid, waitpid(pid, &st, 0));
    CHECK(WIFEXITED(st) && WEXITSTATUS(st) == 7);
    CHECK_ERR(ESRCH, kill(pid, 0));
    return test_done();
}
