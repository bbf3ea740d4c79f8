/* SPDX-License-Identifier: BSD-2-Clause */
/* Text mode; see crlf.h. */
#include "lib/text/crlf.h"

#include <string.h>

struct crlf_read crlf_decode(char *s, size_t n)
{
    struct crlf_read r = { 0 };
    size_t i = 0;

    while (i < n) {
        char c = s[i];

        if (c == CRLF_END) {
            r.end = 1;
            break;
        }
        if (c == '\r') {
            if (i + 1 == n) {
                r.open_cr = 1;
                break;
            }
            if (s[i + 1] == '\n')
                c = s[++i];
        }
        s[r.text++] = c;
        i++;
    }
    r.used = i;
    return r;
}

size_t crlf_encode(char *out, size_t room, const char *s, size_t n, size_t *taken)
{
    size_t to = 0, i;

    for (i = 0; i < n; i++) {
        if (s[i] == '\n') {
            if (room - to < 2)
                break;
            out[to++] = '\r';
        } else if (to == room) {
            break;
        }
        out[to++] = s[i];
    }
    *taken = i;
    return to;
}

size_t crlf_taken(const char *s, size_t n, size_t raw)
{
    size_t i;

    for (i = 0; i < n; i++) {
        size_t need = s[i] == '\n' ? 2 : 1;

        if (raw < need)
            break;
        raw -= need;
    }
    return i;
}
