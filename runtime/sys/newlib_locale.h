/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of newlib's private locale interface that its hooks (locale.c) take part in. The layouts
 * are newlib 3.3's with extended locale information. */
#ifndef NEWLIB_LOCALE_H
#define NEWLIB_LOCALE_H

#include <errno.h>
#include <reent.h>
#include <stdbool.h>
#include <stdint.h>
#include <wchar.h>

#define CODESET_MAX 32

struct __locale_t;

typedef int wctomb_fn(struct _reent *, char *, wchar_t, mbstate_t *);
typedef int mbtowc_fn(struct _reent *, wchar_t *, const char *, size_t, mbstate_t *);

struct lc_collate_T {
    uint32_t lcid;
    mbtowc_fn *mbtowc;
    char codeset[CODESET_MAX];
};

struct lc_ctype_T {
    const char *codeset;
    const char *mb_cur_max;
    const char *outdigits[10];
    const wchar_t *woutdigits[10];
};

mbtowc_fn __ascii_mbtowc;
mbtowc_fn __gbk_mbtowc, __kr_mbtowc, __big5_mbtowc;
wctomb_fn __gbk_wctomb, __kr_wctomb, __big5_wctomb;
extern const struct lc_collate_T _C_collate_locale;

#endif
