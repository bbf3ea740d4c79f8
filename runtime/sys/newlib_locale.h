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

/* Its beginning only. */
struct __locale_t {
    char categories[7][CODESET_MAX];
    wctomb_fn *wctomb;
    mbtowc_fn *mbtowc;
    int cjk_lang;
    char *ctype_ptr;
};

/* A character-class table is indexed from -128 (signed char) to 255, but EOF is -1: so the pointer
 * lies one below the class of character 0. */
#define CTYPE_BIAS 127
#define CTYPE_SIZE 384

extern char _ctype_b[CTYPE_SIZE];
extern char __ctype_iso[15][CTYPE_SIZE];
extern char __ctype_cp[26][CTYPE_SIZE];
int __iso_8859_index(const char *charset);
int __cp_index(const char *charset);

mbtowc_fn __ascii_mbtowc;
mbtowc_fn __gbk_mbtowc, __kr_mbtowc, __big5_mbtowc, __sjis_mbtowc, __eucjp_mbtowc;
wctomb_fn __gbk_wctomb, __kr_wctomb, __big5_wctomb, __sjis_wctomb, __eucjp_wctomb;
extern const struct lc_collate_T _C_collate_locale;

#endif
