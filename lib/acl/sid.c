/* SPDX-License-Identifier: BSD-2-Clause */
/* Security identifiers; see sid.h. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "lib/acl/sid.h"

_Static_assert(sizeof(struct sid) == 68, "the binary form of an identifier");

#define AUTH_NT 5
#define NT_BUILTIN 32           /* first part of what is the same on every machine: Administrators... */
#define NT_ACCOUNT 21           /* first part of what belongs to a machine or a domain */
#define OTHER_AUTH 0x10000u
#define HASHED 0x80000000u

const struct sid sid_null = { 1, 1, { 0 }, { 0 } };
const struct sid sid_everyone = { 1, 1, { 0, 0, 0, 0, 0, 1 }, { 0 } };
const struct sid sid_creator_owner = { 1, 1, { 0, 0, 0, 0, 0, 3 }, { 0 } };
const struct sid sid_creator_group = { 1, 1, { 0, 0, 0, 0, 0, 3 }, { 1 } };
const struct sid sid_system = { 1, 1, { 0, 0, 0, 0, 0, AUTH_NT }, { 18 } };
const struct sid sid_admins = { 1, 2, { 0, 0, 0, 0, 0, AUTH_NT }, { NT_BUILTIN, 544 } };
const struct sid sid_authenticated = { 1, 1, { 0, 0, 0, 0, 0, AUTH_NT }, { 11 } };
const struct sid sid_users = { 1, 2, { 0, 0, 0, 0, 0, AUTH_NT }, { NT_BUILTIN, 545 } };

static const struct {
    struct sid sid;
    const char *name;
} known[] = {
    { { 1, 1, { 0, 0, 0, 0, 0, 1 }, { 0 } }, "Everyone" },
    { { 1, 1, { 0, 0, 0, 0, 0, 2 }, { 0 } }, "LOCAL" },
    { { 1, 1, { 0, 0, 0, 0, 0, 3 }, { 0 } }, "CREATOR OWNER" },
    { { 1, 1, { 0, 0, 0, 0, 0, 3 }, { 1 } }, "CREATOR GROUP" },
    { { 1, 1, { 0, 0, 0, 0, 0, 5 }, { 2 } }, "NETWORK" },
    { { 1, 1, { 0, 0, 0, 0, 0, 5 }, { 4 } }, "INTERACTIVE" },
    { { 1, 1, { 0, 0, 0, 0, 0, 5 }, { 6 } }, "SERVICE" },
    { { 1, 1, { 0, 0, 0, 0, 0, 5 }, { 7 } }, "ANONYMOUS LOGON" },
    { { 1, 1, { 0, 0, 0, 0, 0, 5 }, { 11 } }, "Authenticated Users" },
    { { 1, 1, { 0, 0, 0, 0, 0, 5 }, { 18 } }, "SYSTEM" },
    { { 1, 1, { 0, 0, 0, 0, 0, 5 }, { 19 } }, "LOCAL SERVICE" },
    { { 1, 1, { 0, 0, 0, 0, 0, 5 }, { 20 } }, "NETWORK SERVICE" },
    { { 1, 2, { 0, 0, 0, 0, 0, 5 }, { NT_BUILTIN, 544 } }, "Administrators" },
    { { 1, 2, { 0, 0, 0, 0, 0, 5 }, { NT_BUILTIN, 545 } }, "Users" },
    { { 1, 2, { 0, 0, 0, 0, 0, 5 }, { NT_BUILTIN, 546 } }, "Guests" },
    { { 1, 2, { 0, 0, 0, 0, 0, 5 }, { NT_BUILTIN, 547 } }, "Power Users" },
    { { 1, 2, { 0, 0, 0, 0, 0, 5 }, { NT_BUILTIN, 551 } }, "Backup Operators" },
};
#define KNOWN (sizeof(known) / sizeof(known[0]))

int sid_read(struct sid *out, const void *bytes, size_t room)
{
    const uint8_t *b = bytes;

    if (room < 8 || b[0] != 1 || b[1] > SID_SUBS || room < 8 + 4u * b[1])
        return -EINVAL;
    memset(out, 0, sizeof(*out));
    memcpy(out, b, 8 + 4u * b[1]);
    return (int)sid_size(out);
}

bool sid_equal(const struct sid *a, const struct sid *b)
{
    return a->n == b->n && !memcmp(a, b, sid_size(a));
}

/* A decimal number up to `max` at *at; what follows is left. */
static int number(const char *s, size_t n, size_t *at, uint64_t max, uint64_t *v)
{
    size_t from = *at;

    for (*v = 0; *at < n && s[*at] >= '0' && s[*at] <= '9'; ++*at) {
        *v = *v * 10 + (unsigned)(s[*at] - '0');
        if (*v > max)
            return -EINVAL;
    }
    return *at == from ? -EINVAL : 0;
}

