/* SPDX-License-Identifier: BSD-2-Clause */
/* Text mode: what is written comes back, decoding never grows and stops at Ctrl-Z. */
#include <stdint.h>
#include <string.h>

#include "lib/text/crlf.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = fuzz_mem(NULL, size + 1), *raw = fuzz_mem(NULL, 2 * size + 1);
    struct crlf_read d;
    size_t taken, n;

    memcpy(copy, data, size);
    d = crlf_decode(copy, size);
    MUST(d.text <= d.used && d.used <= size);
    MUST(d.end + d.open_cr <= 1);
    MUST(d.used + (d.end || d.open_cr ? 1 : 0) <= size);
    MUST(!memchr(copy, CRLF_END, d.text));
    n = crlf_encode(raw, 2 * size, (const char *)data, size, &taken);
    MUST(taken == size && n <= 2 * size);
    MUST(crlf_taken((const char *)data, size, n) == size);
    if (!memchr(data, CRLF_END, size) && !memchr(data, '\r', size)) {
        d = crlf_decode(raw, n);
        MUST(d.text == size && !memcmp(raw, data, size) && !d.end && !d.open_cr);
    }
    fuzz_mem(copy, 0);
    fuzz_mem(raw, 0);
    return 0;
}
