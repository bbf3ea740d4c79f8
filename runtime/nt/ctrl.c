/* SPDX-License-Identifier: BSD-2-Clause */
/* The console's control events. */
#include <errno.h>

#include "ntapi.h"
#include "nt/nt_context.h"

static NOCOPY bool (*handler)(enum nt_ctrl);

static BOOL WINAPI ctrl(DWORD event)
{
    switch (event) {
    case CTRL_C_EVENT:
        return handler(NT_CTRL_C);
    case CTRL_BREAK_EVENT:
        return handler(NT_CTRL_BREAK);
    case CTRL_CLOSE_EVENT:
        return handler(NT_CTRL_CLOSE);
    case CTRL_LOGOFF_EVENT:
        return handler(NT_CTRL_LOGOFF);
    case CTRL_SHUTDOWN_EVENT:
        return handler(NT_CTRL_SHUTDOWN);
    default:
        return FALSE;
    }
}

int nt_ctrl_handler(bool (*fn)(enum nt_ctrl event))
{
    bool first = !handler;

    handler = fn;
    if (first && !SetConsoleCtrlHandler(ctrl, TRUE))
        return win_err(GetLastError());
    return 0;
}