int sid_parse(const char *text, size_t n, struct sid *out)
{
    size_t at = 4;
    uint64_t v;

    memset(out, 0, sizeof(*out));
    if (n < 5 || (text[0] != 'S' && text[0] != 's') || memcmp(text + 1, "-1-", 3)
        || number(text, n, &at, 0xffffffffffffull, &v) < 0)
        return -EINVAL;
    out->rev = 1;
    for (int i = 0; i < 6; i++)
        out->auth[i] = (uint8_t)(v >> (40 - 8 * i));
    while (at < n) {
        if (text[at++] != '-' || out->n == SID_SUBS || number(text, n, &at, UINT32_MAX, &v) < 0)
            return -EINVAL;
        out->sub[out->n++] = (uint32_t)v;
    }
    return 0;
}

static uint64_t authority(const struct sid *s)
{
    uint64_t v = 0;

    for (int i = 0; i < 6; i++)
        v = v << 8 | s->auth[i];
    return v;
}

void sid_format(struct buf *out, const struct sid *s)
{
    buf_puts(out, "S-1-");
    buf_putu(out, authority(s));
    for (unsigned i = 0; i < s->n && i < SID_SUBS; i++) {
        buf_putc(out, '-');
        buf_putu(out, s->sub[i]);
    }
}

static bool is_account(const struct sid *s)
{
    return authority(s) == AUTH_NT && s->n == 5 && s->sub[0] == NT_ACCOUNT;
}

static bool same_domain(const struct sid *a, const struct sid *b)
{
    return is_account(a) && is_account(b) && !memcmp(a->sub, b->sub, 4 * sizeof(a->sub[0]));
}

static uint32_t hashed(const struct sid *s)
{
    const uint8_t *b = (const uint8_t *)s;
    uint32_t h = 2166136261u;

    for (size_t i = 0; i < sid_size(s); i++)
        h = (h ^ b[i]) * 16777619u;
    h |= HASHED;
    return h == SID_NO_ID ? HASHED : h;
}

/* What sid_from_id makes of the number has to be this identifier: else it is not the number for it. */
uint32_t sid_to_id(const struct sid *home, const struct sid *s)
{
    uint64_t a = authority(s);

    if (home && same_domain(home, s) && s->sub[4] < HASHED - SID_ACCOUNT)
        return SID_ACCOUNT + s->sub[4];
    if (a == AUTH_NT && s->n == 1 && s->sub[0] && s->sub[0] < 0x200)
        return s->sub[0];
    if (a == AUTH_NT && s->n == 2 && s->sub[0] == NT_BUILTIN && s->sub[1] >= 0x200 && s->sub[1] < OTHER_AUTH)
        return s->sub[1];
    if (a != AUTH_NT && a < 256 && s->n == 1 && s->sub[0] < 256)
        return OTHER_AUTH + (uint32_t)a * 256 + s->sub[0];
    return hashed(s);
}

int sid_from_id(const struct sid *home, uint32_t id, struct sid *out)
{
    memset(out, 0, sizeof(*out));
    out->rev = 1;
    out->auth[5] = AUTH_NT;
    if (id >= HASHED || !id)
        return -EINVAL;
    if (id >= SID_ACCOUNT) {
        if (!home || !is_account(home))
            return -EINVAL;
        *out = *home;
        out->sub[4] = id - SID_ACCOUNT;
    } else if (id >= OTHER_AUTH) {
        id -= OTHER_AUTH;
        if (id >= 0x10000 || id >> 8 == AUTH_NT)
            return -EINVAL;
        out->auth[5] = (uint8_t)(id >> 8);
        out->n = 1;
        out->sub[0] = id & 255;
    } else if (id >= 0x200) {
        out->n = 2;
        out->sub[0] = NT_BUILTIN;
        out->sub[1] = id;
    } else {
        out->n = 1;
        out->sub[0] = id;
    }
    return 0;
}

bool sid_is_group(const struct sid *s)
{
    uint32_t rid = s->n ? s->sub[s->n - 1] : 0;

    if (sid_equal(s, &sid_system) || (authority(s) == AUTH_NT && s->n == 1 && (rid == 19 || rid == 20 || rid == 7)))
        return false;
    if (authority(s) == 3 && s->n == 1)
        return rid & 1;         /* CREATOR GROUP, CREATOR GROUP SERVER */
    if (is_account(s))          /* RIDs that every domain gives to groups */
        return (rid >= 512 && rid <= 527) || rid == 553 || rid == 571 || rid == 572;
    return true;
}

const struct sid *sid_known(unsigned i)
{
    return i < KNOWN ? &known[i].sid : NULL;
}

const char *sid_known_name(const struct sid *s)
{
    for (unsigned i = 0; i < KNOWN; i++)
        if (sid_equal(s, &known[i].sid))
            return known[i].name;
    if (is_account(s) && s->sub[4] == 513)
        return "None";
    return NULL;
}

int sid_of_known_name(const char *name, struct sid *out)
{
    for (unsigned i = 0; i < KNOWN; i++) {
        if (!strcasecmp(name, known[i].name)) {
            *out = known[i].sid;
            return 0;
        }
    }
    return -ENOENT;
}
