/* SPDX-License-Identifier: BSD-2-Clause */
/* <monetary.h>: formatting of amounts of money. */
#ifndef _MONETARY_H
#define _MONETARY_H

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

ssize_t strfmon(char *buf, size_t size, const char *format, ...);

#ifdef __cplusplus
}
#endif

#endif
