/* SPDX-License-Identifier: BSD-2-Clause */
/* Permissions <-> security descriptors: every mode and every combination of entries comes back, and NT's
 * rule for access grants each kind of user what POSIX says. */
/* timeout: 300 */
#include <stdlib.h>

#include "lib/acl/perm.h"
#include "tap.h"

static const struct sid owner = { 1, 5, { 0, 0, 0, 0, 0, 5 }, { 21, 1, 2, 3, 1000 } };
static const struct sid group = { 1, 5, { 0, 0, 0, 0, 0, 5 }, { 21, 1, 2, 3, 513 } };
static const struct sid other_user = { 1, 5, { 0, 0, 0, 0, 0, 5 }, { 21, 1, 2, 3, 1001 } };
static const struct sid other_group = { 1, 5, { 0, 0, 0, 0, 0, 5 }, { 21, 1, 2, 3, 1100 } };
static const struct sid stranger = { 1, 5, { 0, 0, 0, 0, 0, 5 }, { 21, 9, 9, 9, 1002 } };

static void *mem(void *p, size_t n)
{
    if (!n) {
        free(p);
        return NULL;
    }
    return realloc(p, n);
}

static void start(struct perm *p)
{
    memset(p, 0, sizeof *p);
    perm_list_init(&p->list, mem, NULL, 0);
    p->owner = owner;
    p->group = group;
}

static unsigned get16(const char *p)
{
    return (uint8_t)p[0] | (unsigned)(uint8_t)p[1] << 8;
}

static uint32_t get32(const char *p)
{
    return get16(p) | (uint32_t)get16(p + 2) << 16;
}

/* The access check of NT, written for this test alone: is `right` granted to a token of these identifiers? */
static bool nt_grants(const struct buf *sd, uint32_t right, const struct sid *const *token, int n)
{
    const char *acl = sd->p + get32(sd->p + 16), *ace = acl + 8;

    for (unsigned i = get16(acl + 4); i; i--, ace += get16(ace + 2)) {
        bool mine = false;

        for (int k = 0; k < n; k++)
            mine |= (size_t)get16(ace + 2) == 8 + sid_size(token[k]) && !memcmp(ace + 8, token[k], sid_size(token[k]));
        if (!mine || ace[1] & 8 || !(get32(ace + 4) & right))
            continue;
        return ace[0] == 0;
    }
    return false;
}

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

/* Writes, reads, compares. */
static bool comes_back(const struct perm *p, bool dir, struct buf *sd)
{
    unsigned mode;
    struct sid o, g;
    struct perm q;
    bool ok;

    start(&q);
    buf_cut(sd, 0);
    ok = perm_to_sd(p, dir, sd) == 0 && perm_from_sd(sd->p, sd->len, dir, &q) == 0 && same(p, &q)
         && perm_sd_mode(sd->p, sd->len, dir, mem, &mode, &o, &g) == 0
         && mode == (perm_list_mode(&p->list) | p->special) && sid_equal(&o, &p->owner) && sid_equal(&g, &p->group);
    perm_list_free(&q.list);
    return ok;
}

static const struct sid *const owners[] = { &owner, &group, &sid_everyone, &sid_admins, &sid_system, &sid_users };

static void every_mode(void)
{
    struct buf sd;
    int bad = 0;

    buf_init(&sd, mem, NULL, 0);
    for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++) {
        for (size_t k = 0; k < sizeof(owners) / sizeof(owners[0]); k++) {
            test("every mode of owner %zu and group %zu comes back, of files or folders", i, k);
            for (unsigned mode = 0; mode < 010000; mode++) {
                struct perm p;

                start(&p);
                p.owner = *owners[i];
                p.group = *owners[k];
                p.special = mode & 07000;
                p.roots = (i ^ k) & 2 ? 3 : 0;
                perm_list_set_mode(&p.list, mode);
                if (!comes_back(&p, (i + k) & 1, &sd) && bad++ < 5)
                    test_note("mode %o", mode);
                perm_list_free(&p.list);
            }
            CHECK_EQ(0, bad);
            bad = 0;
        }
    }
    buf_free(&sd);
}

struct who {
    const char *name;
    const struct sid *sids[4];
    int n;
};

static const struct who whos[] = {
    { "the owner", { &owner, &sid_everyone, &group, &other_group }, 4 },
    { "the owner alone", { &owner, &sid_everyone }, 2 },
    { "the named user", { &other_user, &sid_everyone, &group, &other_group }, 4 },
    { "the named user alone", { &other_user, &sid_everyone }, 2 },
    { "a member of the group", { &stranger, &sid_everyone, &group }, 3 },
    { "a member of the named group", { &stranger, &sid_everyone, &other_group }, 3 },
    { "a member of both", { &stranger, &sid_everyone, &group, &other_group }, 4 },
    { "somebody else", { &stranger, &sid_everyone }, 2 },
};
#define WHOS (sizeof(whos) / sizeof(whos[0]))

