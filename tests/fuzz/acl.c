/* SPDX-License-Identifier: BSD-2-Clause */
/* Security descriptors: arbitrary bytes are read or refused; what was read can be written, and then means
 * the same; lists made of the bytes come back exactly. */
#include <stdint.h>

#include "lib/acl/perm.h"
#include "fuzz.h"

static bool same(const struct perm *a, const struct perm *b)
{
    if (!sid_equal(&a->owner, &b->owner) || !sid_equal(&a->group, &b->group) || a->special != b->special
        || a->roots != b->roots || a->list.n != b->list.n)
        return false;
    for (size_t i = 0; i < a->list.n; i++) {
        const struct perm_entry *e = &a->list.v[i];
        const struct perm_entry *f = perm_find(&b->list, e->tag, &e->sid, e->def);

        if (!f || f->perm != e->perm)
            return false;
    }
    return true;
}

static void start(struct perm *p)
{
    memset(p, 0, sizeof *p);
    perm_list_init(&p->list, fuzz_mem, NULL, 0);
}

/* Written and read again it is the same list. */
static void round_trip(const struct perm *p, bool dir)
{
    unsigned mode;
    struct sid o, g;
    struct perm q;
    struct buf sd;
    int r;

    start(&q);
    buf_init(&sd, fuzz_mem, NULL, 0);
    r = perm_to_sd(p, dir, &sd);
    MUST(r == 0 || r == -7 /* E2BIG */);
    if (r == 0) {
        MUST(sd.len <= PERM_SD_MAX + 2 * 68);
        MUST(perm_from_sd(sd.p, sd.len, dir, &q) == 0);
        MUST(same(p, &q));
        MUST(perm_sd_mode(sd.p, sd.len, dir, fuzz_mem, &mode, &o, &g) == 0);
        MUST(mode == (perm_list_mode(&p->list) | p->special));
    }
    buf_free(&sd);
    perm_list_free(&q.list);
}

static void read_any(const uint8_t *data, size_t size, bool dir)
{
    unsigned mode;
    struct sid o, g;
    struct perm p;
    int r;

    start(&p);
    r = perm_from_sd(data, size, dir, &p);
    MUST((perm_sd_mode(data, size, dir, fuzz_mem, &mode, &o, &g) == 0) == (r == 0));
    if (r == 0) {
        MUST(perm_check(&p.list, false, NULL) == PERM_OK);
        MUST(perm_check(&p.list, true, NULL) == PERM_OK);
        MUST((perm_list_mode(&p.list) | p.special) == mode);
        round_trip(&p, dir);
    }
    perm_list_free(&p.list);
}

/* Three bytes an entry: tag, permissions and list, account. */
static void write_any(const uint8_t *data, size_t size, bool dir)
{
    static const unsigned tags[] = { PERM_USER, PERM_GROUP, PERM_MASK, PERM_USER };
    struct sid home = { 1, 5, { 0, 0, 0, 0, 0, 5 }, { 21, 1, 2, 3, 500 } };
    struct perm p;

    start(&p);
    p.special = data[0] << 9 & 07000;
    p.roots = data[0] >> 3 & 3;
    MUST(sid_from_id(&home, SID_ACCOUNT + data[1], &p.owner) == 0);
    MUST(sid_from_id(&home, data[2] & 1 ? 544 : SID_ACCOUNT + data[2], &p.group) == 0);
    perm_list_set_mode(&p.list, data[0] | data[1] << 8);
    for (size_t i = 3; i + 2 < size; i += 3) {
        unsigned tag = tags[data[i] & 3];
        bool def = dir && data[i] & 4;
        struct sid s;

        MUST(sid_from_id(&home, SID_ACCOUNT + data[i + 2], &s) == 0);
        if (data[i] & 8)
            s = data[i] & 16 ? sid_everyone : sid_system;
        if (def && !perm_has(&p.list, true)) {
            perm_add(&p.list, PERM_USER_OBJ, data[i + 1] >> 3, NULL, true);
            perm_add(&p.list, PERM_GROUP_OBJ, data[i + 2], NULL, true);
            perm_add(&p.list, PERM_OTHER, data[i + 2] >> 3, NULL, true);
        }
        if (!perm_find(&p.list, tag, &s, def))
            perm_add(&p.list, tag, data[i + 1], &s, def);
    }
    for (int def = 0; def < 2; def++)
        if (perm_check(&p.list, def, NULL) == PERM_MISSING)
            perm_calc_mask(&p.list, def);
    MUST(perm_check(&p.list, false, NULL) == PERM_OK && perm_check(&p.list, true, NULL) == PERM_OK);
    round_trip(&p, dir);
    perm_list_free(&p.list);
}

static void texts(const uint8_t *data, size_t size)
{
    struct sid s, t;
    struct buf b;

    buf_init(&b, fuzz_mem, NULL, 0);
    if (sid_parse((const char *)data, size, &s) == 0) {
        sid_format(&b, &s);
        MUST(sid_parse(b.p, b.len, &t) == 0 && sid_equal(&s, &t));
    }
    buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 3) {
        read_any(data + 1, size - 1, data[0] & 1);
        write_any(data, size, data[0] & 0x80);
    }
    texts(data, size);
    return 0;
}
