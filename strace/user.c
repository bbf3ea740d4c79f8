/* SPDX-License-Identifier: BSD-2-Clause */
/* -u: the program runs as another user. Windows wants that user's password for it. */
#include <string.h>

#include "lib/text/utf.h"
#include "strace.h"

/* A line of the console, not shown, or of standard input. */
static void ask(struct wbuf *out, const char *user)
{
    HANDLE in = GetStdHandle(STD_INPUT_HANDLE);
    DWORD mode, n;
    bool console = GetConsoleMode(in, &mode);
    struct buf line;
    wchar_t w;
    char c;

    buf_init(&line, tool_realloc, NULL, 0);
    if (console) {
        fprintf(stderr, "Password of %s: ", user);
        SetConsoleMode(in, mode & ~(DWORD)ENABLE_ECHO_INPUT);
        while (ReadConsoleW(in, &w, 1, &n, NULL) && n && w != L'\n')
            if (w != L'\r')
                wbuf_putc(out, (uint16_t)w);
        SetConsoleMode(in, mode);
        fputc('\n', stderr);
    } else {
        while (ReadFile(in, &c, 1, &n, NULL) && n && c != '\n')
            if (c != '\r')
                buf_putc(&line, c);
        utf8_to_wide(out, line.p ? line.p : "", line.len);
    }
    wbuf_putc(out, 0);
    if (line.p)
        SecureZeroMemory(line.p, line.len);
    buf_free(&line);
}

static bool is_me(const wchar_t *name)
{
    wchar_t me[300];
    DWORD n = sizeof me / sizeof *me;

    return GetUserNameW(me, &n) && !_wcsicmp(me, name);
}

bool user_create(const wchar_t *image, wchar_t *line, STARTUPINFOW *si, PROCESS_INFORMATION *pi)
{
    struct wbuf name, password;
    wchar_t *domain = NULL, *user;
    bool ok;
    DWORD error;

    wbuf_init(&name, tool_realloc, NULL, 0);
    wbuf_init(&password, tool_realloc, NULL, 0);
    utf8_to_wide(&name, cfg.user, strlen(cfg.user));
    wbuf_putc(&name, 0);
    user = (wchar_t *)name.p;
    if (is_me(user)) {
        ok = CreateProcessW(image, line, NULL, NULL, TRUE, CREATE_SUSPENDED, NULL, NULL, si, pi);
    } else {
        if (wcschr(user, L'\\')) { /* DOMAIN\USER */
            domain = user;
            user = wcschr(user, L'\\') + 1;
            user[-1] = 0;
        } else if (!wcschr(user, L'@')) {
            domain = L".";
        }
        ask(&password, cfg.user);
        /* The handles given here are handed over, although others are not inherited. */
        si->dwFlags |= STARTF_USESTDHANDLES;
        si->hStdInput = GetStdHandle(STD_INPUT_HANDLE);
        si->hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
        si->hStdError = GetStdHandle(STD_ERROR_HANDLE);
        ok = CreateProcessWithLogonW(user, domain, (wchar_t *)password.p, LOGON_WITH_PROFILE, image, line,
                                     CREATE_SUSPENDED, NULL, NULL, si, pi);
        error = GetLastError();
        SecureZeroMemory(password.p, password.len * sizeof *password.p);
        SetLastError(error);
    }
    error = GetLastError();
    wbuf_free(&name);
    wbuf_free(&password);
    SetLastError(error);
    return ok;
}
