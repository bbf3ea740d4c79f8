/* SPDX-License-Identifier: BSD-2-Clause */
/* The Windows console. */
#include "nt_console.h"

#include <errno.h>

#include "ntapi.h"

#ifndef ENABLE_VIRTUAL_TERMINAL_PROCESSING
#define ENABLE_VIRTUAL_TERMINAL_PROCESSING 0x4
#endif
#ifndef ENABLE_WINDOW_INPUT
#define ENABLE_WINDOW_INPUT 0x8
#endif
#ifndef DISABLE_NEWLINE_AUTO_RETURN
#define DISABLE_NEWLINE_AUTO_RETURN 0x8
#endif

NTSTATUS NTAPI NtCreateMutant(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, BOOLEAN);
NTSTATUS NTAPI NtReleaseMutant(HANDLE, PLONG);

static int failed(void)
{
    return win_err(GetLastError());
}

int nt_console_open(bool input, bool inherit, handle_t *out)
{
    SECURITY_ATTRIBUTES sa = { sizeof(sa), NULL, inherit };
    HANDLE h = CreateFileA(input ? "CONIN$" : "CONOUT$", GENERIC_READ | GENERIC_WRITE,
                           FILE_SHARE_READ | FILE_SHARE_WRITE, &sa, OPEN_EXISTING, 0, NULL);

    if (h == INVALID_HANDLE_VALUE)
        return failed();
    *out = h;
    return 0;
}

int nt_console_mode(handle_t h, uint32_t *mode)
{
    DWORD m;

    if (!GetConsoleMode(h, &m))
        return failed();
    *mode = m;
    return 0;
}

int nt_console_set_mode(handle_t h, uint32_t mode)
{
    return SetConsoleMode(h, mode) ? 0 : failed();
}

int nt_console_set_input(handle_t in, unsigned mode)
{
    DWORD m = ENABLE_WINDOW_INPUT;

    if (mode & NT_CONSOLE_SIGNALS)
        m |= ENABLE_PROCESSED_INPUT;
    if (mode & NT_CONSOLE_COOKED)
        m |= ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT;
    return SetConsoleMode(in, m) ? 0 : failed();
}

int nt_console_set_output(handle_t out, bool newline)
{
    DWORD m = ENABLE_PROCESSED_OUTPUT | ENABLE_WRAP_AT_EOL_OUTPUT;
    DWORD vt = ENABLE_VIRTUAL_TERMINAL_PROCESSING | (newline ? 0 : DISABLE_NEWLINE_AUTO_RETURN);

    return SetConsoleMode(out, m | vt) || SetConsoleMode(out, m) ? 0 : failed();
}

int nt_console_keys(handle_t in, struct nt_key *keys, unsigned n, bool *resized)
{
    INPUT_RECORD rec[16];
    DWORD got;
    unsigned k = 0;

    if (n > ARRAY_SIZE(rec))
        n = ARRAY_SIZE(rec);
    if (!GetNumberOfConsoleInputEvents(in, &got))
        return failed();
    if (!got)
        return 0;
    if (!ReadConsoleInputW(in, rec, got < n ? got : n, &got))
        return failed();
    for (DWORD i = 0; i < got; i++) {
        const KEY_EVENT_RECORD *e = &rec[i].Event.KeyEvent;
        bool composed = !e->bKeyDown && e->wVirtualKeyCode == VK_MENU && e->uChar.UnicodeChar;

        if (rec[i].EventType == WINDOW_BUFFER_SIZE_EVENT)
            *resized = true;
        if (rec[i].EventType != KEY_EVENT || !(e->bKeyDown || composed))
            continue;
        keys[k++] = (struct nt_key){
            .unit = e->uChar.UnicodeChar, .code = e->wVirtualKeyCode,
            .repeat = e->wRepeatCount ? e->wRepeatCount : 1,
            .shift = e->dwControlKeyState & SHIFT_PRESSED,
            .alt = e->dwControlKeyState & LEFT_ALT_PRESSED,
            .ctrl = e->dwControlKeyState & (LEFT_CTRL_PRESSED | RIGHT_CTRL_PRESSED),
        };
    }
    return (int)k;
}

int nt_console_pending(handle_t in)
{
    DWORD n;

    return GetNumberOfConsoleInputEvents(in, &n) ? (int)n : failed();
}

int nt_console_type(handle_t in, uint16_t unit)
{
    INPUT_RECORD rec = { .EventType = KEY_EVENT };
    DWORD n;

    rec.Event.KeyEvent.bKeyDown = TRUE;
    rec.Event.KeyEvent.wRepeatCount = 1;
    rec.Event.KeyEvent.uChar.UnicodeChar = unit;
    return WriteConsoleInputW(in, &rec, 1, &n) ? 0 : failed();
}

int nt_console_flush(handle_t in)
{
    return FlushConsoleInputBuffer(in) ? 0 : failed();
}