/* What POSIX.1e says, for each bit. */
static unsigned posix_grants(size_t w, unsigned u, unsigned nu, unsigned g, unsigned ng, unsigned m, unsigned o)
{
    switch (w) {
    case 0:
    case 1:
        return u;
    case 2:
    case 3:
        return nu & m;
    case 4:
        return g & m;
    case 5:
        return ng & m;
    case 6:
        return (g | ng) & m;
    default:
        return o;
    }
}

static bool right_for(const struct perm *p, const struct buf *sd, unsigned bits)
{
    static const struct { unsigned bit; uint32_t right; } rights[] = { { 4, 1 }, { 2, 2 }, { 2, 4 }, { 1, 0x20 } };
    unsigned u = bits & 7, nu = bits >> 3 & 7, g = bits >> 6 & 7, ng = bits >> 9 & 7, m = bits >> 12 & 7, o = bits >> 15 & 7;

    for (size_t w = 0; w < WHOS; w++) {
        unsigned want = posix_grants(w, u, nu, g, ng, m, o);
        struct sid groups[2];
        size_t n = 0;

        for (int i = 2; i < whos[w].n; i++)
            groups[n++] = *whos[w].sids[i];
        if (perm_granted(p, whos[w].sids[0], groups, n) != want) {
            test_note("perm_granted for %s, entries %o", whos[w].name, bits);
            return false;
        }
        for (size_t i = 0; i < 4; i++) {
            if (nt_grants(sd, rights[i].right, whos[w].sids, whos[w].n) != !!(want & rights[i].bit)) {
                test_note("right %x for %s, entries %o", rights[i].right, whos[w].name, bits);
                return false;
            }
        }
    }
    return true;
}

static void every_combination(void)
{
    int bad = 0, wrong = 0;
    struct buf sd;

    buf_init(&sd, mem, NULL, 0);
    test("every list of a named user, a named group and a mask comes back and means the same to NT");
    for (unsigned bits = 0; bits < 1u << 18; bits++) {
        struct perm_entry room[6];
        struct perm p;

        start(&p);
        perm_list_init(&p.list, mem, room, 6);
        perm_add(&p.list, PERM_USER_OBJ, bits, NULL, false);
        perm_add(&p.list, PERM_USER, bits >> 3, &other_user, false);
        perm_add(&p.list, PERM_GROUP_OBJ, bits >> 6, NULL, false);
        perm_add(&p.list, PERM_GROUP, bits >> 9, &other_group, false);
        perm_add(&p.list, PERM_MASK, bits >> 12, NULL, false);
        perm_add(&p.list, PERM_OTHER, bits >> 15, NULL, false);
        if (!comes_back(&p, false, &sd) && bad++ < 5)
            test_note("entries %o do not come back", bits);
        if (!right_for(&p, &sd, bits))
            wrong++;
        if (wrong > 5)
            break;
    }
    CHECK_EQ(0, bad);
    CHECK_EQ(0, wrong);
    buf_free(&sd);
}

static void defaults(void)
{
    int bad = 0;
    struct buf sd;

    buf_init(&sd, mem, NULL, 0);
    test("default lists of folders come back, with and without named entries");
    for (unsigned bits = 0; bits < 1u << 15; bits++) {
        struct perm p;

        start(&p);
        p.special = bits >> 6 & 07000;
        perm_list_set_mode(&p.list, bits);
        perm_add(&p.list, PERM_USER_OBJ, bits >> 3, NULL, true);
        perm_add(&p.list, PERM_GROUP_OBJ, bits >> 6, NULL, true);
        perm_add(&p.list, PERM_OTHER, bits >> 9, NULL, true);
        if (bits >> 12 & 1)
            perm_add(&p.list, PERM_USER, bits, &other_user, true);
        if (bits >> 13 & 1)
            perm_add(&p.list, PERM_GROUP, bits >> 1, &other_group, true);
        if (bits >> 12)
            perm_add(&p.list, PERM_MASK, bits >> 2, NULL, true);
        if (!comes_back(&p, true, &sd) && bad++ < 5)
            test_note("entries %o", bits);
        perm_list_free(&p.list);
    }
    CHECK_EQ(0, bad);
    test("a file has no default list");
    {
        struct perm p;

        start(&p);
        perm_list_set_mode(&p.list, 0644);
        perm_add(&p.list, PERM_USER_OBJ, 7, NULL, true);
        perm_add(&p.list, PERM_GROUP_OBJ, 7, NULL, true);
        perm_add(&p.list, PERM_OTHER, 7, NULL, true);
        CHECK_EQ(-EINVAL, perm_to_sd(&p, false, &sd));
        perm_list_free(&p.list);
    }
    buf_free(&sd);
}

