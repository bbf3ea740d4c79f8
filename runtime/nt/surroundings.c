/* SPDX-License-Identifier: BSD-2-Clause */
/* What a new process takes over from its creator besides handles: see struct nt_surroundings. */
#include "ntapi.h"

void NTAPI RtlAcquirePebLock(void);
void NTAPI RtlReleasePebLock(void);
NTSTATUS NTAPI NtIsProcessInJob(HANDLE, HANDLE);
NTSTATUS NTAPI NtOpenThreadToken(HANDLE, ACCESS_MASK, BOOLEAN, PHANDLE);

/* Places that Windows' own headers do not name; fixed on x86-64 since its beginning. */
enum { PARAMS_CONSOLE = 0x10, PARAMS_DIRECTORY = 0x38 /* UNICODE_STRING */ };

static uint64_t mix(uint64_t h, const uint16_t *p, size_t units)
{
    for (; units; units--)
        h = (h ^ *p++) * 0x100000001b3ull; /* FNV-1a */
    return h;
}

static size_t block_units(const uint16_t *p)
{
    size_t n = 0;

    while (p[n] || p[n + 1])
        n++;
    return n;
}

void nt_surroundings(struct nt_surroundings *s)
{
    const char *params = (const char *)NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters;
    uint16_t *env = GetEnvironmentStringsW();
    UNICODE_STRING dir;
    HANDLE token;
    NTSTATUS st;

    *s = (struct nt_surroundings){ 0 };
    if (env) {
        s->environment = mix(14695981039346656037ull, env, block_units(env));
        FreeEnvironmentStringsW(env);
    }
    RtlAcquirePebLock();
    dir = *(const UNICODE_STRING *)(params + PARAMS_DIRECTORY);
    s->directory = mix(14695981039346656037ull, dir.Buffer, dir.Length / sizeof(WCHAR));
    RtlReleasePebLock();
    s->console = *(const HANDLE *)(params + PARAMS_CONSOLE);
    s->in_job = NtIsProcessInJob(GetCurrentProcess(), NULL) == STATUS_PROCESS_IN_JOB;
    st = NtOpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token);
    s->impersonating = st != STATUS_NO_TOKEN;
    if (NT_OK(st))
        NtClose(token);
    s->priority = GetPriorityClass(GetCurrentProcess());
}

const char *nt_surroundings_differ(const struct nt_surroundings *a, const struct nt_surroundings *b)
{
    if (a->environment != b->environment)
        return "the Windows environment changed";
    if (a->directory != b->directory)
        return "the Windows directory changed";
    if (a->console != b->console)
        return "the console changed";
    if (a->in_job != b->in_job)
        return "the job changed";
    if (a->impersonating || b->impersonating)
        return "the thread has a token of its own";
    if (a->priority != b->priority)
        return "the priority changed";
    return NULL;
}
