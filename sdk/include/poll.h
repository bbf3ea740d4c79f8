/* SPDX-License-Identifier: BSD-2-Clause */
/* <poll.h>: waiting for descriptors. */
#ifndef _POLL_H
#define _POLL_H

#include <sys/poll.h>

#endif
