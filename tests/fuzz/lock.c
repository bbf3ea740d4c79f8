/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of file locks in memory that others may have written: first bytes of the table itself, then
 * calls. Nothing may be read or written outside, nothing may go on for ever. */
#include <stdint.h>

#include "lib/lock/lock.h"
#include "fuzz.h"

static int alive(void *arg, struct shm_lock *e)
{
    (void)arg;
    return e->owner % 7 != 0;
}

static void changed(void *arg, uint32_t bucket)
{
    (void)arg;
    MUST(bucket < LOCKS_BUCKETS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct shm_locks t;
    struct lock_wait slot;

    memset(&t, 0, offsetof(struct shm_locks, ofd));
    for (; size >= 5 && data[0] & 1; data += 5, size -= 5) {
        size_t at = ((size_t)data[1] << 16 | (size_t)data[2] << 8 | data[3]) % offsetof(struct shm_locks, ofd);

        ((uint8_t *)&t)[at] = data[4];
    }
    for (; size >= 6; data += 6, size -= 6) {
        struct lock_file f = { 1, data[1] & 3 };
        struct lock_owner o = { 1 + data[2] % 3, data[2] >> 4, 5, 0 };
        struct lock_range r = { data[3], data[3] + (data[4] == 255 ? INT64_MAX - 255 : data[4]) };
        struct shm_lock *e;

        switch (data[0] >> 1 & 7) {
        case 0:
            lock_rebuild(&t);
            break;
        case 1:
            lock_drop(&t, &o, changed, NULL);
            break;
        case 2:
            lock_set(&t, &f, &o, SHM_LOCK_NONE, r);
            break;
        default:
            e = lock_conflict(&t, &f, &o, 1 + (data[5] & 1), r, alive, NULL);
            if (e && lock_wait_begin(&t, o.id, o.started, e, &slot) == 0 && data[5] & 2)
                lock_wait_end(&t, &slot);
            if (!e)
                lock_set(&t, &f, &o, 1 + (data[5] & 1), r);
        }
    }
    lock_rebuild(&t);
    MUST(t.high <= LOCKS_MAX);
    return 0;
}