int nt_console_write(handle_t out, const uint16_t *text, size_t n)
{
    while (n) {
        DWORD part = n > 8192 ? 8192 : (DWORD)n, done = 0;

        if (!WriteConsoleW(out, text, part, &done, NULL))
            return failed();
        if (!done)
            return -EIO;
        text += done;
        n -= done;
    }
    return 0;
}

/* ---- cells ---- */

bool nt_console_knows_vt(void)
{
    HANDLE h = CreateConsoleScreenBuffer(GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                                         CONSOLE_TEXTMODE_BUFFER, NULL);
    CONSOLE_SCREEN_BUFFER_INFO info;
    bool r = false;
    DWORD n;

    if (h == INVALID_HANDLE_VALUE)
        return false;
    if (SetConsoleMode(h, ENABLE_PROCESSED_OUTPUT | ENABLE_VIRTUAL_TERMINAL_PROCESSING)
        && WriteConsoleW(h, L"\033[m", 3, &n, NULL) && GetConsoleScreenBufferInfo(h, &info))
        r = info.dwCursorPosition.X == 0; /* else the three became cells */
    CloseHandle(h);
    return r;
}

int nt_screen_get(handle_t out, struct nt_screen *s)
{
    CONSOLE_SCREEN_BUFFER_INFO info;

    if (!GetConsoleScreenBufferInfo(out, &info))
        return failed();
    *s = (struct nt_screen){
        .rows = info.srWindow.Bottom - info.srWindow.Top + 1, .columns = info.dwSize.X,
        .x = info.dwCursorPosition.X, .y = info.dwCursorPosition.Y - info.srWindow.Top,
        .top = info.srWindow.Top, .attr = info.wAttributes,
    };
    return 0;
}

static COORD place(const struct nt_screen *s, int x, int y)
{
    return (COORD){ (SHORT)x, (SHORT)(y + s->top) };
}

void nt_screen_put(handle_t out, const struct nt_screen *s, int x, int y, const uint16_t *text, unsigned n)
{
    DWORD done;

    FillConsoleOutputAttribute(out, s->attr, n, place(s, x, y), &done);
    WriteConsoleOutputCharacterW(out, (const WCHAR *)text, n, place(s, x, y), &done);
}

void nt_screen_fill(handle_t out, const struct nt_screen *s, int x, int y, unsigned n, uint16_t attr)
{
    DWORD done;

    FillConsoleOutputAttribute(out, attr, n, place(s, x, y), &done);
    FillConsoleOutputCharacterW(out, L' ', n, place(s, x, y), &done);
}

void nt_screen_move(handle_t out, const struct nt_screen *s, int x, int top, int bottom, int dx, int dy, uint16_t attr)
{
    SMALL_RECT all = { (SHORT)x, (SHORT)(top + s->top), (SHORT)(s->columns - 1), (SHORT)(bottom + s->top) };
    SMALL_RECT from = all;
    CHAR_INFO blank = { .Char.UnicodeChar = L' ', .Attributes = attr };

    /* Only what stays inside: Wine looks at the rest, too. */
    if (dx < 0)
        from.Left -= dx;
    else
        from.Right -= dx;
    if (dy < 0)
        from.Top -= dy;
    else
        from.Bottom -= dy;
    ScrollConsoleScreenBufferW(out, &from, &all, (COORD){ (SHORT)(from.Left + dx), (SHORT)(from.Top + dy) }, &blank);
}

void nt_screen_cursor(handle_t out, const struct nt_screen *s, int x, int y)
{
    SetConsoleCursorPosition(out, place(s, x, y));
}

void nt_screen_show_cursor(handle_t out, bool on)
{
    CONSOLE_CURSOR_INFO info;

    if (GetConsoleCursorInfo(out, &info)) {
        info.bVisible = on;
        SetConsoleCursorInfo(out, &info);
    }
}

void nt_screen_attr(handle_t out, uint16_t attr)
{
    SetConsoleTextAttribute(out, attr);
}

void nt_console_title(const uint16_t *text)
{
    SetConsoleTitleW((const WCHAR *)text);
}

int nt_console_size(handle_t out, unsigned *rows, unsigned *columns)
{
    CONSOLE_SCREEN_BUFFER_INFO info;

    if (!GetConsoleScreenBufferInfo(out, &info))
        return failed();
    *rows = (unsigned)(info.srWindow.Bottom - info.srWindow.Top + 1);
    *columns = (unsigned)(info.srWindow.Right - info.srWindow.Left + 1);
    return 0;
}

int nt_mutex_create(handle_t dir, const char *name, handle_t *out)
{
    OBJECT_ATTRIBUTES oa;
    UNICODE_STRING us;
    uint16_t buf[NT_NAME_UNITS];
    NTSTATUS st;

    nt_object(&oa, &us, buf, dir, name, OBJ_OPENIF);
    st = NtCreateMutant(out, MUTANT_ALL_ACCESS, &oa, FALSE);
    return NT_OK(st) ? 0 : nt_fail(st);
}

void nt_mutex_release(handle_t m)
{
    NtReleaseMutant(m, NULL);
}
