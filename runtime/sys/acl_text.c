/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists as text, for POSIX.1e's functions. */
#include <acl/libacl.h>
#include <errno.h>
#include <string.h>

#include "account.h"
#include "acl_int.h"
#include "lib/acl/text.h"
#include "path.h"

static int lookup(void *ctx, bool group, const char *name, size_t n, struct sid *out)
{
    return account_by_name(group, name, n, out);
}

static void by_name(void *ctx, bool group, const struct sid *s, struct buf *out)
{
    account_name(group, s, out);
}

static void by_number(void *ctx, bool group, const struct sid *s, struct buf *out)
{
    buf_putu(out, group ? account_gid(s) : account_uid(s));
}

/** The list that a text describes ("u::rwx,g::r-x,o::---"). NULL with EINVAL, ENOMEM. POSIX.1e */
acl_t acl_from_text(const char *text)
{
    struct perm_list l;
    acl_t acl = NULL;
    int r;

    perm_list_init(&l, path_realloc, NULL, 0);
    r = text ? perm_parse(&l, text, 0, lookup, NULL, NULL) : -EINVAL;
    if (r == 0 && perm_has(&l, true))
        r = -EINVAL;
    if (r == 0)
        acl = acl_from_list(&l, false);
    else
        errno = r == -ENOMEM ? ENOMEM : EINVAL;
    perm_list_free(&l);
    return acl;
}

static char *give(const struct buf *b, ssize_t *len)
{
    char *out = buf_err(b) < 0 ? NULL : acl_object(ACL_OBJECT_TEXT, b->len + 1);

    if (!out) {
        errno = ENOMEM;
        return NULL;
    }
    memcpy(out, b->p ? b->p : "", b->len + !!b->p);
    if (len)
        *len = (ssize_t)b->len;
    return out;
}

static char *format(acl_t acl, const char *prefix, const char *between, const char *end, unsigned flags,
                    perm_name_fn *name, ssize_t *len)
{
    struct perm_list l;
    struct buf b;
    char *out = NULL;

    if (!acl_is(acl, ACL_OBJECT_LIST))
        return NULL;
    perm_list_init(&l, path_realloc, NULL, 0);
    path_buf(&b);
    if (acl_to_list(acl, false, &l) == 0) {
        perm_sort(&l);
        for (size_t i = 0; i < l.n; i++) {
            buf_puts(&b, prefix ? prefix : "");
            perm_format_entry(&b, &l, &l.v[i], flags, name, NULL);
            buf_puts(&b, i + 1 < l.n ? between : end);
        }
        out = give(&b, len);
    } else {
        errno = ENOMEM;
    }
    perm_list_free(&l);
    buf_free(&b);
    return out;
}

/** The list as text, an entry a line, for acl_free(). NULL with EINVAL, ENOMEM. POSIX.1e acl_to_text() */
char *acl_to_text(acl_t acl, ssize_t *len)
{
    return format(acl, NULL, "\n", "\n", PERM_TEXT_EFFECTIVE, by_name, len);
}

/** The same with a prefix for each entry and a separator of one's own. Linux acl_to_any_text() */
char *acl_to_any_text(acl_t acl, const char *prefix, char separator, int options)
{
    char between[2] = { separator, 0 };
    unsigned flags = (options & TEXT_ABBREVIATE ? PERM_TEXT_ABBREVIATE : 0)
                     | (options & TEXT_SOME_EFFECTIVE ? PERM_TEXT_EFFECTIVE : 0)
                     | (options & TEXT_ALL_EFFECTIVE ? PERM_TEXT_ALL_EFFECTIVE : 0);

    return format(acl, prefix, between, "", flags, options & TEXT_NUMERIC_IDS ? by_number : by_name, NULL);
}
