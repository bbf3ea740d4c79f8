/* SPDX-License-Identifier: BSD-2-Clause */
/* Arguments and environment at the border to Windows. */
#ifndef START_ENV_H
#define START_ENV_H

#include "abi/startup.h"
#include "lib/text/buf.h"

int start_args(const struct startup_block *b);
int env_to_windows(char *const *envp, struct wbuf *out);
int locale_start(void); /* sys/locale.c */

#endif
