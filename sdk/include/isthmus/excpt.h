/* SPDX-License-Identifier: BSD-2-Clause */
/* What Win32 headers need of the compiler's <excpt.h>: the results of an exception handler. */
#ifndef _ISTHMUS_EXCPT_H
#define _ISTHMUS_EXCPT_H

struct _EXCEPTION_POINTERS;
struct _EXCEPTION_RECORD;
struct _CONTEXT;

typedef enum _EXCEPTION_DISPOSITION {
    ExceptionContinueExecution,
    ExceptionContinueSearch,
    ExceptionNestedException,
    ExceptionCollidedUnwind
} EXCEPTION_DISPOSITION;

#define EXCEPTION_EXECUTE_HANDLER 1
#define EXCEPTION_CONTINUE_SEARCH 0
#define EXCEPTION_CONTINUE_EXECUTION (-1)

#endif
