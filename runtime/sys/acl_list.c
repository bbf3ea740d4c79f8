/* SPDX-License-Identifier: BSD-2-Clause */
/* POSIX.1e lists in memory: making them, their entries, checks. Files are in acl_file.c, text in acl_text.c. */
#include "acl_int.h"

#include <acl/libacl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "path.h"

struct head {
    uint64_t kind, size;
};

void *acl_object(enum acl_object kind, size_t size)
{
    struct head *h = calloc(1, sizeof(*h) + size);

    if (!h)
        return NULL;
    h->kind = kind;
    h->size = size;
    return h + 1;
}

bool acl_is(const void *p, enum acl_object kind)
{
    if (p && ((const struct head *)p - 1)->kind == kind)
        return true;
    errno = EINVAL;
    return false;
}

static bool is_entry(acl_entry_t e)
{
    if (e && e->list)
        return true;
    errno = EINVAL;
    return false;
}

/** An empty list; `count` is a hint. NULL with EINVAL, ENOMEM. POSIX.1e acl_init() */
acl_t acl_init(int count)
{
    if (count < 0) {
        errno = EINVAL;
        return NULL;
    }
    return acl_object(ACL_OBJECT_LIST, sizeof(struct __acl_t));
}

/** Releases a list, a text or a qualifier. @return 0, or -1 with EINVAL. POSIX.1e acl_free() */
int acl_free(void *object)
{
    struct head *h = (struct head *)object - 1;

    if (!object || h->kind < ACL_OBJECT_LIST || h->kind > ACL_OBJECT_ID) {
        errno = EINVAL;
        return -1;
    }
    if (h->kind == ACL_OBJECT_LIST) {
        acl_entry_t e = ((acl_t)object)->first, next;

        for (; e; e = next) {
            next = e->next;
            free(e);
        }
    }
    h->kind = 0;
    free(h);
    return 0;
}

static acl_entry_t append(acl_t acl)
{
    acl_entry_t e = calloc(1, sizeof(*e)), *at = &acl->first;

    if (!e)
        return NULL;
    while (*at)
        at = &(*at)->next;
    e->list = acl;
    return *at = e;
}

/** Appends an entry without tag and permissions. @return 0, or -1 with EINVAL, ENOMEM. POSIX.1e */
int acl_create_entry(acl_t *acl, acl_entry_t *entry)
{
    if (!acl || !entry || !acl_is(*acl, ACL_OBJECT_LIST))
        return -1;
    return (*entry = append(*acl)) ? 0 : -1;
}

/** The first entry, or the next one. @return 1, 0: no more, -1 with EINVAL. POSIX.1e acl_get_entry() */
int acl_get_entry(acl_t acl, int which, acl_entry_t *entry)
{
    if (!entry || (which != ACL_FIRST_ENTRY && which != ACL_NEXT_ENTRY) || !acl_is(acl, ACL_OBJECT_LIST)) {
        errno = EINVAL;
        return -1;
    }
    *entry = which == ACL_FIRST_ENTRY ? acl->first : acl->at;
    acl->at = *entry ? (*entry)->next : NULL;
    return *entry != NULL;
}

/** Removes an entry. @return 0, or -1 with EINVAL. POSIX.1e acl_delete_entry() */
int acl_delete_entry(acl_t acl, acl_entry_t entry)
{
    acl_entry_t *at;

    if (!acl_is(acl, ACL_OBJECT_LIST))
        return -1;
    for (at = &acl->first; *at && *at != entry; at = &(*at)->next)
        ;
    if (!*at) {
        errno = EINVAL;
        return -1;
    }
    if (acl->at == entry)
        acl->at = entry->next;
    *at = entry->next;
    free(entry);
    return 0;
}

/** Copies tag, permissions and qualifier. POSIX.1e acl_copy_entry() */
int acl_copy_entry(acl_entry_t to, acl_entry_t from)
{
    if (!is_entry(to) || !is_entry(from))
        return -1;
    to->e = from->e;
    return 0;
}

/** A copy. NULL with EINVAL, ENOMEM. POSIX.1e acl_dup() */
acl_t acl_dup(acl_t acl)
{
    acl_t copy = acl_is(acl, ACL_OBJECT_LIST) ? acl_init(0) : NULL;

    for (acl_entry_t e = copy ? acl->first : NULL; e; e = e->next) {
        acl_entry_t n = append(copy);

        if (!n) {
            acl_free(copy);
            return NULL;
        }
        n->e = e->e;
    }
    return copy;
}

/* ---- entries ---- */

/** Tag of an entry. POSIX.1e acl_get_tag_type() */
int acl_get_tag_type(acl_entry_t entry, acl_tag_t *tag)
{
    if (!is_entry(entry))
        return -1;
    *tag = entry->e.tag;
    return 0;
}

/** Sets the tag. @return 0, or -1 with EINVAL. POSIX.1e acl_set_tag_type() */
int acl_set_tag_type(acl_entry_t entry, acl_tag_t tag)
{
    if (!is_entry(entry) || !tag || tag & (tag - 1) || tag > ACL_OTHER) {
        errno = EINVAL;
        return -1;
    }
    entry->e.tag = (uint16_t)tag;
    return 0;
}

