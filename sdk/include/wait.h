/* SPDX-License-Identifier: BSD-2-Clause */
/* <wait.h>: see <sys/wait.h>. */
#ifndef _WAIT_H
#define _WAIT_H

#include <sys/wait.h>

#endif
