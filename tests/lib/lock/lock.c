/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of file locks, against a model that keeps a type for every byte and owner. */
#include <stdlib.h>

#include "lib/lock/lock.h"
#include "tap.h"

#define BYTES 24
#define OWNERS 4

static struct shm_locks *t;
static const struct lock_file f = { 7, 4711 };
static unsigned char model[OWNERS][BYTES + 1]; /* the last is all that follows */

static int alive(void *arg, struct shm_lock *e)
{
    (void)arg;
    return e->owner != 99;
}

static struct lock_owner owner(unsigned i)
{
    return (struct lock_owner){ i & 1 ? SHM_LOCK_OFD : SHM_LOCK_POSIX, i + 1, 5, 0 };
}

static struct lock_range range(int a, int b)
{
    return (struct lock_range){ a, b >= BYTES ? INT64_MAX : b };
}

static int free_for(unsigned me, unsigned type, int a, int b)
{
    for (unsigned o = 0; o < OWNERS; o++)
        for (int i = a; i <= b && o != me; i++)
            if (model[o][i] && (type == SHM_LOCK_WRITE || model[o][i] == SHM_LOCK_WRITE))
                return 0;
    return 1;
}

/* What the table says of each byte. */
static int same_as_model(void)
{
    unsigned char got[OWNERS][BYTES + 1] = { { 0 } };

    for (uint32_t i = 0; i < t->high; i++) {
        const struct shm_lock *e = &t->entry[i];

        if (e->kind == SHM_LOCK_FREE || e->ino != f.ino)
            continue;
        for (int64_t b = e->start; b <= e->last && b <= BYTES; b++) {
            if (got[e->owner - 1][b])
                return 0; /* twice */
            got[e->owner - 1][b] = (unsigned char)e->type;
        }
    }
    return !memcmp(got, model, sizeof(got));
}

static int neighbours_joined(void)
{
    for (uint32_t i = 0; i < t->high; i++)
        for (uint32_t k = 0; k < t->high; k++) {
            const struct shm_lock *a = &t->entry[i], *b = &t->entry[k];

            if (a->kind && b->kind && a->owner == b->owner && a->type == b->type && a->last != INT64_MAX
                && a->last + 1 == b->start)
                return 0;
        }
    return 1;
}

static void random_walk(void)
{
    int ok = 1, conflicts = 0;

    srand(1);
    for (int n = 0; n < 20000 && ok; n++) {
        unsigned me = (unsigned)rand() % OWNERS, type = (unsigned)rand() % 3;
        int a = rand() % (BYTES + 1), b = a + rand() % (BYTES + 1 - a);
        struct lock_owner o = owner(me);
        int free = type == SHM_LOCK_NONE || free_for(me, type, a, b);
        struct shm_lock *e = type ? lock_conflict(t, &f, &o, type, range(a, b), alive, NULL) : NULL;

        ok &= free == !e;
        conflicts += e != NULL;
        if (!e) {
            ok &= lock_set(t, &f, &o, type, range(a, b)) >= 0;
            memset(&model[me][a], (int)type, (size_t)(b - a + 1));
        }
        ok &= same_as_model() && neighbours_joined();
        if (n % 1000 == 0) {
            lock_rebuild(t);
            ok &= same_as_model();
        }
    }
    CHECK(ok);
    CHECK(conflicts > 1000);
}

static void ignore(void *arg, uint32_t bucket)
{
    ++*(int *)arg;
    (void)bucket;
}

static void deadlocks(void)
{
    struct shm_lock e = { .kind = SHM_LOCK_POSIX, .owner = 2, .started = 5 };
    struct lock_wait slot[4];

    CHECK_EQ(0, lock_wait_begin(t, 1, 5, &e, &slot[0])); /* 1 waits for 2 */
    e.owner = 3;
    CHECK_EQ(0, lock_wait_begin(t, 2, 5, &e, &slot[1])); /* 2 waits for 3 */
    e.owner = 1;
    CHECK_EQ(-EDEADLK, lock_wait_begin(t, 3, 5, &e, &slot[2]));
    e.started = 4; /* an older process of that pid */
    CHECK_EQ(0, lock_wait_begin(t, 3, 5, &e, &slot[2]));
    lock_wait_end(t, &slot[2]);
    lock_wait_end(t, &slot[1]);
    e.started = 5;
    CHECK_EQ(0, lock_wait_begin(t, 3, 5, &e, &slot[2]));
    e.owner = 3; /* 1 waits for 2, 3 for 1; 2 for 3 is a circle, unless 3 or 1 will look again */
    CHECK_EQ(-EDEADLK, lock_wait_begin(t, 2, 5, &e, &slot[3]));
    lock_wait_changed(t, lock_bucket(&(struct lock_file){ e.dev, e.ino }));
    CHECK_EQ(0, lock_wait_begin(t, 2, 5, &e, &slot[3]));
    lock_wait_end(t, &slot[2]); /* of somebody else by now, if anything */
    CHECK_EQ(1, t->wait[slot[3].slot].id == slot[3].id);
    lock_wait_end(t, &slot[3]);
}

static void full(void)
{
    struct lock_owner o = owner(0);
    int64_t n = 0;
    int changed = 0;

    while (lock_set(t, &f, &o, SHM_LOCK_WRITE, (struct lock_range){ n * 4, n * 4 + 2 }) == 0)
        n++;
    CHECK_EQ(LOCKS_MAX, n);
    CHECK_EQ(-ENOLCK, lock_set(t, &f, &o, SHM_LOCK_NONE, (struct lock_range){ 1, 1 }));
    CHECK_EQ(1, lock_set(t, &f, &o, SHM_LOCK_NONE, (struct lock_range){ 0, 2 }));
    CHECK_EQ(1, lock_set(t, &f, &o, SHM_LOCK_NONE, (struct lock_range){ 5, 5 }));
    lock_drop(t, &o, ignore, &changed);
    CHECK(changed == 1 && !lock_get(t, &f, &o));
}

static void hostile(void)
{
    struct lock_owner o = owner(0);

    srand(2);
    for (int n = 0; n < 300; n++) {
        unsigned char *p = (unsigned char *)t;

        for (int k = 0; k < 64; k++) {
            size_t room = rand() % 2 ? offsetof(struct shm_locks, wait) : sizeof(*t);

            p[(size_t)rand() % room] = (unsigned char)rand();
        }
        for (int k = 0; k < 20; k++) {
            struct lock_range r = range(rand() % 10, 10 + rand() % 20);

            if (!lock_conflict(t, &f, &o, SHM_LOCK_WRITE, r, alive, NULL))
                lock_set(t, &f, &o, (unsigned)rand() % 3, r);
        }
        if (n % 10 == 0)
            lock_rebuild(t);
    }
    lock_rebuild(t);
    CHECK(t->high <= LOCKS_MAX);
}

int main(void)
{
    struct lock_owner o = owner(0), dead = { SHM_LOCK_POSIX, 99, 5, 0 };

    t = calloc(1, sizeof(*t));
    test("any order of locks does what a table of bytes says");
    random_walk();
    memset(t, 0, sizeof(*t));
    test("locks of the dead are no conflict");
    CHECK_EQ(0, lock_set(t, &f, &dead, SHM_LOCK_WRITE, range(0, 5)));
    CHECK(!lock_conflict(t, &f, &o, SHM_LOCK_READ, range(3, 3), alive, NULL));
    CHECK(!lock_get(t, &f, &dead));
    test("circles of waiting processes are found");
    deadlocks();
    test("a full table");
    full();
    test("a table full of rubbish harms nobody");
    hostile();
    free(t);
    return test_done();
}