static bool has_qualifier(acl_entry_t e)
{
    if (is_entry(e) && (e->e.tag == ACL_USER || e->e.tag == ACL_GROUP))
        return true;
    errno = EINVAL;
    return false;
}

/** uid or gid of a named entry, to be released with acl_free(). NULL with EINVAL, ENOMEM. POSIX.1e */
void *acl_get_qualifier(acl_entry_t entry)
{
    id_t *id = has_qualifier(entry) ? acl_object(ACL_OBJECT_ID, sizeof(*id)) : NULL;

    if (id)
        *id = entry->e.tag == ACL_USER ? account_uid(&entry->e.sid) : account_gid(&entry->e.sid);
    return id;
}

/** Sets it. @return 0, or -1 with EINVAL: nobody has the number. POSIX.1e acl_set_qualifier() */
int acl_set_qualifier(acl_entry_t entry, const void *qualifier)
{
    struct sid s;
    id_t id;

    if (!has_qualifier(entry))
        return -1;
    id = *(const id_t *)qualifier;
    if ((entry->e.tag == ACL_USER ? account_sid_of_uid(id, &s) : account_sid_of_gid(id, &s)) < 0) {
        errno = EINVAL;
        return -1;
    }
    entry->e.sid = s;
    return 0;
}

/** The permissions of an entry, for the functions that take a set. POSIX.1e acl_get_permset() */
int acl_get_permset(acl_entry_t entry, acl_permset_t *set)
{
    if (!is_entry(entry))
        return -1;
    *set = (acl_permset_t)entry;
    return 0;
}

/** Replaces the permissions of an entry. POSIX.1e acl_set_permset() */
int acl_set_permset(acl_entry_t entry, acl_permset_t set)
{
    if (!is_entry(entry) || !is_entry((acl_entry_t)set))
        return -1;
    entry->e.perm = ((acl_entry_t)set)->e.perm;
    return 0;
}

static int change(acl_permset_t set, acl_perm_t off, acl_perm_t on)
{
    acl_entry_t e = (acl_entry_t)set;

    if (!is_entry(e) || (off | on) & ~7u) {
        errno = EINVAL;
        return -1;
    }
    e->e.perm = (uint8_t)((e->e.perm & ~off) | on);
    return 0;
}

/** Adds ACL_READ, ACL_WRITE or ACL_EXECUTE. POSIX.1e acl_add_perm() */
int acl_add_perm(acl_permset_t set, acl_perm_t perm)
{
    return change(set, 0, perm);
}

/** Takes them away. POSIX.1e acl_delete_perm() */
int acl_delete_perm(acl_permset_t set, acl_perm_t perm)
{
    return change(set, perm, 0);
}

/** Takes all away. POSIX.1e acl_clear_perms() */
int acl_clear_perms(acl_permset_t set)
{
    return change(set, 7, 0);
}

/** Whether the set has it: 1, 0, or -1 with EINVAL. Linux acl_get_perm() */
int acl_get_perm(acl_permset_t set, acl_perm_t perm)
{
    return change(set, 0, 0) < 0 ? -1 : (((acl_entry_t)set)->e.perm & perm) != 0;
}

/* ---- lists ---- */

acl_t acl_from_list(const struct perm_list *l, bool def)
{
    acl_t acl = acl_init(0);

    for (size_t i = 0; acl && i < l->n; i++) {
        acl_entry_t e;

        if (l->v[i].def != def)
            continue;
        if (!(e = append(acl))) {
            acl_free(acl);
            return NULL;
        }
        e->e = l->v[i];
        e->e.def = 0;
    }
    return acl;
}

int acl_to_list(acl_t acl, bool def, struct perm_list *l)
{
    for (acl_entry_t e = acl->first; e; e = e->next)
        if (!perm_add(l, e->e.tag, e->e.perm, &e->e.sid, def))
            return -ENOMEM;
    return 0;
}

static void open_list(struct perm_list *l)
{
    perm_list_init(l, path_realloc, NULL, 0);
}

/** Sets the mask to what named entries and the group have; makes one. POSIX.1e acl_calc_mask() */
int acl_calc_mask(acl_t *acl)
{
    acl_entry_t mask = NULL;
    unsigned all = 0;

    if (!acl || !acl_is(*acl, ACL_OBJECT_LIST))
        return -1;
    for (acl_entry_t e = (*acl)->first; e; e = e->next) {
        if (e->e.tag == ACL_MASK)
            mask = e;
        else if (e->e.tag & (ACL_USER | ACL_GROUP | ACL_GROUP_OBJ))
            all |= e->e.perm;
    }
    if (!mask && !(mask = append(*acl)))
        return -1;
    mask->e.tag = ACL_MASK;
    mask->e.perm = (uint8_t)all;
    return 0;
}

