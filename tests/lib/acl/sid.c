/* SPDX-License-Identifier: BSD-2-Clause */
/* Security identifiers: text, binary form, numbers. */
#include <stdlib.h>

#include "lib/acl/sid.h"
#include "tap.h"

static void *mem(void *p, size_t n)
{
    if (!n) {
        free(p);
        return NULL;
    }
    return realloc(p, n);
}

static const struct {
    const char *text;
    uint32_t id;
    bool back, group;
} rows[] = {
    { "S-1-5-21-1-2-3-1000", 0x30000 + 1000, true, false },
    { "S-1-5-21-1-2-3-513", 0x30000 + 513, true, true },
    { "S-1-5-18", 18, true, false },
    { "S-1-5-32-544", 544, true, true },
    { "S-1-1-0", 0x10100, true, true },
    { "S-1-3-1", 0x10301, true, true },
    { "S-1-3-0", 0x10300, true, false },
    { "S-1-5-21-9-2-3-1000", 0, false, false },
    { "S-1-5-5-0-1234", 0, false, true },
    { "S-1-281474976710655-4294967295", 0, false, true },
};

int main(void)
{
    static const char *const wrong[] = { "", "S-1", "S-1-", "S-2-5-18", "S-1-5-", "S-1-5--18", "S-1-5-4294967296",
        "S-1-281474976710656-1", "S-1-5-18x", "S-1-5-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1" };
    struct sid home, s, t;
    struct buf b;

    buf_init(&b, mem, NULL, 0);
    CHECK_EQ(0, sid_parse("S-1-5-21-1-2-3-500", 18, &home));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        test("%s", rows[i].text);
        CHECK_EQ(0, sid_parse(rows[i].text, strlen(rows[i].text), &s));
        buf_cut(&b, 0);
        sid_format(&b, &s);
        CHECK_STR(rows[i].text, b.p);
        CHECK_EQ((int)sid_size(&s), sid_read(&t, &s, sizeof s));
        CHECK(sid_equal(&s, &t));
        CHECK_EQ(-EINVAL, sid_read(&t, &s, sid_size(&s) - 1));
        CHECK_EQ(rows[i].group, sid_is_group(&s));
        if (rows[i].back) {
            CHECK_EQ(rows[i].id, sid_to_id(&home, &s));
            CHECK_EQ(0, sid_from_id(&home, rows[i].id, &t));
            CHECK(sid_equal(&s, &t));
        } else {
            CHECK(sid_to_id(&home, &s) >> 31);
            CHECK_EQ(-EINVAL, sid_from_id(&home, sid_to_id(&home, &s), &t));
        }
    }
    test("what is no identifier is refused");
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        if (!CHECK_EQ(-EINVAL, sid_parse(wrong[i], strlen(wrong[i]), &s)))
            test_note("%s", wrong[i]);
    test("every number below 0x40000 that leads to an identifier comes back from it");
    for (uint32_t id = 0; id < 0x40000; id++)
        if (sid_from_id(&home, id, &s) == 0 && !CHECK_EQ(id, sid_to_id(&home, &s)))
            break;
    test("well-known names, whatever the case");
    CHECK_EQ(0, sid_of_known_name("system", &s));
    CHECK(sid_equal(&s, &sid_system));
    CHECK_STR("SYSTEM", sid_known_name(&sid_system));
    CHECK_EQ(-ENOENT, sid_of_known_name("nobody I know", &s));
    buf_free(&b);
    return test_done();
}
