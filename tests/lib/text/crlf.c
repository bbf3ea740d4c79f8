/* SPDX-License-Identifier: BSD-2-Clause */
/* Text mode: every text of up to five of the bytes that matter, both ways, in all pieces. */
#include "lib/text/crlf.h"

#include "tap.h"

static const char alphabet[] = { 'a', '\r', '\n', CRLF_END };

/* What the raw bytes mean, told in another way. */
static size_t meaning(const char *raw, size_t n, char *out)
{
    size_t to = 0;

    for (size_t i = 0; i < n && raw[i] != CRLF_END; i++)
        if (!(raw[i] == '\r' && i + 1 < n && raw[i + 1] == '\n'))
            out[to++] = raw[i];
    return to;
}

/* Reads raw[0..n) in pieces of `piece` bytes, as runtime/file/text.c does. */
static size_t read_pieces(const char *raw, size_t n, size_t piece, char *out)
{
    size_t at = 0, to = 0;

    while (at < n) {
        char buf[8];
        size_t got = n - at < piece ? n - at : piece;
        struct crlf_read r;

        memcpy(buf, raw + at, got);
        r = crlf_decode(buf, got);
        memcpy(out + to, buf, r.text);
        to += r.text;
        at += r.used;
        if (r.end)
            break;
        if (r.open_cr) {
            bool pair = at + 1 < n && raw[at + 1] == '\n';

            out[to++] = pair ? '\n' : '\r';
            at += 1 + pair;
        }
    }
    return to;
}

static void test_fails(const char *what)
{
    test_note("not so: %s", what);
    CHECK(what == NULL);
}

static void check_one(const char *raw, size_t n)
{
    char want[16], got[16], back[32];
    size_t len = meaning(raw, n, want), raw_len, taken;

    for (size_t piece = 1; piece <= 6; piece++) {
        size_t k = read_pieces(raw, n, piece, got);

        if (k != len || memcmp(got, want, k)) {
            test_fails("pieces mean the same as the whole");
            test_note("piece %zu of a text of %zu bytes", piece, n);
            return;
        }
    }
    raw_len = crlf_encode(back, sizeof back, raw, n, &taken);
    if (taken != n || crlf_taken(raw, n, raw_len) != n || (raw_len && crlf_taken(raw, n, raw_len - 1) >= n))
        test_fails("encode takes all");
    for (size_t room = 0; room <= raw_len; room++) {
        size_t k = crlf_encode(got, room, raw, n, &taken);

        if (k > room || memcmp(got, back, k) || crlf_taken(raw, n, k) != taken)
            test_fails("a part is a prefix");
    }
    if (!memchr(raw, CRLF_END, n) && !memchr(raw, '\r', n)) {
        len = meaning(back, raw_len, got);
        if (len != n || memcmp(got, raw, n))
            test_fails("what was written reads the same");
    }
}

int main(void)
{
    char raw[8];

    test("all texts of up to five bytes");
    for (size_t n = 0; n <= 5; n++) {
        size_t all = 1;

        for (size_t i = 0; i < n; i++)
            all *= sizeof alphabet;
        for (size_t k = 0; k < all; k++) {
            size_t v = k;

            for (size_t i = 0; i < n; i++, v /= sizeof alphabet)
                raw[i] = alphabet[v % sizeof alphabet];
            check_one(raw, n);
        }
    }
    return test_done();
}
