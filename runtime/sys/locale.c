/* SPDX-License-Identifier: BSD-2-Clause */
/* Hooks that newlib's locale code calls on this platform: which character set a locale has, and the
 * data of its categories. Every locale but C speaks UTF-8 unless its name says otherwise; formats of
 * dates, numbers and money are those of the C locale. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

#include "codepage.h"
#include "newlib_locale.h"
#include "start_env.h"

#define CP_GBK  936
#define CP_KR   949
#define CP_BIG5 950
#define CP_SJIS 932
#define CP_EUCJP 20932

const struct lc_collate_T _C_collate_locale = { 0, __ascii_mbtowc, "ASCII" };

/**
 * Character set of a locale whose name has none ("de_DE").
 *
 * @param charset buffer of CODESET_MAX bytes
 */
void __set_charset_from_locale(const char *locale, char *charset)
{
    (void)locale;
    strcpy(charset, "UTF-8");
}

/** Replacement for an alias like "german": there is no table of them. */
char *__set_locale_from_locale_alias(const char *alias, char *locale)
{
    (void)alias;
    (void)locale;
    return NULL;
}

/**
 * A program begins in the locale of C. newlib's first state on this platform is called C.UTF-8 and is not: choosing that would
 * change nothing.
 */
int locale_start(void)
{
    return setlocale(LC_CTYPE, "C") ? 0 : -EINVAL;
}

static bool is_c(const char *name)
{
    return strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0;
}

/**
 * Data of LC_CTYPE.
 *
 * @param buf set to memory that the caller frees with the category
 * @return 1 if *out was filled in, 0 for the C locale, -1 without memory
 */
int __set_lc_ctype_from_win(const char *name, const struct lc_ctype_T *c_locale, struct lc_ctype_T *out,
                            char **buf, wctomb_fn *wctomb, const char *charset, int mb_cur_max)
{
    size_t len = strlen(charset) + 1;
    char *p;

    (void)wctomb;
    if (is_c(name))
        return 0;
    if (!(p = malloc(len + 2)))
        return -1;
    memcpy(p, charset, len);
    p[len] = (char)mb_cur_max;
    p[len + 1] = 0;
    *out = *c_locale;
    out->codeset = p;
    out->mb_cur_max = p + len;
    *buf = p;
    return 1;
}

int __set_lc_time_from_win(const char *name, const void *c_locale, void *out, char **buf, wctomb_fn *wctomb,
                           const char *charset)
{
    return 0;
}

int __set_lc_numeric_from_win(const char *name, const void *c_locale, void *out, char **buf,
                              wctomb_fn *wctomb, const char *charset)
{
    return 0;
}

int __set_lc_monetary_from_win(const char *name, const void *c_locale, void *out, char **buf,
                               wctomb_fn *wctomb, const char *charset)
{
    return 0;
}

int __set_lc_messages_from_win(const char *name, const void *c_locale, void *out, char **buf,
                               wctomb_fn *wctomb, const char *charset)
{
    return 0;
}

int __collate_load_locale(struct __locale_t *locale, const char *name, void *mbtowc, const char *charset)
{
    return 0;
}

/* One wide character to a double-byte code page. Stateless: s == NULL asks for that. */
static int cp_wctomb(unsigned cp, struct _reent *r, char *s, wchar_t wc)
{
    int n;

    if (!s)
        return 0;
    if (wc < 0x80) {
        *s = (char)wc;
        return 1;
    }
    if ((n = codepage_from_wide(cp, (uint16_t)wc, s)) <= 0) {
        r->_errno = EILSEQ;
        return -1;
    }
    return n;
}

/* One character of a double-byte code page to a wide character; the state keeps a lone lead byte. */
static int cp_mbtowc(unsigned cp, struct _reent *r, wchar_t *pwc, const char *s, size_t n, mbstate_t *state)
{
    uint16_t wide;
    char both[2];
    int used = 0;

    if (!s)
        return 0;
    if (n == 0)
        return -2;
    if (state->__count == 0) {
        if ((unsigned char)*s < 0x80) {
            if (pwc)
                *pwc = (unsigned char)*s;
            return *s != 0;
        }
        state->__value.__wchb[0] = (unsigned char)*s++;
        state->__count = 1;
        used++;
        if (--n == 0)
            return -2;
    }
    both[0] = (char)state->__value.__wchb[0];
    both[1] = *s;
    state->__count = 0;
    if (codepage_to_wide(cp, both, 2, &wide) != 1) {
        r->_errno = EILSEQ;
        return -1;
    }
    if (pwc)
        *pwc = wide;
    return used + 1;
}

int __gbk_wctomb(struct _reent *r, char *s, wchar_t wc, mbstate_t *state)
{
    return cp_wctomb(CP_GBK, r, s, wc);
}

int __gbk_mbtowc(struct _reent *r, wchar_t *pwc, const char *s, size_t n, mbstate_t *state)
{
    return cp_mbtowc(CP_GBK, r, pwc, s, n, state);
}

int __kr_wctomb(struct _reent *r, char *s, wchar_t wc, mbstate_t *state)
{
    return cp_wctomb(CP_KR, r, s, wc);
}

int __kr_mbtowc(struct _reent *r, wchar_t *pwc, const char *s, size_t n, mbstate_t *state)
{
    return cp_mbtowc(CP_KR, r, pwc, s, n, state);
}

int __big5_wctomb(struct _reent *r, char *s, wchar_t wc, mbstate_t *state)
{
    return cp_wctomb(CP_BIG5, r, s, wc);
}

int __big5_mbtowc(struct _reent *r, wchar_t *pwc, const char *s, size_t n, mbstate_t *state)
{
    return cp_mbtowc(CP_BIG5, r, pwc, s, n, state);
}

int __sjis_wctomb(struct _reent *r, char *s, wchar_t wc, mbstate_t *state)
{
    return cp_wctomb(CP_SJIS, r, s, wc);
}

int __sjis_mbtowc(struct _reent *r, wchar_t *pwc, const char *s, size_t n, mbstate_t *state)
{
    return cp_mbtowc(CP_SJIS, r, pwc, s, n, state);
}

/* Without the three-byte characters of JIS X 0212, which the code page encodes in its own way. */
int __eucjp_wctomb(struct _reent *r, char *s, wchar_t wc, mbstate_t *state)
{
    return cp_wctomb(CP_EUCJP, r, s, wc);
}

int __eucjp_mbtowc(struct _reent *r, wchar_t *pwc, const char *s, size_t n, mbstate_t *state)
{
    return cp_mbtowc(CP_EUCJP, r, pwc, s, n, state);
}

/**
 * Point a locale at the character classes of its character set.
 *
 * @param charset "ASCII", "UTF-8", "ISO-8859-n", "CPnnn" and others; multibyte sets have those of ASCII
 */
void __set_ctype(struct __locale_t *locale, const char *charset)
{
    char *table = _ctype_b;
    int i;

    if (charset[0] == 'I') { /* the table begins with ISO-8859-1, which has no index */
        i = __iso_8859_index(charset + 9);
        table = __ctype_iso[i < 0 ? 0 : i + 1];
    } else if (charset[0] == 'C') {
        i = __cp_index(charset + 2);
        if (i >= 0)
            table = __ctype_cp[i];
    }
    locale->ctype_ptr = table + CTYPE_BIAS;
}

/* strftime's questions about a broken-down time: struct tm has always had these members here. */
long __cygwin_gettzoffset(const struct tm *tm)
{
    return tm->tm_gmtoff;
}

const char *__cygwin_gettzname(const struct tm *tm)
{
    return tm->tm_zone ? tm->tm_zone : "";
}
