/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of windows and the clipboard. See nt_window.h. */
#include "nt_window.h"

#include <errno.h>
#include <string.h>

#include "lib/text/buf.h"
#include "lock.h"
#include "ntapi.h"

_Static_assert(sizeof(MSG) == NT_MESSAGE_SIZE, "MSG");

#define FUNCTIONS(F) \
    F(PeekMessageW) F(PostMessageW) F(PostThreadMessageW) F(MsgWaitForMultipleObjectsEx) \
    F(OpenClipboard) F(CloseClipboard) F(EmptyClipboard) F(GetClipboardData) F(SetClipboardData)

static NOCOPY struct {
    bool ready;
#define F(name) __typeof__(&name) name;
    FUNCTIONS(F)
#undef F
} user;
static NOCOPY struct lock load_lock;

int nt_window_load(void)
{
    HMODULE dll;
    bool all = true;

    lock_take(&load_lock);
    if (!user.ready && (dll = LoadLibraryW(L"user32.dll"))) {
#define F(name) all = (user.name = (void *)GetProcAddress(dll, #name)) && all;
        FUNCTIONS(F)
#undef F
        __atomic_store_n(&user.ready, all, __ATOMIC_RELEASE);
    }
    lock_release(&load_lock);
    return user.ready ? 0 : -ENXIO;
}

int nt_message_get(void *msg, bool take)
{
    MSG m;
    int r = nt_window_load();

    if (r < 0 || !user.PeekMessageW(&m, NULL, 0, 0, take ? PM_REMOVE : PM_NOREMOVE))
        return r;
    memcpy(msg, &m, sizeof(m));
    return 1;
}

int nt_message_post(const void *msg)
{
    MSG m;
    int r = nt_window_load();
    BOOL ok;

    if (r < 0)
        return r;
    memcpy(&m, msg, sizeof(m));
    ok = m.hwnd ? user.PostMessageW(m.hwnd, m.message, m.wParam, m.lParam)
                : user.PostThreadMessageW(GetCurrentThreadId(), m.message, m.wParam, m.lParam);
    return ok ? 0 : win_err(GetLastError());
}

int nt_wait_messages(const handle_t *handles, unsigned n, int64_t timeout)
{
    DWORD ms = timeout < 0 ? INFINITE : (DWORD)((timeout + 9999) / 10000 < INFINITE ? (timeout + 9999) / 10000
                                                                                    : INFINITE - 1);
    DWORD r = user.MsgWaitForMultipleObjectsEx(n, handles, ms, QS_ALLINPUT, MWMO_INPUTAVAILABLE);

    if (r == WAIT_TIMEOUT)
        return -ETIMEDOUT;
    if (r >= WAIT_ABANDONED_0 && r < WAIT_ABANDONED_0 + n)
        return (int)(r - WAIT_ABANDONED_0);
    return r <= n ? (int)r : win_err(GetLastError());
}

/* ---- clipboard ---- */

int nt_clipboard_get(struct wbuf *out)
{
    const WCHAR *text;
    HANDLE h;
    int r = nt_window_load();

    if (r < 0)
        return r;
    if (!user.OpenClipboard(NULL))
        return win_err(GetLastError());
    h = user.GetClipboardData(CF_UNICODETEXT);
    if (h && (text = GlobalLock(h))) {
        size_t n = GlobalSize(h) / sizeof(*text), len = 0;

        while (len < n && text[len])
            len++;
        wbuf_put(out, (const uint16_t *)text, len);
        r = wbuf_err(out);
        GlobalUnlock(h);
    }
    user.CloseClipboard();
    return r;
}

int nt_clipboard_set(const uint16_t *text, size_t units)
{
    HGLOBAL h;
    WCHAR *p;
    int r = nt_window_load();

    if (r < 0)
        return r;
    if (!(h = GlobalAlloc(GMEM_MOVEABLE, (units + 1) * sizeof(*p))) || !(p = GlobalLock(h))) {
        GlobalFree(h);
        return -ENOMEM;
    }
    memcpy(p, text, units * sizeof(*p));
    p[units] = 0;
    GlobalUnlock(h);
    if (!user.OpenClipboard(NULL)) {
        r = win_err(GetLastError());
        GlobalFree(h);
        return r;
    }
    user.EmptyClipboard();
    if (!user.SetClipboardData(CF_UNICODETEXT, h)) { /* else it is the clipboard's */
        r = win_err(GetLastError());
        GlobalFree(h);
    }
    user.CloseClipboard();
    return r;
}
