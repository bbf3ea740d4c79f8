/* SPDX-License-Identifier: BSD-2-Clause */
/* What a support report must not carry: values of variables that look like secrets, passwords in URLs, and
 * the user's name in the names of folders. */
#include <ctype.h>
#include <string.h>

#include "cygcheck-like/cygcheck.h"

static bool contains(const char *s, const char *word)
{
    size_t n = strlen(word);

    for (; *s; s++) {
        size_t i = 0;

        while (i < n && toupper((unsigned char)s[i]) == word[i])
            i++;
        if (i == n)
            return true;
    }
    return false;
}

bool secret_name(const char *name)
{
    static const char *const words[] = {
        "PASS", "SECRET", "TOKEN", "KEY", "CREDENTIAL", "AUTH", "COOKIE", "PRIVATE", "SIGNATURE", "PWD_",
        "_PWD", "DSN", "CONNECTION",
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (contains(name, words[i]))
            return true;
    return false;
}

/* Length of "scheme://user:password@" at s, where the part to hide begins at *from; 0: no such thing. */
static size_t url_login(const char *s, size_t *from)
{
    const char *p = s, *at;

    while (isalnum((unsigned char)*p) || *p == '+' || *p == '-' || *p == '.')
        p++;
    if (p == s || strncmp(p, "://", 3))
        return 0;
    p += 3;
    at = p + strcspn(p, "/@ \t\n\"'");
    if (*at != '@')
        return 0;
    *from = (size_t)(p - s);
    return (size_t)(at - s);
}

/* Behind \Users\ or /home/ comes a name. */
static size_t home_prefix(const char *s)
{
    static const char *const words[] = { "\\USERS\\", "/USERS/", "/HOME/", "\\HOME\\" };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        size_t n = 0;

        while (words[i][n] && toupper((unsigned char)s[n]) == words[i][n])
            n++;
        if (!words[i][n])
            return n;
    }
    return 0;
}

void secret_clean(struct buf *out, const char *text)
{
    bool word = false; /* inside one: no URL begins here */

    while (*text) {
        size_t from, n = word ? 0 : url_login(text, &from);

        if (n) {
            buf_put(out, text, from);
            buf_puts(out, "<removed>");
            text += n;
            continue;
        }
        if ((n = home_prefix(text)) != 0) {
            size_t name = strcspn(text + n, "\\/;:\"' \t\n");

            buf_put(out, text, n);
            if (name)
                buf_puts(out, "<user>");
            text += n + name;
            word = false;
            continue;
        }
        word = isalnum((unsigned char)*text);
        buf_putc(out, *text++);
    }
}
