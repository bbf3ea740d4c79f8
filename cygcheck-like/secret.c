/* SPDX-License-Identifier: BSD-2-Clause */
/* What a support report must not carry: secrets in variables, command lines and URLs, names of the
 * user and of the computer, addresses of mail. What was removed is counted by kind; the values are
 * kept nowhere. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cygcheck-like/cygcheck.h"
#include "lib/tool/out.h"

static unsigned removed[SECRET_KINDS];
static struct buf removed_variables;

static const char *const kinds[SECRET_KINDS] = {
    [SECRET_VARIABLE] = "values of variables", [SECRET_URL] = "logins in URLs",
    [SECRET_OPTION] = "values of options",     [SECRET_TOKEN] = "what looks like a key or a token",
    [SECRET_USER] = "names of users",          [SECRET_HOST] = "names of the computer",
    [SECRET_MAIL] = "mail addresses",
};

static void take_out(struct buf *out, enum secret_kind kind)
{
    static const char *const marks[SECRET_KINDS] = {
        [SECRET_USER] = "<user>", [SECRET_HOST] = "<computer>"
    };

    removed[kind]++;
    buf_puts(out, marks[kind] ? marks[kind] : "<removed>");
}

/* `word` is in upper case. */
static bool begins(const char *s, const char *word)
{
    while (*word && toupper((unsigned char)*s) == toupper((unsigned char)*word)) {
        s++;
        word++;
    }
    return !*word;
}

static bool contains(const char *s, size_t n, const char *word)
{
    size_t w = strlen(word);

    for (size_t i = 0; i + w <= n; i++)
        if (begins(s + i, word))
            return true;
    return false;
}