/* A descriptor of entries as Windows makes them. */
struct row {
    uint8_t type, flags;
    uint32_t mask;
    const struct sid *sid;
};

static void put(struct buf *b, uint64_t v, int n)
{
    for (int i = 0; i < n; i++)
        buf_putc(b, (char)(v >> 8 * i));
}

static void foreign(struct buf *b, const struct row *rows, unsigned n)
{
    size_t at = 20 + 2 * sid_size(&owner), len = 8;

    for (unsigned i = 0; i < n; i++)
        len += 8 + sid_size(rows[i].sid);
    buf_cut(b, 0);
    put(b, 0x80040001, 4);
    put(b, 20, 4);
    put(b, 20 + sid_size(&owner), 4);
    put(b, 0, 4);
    put(b, at, 4);
    buf_put(b, &owner, sid_size(&owner));
    buf_put(b, &group, sid_size(&group));
    put(b, 2 | (uint64_t)len << 16 | (uint64_t)n << 32, 8);
    for (unsigned i = 0; i < n; i++) {
        put(b, rows[i].type | rows[i].flags << 8 | (8 + sid_size(rows[i].sid)) << 16, 4);
        put(b, rows[i].mask, 4);
        buf_put(b, rows[i].sid, sid_size(rows[i].sid));
    }
}

static unsigned mode_of(const struct row *rows, unsigned n, bool dir)
{
    struct sid o, g;
    struct buf b;
    unsigned mode = 0;

    buf_init(&b, mem, NULL, 0);
    foreign(&b, rows, n);
    CHECK_EQ(0, perm_sd_mode(b.p, b.len, dir, mem, &mode, &o, &g));
    buf_free(&b);
    return mode;
}

static void by_windows(void)
{
    static const struct row profile[] = {
        { 0, 3, 0x1f01ff, &sid_system }, { 0, 3, 0x1f01ff, &sid_admins }, { 0, 3, 0x1f01ff, &owner },
    };
    static const struct row all[] = { { 0, 0, 0x10000000, &sid_everyone } };
    static const struct row denied[] = { { 1, 0, 2, &sid_everyone }, { 0, 0, 0x1f01ff, &sid_everyone } };
    static const struct row wine644[] = { { 0, 0, 0x1f019f, &owner }, { 0, 0, 0x120089, &sid_everyone } };
    static const struct row wine755[] = { { 0, 0, 0x1f01ff, &owner }, { 0, 0, 0x1200a9, &sid_everyone } };
    static const struct row wine077[] = { { 1, 0, 0x116, &owner }, { 0, 0, 0x1f01ff, &sid_everyone } };
    static const struct row many[] = {
        { 0, 0, 0x1f01ff, &owner }, { 0, 0, 0x1200a9, &sid_users }, { 0, 0, 0x1301bf, &other_user },
    };

    test("a profile's folder belongs to its user alone: SYSTEM and Administrators are root");
    CHECK_EQ(0700, mode_of(profile, 3, true));
    test("generic rights and entries that deny are understood");
    CHECK_EQ(0777, mode_of(all, 1, false));
    CHECK_EQ(0555, mode_of(denied, 2, false));
    test("what Wine makes of 644, 755 and 577 is read as that");
    CHECK_EQ(0644, mode_of(wine644, 2, false));
    CHECK_EQ(0755, mode_of(wine755, 2, false));
    CHECK_EQ(0577, mode_of(wine077, 2, false));
    test("named entries become the mask");
    CHECK_EQ(0770, mode_of(many, 3, false));
    test("an empty list grants nothing, a missing one everything");
    CHECK_EQ(0, mode_of(profile, 0, false));
    {
        char open[48] = { 1, 0, 0, (char)0x80, 20 };
        struct sid o, g;
        unsigned mode;

        memcpy(open + 20, &owner, 28);
        CHECK_EQ(0, perm_sd_mode(open, sizeof open, false, mem, &mode, &o, &g));
        CHECK_EQ(0777, mode);
        CHECK(sid_equal(&o, &owner) && sid_equal(&g, &sid_null));
    }
}

