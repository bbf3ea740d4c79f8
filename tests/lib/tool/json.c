/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON strings from text and from garbage. */
#include "lib/tool/out.h"
#include "tap.h"

static const struct {
    const char *in, *out;
} rows[] = {
    { "", "\"\"" },
    { "a\"b\\c", "\"a\\\"b\\\\c\"" },
    { "\n\t\r\b\f\x01\x7f", "\"\\n\\t\\r\\b\\f\\u0001\\u007f\"" },
    { "\xc3\xa9\xf0\x9f\x98\x80", "\"\xc3\xa9\xf0\x9f\x98\x80\"" },
    { "x\xe9y", "\"x\\u00e9y\"" },
    { "\xe2\x82", "\"\\u00e2\\u0082\"" },
    { "\xed\xa0\x80", "\"\\u00ed\\u00a0\\u0080\"" },
};

int main(void)
{
    static const uint16_t w[] = { 'a', 0xd800, 0xe9, 0xd83d, 0xde00, '"' };
    struct buf b;

    buf_init(&b, tool_realloc, NULL, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        test("string %zu", i);
        buf_cut(&b, 0);
        json_strz(&b, rows[i].in);
        CHECK_STR(rows[i].out, b.p);
    }
    test("UTF-16");
    buf_cut(&b, 0);
    json_wstr(&b, w, 6);
    CHECK_STR("\"a\\ud800\xc3\xa9\xf0\x9f\x98\x80\\\"\"", b.p);
    test("an object");
    buf_cut(&b, 0);
    buf_putc(&b, '{');
    json_key(&b, "a");
    buf_putd(&b, -1);
    json_key(&b, "b");
    buf_putc(&b, '[');
    json_comma(&b);
    buf_putu(&b, 18446744073709551615u);
    json_comma(&b);
    buf_putd(&b, INT64_MIN);
    buf_puts(&b, "]}");
    CHECK_STR("{\"a\":-1,\"b\":[18446744073709551615,-9223372036854775808]}", b.p);
    test("hexadecimal");
    buf_cut(&b, 0);
    buf_putx(&b, 0, 0);
    buf_putx(&b, 0xab, 4);
    buf_putx(&b, UINT64_MAX, 1);
    CHECK_STR("000abffffffffffffffff", b.p);
    buf_free(&b);
    return test_done();
}
