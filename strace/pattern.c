/* SPDX-License-Identifier: BSD-2-Clause */
/* Patterns over names, by PCRE2. */
#include <pcre2.h>

#include "strace.h"

struct pattern {
    pcre2_code *code;
    pcre2_match_data *data;
};

struct pattern *pattern_new(const char *text, size_t len, const char **why)
{
    static char message[200];
    struct pattern *p = tool_realloc(NULL, sizeof *p);
    PCRE2_SIZE at;
    int error;

    p->code = pcre2_compile((PCRE2_SPTR)text, len, PCRE2_UTF, &error, &at, NULL);
    if (!p->code) {
        pcre2_get_error_message(error, (PCRE2_UCHAR *)message, sizeof message);
        *why = message;
        tool_realloc(p, 0);
        return NULL;
    }
    p->data = pcre2_match_data_create_from_pattern(p->code, NULL);
    if (!p->data)
        tool_die(EXIT_FAILED, "out of memory");
    return p;
}

bool pattern_matches(const struct pattern *p, const char *s, size_t len)
{
    return pcre2_match(p->code, (PCRE2_SPTR)s, len, 0, 0, p->data, NULL) >= 0;
}

void pattern_free(struct pattern *p)
{
    pcre2_match_data_free(p->data);
    pcre2_code_free(p->code);
    tool_realloc(p, 0);
}