static void edited(void)
{
    struct row rows[] = {
        { 1, 0, 0x20000 | 8 | 6 | 0x40, &sid_null }, { 1, 0, 1, &other_user }, { 0, 0, 0x1f01ff, &owner },
        { 0, 0, 0x12019f, &other_user }, { 0, 0, 0x120089, &group }, { 0, 0, 0x120088, &sid_everyone },
    };

    test("a list that another program put in order is judged by what it grants; the sticky bit stays");
    CHECK_EQ(01760, mode_of(rows, 6, true));
}

static void bad(void)
{
    struct perm p;
    struct buf sd;
    int wrong = 0;

    buf_init(&sd, mem, NULL, 0);
    start(&p);
    perm_list_set_mode(&p.list, 0750);
    perm_add(&p.list, PERM_USER, 6, &other_user, false);
    perm_calc_mask(&p.list, false);
    CHECK_EQ(0, perm_to_sd(&p, false, &sd));
    test("a descriptor that is cut anywhere is refused, not read beyond");
    for (size_t n = 0; n < sd.len; n++) {
        char *copy = malloc(n ? n : 1);
        struct perm q;

        memcpy(copy, sd.p, n);
        start(&q);
        wrong += perm_from_sd(copy, n, false, &q) != -EINVAL;
        perm_list_free(&q.list);
        free(copy);
    }
    CHECK_EQ(0, wrong);
    test("lists that POSIX does not allow are not written");
    perm_add(&p.list, PERM_USER, 4, &other_user, false);
    CHECK_EQ(PERM_DUPLICATE, perm_check(&p.list, false, NULL));
    CHECK_EQ(-EINVAL, perm_to_sd(&p, false, &sd));
    perm_list_free(&p.list);
    buf_free(&sd);
}

static void modes(void)
{
    struct perm p;

    start(&p);
    test("chmod of a list with a mask changes the mask, and the group's entry without one");
    perm_list_set_mode(&p.list, 0640);
    CHECK_EQ(4, perm_find(&p.list, PERM_GROUP_OBJ, NULL, false)->perm);
    CHECK(perm_is_minimal(&p.list));
    perm_add(&p.list, PERM_GROUP, 7, &other_group, false);
    perm_calc_mask(&p.list, false);
    CHECK_EQ(0670, perm_list_mode(&p.list));
    perm_list_set_mode(&p.list, 0750);
    CHECK_EQ(0750, perm_list_mode(&p.list));
    CHECK_EQ(4, perm_find(&p.list, PERM_GROUP_OBJ, NULL, false)->perm);
    CHECK(!perm_is_minimal(&p.list));
    perm_list_free(&p.list);
}

static void inheriting(void)
{
    struct perm folder, p;

    start(&folder);
    perm_list_set_mode(&folder.list, 0755);
    test("a folder without a default list and set-gid bit hands on nothing");
    start(&p);
    CHECK(!perm_inherit(&folder, 0640, false, &p));
    perm_list_free(&p.list);
    test("the set-gid bit hands on the group, to folders itself");
    folder.special = PERM_SETGID;
    folder.group = other_group;
    start(&p);
    CHECK(perm_inherit(&folder, 0750, true, &p));
    CHECK(sid_equal(&p.group, &other_group));
    CHECK_EQ(PERM_SETGID, p.special);
    CHECK_EQ(0750, perm_list_mode(&p.list));
    perm_list_free(&p.list);
    test("a default list becomes the list of a file, less what the mode lacks, and a folder's default list, too");
    perm_add(&folder.list, PERM_USER_OBJ, 7, NULL, true);
    perm_add(&folder.list, PERM_USER, 7, &other_user, true);
    perm_add(&folder.list, PERM_GROUP_OBJ, 5, NULL, true);
    perm_add(&folder.list, PERM_MASK, 7, NULL, true);
    perm_add(&folder.list, PERM_OTHER, 5, NULL, true);
    start(&p);
    CHECK(perm_inherit(&folder, 0640, false, &p));
    CHECK_EQ(0640, perm_list_mode(&p.list));
    CHECK_EQ(7, perm_find(&p.list, PERM_USER, &other_user, false)->perm);
    CHECK(!perm_has(&p.list, true));
    perm_list_free(&p.list);
    start(&p);
    CHECK(perm_inherit(&folder, 0777, true, &p));
    CHECK_EQ(0775, perm_list_mode(&p.list));
    CHECK_EQ(10, p.list.n);
    perm_list_free(&p.list);
    perm_list_free(&folder.list);
}

int main(void)
{
    every_mode();
    every_combination();
    defaults();
    by_windows();
    edited();
    bad();
    modes();
    inheriting();
    return test_done();
}
