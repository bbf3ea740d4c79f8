/* SPDX-License-Identifier: BSD-2-Clause */
/* <nl_types.h>: message catalogues. */
#ifndef _NL_TYPES_H
#define _NL_TYPES_H

#include <sys/types.h>

typedef void *nl_catd;
typedef __nl_item nl_item;

#define NL_SETD 1
#define NL_CAT_LOCALE 1

#ifdef __cplusplus
extern "C" {
#endif

nl_catd catopen(const char *name, int flag);
char *catgets(nl_catd catalogue, int set, int message, const char *fallback);
int catclose(nl_catd catalogue);

#ifdef __cplusplus
}
#endif

#endif