static bool secret_word(const char *name, size_t n)
{
    static const char *const words[] = {
        "PASS",       "SECRET",     "TOKEN",     "KEY",     "CREDENTIAL", "AUTH",
        "COOKIE",     "PRIVATE",    "SIGNATURE", "PWD_",    "_PWD",       "DSN",
        "CONNECTION", "SESSION_ID", "BEARER",    "LICENSE", "PIN_",
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (contains(name, n, words[i]))
            return true;
    return false;
}

bool secret_name(const char *name)
{
    return secret_word(name, strlen(name));
}

void secret_variable(struct buf *out, const char *name, const char *value)
{
    static const struct {
        const char *name;
        enum secret_kind kind;
    } whole[] = {
        { "USER", SECRET_USER },         { "USERNAME", SECRET_USER },
        { "LOGNAME", SECRET_USER },      { "WINEUSERNAME", SECRET_USER },
        { "COMPUTERNAME", SECRET_HOST }, { "HOSTNAME", SECRET_HOST },
        { "HOST", SECRET_HOST },         { "USERDOMAIN", SECRET_HOST },
        { "LOGONSERVER", SECRET_HOST },  { "CONTAINER_NAME", SECRET_HOST },
    };

    for (size_t i = 0; i < sizeof(whole) / sizeof(*whole); i++)
        if (same_path(whole[i].name, name)) {
            take_out(out, whole[i].kind);
            return;
        }
    if (!secret_name(name)) {
        secret_clean(out, value);
        return;
    }
    take_out(out, SECRET_VARIABLE);
    if (!removed_variables.p)
        buf_init(&removed_variables, tool_realloc, NULL, 0);
    buf_puts(&removed_variables, removed_variables.len ? ", " : "");
    buf_puts(&removed_variables, name);
}

/* ---- what is looked for in a text: each returns how long it is at s, 0: not there ---- */

/* "scheme://user:password@": what to hide begins at *from. */
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

/* Behind \Users\ or /home/ comes a name; backslashes may be doubled, as in quoted text. */
static size_t home_prefix(const char *s)
{
    static const char *const words[] = { "USERS", "HOME", "DOCUMENTS AND SETTINGS" };
    size_t slash = strspn(s, "\\/");

    for (size_t i = 0; slash && slash <= 2 && i < sizeof(words) / sizeof(*words); i++) {
        size_t n = slash + strlen(words[i]), more;

        if (begins(s + slash, words[i]) && (more = strspn(s + n, "\\/")) > 0 && more <= 2)
            return n + more;
    }
    return 0;
}

static size_t value_length(const char *s)
{
    char quote = *s == '"' || *s == '\'' ? *s : 0;
    size_t n = quote ? strcspn(s + 1, quote == '"' ? "\"\n" : "'\n") + 1 : strcspn(s, " \t\r\n;,&");

    return quote && s[n] == quote ? n + 1 : n;
}

/* "--token VALUE", "--api-key=VALUE", "password: VALUE", "PASS=VALUE": the value begins at *from.
 */
static size_t named_value(const char *s, size_t *from)
{
    size_t dashes = strspn(s, "-/"), name = dashes, at;

    while (isalnum((unsigned char)s[name]) || s[name] == '_' || s[name] == '-')
        name++;
    if (name - dashes < 3 || name > 40 || !secret_word(s + dashes, name - dashes))
        return 0;
    at = name;
    if (s[at] == '=' || s[at] == ':')
        at++;
    else if (!dashes || s[at] != ' ' || s[at + 1] == '-')
        return 0;
    at += strspn(s + at, " \"'");
    *from = at;
    at += value_length(s + at);
    return at > *from ? at : 0;
}

static size_t run_of(const char *s, const char *more)
{
    size_t n = 0;

    while (isalnum((unsigned char)s[n]) || (s[n] && strchr(more, s[n])))
        n++;
    return n;
}

/* Keys whose form tells what they are. */
static size_t token(const char *s)
{
    static const struct {
        const char *begin, *more;
        size_t least;
    } forms[] = {
        { "ghp_", "_", 20 },    { "gho_", "_", 20 },  { "github_pat_", "_", 20 },
        { "glpat-", "_-", 20 }, { "xoxb-", "-", 20 }, { "xoxp-", "-", 20 },
        { "sk-", "-_", 20 },    { "AKIA", "", 16 },   { "ASIA", "", 16 },
        { "eyJ", "-_.", 30 },   { "AIza", "-_", 30 }, { "ya29.", "-_.", 20 },
    };
    const char *end;

    for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
        if (!strncmp(s, forms[i].begin, strlen(forms[i].begin)) &&
            run_of(s, forms[i].more) >= forms[i].least)
            return run_of(s, forms[i].more);
    if (strncmp(s, "-----BEGIN ", 11) || !(end = strstr(s + 11, "-----END ")))
        return 0;
    return (size_t)(end - s) + strcspn(end, "\n");
}

static size_t mail(const char *s)
{
    size_t n = run_of(s, "._%+-"), host;

    if (!n || s[n] != '@')
        return 0;
    host = run_of(s + n + 1, ".-");
    return host > 3 && memchr(s + n + 1, '.', host - 1) ? n + 1 + host : 0;
}

/* Names that tell nothing about somebody. */
static bool nobody(const char *name)
{
    static const char *const names[] = { "root",  "user",      "admin",   "administrator",
                                         "guest", "test",      "system",  "home",
                                         "build", "localhost", "windows", "wine" };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (same_path(names[i], name))
            return true;
    return strlen(name) < 3;
}

/* A name as a word of its own. */
static size_t whole_word(const char *s, const char *name)
{
    size_t n = strlen(name);

    return n && !nobody(name) && begins(s, name) && !isalnum((unsigned char)s[n]) ? n : 0;
}

/* ---- the text ---- */

/* Something at s that is to go: how much is kept before it, how long it is with that, what it is.
 */
static size_t find_secret(const char *s, size_t *from, enum secret_kind *kind)
{
    size_t n;

    *from = 0;
    if ((*kind = SECRET_URL, n = url_login(s, from)) || (*kind = SECRET_TOKEN, n = token(s)) ||
        (*kind = SECRET_OPTION, n = named_value(s, from)) || (*kind = SECRET_MAIL, n = mail(s)) ||
        (*kind = SECRET_USER, n = whole_word(s, user_name())) ||
        (*kind = SECRET_HOST, n = whole_word(s, host_name())) ||
        (*kind = SECRET_HOST, n = whole_word(s, computer_name())))
        return n;
    return 0;
}

void secret_clean(struct buf *out, const char *text)
{
    bool word = false; /* inside one: nothing begins here */

    while (*text) {
        enum secret_kind kind;
        size_t from, n = word ? 0 : find_secret(text, &from, &kind);

        if (n) {
            buf_put(out, text, from);
            take_out(out, kind);
            text += n;
            word = false;
        } else if ((n = home_prefix(text)) != 0) {
            size_t name = strcspn(text + n, "\\/;:\"' \t\r\n");

            buf_put(out, text, n);
            if (name)
                take_out(out, SECRET_USER);
            text += n + name;
            word = false;
        } else {
            word = isalnum((unsigned char)*text) || *text == '_';
            buf_putc(out, *text++);
        }
    }
}

/* ---- what was done ---- */

void secret_report(struct report *r)
{
    char *copy;

    for (int k = 0; k < SECRET_KINDS; k++)
        if (removed[k] && k != SECRET_VARIABLE)
            fact(r, "removed from this report", kinds[k], "%u", removed[k]);
    if (removed[SECRET_VARIABLE]) {
        buf_putc(&removed_variables, 0);
        copy = removed_variables.p;
        fact(r, "removed from this report", kinds[SECRET_VARIABLE], "%u: %s",
             removed[SECRET_VARIABLE], copy);
        buf_free(&removed_variables);
    }
}