/** 0, or what is wrong with the list (ACL_MULTI_ERROR...); *last: the entry. Linux acl_check() */
int acl_check(acl_t acl, int *last)
{
    static const int faults[] = { 0, ACL_MULTI_ERROR, ACL_DUPLICATE_ERROR, ACL_MISS_ERROR, ACL_ENTRY_ERROR };
    enum perm_fault f = PERM_BAD_ENTRY;
    struct perm_list l;
    size_t at = 0;

    if (!acl_is(acl, ACL_OBJECT_LIST))
        return -1;
    open_list(&l);
    if (acl_to_list(acl, false, &l) == 0)
        f = perm_check(&l, false, &at);
    perm_list_free(&l);
    if (last)
        *last = (int)at;
    return faults[f];
}

/** Whether a file can have the list. @return 0, or -1 with EINVAL. POSIX.1e acl_valid() */
int acl_valid(acl_t acl)
{
    int r = acl_check(acl, NULL);

    if (r > 0)
        errno = EINVAL;
    return r ? -1 : 0;
}

/** Name of what acl_check() found; NULL for others. Linux acl_error() */
const char *acl_error(int code)
{
    switch (code) {
    case ACL_MULTI_ERROR:
        return "Multiple entries of same type";
    case ACL_DUPLICATE_ERROR:
        return "Duplicate entries";
    case ACL_MISS_ERROR:
        return "Missing or wrong entry";
    case ACL_ENTRY_ERROR:
        return "Invalid entry type";
    }
    return NULL;
}

/** How many entries. Linux acl_entries() */
int acl_entries(acl_t acl)
{
    int n = 0;

    if (!acl_is(acl, ACL_OBJECT_LIST))
        return -1;
    for (acl_entry_t e = acl->first; e; e = e->next)
        n++;
    return n;
}

/** 0: the lists say the same, 1: they do not, -1 with EINVAL. Linux acl_cmp() */
int acl_cmp(acl_t a, acl_t b)
{
    struct perm_list l, m;
    int r = 1;

    if (!acl_is(a, ACL_OBJECT_LIST) || !acl_is(b, ACL_OBJECT_LIST))
        return -1;
    open_list(&l);
    open_list(&m);
    if (acl_to_list(a, false, &l) == 0 && acl_to_list(b, false, &m) == 0 && l.n == m.n) {
        perm_sort(&l);
        perm_sort(&m);
        r = l.n && memcmp(l.v, m.v, l.n * sizeof(*l.v)) != 0;
    }
    perm_list_free(&l);
    perm_list_free(&m);
    return r;
}

/** A list that is no more than the mode. Linux acl_from_mode() */
acl_t acl_from_mode(mode_t mode)
{
    struct perm_list l;
    acl_t acl;

    open_list(&l);
    perm_list_set_mode(&l, mode);
    acl = acl_from_list(&l, false);
    perm_list_free(&l);
    return acl;
}

/** 0 and the mode: the list is no more; 1: it is; -1 with EINVAL. Linux acl_equiv_mode() */
int acl_equiv_mode(acl_t acl, mode_t *mode)
{
    struct perm_list l;
    int r = -1;

    if (!acl_is(acl, ACL_OBJECT_LIST))
        return -1;
    open_list(&l);
    if (acl_to_list(acl, false, &l) == 0) {
        r = !perm_is_minimal(&l) || perm_find(&l, PERM_MASK, NULL, false);
        if (mode)
            *mode = perm_list_mode(&l);
    }
    perm_list_free(&l);
    return r;
}

/* ---- outside of memory ---- */

/** Bytes that acl_copy_ext() needs. POSIX.1e acl_size() */
ssize_t acl_size(acl_t acl)
{
    int n = acl_entries(acl);

    return n < 0 ? -1 : (ssize_t)(sizeof(uint64_t) + (size_t)n * sizeof(struct perm_entry));
}

/** Writes the list to memory that can be kept. @return bytes, or -1 with EINVAL, ERANGE. POSIX.1e */
ssize_t acl_copy_ext(void *buf, acl_t acl, ssize_t size)
{
    ssize_t need = acl_size(acl);
    struct perm_entry *to = (struct perm_entry *)((char *)buf + sizeof(uint64_t));

    if (need < 0)
        return -1;
    if (!buf || size < need) {
        errno = buf ? ERANGE : EINVAL;
        return -1;
    }
    *(uint64_t *)buf = (uint64_t)acl_entries(acl);
    for (acl_entry_t e = acl->first; e; e = e->next)
        memcpy(to++, &e->e, sizeof(*to));
    return need;
}

/** And back. NULL with EINVAL, ENOMEM. POSIX.1e acl_copy_int() */
acl_t acl_copy_int(const void *buf)
{
    const struct perm_entry *from = (const void *)((const char *)buf + sizeof(uint64_t));
    uint64_t n = buf ? *(const uint64_t *)buf : UINT64_MAX;
    acl_t acl = n <= MAX_ACL_ENTRIES ? acl_init(0) : NULL;

    if (n > MAX_ACL_ENTRIES)
        errno = EINVAL;
    for (; acl && n; n--, from++) {
        acl_entry_t e = append(acl);

        if (!e) {
            acl_free(acl);
            return NULL;
        }
        memcpy(&e->e, from, sizeof(*from));
    }
    return acl;
}
