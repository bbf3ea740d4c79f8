/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals from native tools: names, and sending through the process's section. */
#ifndef LIB_PROC_SIGNAL_H
#define LIB_PROC_SIGNAL_H

#include "lib/proc/proc.h"

#define SIGNAL_KILL 9
#define SIGNAL_MAX 64
#define SIGNAL_RT_MIN 32

/** Number of "TERM", "SIGTERM", "sigterm" or "15"; 0 for "0" and "EXIT"; -1 when there is none. */
int signal_number(const char *name);
/** "TERM" for 15; NULL for numbers without a name. */
const char *signal_name(int number);

/** What a signal does to a process that has not said otherwise. */
enum signal_action { SIGNAL_ENDS, SIGNAL_DUMPS, SIGNAL_IGNORED, SIGNAL_STOPS, SIGNAL_CONTINUES };
enum signal_action signal_action(int number);

/**
 * Windows only (signal_win.c). Sends `sig` to process `pid` of the tree; 0 only asks whether it is
 * there. Returns 0; -ESRCH; -EACCES; -EAGAIN when it takes no signals now; *why says it in words.
 */
int proc_signal(const struct proc_tree *tree, uint32_t pid, int sig, const char **why);

#endif
