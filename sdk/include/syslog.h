/* SPDX-License-Identifier: BSD-2-Clause */
/* <syslog.h>: the system's log. */
#ifndef _SYSLOG_H
#define _SYSLOG_H

#include <sys/syslog.h>

#endif
